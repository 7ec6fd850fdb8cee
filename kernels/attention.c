/* kernels/attention.c - the family of tri.attention: softmax(scale q k^T [+ bias]) v in one pass over blocks of keys, with a running maximum, a
 * running sum and a result that is rescaled when the maximum moves.
 *
 * A program makes `bq` queries of one head, or of all query heads that share a key head (`pack`: row = query * G + head): their rows see the same
 * keys. Scores live in the base of exp2: log2(e) is in the factor. Blocks beyond the causal diagonal are never visited; the others are masked where
 * they cross it or the last key, by an `if` on the loop variable, so that an expansion can split the steps there. `reverse` starts at the diagonal. P
 * is rounded to the operands' dtype before it meets V, the sums are of P before rounding, in f32; or, with `ones`, of the rounded P by a product with
 * ones, where a matrix unit is cheaper than a reduction, or, with `rounded`, by the reduction, where f32 weights would have to be stored, or, with
 * `column`, as one more column of the product: the values get a column of ones. A row that sees no key gives 0 and a log-sum of -inf.
 *
 * `tail` says how finely the last keys are cut: they come in blocks of `tail`, or, with `fitted`, as one block of as many tails as there are left (of
 * which the whole block's window is loaded, so that it is the same one for all rows). With `turned` the weights change their place by a statement of
 * their own, xp, and the product with V is added by res2: for arrays that contract over partitions alone; with `turned` = 2 what xp makes is taken
 * by another one, xc. the last `apart` columns of a whole block are turned by one more, xd; the maximum of the columns from `cut` on is one of its
 * own, maxb: engines share the work so. With `negated` the running maximum is kept as what stands in the exponents, its negative times the factor.
 * With `added` a mask is a tile of its own, which a product with the identity (one) adds to the scores.
 *
 * Statements are named for schedules: ldq ldk ldv ldb one qk bias mask max maxb mx1 mx2 neg al exp rsum sum (lsum) pack xp xc xd resc pv res2, loops
 * kv and kvt, and behind them inv out sto lse stl; a statement that a problem does not need is not there. */
#include <math.h>

#include "ir/attention.h"
#include "kernels/attention_sched.h"
#include "kernels/demand.h"

static const double LOG2_E = 1.44269504088896340736, LN_2 = 0.693147180559945309417;

enum { MOST_HEAD_SIZE = 256, HEAD_SIZE_STEP = 8 };

static bool is_head_size(int64_t size) { return size > 0 && size <= MOST_HEAD_SIZE && size % HEAD_SIZE_STEP == 0; }

bool tri_attention_has_kernel(const tri_op *op)
{
    tri_attention_shape s;
    tri_status *status = tri_attention_shape_of(op, &s);
    tri_status_free(status);
    tri_dtype dtype = (tri_dtype)op->operands[0]->type.dtype;
    bool bias_fits = status || !s.has_bias || op->operands[3]->type.dtype != TRI_F64;
    return !status && s.keys > 0 && is_head_size(s.size) && is_head_size(s.value_size) && bias_fits &&
           (dtype == TRI_BF16 || dtype == TRI_F16 || dtype == TRI_F32);
}

static bool attention_applies(const tri_op *group, const tri_chip *chip)
{
    (void)chip;
    return tri_group_root(group) && tri_group_root(group)->kind == TRI_OP_ATTENTION;
}

/* Heads are packed from memory as it lies: what reaches q through views is taken head by head. */
static bool may_pack(const tri_op *op, const tri_attention_shape *s) { return s->heads > s->key_heads && !op->operands[0]->op && !s->has_bias; }

static tri_attention_shape shape_of(const tri_op *group)
{
    tri_attention_shape s;
    tri_status_free(tri_attention_shape_of(tri_group_root(group), &s)); /* verified */
    return s;
}

/* ---- config ---- */

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }

/* Bytes that the operands of one product, or the result on its way to another place, take together. */
static int64_t staged(const tri_attention_shape *s, int64_t rows, int64_t bn, int64_t size)
{
    int64_t scores = (rows + bn) * s->size * size, values = (rows * bn + bn * s->value_size) * size, result = rows * s->value_size * 4;
    return larger(larger(scores, values), result) + 4096; /* and a little for threads without an element */
}

static tri_config attention_config(const tri_op *group, const tri_chip *chip, bool scheduled)
{
    const tri_op *op = tri_group_root(group);
    tri_attention_shape s = shape_of(group);
    tri_config config = {0};
    if (scheduled && tri_attention_scheduled_config(&config, &s, (tri_dtype)op->operands[0]->type.dtype, may_pack(op, &s), chip)) return config;
    config = (tri_config){0};
    int64_t shared = s.heads / s.key_heads, partitions = tri_chip_integer(chip, "partitions", 0), rows, bn, bq, pack = 0;
    if (partitions) {
        rows = partitions;
        bn = smaller(s.keys, 4 * partitions);
    } else { /* multiples of every matrix instruction's shape; the tiles of a product stand in shared memory together */
        int64_t size = (int64_t)tri_dtype_bytes((tri_dtype)op->operands[0]->type.dtype),
                room = tri_chip_integer(chip, "shared_bytes_block", 48 << 10);
        rows = bn = 64;
        while (staged(&s, rows, bn, size) > room && bn > 16) *(rows > bn ? &rows : &bn) /= 2;
        while (bn > 16 && bn / 2 >= s.keys) bn /= 2;
        pack = may_pack(op, &s) && shared <= rows;
    }
    bq = larger(1, smaller(s.tokens, pack ? rows / shared : rows));
    tri_config_set(&config, "bq", bq);
    tri_config_set(&config, "bn", bn);
    tri_config_set(&config, "pack", pack);
    tri_config_set(&config, "reverse", 1);
    tri_config_set(&config, "ones", 0);
    return config;
}

/* ---- the program ---- */

typedef struct program {
    tri_demand demand;
    const tri_op *op;
    tri_attention_shape s;
    tri_dtype dtype;
    int64_t bq, bn, shared, rows; /* shared: query heads of a key head; rows: of a tile */
    int64_t tail, apart, cut;
    bool pack, reverse, ones, rounded, turned, taken, fitted, column, negated, prescaled;
    bool none_seen, none_yet;                   /* a row may see no key at all, or none in the first block */
    uint32_t n_carried;                         /* maximum, perhaps the sum, result */
    size_t known_outside;                       /* of what the demand has computed, before the open loop */
    double factor;                              /* what scores are multiplied with inside exp2: 1 when they were scaled beforehand */
    tri_value *batch, *key_head, *head, *first; /* head: the first query head, first: the first query */
    tri_value *one;                             /* the identity, where masks are added by a product; or null */
} program;

static tri_value *constant(tri_block *block, int64_t value) { return tri_tile_index(block, value); }
static tri_value *plus(tri_block *block, tri_value *a, int64_t b) { return tri_tile_arith(block, TRI_SCALAR_ADD, a, constant(block, b)); }
static tri_value *times(tri_block *block, tri_value *a, int64_t b) { return tri_tile_arith(block, TRI_SCALAR_MULTIPLY, a, constant(block, b)); }
static tri_value *over(tri_block *block, tri_value *a, int64_t b) { return tri_tile_arith(block, TRI_SCALAR_DIVIDE, a, constant(block, b)); }
static tri_value *at_least(tri_block *block, tri_value *a, int64_t b) { return tri_tile_arith(block, TRI_SCALAR_MAXIMUM, a, constant(block, b)); }
static tri_value *at_most(tri_block *block, tri_value *a, int64_t b) { return tri_tile_arith(block, TRI_SCALAR_MINIMUM, a, constant(block, b)); }

static tri_type f32_tile(int64_t rows, int64_t columns) { return tri_tile_of(TRI_F32, 2, (int64_t[]){rows, columns}); }

/* Scalar arithmetic in f32, inside the region of a map. */
static tri_value *f32(tri_block *region, tri_op_kind kind, tri_value *a, tri_value *b)
{
    return tri_scalar(region, kind, TRI_F32, b ? 2 : 1, (tri_value *[]){a, b});
}
static tri_value *number(tri_block *region, double value) { return tri_scalar_constant(region, TRI_F32, value); }

/* x, or `by` where it is `value`. */
static tri_value *unless(tri_block *region, tri_value *x, double value, double by)
{
    tri_value *is = tri_scalar(region, TRI_SCALAR_EQ, TRI_I1, 2, (tri_value *[]){x, number(region, value)});
    return tri_scalar(region, TRI_SCALAR_SELECT, TRI_F32, 3, (tri_value *[]){is, number(region, by), x});
}

static tri_value *end_map(tri_op *map, tri_value *result)
{
    tri_tile_yield(map->regions[0], 1, &result);
    return map->results[0];
}

static tri_value *part(tri_block *block, tri_value *tile, int64_t row, int64_t column, int64_t rows, int64_t columns)
{
    if (tile->type.dims[0] == rows && tile->type.dims[1] == columns) return tile;
    tri_type type = tri_tile_of((tri_dtype)tile->type.dtype, 2, (int64_t[]){rows, columns});
    tri_module *module = block->func->module;
    tri_op *slice = tri_op_create(module, TRI_TILE_SLICE, TRI_NOWHERE, 1, &tile, 1, &type);
    tri_op_set_attr(module, slice, "offsets", tri_attr_integers(module, 2, (int64_t[]){row, column}));
    tri_block_append(block, slice);
    return slice->results[0];
}

/* One scalar op over two tiles, the second repeated along the columns where it has one. */
static tri_value *combined(tri_block *block, tri_op_kind kind, tri_value *a, tri_value *b, const char *label)
{
    tri_op *map = tri_tile_map(block, 2, (tri_value *[]){a, b}, 1, &a->type, label);
    return end_map(map, f32(map->regions[0], kind, map->regions[0]->args[0], map->regions[0]->args[1]));
}

static tri_value *converted(tri_block *block, tri_value *tile, tri_dtype dtype, const char *label)
{
    if (tile->type.dtype == dtype) return tile;
    tri_type type = tri_tile_of(dtype, tile->type.rank, tile->type.dims);
    tri_op *map = tri_tile_map(block, 1, &tile, 1, &type, label);
    return end_map(map, tri_scalar(map->regions[0], TRI_SCALAR_CONVERT, dtype, 1, map->regions[0]->args));
}

static tri_value *folded(tri_block *block, tri_op_kind combiner, tri_value *tile, const char *label)
{
    tri_op *reduce = tri_tile_reduce(block, TRI_TILE_REDUCE, 1, &tile, 1, label);
    return end_map(reduce, f32(reduce->regions[0], combiner, reduce->regions[0]->args[0], reduce->regions[0]->args[1]));
}

/* A window of an operand as rows x columns; the load below it gets the label. */
static tri_value *operand(program *p, tri_block *block, uint32_t which, const tri_request *request, int64_t rows, int64_t columns, const char *label)
{
    tri_value *tile = tri_demand_tile(&p->demand, block, p->op->operands[which], request), *source = tile;
    while (source->op && source->op->kind != TRI_TILE_LOAD && source->op->n_operands == 1) source = source->op->operands[0];
    if (source->op && source->op->kind == TRI_TILE_LOAD) source->op->label = label;
    if (tile->type.rank != 2) return tri_tile_reshape(block, tile, 2, (int64_t[]){rows, columns});
    return tri_demand_expand(block, tile, (int64_t[]){rows, columns});
}

/* Keys beyond the last are zeros where they are loaded as they lie; a view may show something else there, which must not meet P's zeros. */
static tri_value *without_tail(const program *p, tri_block *block, tri_value *values, tri_value *key)
{
    const tri_value *source = p->op->operands[2];
    bool cut = false;
    for (; source->op && source->op->n_operands == 1; source = source->op->operands[0]) cut |= source->op->kind == TRI_OP_SLICE;
    if (!cut || p->s.keys % p->bn == 0) return values;
    tri_value *base = tri_tile_fill_index(block, tri_tile_of(TRI_I32, 2, (int64_t[]){1, 1}), key);
    tri_op *map = tri_tile_map(block, 2, (tri_value *[]){values, base}, 1, &values->type, NULL);
    tri_block *region = map->regions[0];
    tri_value *at = tri_scalar(region, TRI_SCALAR_ADD, TRI_I32, 2, (tri_value *[]){tri_scalar_coordinate(region, 0), region->args[1]});
    tri_value *inside = tri_scalar(region, TRI_SCALAR_LT, TRI_I1, 2, (tri_value *[]){at, tri_scalar_constant(region, TRI_I32, (double)p->s.keys)});
    tri_value *zero = tri_scalar_constant(region, p->dtype, 0);
    return end_map(map, tri_scalar(region, TRI_SCALAR_SELECT, p->dtype, 3, (tri_value *[]){inside, region->args[0], zero}));
}

/* s * scale * log2(e) + bias * log2(e). Also for scales that are not positive, whose scores have their maximum elsewhere. */
static tri_value *biased(program *p, tri_block *block, tri_value *scores, tri_value *key)
{
    tri_value *tiles[2] = {scores};
    if (p->s.has_bias) {
        const tri_type *type = &p->op->operands[3]->type;
        const tri_coord full[4] = {tri_at(p->batch), tri_at(p->head), tri_span(p->first, p->bq), tri_span(key, scores->type.dims[1])};
        tri_request request = {0};
        int64_t dims[2] = {1, 1};
        for (int d = 0; d < type->rank; d++) {
            int at = d + 4 - type->rank;
            request.at[d] = type->dims[d] == 1 ? tri_at(constant(block, 0)) : full[at];
            if (at >= 2 && type->dims[d] != 1) dims[at - 2] = full[at].length;
        }
        tri_value *tile = tri_demand_tile(&p->demand, block, p->op->operands[3], &request);
        if (tile->op && tile->op->kind == TRI_TILE_LOAD) tile->op->label = "ldb";
        if (tile->type.rank < 2) tile = tri_tile_reshape(block, tile, 2, dims);
        tiles[1] = converted(block, tile, TRI_F32, NULL);
    }
    tri_op *map = tri_tile_map(block, p->s.has_bias ? 2 : 1, tiles, 1, &scores->type, "bias");
    tri_block *region = map->regions[0];
    tri_value *scaled = f32(region, TRI_SCALAR_MULTIPLY, region->args[0], number(region, p->s.scale * LOG2_E));
    if (p->s.has_bias) scaled = f32(region, TRI_SCALAR_ADD, scaled, f32(region, TRI_SCALAR_MULTIPLY, region->args[1], number(region, LOG2_E)));
    return end_map(map, scaled);
}

/* What says of a block which of its keys are seen, for `seen`. */
static tri_value *last_seen(const program *p, tri_block *block, tri_value *key)
{
    tri_value *last = p->s.causal ? plus(block, p->first, p->s.keys - p->s.tokens) : constant(block, p->s.keys - 1);
    return tri_tile_fill_index(block, tri_tile_of(TRI_I32, 2, (int64_t[]){1, 1}), tri_tile_arith(block, TRI_SCALAR_SUBTRACT, last, key));
}

/* Key #1 is seen by row #0 up to #0 div G + diagonal; keys count from the block's first. */
static tri_value *seen(const program *p, tri_block *region, tri_value *most)
{
    if (p->s.causal) {
        tri_value *query = tri_scalar_coordinate(region, 0);
        if (p->pack)
            query =
                tri_scalar(region, TRI_SCALAR_DIVIDE, TRI_I32, 2, (tri_value *[]){query, tri_scalar_constant(region, TRI_I32, (double)p->shared)});
        most = tri_scalar(region, TRI_SCALAR_ADD, TRI_I32, 2, (tri_value *[]){query, most});
    }
    return tri_scalar(region, TRI_SCALAR_LE, TRI_I1, 2, (tri_value *[]){tri_scalar_coordinate(region, 1), most});
}

static tri_value *selected_mask(const program *p, tri_block *block, tri_value *scores, tri_value *key, const char *label)
{
    tri_op *map = tri_tile_map(block, 2, (tri_value *[]){scores, last_seen(p, block, key)}, 1, &scores->type, label);
    tri_block *region = map->regions[0];
    return end_map(map, tri_scalar(region, TRI_SCALAR_SELECT, TRI_F32, 3,
                                   (tri_value *[]){seen(p, region, region->args[1]), region->args[0], number(region, -INFINITY)}));
}

/* A bf16 tile that is one number where the region's condition holds and another elsewhere. */
static tri_value *of_two_numbers(tri_op *map, tri_value *condition, double yes, double no)
{
    tri_block *region = map->regions[0];
    tri_value *numbers[] = {condition, tri_scalar_constant(region, TRI_BF16, yes), tri_scalar_constant(region, TRI_BF16, no)};
    return end_map(map, tri_scalar(region, TRI_SCALAR_SELECT, TRI_BF16, 3, numbers));
}

/* Scores + one * mask, with a mask of 0 and less than any score; both depend on places alone, so they can be made once for many rows. */
static tri_value *added_mask(const program *p, tri_block *block, tri_value *scores, tri_value *key)
{
    tri_type type = tri_tile_of(TRI_BF16, 2, scores->type.dims);
    tri_op *map = tri_tile_map(block, 2, (tri_value *[]){tri_tile_fill(block, type, 0), last_seen(p, block, key)}, 1, &type, "mask");
    tri_value *mask = of_two_numbers(map, seen(p, map->regions[0], map->regions[0]->args[1]), 0, -0x1p127);
    return tri_tile_mma(block, p->one, mask, scores, "qk");
}

static tri_value *identity(tri_block *block, int64_t rows)
{
    tri_type type = tri_tile_of(TRI_BF16, 2, (int64_t[]){rows, rows});
    tri_value *zero = tri_tile_fill(block, type, 0);
    tri_op *map = tri_tile_map(block, 1, &zero, 1, &type, "one");
    tri_value *places[] = {tri_scalar_coordinate(map->regions[0], 0), tri_scalar_coordinate(map->regions[0], 1)};
    return of_two_numbers(map, tri_scalar(map->regions[0], TRI_SCALAR_EQ, TRI_I1, 2, places), 1, 0);
}

/* Blocks from the number `whole` on are masked, those without a number always. */
static tri_value *masked(const program *p, tri_block *block, tri_value *scores, tri_value *number_of_block, tri_value *key, tri_value *whole)
{
    if (!p->s.causal && p->s.keys % scores->type.dims[1] == 0) return scores;
    if (!number_of_block) return p->one ? added_mask(p, block, scores, key) : selected_mask(p, block, scores, key, "mask");
    tri_value *crosses = tri_tile_arith(block, TRI_SCALAR_GE, number_of_block, whole);
    tri_op *choice = tri_tile_if(block, crosses, 1, &scores->type);
    if (!p->one) choice->label = "mask";
    tri_block *inside = choice->regions[0];
    tri_value *cut = p->one ? added_mask(p, inside, scores, key) : selected_mask(p, inside, scores, key, NULL);
    tri_tile_yield(choice->regions[0], 1, &cut);
    tri_tile_yield(choice->regions[1], 1, &scores);
    return choice->results[0];
}

/* -factor * most, 0 where nothing was seen yet: what every weight of the row has in its exponent, so that an element takes one product and one sum.
 */
static tri_value *negated(const program *p, tri_block *block, tri_value *most)
{
    tri_op *map = tri_tile_map(block, 1, &most, 1, &most->type, "neg");
    tri_block *region = map->regions[0];
    tri_value *finite = p->none_yet ? unless(region, region->args[0], -INFINITY, 0) : region->args[0];
    return end_map(map, f32(region, TRI_SCALAR_MULTIPLY, finite, number(region, -p->factor)));
}

/* exp2(factor * x + row) as `dtype`. */
static tri_value *powers(const program *p, tri_block *block, tri_value *x, tri_value *row, tri_dtype dtype, const char *label)
{
    tri_type type = tri_tile_of(dtype, x->type.rank, x->type.dims);
    tri_op *map = tri_tile_map(block, 2, (tri_value *[]){x, row}, 1, &type, label);
    tri_block *region = map->regions[0];
    tri_value *from = region->args[0];
    if (p->factor != 1) from = f32(region, TRI_SCALAR_MULTIPLY, from, number(region, p->factor));
    tri_value *power = f32(region, TRI_SCALAR_EXP2, f32(region, TRI_SCALAR_ADD, from, region->args[1]), NULL);
    return end_map(map, dtype == TRI_F32 ? power : tri_scalar(region, TRI_SCALAR_CONVERT, dtype, 1, &power));
}

/* The maxima of the scores' rows; those of the columns from `cut` on are made apart, or null. */
static void row_maxima(const program *p, tri_block *block, tri_value *scores, tri_value *out[2])
{
    int64_t columns = scores->type.dims[1], left = p->cut && p->cut < columns ? p->cut : columns;
    out[0] = folded(block, TRI_SCALAR_MAXIMUM, part(block, scores, 0, 0, p->rows, left), "max");
    out[1] = left == columns ? NULL : folded(block, TRI_SCALAR_MAXIMUM, part(block, scores, 0, left, p->rows, columns - left), "maxb");
}

/* min(carried, -factor * most) */
static tri_value *lowered(const program *p, tri_block *block, tri_value *carried, tri_value *most, const char *label)
{
    tri_op *map = tri_tile_map(block, 2, (tri_value *[]){most, carried}, 1, &carried->type, label);
    tri_block *region = map->regions[0];
    tri_value *scaled = f32(region, TRI_SCALAR_MULTIPLY, region->args[0], number(region, -p->factor));
    return end_map(map, f32(region, TRI_SCALAR_MINIMUM, scaled, region->args[1]));
}

/* The maximum so far, what every weight of a row has in its exponent, and what is left of what was summed before. Kept `negated` the first two are
 * one, a single operation behind each of the maxima. */
static void statistics(const program *p, tri_block *block, tri_value *scores, tri_value **carried, tri_value **out_row, tri_value **out_rescale)
{
    tri_value *most[2];
    row_maxima(p, block, scores, most);
    if (p->negated) {
        tri_value *before = *carried, *one = most[1] ? lowered(p, block, before, most[1], "mx1") : before;
        *carried = *out_row = lowered(p, block, one, most[0], "mx2");
        tri_op *map = tri_tile_map(block, 2, (tri_value *[]){before, *out_row}, 1, &before->type, "al");
        tri_block *region = map->regions[0];
        tri_value *moved = f32(region, TRI_SCALAR_ADD, f32(region, TRI_SCALAR_MULTIPLY, region->args[0], number(region, -1)), region->args[1]);
        *out_rescale = end_map(map, f32(region, TRI_SCALAR_EXP2, moved, NULL));
        return;
    }
    if (most[1]) most[0] = combined(block, TRI_SCALAR_MAXIMUM, most[0], most[1], "mx1");
    tri_value *all = combined(block, TRI_SCALAR_MAXIMUM, *carried, most[0], "mx2");
    *out_row = negated(p, block, all);
    *out_rescale = powers(p, block, *carried, *out_row, TRI_F32, "al");
    *carried = all;
}

/* The product of weights and values, the weights turned by one statement or by two. */
static tri_value *turned_product(const program *p, tri_block *block, tri_value *weights, tri_value *values)
{
    int64_t columns = weights->type.dims[1], by_other = columns < p->bn ? 0 : p->apart;
    const int64_t first[2] = {0, columns - by_other}, count[2] = {columns - by_other, by_other};
    tri_value *product = NULL;
    for (int i = 0; i < 2; i++) {
        if (!count[i]) continue;
        tri_value *turned = tri_tile_transpose(block, part(block, weights, 0, first[i], p->rows, count[i]));
        turned->op->label = i ? "xd" : "xp";
        if (p->taken && !i) {
            tri_op *map = tri_tile_map(block, 1, &turned, 1, &turned->type, "xc");
            turned = end_map(map, map->regions[0]->args[0]);
        }
        tri_value *against = part(block, values, first[i], 0, count[i], values->type.dims[1]);
        product = tri_tile_mma(block, tri_tile_transpose(block, turned), against, product, "pv");
    }
    return product;
}

/* A block of keys: bn of them are loaded, the first `columns` looked at. */
static void step(program *p, tri_block *block, tri_value *q, tri_value *key, int64_t columns, tri_value *number_of_block, tri_value *whole,
                 tri_value **carried)
{
    const tri_attention_shape *s = &p->s;
    tri_value *zero = constant(block, 0), **result = &carried[p->n_carried - 1];
    tri_request at = {.at = {tri_at(p->batch), tri_span(key, p->bn), tri_at(p->key_head), tri_span(zero, s->size)}};
    tri_value *k = operand(p, block, 1, &at, p->bn, s->size, "ldk");
    at.at[3] = tri_span(zero, s->value_size + p->column);
    tri_value *v = operand(p, block, 2, &at, p->bn, s->value_size + p->column, "ldv");
    if (p->column) { /* what lies outside is ones */
        tri_op *load = v->op->kind == TRI_TILE_LOAD ? v->op : v->op->operands[0]->op;
        tri_op_set_attr(block->func->module, load, "fill", tri_attr_number(block->func->module, TRI_F64, 1));
    }
    k = part(block, k, 0, 0, columns, s->size);
    v = part(block, without_tail(p, block, v, key), 0, 0, columns, s->value_size + p->column);
    tri_value *scores = tri_tile_mma(block, q, tri_tile_transpose(block, k), NULL, "qk");
    if (p->prescaled) scores = biased(p, block, scores, key);
    scores = masked(p, block, scores, number_of_block, key, whole);
    tri_value *row, *rescale;
    statistics(p, block, scores, carried, &row, &rescale);
    tri_value *weights = powers(p, block, scores, row, p->rounded ? p->dtype : TRI_F32, "exp");
    if (p->column) {
        weights = converted(block, weights, p->dtype, "pack");
    } else if (p->ones) {
        weights = converted(block, weights, p->dtype, "pack");
        tri_value *ones = tri_tile_fill(block, tri_tile_of(p->dtype, 2, (int64_t[]){columns, 1}), 1);
        carried[1] = tri_tile_mma(block, weights, ones, combined(block, TRI_SCALAR_MULTIPLY, carried[1], rescale, "sum"), "lsum");
    } else {
        tri_op *map = tri_tile_map(
            block, 3, (tri_value *[]){carried[1], rescale, folded(block, TRI_SCALAR_ADD, converted(block, weights, TRI_F32, "wide"), "rsum")}, 1,
            &carried[1]->type, "sum");
        tri_block *region = map->regions[0];
        carried[1] = end_map(map, f32(region, TRI_SCALAR_ADD, f32(region, TRI_SCALAR_MULTIPLY, region->args[0], region->args[1]), region->args[2]));
        weights = converted(block, weights, p->dtype, "pack");
    }
    tri_value *rescaled = combined(block, TRI_SCALAR_MULTIPLY, *result, rescale, "resc");
    if (p->turned) /* a matrix unit that adds to nothing but what it made itself */
        *result = combined(block, TRI_SCALAR_ADD, rescaled, turned_product(p, block, weights, v), "res2");
    else
        *result = tri_tile_mma(block, weights, v, rescaled, "pv");
}

static void store_result(const program *p, tri_block *block, tri_value *sum, tri_value *result)
{
    tri_op *map = tri_tile_map(block, 1, &sum, 1, &sum->type, "inv");
    tri_block *region = map->regions[0];
    tri_value *divisor = p->none_seen ? unless(region, region->args[0], 0, 1) : region->args[0];
    tri_value *inverse = end_map(map, f32(region, TRI_SCALAR_DIVIDE, number(region, 1), divisor));
    tri_type type = result->type;
    type.dtype = (uint8_t)p->dtype;
    map = tri_tile_map(block, 2, (tri_value *[]){result, inverse}, 1, &type, "out");
    region = map->regions[0];
    tri_value *scaled = f32(region, TRI_SCALAR_MULTIPLY, region->args[0], region->args[1]);
    tri_value *tile = end_map(map, p->dtype == TRI_F32 ? scaled : tri_scalar(region, TRI_SCALAR_CONVERT, p->dtype, 1, &scaled));
    if (p->pack) tile = tri_tile_reshape(block, tile, 3, (int64_t[]){p->bq, p->shared, p->s.value_size});
    tri_coord head = p->pack ? tri_span(p->head, p->shared) : tri_at(p->head);
    tri_coord window[4] = {tri_at(p->batch), tri_span(p->first, p->bq), head, tri_span(constant(block, 0), p->s.value_size)};
    tri_tile_store(block, tile, block->args[p->demand.group->n_operands], window, "set", "sto");
}

/* The maximum in the natural base, and the log of the sum. */
static void store_lse(const program *p, tri_block *block, tri_value *maximum_, tri_value *sum)
{
    tri_op *map = tri_tile_map(block, 2, (tri_value *[]){maximum_, sum}, 1, &sum->type, "lse");
    tri_block *region = map->regions[0];
    tri_value *most = f32(region, TRI_SCALAR_MULTIPLY, region->args[0], number(region, p->negated ? -LN_2 : p->prescaled ? LN_2 : p->s.scale));
    tri_value *tile = end_map(map, f32(region, TRI_SCALAR_ADD, most, f32(region, TRI_SCALAR_LOG, region->args[1], NULL)));
    tri_coord window[3] = {tri_at(p->batch), tri_at(p->head), tri_span(p->first, p->bq)};
    if (p->pack) {
        tile = tri_tile_transpose(block, tri_tile_reshape(block, tile, 2, (int64_t[]){p->bq, p->shared}));
        window[1] = tri_span(p->head, p->shared);
    } else {
        tile = tri_tile_reshape(block, tile, 1, &p->bq);
    }
    tri_tile_store(block, tile, block->args[p->demand.group->n_operands + 1], window, "set", "stl");
}

static tri_block *begin_loop(program *p, tri_block *body, tri_value *low, tri_value *high, const char *label, tri_value **carried)
{
    tri_op *loop = tri_tile_for(body, "x", low, high, p->n_carried, carried);
    loop->label = label;
    p->known_outside = p->demand.known.n;
    memcpy(carried, loop->regions[0]->args + 1, p->n_carried * sizeof *carried);
    return loop->regions[0];
}

static void end_loop(program *p, tri_block *inside, tri_value **carried)
{
    p->demand.known.n = p->known_outside; /* what the loop computed ends with it */
    tri_tile_yield(inside, p->n_carried, carried);
    memcpy(carried, inside->owner->results, p->n_carried * sizeof *carried);
}

/* The blocks of p->bn keys with numbers low .. high - 1, the last first where `reverse` says so; those from `whole` on are masked. */
static void visit(program *p, tri_block *body, tri_value *q, tri_value *low, tri_value *high, tri_value *whole, const char *label,
                  tri_value **carried)
{
    tri_value *last = plus(body, high, -1);
    tri_block *inside = begin_loop(p, body, low, high, label, carried);
    tri_value *number_of_block = inside->args[0];
    if (p->reverse) number_of_block = tri_tile_arith(inside, TRI_SCALAR_SUBTRACT, last, number_of_block);
    step(p, inside, q, times(inside, number_of_block, p->bn), p->bn, number_of_block, whole, carried);
    end_loop(p, inside, carried);
}

/* The keys that a program visits, and how many of them every query of it sees. */
static tri_value *visited_keys(const program *p, tri_block *body)
{
    if (!p->s.causal) return constant(body, p->s.keys);
    return at_most(body, at_least(body, plus(body, p->first, p->s.keys - p->s.tokens + p->bq), 0), p->s.keys);
}

static tri_value *seen_by_all(const program *p, tri_block *body)
{
    return p->s.causal ? at_least(body, plus(body, p->first, p->s.keys - p->s.tokens + 1), 0) : constant(body, p->s.keys);
}

/* Whether some program has `count` tails left behind its whole blocks. */
static bool may_be_left(const program *p, int64_t count)
{
    const tri_attention_shape *s = &p->s;
    for (int64_t first = 0; first < s->tokens; first += p->bq) {
        int64_t keys = s->causal ? smaller(larger(first + s->keys - s->tokens + p->bq, 0), s->keys) : s->keys;
        if ((keys + p->tail - 1) / p->tail % (p->bn / p->tail) == count) return true;
    }
    return false;
}

/* Whole blocks, and what is left of the keys as one block that is as narrow as tails allow: a loop of at most one turn for each width. */
static void visit_fitted(program *p, tri_block *body, tri_value *q, tri_value *keys, tri_value *whole, tri_value **carried)
{
    int64_t most = p->bn / p->tail;
    tri_value *tails = over(body, plus(body, keys, p->tail - 1), p->tail), *blocks = over(body, tails, most);
    tri_value *left = tri_tile_arith(body, TRI_SCALAR_SUBTRACT, tails, times(body, blocks, most)), *key = times(body, blocks, p->bn);
    if (!p->reverse) visit(p, body, q, constant(body, 0), blocks, whole, "kv", carried);
    for (int64_t count = 1; count < most; count++) {
        if (!may_be_left(p, count)) continue;
        tri_value *turns = tri_tile_arith(body, TRI_SCALAR_EQ, left, constant(body, count));
        tri_block *inside = begin_loop(p, body, constant(body, 0), turns, "kvt", carried);
        step(p, inside, q, key, count * p->tail, NULL, NULL, carried);
        end_loop(p, inside, carried);
    }
    if (p->reverse) visit(p, body, q, constant(body, 0), blocks, whole, "kv", carried);
}

/* Values whose last dimension is loaded whole: beyond it lies nothing. */
static bool ends_with_its_buffer(const tri_value *values)
{
    for (; values->op; values = values->op->operands[0]) {
        const tri_type *from = values->op->n_operands == 1 ? &values->op->operands[0]->type : NULL;
        if (values->op->kind != TRI_OP_SLICE || from->dims[from->rank - 1] != values->type.dims[values->type.rank - 1]) return false;
    }
    return true;
}

/* An axis of the grid; one position needs none. */
static tri_value *axis(tri_func *kernel, const char *name, int64_t extent)
{
    return extent == 1 ? constant(kernel->body, 0) : tri_kernel_add_axis(kernel, name, extent);
}

static tri_status *attention_build(tri_module *module, const char *name, const tri_op *group, const tri_config *config, tri_func **out_kernel)
{
    program p = {.op = tri_group_root(group), .s = shape_of(group), .demand = {.config = config, .chunk = 256}};
    const tri_attention_shape *s = &p.s;
    p.dtype = (tri_dtype)p.op->operands[0]->type.dtype;
    p.bq = tri_config_get(config, "bq", 64);
    p.bn = tri_config_get(config, "bn", 64);
    p.shared = s->heads / s->key_heads;
    p.pack = tri_config_get(config, "pack", 0) && may_pack(p.op, s);
    p.reverse = tri_config_get(config, "reverse", 1);
    p.ones = tri_config_get(config, "ones", 0);
    p.rounded = tri_config_get(config, "rounded", 0);
    p.turned = tri_config_get(config, "turned", 0);
    p.taken = tri_config_get(config, "turned", 0) > 1;
    p.tail = tri_config_get(config, "tail", 0);
    if (p.tail && p.bn % p.tail) p.tail = 0;
    p.fitted = p.tail && tri_config_get(config, "fitted", 0);
    p.apart = tri_config_get(config, "apart", 0);
    p.cut = tri_config_get(config, "cut", 0);
    p.column = tri_config_get(config, "column", 0) && ends_with_its_buffer(p.op->operands[2]);
    p.n_carried = p.column ? 2 : 3;
    p.none_seen = s->has_bias || (s->causal && s->keys < s->tokens);
    p.none_yet = p.none_seen || (s->causal && p.reverse);
    p.negated = tri_config_get(config, "negated", 0) && !p.none_yet;
    p.prescaled = s->has_bias || s->scale <= 0;
    p.factor = p.prescaled ? 1 : s->scale * LOG2_E;
    p.rows = p.pack ? p.bq * p.shared : p.bq;

    tri_demand_begin(&p.demand, module, name, group);
    tri_func *kernel = *out_kernel = p.demand.kernel;
    tri_block *body = kernel->body;
    tri_value *block_of_queries = axis(kernel, "i", (s->tokens + p.bq - 1) / p.bq);
    /* Down the columns of the grid the heads of a group follow each other, with the same keys. */
    tri_value *member = axis(kernel, "g", p.pack ? 1 : p.shared);
    p.key_head = axis(kernel, "h", s->key_heads);
    p.batch = axis(kernel, "b", s->batch);
    p.head = tri_tile_arith(body, TRI_SCALAR_ADD, times(body, p.key_head, p.shared), member);
    p.first = times(body, block_of_queries, p.bq);

    tri_request at = {
        .at = {tri_at(p.batch), tri_span(p.first, p.bq), p.pack ? tri_span(p.head, p.shared) : tri_at(p.head), tri_span(constant(body, 0), s->size)}};
    tri_value *q = operand(&p, body, 0, &at, p.rows, s->size, "ldq");
    tri_value *carried[3] = {tri_tile_fill(body, f32_tile(p.rows, 1), p.negated ? INFINITY : -INFINITY)};
    if (!p.column) carried[1] = tri_tile_fill(body, f32_tile(p.rows, 1), 0);
    carried[p.n_carried - 1] = tri_tile_fill(body, f32_tile(p.rows, s->value_size + p.column), 0);
    if (tri_config_get(config, "added", 0) && (s->causal || s->keys % p.bn) && !p.prescaled && !p.none_yet) p.one = identity(body, p.rows);
    tri_value *keys = visited_keys(&p, body), *whole = over(body, seen_by_all(&p, body), p.bn), *from = constant(body, 0);
    if (p.fitted) {
        visit_fitted(&p, body, q, keys, whole, carried);
    } else {
        if (p.tail) { /* whole blocks, then smaller ones up to the diagonal */
            visit(&p, body, q, from, whole, whole, "kv", carried);
            from = times(body, whole, p.bn / p.tail);
            p.bn = p.tail;
            whole = over(body, seen_by_all(&p, body), p.bn);
        }
        visit(&p, body, q, from, over(body, plus(body, keys, p.bn - 1), p.bn), whole, p.tail ? "kvt" : "kv", carried);
    }
    tri_value *result = carried[p.n_carried - 1], *sum = p.column ? part(body, result, 0, s->value_size, p.rows, 1) : carried[1];
    store_result(&p, body, sum, part(body, result, 0, 0, p.rows, s->value_size));
    if (s->has_lse) store_lse(&p, body, carried[0], sum);
    return NULL;
}

const tri_family tri_family_attention = {
    "attention", "softmax(q k^T) v in one pass over the keys", attention_applies, attention_config, attention_build, tri_attention_schedule, NULL};
