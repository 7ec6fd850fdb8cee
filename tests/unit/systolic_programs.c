/* tests/unit/systolic_programs.c - see systolic_programs.h. */
#include "systolic_programs.h"

#include <math.h>

static tri_type tile(tri_dtype dtype, int64_t rows, int64_t columns) { return tri_tile_of(dtype, 2, (const int64_t[]){rows, columns}); }
static tri_type buffer(tri_dtype dtype, int64_t rows, int64_t columns) { return tri_buffer_of(dtype, 2, (const int64_t[]){rows, columns}); }

static tri_value *op2(tri_block *b, tri_op_kind kind, tri_value *x, int64_t y) { return tri_tile_arith(b, kind, x, tri_tile_index(b, y)); }
static tri_value *times(tri_block *b, tri_value *x, int64_t y) { return op2(b, TRI_SCALAR_MULTIPLY, x, y); }
static tri_value *plus(tri_block *b, tri_value *x, tri_value *y) { return tri_tile_arith(b, TRI_SCALAR_ADD, x, y); }

static tri_value *slice(tri_block *b, tri_value *from, int64_t row, int64_t column, int64_t rows, int64_t columns)
{
    tri_type type = tile((tri_dtype)from->type.dtype, rows, columns);
    tri_module *module = b->func->module;
    tri_op *op = tri_op_create(module, TRI_TILE_SLICE, TRI_NOWHERE, 1, &from, 1, &type);
    tri_op_set_attr(module, op, "offsets", tri_attr_integers(module, 2, (const int64_t[]){row, column}));
    tri_block_append(b, op);
    return op->results[0];
}

static tri_value *unary_map(tri_block *b, tri_value *x, tri_dtype to)
{
    tri_type type = tile(to, x->type.dims[0], x->type.dims[1]);
    tri_op *map = tri_tile_map(b, 1, &x, 1, &type, NULL);
    tri_value *value = map->regions[0]->args[0];
    tri_value *converted = tri_scalar(map->regions[0], TRI_SCALAR_CONVERT, to, 1, &value);
    tri_tile_yield(map->regions[0], 1, &converted);
    return map->results[0];
}

static void acquire(tri_block *b, tri_value *ring) { tri_sched_token(b, TRI_SCHED_ACQUIRE, ring); }
static void publish(tri_block *b, tri_value *ring) { tri_sched_token(b, TRI_SCHED_PUBLISH, ring); }
static void release(tri_block *b, tri_value *ring) { tri_sched_token(b, TRI_SCHED_RELEASE, ring); }

static void bring(tri_block *b, tri_value *ring, tri_value *from, tri_coord rows, tri_coord columns)
{
    tri_value *zero = tri_tile_index(b, 0), *at[2] = {zero, zero};
    acquire(b, ring);
    tri_sched_load_into(b, ring, at, from, (const tri_coord[]){rows, columns}, 0, NULL);
    publish(b, ring);
}

static int64_t divide_up(int64_t a, int64_t b) { return (a + b - 1) / b; }

tri_func *scheduled_matmul(tri_module *module, const matmul_shape *s)
{
    int64_t across = divide_up(s->n, s->bn), programs = divide_up(s->m, s->bm) * across, chunks = divide_up(s->k, s->kc), strips = s->bm / s->strip;
    tri_func *f = tri_scheduled_create(module, "matmul", programs, 1, 1);
    tri_value *a = tri_kernel_add_buffer(f, "A", buffer(s->in, s->m, s->k), TRI_ACCESS_IN),
              *b = tri_kernel_add_buffer(f, "B", s->b_turned ? buffer(s->in, s->n, s->k) : buffer(s->in, s->k, s->n), TRI_ACCESS_IN),
              *c = tri_kernel_add_buffer(f, "C", buffer(s->out, s->m, s->n), TRI_ACCESS_OUT);
    tri_value *ring_a = tri_sched_ring(f->body, tile(s->in, s->bm, s->kc), s->stages, "a"),
              *ring_b = tri_sched_ring(f->body, s->b_turned ? tile(s->in, s->bn, s->kc) : tile(s->in, s->kc, s->bn), s->stages, "b"),
              *ring_c = tri_sched_ring(f->body, tile(s->out, s->strip, s->bn), 2, "c");
    tri_block *load = tri_sched_work(tri_sched_role(f->body, "load", TRI_UNIT_COPY, 1, 0)->regions[0])->regions[0];
    tri_value *row = times(load, op2(load, TRI_SCALAR_DIVIDE, load->args[0], across), s->bm),
              *column = times(load, op2(load, TRI_SCALAR_REMAINDER, load->args[0], across), s->bn);
    tri_op *steps = tri_tile_for(load, "k", tri_tile_index(load, 0), tri_tile_index(load, chunks), 0, NULL);
    tri_block *step = steps->regions[0];
    tri_value *k = times(step, step->args[0], s->kc);
    bring(step, ring_a, a, tri_span(row, s->bm), tri_span(k, s->kc));
    bring(step, ring_b, b, s->b_turned ? tri_span(column, s->bn) : tri_span(k, s->kc), s->b_turned ? tri_span(k, s->kc) : tri_span(column, s->bn));
    tri_tile_yield(step, 0, NULL);

    tri_block *core = tri_sched_work(tri_sched_role(f->body, "core", TRI_UNIT_CORE, 1, 0)->regions[0])->regions[0];
    tri_value *zero = tri_tile_fill(core, tile(TRI_F32, s->bm, s->bn), 0);
    steps = tri_tile_for(core, "k", tri_tile_index(core, 0), tri_tile_index(core, chunks), 1, &zero);
    step = steps->regions[0];
    tri_value *x = tri_sched_await(step, ring_a), *y = tri_sched_await(step, ring_b);
    tri_value *sum = tri_tile_mma(step, x, s->b_turned ? tri_tile_transpose(step, y) : y, step->args[1], NULL);
    release(step, ring_a);
    release(step, ring_b);
    tri_tile_yield(step, 1, &sum);
    for (int64_t i = 0; i < strips; i++) {
        tri_value *strip = steps->results[0], *at[2] = {tri_tile_index(core, 0), tri_tile_index(core, 0)};
        if (strips > 1) strip = slice(core, strip, i * s->strip, 0, s->strip, s->bn);
        if (s->out != TRI_F32) strip = unary_map(core, strip, s->out);
        acquire(core, ring_c);
        tri_sched_store_into(core, strip, ring_c, at, NULL);
        publish(core, ring_c);
    }

    tri_block *store = tri_sched_work(tri_sched_role(f->body, "store", TRI_UNIT_COPY, 1, 0)->regions[0])->regions[0];
    row = times(store, op2(store, TRI_SCALAR_DIVIDE, store->args[0], across), s->bm);
    column = times(store, op2(store, TRI_SCALAR_REMAINDER, store->args[0], across), s->bn);
    tri_op *each = tri_tile_for(store, "i", tri_tile_index(store, 0), tri_tile_index(store, strips), 0, NULL);
    step = each->regions[0];
    tri_value *out = tri_sched_await(step, ring_c);
    tri_value *at = plus(step, row, times(step, step->args[0], s->strip));
    tri_tile_store(step, out, c, (const tri_coord[]){tri_span(at, s->strip), tri_span(column, s->bn)}, "set", NULL);
    release(step, ring_c);
    tri_tile_yield(step, 0, NULL);
    return f;
}

/* ---- attention ---- */

typedef struct state {
    tri_value *largest, *sum, *out; /* [rows][1], [rows][1], [rows][d] */
} state;

static tri_value *scalar2(tri_block *b, tri_op_kind kind, tri_value *x, tri_value *y)
{
    return tri_scalar(b, kind, TRI_F32, 2, (tri_value *[]){x, y});
}

/* A map in f32 of up to three tiles; its region is filled by the caller, who ends it with finish_map. */
static tri_op *open_map(tri_block *b, tri_dtype to, int64_t rows, int64_t columns, uint32_t n, tri_value *const *tiles)
{
    tri_type type = tile(to, rows, columns);
    return tri_tile_map(b, n, tiles, 1, &type, NULL);
}

static tri_value *finish_map(tri_op *map, tri_value *result)
{
    if (map->results[0]->type.dtype != TRI_F32)
        result = tri_scalar(map->regions[0], TRI_SCALAR_CONVERT, (tri_dtype)map->results[0]->type.dtype, 1, &result);
    tri_tile_yield(map->regions[0], 1, &result);
    return map->results[0];
}

static tri_value *fold(tri_block *b, tri_value *x, tri_op_kind kind)
{
    tri_op *reduce = tri_tile_reduce(b, TRI_TILE_REDUCE, 1, &x, 1, NULL);
    tri_block *r = reduce->regions[0];
    tri_value *folded = scalar2(r, kind, r->args[0], r->args[1]);
    tri_tile_yield(r, 1, &folded);
    return reduce->results[0];
}

/* exp2(factor (x - y)) */
static tri_value *exponential(tri_block *b, tri_dtype to, tri_value *x, tri_value *y, double factor)
{
    tri_op *map = open_map(b, to, x->type.dims[0], x->type.dims[1], 2, (tri_value *[]){x, y});
    tri_block *r = map->regions[0];
    tri_value *power =
        scalar2(r, TRI_SCALAR_MULTIPLY, scalar2(r, TRI_SCALAR_SUBTRACT, r->args[0], r->args[1]), tri_scalar_constant(r, TRI_F32, factor));
    return finish_map(map, tri_scalar(r, TRI_SCALAR_EXP2, TRI_F32, 1, &power));
}

static tri_value *binary_map(tri_block *b, tri_op_kind kind, tri_dtype to, tri_value *x, tri_value *y)
{
    tri_op *map = open_map(b, to, x->type.dims[0], x->type.dims[1], 2, (tri_value *[]){x, y});
    return finish_map(map, scalar2(map->regions[0], kind, map->regions[0]->args[0], map->regions[0]->args[1]));
}

/* Columns beyond row + `reach` weigh nothing. */
static tri_value *masked(tri_block *b, tri_value *s, int64_t reach)
{
    tri_op *map = open_map(b, TRI_F32, s->type.dims[0], s->type.dims[1], 1, &s);
    tri_block *r = map->regions[0];
    tri_value *row =
        tri_scalar(r, TRI_SCALAR_ADD, TRI_I32, 2, (tri_value *[]){tri_scalar_coordinate(r, 0), tri_scalar_constant(r, TRI_I32, (double)reach)});
    tri_value *sees = tri_scalar(r, TRI_SCALAR_LE, TRI_I1, 2, (tri_value *[]){tri_scalar_coordinate(r, 1), row});
    return finish_map(map,
                      tri_scalar(r, TRI_SCALAR_SELECT, TRI_F32, 3, (tri_value *[]){sees, r->args[0], tri_scalar_constant(r, TRI_F32, -INFINITY)}));
}

/* One step of the online softmax: queries against keys. reach < 0: all of them. */
static state softmax_step(tri_block *b, tri_value *q, tri_value *k, tri_value *v, state old, double factor, int64_t reach)
{
    tri_value *s = tri_tile_mma(b, q, tri_tile_transpose(b, k), NULL, NULL);
    if (reach >= 0) s = masked(b, s, reach);
    state now;
    now.largest = binary_map(b, TRI_SCALAR_MAXIMUM, TRI_F32, old.largest, fold(b, s, TRI_SCALAR_MAXIMUM));
    tri_value *fade = exponential(b, TRI_F32, old.largest, now.largest, factor), *p = exponential(b, TRI_BF16, s, now.largest, factor);
    tri_value *row_sum = fold(b, unary_map(b, p, TRI_F32), TRI_SCALAR_ADD);
    now.sum = binary_map(b, TRI_SCALAR_ADD, TRI_F32, binary_map(b, TRI_SCALAR_MULTIPLY, TRI_F32, old.sum, fade), row_sum);
    now.out = tri_tile_mma(b, p, v, binary_map(b, TRI_SCALAR_MULTIPLY, TRI_F32, old.out, fade), NULL);
    return now;
}

static void yield_state(tri_block *b, state s) { tri_tile_yield(b, 3, (tri_value *[]){s.largest, s.sum, s.out}); }

static tri_value *part(tri_block *b, tri_value *from, tri_value *row, int64_t rows)
{
    return tri_sched_part(b, from, (tri_value *[]){row, tri_tile_index(b, 0)}, tile((tri_dtype)from->type.dtype, rows, from->type.dims[1]));
}

/* Rows [row, row + rows) of a head, to a part of the newest slot. */
static void bring_rows(tri_block *b, tri_value *ring, tri_value *from, tri_value *head, tri_value *row, int64_t rows, int64_t d, tri_value *at)
{
    tri_sched_load_into(b, ring, (tri_value *[]){at, tri_tile_index(b, 0)}, from,
                        (const tri_coord[]){tri_at(head), tri_span(row, rows), tri_span(tri_tile_index(b, 0), d)}, 0, NULL);
}

typedef struct place {
    tri_value *head, *first, *full, *rest; /* first query; full blocks of keys before it; what is left of the next */
} place;

static place place_of(tri_block *work, const attention_shape *s)
{
    int64_t blocks = s->sequence / s->bq;
    place at = {.head = op2(work, TRI_SCALAR_DIVIDE, work->args[0], blocks)};
    at.first = times(work, op2(work, TRI_SCALAR_REMAINDER, work->args[0], blocks), s->bq);
    at.full = s->causal ? op2(work, TRI_SCALAR_DIVIDE, at.first, s->bk) : tri_tile_index(work, s->sequence / s->bk);
    at.rest = op2(work, TRI_SCALAR_REMAINDER, at.first, s->bk);
    return at;
}

static void load_attention(tri_block *work, const attention_shape *s, tri_value *const buffers[3], tri_value *const rings[3])
{
    place at = place_of(work, s);
    acquire(work, rings[0]);
    bring_rows(work, rings[0], buffers[0], at.head, at.first, s->bq, s->d, tri_tile_index(work, 0));
    publish(work, rings[0]);
    tri_op *blocks = tri_tile_for(work, "j", tri_tile_index(work, 0), at.full, 0, NULL);
    tri_block *step = blocks->regions[0];
    for (int i = 1; i < 3; i++) {
        acquire(step, rings[i]);
        bring_rows(step, rings[i], buffers[i], at.head, times(step, step->args[0], s->bk), s->bk, s->d, tri_tile_index(step, 0));
        publish(step, rings[i]);
    }
    tri_tile_yield(step, 0, NULL);
    if (!s->causal) return;
    tri_value *pieces = op2(work, TRI_SCALAR_ADD, op2(work, TRI_SCALAR_DIVIDE, at.rest, s->bq), 1);
    for (int i = 1; i < 3; i++) {
        acquire(work, rings[i]);
        tri_op *parts = tri_tile_for(work, "t", tri_tile_index(work, 0), pieces, 0, NULL);
        step = parts->regions[0];
        tri_value *offset = times(step, step->args[0], s->bq);
        bring_rows(step, rings[i], buffers[i], at.head, plus(step, times(step, at.full, s->bk), offset), s->bq, s->d, offset);
        tri_tile_yield(step, 0, NULL);
        publish(work, rings[i]);
    }
}

static void put_out(tri_block *b, state s, tri_value *ring, tri_dtype to)
{
    tri_value *zero = tri_tile_index(b, 0), *out = binary_map(b, TRI_SCALAR_DIVIDE, to, s.out, s.sum);
    acquire(b, ring);
    tri_sched_store_into(b, out, ring, (tri_value *[]){zero, zero}, NULL);
    publish(b, ring);
}

static state rows_of(tri_block *b, state s, int64_t row, int64_t rows)
{
    return (state){slice(b, s.largest, row, 0, rows, 1), slice(b, s.sum, row, 0, rows, 1), slice(b, s.out, row, 0, rows, s.out->type.dims[1])};
}

static void attend(tri_block *work, const attention_shape *s, tri_value *const rings[4])
{
    enum { STRIP = 128 };
    double factor = s->scale * 1.4426950408889634;
    place at = place_of(work, s);
    tri_value *q = tri_sched_await(work, rings[0]);
    state now = {tri_tile_fill(work, tile(TRI_F32, s->bq, 1), -INFINITY), tri_tile_fill(work, tile(TRI_F32, s->bq, 1), 0),
                 tri_tile_fill(work, tile(TRI_F32, s->bq, s->d), 0)};
    tri_op *blocks = tri_tile_for(work, "j", tri_tile_index(work, 0), at.full, 3, (tri_value *[]){now.largest, now.sum, now.out});
    tri_block *step = blocks->regions[0];
    tri_value *k = tri_sched_await(step, rings[1]), *v = tri_sched_await(step, rings[2]);
    yield_state(step, softmax_step(step, q, k, v, (state){step->args[1], step->args[2], step->args[3]}, factor, -1));
    tri_op *yield = step->last;
    tri_op_remove(yield);
    release(step, rings[1]);
    release(step, rings[2]);
    tri_block_append(step, yield);
    now = (state){blocks->results[0], blocks->results[1], blocks->results[2]};
    if (s->causal) {
        k = tri_sched_await(work, rings[1]);
        v = tri_sched_await(work, rings[2]);
        for (int64_t left = s->bq; left < s->bk; left += s->bq) { /* what is left before the diagonal, as one step */
            tri_type types[3] = {now.largest->type, now.sum->type, now.out->type};
            tri_op *choice = tri_tile_if(work, op2(work, TRI_SCALAR_EQ, at.rest, left), 3, types);
            tri_block *yes = choice->regions[0];
            tri_value *zero = tri_tile_index(yes, 0);
            yield_state(yes, softmax_step(yes, q, part(yes, k, zero, left), part(yes, v, zero, left), now, factor, -1));
            yield_state(choice->regions[1], now);
            now = (state){choice->results[0], choice->results[1], choice->results[2]};
        }
        for (int64_t row = 0; row < s->bq; row += STRIP) { /* the diagonal: each strip of queries against the keys that it sees */
            tri_value *some = part(work, q, tri_tile_index(work, row), STRIP);
            put_out(work,
                    softmax_step(work, some, part(work, k, at.rest, row + STRIP), part(work, v, at.rest, row + STRIP), rows_of(work, now, row, STRIP),
                                 factor, row),
                    rings[3], TRI_BF16);
        }
        release(work, rings[1]);
        release(work, rings[2]);
    } else {
        for (int64_t row = 0; row < s->bq; row += STRIP) put_out(work, rows_of(work, now, row, STRIP), rings[3], TRI_BF16);
    }
    release(work, rings[0]);
}

tri_func *scheduled_attention(tri_module *module, const attention_shape *s)
{
    enum { STRIP = 128 };
    tri_func *f = tri_scheduled_create(module, "attention", s->heads * (s->sequence / s->bq), 1, 1);
    tri_type whole = tri_buffer_of(TRI_BF16, 3, (const int64_t[]){s->heads, s->sequence, s->d});
    tri_value *buffers[4] = {tri_kernel_add_buffer(f, "Q", whole, TRI_ACCESS_IN), tri_kernel_add_buffer(f, "K", whole, TRI_ACCESS_IN),
                             tri_kernel_add_buffer(f, "V", whole, TRI_ACCESS_IN), tri_kernel_add_buffer(f, "O", whole, TRI_ACCESS_OUT)};
    tri_value *rings[4] = {
        tri_sched_ring(f->body, tile(TRI_BF16, s->bq, s->d), 2, "q"), tri_sched_ring(f->body, tile(TRI_BF16, s->bk, s->d), s->stages, "k"),
        tri_sched_ring(f->body, tile(TRI_BF16, s->bk, s->d), s->stages, "v"), tri_sched_ring(f->body, tile(TRI_BF16, STRIP, s->d), 4, "o")};
    load_attention(tri_sched_work(tri_sched_role(f->body, "load", TRI_UNIT_COPY, 1, 0)->regions[0])->regions[0], s, buffers, rings);
    attend(tri_sched_work(tri_sched_role(f->body, "core", TRI_UNIT_CORE, 1, 0)->regions[0])->regions[0], s, rings);
    tri_block *store = tri_sched_work(tri_sched_role(f->body, "store", TRI_UNIT_COPY, 1, 0)->regions[0])->regions[0];
    place at = place_of(store, s);
    tri_op *strips = tri_tile_for(store, "i", tri_tile_index(store, 0), tri_tile_index(store, s->bq / STRIP), 0, NULL);
    tri_block *step = strips->regions[0];
    tri_value *out = tri_sched_await(step, rings[3]), *row = plus(step, at.first, times(step, step->args[0], STRIP));
    tri_tile_store(step, out, buffers[3], (const tri_coord[]){tri_at(at.head), tri_span(row, STRIP), tri_span(tri_tile_index(step, 0), s->d)}, "set",
                   NULL);
    release(step, rings[3]);
    tri_tile_yield(step, 0, NULL);
    return f;
}
