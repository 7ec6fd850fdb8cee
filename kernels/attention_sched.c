/* kernels/attention_sched.c - the schedules of the attention family: recipes, chosen by what the chip can do, written from a config.
 *
 * The statements are those that attention.c names. What makes attention fast is one thing on every chip: the product with V of one block runs while
 * the next block's scores are turned into weights, so pv is a stage behind (Rau's modulo schedule); what differs is how many steps behind each
 * statement stands and who runs it. */
#include "kernels/attention_sched.h"

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

static bool has(const tri_func *kernel, const char *label) { return tri_func_find_label(kernel, label) != NULL; }

/* The items whose statements this kernel has: "join(x)" and "await(x ahead 1)" go with x. */
static const char *present(tri_func *kernel, const char *const *items, size_t n)
{
    tri_arena *arena = kernel->module->arena;
    const char *text = "";
    for (size_t i = 0; i < n; i++) {
        const char *open = strchr(items[i], '('), *word = open ? open + 1 : items[i];
        size_t length = strcspn(word, " )");
        if (has(kernel, tri_arena_strndup(arena, word, length))) text = tri_arena_printf(arena, "%s %s", text, items[i]);
    }
    return text;
}

/* ---- warpgroups with asynchronous products ---- */

/* The exponentials of block j stand between the issue of the product with V of block j - 1 and its join; the wait for the next keys is the border
 * that keeps them there. The weights are packed behind that join: their registers are the product's operand. */
static const char *groups_recipe(tri_func *kernel, const tri_config *config, const tri_chip *chip)
{
    static const char *const order[] = {"qk",  "await(ldv)", "pv",  "join(qk)",           "bias",     "mask", "max", "mx2", "neg", "al",
                                        "exp", "rsum",       "sum", "await(ldk ahead 1)", "join(pv)", "pack", "resc"};
    if (has(kernel, "lsum") || has(kernel, "ldb")) return NULL;
    const char *workers = has(kernel, "mask") && kernel->n_axes && kernel->grid[0] > 1 ? "heavy_first(0)" : "row";
    int64_t groups = tri_config_get(config, "groups", 1);
    return tri_arena_printf(
        kernel->module->arena,
        "{\n  groups %lld along pv.0; workers %lld order %s;\n  ring ldq depth 1; ring ldk ldv depth %lld;\n  stage kv 1: pv;\n  order kv:%s;\n"
        "%s\n}",
        (long long)groups, (long long)tri_chip_integer(chip, "units", 0), workers, (long long)tri_config_get(config, "stages", 2),
        present(kernel, order, sizeof order / sizeof *order), groups > 1 ? "  turn kv: qk..pv;\n  regs load 40 math 232" : "");
}

static bool groups_config(tri_config *config, const tri_attention_shape *shape, tri_dtype dtype, bool pack, const tri_chip *chip)
{
    (void)chip;
    if (dtype != TRI_BF16 && dtype != TRI_F16) return false;
    int64_t shared = shape->heads / shape->key_heads, wide = shape->size > shape->value_size ? shape->size : shape->value_size;
    if (pack && (shared > 64 || 128 % shared)) pack = false;
    int64_t rows = (pack ? shared : 1) * shape->tokens > 64 ? 128 : 64;
    tri_config_set(config, "bq", pack ? rows / shared : rows);
    /* Scores, weights and result share the registers of a thread. */
    tri_config_set(config, "bn", wide <= 128 ? smaller(128, (shape->keys + 15) / 16 * 16) : 64);
    tri_config_set(config, "pack", pack);
    tri_config_set(config, "reverse", 1);
    tri_config_set(config, "groups", rows / 64);
    tri_config_set(config, "stages", 2);
    return true;
}

static bool asynchronous(const tri_chip *chip) { return tri_chip_lists(chip, "async_mma", "yes") && tri_chip_lists(chip, "async_copy_bulk", "yes"); }

/* ---- one role of all waves ---- */

/* Keys come a step earlier than values, so that loads are under way behind those that a step waits for. */
static const char *merged_recipe(tri_func *kernel, const tri_config *config, const tri_chip *chip)
{
    (void)chip;
    if (has(kernel, "lsum") || has(kernel, "ldb")) return NULL;
    return tri_arena_printf(kernel->module->arena,
                            "{\n  groups %lld along pv.0; workers 0 order row;\n  ring ldq depth 1; ring ldk depth 3; ring ldv depth 2\n}",
                            (long long)tri_config_get(config, "groups", 1));
}

static bool merged_config(tri_config *config, const tri_attention_shape *shape, tri_dtype dtype, bool pack, const tri_chip *chip)
{
    (void)chip;
    (void)pack;
    if (dtype != TRI_BF16 && dtype != TRI_F16) return false;
    int64_t rows = shape->tokens > 128 ? 256 : 128;
    tri_config_set(config, "bq", rows);
    tri_config_set(config, "bn", 64);
    tri_config_set(config, "pack", 0);
    tri_config_set(config, "reverse", 1);
    tri_config_set(config, "groups", rows / 128);
    return true;
}

static bool copies_by_threads(const tri_chip *chip) { return tri_chip_integer(chip, "async_copy_bytes_max", 0) >= 16; }

/* ---- one bundled core ---- */

/* The core's scheduler finds the overlap by itself; the schedule says what travels ahead. */
static const char *bundle_recipe(tri_func *kernel, const tri_config *config, const tri_chip *chip)
{
    (void)chip;
    return tri_arena_printf(kernel->module->arena, "{\n  workers 1 order row;\n  ring ldq depth 2; ring ldk ldv depth %lld\n}",
                            (long long)tri_config_get(config, "stages", 2));
}

static bool bundle_config(tri_config *config, const tri_attention_shape *shape, tri_dtype dtype, bool pack, const tri_chip *chip)
{
    (void)pack;
    (void)chip;
    if ((dtype != TRI_BF16 && dtype != TRI_F16) || shape->keys == 1)
        return false; /* one key: the scores are a column, which parts of passes are not made of */
    tri_config_set(config, "bq", smaller(shape->tokens, 512));
    tri_config_set(config, "bn", smaller(shape->keys, 2048));
    tri_config_set(config, "pack", 0);
    tri_config_set(config, "reverse", 0);
    tri_config_set(config, "rounded", !shape->has_lse);
    if (shape->causal && shape->keys > 2048) tri_config_set(config, "tail", 512);
    tri_config_set(config, "stages", 2);
    return true;
}

static bool bundled(const tri_chip *chip) { return tri_chip_lists(chip, "style", "bundle"); }

/* ---- engines with queues ---- */

/* Scores of the next blocks are made while the scalar engine takes the powers of this one; the weights are turned by a copy engine, and met by V two
 * steps later. */
static const char *queues_recipe(tri_func *kernel, const tri_config *config, const tri_chip *chip)
{
    static const char *const late[] = {"wide", "rsum", "sum", "pack"}, *const order[] = {"qk",   "mask", "max", "mx2",  "neg", "al", "exp",
                                                                                         "wide", "rsum", "sum", "pack", "xp",  "pv", "resc"};
    (void)chip;
    (void)config;
    if (has(kernel, "lsum") || has(kernel, "bias")) return NULL;
    return tri_arena_printf(
        kernel->module->arena,
        "{\n  workers 1 order row;\n  ring ldq depth 2; ring ldk ldv depth 3; ring qk depth 4; ring pv depth 2; ring exp al depth 4; ring xp depth "
        "3;\n"
        "  at load: ldq ldk; at load1: ldv; at copy: xp; at scalar: al exp;\n  stage kv 1:%s; stage kv 2: xp pv resc;\n  order kv:%s\n}",
        present(kernel, late, 4), present(kernel, order, sizeof order / sizeof *order));
}

static bool queues_config(tri_config *config, const tri_attention_shape *shape, tri_dtype dtype, bool pack, const tri_chip *chip)
{
    (void)pack;
    if (dtype != TRI_BF16 && dtype != TRI_F16) return false;
    tri_config_set(config, "bq", smaller(shape->tokens, tri_chip_integer(chip, "partitions", 128)));
    tri_config_set(config, "bn", smaller(shape->keys, tri_chip_integer(chip, "acc_bank_bytes", 2048) / 4));
    tri_config_set(config, "pack", 0);
    tri_config_set(config, "reverse", 0);
    tri_config_set(config, "rounded", !shape->has_lse);
    tri_config_set(config, "turned", 1);
    return true;
}

static bool decoupled(const tri_chip *chip) { return tri_chip_lists(chip, "style", "decoupled"); }

/* ---- which one ---- */

static const struct {
    bool (*fits)(const tri_chip *chip);
    bool (*configure)(tri_config *config, const tri_attention_shape *shape, tri_dtype dtype, bool pack, const tri_chip *chip);
    const char *(*schedule)(tri_func *kernel, const tri_config *config, const tri_chip *chip);
} recipes[] = {
    {asynchronous, groups_config, groups_recipe},
    {copies_by_threads, merged_config, merged_recipe},
    {bundled, bundle_config, bundle_recipe},
    {decoupled, queues_config, queues_recipe},
};

bool tri_attention_scheduled_config(tri_config *config, const tri_attention_shape *shape, tri_dtype dtype, bool pack, const tri_chip *chip)
{
    *config = (tri_config){0};
    for (size_t i = 0; i < sizeof recipes / sizeof *recipes; i++) {
        if (!recipes[i].fits(chip)) continue;
        if (!recipes[i].configure(config, shape, dtype, pack, chip)) return false;
        tri_config_set(config, "schedule", 1);
        return true;
    }
    return false;
}

const char *tri_attention_schedule(tri_func *kernel, const tri_config *config, const tri_chip *chip)
{
    for (size_t i = 0; i < sizeof recipes / sizeof *recipes; i++)
        if (recipes[i].fits(chip)) return recipes[i].schedule(kernel, config, chip);
    return NULL;
}
