/* tests/bench/sm90_registers_bench.c - registers that group_budget predicts beside those that ptxas takes, over matmul and attention in two hundred
 * sizes, or in a hundred that are drawn. A block has one warpgroup that computes and asks for no share of the registers, so that what ptxas reports
 * is what it needs.
 *
 *     sm90_registers_bench [PERCENT [MOST [SEED]]]     fails when more than MOST predictions are farther off than that */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "targets/nvptx/sched.h"
#include "tests/unit/sm90_programs.h"

enum { MOST_CONFIGS = 320, BATCH = 16, MOST_REGISTERS = 255, DRAWN = 100 };

typedef struct config {
    char name[96];
    tri_text text;
} config;

static int add_gemms(config *configs, int n)
{
    static const int columns[] = {64, 96, 128, 160, 192, 224, 256}, depths[] = {16, 32, 64};
    for (int rows = 64; rows <= 128; rows += 64)
        for (size_t c = 0; c < sizeof columns / sizeof *columns; c++)
            for (size_t d = 0; d < sizeof depths / sizeof *depths; d++)
                for (int form = 0; form < 4; form++) {
                    if (rows * columns[c] / 128 > 200 || (columns[c] == 256 && rows == 128)) continue;
                    sm90_gemm g = {.m = 4096,
                                   .n = 3840,
                                   .k = 4096,
                                   .bm = rows,
                                   .bn = columns[c],
                                   .bk = depths[d],
                                   .groups = 1,
                                   .depth = 2,
                                   .lag = form != 2,
                                   .pieces = form >= 2 ? columns[c] / 32 : 1,
                                   .workers = 132,
                                   .cluster = 1,
                                   .dtype = form == 1 ? "f16" : "bf16",
                                   .out = "bf16",
                                   .transposed = form == 1,
                                   .bias = form == 2};
                    config *to = &configs[n++];
                    snprintf(to->name, sizeof to->name, "gemm %dx%dx%d form %d", rows, g.bn, g.bk, form);
                    sm90_gemm_text(&g, &to->text);
                }
    return n;
}

static int add_attentions(config *configs, int n)
{
    static const int sizes[] = {64, 128, 256}, keys[] = {32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192};
    for (size_t s = 0; s < 3; s++)
        for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
            for (int causal = 0; causal < 2; causal++) {
                int tiles = sizes[s] / 2 + keys[k] / 2 + keys[k] / 4;
                if (tiles > 212) continue;
                sm90_attention a = {.batch = 2,
                                    .queries = 4096,
                                    .keys = 4096,
                                    .heads = 8,
                                    .size = sizes[s],
                                    .bm = 64,
                                    .bn = keys[k],
                                    .groups = 1,
                                    .depth = 1,
                                    .workers = 132,
                                    .dtype = causal ? "bf16" : "f16",
                                    .causal = causal};
                config *to = &configs[n++];
                snprintf(to->name, sizeof to->name, "attention %d keys %d%s", a.size, a.bn, causal ? " causal" : "");
                sm90_attention_text(&a, &to->text);
            }
    return n;
}

/* One of `n`. */
static int draw(const int32_t **numbers, int n) { return *(*numbers)++ % n; }

static void draw_gemm(const int32_t *numbers, config *to)
{
    int rows = 64 << draw(&numbers, 2), columns = 16 * (4 + draw(&numbers, rows == 64 ? 13 : 10)), lag = draw(&numbers, 3);
    int pieces = 1 + draw(&numbers, columns / 16);
    while (columns % (16 * pieces)) pieces--;
    sm90_gemm g = {.m = 4096,
                   .n = draw(&numbers, 2) ? 3840 : 4000,
                   .k = 4096,
                   .bm = rows,
                   .bn = columns,
                   .bk = 16 << draw(&numbers, 3),
                   .groups = 1,
                   .depth = lag + 1,
                   .lag = lag,
                   .pieces = pieces,
                   .workers = 132,
                   .cluster = 1,
                   .dtype = draw(&numbers, 2) ? "f16" : "bf16",
                   .transposed = draw(&numbers, 2),
                   .bias = draw(&numbers, 2)};
    g.out = g.dtype;
    snprintf(to->name, sizeof to->name, "gemm %dx%dx%d n %d lag %d pieces %d%s%s", rows, columns, g.bk, g.n, lag, pieces, g.bias ? " bias" : "",
             g.transposed ? " turned" : "");
    sm90_gemm_text(&g, &to->text);
}

static void draw_attention(const int32_t *numbers, config *to)
{
    static const int sizes[] = {64, 128, 192, 256}, most[] = {12, 12, 10, 7};
    int s = draw(&numbers, 4), keys = 16 * (2 + draw(&numbers, most[s] - 1)), causal = draw(&numbers, 2);
    sm90_attention a = {.batch = 2,
                        .queries = causal ? 3072 : 1000 + 8 * draw(&numbers, 128),
                        .keys = 3072,
                        .heads = 8,
                        .size = sizes[s],
                        .bm = 64,
                        .bn = keys,
                        .groups = 1,
                        .depth = 1,
                        .workers = 132,
                        .dtype = draw(&numbers, 2) ? "f16" : "bf16",
                        .causal = causal};
    snprintf(to->name, sizeof to->name, "attention %d keys %d%s", a.size, keys, causal ? " causal" : "");
    sm90_attention_text(&a, &to->text);
}

static int draw_configs(uint64_t seed, config *configs)
{
    for (int i = 0; i < DRAWN; i++) {
        int32_t numbers[16];
        const int64_t n = sizeof numbers / sizeof *numbers;
        tri_random_fill(seed, (uint64_t)i, TRI_I32, 1, &n, numbers);
        (i % 2 ? draw_attention : draw_gemm)(numbers, &configs[i]);
    }
    return DRAWN;
}

static void stop(tri_status *status, const config *c)
{
    if (!status) return;
    fprintf(stderr, "%s:\n", c->name);
    tri_status_print(status, tri_text_string(&c->text), stderr);
    exit(1);
}

static tri_func *parse(tri_arena *arena, const config *c)
{
    tri_module *module;
    stop(tri_module_parse(arena, tri_text_string(&c->text), c->text.n, "scheduled.tri", &module), c);
    return module->first;
}

/* The budgets of a batch and its code; what does not fit a block is left out. */
static int compile(const tri_chip *chip, tri_arena *arena, const config *configs, int count, const config **kept, tri_budget *budgets,
                   tri_kernel_code *codes)
{
    const tri_func *programs[BATCH];
    int n = 0;
    for (int i = 0; i < count; i++) {
        programs[n] = parse(arena, &configs[i]);
        tri_status *status = group_budget(chip, programs[n], &budgets[n]);
        if (status && tri_status_code(status) == TRI_UNSUPPORTED) {
            printf("%-48s refused: %s\n", configs[i].name, tri_status_message(status));
            tri_status_free(status);
            continue;
        }
        stop(status, &configs[i]);
        kept[n++] = &configs[i];
    }
    if (n) stop(tri_target_nvptx.compile(chip, (size_t)n, programs, &(tri_target_options){0}, codes), kept[0]);
    return n;
}

int main(int argc, char **argv)
{
    static config configs[MOST_CONFIGS];
    double limit = argc > 1 ? atof(argv[1]) / 100 : 1e9, worst = 0, sum = 0;
    int most = argc > 2 ? atoi(argv[2]) : 0, far = 0, spilled = 0, compared = 0;
    int n = argc > 3 ? draw_configs(strtoull(argv[3], NULL, 10), configs) : add_attentions(configs, add_gemms(configs, 0));
    tri_chip *chip;
    stop(tri_chip_load("h200", &chip), &configs[0]);
    for (int first = 0; first < n; first += BATCH) {
        tri_arena arena;
        tri_arena_init(&arena, 0);
        const config *kept[BATCH];
        tri_budget budgets[BATCH];
        tri_kernel_code codes[BATCH];
        int count = compile(chip, &arena, &configs[first], n - first < BATCH ? n - first : BATCH, kept, budgets, codes);
        for (int i = 0; i < count; i++) {
            int64_t registers = budgets[i].registers < MOST_REGISTERS ? budgets[i].registers : MOST_REGISTERS;
            double off = (double)(registers - codes[i].registers) / codes[i].registers;
            printf("%-48s predicted %4lld ptxas %4d %+6.1f%% spills %d\n", kept[i]->name, (long long)budgets[i].registers, codes[i].registers,
                   100 * off, codes[i].spills);
            if (fabs(off) > worst) worst = fabs(off);
            sum += fabs(off);
            far += fabs(off) > limit;
            spilled += (codes[i].spills > 0) != (budgets[i].registers > MOST_REGISTERS);
            tri_kernel_code_free(&codes[i]);
        }
        compared += count;
        fflush(stdout);
        tri_arena_free(&arena);
    }
    for (int i = 0; i < n; i++) tri_text_free(&configs[i].text);
    tri_chip_free(chip);
    printf("%d configs: worst %.1f %%, mean %.1f %%; %d beyond the limit; %d whose spills were not foretold\n", compared, 100 * worst,
           100 * sum / compared, far, spilled);
    bool all = argc > 3 || compared == n; /* a draw may have what does not fit; the standing ones all do */
    return far > most || !all;
}
