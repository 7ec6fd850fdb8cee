/* tests/unit/systolic_join_parts_test.c - steps that cannot all be one program: which of them are, and that what is not given back is not kept. */
#include <check.h>
#include <stdlib.h>

#include "abi/artifact.h"
#include "abi/systolic.h"
#include "base/text.h"
#include "status_test.h"
#include "targets/target.h"
#include "tri/compile.h"

enum { STEPS = 16 };

/* The steps of a plan as the target gets them, each buffer in a memory of its own. */
typedef struct launches {
    tri_artifact *artifact;
    void *bytes;
    tri_chip *chip;
    tri_join_list list;
    tri_join_step steps[STEPS];
    tri_join_buffer *buffers;
    uint32_t *arguments, n;
    tri_joined joined[STEPS / 2];
} launches;

/* A chain of products whose steps are launches of one kernel, each with the weights. */
static tri_status *compile_chain(size_t memory_limit, tri_compiled **out_compiled)
{
    const char *chip = "trn2";
    tri_text text = {0};
    tri_text_add(&text, "func.func public @main(%v0: tensor<64x64xbf16>, %w: tensor<64x64xbf16>) -> tensor<64x64xbf16> {\n");
    for (int i = 0; i < STEPS; i++)
        tri_text_addf(&text,
                      "  %%v%d = stablehlo.dot_general %%v%d, %%w, contracting_dims = [1] x [0] : (tensor<64x64xbf16>, tensor<64x64xbf16>) -> "
                      "tensor<64x64xbf16>\n",
                      i + 1, i);
    tri_text_addf(&text, "  return %%v%d : tensor<64x64xbf16>\n}\n", STEPS);
    const tri_compile_options options = {.chips = &chip, .n_chips = 1, .memory_limit = memory_limit};
    tri_status *status = tri_compile(tri_text_string(&text), text.n, "model.mlir", &options, out_compiled);
    tri_text_free(&text);
    return status;
}

static const tri_plan *open_plan(launches *l, tri_compiled *compiled)
{
    size_t n;
    OK(tri_compiled_encode(compiled, &l->bytes, &n));
    OK(tri_artifact_parse(l->bytes, n, "model.tri", &l->artifact));
    tri_compiled_free(compiled);
    return &tri_artifact_program(l->artifact)->plans[0];
}

static void open_launches(launches *l)
{
    tri_compiled *compiled;
    OK(compile_chain(0, &compiled));
    OK(tri_chip_load("trn2", &l->chip));
    const tri_plan *plan = open_plan(l, compiled);
    ck_assert_uint_eq(plan->n_steps, STEPS);
    l->buffers = calloc(plan->n_buffers, sizeof *l->buffers);
    l->arguments = calloc(STEPS * 3, sizeof *l->arguments);
    for (uint32_t b = 0; b < plan->n_buffers; b++) l->buffers[b] = (tri_join_buffer){.memory = b, .bytes = plan->buffers[b].bytes};
    for (uint32_t s = 0; s < STEPS; s++) {
        const tri_plan_step *step = &plan->steps[s];
        const tri_plan_code *image = &plan->codes[plan->kernels[step->kernel].code[0]];
        ck_assert_int_eq(step->kind, TRI_STEP_LAUNCH);
        ck_assert_uint_eq(step->n_buffers, 3);
        l->steps[s] = (tri_join_step){image->bytes, image->n, step->n_buffers, step->buffers};
    }
    l->list =
        (tri_join_list){.n_steps = STEPS, .n_buffers = plan->n_buffers, .n_memories = plan->n_buffers, .steps = l->steps, .buffers = l->buffers};
}

static void drop_joined(launches *l)
{
    for (uint32_t i = 0; i < l->n; i++) tri_kernel_code_free(&l->joined[i].code);
    l->n = 0;
}

static void close_launches(launches *l)
{
    drop_joined(l);
    free(l->buffers);
    free(l->arguments);
    tri_chip_free(l->chip);
    tri_artifact_close(l->artifact);
    free(l->bytes);
}

/* The programs stand behind one another, each of two steps or more, and each takes what it says. Returns how many steps the longest has. */
static uint32_t join_within(launches *l, size_t memory_limit)
{
    uint32_t end = 0, most = 0;
    drop_joined(l);
    l->list.memory_limit = memory_limit;
    OK(tri_target_systolic.join(l->chip, &l->list, l->arguments, l->joined, &l->n));
    for (uint32_t i = 0; i < l->n; i++) {
        const tri_joined *joined = &l->joined[i];
        tri_systolic_program *program;
        ck_assert_uint_ge(joined->first, end);
        ck_assert_uint_ge(joined->n_steps, 2);
        end = joined->first + joined->n_steps;
        ck_assert_uint_le(end, STEPS);
        OK(tri_systolic_decode(joined->code.images[0], joined->code.sizes[0], &program));
        ck_assert_uint_eq(program->params, joined->n_buffers);
        tri_systolic_free(program);
        for (uint32_t b = 0; b < joined->n_buffers; b++) ck_assert_uint_lt(joined->buffers[b], l->list.n_buffers);
        if (most < joined->n_steps) most = joined->n_steps;
    }
    return most;
}

/* With less and less memory the same steps become more programs of fewer steps, until there is none. */
START_TEST(steps_that_are_too_many_are_joined_in_parts)
{
    launches l = {0};
    open_launches(&l);
    ck_assert_uint_eq(join_within(&l, 0), STEPS);
    ck_assert_uint_eq(l.n, 1);
    uint32_t before = STEPS, in_parts = 0;
    for (size_t limit = (size_t)64 << 20; limit; limit -= (limit + 7) / 8) {
        uint32_t most = join_within(&l, limit);
        ck_assert_uint_le(most, before);
        before = most;
        in_parts += l.n > 1;
        if (l.n > 1) ck_assert_uint_eq(l.joined[0].first, 0);
    }
    ck_assert_uint_gt(in_parts, 0);
    ck_assert_uint_eq(l.n, 0);
    close_launches(&l);
}
END_TEST

/* All steps but one are in two programs, or in one where there are not two on one side. */
static void check_all_but(const launches *l, uint32_t alone)
{
    uint32_t n = 0;
    if (alone >= 2) {
        ck_assert_uint_eq(l->joined[n].first, 0);
        ck_assert_uint_eq(l->joined[n++].n_steps, alone);
    }
    if (alone + 2 < STEPS) {
        ck_assert_uint_eq(l->joined[n].first, alone + 1);
        ck_assert_uint_eq(l->joined[n++].n_steps, STEPS - alone - 1);
    }
    ck_assert_uint_eq(l->n, n);
}

START_TEST(a_step_that_cannot_be_read_does_not_keep_the_others_apart)
{
    launches l = {0};
    open_launches(&l);
    for (uint32_t alone = 0; alone < STEPS; alone++) {
        l.steps[alone].n_buffers = 2; /* not what its program takes */
        join_within(&l, 0);
        check_all_but(&l, alone);
        l.steps[alone].n_buffers = 3;
    }
    close_launches(&l);
}
END_TEST

/* The buffer is smaller than what the step writes, which shows when the program is written. */
START_TEST(a_step_that_fails_late_does_not_keep_the_others_apart)
{
    launches l = {0};
    open_launches(&l);
    for (uint32_t alone = 0; alone < STEPS; alone++) {
        tri_join_buffer *written = &l.buffers[l.steps[alone].buffers[2]];
        const tri_join_buffer buffer = *written;
        written->bytes = 1;
        join_within(&l, 0);
        check_all_but(&l, alone);
        *written = buffer;
    }
    close_launches(&l);
}
END_TEST

/* The compiler's limit is for what it makes and for joining it: with less and less, fewer steps are joined before the compile itself fails. */
START_TEST(joining_takes_what_the_compile_has_left)
{
    tri_compiled *compiled;
    uint32_t fewer = 0;
    for (size_t limit = (size_t)64 << 20;; limit -= limit / 32) {
        launches l = {0};
        tri_status *status = compile_chain(limit, &compiled);
        ck_assert(limit < (size_t)64 << 20 || !status);
        if (status) {
            ck_assert_int_eq(tri_status_code(status), TRI_NO_MEMORY);
            tri_status_free(status);
            break;
        }
        const tri_plan *plan = open_plan(&l, compiled);
        uint32_t joined = 0;
        for (uint32_t i = 0; i < plan->n_segments; i++) joined += plan->segments[i].n_steps;
        ck_assert_uint_eq(plan->n_steps, STEPS);
        fewer += plan->n_segments != 1 || joined < STEPS;
        tri_artifact_close(l.artifact);
        free(l.bytes);
    }
    ck_assert_uint_gt(fewer, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("systolic_join_parts");
    TCase *cases = tcase_create("systolic_join_parts");
    tcase_set_timeout(cases, 60);
    tcase_add_test(cases, steps_that_are_too_many_are_joined_in_parts);
    tcase_add_test(cases, a_step_that_cannot_be_read_does_not_keep_the_others_apart);
    tcase_add_test(cases, a_step_that_fails_late_does_not_keep_the_others_apart);
    tcase_add_test(cases, joining_takes_what_the_compile_has_left);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
