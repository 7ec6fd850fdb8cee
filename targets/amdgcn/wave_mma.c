/* targets/amdgcn/wave_mma.c - products: transposed results by matrix instructions whose first operand is the right one. Of 32 k a lane hands over 8,
 * for row j of the left operand and column j of the right one. Which 8 does not matter as long as both sides agree: 8q to 8q + 7, or, where the left
 * operand is a fragment, what its lanes have: 4q to 4q + 3 and 16 + 4q to 16 + 4q + 3. */
#include "targets/amdgcn/wave.h"

enum {
    AHEAD = 2,      /* groups of products whose operands are read while others are made */
    ADDRESSES = 40, /* registers that hold no element */
    OPERAND = 4     /* registers of an atom's 32 k */
};

/* One operand as its lanes take it from LDS: `free` counts rows of the left one, columns of the right one, in atoms of the wave. */
typedef struct operand {
    const view *view;
    bool contiguous; /* along k */
    bool ordered;    /* k as a fragment has it */
    int64_t atoms;
    tri_ref first; /* i32: the wave's first atom, and a number that divides it */
    int64_t divides;
    const char *type; /* of 4 elements */
    const char *suffix;
} operand;

static tri_ref read_half(sched *s, const operand *o, tri_ref address, int64_t more)
{
    tri_emitter *e = s->e;
    tri_ref at = wave_pointer(s, address, more);
    if (o->contiguous) return tri_emit(e, "load %s, ptr addrspace(3) %s, align 8, !alias.scope !4, !noalias !3", o->type, at);
    return tri_emit(e, "call %s @llvm.amdgcn.ds.read.tr16.b64.%s(ptr addrspace(3) %s), !alias.scope !4, !noalias !3", o->type, o->suffix, at);
}

static tri_ref joined(sched *s, const operand *o, tri_ref low, tri_ref high)
{
    return tri_emit(s->e, "shufflevector %s %s, %s %s, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>", o->type, low, o->type,
                    high);
}

/* Where a chunk of a row lies in it, in bytes. */
static tri_ref chunk_bytes(sched *s, tri_ref chunk, tri_ref swizzle)
{
    tri_emitter *e = s->e;
    tri_ref moved = strcmp(swizzle, "0") ? tri_emit(e, "xor i32 %s, %s", chunk, swizzle) : chunk;
    return tri_emit(e, "shl i32 %s, 4", moved);
}

/* Row j of atom `a`, contiguous along k. */
static tri_ref read_rows(sched *s, const operand *o, int64_t a, int64_t k)
{
    tri_emitter *e = s->e;
    const view *v = o->view;
    const ring *r = v->ring;
    int64_t column = v->column + k, panel = column / r->panel_columns, chunk = column % r->panel_columns * 2 / CHUNK;
    tri_ref j = s->row, first = tri_emit(e, "mul i32 %s, %lld", o->first, (long long)(ATOM * r->row_bytes));
    tri_ref down = tri_emit(e, "add i32 %s, %s", tri_emit(e, "mul i32 %s, %lld", j, (long long)r->row_bytes), first);
    tri_ref swizzle = wave_swizzle(s, r, j), q = tri_emit(e, "lshr i32 %s, 4", s->lane), halves[2];
    int64_t more = a * ATOM * r->row_bytes + panel * r->panel_bytes;
    if (!o->ordered) {
        tri_ref bytes = chunk_bytes(s, tri_emit(e, "add i32 %s, %lld", q, (long long)chunk), swizzle);
        tri_ref at = tri_emit(e, "add i32 %s, %s", v->address, tri_emit(e, "add i32 %s, %s", down, bytes));
        return tri_emit(e, "load <8 x %s>, ptr addrspace(3) %s, align 16, !alias.scope !4, !noalias !3", tri_scalar_type(r->dtype),
                        wave_pointer(s, at, more));
    }
    tri_ref odd = tri_emit(e, "shl i32 %s, 3", tri_emit(e, "and i32 %s, 1", q)), pair = tri_emit(e, "lshr i32 %s, 1", q);
    for (int half = 0; half < 2; half++) {
        tri_ref bytes = chunk_bytes(s, tri_emit(e, "add i32 %s, %lld", pair, (long long)(chunk + 2 * half)), swizzle);
        tri_ref at = tri_emit(e, "add i32 %s, %s", down, tri_emit(e, "add i32 %s, %s", bytes, odd));
        halves[half] = read_half(s, o, tri_emit(e, "add i32 %s, %s", v->address, at), more);
    }
    return joined(s, o, halves[0], halves[1]);
}

/* Column j of atom `a`, with k along the rows of the slot: 16 lanes read 4 rows of 16 elements and get a column each. */
static tri_ref read_columns(sched *s, const operand *o, int64_t a, int64_t k)
{
    tri_emitter *e = s->e;
    const view *v = o->view;
    const ring *r = v->ring;
    bool apart = o->divides % 8 == 0; /* the wave's first atom is beyond the reach of the swizzle */
    tri_ref q = tri_emit(e, "lshr i32 %s, 4", s->lane), j = s->row;
    tri_ref rows = tri_emit(e, "shl i32 %s, %d", q, o->ordered ? 2 : 3), in_rows = tri_emit(e, "lshr i32 %s, 2", j);
    tri_ref row = tri_emit(e, "add i32 %s, %s", rows, in_rows), swizzle = wave_swizzle(s, r, row);
    tri_ref in_row = tri_emit(e, "and i32 %s, 3", j), right = tri_emit(e, "lshr i32 %s, 1", in_row);
    tri_ref odd = tri_emit(e, "shl i32 %s, 3", tri_emit(e, "and i32 %s, 1", in_row));
    int64_t column = v->column + a * ATOM, panel = 0, beyond = 0, chunk;
    if (o->divides == 0) { /* the wave begins at 0 */
        panel = column / r->panel_columns;
        column %= r->panel_columns;
    }
    chunk = column * 2 / CHUNK;
    if (apart) {
        beyond = chunk / 16 * 16;
        chunk %= 16;
    }
    tri_ref at = tri_emit(e, "add i32 %s, %lld", right, (long long)chunk), first = tri_emit(e, "shl i32 %s, 1", o->first);
    if (!apart) at = tri_emit(e, "add i32 %s, %s", at, first);
    tri_ref bytes = chunk_bytes(s, at, swizzle);
    if (apart) bytes = tri_emit(e, "add i32 %s, %s", bytes, tri_emit(e, "shl i32 %s, 4", first));
    tri_ref down = tri_emit(e, "mul i32 %s, %lld", row, (long long)r->row_bytes);
    bytes = tri_emit(e, "add i32 %s, %s", bytes, tri_emit(e, "add i32 %s, %s", odd, down));
    tri_ref address = tri_emit(e, "add i32 %s, %s", v->address, bytes), halves[2];
    for (int half = 0; half < 2; half++)
        halves[half] = read_half(s, o, address, (k + half * (o->ordered ? 16 : 4)) * r->row_bytes + panel * r->panel_bytes + beyond * CHUNK);
    return joined(s, o, halves[0], halves[1]);
}

static tri_ref read_operand(sched *s, const operand *o, int64_t a, int64_t k)
{
    return o->contiguous ? read_rows(s, o, a, k) : read_columns(s, o, a, k);
}

/* Atoms 2n and 2n + 1 of a row of a fragment. */
static tri_ref of_fragment(sched *s, const operand *o, const fragment *f, int64_t a, int64_t k)
{
    int64_t at = a * (f->layout.n / ATOM) + k / ATOM;
    return joined(s, o, f->at[at], f->at[at + 1]);
}

/* The row of the product that the solver chose. */
static const tri_mma_row *find_product(const sched *s, const tri_op *op)
{
    const tri_emit_family *family = s->e->family;
    const tri_chain_mma *mma = tri_chain_mma_of(&s->plan.chain, op);
    for (int i = 0; mma && i < family->n_mma; i++) {
        const tri_mma_row *row = &family->mma[i];
        if (row->operand == mma->product->operand && row->result == mma->product->result && row->m == mma->product->m && row->k == mma->product->k)
            return row;
    }
    return NULL;
}

/* Columns of a wave must not cross a panel, nor an atom's k. */
static tri_status *check_operand(const tri_op *op, const value *v, bool contiguous, int64_t across)
{
    if (!v->staged) return NULL;
    const ring *r = v->view.ring;
    int64_t panel = r->panel_columns;
    if (contiguous ? panel % ATOM_K || v->view.column % ATOM_K : panel % ATOM || (panel < r->columns && across > 1 && v->view.columns > panel))
        return tri_emit_unsupported(op, "panels of %lld columns do not hold its operands", (long long)panel);
    if (r->row_bytes % 32) return tri_emit_unsupported(op, "rows of %lld bytes", (long long)r->row_bytes);
    return NULL;
}

/* ---- order ---- */

/* A group is what the products of one atom of the right operand and 32 k are: they need that atom and all of the left operand's. */
typedef struct work {
    sched *s;
    const tri_mma_row *row;
    const operand *left, *right;
    const fragment *fragment; /* the left operand where it is in registers, or null */
    tri_ref *sums;
    int64_t steps;           /* of 32 k */
    tri_ref *lefts, *rights; /* by step and atom; null: not read yet */
} work;

static void read_left(work *w, int64_t step, int64_t i)
{
    tri_ref *to = &w->lefts[step * w->left->atoms + i];
    *to = w->fragment ? of_fragment(w->s, w->right, w->fragment, i, step * ATOM_K) : read_operand(w->s, w->left, i, step * ATOM_K);
}

static void read_right(work *w, int64_t group)
{
    int64_t n = w->right->atoms;
    if (group < n * w->steps) w->rights[group] = read_operand(w->s, w->right, group % n, group / n * ATOM_K);
}

static void product(work *w, int64_t group, int64_t i)
{
    tri_emitter *e = w->s->e;
    int64_t n = w->right->atoms, step = group / n;
    tri_ref *c = &w->sums[i * n + group % n];
    *c = tri_emit(e, "call <4 x float> @%s(%s %s, %s %s, <4 x float> %s%s)", w->row->intrinsic, w->row->piece, w->rights[group], w->row->piece,
                  w->lefts[step * w->left->atoms + i], *c, w->row->tail);
}

/* Nothing is scheduled across. */
static void border(sched *s) { tri_emit_line(s->e, "call void @llvm.amdgcn.sched.barrier(i32 0)"); }

/* All waves begin to read at once: so few reads stand before the first product, the others between the products of the groups in front of theirs, a
 * few at a time. LLVM's scheduler would read everything first. */
static tri_status *multiply(work *w)
{
    int64_t m = w->left->atoms, n = w->right->atoms, groups = n * w->steps;
    border(w->s);
    read_left(w, 0, 0);
    read_right(w, 0);
    for (int64_t i = 1; i < m; i++) read_left(w, 0, i);
    for (int64_t g = 1; g < AHEAD; g++) read_right(w, g);
    for (int64_t g = 0; g < groups; g++) {
        for (int64_t i = 0; i < m; i++) {
            border(w->s);
            product(w, g, i);
            border(w->s);
            if (i == (m > 1)) TRI_TRY(wave_issue(w->s, 1));
            if (i == 0) read_right(w, g + AHEAD);
            for (int64_t at = g % n * m / n; i == m / 2 && at < (g % n + 1) * m / n; at++)
                if (g / n + 1 < w->steps) read_left(w, g / n + 1, at);
        }
    }
    border(w->s);
    return NULL;
}

tri_status *wave_mma(sched *s, const tri_op *op)
{
    tri_emitter *e = s->e;
    const plan *p = &s->plan;
    const tri_value *left = op->operands[0], *right = op->operands[1], *result = op->results[0];
    value *a = &s->values[left->id], *b = &s->values[right->id];
    const tri_mma_row *row = find_product(s, op);
    const tri_chain_edge *edge = tri_chain_edge_of(&s->plan.chain, op, TRI_CHAIN_LEFT);
    fragment to;
    if (!row || left->type.rank != 2 || result->type.dtype != TRI_F32) return tri_emit_unsupported(op, "there is no instruction for it");
    int64_t k = left->type.dims[1];
    if (k % ATOM_K) return tri_emit_unsupported(op, "a contraction of %lld; multiples of %d", (long long)k, ATOM_K);
    if (!b->staged) return tri_emit_unsupported(op, "its right operand is in registers");
    if (!a->staged && (p->across > 1 || a->fragment.layout.kind != SPREAD_FULL)) return tri_emit_unsupported(op, "its left operand is no fragment");
    if (edge->conversion > TRI_CONVERT_ORDER)
        return tri_emit_unsupported(op, "its left operand would have to change its place: %s", tri_conversion_name(edge->conversion));
    TRI_TRY(wave_fragment_new(s, op, &result->type, wave_layout(&result->type), &to));
    if (to.layout.kind != SPREAD_FULL) return tri_emit_unsupported(op, "a vector");
    const char *suffix = row->operand == TRI_BF16 ? "v4bf16" : "v4f16", *type = tri_arena_printf(e->arena, "<4 x %s>", tri_scalar_type(row->operand));
    operand l = {.view = &a->view, .contiguous = !a->view.transposed, .type = type, .suffix = suffix, .first = "0"}, r = l;
    r.view = &b->view;
    r.contiguous = b->view.transposed;
    r.ordered = edge->conversion == TRI_CONVERT_ORDER;
    l.atoms = to.layout.m / (ATOM * p->down);
    r.atoms = to.layout.n / (ATOM * p->across);
    if (p->down > 1) l.first = tri_emit(e, "mul i32 %s, %lld", s->down, (long long)(l.divides = l.atoms));
    if (p->across > 1) r.first = tri_emit(e, "mul i32 %s, %lld", s->across, (long long)(r.divides = r.atoms));
    TRI_TRY(check_operand(op, a, l.contiguous, p->down));
    TRI_TRY(check_operand(op, b, r.contiguous, p->across));
    for (int64_t i = 0; i < l.atoms * r.atoms; i++)
        to.at[i] = op->n_operands == 3 ? s->values[op->operands[2]->id].fragment.at[i] : "zeroinitializer";
    work w = {s,
              row,
              &l,
              &r,
              a->staged ? NULL : &a->fragment,
              to.at,
              k / ATOM_K,
              TRI_NEW_ARRAY(e->arena, tri_ref, l.atoms * k / ATOM_K),
              TRI_NEW_ARRAY(e->arena, tri_ref, r.atoms * k / ATOM_K)};
    int64_t registers = s->carried + ADDRESSES + OPERAND * (2 * l.atoms + AHEAD + 1);
    if (op->n_operands < 3 || !s->carried) registers += wave_words(&result->type, &to);
    if (registers > s->registers) s->registers = registers;
    if (registers > UNIT_REGISTERS / p->instances)
        return tri_emit_unsupported(op, "about %lld registers of a lane; there are %lld", (long long)registers,
                                    (long long)(UNIT_REGISTERS / p->instances));
    TRI_TRY(multiply(&w));
    s->values[result->id] = (value){.fragment = to};
    return NULL;
}
