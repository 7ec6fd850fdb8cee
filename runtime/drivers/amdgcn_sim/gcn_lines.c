/* gcn_lines.c - which statement of the tile program an instruction serves: the line table of a code object (.debug_line, DWARF 2 to 4, as LLVM writes
 * it), and what the section .tile calls those lines, "14 @pv: %13 = mma %8, %9", one a line of text.
 *
 * Both are there for messages alone. What this reader does not understand or what is damaged it leaves out; it reads nothing beyond the sections. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/drivers/amdgcn_sim/gcn.h"

enum { MOST_ROWS = 1 << 20, MOST_TEXT = 16 << 20, MOST_CALLED = 255 };

typedef struct cursor {
    const uint8_t *at, *end;
    bool bad;
} cursor;

static uint64_t number(cursor *c, unsigned bytes)
{
    uint64_t value = 0;
    if ((size_t)(c->end - c->at) < bytes) {
        c->bad = true;
        c->at = c->end;
        return 0;
    }
    for (unsigned i = 0; i < bytes; i++) value |= (uint64_t)*c->at++ << 8 * i;
    return value;
}

/* Seven bits a byte, low ones first; bits beyond 64 fall away. */
static uint64_t leb(cursor *c, bool is_signed)
{
    uint64_t value = 0;
    unsigned shift = 0;
    for (;;) {
        uint8_t byte = (uint8_t)number(c, 1);
        if (shift < 64) value |= (uint64_t)(byte & 127) << shift;
        shift += 7;
        if (byte & 128 && !c->bad) continue;
        if (is_signed && byte & 64 && shift < 64) value |= ~0ull << shift;
        return value;
    }
}

static void add_row(gcn_image *image, size_t *room, uint64_t address, uint64_t line)
{
    if (image->n_rows == MOST_ROWS || address > UINT32_MAX) return;
    if (image->n_rows == *room) {
        size_t wanted = *room ? 2 * *room : 256;
        gcn_row *grown = realloc(image->rows, wanted * sizeof *grown);
        if (!grown) return;
        image->rows = grown;
        *room = wanted;
    }
    image->rows[image->n_rows++] = (gcn_row){(uint32_t)address, line > INT32_MAX ? 0 : (uint32_t)line};
}

/* The state machine of the DWARF standard, of which only address and line are kept. */
static void run_program(gcn_image *image, size_t *room, cursor program, uint64_t step, int8_t line_base, uint8_t line_range, uint8_t opcode_base,
                        const uint8_t *operands)
{
    enum { COPY = 1, ADVANCE_PC, ADVANCE_LINE, CONST_ADD_PC = 8, FIXED_ADVANCE_PC, END_SEQUENCE = 1, SET_ADDRESS };
    uint64_t address = 0, line = 1;
    cursor *c = &program;
    while (c->at < c->end && !c->bad) {
        uint8_t op = (uint8_t)number(c, 1);
        if (op >= opcode_base) {
            unsigned adjusted = (unsigned)(op - opcode_base);
            address += adjusted / line_range * step;
            line += (uint64_t)(line_base + (int)(adjusted % line_range));
            add_row(image, room, address, line);
        } else if (op == 0) {
            uint64_t n = leb(c, false);
            if (!n || n > (uint64_t)(c->end - c->at)) return;
            const uint8_t *next = c->at + n;
            uint8_t extended = (uint8_t)number(c, 1);
            if (extended == SET_ADDRESS && n == 9) address = number(c, 8);
            if (extended == END_SEQUENCE) {
                add_row(image, room, address, 0);
                address = 0;
                line = 1;
            }
            c->at = next;
        } else if (op == COPY) {
            add_row(image, room, address, line);
        } else if (op == ADVANCE_PC) {
            address += leb(c, false) * step;
        } else if (op == ADVANCE_LINE) {
            line += leb(c, true);
        } else if (op == CONST_ADD_PC) {
            address += (255u - opcode_base) / line_range * step;
        } else if (op == FIXED_ADVANCE_PC) {
            address += number(c, 2);
        } else {
            for (uint8_t k = operands[op - 1]; k > 0; k--) (void)leb(c, false);
        }
    }
}

static void read_lines(gcn_image *image, cursor section)
{
    size_t room = 0;
    while (section.at < section.end) {
        uint64_t length = number(&section, 4);
        if (section.bad || length > (uint64_t)(section.end - section.at)) return;
        cursor unit = {section.at, section.at + length, false};
        section.at = unit.end;
        uint64_t version = number(&unit, 2), header = number(&unit, 4);
        if (unit.bad || version < 2 || version > 4 || header > (uint64_t)(unit.end - unit.at)) continue;
        cursor program = {unit.at + header, unit.end, false};
        unit.end = program.at;
        uint64_t step = number(&unit, 1);
        if (version == 4) (void)number(&unit, 1); /* operations of an instruction word */
        (void)number(&unit, 1);                   /* whether rows begin statements */
        int8_t line_base = (int8_t)number(&unit, 1);
        uint8_t line_range = (uint8_t)number(&unit, 1), opcode_base = (uint8_t)number(&unit, 1);
        if (unit.bad || !line_range || !opcode_base || (size_t)(unit.end - unit.at) < opcode_base - 1u) continue;
        run_program(image, &room, program, step, line_base, line_range, opcode_base, unit.at);
    }
}

/* The bytes of a section by its name; empty: there is none in the file. */
static cursor find_section(cursor file, const char *name)
{
    cursor none = {0};
    size_t n = (size_t)(file.end - file.at);
    if (n < 64) return none;
    cursor head = {file.at + 40, file.at + 48, false}, tail = {file.at + 58, file.at + 64, false};
    uint64_t table = number(&head, 8), entry = number(&tail, 2), count = number(&tail, 2), names = number(&tail, 2);
    if (entry < 64 || table > n || entry * count > n - table || names >= count) return none;
    cursor of_names = {file.at + table + names * entry + 24, file.end, false};
    uint64_t text = number(&of_names, 8), text_n = number(&of_names, 8);
    if (text > n || text_n > n - text) return none;
    for (uint64_t i = 0; i < count; i++) {
        cursor header = {file.at + table + i * entry, file.end, false}, place = {header.at + 24, file.end, false};
        uint64_t called = number(&header, 4), type = number(&header, 4), at = number(&place, 8), bytes = number(&place, 8);
        enum { NO_BITS = 8 };
        if (called >= text_n || strlen(name) >= text_n - called || memcmp(file.at + text + called, name, strlen(name) + 1)) continue;
        if (type == NO_BITS || at > n || bytes > n - at) return none;
        return (cursor){file.at + at, file.at + at + bytes, false};
    }
    return none;
}

void gcn_lines_read(gcn_image *image, const void *bytes, size_t n)
{
    cursor file = {bytes, (const uint8_t *)bytes + n, false}, lines = find_section(file, ".debug_line"), called = find_section(file, ".tile");
    if (lines.at) read_lines(image, lines);
    size_t text_n = called.at ? (size_t)(called.end - called.at) : 0;
    if (!text_n || text_n > MOST_TEXT || !(image->statements = malloc(text_n + 1))) return;
    memcpy(image->statements, called.at, text_n);
    image->statements[text_n] = 0;
    for (size_t i = 0; i < text_n; i++) {
        uint8_t byte = (uint8_t)image->statements[i];
        if ((byte < ' ' && byte != '\n') || byte == 127) image->statements[i] = '?';
    }
}

const char *gcn_statement(const gcn_image *image, const gcn_kernel *kernel, uint32_t pc, const char *before, char *out, size_t room)
{
    uint32_t line = 0, best = 0;
    for (size_t i = 0; i < image->n_rows; i++) {
        const gcn_row *row = &image->rows[i];
        if (row->pc > pc || row->pc < best) continue;
        best = row->pc;
        line = row->line;
    }
    out[0] = 0;
    if (!line) return out;
    char mark[16];
    int marked = snprintf(mark, sizeof mark, "%" PRIu32 " ", line), n = 0;
    const char *called = "";
    for (const char *at = image->statements; at && *at; at = strchr(at, '\n') ? strchr(at, '\n') + 1 : NULL) {
        if (strncmp(at, mark, (size_t)marked)) continue;
        called = at + marked;
        n = (int)strcspn(called, "\n") < MOST_CALLED ? (int)strcspn(called, "\n") : MOST_CALLED;
        break;
    }
    snprintf(out, room, "%s the tile statement `%s line %" PRIu32 "%s%.*s`", before, kernel->name, line, n ? " " : "", n, called);
    return out;
}
