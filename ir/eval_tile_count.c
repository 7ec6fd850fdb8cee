/* ir/eval_tile_count.c - how much work a kernel is, exactly, without running it: index arithmetic on intervals.
 *
 * A box of the grid, or a range of a loop, is counted as one when its intervals decide every trip count, choice and clipping; else it is cut in half
 * along an axis or loop that the undecided value depends on. So the regular inside of a grid costs one pass over the statements, and only its edges
 * more. What a fetch brings is unknown: trip counts take its stated range as their bound, windows count in full, of two branches the larger counts.
 */
#include "ir/eval_tile_internal.h"

#include <stdlib.h>

enum { FIRST_LOOP_BIT = TRI_MAX_RANK, MOST_DEPTH = 48 };

typedef struct interval {
    int64_t low, high;  /* both included */
    uint64_t varies;    /* axes (bits 0..) and enclosing loops (FIRST_LOOP_BIT + depth) it depends on */
    bool unknown;       /* it also depends on memory */
} interval;

typedef struct counting {
    const tri_func *kernel;
    tri_block_values values;
    interval *environment;
    bool settle; /* take bounds for what cannot be decided */
} counting;

static interval *of(const counting *c, const tri_value *value) { return &c->environment[tri_block_values_find(&c->values, value)]; }
static bool is_point(const interval *i) { return i->low == i->high; }

static int64_t limited(__int128 value)
{
    const int64_t most = INT64_MAX / 4;
    return value > most ? most : value < -most ? -most : (int64_t)value;
}

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }

/* A comparison is decided when both ends agree. */
static void compare(interval *out, bool always, bool never)
{
    out->low = always;
    out->high = !never;
}

static bool compute(tri_op_kind fn, const interval *a, const interval *b, interval *out)
{
    int64_t quotient_low, quotient_high;
    switch ((int)fn) {
    case TRI_SCALAR_ADD:
        out->low = limited((__int128)a->low + b->low);
        out->high = limited((__int128)a->high + b->high);
        return true;
    case TRI_SCALAR_SUBTRACT:
        out->low = limited((__int128)a->low - b->high);
        out->high = limited((__int128)a->high - b->low);
        return true;
    case TRI_SCALAR_MULTIPLY: {
        __int128 corners[4] = {(__int128)a->low * b->low, (__int128)a->low * b->high, (__int128)a->high * b->low, (__int128)a->high * b->high};
        out->low = out->high = limited(corners[0]);
        for (int i = 1; i < 4; i++) {
            out->low = smaller(out->low, limited(corners[i]));
            out->high = larger(out->high, limited(corners[i]));
        }
        return true;
    }
    case TRI_SCALAR_MINIMUM:
        out->low = smaller(a->low, b->low);
        out->high = smaller(a->high, b->high);
        return true;
    case TRI_SCALAR_MAXIMUM:
        out->low = larger(a->low, b->low);
        out->high = larger(a->high, b->high);
        return true;
    case TRI_SCALAR_DIVIDE:
    case TRI_SCALAR_REMAINDER:
        if (b->high <= 0) return false;
        if (b->low <= 0 || !is_point(b)) { /* a divisor that is not fixed */
            out->low = fn == TRI_SCALAR_DIVIDE ? smaller(a->low, 0) : 0;
            out->high = fn == TRI_SCALAR_DIVIDE ? larger(a->high, 0) : b->high - 1;
            return true;
        }
        tri_index_compute(TRI_SCALAR_DIVIDE, a->low, b->low, &quotient_low);
        tri_index_compute(TRI_SCALAR_DIVIDE, a->high, b->low, &quotient_high);
        if (fn == TRI_SCALAR_DIVIDE) {
            out->low = quotient_low;
            out->high = quotient_high;
        } else {
            bool same = quotient_low == quotient_high;
            out->low = same ? a->low - quotient_low * b->low : 0;
            out->high = same ? a->high - quotient_low * b->low : b->low - 1;
        }
        return true;
    case TRI_SCALAR_EQ: compare(out, is_point(a) && is_point(b) && a->low == b->low, a->high < b->low || b->high < a->low); return true;
    case TRI_SCALAR_NE: compare(out, a->high < b->low || b->high < a->low, is_point(a) && is_point(b) && a->low == b->low); return true;
    case TRI_SCALAR_LT: compare(out, a->high < b->low, a->low >= b->high); return true;
    case TRI_SCALAR_LE: compare(out, a->high <= b->low, a->low > b->high); return true;
    case TRI_SCALAR_GT: compare(out, a->low > b->high, a->high <= b->low); return true;
    case TRI_SCALAR_GE: compare(out, a->low >= b->high, a->high < b->low); return true;
    default: return false;
    }
}

static void add(tri_tile_counts *sum, const tri_tile_counts *part, uint64_t times)
{
    sum->programs += part->programs * times;
    sum->flops += part->flops * times;
    sum->bytes_loaded += part->bytes_loaded * times;
    sum->bytes_stored += part->bytes_stored * times;
}

/* Every counting function gives back 0 when it has counted, else the axes and loops to cut. */
static uint64_t count_ops(counting *c, const tri_op *first, int depth, tri_tile_counts *sum);

/* The elements of a window that lie inside. */
static uint64_t count_window(const counting *c, const tri_op *op, const tri_type *buffer, uint64_t *out)
{
    *out = 1;
    for (int d = 0; d < buffer->rank; d++) {
        const tri_window_dim *dim = &op->window[d];
        int64_t length = dim->kind == TRI_WINDOW_POINT ? 1 : dim->length, step = dim->kind == TRI_WINDOW_SLICE ? dim->step : 1, inside = length;
        if (dim->kind != TRI_WINDOW_GATHER) {
            interval low = *of(c, op->operands[dim->operand]), bound = {.low = buffer->dims[d], .high = buffer->dims[d]};
            if (dim->lim) {
                const interval *lim = of(c, op->operands[dim->lim]);
                bound = (interval){smaller(lim->low, buffer->dims[d]), smaller(lim->high, buffer->dims[d]), lim->varies, lim->unknown};
            }
            int64_t least = smaller(tri_window_inside(low.low, length, step, bound.low), tri_window_inside(low.high, length, step, bound.low));
            int64_t span = (length - 1) * step; /* from the first position to the last */
            bool beyond = low.low + smaller(span, 0) >= bound.high || low.high - smaller(-span, 0) < 0;
            uint64_t varies = low.varies | bound.varies;
            if (is_point(&low) && is_point(&bound)) inside = least;
            else if (least == length) inside = length;
            else if (beyond) inside = 0;
            else if (!low.unknown && !bound.unknown && !c->settle) return varies;
        }
        *out *= (uint64_t)inside;
    }
    return 0;
}

static uint64_t count_range(counting *c, const tri_op *op, int depth, int64_t low, int64_t high, const interval *bounds, tri_tile_counts *sum)
{
    if (low >= high) return 0;
    const tri_block *body = op->regions[0];
    uint64_t bit = 1ull << (FIRST_LOOP_BIT + depth);
    tri_tile_counts part = {0};
    *of(c, body->args[0]) = (interval){low, high - 1, bounds->varies | bit, bounds->unknown};
    for (uint32_t i = 1; i < body->n_args; i++) *of(c, body->args[i]) = (interval){-INT64_MAX / 4, INT64_MAX / 4, 0, true};
    uint64_t cut = count_ops(c, body->first, depth + 1, &part);
    if (!cut) {
        add(sum, &part, (uint64_t)(high - low));
        return 0;
    }
    if (!(cut & bit) || high - low == 1) return cut & ~bit ? cut & ~bit : cut;
    cut = count_range(c, op, depth, low, low + (high - low) / 2, bounds, sum);
    return cut ? cut : count_range(c, op, depth, low + (high - low) / 2, high, bounds, sum);
}

static uint64_t count_for(counting *c, const tri_op *op, int depth, tri_tile_counts *sum)
{
    interval low = *of(c, op->operands[0]), high = *of(c, op->operands[1]);
    interval bounds = {.varies = low.varies | high.varies, .unknown = low.unknown || high.unknown};
    if (!is_point(&low) || !is_point(&high)) {
        if (!bounds.unknown && !c->settle) return bounds.varies;
        bounds.unknown = true;
    }
    for (uint32_t i = 0; i < op->n_results; i++) *of(c, op->results[i]) = (interval){-INT64_MAX / 4, INT64_MAX / 4, 0, true};
    tri_tile_counts part = {0};
    uint64_t cut = count_range(c, op, depth, low.low, high.high, &bounds, &part);
    if (!cut) add(sum, &part, 1);
    return cut;
}

static uint64_t count_if(counting *c, const tri_op *op, int depth, tri_tile_counts *sum)
{
    const interval condition = *of(c, op->operands[0]);
    bool first = condition.low > 0 || condition.high < 0, second = condition.low == 0 && condition.high == 0;
    if (!first && !second && !condition.unknown && !c->settle) return condition.varies;
    for (uint32_t i = 0; i < op->n_results; i++) *of(c, op->results[i]) = (interval){-INT64_MAX / 4, INT64_MAX / 4, 0, true};
    if (first || second) {
        const tri_block *block = op->regions[first ? 0 : 1];
        uint64_t cut = count_ops(c, block->first, depth, sum);
        for (uint32_t i = 0; !cut && i < op->n_results; i++) *of(c, op->results[i]) = *of(c, block->last->operands[i]);
        return cut;
    }
    tri_tile_counts branch[2] = {{0}, {0}}, most;
    for (int i = 0; i < 2; i++) {
        uint64_t cut = count_ops(c, op->regions[i]->first, depth, &branch[i]);
        if (cut) return cut;
    }
    most = branch[0];
    if (branch[1].flops > most.flops) most.flops = branch[1].flops;
    if (branch[1].bytes_loaded > most.bytes_loaded) most.bytes_loaded = branch[1].bytes_loaded;
    if (branch[1].bytes_stored > most.bytes_stored) most.bytes_stored = branch[1].bytes_stored;
    add(sum, &most, 1);
    return 0;
}

static uint64_t count_mma(const tri_op *op)
{
    const tri_type *a = &op->operands[0]->type;
    return 2 * (uint64_t)tri_type_elements(a) * (uint64_t)op->operands[1]->type.dims[op->operands[1]->type.rank - 1];
}

static void count_index(counting *c, const tri_op *op)
{
    interval *out = of(c, op->results[0]);
    if (op->fn == TRI_OP_NONE) {
        int64_t value = tri_op_integer(op, "value", 0);
        *out = (interval){.low = value, .high = value};
        return;
    }
    const interval a = *of(c, op->operands[0]), b = op->n_operands > 1 ? *of(c, op->operands[1]) : (interval){0};
    interval result = {.varies = a.varies | b.varies, .unknown = a.unknown || b.unknown};
    if (!compute((tri_op_kind)op->fn, &a, &b, &result)) result = (interval){-INT64_MAX / 4, INT64_MAX / 4, 0, true};
    *out = result;
}

static uint64_t count_op(counting *c, const tri_op *op, int depth, tri_tile_counts *sum)
{
    uint64_t elements, cut;
    const tri_type *type;
    switch ((int)op->kind) {
    case TRI_TILE_INDEX: count_index(c, op); return 0;
    case TRI_TILE_FETCH:
        *of(c, op->results[0]) = (interval){tri_op_integer(op, "low", 0), tri_op_integer(op, "high", INT64_MAX / 4) - 1, 0, true};
        sum->bytes_loaded += tri_dtype_bytes((tri_dtype)op->operands[0]->type.dtype);
        return 0;
    case TRI_TILE_FOR: return count_for(c, op, depth, sum);
    case TRI_TILE_IF: return count_if(c, op, depth, sum);
    case TRI_TILE_LOAD:
    case TRI_TILE_STORE:
        type = &op->operands[op->kind == TRI_TILE_STORE]->type;
        cut = count_window(c, op, type, &elements);
        if (cut) return cut;
        *(op->kind == TRI_TILE_LOAD ? &sum->bytes_loaded : &sum->bytes_stored) += elements * tri_dtype_bytes((tri_dtype)type->dtype);
        return 0;
    case TRI_TILE_MMA: sum->flops += count_mma(op); return 0;
    case TRI_TILE_MAP: sum->flops += (uint64_t)tri_type_elements(&op->results[0]->type) * tri_region_work(op->regions[0]); return 0;
    case TRI_TILE_REDUCE:
    case TRI_TILE_SCAN:
    case TRI_TILE_COMBINE: sum->flops += (uint64_t)tri_type_elements(&op->operands[0]->type) * tri_region_work(op->regions[0]); return 0;
    default: return 0;
    }
}

static uint64_t count_ops(counting *c, const tri_op *first, int depth, tri_tile_counts *sum)
{
    for (const tri_op *op = first; op; op = op->next) {
        uint64_t cut = count_op(c, op, depth, sum);
        if (cut) return cut;
        if (op->kind == TRI_TILE_COMBINE && op->parent == c->kernel->body) return 0; /* what follows is counted apart */
    }
    return 0;
}

typedef struct box {
    int64_t low[TRI_MAX_RANK], end[TRI_MAX_RANK];
} box;

/* The programs of a box: all of them up to a combine, those with id 0 on its axis beyond. */
static uint64_t count_uniform(counting *c, const box *b, const tri_op *combine, tri_tile_counts *sum)
{
    uint64_t volume = 1;
    for (uint32_t i = 0; i < c->kernel->n_axes; i++) {
        *of(c, c->kernel->body->args[c->kernel->n_buffers + i]) = (interval){b->low[i], b->end[i] - 1, 1ull << i, false};
        volume *= (uint64_t)(b->end[i] - b->low[i]);
    }
    tri_tile_counts before = {.programs = 1}, after = {0};
    uint64_t cut = count_ops(c, c->kernel->body->first, 0, &before);
    if (cut) return cut;
    if (combine) {
        int64_t axis = tri_op_integer(combine, "axis", 0);
        cut = b->low[axis] == 0 ? count_ops(c, combine->next, 0, &after) : 0;
        if (cut) return cut;
        add(sum, &after, volume / (uint64_t)(b->end[axis] - b->low[axis]));
    }
    add(sum, &before, volume);
    return 0;
}

static void count_box(counting *c, box b, const tri_op *combine, tri_tile_counts *sum)
{
    for (;;) {
        uint64_t cut = count_uniform(c, &b, combine, sum);
        if (!cut) return;
        int axis = -1;
        for (int i = 0; i < (int)c->kernel->n_axes; i++) {
            bool wide = cut >> i & 1 && b.end[i] - b.low[i] > 1;
            if (wide && (axis < 0 || b.end[i] - b.low[i] > b.end[axis] - b.low[axis])) axis = i;
        }
        if (axis < 0) { /* nothing left to cut: what is undecided is a bound */
            c->settle = true;
            count_uniform(c, &b, combine, sum);
            c->settle = false;
            return;
        }
        box half = b;
        half.end[axis] = b.low[axis] + (b.end[axis] - b.low[axis]) / 2;
        b.low[axis] = half.end[axis];
        count_box(c, half, combine, sum);
    }
}

static int depth_of(const tri_block *block)
{
    int most = 0;
    for (const tri_op *op = block->first; op; op = op->next) {
        if (op->kind != TRI_TILE_FOR && op->kind != TRI_TILE_IF) continue;
        for (uint32_t i = 0; i < op->n_regions; i++) {
            int inner = depth_of(op->regions[i]) + (op->kind == TRI_TILE_FOR);
            if (inner > most) most = inner;
        }
    }
    return most;
}

tri_status *tri_count_kernel(const tri_func *kernel, tri_tile_counts *out_counts)
{
    counting c = {.kernel = kernel};
    box whole = {{0}, {0}};
    *out_counts = (tri_tile_counts){0};
    if (kernel->n_axes > TRI_MAX_RANK || depth_of(kernel->body) > MOST_DEPTH)
        return tri_error(TRI_UNSUPPORTED, kernel->loc, "kernel '%s' has more than %d grid axes or %d nested loops", kernel->name, TRI_MAX_RANK,
                         MOST_DEPTH);
    const tri_op *combine = kernel->body->first;
    while (combine && combine->kind != TRI_TILE_COMBINE) combine = combine->next;
    int64_t axis = combine ? tri_op_integer(combine, "axis", -1) : 0;
    if (combine && (axis < 0 || axis >= kernel->n_axes))
        return tri_error(TRI_INVALID, combine->loc, "kernel '%s': combine over axis %lld", kernel->name, (long long)axis);
    for (uint32_t i = 0; i < kernel->n_axes; i++) {
        if (kernel->grid[i] <= 0) return NULL;
        whole.end[i] = kernel->grid[i];
    }
    TRI_TRY(tri_kernel_values_create(kernel, &c.values));
    c.environment = calloc(c.values.room, sizeof *c.environment);
    tri_status *status = c.environment ? NULL : tri_error(TRI_NO_MEMORY, kernel->loc, "no memory for the values of kernel '%s'", kernel->name);
    if (!status) count_box(&c, whole, combine, out_counts);
    free(c.environment);
    free(c.values.at);
    return status;
}
