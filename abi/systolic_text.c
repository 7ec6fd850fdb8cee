/* abi/systolic_text.c - engine programs as text, one line an item, both ways.
 *
 *     systolic 2 decoupled chip 0x0 params 3 sp_top 4096
 *     statement k0_dot line 9 @pv: %9 = mma %7, %8
 *     ap sp bf16 part 128 plane 0 axes 8:64 32:2
 *     expr 1 nodes 1:0,1,255 constants 0x3f800000
 *     queue PE 0
 *       ap acc f32 part 128 plane 0 axes 512:4
 *       MM bf16>f32 ACC LAST fn=0 w0=3:1 s0=4:1 dst=0x0@1 src0=0x200+r1@0 x=0 of=1   ; bf16
 *
 * Fields of an instruction that hold their absent value are not printed; `of` is the number of a statement. What follows a semicolon is a comment.
 * Patterns before the first queue are the program's list, after it the queue's table. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "abi/systolic_private.h"

static const char *const flag_names[8] = {"ACC", "LAST", "T", "KEEP0", "KEEP1", "SKIP", "REDUCE", "END"};

static void print_ap(const tri_systolic_ap *ap, const char *indent, tri_text *out)
{
    tri_text_addf(out, "%sap %s %s part %u plane %" PRId32 " axes", indent, tri_systolic_space_name(ap->space), tri_systolic_dtype_name(ap->dtype),
                  ap->npart, ap->plane_stride);
    for (int k = 0; k < ap->ndim; k++) tri_text_addf(out, " %u:%" PRId32, ap->size[k], ap->stride[k]);
    tri_text_add(out, "\n");
}

static void print_operand(const char *name, uint32_t word, unsigned sel, unsigned ap, tri_text *out)
{
    if (!word && sel == TRI_SYS_NO_REGISTER && ap == TRI_SYS_NO_AP) return;
    tri_text_addf(out, " %s=0x%" PRIx32, name, word);
    if (sel != TRI_SYS_NO_REGISTER) tri_text_addf(out, "+r%u", sel);
    if (ap == TRI_SYS_IMMEDIATE)
        tri_text_add(out, "#");
    else if (ap != TRI_SYS_NO_AP)
        tri_text_addf(out, "@%u", ap);
}

static void print_remark(const tri_systolic_instruction *i, tri_text *out)
{
    switch (i->op) {
    case TRI_SYS_ACT: tri_text_addf(out, " ; %s", tri_systolic_function_name(i->fn)); break;
    case TRI_SYS_LDW:
    case TRI_SYS_MM: tri_text_addf(out, " ; %s", tri_systolic_mode_name(i->fn)); break;
    case TRI_SYS_ALU:
    case TRI_SYS_BR:
    case TRI_SYS_TT:
    case TRI_SYS_RED:
    case TRI_SYS_SCAN: tri_text_addf(out, " ; %s", tri_systolic_alu_name(TRI_SYS_OP0(i->fn))); break;
    case TRI_SYS_TS:
    case TRI_SYS_STT: tri_text_addf(out, " ; %s, %s", tri_systolic_alu_name(TRI_SYS_OP0(i->fn)), tri_systolic_alu_name(TRI_SYS_OP1(i->fn))); break;
    default: break;
    }
}

void tri_systolic_print_instruction(const tri_systolic_instruction *i, tri_text *out)
{
    if (i->op >= TRI_SYS_OP_COUNT) {
        tri_text_addf(out, "; unknown op %u", i->op);
        return;
    }
    tri_text_add(out, tri_systolic_ops[i->op].name);
    if (i->dtype_in || i->dtype_out || i->ap_dst != 255 || i->ap_src0 != 255)
        tri_text_addf(out, " %s>%s", tri_systolic_dtype_name(i->dtype_in), tri_systolic_dtype_name(i->dtype_out));
    for (int k = 0; k < 8; k++)
        if (i->flags & 1 << k) tri_text_addf(out, " %s", flag_names[k]);
    if (i->fn) tri_text_addf(out, " fn=%u", i->fn);
    for (int k = 0; k < 2; k++)
        if (i->wait[k].semaphore != 255) tri_text_addf(out, " w%d=%u:%u", k, i->wait[k].semaphore, i->wait[k].value);
    for (int k = 0; k < 2; k++)
        if (i->signal[k].semaphore != 255) tri_text_addf(out, " s%d=%u:%u", k, i->signal[k].semaphore, i->signal[k].add);
    print_operand("dst", i->dst, i->sel_dst, i->ap_dst, out);
    print_operand("src0", i->src0, i->sel_src0, i->ap_src0, out);
    print_operand("src1", i->src1, i->sel_src1, i->ap_src1, out);
    if (i->extra != TRI_SYS_NO_REGISTER) tri_text_addf(out, " extra=r%u", i->extra);
    if (i->x != 255) tri_text_addf(out, " x=%u", i->x);
    if (i->statement) tri_text_addf(out, " of=%" PRIu32, i->statement);
    print_remark(i, out);
}

void tri_systolic_disassemble(const tri_systolic_program *p, tri_text *out)
{
    tri_text_addf(out, "systolic %d %s chip 0x%" PRIx64 " params %u sp_top %" PRIu32 "\n", TRI_SYSTOLIC_VERSION, p->bundle ? "bundle" : "decoupled",
                  p->chip_hash, p->params, p->sp_top);
    for (uint32_t k = 0; k < p->n_statements; k++) tri_text_addf(out, "statement %s\n", p->statements[k]);
    for (uint32_t k = 0; k < p->n_aps; k++) print_ap(&p->aps[k], "", out);
    for (uint32_t k = 0; k < p->n_exprs; k++) {
        const tri_systolic_expr *e = &p->exprs[k];
        tri_text_add(out, "expr nodes");
        for (int j = 0; j < e->n_nodes; j++) tri_text_addf(out, " %u:%u,%u,%u", e->node[j].op, e->node[j].a, e->node[j].b, e->node[j].c);
        tri_text_add(out, " constants");
        for (int j = 0; j < e->n_constants; j++) tri_text_addf(out, " 0x%" PRIx32, e->constant[j]);
        tri_text_add(out, "\n");
    }
    for (uint32_t k = 0; k < p->n_queues; k++) {
        const tri_systolic_queue *q = &p->queues[k];
        tri_text_addf(out, "queue %s %u\n", tri_systolic_queue_kind_name(q->kind), q->ring);
        for (uint32_t j = 0; j < q->n_aps; j++) print_ap(&q->aps[j], "  ", out);
        for (uint32_t pc = 0; pc < q->n; pc++) {
            tri_text_add(out, "  ");
            tri_systolic_print_instruction(&q->at[pc], out);
            tri_text_add(out, "\n");
        }
    }
}

/* The assembler: words of a line, taken one by one. `bad` is the column of the first word that made no sense. */
typedef struct line_reader {
    const char *at, *end, *start;
    int bad;
} line_reader;

typedef struct word {
    const char *at;
    size_t n;
} word;

static void skip_blanks(line_reader *r)
{
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\t' || *r->at == '\r')) r->at++;
    if (r->at < r->end && *r->at == ';') r->at = r->end;
}

static bool more(line_reader *r)
{
    skip_blanks(r);
    return r->at < r->end;
}

static word take(line_reader *r)
{
    skip_blanks(r);
    word w = {r->at, 0};
    while (r->at < r->end && *r->at != ' ' && *r->at != '\t' && *r->at != '\r' && *r->at != ';') r->at++;
    w.n = (size_t)(r->at - w.at);
    return w;
}

static bool is(word w, const char *text) { return strlen(text) == w.n && !memcmp(w.at, text, w.n); }

static void fail(line_reader *r, const char *where)
{
    if (!r->bad) r->bad = (int)(where - r->start) + 1;
}

static void expect(line_reader *r, const char *text)
{
    word w = take(r);
    if (!is(w, text)) fail(r, w.at);
}

/* A number from the front of `w`, decimal or 0x; advances w. */
static int64_t front_number(line_reader *r, word *w, int64_t low, int64_t high)
{
    const char *at = w->at, *end = w->at + w->n;
    bool negative = at < end && *at == '-';
    if (negative) at++;
    unsigned base = 10;
    if (end - at > 2 && at[0] == '0' && at[1] == 'x') {
        base = 16;
        at += 2;
    }
    int64_t value = 0;
    int digits = 0;
    for (; at < end; at++, digits++) {
        unsigned digit = *at >= '0' && *at <= '9' ? (unsigned)(*at - '0') : base == 16 && *at >= 'a' && *at <= 'f' ? (unsigned)(*at - 'a') + 10 : 99;
        if (digit >= base) break;
        if (value > (INT64_MAX - 15) / 16)
            digits = -100;
        else
            value = value * base + digit;
    }
    if (negative) value = -value;
    if (digits <= 0 || value < low || value > high) {
        fail(r, w->at);
        value = low;
    }
    w->n = (size_t)(end - at);
    w->at = at;
    return value;
}

static bool front_is(word *w, const char *text)
{
    size_t n = strlen(text);
    if (w->n < n || memcmp(w->at, text, n)) return false;
    w->at += n;
    w->n -= n;
    return true;
}

static void separator(line_reader *r, word *w, const char *text)
{
    if (!front_is(w, text)) fail(r, w->at);
}

static int64_t number(line_reader *r, int64_t low, int64_t high)
{
    word w = take(r);
    int64_t value = front_number(r, &w, low, high);
    if (w.n) fail(r, w.at);
    return value;
}

static unsigned name_of(line_reader *r, word w, unsigned n, const char *(*name)(unsigned))
{
    for (unsigned k = 0; k < n; k++)
        if (is(w, name(k))) return k;
    fail(r, w.at);
    return 0;
}

static tri_systolic_ap read_ap(line_reader *r)
{
    tri_systolic_ap ap = {0};
    ap.space = (uint8_t)name_of(r, take(r), TRI_SYS_SPACE_COUNT, tri_systolic_space_name);
    ap.dtype = (uint8_t)name_of(r, take(r), TRI_SYS_DTYPE_COUNT, tri_systolic_dtype_name);
    expect(r, "part");
    ap.npart = (uint16_t)number(r, 0, 65535);
    expect(r, "plane");
    ap.plane_stride = (int32_t)number(r, INT32_MIN, INT32_MAX);
    expect(r, "axes");
    while (more(r)) {
        word w = take(r);
        if (ap.ndim == 4) {
            fail(r, w.at);
            break;
        }
        ap.size[ap.ndim] = (uint16_t)front_number(r, &w, 0, 65535);
        separator(r, &w, ":");
        ap.stride[ap.ndim++] = (int32_t)front_number(r, &w, INT32_MIN, INT32_MAX);
        if (w.n) fail(r, w.at);
    }
    return ap;
}

static tri_systolic_expr read_expr(line_reader *r)
{
    tri_systolic_expr e = {0};
    expect(r, "nodes");
    bool constants = false;
    while (more(r)) {
        word w = take(r);
        if (!constants && is(w, "constants")) {
            constants = true;
        } else if (constants && e.n_constants < TRI_SYS_MOST_CONSTANTS) {
            e.constant[e.n_constants++] = (uint32_t)front_number(r, &w, 0, UINT32_MAX);
        } else if (!constants && e.n_nodes < TRI_SYS_MOST_NODES) {
            uint8_t value[4];
            for (int k = 0; k < 4; k++) {
                value[k] = (uint8_t)front_number(r, &w, 0, 255);
                if (k < 3) separator(r, &w, k ? "," : ":");
            }
            e.node[e.n_nodes].op = value[0];
            e.node[e.n_nodes].a = value[1];
            e.node[e.n_nodes].b = value[2];
            e.node[e.n_nodes++].c = value[3];
        } else {
            fail(r, w.at);
        }
    }
    return e;
}

static void read_operand(line_reader *r, word w, uint32_t *out_word, uint8_t *out_sel, uint8_t *out_ap)
{
    *out_word = (uint32_t)front_number(r, &w, 0, UINT32_MAX);
    if (front_is(&w, "+r")) *out_sel = (uint8_t)front_number(r, &w, 0, 14);
    if (front_is(&w, "#"))
        *out_ap = TRI_SYS_IMMEDIATE;
    else if (front_is(&w, "@"))
        *out_ap = (uint8_t)front_number(r, &w, 0, 253);
    if (w.n) fail(r, w.at);
}

static void read_field(line_reader *r, word w, tri_systolic_instruction *i)
{
    for (int k = 0; k < 8; k++) {
        if (!is(w, flag_names[k])) continue;
        i->flags |= (uint8_t)(1 << k);
        return;
    }
    const char *arrow = memchr(w.at, '>', w.n);
    if (arrow) {
        i->dtype_in = (uint8_t)name_of(r, (word){w.at, (size_t)(arrow - w.at)}, TRI_SYS_DTYPE_COUNT, tri_systolic_dtype_name);
        i->dtype_out = (uint8_t)name_of(r, (word){arrow + 1, (size_t)(w.at + w.n - arrow - 1)}, TRI_SYS_DTYPE_COUNT, tri_systolic_dtype_name);
        return;
    }
    for (int k = 0; k < 2; k++) {
        if (front_is(&w, k ? "w1=" : "w0=")) {
            i->wait[k].semaphore = (uint8_t)front_number(r, &w, 0, 254);
            separator(r, &w, ":");
            i->wait[k].value = (uint16_t)front_number(r, &w, 0, 65535);
        } else if (front_is(&w, k ? "s1=" : "s0=")) {
            i->signal[k].semaphore = (uint8_t)front_number(r, &w, 0, 254);
            separator(r, &w, ":");
            i->signal[k].add = (uint8_t)front_number(r, &w, 0, 255);
        } else {
            continue;
        }
        if (w.n) fail(r, w.at);
        return;
    }
    if (front_is(&w, "of=")) {
        i->statement = (uint32_t)front_number(r, &w, 1, TRI_SYS_MOST_STATEMENTS);
        if (w.n) fail(r, w.at);
    } else if (front_is(&w, "dst=")) {
        read_operand(r, w, &i->dst, &i->sel_dst, &i->ap_dst);
    } else if (front_is(&w, "src0=")) {
        read_operand(r, w, &i->src0, &i->sel_src0, &i->ap_src0);
    } else if (front_is(&w, "src1=")) {
        read_operand(r, w, &i->src1, &i->sel_src1, &i->ap_src1);
    } else {
        uint8_t *field = front_is(&w, "fn=") ? &i->fn : front_is(&w, "extra=r") ? &i->extra : front_is(&w, "x=") ? &i->x : NULL;
        if (field) *field = (uint8_t)front_number(r, &w, 0, field == &i->extra ? 14 : 255);
        if (!field || w.n) fail(r, w.at);
    }
}

/* The rest of the line, as it stands. */
static void read_statement(line_reader *r, tri_systolic_program *p)
{
    char called[TRI_SYS_STATEMENT_BYTES + 1];
    if (r->at < r->end) r->at++;
    size_t n = (size_t)(r->end - r->at);
    bool good = n && n < sizeof called;
    for (size_t k = 0; k < n && good; k++) good = tri_systolic_statement_char((uint8_t)r->at[k]);
    if (good) {
        memcpy(called, r->at, n);
        called[n] = 0;
        good = tri_systolic_add_statement(p, called) || p->failed;
    }
    if (!good) fail(r, r->at);
    r->at = r->end;
}

/* Adds what one line says. `queue` is the current one, -1 before the first; false: the first line is not the header. */
static void read_line(line_reader *r, tri_systolic_program *p, int *queue)
{
    word first = take(r);
    if (is(first, "queue")) {
        unsigned kind = name_of(r, take(r), TRI_SYS_QUEUE_KIND_COUNT, tri_systolic_queue_kind_name);
        int ring = (int)number(r, 0, TRI_SYS_MOST_RINGS - 1);
        uint32_t before = p->n_queues;
        *queue = tri_systolic_add_queue(p, (tri_systolic_queue_kind)kind, ring);
        if (p->n_queues == before) fail(r, first.at);
    } else if (is(first, "statement") && *queue < 0) {
        read_statement(r, p);
    } else if (is(first, "ap")) {
        tri_systolic_ap ap = read_ap(r);
        if (tri_systolic_push_ap(p, *queue, &ap) < 0) fail(r, first.at);
    } else if (is(first, "expr") && *queue < 0) {
        tri_systolic_expr e = read_expr(r);
        uint32_t before = p->n_exprs;
        if (tri_systolic_intern_expr(p, &e) != (int)before) fail(r, first.at);
    } else {
        unsigned op = 0;
        while (op < TRI_SYS_OP_COUNT && !is(first, tri_systolic_ops[op].name)) op++;
        if (op == TRI_SYS_OP_COUNT || *queue < 0) {
            fail(r, first.at);
            return;
        }
        tri_systolic_instruction i = tri_systolic_make((tri_systolic_op)op);
        i.x = 255;
        while (more(r)) read_field(r, take(r), &i);
        uint32_t pc = tri_systolic_append(p, *queue, &i);
        if (!p->failed) p->queues[*queue].at[pc] = i; /* as written, dtypes too */
    }
    if (more(r)) fail(r, r->at);
}

tri_status *tri_systolic_assemble(const char *text, size_t n, const char *file, tri_systolic_program **out_program)
{
    *out_program = NULL;
    tri_systolic_program *p = NULL;
    tri_status *status = NULL;
    int line = 0, queue = -1;
    for (const char *at = text, *end = text + n; at < end && !status;) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        line_reader r = {.at = at, .end = stop ? stop : end, .start = at};
        at = stop ? stop + 1 : end;
        line++;
        if (!more(&r)) continue;
        if (p) {
            read_line(&r, p, &queue);
        } else {
            expect(&r, "systolic");
            number(&r, TRI_SYSTOLIC_VERSION, TRI_SYSTOLIC_VERSION);
            word style = take(&r);
            if (!is(style, "bundle") && !is(style, "decoupled")) fail(&r, style.at);
            expect(&r, "chip");
            char hash[24] = {0}, *hash_end = hash;
            word w = take(&r);
            if (w.n < sizeof hash) memcpy(hash, w.at, w.n);
            uint64_t chip = strtoull(hash, &hash_end, 16); /* all 64 bits, so not through front_number */
            if (!w.n || w.n >= sizeof hash || hash_end != hash + w.n) fail(&r, w.at);
            expect(&r, "params");
            uint16_t params = (uint16_t)number(&r, 0, 65535);
            expect(&r, "sp_top");
            uint32_t sp_top = (uint32_t)number(&r, 0, UINT32_MAX);
            p = tri_systolic_new(is(style, "bundle"), chip, params);
            if (p) p->sp_top = sp_top;
        }
        if (!p || p->failed)
            status = tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory while assembling %s", file);
        else if (r.bad)
            status = tri_error(TRI_INVALID, (tri_loc){file, line, r.bad}, "this word makes no sense here in an engine program");
    }
    if (!status && !p) status = tri_error(TRI_INVALID, (tri_loc){file, 1, 1}, "an engine program begins with a line `systolic 2 ...`");
    if (!status) status = tri_systolic_verify(p);
    if (status)
        tri_systolic_free(p);
    else
        *out_program = p;
    return status;
}
