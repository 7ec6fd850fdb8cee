/* tests/unit/gpu_statement_test.c - what a faulty GPU kernel is told names the statement of the tile program: in PTX by its .loc lines, in code
 * objects by their line table. The line that must be named is counted in the printed tile program, or in the scheduled text itself. */
#include <check.h>
#include <stdlib.h>

#include "abi/plan.h"
#include "base/random.h"
#include "ir/sched.h"
#include "runtime/drivers/amdgcn_sim/amdgcn_driver.h"
#include "runtime/drivers/ptx_sim/driver.h"
#include "sm90_programs.h"
#include "status_test.h"
#include "targets/compile.h"
#include "targets/target.h"

enum { MOST_BUFFERS = 4 };

typedef struct kernel {
    const char *name;
    const void *image;
    size_t n;
    uint32_t grid, block, shared, n_buffers, n_maps;
    const tri_tensor_map *maps;
    uint64_t bytes[MOST_BUFFERS];
    bool written[MOST_BUFFERS];
} kernel;

static tri_status *launch(const char *chip_name, const kernel *k)
{
    const tri_driver *d = strncmp(chip_name, "mi", 2) ? &tri_ptx_driver : tri_amdgcn_sim_driver();
    tri_chip *chip;
    tri_device *device;
    tri_code_image *image;
    tri_address addresses[MOST_BUFFERS];
    OK(tri_chip_load(chip_name, &chip));
    OK(d->open(0, chip, &(tri_device_options){.threads = 1}, &device));
    for (uint32_t b = 0; b < k->n_buffers; b++) {
        OK(d->allocate(device, k->bytes[b], &addresses[b]));
        void *zeros = calloc(1, k->bytes[b]);
        if (k->written[b]) OK(d->write(device, addresses[b], zeros, k->bytes[b]));
        free(zeros);
    }
    OK(d->load(device, "image", k->image, k->n, &image));
    tri_launch how = {.kernel = k->name,
                      .grid = {k->grid, 1, 1},
                      .block = {k->block, 1, 1},
                      .shared_bytes = k->shared,
                      .n_arguments = k->n_buffers,
                      .arguments = addresses,
                      .bytes = k->bytes,
                      .n_maps = k->n_maps,
                      .maps = k->maps};
    tri_launch_report report = {0};
    tri_status *status = d->launch(device, image, &how, &report);
    d->unload(device, image);
    d->close(device);
    tri_chip_free(chip);
    return status;
}

/* ---- kernels that the compiler makes of a graph ---- */

static const char product[] = "func.func public @main(%a: tensor<256x256xbf16>, %b: tensor<256x256xbf16>) -> tensor<256x256xbf16> {\n"
                              "  %0 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<256x256xbf16>, "
                              "tensor<256x256xbf16>) -> tensor<256x256xbf16>\n  return %0 : tensor<256x256xbf16>\n}\n";

static tri_compiled *compile(const char *chip, kernel *out)
{
    tri_compiled *compiled;
    OK(tri_compile(product, sizeof product - 1, "model.mlir", &(tri_compile_options){.chips = &chip, .n_chips = 1, .jobs = 1, .want_text = true},
                   &compiled));
    const tri_plan *plan = &tri_compiled_program(compiled)->plans[0];
    const tri_plan_step *step = &plan->steps[0];
    const tri_plan_kernel *k = &plan->kernels[step->kernel];
    const tri_plan_code *code = &plan->codes[k->code[0]];
    *out = (kernel){.name = k->name,
                    .image = code->bytes,
                    .n = code->n,
                    .grid = k->grid[0],
                    .block = k->block[0],
                    .shared = k->shared_bytes,
                    .n_buffers = step->n_buffers,
                    .n_maps = k->n_maps,
                    .maps = k->maps};
    for (uint32_t b = 0; b < step->n_buffers; b++) {
        out->bytes[b] = plan->buffers[step->buffers[b]].bytes;
        out->written[b] = plan->buffers[step->buffers[b]].kind == TRI_BUFFER_INPUT;
    }
    return compiled;
}

/* "NAME line N " of the first line that holds `word` in the text behind `head`, whose own line is 1. */
static const char *called(const char *name, const char *text, const char *head, const char *word)
{
    static char found[200];
    const char *at = strstr(text, head);
    ck_assert_ptr_nonnull(at);
    for (int line = 1;; line++) {
        const char *end = strchr(at, '\n'), *here = strstr(at, word);
        ck_assert_ptr_nonnull(end);
        ck_assert_ptr_nonnull(here);
        snprintf(found, sizeof found, "it serves the tile statement `%s line %d ", name, line);
        if (here < end) return found;
        at = end + 1;
    }
}

static const char *called_tile(const tri_compiled *compiled, const kernel *k, const char *word)
{
    char head[120];
    snprintf(head, sizeof head, "kernel @%s(", k->name);
    return called(k->name, tri_compiled_text(compiled, "tile"), head, word);
}

START_TEST(a_read_of_what_nobody_wrote_names_its_statement)
{
    static const char *const chips[] = {"a100", "h100", "mi300x", "mi355x"};
    kernel k;
    tri_compiled *compiled = compile(chips[_i], &k);
    k.written[1] = false;
    const char *message = said(launch(chips[_i], &k)), *name = called_tile(compiled, &k, "= load %1[");
    ck_assert_msg(strstr(message, name) && strstr(strstr(message, name), "= load %1["), "%s: %s is not in %s", chips[_i], name, message);
    tri_compiled_free(compiled);
}
END_TEST

/* Without its barriers a kernel that stages tiles races, or reads what is not there yet, where its products and their operands are. */
START_TEST(a_race_names_its_statement)
{
    kernel k;
    tri_compiled *compiled = compile("mi355x", &k);
    uint8_t *image = malloc(k.n);
    memcpy(image, k.image, k.n);
    static const uint8_t barrier[] = {0, 0, 0x8a, 0xbf}, nothing[] = {0, 0, 0x80, 0xbf};
    int n = 0;
    for (size_t at = 0; at + 4 <= k.n; at += 4)
        if (!memcmp(image + at, barrier, 4)) memcpy(image + at, nothing, 4), n++;
    ck_assert_int_gt(n, 0);
    k.image = image;
    const char *message = said(launch("mi355x", &k)), *mark = strstr(message, "it serves the tile statement `");
    ck_assert_msg(mark != NULL, "%s", message);
    const char *other = strstr(message, "without a barrier"); /* the race's other side: a load to LDS, which stands in front of its own statement */
    ck_assert_msg(!other || strstr(message, " in the tile statement `k0_dot_general line ") < other, "%s", message);
    ck_assert_msg(strstr(message, called_tile(compiled, &k, "= load %0[")) || strstr(message, called_tile(compiled, &k, "= load %1[")) ||
                      strstr(message, called_tile(compiled, &k, "= mma ")),
                  "%s", message);
    free(image);
    tri_compiled_free(compiled);
}
END_TEST

/* Whatever stands in the line table and in the names, the image loads, and the fault is the same but for the statement. */
START_TEST(damaged_lines_do_no_harm)
{
    kernel k;
    tri_compiled *compiled = compile("mi300x", &k);
    k.written[1] = false;
    k.grid = 1;
    const uint8_t *from = k.image;
    uint8_t *image = malloc(k.n);
    size_t first = k.n; /* of the names: the line table stands near them */
    for (size_t at = 0; at + 9 < k.n && first == k.n; at++)
        if (!memcmp(from + at, "= load %0[", 10)) first = at > 400 ? at - 400 : 0;
    ck_assert_uint_lt(first, k.n);
    k.image = image;
    for (uint32_t round = 0; round < 300; round++) {
        memcpy(image, from, k.n);
        for (int hit = 0; hit < 4; hit++) {
            const uint32_t counter[4] = {round, (uint32_t)hit}, key[2] = {5, 6};
            uint32_t bits[4];
            tri_philox(counter, key, bits);
            size_t at = first + bits[0] % (k.n - first - 1200 < 1200 ? k.n - first : 1200);
            if (at < k.n) image[at] = (uint8_t)bits[1];
        }
        tri_chip *chip;
        tri_device *device;
        tri_code_image *code;
        const tri_driver *d = tri_amdgcn_sim_driver();
        OK(tri_chip_load("mi300x", &chip));
        OK(d->open(0, chip, &(tri_device_options){.threads = 1}, &device));
        tri_status *status = d->load(device, "image", image, k.n, &code);
        if (!status) d->unload(device, code);
        bool loads = !status;
        tri_status_free(status);
        d->close(device);
        tri_chip_free(chip);
        if (loads && round % 10 == 0) {
            status = launch("mi300x", &k);
            tri_status_free(status);
        }
    }
    free(image);
    tri_compiled_free(compiled);
}
END_TEST

/* ---- scheduled text, broken ---- */

/* The text without the `number`-th line that holds `word`; lines keep their numbers. Its line by itself in `out_line`. */
static void drop_line(char *text, const char *word, int number)
{
    char *at = text;
    while ((at = strstr(at, word)) && number-- > 0) at++;
    ck_assert_ptr_nonnull(at);
    while (at > text && at[-1] != '\n') at--;
    for (; *at != '\n'; at++) *at = ' ';
}

static tri_status *run_text(const char *text)
{
    tri_arena arena;
    tri_module *module;
    tri_chip *chip;
    tri_kernel_code code;
    tri_arena_init(&arena, 0);
    OK(tri_chip_load("h100", &chip));
    OK(tri_module_parse(&arena, text, strlen(text), "gemm.mlir", &module));
    const tri_func *func = module->first; /* not verified: it would be refused */
    OK(tri_target_find(chip)->compile(chip, 1, &func, &(tri_target_options){.jobs = 1}, &code));
    kernel k = {.name = func->name,
                .image = code.images[0],
                .n = code.sizes[0],
                .grid = code.grid[0],
                .block = code.block[0],
                .shared = code.shared_bytes,
                .n_buffers = func->n_buffers,
                .n_maps = code.n_maps,
                .maps = code.maps};
    for (uint32_t b = 0; b < func->n_buffers; b++) {
        k.bytes[b] = tri_type_bytes(&func->body->args[b]->type);
        k.written[b] = func->access[b] == TRI_ACCESS_IN;
    }
    tri_status *status = launch("h100", &k);
    tri_kernel_code_free(&code);
    tri_chip_free(chip);
    tri_arena_free(&arena);
    return status;
}

static const sm90_gemm gemm = {.m = 128,
                               .n = 128,
                               .k = 512,
                               .bm = 128,
                               .bn = 128,
                               .bk = 64,
                               .groups = 2,
                               .depth = 2,
                               .lag = 1,
                               .pieces = 2,
                               .workers = 1,
                               .cluster = 1,
                               .load_regs = 40,
                               .math_regs = 232,
                               .dtype = "bf16",
                               .out = "bf16"};

START_TEST(a_deadlock_names_the_statements_that_wait)
{
    tri_text text = {0};
    sm90_gemm_text(&gemm, &text);
    drop_line(text.at, "release %qa", 0);
    char message[8192], *waits;
    snprintf(message, sizeof message, "%s", said(run_text(text.at)));
    ck_assert_msg(strstr(message, "deadlock: no warp can go on") != NULL, "%s", message);
    /* The load waits for the slot, the math for the tile. */
    waits = strstr(message, "from warp");
    const char *load = strstr(called("gemm", text.at, "scheduled @gemm", "acquire %qa"), "`gemm line");
    ck_assert_msg(waits && strstr(waits, load), "%s is not in %s", load, message);
    ck_assert_msg(strstr(waits, "acquire %qa") && strstr(waits, "await %q"), "%s", message);
    tri_text_free(&text);
}
END_TEST

START_TEST(a_race_with_a_copy_names_the_statements_of_both_sides)
{
    tri_text text = {0};
    sm90_gemm_text(&gemm, &text);
    drop_line(text.at, "acquire %qa", 0);
    const char *message = said(run_text(text.at));
    const char *name = strstr(called("gemm", text.at, "scheduled @gemm", "load_into %qa"), "`gemm line"),
               *other = strstr(message, "bulk copy in flight");
    const char *self = strstr(message, "it serves");
    ck_assert_msg(strstr(message, "race in shared memory") && other && self && other < self, "%s", message);
    ck_assert_msg(strstr(other, name) && strstr(other, name) < self && strstr(self, name) && strstr(self, "load_into %qa["), "%s", message);
    tri_text_free(&text);
}
END_TEST

START_TEST(a_result_that_is_used_too_early_names_the_statement)
{
    tri_text text = {0};
    sm90_gemm_text(&gemm, &text);
    drop_line(text.at, "      join 0", 0);
    const char *message = said(run_text(text.at)), *name = called("gemm", text.at, "scheduled @gemm", "= map(%s0)");
    ck_assert_msg(strstr(message, name) && strstr(strstr(message, name), "= map(%"), "%s", message);
    tri_text_free(&text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("GPU statements");
    TCase *cases = tcase_create("statements");
    tcase_set_timeout(cases, 300);
    tcase_add_loop_test(cases, a_read_of_what_nobody_wrote_names_its_statement, 0, 4);
    tcase_add_test(cases, a_race_names_its_statement);
    tcase_add_test(cases, damaged_lines_do_no_harm);
    tcase_add_test(cases, a_deadlock_names_the_statements_that_wait);
    tcase_add_test(cases, a_race_with_a_copy_names_the_statements_of_both_sides);
    tcase_add_test(cases, a_result_that_is_used_too_early_names_the_statement);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
