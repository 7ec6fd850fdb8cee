/* kernels/matmul.c - the family of contractions: batched, any order of dimensions on both sides, with an elementwise epilogue, accumulated in f32
 * (i32 for 8-bit integers).
 *
 * A program makes a bm x bn tile of the result: m spans the last free dimension of the left operand, n that of the right one; batch dimensions and
 * other free dimensions are grid axes. The last contracted dimension is walked bk at a time, others one position at a time.
 *
 * Knobs beside these: split: the steps of the last contracted dimension are dealt out to so many programs, whose sums are combined in ascending order
 * in front of the epilogue. swap: the product is made transposed, B^T A^T, and turned before the epilogue: for few rows on chips whose matrix
 * instructions are taller than wide. */
#include "kernels/demand.h"
#include "kernels/matmul_config.h"
#include "kernels/matmul_sched.h"

/* Which dimension of a dot_general is what. Entries are dimension numbers; -1: there is none. */
typedef struct contraction {
    int n_batch, n_contracted;
    int batch[2][TRI_MAX_RANK], contracted[2][TRI_MAX_RANK]; /* [lhs, rhs] */
    int free_dims[2][TRI_MAX_RANK], n_free[2];
    int span[2];        /* the spanned free dimension, of lhs (m) and rhs (n) */
    int result_span[2]; /* the same in the result */
    int inner[2];       /* the contracted dimension that is walked bk at a time */
} contraction;

static bool in(const int64_t *list, size_t n, int item)
{
    for (size_t i = 0; i < n; i++)
        if (list[i] == item) return true;
    return false;
}

static contraction analyse(const tri_op *dot)
{
    static const char *const batching[] = {"lhs_batching_dimensions", "rhs_batching_dimensions"};
    static const char *const contracting[] = {"lhs_contracting_dimensions", "rhs_contracting_dimensions"};
    contraction c = {0};
    for (int side = 0; side < 2; side++) {
        const int64_t *batch, *contracted;
        size_t n_batch = tri_op_integers(dot, batching[side], &batch), n_contracted = tri_op_integers(dot, contracting[side], &contracted);
        c.n_batch = (int)n_batch;
        c.n_contracted = (int)n_contracted;
        for (size_t i = 0; i < n_batch; i++) c.batch[side][i] = (int)batch[i];
        for (size_t i = 0; i < n_contracted; i++) c.contracted[side][i] = (int)contracted[i];
        c.span[side] = c.result_span[side] = c.inner[side] = -1;
        int result_dim = (int)n_batch + (side ? c.n_free[0] : 0);
        for (int d = 0; d < dot->operands[side]->type.rank; d++) {
            if (in(batch, n_batch, d) || in(contracted, n_contracted, d)) continue;
            c.free_dims[side][c.n_free[side]++] = d;
            if (c.span[side] < 0 || dot->operands[side]->type.dims[d] > 1) {
                c.span[side] = d;
                c.result_span[side] = result_dim;
            }
            result_dim++;
        }
        /* The largest contracted dimension is the inner one; both sides list them in the same order. */
        int best = -1;
        for (int i = 0; i < c.n_contracted; i++)
            if (best < 0 || dot->operands[0]->type.dims[c.contracted[0][i]] > dot->operands[0]->type.dims[c.contracted[0][best]]) best = i;
        if (best >= 0) c.inner[side] = c.contracted[side][best];
    }
    return c;
}

/* The tile of one operand: [span, k] for the left, [k, span] for the right, whatever the order in the buffer. `coords` are the coordinates per
 * dimension. */
static tri_value *operand_tile(tri_demand *demand, tri_block *block, const tri_value *operand, const contraction *c, int side,
                               const tri_request *coords, int64_t length, int64_t bk)
{
    tri_value *tile = tri_demand_tile(demand, block, operand, coords);
    bool has_span = c->span[side] >= 0 && coords->at[c->span[side]].kind == TRI_WINDOW_SLICE, has_k = c->inner[side] >= 0;
    bool span_first = !has_k || (has_span && c->span[side] < c->inner[side]);
    /* What the operand repeats (a broadcast that was fused) is written out: the product needs full tiles. */
    int64_t dims[2];
    int rank = 0;
    if (has_span && span_first) dims[rank++] = length;
    if (has_k) dims[rank++] = bk;
    if (has_span && !span_first) dims[rank++] = length;
    tile = tri_demand_expand(block, tile, dims);
    if (rank < 2) {
        int64_t full[2] = {span_first ? length : bk, span_first ? bk : length};
        if (!has_span)
            full[0] = side ? bk : 1, full[1] = side ? 1 : bk, span_first = !side;
        else if (!has_k)
            full[0] = side ? 1 : length, full[1] = side ? length : 1, span_first = !side;
        return tri_tile_reshape(block, tile, 2, full);
    }
    return span_first == (side == 0) ? tile : tri_tile_transpose(block, tile);
}

/* k positions beyond the end give zero on both sides already (the loads' fill), except where an operand was computed: then the left tile is masked.
 */
static tri_value *mask_tail(tri_block *block, tri_value *tile, tri_value *k, int64_t size)
{
    tri_value *base = tri_tile_fill_index(block, tri_tile_of(TRI_I32, 2, (int64_t[]){1, 1}), k);
    tri_op *map = tri_tile_map(block, 2, (tri_value *[]){tile, base}, 1, &tile->type, NULL);
    tri_block *region = map->regions[0];
    tri_value *position = tri_scalar(region, TRI_SCALAR_ADD, TRI_I32, 2, (tri_value *[]){region->args[1], tri_scalar_coordinate(region, 1)});
    tri_value *valid = tri_scalar(region, TRI_SCALAR_LT, TRI_I1, 2, (tri_value *[]){position, tri_scalar_constant(region, TRI_I32, (double)size)});
    tri_dtype dtype = (tri_dtype)tile->type.dtype;
    tri_value *result =
        tri_scalar(region, TRI_SCALAR_SELECT, dtype, 3, (tri_value *[]){valid, region->args[0], tri_scalar_constant(region, dtype, 0)});
    tri_tile_yield(region, 1, &result);
    return map->results[0];
}

/* The value that this one is a view of. */
static const tri_value *behind_views(const tri_value *value)
{
    while (value->op && (value->op->kind == TRI_OP_TRANSPOSE || value->op->kind == TRI_OP_RESHAPE)) value = value->op->operands[0];
    return value;
}

static bool is_loaded(const tri_value *value) { return !behind_views(value)->op; }

/* How the inner contracted dimension is walked: `parts` programs take `steps` of bk each; the last may run over the end, where there are zeros. */
typedef struct walk {
    int64_t bk, steps, parts;
} walk;

static walk walk_of(const tri_config *config, int64_t size)
{
    walk w = {.bk = tri_config_get(config, "bk", 32), .parts = 1};
    int64_t all = (size + w.bk - 1) / w.bk, split = tri_config_get(config, "split", 1);
    w.steps = split > 1 && all > 1 ? (all + split - 1) / split : all;
    if (w.steps < all) w.parts = (all + w.steps - 1) / w.steps;
    return w;
}

/* The sums of all programs along the axis, in ascending order. */
static tri_value *combine_parts(tri_demand *demand, tri_block *block, tri_value *sum)
{
    tri_op *combine = tri_tile_combine(block, 1, &sum, (int)(demand->part->index - demand->kernel->n_buffers), "combine");
    tri_block *region = combine->regions[0];
    tri_value *added = tri_scalar(region, TRI_SCALAR_ADD, (tri_dtype)sum->type.dtype, 2, region->args);
    tri_tile_yield(region, 1, &added);
    return combine->results[0];
}

/* Whether the product is asked for once, as it is stored: what stands behind it neither moves nor repeats its elements. Only then can it be
 * combined, since a program combines once. What is made of the product has as many elements as it. */
static bool is_asked_once(const tri_op *group, const tri_op *dot)
{
    int64_t n = tri_type_elements(&dot->results[0]->type);
    for (const tri_op *op = dot->next; op != group->regions[0]->last; op = op->next) {
        bool takes = false, keeps = tri_type_elements(&op->results[0]->type) == n;
        for (uint32_t i = 0; i < op->n_operands; i++) takes |= tri_type_elements(&op->operands[i]->type) == n;
        bool in_place = tri_classify(op) == TRI_FUSE_LIGHT || op->kind == TRI_OP_RESHAPE || (op->kind == TRI_OP_BROADCAST_IN_DIM && keeps);
        if (takes && !in_place) return false;
    }
    return true;
}

/* The transpose of a tile, which may be one itself. */
static tri_value *turned(tri_block *block, tri_value *tile)
{
    return tile->op && tile->op->kind == TRI_TILE_TRANSPOSE ? tile->op->operands[0] : tri_tile_transpose(block, tile);
}

static tri_value *contract(tri_demand *demand, tri_block *block, const tri_op *dot, const tri_request *request)
{
    contraction c = analyse(dot);
    demand->n_contracted++;
    int64_t length[2] = {1, 1}, k_size = 1;
    walk w = {1, 1, 1};
    const bool swap = tri_config_get(demand->config, "swap", 0);
    tri_request coords[2];
    memset(coords, 0, sizeof coords);
    for (int side = 0; side < 2; side++) {
        for (int i = 0; i < c.n_batch; i++) coords[side].at[c.batch[side][i]] = request->at[i];
        for (int i = 0; i < c.n_free[side]; i++) {
            tri_coord coord = request->at[c.n_batch + (side ? c.n_free[0] : 0) + i];
            coords[side].at[c.free_dims[side][i]] = coord;
            if (c.free_dims[side][i] == c.span[side]) length[side] = coord.length;
        }
    }
    if (c.inner[0] >= 0) {
        k_size = dot->operands[0]->type.dims[c.inner[0]];
        w = walk_of(demand->config, k_size);
    }
    const int64_t bk = w.bk;
    const tri_dtype wide = TRI_F32;
    tri_value *acc = tri_tile_fill(block, tri_tile_of(wide, 2, swap ? (int64_t[]){length[1], length[0]} : length), 0);

    size_t known_before = demand->known.n;
    tri_block *at = block;
    tri_op *loops[TRI_MAX_RANK];
    int n_loops = 0;
    tri_value *k_position = NULL;
    for (int i = 0; i < c.n_contracted; i++) {
        bool inner = c.contracted[0][i] == c.inner[0];
        int64_t size = dot->operands[0]->type.dims[c.contracted[0][i]], trips = inner ? w.steps : size;
        tri_value *counter = tri_tile_index(at, 0);
        if (trips != 1 || (inner && tri_config_get(demand->config, "schedule", 0))) { /* a schedule names the loop */
            tri_op *loop = tri_tile_for(at, inner ? "k" : NULL, counter, tri_tile_index(at, trips), 1, &acc);
            loop->label = inner ? "k" : NULL;
            loops[n_loops++] = loop;
            at = loop->regions[0];
            counter = at->args[0];
            acc = at->args[1];
        }
        if (inner && demand->part)
            counter = tri_tile_arith(at, TRI_SCALAR_ADD, tri_tile_arith(at, TRI_SCALAR_MULTIPLY, demand->part, tri_tile_index(at, w.steps)), counter);
        if (inner) counter = k_position = tri_tile_arith(at, TRI_SCALAR_MULTIPLY, counter, tri_tile_index(at, bk));
        for (int side = 0; side < 2; side++) coords[side].at[c.contracted[side][i]] = inner ? tri_span(counter, bk) : tri_at(counter);
    }
    tri_value *a = operand_tile(demand, at, dot->operands[0], &c, 0, &coords[0], length[0], bk);
    tri_value *b = operand_tile(demand, at, dot->operands[1], &c, 1, &coords[1], length[1], bk);
    if (w.parts * w.steps * bk != k_size && !(is_loaded(dot->operands[0]) && is_loaded(dot->operands[1]))) {
        a = mask_tail(at, a, k_position, k_size);
        b = tri_tile_transpose(at, mask_tail(at, tri_tile_transpose(at, b), k_position, k_size));
    }
    tri_value *sum = swap ? tri_tile_mma(at, turned(at, b), turned(at, a), acc, "mma") : tri_tile_mma(at, a, b, acc, "mma");
    while (n_loops) {
        tri_op *loop = loops[--n_loops];
        tri_tile_yield(loop->regions[0], 1, &sum);
        sum = loop->results[0];
    }
    demand->known.n = known_before;
    if (demand->part) sum = combine_parts(demand, block, sum);
    if (swap) sum = tri_tile_transpose(block, sum);
    /* This is [m, n]; the request may span only one of them. */
    int64_t dims[2];
    int rank = 0;
    for (int side = 0; side < 2; side++)
        if (c.result_span[side] >= 0 && request->at[c.result_span[side]].kind == TRI_WINDOW_SLICE) dims[rank++] = length[side];
    sum = tri_tile_reshape(block, sum, rank, dims);
    tri_dtype result = (tri_dtype)dot->results[0]->type.dtype;
    return result == wide ? sum : tri_demand_map(block, TRI_SCALAR_CONVERT, result, 1, &sum);
}

/* Whatever contraction is left: the ones that no matrix unit takes were rewritten before fusion (lowering/decompose.c). */
static bool matmul_applies(const tri_op *group, const tri_chip *chip)
{
    (void)chip;
    return tri_group_contraction(group) != NULL;
}

/* Carries the spans of the contraction's result through the epilogue to the root. */
static uint32_t root_spans(const tri_op *group, const tri_op *dot, uint32_t spans)
{
    const tri_value *value = dot->results[0], *root = group->regions[0]->last->operands[0];
    while (value != root) {
        const tri_op *user = NULL;
        for (const tri_op *op = group->regions[0]->first; op && !user; op = op->next)
            for (uint32_t i = 0; i < op->n_operands && op != group->regions[0]->last; i++)
                if (op->operands[i] == value) user = op;
        if (!user) return spans;
        const int64_t *dims;
        uint32_t next = 0;
        switch (user->kind) {
        case TRI_OP_TRANSPOSE:
            tri_op_integers(user, "permutation", &dims);
            for (int d = 0; d < user->results[0]->type.rank; d++)
                if (spans >> dims[d] & 1) next |= 1u << d;
            break;
        case TRI_OP_RESHAPE: {
            const tri_type *from = &value->type, *to = &user->results[0]->type;
            int j = 0;
            for (int i = 0; i < from->rank; i++) {
                if (from->dims[i] == 1) continue;
                while (j < to->rank && to->dims[j] == 1) j++;
                if (spans >> i & 1) next |= 1u << j;
                j++;
            }
            break;
        }
        default: next = spans;
        }
        spans = next;
        value = user->results[0];
    }
    return spans;
}

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

static int64_t round_up(int64_t n, int64_t to) { return (n + to - 1) / to * to; }

/* Which dimension of the dot_general's operand is the last one of the buffer that it is a view of. */
static int last_dimension(const tri_value *value)
{
    int chain[TRI_MAX_RANK], rank = value->type.rank;
    for (int d = 0; d < rank; d++) chain[d] = d;
    for (; value->op && value->op->kind == TRI_OP_TRANSPOSE; value = value->op->operands[0]) {
        const int64_t *permutation;
        tri_op_integers(value->op, "permutation", &permutation);
        for (int d = 0; d < rank; d++) chain[d] = (int)permutation[chain[d]];
    }
    for (int d = 0; d < rank; d++)
        if (chain[d] == rank - 1) return d;
    return -1;
}

static bool is_transcendental(tri_op_kind kind)
{
    static const tri_op_kind kinds[] = {TRI_OP_EXPONENTIAL, TRI_OP_LOG,    TRI_OP_TANH,  TRI_OP_LOGISTIC, TRI_OP_RSQRT, TRI_OP_SQRT,
                                        TRI_OP_SINE,        TRI_OP_COSINE, TRI_OP_POWER, TRI_OP_ERF,      TRI_OP_DIVIDE};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i] == kind) return true;
    return false;
}

static tri_matmul_problem problem_of(const tri_op *group, const tri_op *dot)
{
    contraction c = analyse(dot);
    tri_matmul_problem p = {.m = 1, .n = 1, .k = 1, .repeats = 1, .walks = 1, .dtype = (tri_dtype)dot->operands[0]->type.dtype};
    p.splits = is_asked_once(group, dot);
    for (int side = 0; side < 2; side++) {
        const tri_type *type = &dot->operands[side]->type;
        if (c.span[side] >= 0) *(side ? &p.n : &p.m) = type->dims[c.span[side]];
        for (int i = 0; i < c.n_free[side]; i++)
            if (c.free_dims[side][i] != c.span[side]) p.repeats *= (double)type->dims[c.free_dims[side][i]];
        for (int i = 0; !side && i < c.n_batch; i++) p.repeats *= (double)type->dims[c.batch[0][i]];
        for (int i = 0; !side && i < c.n_contracted; i++)
            if (c.contracted[0][i] != c.inner[0]) p.walks *= (double)type->dims[c.contracted[0][i]];
        int last = last_dimension(dot->operands[side]);
        p.minor[side] = last >= 0 && last == c.inner[side] ? TRI_MINOR_K : last >= 0 && last == c.span[side] ? TRI_MINOR_SPAN : TRI_MINOR_OTHER;
    }
    if (c.inner[0] >= 0) p.k = dot->operands[0]->type.dims[c.inner[0]];
    if (!p.k) p.k = 1; /* a loop of no steps */

    const tri_block *body = group->regions[0];
    p.result = (tri_dtype)body->last->operands[0]->type.dtype;
    bool behind = false;
    for (const tri_op *op = body->first; op != body->last; op = op->next) {
        behind |= op == dot;
        if (!behind || op == dot || tri_classify(op) != TRI_FUSE_LIGHT) continue;
        *(is_transcendental((tri_op_kind)op->kind) ? &p.function : &p.vector) += 1;
    }
    for (uint32_t i = 0; i < body->n_args; i++) {
        if (body->args[i] == behind_views(dot->operands[0]) || body->args[i] == behind_views(dot->operands[1])) continue;
        p.extra += (double)tri_type_bytes(&body->args[i]->type);
    }
    return p;
}

static int matmul_candidates(const tri_op *group, const tri_chip *chip, tri_candidate *out, int most)
{
    tri_matmul_problem problem = problem_of(group, tri_group_contraction(group));
    return tri_matmul_candidates(&problem, chip, out, most);
}

static tri_config matmul_config(const tri_op *group, const tri_chip *chip, bool scheduled)
{
    tri_candidate best;
    if (scheduled && matmul_candidates(group, chip, &best, 1)) return best.config;
    tri_matmul_problem p = problem_of(group, tri_group_contraction(group));
    int64_t partitions = tri_chip_integer(chip, "partitions", 0);
    tri_config config = {0};
    if (partitions) {
        tri_config_set(&config, "bm", smaller(p.m, partitions));
        tri_config_set(&config, "bn", smaller(p.n, 512));
        tri_config_set(&config, "bk", smaller(p.k, 4 * partitions));
    } else { /* multiples of every matrix instruction's shape: tails are zeros */
        tri_config_set(&config, "bm", smaller(round_up(p.m, 32), 64));
        tri_config_set(&config, "bn", smaller(round_up(p.n, 32), 64));
        tri_config_set(&config, "bk", smaller(round_up(p.k, 32), 64));
    }
    return config;
}

static tri_status *matmul_build(tri_module *module, const char *name, const tri_op *group, const tri_config *config, tri_func **out_kernel)
{
    tri_demand demand = {.config = config, .contract = contract, .chunk = 256};
    const tri_op *dot = tri_group_contraction(group);
    contraction c = analyse(dot);
    tri_demand_begin(&demand, module, name, group);
    int64_t k = c.inner[0] >= 0 ? dot->operands[0]->type.dims[c.inner[0]] : 0, parts = k ? walk_of(config, k).parts : 1;
    tri_config whole = *config;
    if (parts > 1 && is_asked_once(group, dot)) {
        demand.part = tri_kernel_add_axis(demand.kernel, NULL, parts);
    } else if (parts > 1) {
        tri_config_set(&whole, "split", 1);
        demand.config = &whole;
    }
    int64_t lengths[TRI_MAX_RANK] = {0};
    for (int side = 0; side < 2; side++) {
        if (c.result_span[side] < 0) continue;
        uint32_t at = root_spans(group, dot, 1u << c.result_span[side]);
        /* A spanned dimension of size 1 may have been dropped on the way to the root; then it is a position. */
        if (at) lengths[__builtin_ctz(at)] = tri_config_get(config, side ? "bn" : "bm", 1);
    }
    tri_status *status = tri_demand_finish(&demand, lengths);
    *out_kernel = demand.kernel;
    if (status || !demand.part || demand.n_contracted == 1) return status;
    tri_func_unlink(demand.kernel); /* the windows of two users differ after all */
    tri_config_set(&whole, "split", 1);
    return matmul_build(module, name, group, &whole, out_kernel);
}

const tri_family tri_family_matmul = {
    "matmul", "contractions with an elementwise epilogue", matmul_applies, matmul_config, matmul_build, tri_matmul_schedule, matmul_candidates};
