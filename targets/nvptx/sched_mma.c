/* targets/nvptx/sched_mma.c - mma as wgmma: descriptors of staged operands, the registers of the others, and the accumulators, which are tied to
 * their own results so that they never move. */
#include "targets/nvptx/sched.h"

typedef struct product {
    tri_dtype operand, result;
    int k;
    const char *types;
    bool either; /* which dimension of a staged operand is contiguous is free */
} product;

static const product products[] = {
#define WGMMA(...) {__VA_ARGS__},
#include "targets/nvptx/wgmma.def"
};

enum { MOST_COLUMNS = 256, COLUMN_STEP = 8, ATOM_ROWS = 8 };

/* ---- staged operands ---- */

/* A descriptor as its low half, which holds the address, and its constant high half. */
typedef struct operand {
    const view *view;
    bool contracted; /* the contracted dimension is the contiguous one */
    tri_ref low;
    uint32_t high;
} operand;

/* Bits of a descriptor: address / 16 in 0-13, leading offset / 16 in 16-29, stride / 16 in 32-45, swizzle in 62-63. Where the contracted dimension is
 * contiguous the stride leads to the next 8 rows and the leading offset is not used; else it leads to the next 8 of the contracted dimension, and the
 * leading offset to the next panel. */
static operand describe(sched *s, const view *v, bool contracted)
{
    const ring *r = v->ring;
    uint32_t mode = r->swizzle == 128 ? 1 : r->swizzle == 64 ? 2 : 3;
    uint32_t leading = contracted ? 1 : (uint32_t)(r->panel_bytes / 16);
    operand o = {.view = v, .contracted = contracted, .high = (uint32_t)(ATOM_ROWS * r->row_bytes / 16) | mode << 30};
    tri_ref here = group_here(s, v->address), chunk = tri_emit(s->e, "lshr exact i32 %s, 4", here);
    o.low = tri_emit(s->e, "or disjoint i32 %s, %u", chunk, leading << 16);
    return o;
}

/* The descriptor from `free` along the dimension that is not contracted and `k` along the one that is. */
static tri_ref descriptor(sched *s, const operand *o, int64_t free, int64_t k)
{
    const ring *r = o->view->ring;
    int64_t across = o->contracted ? k : free, down = o->contracted ? free : k, element = (int64_t)tri_dtype_bytes(r->dtype);
    int64_t bytes = down * r->row_bytes + across / r->panel_columns * r->panel_bytes + across % r->panel_columns * element;
    tri_ref low = bytes ? tri_emit(s->e, "add i32 %s, %lld", o->low, (long long)(bytes / 16)) : o->low;
    tri_ref wide = tri_emit(s->e, "zext i32 %s to i64", low);
    return tri_emit(s->e, "or disjoint i64 %s, %lld", wide, (long long)((uint64_t)o->high << 32));
}

static tri_status *check_staged(const tri_op *op, const value *v, const product *p, bool contracted, const char *which)
{
    const ring *r = v->view.ring;
    if (!r->swizzle) return tri_emit_unsupported(op, "rows of %s take %lld bytes, no multiple of 32", which, (long long)r->row_bytes);
    if (r->rows % ATOM_ROWS) return tri_emit_unsupported(op, "%lld rows of %s, no multiple of 8", (long long)r->rows, which);
    if (!contracted && !p->either) return tri_emit_unsupported(op, "the contracted dimension of %s is not contiguous", which);
    return NULL;
}

/* ---- instructions ---- */

/* $n, $n+1, ... */
static const char *names(tri_arena *arena, int first, int n)
{
    char *text = tri_arena_alloc(arena, (size_t)n * 8 + 1), *at = text;
    for (int i = 0; i < n; i++) at += sprintf(at, "%s$%d", i ? ", " : "", first + i);
    return text;
}

static const char *repeated(tri_arena *arena, const char *what, int n)
{
    size_t length = strlen(what);
    char *text = tri_arena_alloc(arena, (size_t)n * length + 1);
    for (int i = 0; i < n; i++) memcpy(text + (size_t)i * length, what, length);
    return text;
}

static const char *listed(tri_arena *arena, const char *type, const tri_ref *at, int n)
{
    size_t room = 1;
    for (int i = 0; i < n; i++) room += strlen(type) + strlen(at[i]) + 3;
    char *text = tri_arena_alloc(arena, room), *to = text;
    for (int i = 0; i < n; i++) to += sprintf(to, "%s%s %s", i ? ", " : "", type, at[i]);
    return text;
}

/* One wgmma: `n` results at `d`, whose old values count if the i1 `kept` says so ("true": always; null: they do not exist). */
typedef struct issue {
    const product *product;
    int columns, n;
    tri_ref *d;
    tri_ref kept;
    const tri_ref *a_registers; /* four, or null: */
    tri_ref a, b;
    bool a_contracted, b_contracted;
} issue;

static void emit_issue(sched *s, const issue *w)
{
    tri_emitter *e = s->e;
    tri_arena *arena = e->arena;
    bool fresh = !w->kept, asked = !fresh && strcmp(w->kept, "true");
    int next = fresh ? w->n : 2 * w->n, n_a = w->a_registers ? 4 : 1;
    const char *a = w->a_registers ? tri_arena_printf(arena, "{%s}", names(arena, next, 4)) : tri_arena_printf(arena, "$%d", next);
    const char *scale = fresh ? "0" : !asked ? "1" : tri_arena_printf(arena, "$%d", next + n_a + 1);
    const char *turned = !w->product->either ? ""
                         : w->a_registers    ? (w->b_contracted ? ", 0" : ", 1")
                         : w->a_contracted   ? (w->b_contracted ? ", 0, 0" : ", 0, 1")
                                             : (w->b_contracted ? ", 1, 0" : ", 1, 1");
    const char *text = tri_arena_printf(arena, "wgmma.mma_async.sync.aligned.m64n%dk%d.%s {%s}, %s, $%d, %s, 1, 1%s;", w->columns, w->product->k,
                                        w->product->types, names(arena, 0, w->n), a, next + n_a, scale, turned);
    char *tied = tri_arena_alloc(arena, (size_t)w->n * 5 + 1), *at = tied;
    for (int i = 0; i < w->n && !fresh; i++) at += sprintf(at, ",%d", i);
    const char *type = w->product->result == TRI_F32 ? "float" : "i32";
    const char *results = repeated(arena, tri_arena_printf(arena, ", %s", type), w->n) + 2;
    const char *outputs = repeated(arena, fresh ? ",=&f" : ",=f", w->n) + 1;
    const char *c = fresh ? "" : tri_arena_printf(arena, "%s, ", listed(arena, type, w->d, w->n));
    const char *left = w->a_registers ? listed(arena, "i32", w->a_registers, 4) : tri_arena_printf(arena, "i64 %s", w->a);
    tri_ref made = tri_emit(e, "call { %s } asm sideeffect \"%s\", \"%s%s%s,l%s\"(%s%s, i64 %s%s%s) #1", results, text, outputs, tied,
                            w->a_registers ? ",r,r,r,r" : ",l", asked ? ",b" : "", c, left, w->b, asked ? ", i1 " : "", asked ? w->kept : "");
    for (int i = 0; i < w->n; i++) w->d[i] = tri_emit(e, "extractvalue { %s } %s, %d", results, made, i);
}

/* ---- the statement ---- */

/* What the solver chose; it knows which conversions that takes, too. */
static const product *choose(const sched *s, const tri_op *op)
{
    const tri_chain_mma *mma = tri_chain_mma_of(&s->plan.chain, op);
    for (size_t i = 0; mma && i < sizeof products / sizeof *products; i++)
        if (products[i].operand == mma->product->operand && products[i].result == mma->product->result) return &products[i];
    return NULL;
}

static bool is_zero(const tri_value *v)
{
    const tri_op *op = v->op;
    return op && op->kind == TRI_TILE_FILL && !op->n_operands && tri_op_number(op, "value", 1) == 0;
}

static tri_status *check(sched *s, const tri_op *op, const product *p)
{
    const tri_type *a = &op->operands[0]->type, *d = &op->results[0]->type;
    const value *left = &s->values[op->operands[0]->id], *right = &s->values[op->operands[1]->id];
    if (d->rank != 2) return tri_emit_unsupported(op, "products of rank %d", (int)d->rank);
    if (!p) return tri_emit_unsupported(op, "warpgroups have no product of %s", tri_dtype_name((tri_dtype)a->dtype));
    if (tri_dtype_bytes(p->operand) == 1)
        return tri_emit_unsupported(op, "sums of 8-bit products keep fewer bits than f32; they would have to be added up outside of the array");
    if (d->dims[0] % GROUP_ROWS || d->dims[1] % COLUMN_STEP || a->dims[1] % p->k)
        return tri_emit_unsupported(op, "%lldx%lldx%lld is no multiple of %dx%dx%d", (long long)d->dims[0], (long long)d->dims[1],
                                    (long long)a->dims[1], GROUP_ROWS, COLUMN_STEP, p->k);
    if (op->n_operands == 3 && s->values[op->operands[2]->id].staged) return tri_emit_unsupported(op, "it adds to a tile that is not in registers");
    if (!tri_type_elements(a)) return tri_emit_unsupported(op, "an operand without elements");
    if (!right->staged) return tri_emit_unsupported(op, "the right operand must be staged");
    TRI_TRY(check_staged(op, right, p, right->view.transposed, "the right operand"));
    if (left->staged) return check_staged(op, left, p, !left->view.transposed, "the left operand");
    tri_conversion conversion = tri_chain_edge_of(&s->plan.chain, op, TRI_CHAIN_LEFT)->conversion;
    if (!left->fragment.paired || conversion != TRI_CONVERT_NOTHING)
        return tri_emit_unsupported(op, "its left operand would have to change its place in the registers: %s", tri_conversion_name(conversion));
    return NULL;
}

/* Whether ordinary statements make the value, through loops too: then its registers are written by something else than products. */
static bool is_computed(const tri_value *v)
{
    const tri_op *loop = v->op ? v->op : v->block->owner;
    bool carried = loop && loop->kind == TRI_TILE_FOR && (v->op || v->index > 0);
    if (!carried) return !v->op || v->op->kind != TRI_TILE_MMA;
    const tri_value *yielded = loop->regions[0]->last->operands[v->op ? v->index : v->index - 1];
    return yielded->op && yielded->op->kind != TRI_TILE_MMA;
}

/* What computes a product's registers has to stand in front of the fence, and LLVM sees no reason: an empty statement there takes each of them. */
static void keep_before(sched *s, const char *type, const char *constraint, int64_t n, tri_ref *at)
{
    for (int64_t i = 0; i < n; i++) at[i] = tri_emit(s->e, "call %s asm sideeffect \"\", \"=%s,0\"(%s %s)", type, constraint, type, at[i]);
}

tri_status *group_mma(sched *s, const tri_op *op)
{
    tri_emitter *e = s->e;
    const product *p = choose(s, op);
    TRI_TRY(check(s, op, p));
    const value *left = &s->values[op->operands[0]->id], *right = &s->values[op->operands[1]->id];
    const tri_type *type = &op->results[0]->type;
    int64_t m = type->dims[0], n = type->dims[1], length = op->operands[0]->type.dims[1];
    fragment d;
    TRI_TRY(group_fragment_new(s, op, type, group_layout(type), &d));
    tri_ref kept = NULL; /* nothing to add to */
    if (op->n_operands == 3 && !is_zero(op->operands[2])) {
        const fragment *c = &s->values[op->operands[2]->id].fragment;
        memcpy(d.at, c->at, (size_t)d.n * sizeof *d.at);
        kept = c->kept ? c->kept : "true";
    }
    operand a = {0}, b = describe(s, &right->view, right->view.transposed);
    if (left->staged) a = describe(s, &left->view, !left->view.transposed);
    tri_ref *packed = left->fragment.at;
    if (kept && is_computed(op->operands[2])) keep_before(s, p->result == TRI_F32 ? "float" : "i32", p->result == TRI_F32 ? "f" : "r", d.n, d.at);
    if (!left->staged && is_computed(op->operands[0])) {
        packed = TRI_NEW_ARRAY(e->arena, tri_ref, left->fragment.n / 2);
        memcpy(packed, left->fragment.at, (size_t)(left->fragment.n / 2) * sizeof *packed);
        keep_before(s, "i32", "r", left->fragment.n / 2, packed);
    }
    tri_emit_line(e, "call void @llvm.nvvm.wgmma.fence.sync.aligned()");
    for (int64_t row = 0; row < m; row += GROUP_ROWS) {
        for (int64_t column = 0; column < n; column += MOST_COLUMNS) {
            int columns = (int)(n - column < MOST_COLUMNS ? n - column : MOST_COLUMNS);
            issue w = {.product = p, .columns = columns, .n = columns / 2, .kept = kept, .a_contracted = a.contracted, .b_contracted = b.contracted};
            w.d = d.at + row / GROUP_ROWS * n / 2 + column / 2;
            for (int64_t k = 0; k < length; k += p->k) {
                if (left->staged)
                    w.a = descriptor(s, &a, row, k);
                else /* the fragment of the accumulator is that of the left operand, 16 columns after 16 */
                    w.a_registers = packed + (row / GROUP_ROWS * length + k) / 4;
                w.b = descriptor(s, &b, column, k);
                emit_issue(s, &w);
                w.kept = "true";
            }
        }
    }
    tri_emit_line(e, "call void @llvm.nvvm.wgmma.commit_group.sync.aligned()");
    if (!tri_op_attr(op, "async")) tri_emit_line(e, "call void @llvm.nvvm.wgmma.wait_group.sync.aligned(i64 0)");
    s->values[op->results[0]->id] = (value){.fragment = d};
    return NULL;
}
