/* abi/systolic.c - the tables of the systolic instruction set, the strict encoding of programs, and the checks that need no chip.
 *
 * Decoding trusts nothing: counts are checked against the bytes that are there before anything is allocated, and the decoded program passes
 * tri_systolic_verify, which also proves that encoding it again gives the same bytes (unused fields have one spelling). */
#include "abi/systolic_private.h"

#include <stdlib.h>
#include <string.h>

const tri_systolic_op_row tri_systolic_ops[TRI_SYS_OP_COUNT] = {
#define TRI_SYSTOLIC_OP(name, engines, slots, doc) {#name, doc, engines, slots},
#include "abi/systolic_ops.def"
#undef TRI_SYSTOLIC_OP
};

static const struct {
    const char *text;
    uint8_t bits, base;
} dtypes[TRI_SYS_DTYPE_COUNT] = {
#define TRI_SYSTOLIC_DTYPE(name, text, bits, dtype) {text, bits, dtype},
#include "abi/systolic_ops.def"
#undef TRI_SYSTOLIC_DTYPE
};

static const struct {
    const char *text;
    int operands;
} alus[TRI_SYS_ALU_COUNT] = {
#define TRI_SYSTOLIC_ALU(name, text, operands, doc) {text, operands},
#include "abi/systolic_ops.def"
#undef TRI_SYSTOLIC_ALU
};

static const struct {
    const char *text;
    bool transcendental;
} functions[TRI_SYS_FN_COUNT] = {
#define TRI_SYSTOLIC_FUNCTION(name, text, expression, transcendental) {text, transcendental},
#include "abi/systolic_ops.def"
#undef TRI_SYSTOLIC_FUNCTION
};

static const char *const modes[TRI_SYS_MODE_COUNT] = {
#define TRI_SYSTOLIC_MM_MODE(name, text, pack, doc) text,
#include "abi/systolic_ops.def"
#undef TRI_SYSTOLIC_MM_MODE
};

static const char *const spaces[TRI_SYS_SPACE_COUNT] = {"hbm", "sp", "acc", "smem", "remote", "rowacc"};
static const char *const kinds[TRI_SYS_QUEUE_KIND_COUNT] = {"SEQ", "PE", "VEC", "ACT", "GP", "DMA", "BUNDLE"};

const char *tri_systolic_dtype_name(unsigned dtype) { return dtype < TRI_SYS_DTYPE_COUNT ? dtypes[dtype].text : "?"; }
tri_dtype tri_systolic_dtype_base(unsigned dtype) { return dtype < TRI_SYS_DTYPE_COUNT ? (tri_dtype)dtypes[dtype].base : TRI_DTYPE_COUNT; }
unsigned tri_systolic_dtype_bytes(unsigned dtype)
{
    return dtype < TRI_SYS_DTYPE_COUNT && dtypes[dtype].base != TRI_DTYPE_COUNT ? dtypes[dtype].bits / 8u : 0;
}
int tri_systolic_dtype_of(tri_dtype dtype)
{
    if (dtype == TRI_I1) return TRI_SYS_U8;
    for (int i = 0; i < TRI_SYS_DTYPE_COUNT; i++)
        if (dtypes[i].base == dtype && dtype != TRI_DTYPE_COUNT) return i;
    return -1;
}
const char *tri_systolic_alu_name(unsigned op) { return op < TRI_SYS_ALU_COUNT ? alus[op].text : "?"; }
int tri_systolic_alu_operands(unsigned op) { return op < TRI_SYS_ALU_COUNT ? alus[op].operands : 0; }
const char *tri_systolic_function_name(unsigned function) { return function < TRI_SYS_FN_COUNT ? functions[function].text : "?"; }
bool tri_systolic_function_transcendental(unsigned function) { return function < TRI_SYS_FN_COUNT && functions[function].transcendental; }
const char *tri_systolic_mode_name(unsigned mode) { return mode < TRI_SYS_MODE_COUNT ? modes[mode] : "?"; }
const char *tri_systolic_space_name(unsigned space) { return space < TRI_SYS_SPACE_COUNT ? spaces[space] : "?"; }
const char *tri_systolic_queue_kind_name(unsigned kind) { return kind < TRI_SYS_QUEUE_KIND_COUNT ? kinds[kind] : "?"; }

uint64_t tri_systolic_ap_elements(const tri_systolic_ap *ap)
{
    uint64_t n = 1;
    for (int i = 0; i < ap->ndim && i < 4; i++) n *= ap->size[i];
    return n;
}

/* Which fields each op uses. Operand classes: NO nothing; WORD a plain word; WSEL word and selector; FULL word, selector, pattern; MAY the same or
 * absent; IMM the same, or an immediate, or absent; RIMM a word that is a register or an immediate; TABLE a pattern index alone. */
enum { NO, WORD, WSEL, FULL, MAY, IMM, RIMM, TABLE };
enum { X_NO, X_THIRD, X_ARRAY, X_MASK, X_RING };
enum { F_NO, F_SETR, F_ALU1, F_ALU2, F_COMPARE, F_DMA, F_MODE, F_RED, F_SEL, F_FUNCTION, F_EXPR };
static const struct {
    uint8_t dst, src0, src1, x, fn, flags;
} uses[TRI_SYS_OP_COUNT] = {
    [TRI_SYS_SETR] = {WORD, WSEL, WORD, X_NO, F_SETR, 0},
    [TRI_SYS_ALU] = {WORD, WORD, RIMM, X_NO, F_ALU1, 0},
    [TRI_SYS_LOOP] = {NO, WSEL, NO, X_NO, F_NO, 0},
    [TRI_SYS_BR] = {WORD, WORD, WORD, X_NO, F_COMPARE, 0},
    [TRI_SYS_SETAP] = {TABLE, WORD, NO, X_NO, F_NO, 0},
    [TRI_SYS_RDT] = {WORD, NO, NO, X_NO, F_NO, 0},
    [TRI_SYS_DMA] = {FULL, FULL, MAY, X_RING, F_DMA, TRI_SYS_T | TRI_SYS_SKIP},
    [TRI_SYS_LDW] = {NO, FULL, NO, X_ARRAY, F_MODE, TRI_SYS_T},
    [TRI_SYS_MM] = {MAY, FULL, NO, X_ARRAY, F_MODE, TRI_SYS_ACC | TRI_SYS_LAST},
    [TRI_SYS_TT] = {FULL, FULL, FULL, X_NO, F_ALU1, 0},
    [TRI_SYS_TS] = {FULL, FULL, IMM, X_THIRD, F_ALU2, TRI_SYS_REDUCE | TRI_SYS_ACC},
    [TRI_SYS_STT] = {FULL, FULL, FULL, X_THIRD, F_ALU2, 0},
    [TRI_SYS_RED] = {FULL, FULL, NO, X_NO, F_RED, TRI_SYS_T},
    [TRI_SYS_SCAN] = {FULL, FULL, IMM, X_NO, F_RED, 0},
    [TRI_SYS_SEL] = {FULL, FULL, IMM, X_THIRD, F_SEL, 0},
    [TRI_SYS_COPY] = {FULL, FULL, NO, X_NO, F_NO, TRI_SYS_T},
    [TRI_SYS_MEMSET] = {FULL, NO, IMM, X_NO, F_NO, 0},
    [TRI_SYS_XPOSE] = {FULL, FULL, NO, X_NO, F_NO, 0},
    [TRI_SYS_IOTA] = {FULL, WSEL, NO, X_THIRD, F_NO, 0},
    [TRI_SYS_ACT] = {FULL, FULL, IMM, X_THIRD, F_FUNCTION, TRI_SYS_REDUCE | TRI_SYS_ACC},
    [TRI_SYS_MAP] = {FULL, FULL, IMM, X_THIRD, F_EXPR, 0},
    [TRI_SYS_POP] = {FULL, NO, NO, X_MASK, F_NO, TRI_SYS_ACC},
};

/* Little endian bytes. */
static void put16(uint8_t *to, uint32_t v)
{
    to[0] = (uint8_t)v;
    to[1] = (uint8_t)(v >> 8);
}
static void put32(uint8_t *to, uint32_t v)
{
    put16(to, v);
    put16(to + 2, v >> 16);
}
static void put64(uint8_t *to, uint64_t v)
{
    put32(to, (uint32_t)v);
    put32(to + 4, (uint32_t)(v >> 32));
}
static uint16_t get16(const uint8_t *from) { return (uint16_t)(from[0] | from[1] << 8); }
static uint32_t get32(const uint8_t *from) { return get16(from) | (uint32_t)get16(from + 2) << 16; }
static uint64_t get64(const uint8_t *from) { return get32(from) | (uint64_t)get32(from + 4) << 32; }

void tri_systolic_encode_instruction(const tri_systolic_instruction *i, uint8_t out[32])
{
    out[0] = i->op;
    out[1] = i->flags;
    out[2] = (uint8_t)((i->dtype_in & 15) | i->dtype_out << 4);
    out[3] = i->fn;
    for (int k = 0; k < 2; k++) {
        out[4 + 3 * k] = i->wait[k].semaphore;
        put16(out + 5 + 3 * k, i->wait[k].value);
        out[10 + 2 * k] = i->signal[k].semaphore;
        out[11 + 2 * k] = i->signal[k].add;
    }
    out[14] = (uint8_t)((i->sel_dst & 15) | i->sel_src0 << 4);
    out[15] = (uint8_t)((i->sel_src1 & 15) | i->extra << 4);
    put32(out + 16, i->dst);
    put32(out + 20, i->src0);
    put32(out + 24, i->src1);
    out[28] = i->ap_dst;
    out[29] = i->ap_src0;
    out[30] = i->ap_src1;
    out[31] = i->x;
}

tri_systolic_instruction tri_systolic_decode_instruction(const uint8_t in[32])
{
    tri_systolic_instruction i = {.op = in[0], .flags = in[1], .dtype_in = in[2] & 15, .dtype_out = in[2] >> 4, .fn = in[3]};
    for (int k = 0; k < 2; k++) {
        i.wait[k].semaphore = in[4 + 3 * k];
        i.wait[k].value = get16(in + 5 + 3 * k);
        i.signal[k].semaphore = in[10 + 2 * k];
        i.signal[k].add = in[11 + 2 * k];
    }
    i.sel_dst = in[14] & 15;
    i.sel_src0 = in[14] >> 4;
    i.sel_src1 = in[15] & 15;
    i.extra = in[15] >> 4;
    i.dst = get32(in + 16);
    i.src0 = get32(in + 20);
    i.src1 = get32(in + 24);
    i.ap_dst = in[28];
    i.ap_src0 = in[29];
    i.ap_src1 = in[30];
    i.x = in[31];
    return i;
}

static bool operand_ok(int use, uint32_t word, unsigned sel, unsigned ap, uint32_t n_aps)
{
    bool no_sel = sel == TRI_SYS_NO_REGISTER, no_ap = ap == TRI_SYS_NO_AP, absent = !word && no_sel && no_ap;
    bool full = ap < n_aps && ap < TRI_SYS_MOST_APS;
    switch (use) {
    case NO: return absent;
    case WORD: return no_sel && no_ap;
    case WSEL: return no_ap;
    case FULL: return full;
    case MAY: return full || absent;
    case IMM: return full || absent || (ap == TRI_SYS_IMMEDIATE && no_sel);
    case RIMM: return no_sel && (no_ap ? word < TRI_SYS_REGISTERS : ap == TRI_SYS_IMMEDIATE);
    default: return full && no_sel && !word;
    }
}

static bool fn_ok(const tri_systolic_program *p, const tri_systolic_instruction *i)
{
    unsigned op0 = TRI_SYS_OP0(i->fn), op1 = TRI_SYS_OP1(i->fn);
    switch (uses[i->op].fn) {
    case F_NO: return !i->fn;
    case F_SETR: return i->fn < TRI_SYS_SETR_COUNT;
    case F_ALU1:
        return op0 < TRI_SYS_ALU_COUNT && !op1 &&
               (i->op != TRI_SYS_ALU || (op0 != TRI_SYS_ALU_POW && op0 != TRI_SYS_ALU_RPOW && op0 != TRI_SYS_ALU_ATAN2));
    case F_ALU2: return op0 < TRI_SYS_ALU_COUNT;
    case F_COMPARE: return op0 >= TRI_SYS_ALU_EQ && op0 <= TRI_SYS_ALU_GE && !op1;
    case F_DMA: return i->fn < TRI_SYS_DMA_COUNT;
    case F_MODE: return i->fn < TRI_SYS_MODE_COUNT && i->fn != TRI_SYS_MODE_MX;
    case F_RED:
        return !op1 && (op0 == TRI_SYS_ALU_ADD || op0 == TRI_SYS_ALU_MUL || op0 == TRI_SYS_ALU_MAX || op0 == TRI_SYS_ALU_MIN ||
                        op0 == TRI_SYS_ALU_AND || op0 == TRI_SYS_ALU_OR || op0 == TRI_SYS_ALU_XOR);
    case F_SEL: return i->fn < TRI_SYS_SEL_COUNT;
    case F_FUNCTION: return i->fn < TRI_SYS_FN_COUNT;
    default: return i->fn < p->n_exprs;
    }
}

/* What an instruction may not look like; null when it is fine. */
static const char *bad_fields(const tri_systolic_program *p, const tri_systolic_queue *q, const tri_systolic_instruction *i)
{
    if (i->op >= TRI_SYS_OP_COUNT) return "unknown op";
    if (i->dtype_in >= TRI_SYS_DTYPE_COUNT || i->dtype_out >= TRI_SYS_DTYPE_COUNT) return "unknown dtype";
    unsigned always = TRI_SYS_KEEP0 | TRI_SYS_KEEP1 | (p->bundle ? TRI_SYS_END : 0);
    if (i->flags & ~(uses[i->op].flags | always)) return "a flag that the op does not have";
    for (int k = 0; k < 2; k++) {
        bool waits = i->wait[k].semaphore != TRI_SYS_NO_SEMAPHORE, signals = i->signal[k].semaphore != TRI_SYS_NO_SEMAPHORE;
        if (waits != (i->wait[k].value != 0)) return "a wait for zero, or a value without a semaphore";
        if (signals != (i->signal[k].add != 0)) return "a signal of zero, or an increment without a semaphore";
        if (!waits && i->flags & (k ? TRI_SYS_KEEP1 : TRI_SYS_KEEP0)) return "KEEP without a wait";
    }
    if (i->wait[0].semaphore != TRI_SYS_NO_SEMAPHORE && i->wait[0].semaphore == i->wait[1].semaphore) return "two waits on one semaphore";
    if (!operand_ok(uses[i->op].dst, i->dst, i->sel_dst, i->ap_dst, q->n_aps)) return "bad dst";
    if (!operand_ok(uses[i->op].src0, i->src0, i->sel_src0, i->ap_src0, q->n_aps)) return "bad src0";
    if (!operand_ok(uses[i->op].src1, i->src1, i->sel_src1, i->ap_src1, q->n_aps)) return "bad src1";
    if (!fn_ok(p, i)) return "bad fn";
    bool out_typed = uses[i->op].dst == FULL || uses[i->op].dst == MAY, in_typed = uses[i->op].src0 == FULL;
    if (!out_typed && i->dtype_out) return "dtype_out without use";
    if (i->op == TRI_SYS_IOTA ? i->dtype_in != TRI_SYS_I32 : i->op == TRI_SYS_MEMSET ? i->dtype_in != i->dtype_out : !in_typed && i->dtype_in)
        return "bad dtype_in";
    bool has_extra = i->extra != TRI_SYS_NO_REGISTER;
    switch (uses[i->op].x) {
    case X_NO:
        if (i->x != 255 || has_extra) return "x or extra without use";
        break;
    case X_THIRD:
        if (i->x != 255 && i->x >= q->n_aps) return "x is no pattern of the queue";
        break;
    case X_ARRAY:
    case X_MASK:
        if (has_extra || i->x == 255) return "bad array";
        break;
    default:
        if (p->bundle ? i->x >= TRI_SYS_MOST_RINGS : i->x != 255) return "bad ring";
        if (has_extra && i->fn < TRI_SYS_DMA_GATHER) return "a row count without indices";
        if (i->flags & TRI_SYS_SKIP && !has_extra) return "SKIP without a row count";
        if ((i->ap_src1 != TRI_SYS_NO_AP) != (i->fn >= TRI_SYS_DMA_GATHER)) return "indices and fn disagree";
    }
    switch (i->op) {
    case TRI_SYS_SETR:
    case TRI_SYS_RDT:
        if (i->dst >= TRI_SYS_REGISTERS) return "no such register";
        if (i->op == TRI_SYS_RDT) break;
        if (i->fn != TRI_SYS_SETR_IMM && i->src1) return "src1 without use";
        if (i->fn == TRI_SYS_SETR_ARG && i->src0 >= p->params) return "no such launch argument";
        if (i->fn < TRI_SYS_SETR_LOAD_I8 && i->sel_src0 != TRI_SYS_NO_REGISTER) return "a register without use";
        break;
    case TRI_SYS_ALU:
        if (i->dst >= TRI_SYS_REGISTERS || i->src0 >= TRI_SYS_REGISTERS) return "no such register";
        break;
    case TRI_SYS_BR:
        if (i->src0 >= TRI_SYS_REGISTERS || !i->dst) return "no such register, or an empty skip";
        break;
    case TRI_SYS_SETAP:
        if (i->src0 >= p->n_aps) return "no such pattern in the program's list";
        break;
    case TRI_SYS_MEMSET:
        if (i->ap_src1 != TRI_SYS_IMMEDIATE) return "MEMSET needs an immediate";
        break;
    case TRI_SYS_STT:
        if (TRI_SYS_OP1(i->fn) == TRI_SYS_ALU_NONE) return "STT needs op1";
        if (tri_systolic_alu_operands(TRI_SYS_OP0(i->fn)) == 2 && i->x == 255 && !has_extra) return "op0 has no scalar";
        break;
    case TRI_SYS_TS:
        if (tri_systolic_alu_operands(TRI_SYS_OP0(i->fn)) == 2 && i->ap_src1 == TRI_SYS_NO_AP) return "op0 has no second operand";
        if ((TRI_SYS_OP1(i->fn) != TRI_SYS_ALU_NONE) != (i->x != 255 || has_extra)) return "op1 and its scalar disagree";
        break;
    case TRI_SYS_SEL:
        if (i->ap_src1 == TRI_SYS_NO_AP) return "SEL needs src1";
        if (i->fn && i->x == 255) return "an affine SEL needs pattern x";
        break;
    case TRI_SYS_IOTA:
        if (i->x == 255 || has_extra) return "IOTA needs pattern x and no extra";
        break;
    default: break;
    }
    if (i->flags & TRI_SYS_ACC && (i->op == TRI_SYS_TS || i->op == TRI_SYS_ACT) && !(i->flags & TRI_SYS_REDUCE)) return "ACC without REDUCE";
    return NULL;
}

static tri_status *illegal(const tri_systolic_queue *q, uint32_t pc, const char *what)
{
    return tri_error(TRI_INVALID, TRI_NOWHERE, "ILLEGAL: queue %s%u pc %u%s%s: %s", tri_systolic_queue_kind_name(q->kind), q->ring, pc,
                     pc < q->n && q->at[pc].op < TRI_SYS_OP_COUNT ? " " : "",
                     pc < q->n && q->at[pc].op < TRI_SYS_OP_COUNT ? tri_systolic_ops[q->at[pc].op].name : "", what);
}

/* Loops nest, branches stay in their loop body, bundles are closed where control changes. */
static tri_status *verify_control(const tri_systolic_program *p, const tri_systolic_queue *q)
{
    uint32_t depth = 0;
    for (uint32_t pc = 0; pc < q->n; pc++) {
        const tri_systolic_instruction *i = &q->at[pc];
        bool ends = i->flags & TRI_SYS_END;
        bool control = i->op == TRI_SYS_LOOP || i->op == TRI_SYS_ENDLOOP || i->op == TRI_SYS_BR || i->op == TRI_SYS_HALT || i->op == TRI_SYS_BAR;
        if (p->bundle && control && !ends) return illegal(q, pc, "must end its bundle");
        if (i->op == TRI_SYS_LOOP && ++depth > TRI_SYS_LOOP_DEPTH) return illegal(q, pc, "loops nest deeper than 8");
        if (i->op == TRI_SYS_ENDLOOP && depth-- == 0) return illegal(q, pc, "no LOOP before it");
        if ((i->op == TRI_SYS_HALT) != (pc + 1 == q->n)) return illegal(q, pc, "HALT is the last instruction, and only that");
        if (i->op != TRI_SYS_BR) continue;
        if (i->dst >= q->n - pc - 1) return illegal(q, pc, "branches out of the queue");
        int level = 0;
        for (uint32_t k = pc + 1; k <= pc + i->dst; k++) {
            if (q->at[k].op == TRI_SYS_LOOP) level++;
            if (q->at[k].op == TRI_SYS_ENDLOOP && level-- == 0) return illegal(q, pc, "branches out of its loop");
        }
        if (level) return illegal(q, pc, "branches into a loop");
        if (p->bundle && !(q->at[pc + i->dst].flags & TRI_SYS_END)) return illegal(q, pc, "branches into a bundle");
    }
    if (depth) return illegal(q, q->n, "a LOOP without ENDLOOP");
    return NULL;
}

static tri_status *verify_ap(const tri_systolic_ap *ap, const char *where, unsigned number)
{
    bool ok = ap->space < TRI_SYS_SPACE_COUNT && tri_systolic_dtype_bytes(ap->dtype) && ap->ndim <= 4 && ap->npart;
    for (int k = 0; ok && k < 4; k++) ok = k < ap->ndim ? ap->size[k] != 0 : !ap->size[k] && !ap->stride[k];
    ok = ok && tri_systolic_ap_elements(ap) <= 1u << 24;
    return ok ? NULL : tri_error(TRI_INVALID, TRI_NOWHERE, "ILLEGAL: pattern %u of %s has a bad space, dtype, size or number of axes", number, where);
}

static tri_status *verify_expr(const tri_systolic_expr *e, unsigned number)
{
    bool ok = e->n_nodes >= 1 && e->n_nodes <= TRI_SYS_MOST_NODES && e->n_constants <= TRI_SYS_MOST_CONSTANTS;
    for (unsigned k = 0; ok && k < TRI_SYS_MOST_CONSTANTS; k++) ok = k < e->n_constants || !e->constant[k];
    for (unsigned k = 0; ok && k < TRI_SYS_MOST_NODES; k++) {
        if (k >= e->n_nodes) {
            ok = !e->node[k].op && !e->node[k].a && !e->node[k].b && !e->node[k].c;
            continue;
        }
        unsigned op = e->node[k].op;
        int operands = op == TRI_SYS_NODE_SELECT     ? 3
                       : op >= TRI_SYS_NODE_FUNCTION ? op - TRI_SYS_NODE_FUNCTION < TRI_SYS_FN_COUNT
                                                     : tri_systolic_alu_operands(op);
        const uint8_t in[3] = {e->node[k].a, e->node[k].b, e->node[k].c};
        ok = operands > 0;
        for (int j = 0; ok && j < 3; j++) {
            bool exists = in[j] < 4 + k || (in[j] >= TRI_SYS_IN_PARTITION && in[j] < TRI_SYS_IN_INDEX + 4) ||
                          (in[j] >= TRI_SYS_IN_CONSTANT && in[j] < TRI_SYS_IN_CONSTANT + e->n_constants);
            ok = j < operands ? exists : in[j] == TRI_SYS_IN_NONE;
        }
    }
    return ok ? NULL : tri_error(TRI_INVALID, TRI_NOWHERE, "ILLEGAL: expression %u has a bad count, op or operand", number);
}

tri_status *tri_systolic_verify(const tri_systolic_program *p)
{
    if (!p->n_queues || p->n_queues > TRI_SYS_MOST_QUEUES)
        return tri_error(TRI_INVALID, TRI_NOWHERE, "ILLEGAL: a program has 1 to 21 queues, not %u", p->n_queues);
    for (uint32_t k = 0; k < p->n_aps; k++) TRI_TRY(verify_ap(&p->aps[k], "the program's list", k));
    if (p->n_exprs > 256) return tri_error(TRI_INVALID, TRI_NOWHERE, "ILLEGAL: more than 256 expressions");
    for (uint32_t k = 0; k < p->n_exprs; k++) {
        TRI_TRY(verify_expr(&p->exprs[k], k));
        for (uint32_t j = 0; j < k; j++)
            if (!memcmp(&p->exprs[j], &p->exprs[k], sizeof p->exprs[k]))
                return tri_error(TRI_INVALID, TRI_NOWHERE, "ILLEGAL: expressions %u and %u are the same", j, k);
    }
    for (uint32_t k = 0; k < p->n_queues; k++) {
        const tri_systolic_queue *q = &p->queues[k];
        if (q->kind >= TRI_SYS_QUEUE_KIND_COUNT || p->bundle != (q->kind == TRI_SYS_BUNDLE) || q->ring >= TRI_SYS_MOST_RINGS ||
            (q->ring && q->kind != TRI_SYS_DMA_QUEUE))
            return tri_error(TRI_INVALID, TRI_NOWHERE, "ILLEGAL: queue %u has a bad kind or ring", k);
        for (uint32_t j = 0; j < k; j++)
            if (p->queues[j].kind == q->kind && p->queues[j].ring == q->ring)
                return tri_error(TRI_INVALID, TRI_NOWHERE, "ILLEGAL: two queues are %s%u", tri_systolic_queue_kind_name(q->kind), q->ring);
        if (q->n_aps > TRI_SYS_MOST_APS) return tri_error(TRI_INVALID, TRI_NOWHERE, "ILLEGAL: queue %u has more than 254 patterns", k);
        for (uint32_t j = 0; j < q->n_aps; j++) TRI_TRY(verify_ap(&q->aps[j], tri_systolic_queue_kind_name(q->kind), j));
        if (!q->n)
            return tri_error(TRI_INVALID, TRI_NOWHERE, "ILLEGAL: queue %s%u has no instructions", tri_systolic_queue_kind_name(q->kind), q->ring);
        for (uint32_t pc = 0; pc < q->n; pc++) {
            if (q->at[pc].statement > p->n_statements) return illegal(q, pc, "no such statement");
            const char *bad = bad_fields(p, q, &q->at[pc]);
            if (bad) return illegal(q, pc, bad);
        }
        TRI_TRY(verify_control(p, q));
    }
    return NULL;
}

enum { HEADER = 56, QUEUE = 16, PATTERN = 32, EXPRESSION = 104, INSTRUCTION = 32 };

static void encode_ap(const tri_systolic_ap *ap, uint8_t *out)
{
    put32(out, ap->space | (uint32_t)ap->dtype << 3 | (uint32_t)ap->ndim << 7 | (uint32_t)ap->npart << 16);
    for (int k = 0; k < 4; k++) {
        put16(out + 4 + 2 * k, ap->size[k]);
        put32(out + 12 + 4 * k, (uint32_t)ap->stride[k]);
    }
    put32(out + 28, (uint32_t)ap->plane_stride);
}

static tri_status *decode_ap(const uint8_t *in, tri_systolic_ap *ap)
{
    uint32_t head = get32(in);
    if (head & 0xfc00) return tri_error(TRI_INVALID, TRI_NOWHERE, "ILLEGAL: reserved bits of a pattern are set");
    *ap = (tri_systolic_ap){
        .space = head & 7, .dtype = head >> 3 & 15, .ndim = head >> 7 & 7, .npart = (uint16_t)(head >> 16), .plane_stride = (int32_t)get32(in + 28)};
    for (int k = 0; k < 4; k++) {
        ap->size[k] = get16(in + 4 + 2 * k);
        ap->stride[k] = (int32_t)get32(in + 12 + 4 * k);
    }
    return NULL;
}

/* Header: magic, version u16, style u8, queues u8, chip hash u64, params u16, zero u16, sp_top u32, program patterns u32, all patterns u32,
 * expressions u32, statements u32, instructions u64, total bytes u64. Queue: kind u8, ring u8, zero u16, patterns u32, instructions u32, zero u32. */
tri_status *tri_systolic_finish(const tri_systolic_program *p, void **out_bytes, size_t *out_n)
{
    *out_bytes = NULL;
    if (p->failed) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory while building an engine program");
    TRI_TRY(tri_systolic_verify(p));
    size_t aps = p->n_aps, instructions = 0;
    for (uint32_t k = 0; k < p->n_queues; k++) {
        aps += p->queues[k].n_aps;
        instructions += p->queues[k].n;
    }
    tri_text statements = {0};
    tri_systolic_encode_statements(p, &statements);
    size_t n = HEADER + QUEUE * (size_t)p->n_queues + PATTERN * aps + EXPRESSION * (size_t)p->n_exprs + INSTRUCTION * instructions + statements.n;
    uint8_t *bytes = statements.failed ? NULL : calloc(1, n);
    if (!bytes) {
        tri_text_free(&statements);
        return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory: %zu bytes for an engine program", n);
    }
    memcpy(bytes, "TSYS", 4);
    put16(bytes + 4, TRI_SYSTOLIC_VERSION);
    bytes[6] = p->bundle;
    bytes[7] = (uint8_t)p->n_queues;
    put64(bytes + 8, p->chip_hash);
    put16(bytes + 16, p->params);
    put32(bytes + 20, p->sp_top);
    put32(bytes + 24, p->n_aps);
    put32(bytes + 28, (uint32_t)aps);
    put32(bytes + 32, p->n_exprs);
    put32(bytes + 36, p->n_statements);
    put64(bytes + 40, instructions);
    put64(bytes + 48, n);
    uint8_t *at = bytes + HEADER;
    for (uint32_t k = 0; k < p->n_queues; k++, at += QUEUE) {
        at[0] = p->queues[k].kind;
        at[1] = p->queues[k].ring;
        put32(at + 4, p->queues[k].n_aps);
        put32(at + 8, p->queues[k].n);
    }
    for (uint32_t k = 0; k < p->n_aps; k++, at += PATTERN) encode_ap(&p->aps[k], at);
    for (uint32_t k = 0; k < p->n_queues; k++)
        for (uint32_t j = 0; j < p->queues[k].n_aps; j++, at += PATTERN) encode_ap(&p->queues[k].aps[j], at);
    for (uint32_t k = 0; k < p->n_exprs; k++, at += EXPRESSION) {
        const tri_systolic_expr *e = &p->exprs[k];
        at[0] = e->n_nodes;
        at[1] = e->n_constants;
        memcpy(at + 8, e->node, sizeof e->node);
        for (int j = 0; j < TRI_SYS_MOST_CONSTANTS; j++) put32(at + 72 + 4 * j, e->constant[j]);
    }
    for (uint32_t k = 0; k < p->n_queues; k++)
        for (uint32_t pc = 0; pc < p->queues[k].n; pc++, at += INSTRUCTION) tri_systolic_encode_instruction(&p->queues[k].at[pc], at);
    if (statements.n) memcpy(at, statements.at, statements.n);
    tri_text_free(&statements);
    *out_bytes = bytes;
    *out_n = n;
    return NULL;
}

static tri_status *decode_into(const uint8_t *bytes, size_t n, tri_systolic_program *p)
{
    const uint8_t *at = bytes + HEADER;
    uint64_t aps = p->n_aps, instructions = 0;
    for (uint32_t k = 0; k < p->n_queues; k++, at += QUEUE) {
        tri_systolic_queue *q = &p->queues[k];
        *q = (tri_systolic_queue){.kind = at[0], .ring = at[1]};
        if (get16(at + 2) || get32(at + 12)) return tri_error(TRI_INVALID, TRI_NOWHERE, "ILLEGAL: reserved bytes of queue %u are set", k);
        uint32_t queue_aps = get32(at + 4), queue_n = get32(at + 8);
        aps += queue_aps;
        instructions += queue_n;
        if ((uint64_t)queue_n * INSTRUCTION > n || queue_aps > TRI_SYS_MOST_APS)
            return tri_error(TRI_INVALID, TRI_NOWHERE, "ILLEGAL: queue %u is longer than the file", k);
        q->n = q->room = queue_n;
        q->n_aps = q->ap_room = queue_aps;
        q->at = calloc(queue_n + 1u, sizeof *q->at);
        q->aps = calloc(queue_aps + 1u, sizeof *q->aps);
        if (!q->at || !q->aps) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory for %u instructions", queue_n);
    }
    uint64_t code_n = HEADER + QUEUE * (uint64_t)p->n_queues + PATTERN * aps + EXPRESSION * (uint64_t)p->n_exprs + INSTRUCTION * instructions;
    if (aps != get32(bytes + 28) || instructions != get64(bytes + 40) || n < code_n)
        return tri_error(TRI_INVALID, TRI_NOWHERE, "ILLEGAL: the counts of the engine program do not add up to its %zu bytes", n);
    p->ap_room = p->n_aps;
    p->expr_room = p->n_exprs;
    p->aps = calloc(p->n_aps + 1u, sizeof *p->aps);
    p->exprs = calloc(p->n_exprs + 1u, sizeof *p->exprs);
    if (!p->aps || !p->exprs) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory for %u patterns", p->n_aps);
    for (uint32_t k = 0; k < p->n_aps; k++, at += PATTERN) TRI_TRY(decode_ap(at, &p->aps[k]));
    for (uint32_t k = 0; k < p->n_queues; k++)
        for (uint32_t j = 0; j < p->queues[k].n_aps; j++, at += PATTERN) TRI_TRY(decode_ap(at, &p->queues[k].aps[j]));
    for (uint32_t k = 0; k < p->n_exprs; k++, at += EXPRESSION) {
        tri_systolic_expr *e = &p->exprs[k];
        e->n_nodes = at[0];
        e->n_constants = at[1];
        for (int j = 2; j < 8; j++)
            if (at[j]) return tri_error(TRI_INVALID, TRI_NOWHERE, "ILLEGAL: reserved bytes of expression %u are set", k);
        memcpy(e->node, at + 8, sizeof e->node);
        for (int j = 0; j < TRI_SYS_MOST_CONSTANTS; j++) e->constant[j] = get32(at + 72 + 4 * j);
    }
    for (uint32_t k = 0; k < p->n_queues; k++)
        for (uint32_t pc = 0; pc < p->queues[k].n; pc++, at += INSTRUCTION) p->queues[k].at[pc] = tri_systolic_decode_instruction(at);
    TRI_TRY(tri_systolic_decode_statements(at, n - (size_t)code_n, get32(bytes + 36), p));
    return tri_systolic_verify(p);
}

tri_status *tri_systolic_decode(const void *from, size_t n, tri_systolic_program **out_program)
{
    const uint8_t *bytes = from;
    *out_program = NULL;
    if (n < HEADER || memcmp(bytes, "TSYS", 4)) return tri_error(TRI_INVALID, TRI_NOWHERE, "ILLEGAL: not an engine program (no TSYS header)");
    if (get16(bytes + 4) != TRI_SYSTOLIC_VERSION)
        return tri_error(TRI_INVALID, TRI_NOWHERE, "ILLEGAL: engine program version %u; this build reads version %d", get16(bytes + 4),
                         TRI_SYSTOLIC_VERSION);
    uint64_t fixed = HEADER + QUEUE * (uint64_t)bytes[7] + PATTERN * (uint64_t)get32(bytes + 24) + EXPRESSION * (uint64_t)get32(bytes + 32);
    if (bytes[6] > 1 || bytes[7] > TRI_SYS_MOST_QUEUES || get16(bytes + 18) || get64(bytes + 48) != n || fixed > n)
        return tri_error(TRI_INVALID, TRI_NOWHERE, "ILLEGAL: the header of the engine program is damaged");
    tri_systolic_program *p = calloc(1, sizeof *p);
    if (!p) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory for an engine program");
    p->bundle = bytes[6];
    p->n_queues = bytes[7];
    p->chip_hash = get64(bytes + 8);
    p->params = get16(bytes + 16);
    p->sp_top = get32(bytes + 20);
    p->n_aps = get32(bytes + 24);
    p->n_exprs = get32(bytes + 32);
    tri_status *status = decode_into(bytes, n, p);
    if (status) {
        tri_systolic_free(p);
        return status;
    }
    *out_program = p;
    return NULL;
}
