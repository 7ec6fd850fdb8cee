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
