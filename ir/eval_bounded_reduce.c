/* ir/eval_bounded_reduce.c - reductions of pairs: sums, extremes, and regions of any kind, op by op. */
#include "ir/eval_bounded_internal.h"

#include <stdlib.h>

#include "base/parallel.h"

enum { MOST_OPERANDS = 8, MOST_STEPS = 64 };

typedef struct fold {
    const tri_op *op;
    tri_reduction r;
    uint32_t n;
    const tri_bound_value *in;
    tri_bound_value *out;
    double *scale;             /* sums: the magnitude sums */
    tri_block_values values;   /* regions */
} fold;

/* Terms `t` of results [first, first + n). */
static void load_terms(const fold *f, uint32_t operand, int64_t t, size_t first, size_t n, double *x, double *e)
{
    const tri_bound_value *in = &f->in[operand];
    for (size_t l = 0; l < n; l++) tri_bound_load(in, (size_t)(f->r.kept_at[first + l] + f->r.terms_at[t]), 1, &x[l], &e[l]);
}

static void fold_sum(const fold *f, size_t first, size_t n)
{
    double x[TRI_LANES], e[TRI_LANES], *want = f->out->want + first, *bound = f->out->bound + first;
    tri_bound_load(&f->in[1], 0, 1, x, e);
    for (size_t l = 0; l < n; l++) {
        want[l] = x[0];
        bound[l] = e[0];
        f->scale[first + l] = fabs(x[0]);
    }
    for (int64_t t = 0; t < f->r.terms; t++) {
        load_terms(f, 0, t, first, n, x, e);
        for (size_t l = 0; l < n; l++) {
            want[l] += x[l];
            bound[l] += e[l];
            f->scale[first + l] += fabs(x[l]);
        }
    }
}

/* The true extreme lies between the extremes of x - e and of x + e. */
static void fold_extreme(const fold *f, tri_op_kind kind, size_t first, size_t n)
{
    double x[TRI_LANES], e[TRI_LANES], low[TRI_LANES], high[TRI_LANES], *want = f->out->want + first, *bound = f->out->bound + first;
    tri_bound_load(&f->in[1], 0, 1, x, e);
    for (size_t l = 0; l < n; l++) {
        want[l] = x[0];
        low[l] = x[0] - e[0];
        high[l] = x[0] + e[0];
    }
    for (int64_t t = 0; t < f->r.terms; t++) {
        load_terms(f, 0, t, first, n, x, e);
        for (size_t l = 0; l < n; l++) {
            want[l] = tri_scalar_f64(kind, (double[]){want[l], x[l], 0});
            low[l] = tri_scalar_f64(kind, (double[]){low[l], x[l] - e[l], 0});
            high[l] = tri_scalar_f64(kind, (double[]){high[l], x[l] + e[l], 0});
        }
    }
    for (size_t l = 0; l < n; l++) bound[l] = fmax(tri_bound_change(want[l], low[l]), tri_bound_change(want[l], high[l]));
}

/* Any region, op by op on pairs; the registers of its values lie by their place in the table of the block's values. */
typedef struct region_lanes {
    double x[TRI_LANES], e[TRI_LANES];
} region_lanes;

static void run_region(const fold *f, size_t n, region_lanes *registers)
{
    const tri_block *region = f->op->regions[0];
    for (const tri_op *op = region->first; op != region->last; op = op->next) {
        region_lanes *to = &registers[tri_block_values_find(&f->values, op->results[0])];
        if (op->kind == TRI_OP_CONSTANT) {
            const tri_attr *value = tri_op_attr(op, "value");
            for (size_t l = 0; l < n; l++) to->x[l] = tri_load_f64((tri_dtype)value->type.dtype, value->data);
            memset(to->e, 0, sizeof to->e);
            continue;
        }
        tri_bound_scalar s = tri_bound_scalar_of(op);
        double x[3][TRI_LANES], e[3][TRI_LANES];
        for (uint32_t i = 0; i < s.n; i++) {
            const region_lanes *from = &registers[tri_block_values_find(&f->values, op->operands[i])];
            memcpy(x[i], from->x, n * sizeof(double));
            memcpy(e[i], from->e, n * sizeof(double));
        }
        tri_bound_lanes(&s, n, x, e, to->x, to->e);
        for (size_t l = 0; l < n; l++) {
            to->e[l] += tri_bound_own_error(tri_bound_own_kind_of(s.kind), s.to, to->x[l], to->e[l]);
            tri_bound_settle(s.to, tri_bound_overflow(s.to), &to->x[l], &to->e[l]);
        }
    }
}

static void fold_region(const fold *f, size_t first, size_t n, region_lanes *registers)
{
    const tri_block *region = f->op->regions[0];
    for (uint32_t i = 0; i < f->n; i++) {
        region_lanes *sum = &registers[tri_block_values_find(&f->values, region->args[i])];
        for (size_t l = 0; l < n; l++) tri_bound_load(&f->in[f->n + i], 0, 1, &sum->x[l], &sum->e[l]);
    }
    for (int64_t t = 0; t < f->r.terms; t++) {
        region_lanes results[MOST_OPERANDS];
        for (uint32_t i = 0; i < f->n; i++) {
            region_lanes *term = &registers[tri_block_values_find(&f->values, region->args[f->n + i])];
            load_terms(f, i, t, first, n, term->x, term->e);
        }
        run_region(f, n, registers);
        for (uint32_t i = 0; i < f->n; i++) results[i] = registers[tri_block_values_find(&f->values, region->last->operands[i])];
        for (uint32_t i = 0; i < f->n; i++) registers[tri_block_values_find(&f->values, region->args[i])] = results[i];
    }
    for (uint32_t i = 0; i < f->n; i++) {
        const region_lanes *sum = &registers[tri_block_values_find(&f->values, region->args[i])];
        memcpy(f->out[i].want + first, sum->x, n * sizeof(double));
        memcpy(f->out[i].bound + first, sum->e, n * sizeof(double));
    }
}

/* Whether every op of the region is one bound_lanes can do, on values of the region. */
static tri_status *check_region(const tri_op *reduce, const tri_block_values *values)
{
    const tri_block *region = reduce->regions[0];
    uint32_t steps = 0;
    for (const tri_op *op = region->first; op; op = op->next, steps++) {
        for (uint32_t i = 0; i < op->n_operands; i++)
            if (!values->at[tri_block_values_find(values, op->operands[i])])
                return tri_error(TRI_INVALID, op->loc, "a region uses its own values alone");
        if (op == region->last) break;
        bool known = op->kind == TRI_OP_CONSTANT ||
                     (op->n_results == 1 && op->n_operands && op->n_operands <= 3 && tri_bound_scalar_of(op).kind != TRI_OP_NONE);
        if (!known || steps >= MOST_STEPS)
            return tri_error(TRI_UNSUPPORTED, op->loc, "the region of this reduction cannot be bounded: '%s'", tri_op_row_of(op->kind)->text);
    }
    return NULL;
}

static tri_status *bound_region(const tri_op *op, fold *f)
{
    TRI_TRY(tri_block_values_create(op->regions[0], &f->values));
    tri_status *status = check_region(op, &f->values);
    region_lanes *registers = status ? NULL : calloc(f->values.room, sizeof *registers);
    if (!status && !registers) status = tri_error(TRI_NO_MEMORY, op->loc, "no memory for the values of a region");
    for (int64_t at = 0; at < f->r.kept && !status; at += TRI_LANES)
        fold_region(f, (size_t)at, (size_t)(f->r.kept - at < TRI_LANES ? f->r.kept - at : TRI_LANES), registers);
    free(registers);
    free(f->values.at);
    return status;
}

typedef struct fold_task {
    const fold *f;
    tri_op_kind kind;
} fold_task;

static void fold_chunks(void *context, size_t first, size_t end)
{
    const fold_task *task = context;
    for (size_t at = first * TRI_LANES; at < end * TRI_LANES && at < (size_t)task->f->r.kept; at += TRI_LANES) {
        size_t n = (size_t)task->f->r.kept - at < TRI_LANES ? (size_t)task->f->r.kept - at : TRI_LANES;
        if (task->kind == TRI_SCALAR_ADD) fold_sum(task->f, at, n);
        else fold_extreme(task->f, task->kind, at, n);
    }
}

tri_status *tri_bound_reduce(tri_evaluation *b, const tri_op *op, const tri_bound_value *in, tri_bound_value *out)
{
    fold f = {.op = op, .n = op->n_operands / 2, .in = in, .out = out};
    const tri_block *region = op->regions[0];
    if (!f.n || f.n > MOST_OPERANDS || region->n_args != 2 * f.n || !region->last || region->last->n_operands != f.n)
        return tri_error(TRI_UNSUPPORTED, op->loc, "a reduction of %u operands cannot be bounded; 1 to %d are possible", f.n, MOST_OPERANDS);
    for (uint32_t i = 0; i < f.n; i++) TRI_TRY(tri_bound_open(b, op, &out[i]));
    TRI_TRY(tri_reduction_of(op, &in[0].type, &f.r));
    tri_op_kind single = f.n == 1 && tri_dtype_is_float((tri_dtype)out->type.dtype) ? tri_region_single_op(region) : TRI_OP_NONE;
    fold_task task = {&f, single};
    tri_status *status = NULL;
    size_t chunks = (size_t)(f.r.kept + TRI_LANES - 1) / TRI_LANES;
    if (single == TRI_SCALAR_ADD) {
        status = tri_bound_take(b, op, f.r.kept, &f.scale);
        if (!status) {
            tri_parallel(chunks, 1, fold_chunks, &task);
            tri_bound_finish_sum(out, f.r.terms, f.scale, tri_bound_worst_ratio(in, 2));
            tri_bound_give(b, f.scale, f.r.kept);
        }
    } else if (single == TRI_SCALAR_MAXIMUM || single == TRI_SCALAR_MINIMUM) {
        tri_parallel(chunks, 1, fold_chunks, &task);
        out->ratio = 1; /* one element of many stands for all: its error need not be a typical one */
    } else {
        status = bound_region(op, &f);
    }
    tri_reduction_free(&f.r);
    return status;
}

