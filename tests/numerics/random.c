/* tests/numerics/random.c - small random graphs: 10 to 20 ops of mixed kinds over a few shapes, what nobody reads is returned. The same seed gives
 * the same graph. */
#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "tests/numerics/suite.h"

typedef struct value {
    int rank, dims[3];
    bool used;
} value;

enum { MOST_VALUES = 40 };

typedef struct graph {
    uint32_t seed, counter;
    tri_text body;
    value values[MOST_VALUES];
    int n;
    const char *dtype;
} graph;

static int below(graph *g, int n)
{
    uint32_t out[4];
    tri_philox((const uint32_t[4]){g->counter++, 7, 0, 0}, (const uint32_t[2]){g->seed, 99}, out);
    return (int)(out[0] % (uint32_t)n);
}

static bool is_float(const graph *g) { return *g->dtype != 'i'; }

static void add_type(tri_text *out, const value *v, const char *dtype)
{
    tri_text_add(out, "tensor<");
    for (int d = 0; d < v->rank; d++) tri_text_addf(out, "%dx", v->dims[d]);
    tri_text_addf(out, "%s>", dtype);
}

static value random_shape(graph *g)
{
    static const int sizes[] = {1, 2, 3, 5, 7, 16, 33, 130};
    value v = {.rank = below(g, 4)};
    int elements = 1;
    for (int d = 0; d < v.rank; d++) {
        v.dims[d] = sizes[below(g, 8)];
        if (elements * v.dims[d] > 20000) v.dims[d] = 2;
        elements *= v.dims[d];
    }
    return v;
}

static int pick(graph *g)
{
    int i = below(g, 3) ? g->n - 1 - below(g, g->n < 4 ? g->n : 4) : below(g, g->n);
    g->values[i].used = true;
    return i;
}

static int pick_like(graph *g, int other)
{
    int found[MOST_VALUES], n = 0;
    for (int i = 0; i < g->n; i++)
        if (g->values[i].rank == g->values[other].rank && !memcmp(g->values[i].dims, g->values[other].dims, (size_t)g->values[i].rank * sizeof(int)))
            found[n++] = i;
    int i = found[below(g, n)];
    g->values[i].used = true;
    return i;
}

/* Begins "  %N = " for a value of this shape, which is used from now on. */
static value *define(graph *g, value shape)
{
    shape.used = false;
    g->values[g->n] = shape;
    tri_text_addf(&g->body, "  %%v%d = ", g->n);
    return &g->values[g->n++];
}

static void end_types(graph *g, const value *from, const value *to)
{
    tri_text_add(&g->body, " : (");
    add_type(&g->body, from, g->dtype);
    tri_text_add(&g->body, ") -> ");
    add_type(&g->body, to, g->dtype);
    tri_text_add(&g->body, "\n");
}

static void add_elementwise(graph *g)
{
    static const char *const unary[] = {"negate", "abs", "sign", "tanh", "logistic", "cosine"}; /* the last three for floats alone */
    static const char *const binary[] = {"add", "multiply", "subtract", "maximum", "minimum"};
    int a = pick(g), b = pick_like(g, a);
    value shape = g->values[a];
    const value *v = define(g, shape);
    if (below(g, 2))
        tri_text_addf(&g->body, "stablehlo.%s %%v%d, %%v%d : ", binary[below(g, 5)], a, b);
    else
        tri_text_addf(&g->body, "stablehlo.%s %%v%d : ", unary[below(g, is_float(g) ? 6 : 3)], a);
    add_type(&g->body, v, g->dtype);
    tri_text_add(&g->body, "\n");
}

/* A choice by position, which no rounding can turn: iota against a number. */
static void add_select(graph *g)
{
    int a = pick(g), b = pick_like(g, a);
    value shape = g->values[a];
    if (!shape.rank) return;
    int d = below(g, shape.rank), id = g->n;
    tri_text_addf(&g->body, "  %%q%d = stablehlo.iota dim = %d : ", id, d);
    add_type(&g->body, &shape, "i32");
    tri_text_addf(&g->body, "\n  %%c%d = stablehlo.constant dense<%d> : ", id, below(g, shape.dims[d] + 1));
    add_type(&g->body, &shape, "i32");
    tri_text_addf(&g->body, "\n  %%m%d = stablehlo.compare %s, %%q%d, %%c%d : (", id, below(g, 2) ? "LT" : "GE", id, id);
    add_type(&g->body, &shape, "i32");
    tri_text_add(&g->body, ", ");
    add_type(&g->body, &shape, "i32");
    tri_text_add(&g->body, ") -> ");
    add_type(&g->body, &shape, "i1");
    tri_text_add(&g->body, "\n");
    define(g, shape);
    tri_text_addf(&g->body, "stablehlo.select %%m%d, %%v%d, %%v%d : ", id, a, b);
    add_type(&g->body, &shape, "i1");
    tri_text_add(&g->body, ", ");
    add_type(&g->body, &shape, g->dtype);
    tri_text_add(&g->body, "\n");
}

static void add_reverse(graph *g)
{
    int a = pick(g);
    value shape = g->values[a];
    if (!shape.rank) return;
    define(g, shape);
    tri_text_addf(&g->body, "stablehlo.reverse %%v%d, dims = [%d] : ", a, below(g, shape.rank));
    add_type(&g->body, &shape, g->dtype);
    tri_text_add(&g->body, "\n");
}

/* A window, or an update by one, at a start that is a literal here and a buffer on the device. */
static void add_dynamic(graph *g)
{
    int a = pick(g), id = g->n;
    value from = g->values[a], part = from;
    if (!from.rank) return;
    for (int d = 0; d < from.rank; d++) {
        part.dims[d] = 1 + below(g, from.dims[d]);
        tri_text_addf(&g->body,
                      "  %%d%d_%d = stablehlo.reduce(%%start init: %%s%d) applies stablehlo.add across dimensions = [0] : (tensor<2xi32>, "
                      "tensor<i32>) -> tensor<i32>\n",
                      id, d, below(g, 3));
    }
    int window = g->n;
    define(g, part);
    tri_text_addf(&g->body, "stablehlo.dynamic_slice %%v%d", a);
    for (int d = 0; d < from.rank; d++) tri_text_addf(&g->body, ", %%d%d_%d", id, d);
    tri_text_add(&g->body, ", sizes = [");
    for (int d = 0; d < from.rank; d++) tri_text_addf(&g->body, "%s%d", d ? ", " : "", part.dims[d]);
    tri_text_add(&g->body, "] : (");
    add_type(&g->body, &from, g->dtype);
    for (int d = 0; d < from.rank; d++) tri_text_add(&g->body, ", tensor<i32>");
    tri_text_add(&g->body, ") -> ");
    add_type(&g->body, &part, g->dtype);
    tri_text_add(&g->body, "\n");
    if (below(g, 2)) return;
    int b = pick_like(g, a); /* what may have been computed, or an argument */
    g->values[window].used = true;
    define(g, from);
    tri_text_addf(&g->body, "stablehlo.dynamic_update_slice %%v%d, %%v%d", b, window);
    for (int d = 0; d < from.rank; d++) tri_text_addf(&g->body, ", %%d%d_%d", id, d);
    tri_text_add(&g->body, " : (");
    add_type(&g->body, &from, g->dtype);
    tri_text_add(&g->body, ", ");
    add_type(&g->body, &part, g->dtype);
    for (int d = 0; d < from.rank; d++) tri_text_add(&g->body, ", tensor<i32>");
    tri_text_add(&g->body, ") -> ");
    add_type(&g->body, &from, g->dtype);
    tri_text_add(&g->body, "\n");
}

/* Rows of a matrix by an argument's numbers, most of them moved inside. */
static void add_gather(graph *g)
{
    int a = pick(g);
    value from = g->values[a], to = from;
    if (from.rank != 2) return;
    to.dims[0] = 5;
    define(g, to);
    tri_text_addf(&g->body,
                  "\"stablehlo.gather\"(%%v%d, %%rows) <{dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], "
                  "start_index_map = [0], "
                  "index_vector_dim = 1>, slice_sizes = array<i64: 1, %d>}> : (",
                  a, from.dims[1]);
    add_type(&g->body, &from, g->dtype);
    tri_text_add(&g->body, ", tensor<5x1xi32>) -> ");
    add_type(&g->body, &to, g->dtype);
    tri_text_add(&g->body, "\n");
}

/* There and back: rounds, and nothing may skip it. */
static void add_converts(graph *g)
{
    int a = pick(g), id = g->n;
    value shape = g->values[a];
    const char *narrow = is_float(g) ? "bf16" : "i8";
    tri_text_addf(&g->body, "  %%n%d = stablehlo.convert %%v%d : (", id, a);
    add_type(&g->body, &shape, g->dtype);
    tri_text_add(&g->body, ") -> ");
    add_type(&g->body, &shape, narrow);
    tri_text_add(&g->body, "\n");
    define(g, shape);
    tri_text_addf(&g->body, "stablehlo.convert %%n%d : (", id);
    add_type(&g->body, &shape, narrow);
    tri_text_add(&g->body, ") -> ");
    add_type(&g->body, &shape, g->dtype);
    tri_text_add(&g->body, "\n");
}

static void add_transpose(graph *g)
{
    int a = pick(g);
    value from = g->values[a], to = from;
    int turn = from.rank ? below(g, from.rank) : 0;
    for (int d = 0; d < from.rank; d++) to.dims[d] = from.dims[(d + turn) % from.rank];
    define(g, to);
    tri_text_addf(&g->body, "stablehlo.transpose %%v%d, dims = [", a);
    for (int d = 0; d < from.rank; d++) tri_text_addf(&g->body, "%s%d", d ? ", " : "", (d + turn) % from.rank);
    tri_text_add(&g->body, "]");
    end_types(g, &from, &to);
}

static void add_broadcast(graph *g)
{
    int a = pick(g);
    value from = g->values[a], to = from;
    int place = 0;
    if (from.rank < 3) { /* a new dimension somewhere */
        place = below(g, from.rank + 1);
        for (int d = to.rank++; d > place; d--) to.dims[d] = to.dims[d - 1];
        to.dims[place] = 1 + below(g, 4);
    }
    bool grew = to.rank > from.rank;
    define(g, to);
    tri_text_addf(&g->body, "stablehlo.broadcast_in_dim %%v%d, dims = [", a);
    for (int d = 0; d < from.rank; d++) tri_text_addf(&g->body, "%s%d", d ? ", " : "", d + (grew && d >= place));
    tri_text_add(&g->body, "]");
    end_types(g, &from, &to);
}

static void add_reduce(graph *g)
{
    int a = pick(g);
    value from = g->values[a], to = from;
    if (!from.rank) return;
    int gone = below(g, from.rank);
    bool maximum = below(g, 2);
    to.rank--;
    for (int d = gone; d < to.rank; d++) to.dims[d] = from.dims[d + 1];
    tri_text_addf(&g->body, "  %%i%d = stablehlo.constant dense<%s> : tensor<%s>\n", g->n,
                  !maximum      ? is_float(g) ? "0.0" : "0"
                  : is_float(g) ? "-1.0e30"
                                : "-2000000000",
                  g->dtype);
    int initial = g->n;
    define(g, to);
    tri_text_addf(&g->body, "stablehlo.reduce(%%v%d init: %%i%d) applies stablehlo.%s across dimensions = [%d] : (", a, initial,
                  maximum ? "maximum" : "add", gone);
    add_type(&g->body, &from, g->dtype);
    tri_text_addf(&g->body, ", tensor<%s>) -> ", g->dtype);
    add_type(&g->body, &to, g->dtype);
    tri_text_add(&g->body, "\n");
}

static void add_reshape(graph *g)
{
    int a = pick(g);
    value from = g->values[a], to = {.rank = 1, .dims = {1}};
    for (int d = 0; d < from.rank; d++) to.dims[0] *= from.dims[d];
    if (from.rank == 1) {
        int by = to.dims[0] % 2 ? to.dims[0] % 3 ? 1 : 3 : 2;
        to = (value){.rank = 2, .dims = {to.dims[0] / by, by}};
    }
    define(g, to);
    tri_text_addf(&g->body, "stablehlo.reshape %%v%d", a);
    end_types(g, &from, &to);
}

static void add_slice(graph *g)
{
    int a = pick(g);
    value from = g->values[a], to = from;
    tri_text list = {0};
    for (int d = 0; d < from.rank; d++) {
        int start = below(g, from.dims[d]), stride = 1 + (below(g, 3) == 0), limit = start + 1 + below(g, from.dims[d] - start);
        to.dims[d] = (limit - start + stride - 1) / stride;
        tri_text_addf(&list, "%s%d:%d:%d", d ? ", " : "", start, limit, stride);
    }
    define(g, to);
    tri_text_addf(&g->body, "stablehlo.slice %%v%d [%s]", a, tri_text_string(&list));
    tri_text_free(&list);
    end_types(g, &from, &to);
}

static void add_concatenate(graph *g)
{
    int a = pick(g), b = pick_like(g, a);
    value from = g->values[a], to = from;
    if (!from.rank) return;
    int d = below(g, from.rank);
    to.dims[d] *= 2;
    define(g, to);
    tri_text_addf(&g->body, "stablehlo.concatenate %%v%d, %%v%d, dim = %d : (", a, b, d);
    add_type(&g->body, &from, g->dtype);
    tri_text_add(&g->body, ", ");
    add_type(&g->body, &from, g->dtype);
    tri_text_add(&g->body, ") -> ");
    add_type(&g->body, &to, g->dtype);
    tri_text_add(&g->body, "\n");
}

static void add_pad(graph *g)
{
    int a = pick(g);
    value from = g->values[a], to = from;
    if (!from.rank) return;
    int d = below(g, from.rank), low = below(g, 4) - 1, high = below(g, 3), between = below(g, 2);
    to.dims[d] = from.dims[d] + low + high + between * (from.dims[d] - 1);
    if (to.dims[d] < 1) return;
    tri_text_addf(&g->body, "  %%p%d = stablehlo.constant dense<%s> : tensor<%s>\n", g->n, is_float(g) ? "1.5" : "3", g->dtype);
    int with = g->n;
    define(g, to);
    tri_text_addf(&g->body, "stablehlo.pad %%v%d, %%p%d, low = [", a, with);
    for (int i = 0; i < from.rank; i++) tri_text_addf(&g->body, "%s%d", i ? ", " : "", i == d ? low : 0);
    tri_text_add(&g->body, "], high = [");
    for (int i = 0; i < from.rank; i++) tri_text_addf(&g->body, "%s%d", i ? ", " : "", i == d ? high : 0);
    tri_text_add(&g->body, "], interior = [");
    for (int i = 0; i < from.rank; i++) tri_text_addf(&g->body, "%s%d", i ? ", " : "", i == d ? between : 0);
    tri_text_add(&g->body, "] : (");
    add_type(&g->body, &from, g->dtype);
    tri_text_addf(&g->body, ", tensor<%s>) -> ", g->dtype);
    add_type(&g->body, &to, g->dtype);
    tri_text_add(&g->body, "\n");
}

/* The matrix with its own transpose or itself: always fits. */
static void add_dot(graph *g)
{
    int a = pick(g), b = pick_like(g, a);
    value from = g->values[a];
    if (from.rank < 2) return;
    int contracted = below(g, 2) ? from.rank - 1 : from.rank - 2, free_dim = from.rank - 1 - (contracted == from.rank - 1);
    value to = {.rank = from.rank, .dims = {from.dims[0]}};
    to.dims[from.rank - 2] = to.dims[from.rank - 1] = from.dims[free_dim];
    define(g, to);
    tri_text_addf(&g->body, "stablehlo.dot_general %%v%d, %%v%d, %scontracting_dims = [%d] x [%d] : (", a, b,
                  from.rank == 3 ? "batching_dims = [0] x [0], " : "", contracted, contracted);
    add_type(&g->body, &from, g->dtype);
    tri_text_add(&g->body, ", ");
    add_type(&g->body, &from, g->dtype);
    tri_text_add(&g->body, ") -> ");
    add_type(&g->body, &to, g->dtype);
    tri_text_add(&g->body, "\n");
}

static bool fits_pad(const graph *g) { return g->n < MOST_VALUES - 2; }

static void try_seed(suite *suite, uint32_t seed)
{
    static void (*const adders[])(graph *) = {add_elementwise, add_elementwise, add_elementwise, add_transpose, add_broadcast, add_reduce,
                                              add_reshape,     add_slice,       add_concatenate, add_pad,       add_dot,       add_select,
                                              add_reverse,     add_dynamic,     add_gather,      add_converts};
    static const char *const dtypes[] = {"f32", "bf16", "i32", "f32"};
    graph g = {.seed = seed, .dtype = dtypes[seed % 4]};
    tri_text head = {0}, module = {0}, types = {0};
    tri_text_add(&head, "%start: tensor<2xi32>, %s0: tensor<i32>, %s1: tensor<i32>, %s2: tensor<i32>, %rows: tensor<5x1xi32>, ");
    int n_arguments = 2 + below(&g, 3), n_ops = 10 + below(&g, 11);
    value shape = random_shape(&g);
    for (int i = 0; i < n_arguments; i++) { /* two of one shape, so that binary ops have a partner */
        if (i != 1) shape = random_shape(&g);
        g.values[g.n] = shape;
        tri_text_addf(&head, "%s%%v%d: ", i ? ", " : "", g.n++);
        add_type(&head, &shape, g.dtype);
    }
    for (int i = 0; i < n_ops && fits_pad(&g); i++) adders[below(&g, sizeof adders / sizeof *adders)](&g);
    int n = 0;
    tri_text values = {0};
    for (int i = 0; i < g.n; i++) {
        if (g.values[i].used && i != g.n - 1) continue;
        tri_text_addf(&values, "%s%%v%d", n ? ", " : "", i);
        if (n++) tri_text_add(&types, ", ");
        add_type(&types, &g.values[i], g.dtype);
    }
    tri_text_addf(&module, "func.func public @main(%s) -> (%s) {\n%s  return %s : %s\n}\n", tri_text_string(&head), tri_text_string(&types),
                  tri_text_string(&g.body), tri_text_string(&values), tri_text_string(&types));
    char name[40];
    snprintf(name, sizeof name, "random graph %u", seed);
    suite_try(suite, &(trial){.name = name, .text = tri_text_string(&module), .seed = seed});
    tri_text_free(&head);
    tri_text_free(&types);
    tri_text_free(&values);
    tri_text_free(&module);
    tri_text_free(&g.body);
}

void suite_random(suite *suite)
{
    for (uint32_t seed = 1; seed <= (suite->thorough ? 200u : 20u); seed++) try_seed(suite, seed);
}
