/* ir/eval_reduce.c - folds over dimensions. Results are made 256 at a time, as lanes; the terms of each are taken in row-major order (backwards when
 * reversed).
 *
 * A region of one associative op is folded directly: floats in f64 (f32 when reversed) with one rounding at the end. Any other region is run as it
 * stands, rounding where its ops round. */
#include "ir/eval_internal.h"

#include <stdlib.h>

#include "base/parallel.h"

enum { MOST_OPERANDS = 16 };

tri_op_kind tri_region_single_op(const tri_block *region)
{
    const tri_op *op = region->first, *last = region->last;
    if (!op || op->next != last || region->n_args != 2 || op->n_operands != 2 || op->n_results != 1 || last->n_operands != 1 ||
        last->operands[0] != op->results[0])
        return TRI_OP_NONE;
    const tri_value *a = region->args[0], *b = region->args[1];
    bool both = (op->operands[0] == a && op->operands[1] == b) || (op->operands[0] == b && op->operands[1] == a);
    tri_op_kind scalar = tri_is_scalar_op(op->kind) ? (tri_op_kind)op->kind : tri_op_scalar(op);
    switch ((int)scalar) {
    case TRI_SCALAR_ADD:
    case TRI_SCALAR_MULTIPLY:
    case TRI_SCALAR_MAXIMUM:
    case TRI_SCALAR_MINIMUM:
    case TRI_SCALAR_AND:
    case TRI_SCALAR_OR:
    case TRI_SCALAR_XOR: return both ? scalar : TRI_OP_NONE;
    default: return TRI_OP_NONE;
    }
}

tri_status *tri_reduction_of(const tri_op *op, const tri_type *operand, tri_reduction *out)
{
    const int64_t *dims;
    int64_t kept[TRI_MAX_RANK];
    size_t n = tri_op_integers(op, "dimensions", &dims), n_kept = 0;
    for (int64_t d = 0; d < operand->rank; d++) {
        bool reduced = false;
        for (size_t i = 0; i < n; i++) reduced |= dims[i] == d;
        if (!reduced) kept[n_kept++] = d;
    }
    *out = (tri_reduction){.kept = tri_offsets_count(operand, n_kept, kept), .terms = tri_offsets_count(operand, n, dims)};
    out->kept_at = calloc((size_t)(out->kept + out->terms) + 1, sizeof *out->kept_at);
    if (!out->kept_at) return tri_error(TRI_NO_MEMORY, op->loc, "no memory for the offsets of a reduction");
    out->terms_at = out->kept_at + out->kept;
    tri_offsets(operand, n_kept, kept, out->kept_at);
    tri_offsets(operand, n, dims, out->terms_at);
    out->kept_run = tri_consecutive(out->kept_at, out->kept);
    return NULL;
}

void tri_reduction_free(tri_reduction *reduction) { free(reduction->kept_at); }

typedef struct fold {
    tri_reduction r;
    tri_op_kind single; /* or TRI_OP_NONE, then: */
    const tri_region_program *program;
    uint32_t n;
    const tri_tensor *in; /* operands, then initial values */
    tri_tensor *out;
    bool reversed;
} fold;

static void fold_single(const fold *f, size_t first, size_t n)
{
    tri_lane sum[TRI_LANES], term[TRI_LANES];
    tri_dtype dtype = (tri_dtype)f->in[0].type.dtype;
    size_t bytes = tri_dtype_bytes(dtype);
    bool in_f32 = f->reversed && tri_dtype_is_float(dtype) && dtype != TRI_F64;
    tri_lanes_load(dtype, f->in[1].data, 1, sum);
    for (size_t l = 1; l < n; l++) sum[l] = sum[0];
    for (int64_t t = 0; t < f->r.terms; t++) {
        int64_t at = f->r.terms_at[f->reversed ? f->r.terms - 1 - t : t];
        tri_lanes_gather(dtype, (const char *)f->in[0].data + at * (int64_t)bytes, f->r.kept_at + first, f->r.kept_run, n, term);
        tri_lanes_apply(f->single, dtype, n, (const tri_lane *const[3]){sum, term, term}, sum);
        if (in_f32) tri_lanes_round(TRI_F32, n, sum);
    }
    tri_lanes_store((tri_dtype)f->out[0].type.dtype, (char *)f->out[0].data + first * bytes, n, sum);
}

static void fold_region(const fold *f, size_t first, size_t n)
{
    char terms[MOST_OPERANDS][8 * TRI_LANES];
    const void *arguments[2 * MOST_OPERANDS];
    void *results[MOST_OPERANDS];
    for (uint32_t i = 0; i < f->n; i++) {
        size_t bytes = tri_dtype_bytes((tri_dtype)f->out[i].type.dtype);
        results[i] = (char *)f->out[i].data + first * bytes;
        arguments[i] = results[i];
        arguments[f->n + i] = terms[i];
        for (size_t l = 0; l < n; l++) memcpy((char *)results[i] + l * bytes, f->in[f->n + i].data, bytes);
    }
    for (int64_t t = 0; t < f->r.terms; t++) {
        int64_t at = f->r.terms_at[f->reversed ? f->r.terms - 1 - t : t];
        for (uint32_t i = 0; i < f->n; i++) {
            size_t bytes = tri_dtype_bytes((tri_dtype)f->in[i].type.dtype);
            for (size_t l = 0; l < n; l++)
                memcpy(terms[i] + l * bytes, (const char *)f->in[i].data + (size_t)(f->r.kept_at[first + l] + at) * bytes, bytes);
        }
        tri_region_run(f->program, n, arguments, NULL, results);
    }
}

static void fold_chunks(void *context, size_t first, size_t end)
{
    const fold *f = context;
    for (size_t chunk = first; chunk < end; chunk++) {
        size_t at = chunk * TRI_LANES, rest = (size_t)f->r.kept - at;
        (f->single ? fold_single : fold_region)(f, at, rest < TRI_LANES ? rest : TRI_LANES);
    }
}

tri_status *tri_eval_REDUCE(const tri_evaluation *evaluation, const tri_op *op, const tri_tensor *in, tri_tensor *out)
{
    fold f = {.n = op->n_operands / 2, .in = in, .out = out, .reversed = evaluation->options.mode == TRI_EVAL_REVERSED_F32};
    const tri_block *region = op->regions[0];
    if (f.n > MOST_OPERANDS || !f.n || region->n_args != 2 * f.n || !region->last || region->last->n_operands != f.n)
        return tri_error(TRI_UNSUPPORTED, op->loc, "a reduction of %u operands (1 to %d are possible) with a region that takes twice as many", f.n,
                         MOST_OPERANDS);
    tri_region_program *program = NULL;
    tri_arena arena;
    tri_arena_init(&arena, 0);
    f.single = f.n == 1 ? tri_region_single_op(region) : TRI_OP_NONE;
    tri_status *status = f.single ? NULL : tri_region_compile_checked(&arena, region, &program);
    f.program = program;
    if (!status) status = tri_reduction_of(op, &in[0].type, &f.r);
    if (!status) {
        size_t chunks = ((size_t)f.r.kept + TRI_LANES - 1) / TRI_LANES;
        if (f.r.kept * f.r.terms < 1 << 14) fold_chunks(&f, 0, chunks);
        else tri_parallel(chunks, 1, fold_chunks, &f);
        tri_reduction_free(&f.r);
    }
    tri_arena_free(&arena);
    return status;
}
