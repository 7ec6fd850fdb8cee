/* tests/numerics/elementwise.c - every elementwise op of the op table with every dtype it takes, over shapes that no tile divides, on random numbers
 * and on edge values; and the ops that have rules of their own: convert and bitcast between all pairs, compare in all directions, select, clamp. */
#include <stdio.h>
#include <string.h>

#include "tests/numerics/suite.h"

typedef struct shape {
    int rank;
    int64_t dims[4];
} shape;

static const shape shapes[] = {{0, {0}},      {1, {1}},        {1, {7}},          {2, {1, 1}}, {2, {13, 17}},
                               {2, {129, 3}}, {3, {5, 1, 19}}, {4, {2, 3, 5, 7}}, {2, {0, 4}}, {2, {3, 517}}};
enum { N_SHAPES = sizeof shapes / sizeof *shapes };
static const shape large = {2, {131, 1031}};

static bool takes(uint8_t classes, tri_dtype dtype)
{
    switch (tri_dtype_classify(dtype)) {
    case TRI_CLASS_FLOAT: return classes & TRI_CLASSES_FLOAT;
    case TRI_CLASS_BOOL: return classes & TRI_CLASSES_BOOL;
    default: return classes & TRI_CLASSES_INTEGER;
    }
}

static void add_type(tri_text *out, const shape *s, tri_dtype dtype)
{
    tri_text_add(out, "tensor<");
    for (int d = 0; d < s->rank; d++) tri_text_addf(out, "%lldx", (long long)s->dims[d]);
    tri_text_addf(out, "%s>", tri_dtype_name(dtype));
}

typedef struct form {
    const char *name, *op, *attributes;
    int n;
    tri_dtype operands[3], result;
    bool scalar[3]; /* the operand is one number */
} form;

static const shape *operand_shape(const form *f, int i, const shape *s) { return f->scalar[i] ? &shapes[0] : s; }

/* One function: an op per shape, all of them results. */
static void try_form(suite *suite, const form *f, const shape *list, int n_shapes)
{
    if (!suite_wants(suite, f->name)) return;
    tri_text head = {0}, types = {0}, body = {0}, values = {0};
    for (int k = 0; k < n_shapes; k++) {
        tri_text_addf(&body, "  %%r%d = \"%s\"(", k, f->op);
        for (int i = 0; i < f->n; i++) {
            tri_text_addf(&head, "%s%%x%d_%d: ", k + i ? ", " : "", k, i);
            add_type(&head, operand_shape(f, i, &list[k]), f->operands[i]);
            tri_text_addf(&body, "%s%%x%d_%d", i ? ", " : "", k, i);
        }
        tri_text_addf(&body, ") %s : (", f->attributes);
        for (int i = 0; i < f->n; i++) {
            if (i) tri_text_add(&body, ", ");
            add_type(&body, operand_shape(f, i, &list[k]), f->operands[i]);
        }
        tri_text_add(&body, ") -> ");
        add_type(&body, &list[k], f->result);
        tri_text_add(&body, "\n");
        tri_text_addf(&values, "%s%%r%d", k ? ", " : "", k);
        if (k) tri_text_add(&types, ", ");
        add_type(&types, &list[k], f->result);
    }
    tri_text module = {0};
    tri_text_addf(&module, "func.func public @main(%s) -> (%s) {\n%s  return %s : %s\n}\n", tri_text_string(&head), tri_text_string(&types),
                  tri_text_string(&body), tri_text_string(&values), tri_text_string(&types));
    char edges[160];
    snprintf(edges, sizeof edges, "%s (edge values)", f->name);
    suite_try(suite, &(trial){.name = f->name, .text = tri_text_string(&module)});
    suite_try(suite, &(trial){.name = edges, .text = tri_text_string(&module), .inputs = INPUTS_EDGES});
    tri_text_free(&head);
    tri_text_free(&types);
    tri_text_free(&body);
    tri_text_free(&values);
    tri_text_free(&module);
}

static void try_table(suite *suite)
{
    for (int kind = TRI_OP_NONE + 1; kind < TRI_TENSOR_OPS_END; kind++) {
        const tri_op_row *row = tri_op_row_of((tri_op_kind)kind);
        if (row->scalar == TRI_OP_NONE) continue;
        const tri_op_row *scalar = tri_op_row_of((tri_op_kind)row->scalar);
        for (int d = 0; d < TRI_DTYPE_COUNT; d++) {
            tri_dtype dtype = (tri_dtype)d, result = scalar->result == TRI_RESULT_BOOL ? TRI_I1 : dtype;
            if (!takes(scalar->classes, dtype) || !rig_has(&suite->rig, dtype)) continue;
            char name[80];
            snprintf(name, sizeof name, "%s %s", row->text, tri_dtype_name(dtype));
            form f = {name, row->text, "", scalar->operands, {dtype, dtype, dtype}, result, {false}};
            try_form(suite, &f, shapes, N_SHAPES);
            if (suite->thorough && dtype == TRI_F32) try_form(suite, &f, &large, 1);
        }
    }
}

static void try_pairs(suite *suite)
{
    for (int from = 0; from < TRI_DTYPE_COUNT; from++) {
        for (int to = 0; to < TRI_DTYPE_COUNT; to++) {
            if (!rig_has(&suite->rig, (tri_dtype)from) || !rig_has(&suite->rig, (tri_dtype)to)) continue;
            char name[80];
            snprintf(name, sizeof name, "convert %s to %s", tri_dtype_name((tri_dtype)from), tri_dtype_name((tri_dtype)to));
            form f = {name, "stablehlo.convert", "", 1, {(tri_dtype)from}, (tri_dtype)to, {false}};
            try_form(suite, &f, shapes + 4, suite->thorough ? N_SHAPES - 4 : 2);
            if (from == TRI_I1 || to == TRI_I1 || tri_dtype_bytes((tri_dtype)from) != tri_dtype_bytes((tri_dtype)to)) continue;
            snprintf(name, sizeof name, "bitcast_convert %s to %s", tri_dtype_name((tri_dtype)from), tri_dtype_name((tri_dtype)to));
            f.op = "stablehlo.bitcast_convert";
            try_form(suite, &f, shapes + 4, 2);
        }
    }
}

static void try_choices(suite *suite)
{
    static const char *const directions[] = {"EQ", "NE", "LT", "LE", "GT", "GE"};
    for (int d = 0; d < TRI_DTYPE_COUNT; d++) {
        tri_dtype dtype = (tri_dtype)d;
        if (!rig_has(&suite->rig, dtype)) continue;
        const char *word = tri_dtype_name(dtype);
        char name[80], attributes[120];
        for (size_t i = 0; i < sizeof directions / sizeof *directions; i++) {
            snprintf(name, sizeof name, "compare %s %s", directions[i], word);
            snprintf(attributes, sizeof attributes, "{comparison_direction = #stablehlo<comparison_direction %s>}", directions[i]);
            form f = {name, "stablehlo.compare", attributes, 2, {dtype, dtype}, TRI_I1, {false}};
            try_form(suite, &f, shapes + 4, suite->thorough ? N_SHAPES - 4 : 2);
        }
        snprintf(name, sizeof name, "select %s", word);
        try_form(suite, &(form){name, "stablehlo.select", "", 3, {TRI_I1, dtype, dtype}, dtype, {false}}, shapes, N_SHAPES);
        snprintf(name, sizeof name, "select by a scalar %s", word);
        try_form(suite, &(form){name, "stablehlo.select", "", 3, {TRI_I1, dtype, dtype}, dtype, {true}}, shapes + 1, N_SHAPES - 1);
        if (dtype == TRI_I1) continue;
        snprintf(name, sizeof name, "clamp %s", word);
        try_form(suite, &(form){name, "stablehlo.clamp", "", 3, {dtype, dtype, dtype}, dtype, {false}}, shapes, N_SHAPES);
        snprintf(name, sizeof name, "clamp by scalars %s", word);
        try_form(suite, &(form){name, "stablehlo.clamp", "", 3, {dtype, dtype, dtype}, dtype, {true, false, true}}, shapes + 1, N_SHAPES - 1);
    }
}

void suite_elementwise(suite *suite)
{
    try_table(suite);
    try_pairs(suite);
    try_choices(suite);
}
