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
    int64_t groups = tri_config_get(config, "groups", 1), cluster = tri_config_get(config, "cluster", 1);
    const char *ranks = cluster > 1 ? tri_arena_printf(kernel->module->arena, "cluster %lld along pv.0; ", (long long)cluster) : "";
    return tri_arena_printf(
        kernel->module->arena,
        "{\n  %sgroups %lld along pv.0; workers %lld order %s;\n  ring ldq depth 1; ring ldk ldv depth %lld;\n  stage kv 1: pv;\n  order kv:%s;\n"
        "%s\n}",
        ranks, (long long)groups, (long long)(tri_chip_integer(chip, "units", 0) / cluster), workers, (long long)tri_config_get(config, "stages", 2),
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
    if (has(kernel, "lsum") || has(kernel, "ldb")) return NULL;
    int64_t dies = tri_chip_integer(chip, "compute_dies", 1), heads = 1;
    for (uint32_t a = 1; a < kernel->n_axes; a++) heads *= kernel->grid[a];
    /* All blocks of queries of a head on one die, whose cache then has its keys and values, where that leaves no die without work. */
    const char *order = dies > 1 && heads % dies == 0 ? tri_arena_printf(kernel->module->arena, "column dies %lld", (long long)dies) : "row";
    return tri_arena_printf(kernel->module->arena,
                            "{\n  groups %lld along pv.0; workers 0 order %s;\n  ring ldq depth 1; ring ldk depth 3; ring ldv depth 2\n}",
                            (long long)tri_config_get(config, "groups", 1), order);
}

static bool merged_config(tri_config *config, const tri_attention_shape *shape, tri_dtype dtype, bool pack, const tri_chip *chip)
{
    (void)chip;
    (void)pack;
    if (dtype != TRI_BF16 && dtype != TRI_F16) return false;
    /* Heads of more than 128 leave room for the queries of one set of waves, and for half of the keys. */
    bool wide = shape->size > 128 || shape->value_size > 128;
    int64_t rows = shape->tokens > 128 && !wide ? 256 : 128;
    tri_config_set(config, "bq", rows);
    tri_config_set(config, "bn", wide ? 32 : 64);
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

/* Accumulator banks of a block's scores, and of each other tile that a ring keeps there: what is turned, and the results. */
static int64_t score_banks(int64_t bn, const tri_chip *chip)
{
    int64_t bank = tri_chip_integer(chip, "acc_bank_bytes", 2048);
    return (bn * 4 + bank - 1) / bank;
}
static int other_slots(int64_t bn, const tri_chip *chip) { return tri_chip_integer(chip, "acc_banks", 8) - 4 >= 3 * score_banks(bn, chip) ? 2 : 1; }
static int64_t score_slots(int64_t bn, const tri_chip *chip)
{
    int64_t left = tri_chip_integer(chip, "acc_banks", 8) - 2 * other_slots(bn, chip);
    return left > 0 ? left / score_banks(bn, chip) : 0;
}

/* Scores are made steps before their weights meet the values: the matrix engine never waits for the powers of the scalar engine, nor for the weights
 * to be turned. Half of them go through it once more, and are taken out by the vector engine; the others go through a copy engine, which takes
 * longer. Keys and values of a head stay for all that look at them, which the order makes neighbours, where the scratchpad holds them; they and the
 * queries are loaded by one queue then, in which the queries' ring keeps those of the next head from coming too early. */
static const char *queues_recipe(tri_func *kernel, const tri_config *config, const tri_chip *chip)
{
    tri_arena *arena = kernel->module->arena;
    if (has(kernel, "lsum") || has(kernel, "bias")) return NULL;
    bool keeps = tri_config_get(config, "keep", 0);
    int64_t bn = tri_config_get(config, "bn", 0);
    int others = other_slots(bn, chip), turned = 4, met = has(kernel, "xd") ? 10 : 6;
    const char *first = has(kernel, "one") ? "mask" : "qk", *second = has(kernel, "one") ? "qk" : "mask"; /* added, or chosen of the scores */
    const struct {
        const char *label, *role; /* null: where such a statement belongs */
        int stage, depth;         /* depth 0: said elsewhere */
    } order[] = {
        {"mx1", "general", 1, 2},    {"mx2", "general", 1, 13}, {"neg", "general", 1, 3}, {"al", "scalar", 1, 13}, {"exp", "scalar", 1, 6},
        {"wide", NULL, 1, 2},        {"rsum", NULL, 1, 2},      {"sum", NULL, 1, 13},     {"pack", NULL, 1, 6},    {"xp", "matrix", turned, others},
        {"xc", NULL, turned, 8},     {"xd", "copy", turned, 8}, {first, NULL, 0, 0},      {second, NULL, 0, 0},    {"max", NULL, 0, 3},
        {"resc", "general", met, 2}, {"maxb", "general", 0, 3}, {"inv", NULL, met, 2},    {"lse", NULL, met, 2},   {"pv", NULL, met, others},
        {"res2", NULL, met, 2},      {"out", NULL, met, 12},
    };
    const char *loads = keeps ? "at load: ldq ldk ldv; ring ldq depth 8" : "at load: ldq; at load1: ldk; at load2: ldv; ring ldq depth 16";
    const char *text =
        tri_arena_printf(arena, "{\n  workers 1 order column; %s; ring ldk ldv depth %lld%s; ring qk depth %lld;\n  at store, store1: sto;\n", loads,
                         (long long)tri_config_get(config, "stages", 3), keeps ? " keep" : "", (long long)score_slots(bn, chip));
    if (has(kernel, "one")) text = tri_arena_printf(arena, "%s  ring one depth 1 keep; ring mask depth 8 keep;\n", text);
    const char *places = "";
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        const char *label = order[i].label;
        if (!has(kernel, label)) continue;
        places = tri_arena_printf(arena, "%s %s", places, label);
        if (!order[i].depth) continue;
        text = tri_arena_printf(arena, "%s  ring %s depth %d; stage kv %d: %s;", text, label, order[i].depth, order[i].stage, label);
        text = order[i].role ? tri_arena_printf(arena, "%s at %s: %s;\n", text, order[i].role, label) : tri_arena_printf(arena, "%s\n", text);
    }
    return tri_arena_printf(arena, "%s  order kv:%s\n}", text, places);
}

/* Slots for keys and values: as many blocks as are on their way from their scores to their values, and some to come; where other queries of the head,
 * or other heads of its group, want the same, those of this key head and of the next one. */
static int64_t slots_for(const tri_attention_shape *shape, int64_t bn, const tri_chip *chip, bool *out_keep)
{
    enum { OTHERS = 64 << 10, STREAMED = 16 }; /* OTHERS: bytes of a partition, for weights on their way, mostly */
    int64_t partitions = tri_chip_integer(chip, "partitions", 128), blocks = (shape->keys + bn - 1) / bn;
    int64_t keys = bn * 2 * ((shape->size + partitions - 1) / partitions), values = (bn + partitions - 1) / partitions * 2 * (shape->value_size + 1);
    int64_t slots = (tri_chip_integer(chip, "sp_bytes", 0) - OTHERS) / (keys + values);
    bool grouped = shape->heads > shape->key_heads && shape->keys > partitions; /* fewer keys travel in no time */
    *out_keep = (shape->tokens > partitions || grouped) && slots >= blocks + 2;
    return smaller(slots, *out_keep && 2 * blocks > STREAMED ? 2 * blocks : STREAMED);
}

/* Blocks of keys are two banks wide. */
static bool queues_config(tri_config *config, const tri_attention_shape *shape, tri_dtype dtype, bool pack, const tri_chip *chip)
{
    (void)pack;
    if ((dtype != TRI_BF16 && dtype != TRI_F16) || shape->has_bias || shape->scale <= 0) return false;
    int64_t unit = tri_chip_integer(chip, "partitions", 128), bank = tri_chip_integer(chip, "acc_bank_bytes", 2048) / 4;
    int64_t bn = shape->keys <= unit ? shape->keys : smaller((shape->keys + unit - 1) / unit * unit, 2 * bank);
    bool keep;
    int64_t slots = slots_for(shape, bn, chip, &keep);
    if (slots < 2 || !score_slots(bn, chip)) return false;
    tri_config_set(config, "bq", smaller(shape->tokens, unit));
    tri_config_set(config, "bn", bn);
    if (bn > unit) {
        tri_config_set(config, "tail", unit);
        tri_config_set(config, "fitted", 1);
        if (bn == 2 * bank) tri_config_set(config, "apart", bank);
    }
    tri_config_set(config, "cut", bank);
    tri_config_set(config, "added", 1);
    tri_config_set(config, "negated", 1);
    tri_config_set(config, "pack", 0);
    tri_config_set(config, "reverse", 0);
    tri_config_set(config, "rounded", !shape->has_lse);
    tri_config_set(config, "column", !shape->has_lse);
    tri_config_set(config, "turned", 2);
    tri_config_set(config, "keep", keep);
    tri_config_set(config, "stages", slots);
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

/* One tensor as keys and values is loaded once, and numbers are not loaded at all: recipes name three loads. */
static bool loads_all(const tri_func *kernel) { return has(kernel, "ldq") && has(kernel, "ldk") && has(kernel, "ldv"); }

const char *tri_attention_schedule(tri_func *kernel, const tri_config *config, const tri_chip *chip)
{
    if (!loads_all(kernel)) return NULL;
    for (size_t i = 0; i < sizeof recipes / sizeof *recipes; i++)
        if (recipes[i].fits(chip)) return recipes[i].schedule(kernel, config, chip);
    return NULL;
}
