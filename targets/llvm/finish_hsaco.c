/* targets/llvm/finish_hsaco.c - ld.lld makes an object an hsaco; the metadata note says what the kernel needs.
 *
 * The note (owner "AMDGPU", type 32) holds MessagePack: a map with "amdhsa.kernels", an array of a map per kernel. Both readers check every
 * offset and length against the file before use; nesting is bounded. */
#include "targets/llvm/finish.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "targets/llvm/codegen_tool.h"

/* ---- ELF */

/* A bounded copy of the structure at `offset`. */
static bool fetch(const void *file, size_t bytes, uint64_t offset, void *out, size_t n)
{
    if (offset > bytes || n > bytes - offset) return false;
    memcpy(out, (const char *)file + offset, n);
    return true;
}

static bool elf_header(const void *file, size_t bytes, Elf64_Ehdr *out)
{
    return fetch(file, bytes, 0, out, sizeof *out) && !memcmp(out->e_ident, ELFMAG, SELFMAG) && out->e_ident[EI_CLASS] == ELFCLASS64 &&
           out->e_ident[EI_DATA] == ELFDATA2LSB && out->e_shentsize == sizeof(Elf64_Shdr);
}

static bool elf_section(const void *file, size_t bytes, const Elf64_Ehdr *header, unsigned index, Elf64_Shdr *out)
{
    uint64_t step = (uint64_t)index * sizeof *out;
    if (header->e_shoff > UINT64_MAX - step || !fetch(file, bytes, header->e_shoff + step, out, sizeof *out)) return false;
    return out->sh_type == SHT_NOBITS || (out->sh_offset <= bytes && out->sh_size <= bytes - out->sh_offset);
}

int64_t tri_finish_code_bytes(const void *elf, size_t bytes)
{
    Elf64_Ehdr header;
    Elf64_Shdr section;
    int64_t sum = 0;
    if (!elf_header(elf, bytes, &header)) return -1;
    for (unsigned i = 0; i < header.e_shnum; i++) {
        if (!elf_section(elf, bytes, &header, i, &section)) return -1;
        if (section.sh_type != SHT_NOBITS && section.sh_flags & SHF_EXECINSTR) sum += (int64_t)section.sh_size;
    }
    return sum;
}

/* The AMDGPU metadata inside a section of notes, or null. */
static const unsigned char *metadata_in(const unsigned char *at, size_t left, size_t *out_n)
{
    Elf64_Nhdr note;
    while (left >= sizeof note) {
        memcpy(&note, at, sizeof note);
        at += sizeof note;
        left -= sizeof note;
        uint64_t name = ((uint64_t)note.n_namesz + 3) & ~3ull, content = ((uint64_t)note.n_descsz + 3) & ~3ull;
        if (name > left || note.n_descsz > left - name) return NULL;
        if (note.n_type == 32 && note.n_namesz == 7 && !memcmp(at, "AMDGPU", 7)) {
            *out_n = note.n_descsz;
            return at + name;
        }
        if (content > left - name) return NULL;
        at += name + content;
        left -= (size_t)(name + content);
    }
    return NULL;
}

static const unsigned char *metadata(const void *file, size_t bytes, size_t *out_n)
{
    Elf64_Ehdr header;
    Elf64_Shdr section;
    if (!elf_header(file, bytes, &header)) return NULL;
    for (unsigned i = 0; i < header.e_shnum && elf_section(file, bytes, &header, i, &section); i++) {
        if (section.sh_type != SHT_NOTE) continue;
        const unsigned char *found = metadata_in((const unsigned char *)file + section.sh_offset, (size_t)section.sh_size, out_n);
        if (found) return found;
    }
    return NULL;
}

/* ---- MessagePack */

typedef struct reader {
    const unsigned char *at;
    size_t left;
    bool failed;
} reader;

typedef enum kind { NOTHING, NUMBER, STRING, ARRAY, MAP } kind;

typedef struct item {
    kind kind;
    uint64_t value;   /* NUMBER (a negative one reads as 0), or how many follow in an ARRAY or MAP */
    const char *text; /* STRING, `value` bytes */
} item;

static uint64_t big_endian(reader *r, size_t n)
{
    uint64_t value = 0;
    if (r->failed || r->left < n) {
        r->failed = true;
        return 0;
    }
    for (size_t i = 0; i < n; i++) value = value << 8 | r->at[i];
    r->at += n;
    r->left -= n;
    return value;
}

static item skip_bytes(reader *r, kind kind, uint64_t n)
{
    item found = {.kind = kind, .value = n, .text = (const char *)r->at};
    if (r->failed || n > r->left) {
        r->failed = true;
        return (item){0};
    }
    r->at += n;
    r->left -= (size_t)n;
    return found;
}

/* One item; of an array or a map only the head. */
static item next(reader *r)
{
    unsigned tag = (unsigned)big_endian(r, 1);
    if (r->failed) return (item){0};
    if (tag < 0x80) return (item){.kind = NUMBER, .value = tag};
    if (tag < 0x90) return (item){.kind = MAP, .value = tag & 15};
    if (tag < 0xa0) return (item){.kind = ARRAY, .value = tag & 15};
    if (tag < 0xc0) return skip_bytes(r, STRING, tag & 31);
    if (tag >= 0xe0) return (item){.kind = NUMBER};
    switch (tag) {
    case 0xc0: case 0xc2: case 0xc3: return (item){.kind = NOTHING};
    case 0xc4: case 0xc5: case 0xc6: return skip_bytes(r, NOTHING, big_endian(r, (size_t)1 << (tag - 0xc4)));
    case 0xca: return skip_bytes(r, NOTHING, 4);
    case 0xcb: return skip_bytes(r, NOTHING, 8);
    case 0xcc: case 0xcd: case 0xce: case 0xcf: return (item){.kind = NUMBER, .value = big_endian(r, (size_t)1 << (tag - 0xcc))};
    case 0xd0: case 0xd1: case 0xd2: case 0xd3: {
        size_t n = (size_t)1 << (tag - 0xd0);
        uint64_t value = big_endian(r, n);
        return (item){.kind = NUMBER, .value = value >> (8 * n - 1) ? 0 : value};
    }
    case 0xd9: case 0xda: case 0xdb: return skip_bytes(r, STRING, big_endian(r, (size_t)1 << (tag - 0xd9)));
    case 0xdc: case 0xdd: return (item){.kind = ARRAY, .value = big_endian(r, (size_t)2 << (tag - 0xdc))};
    case 0xde: case 0xdf: return (item){.kind = MAP, .value = big_endian(r, (size_t)2 << (tag - 0xde))};
    default: r->failed = true; return (item){0}; /* extensions: AMDGPU metadata has none */
    }
}

/* Passes over what belongs to `head`. Each item takes a byte at least, so a false count ends with the file. */
static void skip_rest(reader *r, item head, int depth)
{
    if (depth > 32) r->failed = true;
    uint64_t n = head.kind == MAP ? 2 * head.value : head.kind == ARRAY ? head.value : 0;
    for (uint64_t i = 0; i < n && !r->failed; i++) skip_rest(r, next(r), depth + 1);
}

static bool is(item string, const char *text)
{
    return string.kind == STRING && string.value == strlen(text) && !memcmp(string.text, text, (size_t)string.value);
}

/* ---- the figures of a kernel */

typedef struct figures {
    bool named; /* this is the kernel asked for */
    int64_t vector, scalar, vector_spills, scalar_spills, stack, shared;
} figures;

static figures read_kernel(reader *r, uint64_t n, const char *name)
{
    figures f = {.named = !*name, .vector = -1, .scalar = -1, .vector_spills = -1, .scalar_spills = -1, .stack = -1, .shared = -1};
    const struct {
        const char *key;
        int64_t *to;
    } rows[] = {{".vgpr_count", &f.vector},
                {".sgpr_count", &f.scalar},
                {".vgpr_spill_count", &f.vector_spills},
                {".sgpr_spill_count", &f.scalar_spills},
                {".private_segment_fixed_size", &f.stack},
                {".group_segment_fixed_size", &f.shared}};
    for (uint64_t i = 0; i < n && !r->failed; i++) {
        item key = next(r), value = next(r);
        for (size_t row = 0; row < sizeof rows / sizeof *rows; row++)
            if (is(key, rows[row].key) && value.kind == NUMBER && value.value <= UINT32_MAX) *rows[row].to = (int64_t)value.value;
        if (is(key, ".name") && is(value, name)) f.named = true;
        skip_rest(r, value, 0);
    }
    return f;
}

/* Finds the kernel in the array of kernels at `r`. */
static bool find_kernel(reader *r, const char *name, figures *out)
{
    item kernels = next(r);
    if (kernels.kind != ARRAY) return false;
    for (uint64_t i = 0; i < kernels.value && !r->failed; i++) {
        item kernel = next(r);
        if (kernel.kind != MAP) return false;
        *out = read_kernel(r, kernel.value, name);
        if (out->named && !r->failed) return true;
    }
    return false;
}

tri_status *tri_finish_read_hsaco(const void *hsaco, size_t bytes, const char *name, tri_codegen_result *result)
{
    reader r = {0};
    r.at = metadata(hsaco, bytes, &r.left);
    if (!r.at) return tri_error(TRI_INVALID, TRI_NOWHERE, "the linked file is damaged or has no AMDGPU metadata");
    item top = next(&r);
    for (uint64_t i = 0; top.kind == MAP && i < top.value && !r.failed; i++) {
        item key = next(&r);
        if (!is(key, "amdhsa.kernels")) {
            skip_rest(&r, key, 0);
            skip_rest(&r, next(&r), 0);
            continue;
        }
        figures f;
        if (!find_kernel(&r, name, &f)) break;
        if (f.vector < 0 || f.scalar < 0 || f.vector_spills < 0 || f.scalar_spills < 0 || f.stack < 0 || f.shared < 0)
            return tri_error(TRI_INVALID, TRI_NOWHERE, "the metadata of kernel %s lacks a figure", name);
        result->registers = f.vector;
        result->scalar_registers = f.scalar;
        result->spill_bytes = 4 * (f.vector_spills + f.scalar_spills);
        result->stack_bytes = f.stack;
        result->shared_bytes = f.shared;
        return NULL;
    }
    return tri_error(TRI_INVALID, TRI_NOWHERE, "the metadata of the linked file is damaged or has no kernel %s", name);
}

/* ---- linking */

static tri_status *refused(const tri_tool_run *run)
{
    if (run->signal) return tri_error(TRI_BUG, TRI_NOWHERE, "ld.lld crashed (%s); it said: %s", strsignal(run->signal), run->log);
    const char *symbol = strstr(run->log, "undefined symbol: ");
    if (!symbol) return tri_error(TRI_INVALID, TRI_NOWHERE, "ld.lld refuses the object: %s", run->log);
    symbol += strlen("undefined symbol: ");
    return tri_error(TRI_INVALID, TRI_NOWHERE, "the kernel calls %.*s, which is defined nowhere (a chip has no library of functions)",
                     (int)strcspn(symbol, "\n"), symbol);
}

tri_status *tri_finish_hsaco(const tri_codegen_job *job, const void *object, size_t bytes, tri_text *log, tri_codegen_result *result)
{
    static const char *const places[] = {"ld.lld-22", TRINE_LLVM_TOOLS "/ld.lld", "ld.lld", NULL};
    static const tri_tool_search search = {.variable = "TRINE_LLD", .places = places};
    char *lld;
    TRI_TRY(tri_tool_find(&search, &lld));
    if (!lld)
        return tri_error(TRI_UNAVAILABLE, TRI_NOWHERE,
                         "code for %s needs LLVM's linker and ld.lld-22 was not found; install the package lld-22, or set TRINE_LLD to its path",
                         job->cpu);
    /* lld makes a file beside the output and renames it, which /proc/self/fd does not allow; "-" is its name for standard output. */
    const char *const arguments[] = {lld, "-shared", "--no-undefined", "-o", "-", TRI_TOOL_INPUT, NULL};
    tri_tool_run run;
    tri_status *status = tri_tool_start(arguments, object, bytes, &run);
    if (!status && (run.exit_status || run.signal)) status = refused(&run);
    if (!status) {
        tri_text_add(log, run.log);
        result->object = run.output;
        result->object_bytes = run.output_bytes;
        run.output = NULL;
        result->code_bytes = tri_finish_code_bytes(result->object, result->object_bytes);
        status = tri_finish_read_hsaco(result->object, result->object_bytes, job->name ? job->name : "", result);
        if (!status && result->spill_bytes) {
            tri_text_addf(log, "warning: registers are spilled to memory, %lld bytes for each thread\n", (long long)result->spill_bytes);
            result->warnings++;
        }
    }
    tri_tool_run_free(&run);
    free(lld);
    return status;
}
