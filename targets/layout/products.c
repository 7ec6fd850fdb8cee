/* targets/layout/products.c - the instruction tables of all families in the solver's form, and what conversions cost on each. */
#include "targets/layout/products.h"

#include <string.h>

static bool multiplies(const tri_chip *chip, tri_dtype dtype) { return tri_chip_lists(chip, "mma_dtypes", tri_dtype_name(dtype)); }

static uint8_t staged_by_lanes(const tri_chip *chip, tri_dtype dtype)
{
    return TRI_STAGED_CONTRACTED | (tri_chip_lists(chip, "transposed_reads", tri_dtype_name(dtype)) ? TRI_STAGED_OTHER : 0);
}

/* ---- products of a warp or a wave: all operands in registers ---- */

typedef struct lanes_row {
    int since; /* of AMD's machines, the first that has it */
    tri_dtype operand, result;
    int m, n, k;
    const char *name;
    tri_atom a, b, c;
} lanes_row;

#define ROW(since, operand, result, m, n, k, intrinsic, piece, per_piece, vector, tail, ...)                                                         \
    {since, operand, result, m, n, k, intrinsic, __VA_ARGS__},

static const lanes_row of_warps[] = {
#define MMA(...) ROW(0, __VA_ARGS__)
#include "targets/nvptx/mma.def"
};
static const lanes_row of_waves[] = {
#define MMA(...) ROW(0, __VA_ARGS__)
#define MMA_GFX942(...) ROW(942, __VA_ARGS__)
#define MMA_GFX950(...) ROW(950, __VA_ARGS__)
#include "targets/amdgcn/mma.def"
};

static tri_product product_of_lanes(const tri_chip *chip, const lanes_row *row, int lanes)
{
    uint8_t staged = staged_by_lanes(chip, row->operand);
    const char *name = strstr(row->name, row->m == 16 && row->n == 8 ? "m16n8" : "mfma");
    return (tri_product){name ? name : row->name,
                         row->operand,
                         row->result,
                         row->m,
                         row->n,
                         row->k,
                         {true, staged, true, {&row->a, lanes, row->m, row->k, 1, 1, false}},
                         {true, staged, true, {&row->b, lanes, row->k, row->n, 1, 1, false}},
                         {&row->c, lanes, row->m, row->n, 1, 1, false}};
}

static int add_lanes(const tri_chip *chip, const lanes_row *rows, size_t n_rows, int machine, int lanes, int n, tri_product *out)
{
    for (size_t i = 0; i < n_rows && n < TRI_MOST_PRODUCTS; i++)
        if (rows[i].since <= machine && multiplies(chip, rows[i].operand)) out[n++] = product_of_lanes(chip, &rows[i], lanes);
    return n;
}

/* ---- products of a warpgroup: the right operand, and perhaps the left, by descriptors ---- */

enum { GROUP = 128, GROUP_ROWS = 64, GROUP_STEP = 8 };

typedef struct group_row {
    tri_dtype operand, result;
    int k;
    const char *name;
    bool either;
} group_row;

static const group_row of_groups[] = {
#define WGMMA(operand, result, k, types, either) {operand, result, k, "wgmma.m64nNk" #k "." types, either},
#include "targets/nvptx/wgmma.def"
};

#define WGMMA_ATOM(name, columns, elements, ...) static const tri_atom group_##name = {elements, {__VA_ARGS__}};
#include "targets/nvptx/wgmma.def"

static int add_groups(const tri_chip *chip, int n, tri_product *out)
{
    for (size_t i = 0; i < sizeof of_groups / sizeof *of_groups && n < TRI_MOST_PRODUCTS; i++) {
        const group_row *row = &of_groups[i];
        if (!multiplies(chip, row->operand)) continue;
        uint8_t staged = TRI_STAGED_CONTRACTED | (row->either ? TRI_STAGED_OTHER : 0);
        const tri_atom *left = tri_dtype_bytes(row->operand) == 1 ? &group_left_8_bits : &group_left_16_bits;
        out[n++] = (tri_product){row->name,
                                 row->operand,
                                 row->result,
                                 GROUP_ROWS,
                                 GROUP_STEP,
                                 row->k,
                                 {true, staged, false, {left, GROUP, GROUP_ROWS, row->k, 1, 1, false}},
                                 {false, staged, false, {NULL, GROUP, row->k, GROUP_STEP, 1, 1, false}},
                                 {&group_result, GROUP, GROUP_ROWS, GROUP_STEP, 1, 1, false}};
    }
    return n;
}

/* ---- arrays: an operand lies with one dimension on the partitions ---- */

enum { PARTITIONS = 128 };

typedef struct array_row {
    const char *contract;
    tri_dtype operand, result;
} array_row;

static const array_row of_arrays[] = {
#define ARRAY(contract, operand, result) {contract, operand, result},
#include "targets/systolic/mma.def"
};

#define ARRAY_ATOM(name, rows, columns, ...)                                                                                                         \
    static const tri_atom name##_atom = {1, {__VA_ARGS__}};                                                                                          \
    static const tri_fragment name = {&name##_atom, PARTITIONS, rows, columns, 1, 1, false};
#include "targets/systolic/mma.def"

/* Windows come with their minor dimension on the partitions, or with the one before it. */
static uint8_t staged_on_partitions(const tri_chip *chip, bool contracted)
{
    bool minor = tri_chip_integer(chip, "minor_on_partitions", 0) != 0;
    return minor == contracted ? TRI_STAGED_CONTRACTED : TRI_STAGED_OTHER;
}

static int add_arrays(const tri_chip *chip, int n, tri_product *out)
{
    const char *contract = tri_chip_word(chip, "ldw_contract", "part");
    for (size_t i = 0; i < sizeof of_arrays / sizeof *of_arrays && n < TRI_MOST_PRODUCTS; i++) {
        const array_row *row = &of_arrays[i];
        if (strcmp(row->contract, contract) != 0 || !multiplies(chip, row->operand)) continue;
        bool part = !strcmp(contract, "part"); /* then k is on the partitions of both, else on those of a; b is turned around as it is loaded */
        uint8_t staged = staged_on_partitions(chip, true);
        out[n++] = (tri_product){part ? "array, a stays" : "array, b stays",
                                 row->operand,
                                 row->result,
                                 1,
                                 1,
                                 1,
                                 {true, staged, true, on_columns},
                                 {true, part ? staged : TRI_STAGED_CONTRACTED | TRI_STAGED_OTHER, true, part ? on_rows : on_columns},
                                 part ? on_rows : on_columns};
    }
    return n;
}

int tri_products_of(const tri_chip *chip, tri_product out[TRI_MOST_PRODUCTS])
{
    const char *family = tri_chip_word(chip, "family", ""), *isa = tri_chip_word(chip, "isa", "");
    if (!strcmp(family, "systolic")) return add_arrays(chip, 0, out);
    if (!strcmp(family, "amdgcn")) {
        int machine = !strcmp(isa, "gfx950") ? 950 : !strcmp(isa, "gfx942") ? 942 : 0;
        return add_lanes(chip, of_waves, sizeof of_waves / sizeof *of_waves, machine, 64, 0, out);
    }
    if (strcmp(family, "ptx") != 0) return 0;
    bool groups = tri_chip_lists(chip, "async_mma", "yes") && !tri_chip_lists(chip, "tensor_memory", "yes");
    return add_lanes(chip, of_warps, sizeof of_warps / sizeof *of_warps, 0, 32, groups ? add_groups(chip, 0, out) : 0, out);
}

tri_layout_costs tri_layout_costs_of(const tri_chip *chip)
{
    if (strcmp(tri_chip_word(chip, "family", ""), "systolic") != 0) return (tri_layout_costs){{0, 0, 1, 8, 30}, 8, false, 1};
    /* A block is transposed as it moves past the array, or by the cross-lane unit: 8 rows of 128 lanes at a time. Folding over the partitions is a
     * product with ones, or goes through the same unit. */
    double rate = tri_chip_number(chip, "rows_per_cycle", 1);
    int64_t rows = (int64_t)(PARTITIONS / (rate >= 1 ? rate : 1)), least = tri_chip_integer(chip, "mm_min_ii", 64);
    bool bundle = !strcmp(tri_chip_word(chip, "style", ""), "bundle");
    int block = bundle ? (int)tri_chip_integer(chip, "x_cycles", 2) * PARTITIONS / 8 : (int)(rows > least ? rows : least);
    return (tri_layout_costs){{0, 0, 0, block, block}, block, true, 0};
}
