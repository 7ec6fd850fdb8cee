/* tests/numerics/contractions.c - dot_general by its dimensions: batch, free and contracted ones of many sizes, in every place of both operands, for
 * each dtype. */
#include <stdio.h>

#include "tests/numerics/suite.h"

/* Sizes of each kind of dimension, 0 ends a list; -1 stands for a size of zero. */
typedef struct problem {
    const char *name;
    int batch[3], left[3], right[3], contracted[3];
    bool thorough;
} problem;

static const problem problems[] = {
    {"vectors", {0}, {0}, {0}, {37}, false},
    {"vector by matrix", {0}, {0}, {19}, {23}, false},
    {"matrix by vector", {0}, {29}, {0}, {31}, false},
    {"outer product", {0}, {13}, {17}, {0}, false},
    {"one number each", {0}, {1}, {1}, {1}, false},
    {"primes", {0}, {67}, {71}, {73}, false},
    {"contracted 1", {0}, {11}, {13}, {1}, false},
    {"nothing contracted is left", {0}, {5}, {6}, {-1}, false},
    {"no rows", {0}, {-1}, {6}, {7}, false},
    {"batch", {3}, {5}, {7}, {11}, false},
    {"two batches", {2, 3}, {5}, {7}, {11}, false},
    {"batch of products of vectors", {5}, {0}, {0}, {9}, false},
    {"batch without right", {3}, {5}, {0}, {7}, false},
    {"two free", {0}, {3, 5}, {2, 7}, {11}, false},
    {"two contracted", {0}, {5}, {7}, {3, 11}, false},
    {"everything twice", {2, 3}, {3, 2}, {2, 5}, {2, 3}, false},
    {"free of size 1", {2}, {1, 5}, {7, 1}, {3}, false},
    {"contracted of size 1 and more", {0}, {5}, {7}, {1, 13, 1}, false},
    {"larger than tiles", {0}, {131}, {521}, {517}, true},
    {"tall", {0}, {300}, {3}, {129}, false},
    {"wide", {0}, {2}, {600}, {130}, false},
    {"deep", {0}, {2}, {3}, {2051}, false},
};

typedef struct side {
    int rank, dims[8], kind[8], item[8]; /* kind: 0 batch, 1 free, 2 contracted; item: which of its kind */
} side;

static int n_of(const int list[3]) { return !list[0] ? 0 : !list[1] ? 1 : !list[2] ? 2 : 3; }
static int size_of(int entry) { return entry < 0 ? 0 : entry; }

/* Dimensions in the order batch, free, contracted, then turned by `turn` and, for odd `turn`s, back to front. */
static side arrange(const problem *p, const int *free_dims, int turn)
{
    side plain = {0}, s = {0};
    const int *lists[3] = {p->batch, free_dims, p->contracted};
    for (int kind = 0; kind < 3; kind++)
        for (int i = 0; i < n_of(lists[kind]); i++, plain.rank++) {
            plain.dims[plain.rank] = size_of(lists[kind][i]);
            plain.kind[plain.rank] = kind;
            plain.item[plain.rank] = i;
        }
    s.rank = plain.rank;
    for (int d = 0; d < s.rank; d++) {
        int from = (d + turn) % s.rank;
        if (turn % 2) from = s.rank - 1 - from;
        s.dims[d] = plain.dims[from];
        s.kind[d] = plain.kind[from];
        s.item[d] = plain.item[from];
    }
    return s;
}

static void add_dims(tri_text *out, const side *s, int kind, int n)
{
    for (int i = 0; i < n; i++)
        for (int d = 0; d < s->rank; d++)
            if (s->kind[d] == kind && s->item[d] == i) tri_text_addf(out, "%s%d", i ? ", " : "", d);
}

static void add_type(tri_text *out, const side *s, const char *dtype)
{
    tri_text_add(out, "tensor<");
    for (int d = 0; d < s->rank; d++) tri_text_addf(out, "%dx", s->dims[d]);
    tri_text_addf(out, "%s>", dtype);
}

static void try_problem(suite *suite, const problem *p, int turn, const char *dtype, const char *result)
{
    char name[120];
    snprintf(name, sizeof name, "dot_general %s, order %d, %s to %s", p->name, turn, dtype, result);
    if (!suite_wants(suite, name)) return;
    side left = arrange(p, p->left, turn), right = arrange(p, p->right, turn ? turn + 1 : 0);
    tri_text text = {0}, out = {0};
    tri_text_add(&out, "tensor<"); /* batch dimensions as they are listed, free ones as they stand in their operand */
    for (int i = 0; i < n_of(p->batch); i++) tri_text_addf(&out, "%dx", size_of(p->batch[i]));
    for (int k = 0; k < 2; k++) {
        const side *s = k ? &right : &left;
        for (int d = 0; d < s->rank; d++)
            if (s->kind[d] == 1) tri_text_addf(&out, "%dx", s->dims[d]);
    }
    tri_text_addf(&out, "%s>", result);
    tri_text_add(&text, "func.func public @main(%a: ");
    add_type(&text, &left, dtype);
    tri_text_add(&text, ", %b: ");
    add_type(&text, &right, dtype);
    tri_text_addf(&text, ") -> %s {\n  %%0 = stablehlo.dot_general %%a, %%b, batching_dims = [", tri_text_string(&out));
    add_dims(&text, &left, 0, n_of(p->batch));
    tri_text_add(&text, "] x [");
    add_dims(&text, &right, 0, n_of(p->batch));
    tri_text_add(&text, "], contracting_dims = [");
    add_dims(&text, &left, 2, n_of(p->contracted));
    tri_text_add(&text, "] x [");
    add_dims(&text, &right, 2, n_of(p->contracted));
    tri_text_add(&text, "] : (");
    add_type(&text, &left, dtype);
    tri_text_add(&text, ", ");
    add_type(&text, &right, dtype);
    tri_text_addf(&text, ") -> %s\n  return %%0 : %s\n}\n", tri_text_string(&out), tri_text_string(&out));
    suite_try(suite, &(trial){.name = name, .text = tri_text_string(&text)});
    tri_text_free(&text);
    tri_text_free(&out);
}

void suite_contractions(suite *suite)
{
    static const char *const dtypes[][2] = {{"bf16", "bf16"}, {"bf16", "f32"}, {"f16", "f16"}, {"f32", "f32"},
                                            {"i8", "i32"},    {"i32", "i32"},  {"f64", "f64"}, {"f8E4M3FN", "f32"}};
    for (size_t i = 0; i < sizeof problems / sizeof *problems; i++) {
        if (problems[i].thorough && !suite->thorough) continue;
        for (size_t k = 0; k < sizeof dtypes / sizeof *dtypes; k++) {
            int turns = k == 0 || k == 3 ? 4 : 1; /* the order of dimensions does not depend on the dtype */
            if (suite->thorough) turns = problems[i].thorough ? 2 : 6;
            for (int turn = 0; turn < turns; turn++) try_problem(suite, &problems[i], turn, dtypes[k][0], dtypes[k][1]);
        }
    }
}
