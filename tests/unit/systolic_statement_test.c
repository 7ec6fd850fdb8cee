/* tests/unit/systolic_statement_test.c - what a faulty engine program is told names the statement of the tile program. Kernels are compiled, one of
 * their instructions is broken, and the report must name the line where the printed tile program has the statement: the tests count it there. */
#include <check.h>
#include <stdlib.h>

#include "abi/plan.h"
#include "base/text.h"
#include "ir/sched.h"
#include "status_test.h"
#include "systolic_rig.h"
#include "targets/compile.h"
#include "targets/target.h"

static const char one_product[] = "func.func public @main(%a: tensor<128x256xbf16>, %b: tensor<256x512xbf16>) -> tensor<128x512xbf16> {\n"
                                  "  %0 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<128x256xbf16>, "
                                  "tensor<256x512xbf16>) -> tensor<128x512xbf16>\n"
                                  "  return %0 : tensor<128x512xbf16>\n}\n";
static const char long_product[] = "func.func public @main(%a: tensor<128x4096xbf16>, %b: tensor<4096x512xbf16>) -> tensor<128x512xbf16> {\n"
                                   "  %0 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<128x4096xbf16>, "
                                   "tensor<4096x512xbf16>) -> tensor<128x512xbf16>\n"
                                   "  return %0 : tensor<128x512xbf16>\n}\n";
static const char two_products[] = "func.func public @main(%a: tensor<128x256xbf16>, %b: tensor<256x512xbf16>, %c: tensor<512x64xbf16>) -> "
                                   "tensor<128x64xbf16> {\n"
                                   "  %0 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<128x256xbf16>, "
                                   "tensor<256x512xbf16>) -> tensor<128x512xbf16>\n"
                                   "  %1 = stablehlo.dot_general %0, %c, contracting_dims = [1] x [0] : (tensor<128x512xbf16>, "
                                   "tensor<512x64xbf16>) -> tensor<128x64xbf16>\n"
                                   "  return %1 : tensor<128x64xbf16>\n}\n";

typedef struct model {
    tri_compiled *compiled;
    const tri_plan *plan;
    rig rig;
} model;

static void open_model(model *m, const char *text, const char *chip)
{
    OK(tri_compile(text, strlen(text), "model.mlir", &(tri_compile_options){.chips = &chip, .n_chips = 1, .want_text = true}, &m->compiled));
    m->plan = &tri_compiled_program(m->compiled)->plans[0];
    rig_open(&m->rig, chip);
}

static void close_model(model *m)
{
    rig_close(&m->rig);
    tri_compiled_free(m->compiled);
}

/* The kernel's program, with its buffers on the rig: inputs are written. */
static tri_systolic_program *program_of(model *m, uint32_t kernel, const uint32_t *buffers, uint32_t n)
{
    static const char *const names[RIG_BUFFERS] = {"0", "1", "2", "3", "4", "5"};
    for (uint32_t i = 0; i < n; i++) {
        const tri_plan_buffer *buffer = &m->plan->buffers[buffers[i]];
        void *zeros = calloc(1, buffer->bytes);
        rig_buffer(&m->rig, names[i], buffer->bytes, buffer->kind == TRI_BUFFER_INPUT ? zeros : NULL);
        free(zeros);
    }
    const tri_plan_code *code = &m->plan->codes[m->plan->kernels[kernel].code[0]];
    tri_systolic_program *program;
    OK(tri_systolic_decode(code->bytes, code->n, &program));
    return program;
}

/* "NAME line N @" of the first statement of the printed kernel that holds `word`. */
static const char *called(const model *m, const char *kernel, const char *word)
{
    static char text[200];
    char head[120];
    snprintf(head, sizeof head, "kernel @%s(", kernel);
    const char *at = strstr(tri_compiled_text(m->compiled, "tile"), head);
    ck_assert_ptr_nonnull(at);
    int line = 1;
    for (;; line++) {
        const char *end = strchr(at, '\n'), *found = strstr(at, word);
        ck_assert_ptr_nonnull(end);
        if (found && found < end) break;
        at = end + 1;
    }
    snprintf(text, sizeof text, "%s line %d ", kernel, line);
    return text;
}

typedef bool chooser(const tri_systolic_program *p, const tri_systolic_queue *q, const tri_systolic_instruction *i);

static tri_systolic_instruction *find(tri_systolic_program *p, chooser *wanted)
{
    for (uint32_t k = 0; k < p->n_queues; k++)
        for (uint32_t pc = 0; pc < p->queues[k].n; pc++)
            if (wanted(p, &p->queues[k], &p->queues[k].at[pc])) return &p->queues[k].at[pc];
    ck_abort_msg("the program has no such instruction");
    return NULL;
}

static void drop_waits(tri_systolic_instruction *i)
{
    for (int k = 0; k < 2; k++) {
        i->wait[k].semaphore = TRI_SYS_NO_SEMAPHORE;
        i->wait[k].value = 0;
    }
}

static bool waits(const tri_systolic_instruction *i) { return i->wait[0].semaphore != TRI_SYS_NO_SEMAPHORE; }
static bool waiting_weights(const tri_systolic_program *p, const tri_systolic_queue *q, const tri_systolic_instruction *i)
{
    (void)p, (void)q;
    return i->op == TRI_SYS_LDW && waits(i);
}

START_TEST(a_read_that_comes_early_names_its_statement)
{
    static const char *const chips[] = {"trn2", "v5e"}, *const traps[] = {"UNINIT: kernel k", "RACE: kernel k"};
    for (int c = 0; c < 2; c++) {
        model m;
        open_model(&m, one_product, chips[c]);
        const tri_plan_step *step = &m.plan->steps[0];
        tri_systolic_program *p = program_of(&m, step->kernel, step->buffers, step->n_buffers);
        drop_waits(find(p, waiting_weights));
        const char *message = said(rig_run(&m.rig, p)), *name = called(&m, m.plan->kernels[step->kernel].name, "= mma ");
        const char *product = strstr(message, "it serves the tile statement `");
        ck_assert_msg(strstr(message, traps[c]) && product && strstr(product, name) && strstr(product, "= mma %"), "%s", message);
        close_model(&m);
    }
}
END_TEST

static bool load_of_rows(const tri_systolic_program *p, const tri_systolic_queue *q, const tri_systolic_instruction *i)
{
    (void)p;
    return i->op == TRI_SYS_DMA && q->aps[i->ap_dst].space == TRI_SYS_SP;
}

static bool waiting_load(const tri_systolic_program *p, const tri_systolic_queue *q, const tri_systolic_instruction *i)
{
    return load_of_rows(p, q, i) && waits(i);
}

START_TEST(a_race_names_the_statements_of_both_sides)
{
    model m;
    open_model(&m, long_product, "trn2");
    const tri_plan_step *step = &m.plan->steps[0];
    const char *kernel = m.plan->kernels[step->kernel].name;
    tri_systolic_program *p = program_of(&m, step->kernel, step->buffers, step->n_buffers);
    drop_waits(find(p, waiting_load)); /* the slot's last tile has still to be read */
    const char *message = said(rig_run(&m.rig, p)), *product = strstr(message, "it serves the tile statement `");
    ck_assert_msg(strstr(message, "RACE: kernel k") && product && strstr(product, called(&m, kernel, "= mma ")), "%s", message);
    const char *load = strstr(message, "behind a write by DMA0 in the tile statement `"), *name = called(&m, kernel, "= load ");
    ck_assert_msg(load && load < product && strstr(load, name) && strstr(load, name) < product, "%s", message);
    close_model(&m);
}
END_TEST

START_TEST(a_read_of_what_nobody_wrote_names_its_statement)
{
    model m;
    open_model(&m, one_product, "trn2");
    const tri_plan_step *step = &m.plan->steps[0];
    const char *kernel = m.plan->kernels[step->kernel].name;
    tri_systolic_program *p = program_of(&m, step->kernel, step->buffers, step->n_buffers);
    tri_systolic_instruction *load = find(p, load_of_rows);
    load->dst = TRI_SYS_AT(0, p->sp_top); /* elsewhere */
    p->sp_top *= 2;
    const char *message = said(rig_run(&m.rig, p));
    ck_assert_msg(strstr(message, "UNINIT: kernel k") && strstr(message, called(&m, kernel, "= mma ")), "%s", message);
    close_model(&m);
}
END_TEST

static bool signalling_load(const tri_systolic_program *p, const tri_systolic_queue *q, const tri_systolic_instruction *i)
{
    return load_of_rows(p, q, i) && i->signal[0].semaphore != TRI_SYS_NO_SEMAPHORE;
}

START_TEST(a_deadlock_names_the_statement_of_every_queue_that_waits)
{
    model m;
    open_model(&m, one_product, "trn2");
    const tri_plan_step *step = &m.plan->steps[0];
    const char *kernel = m.plan->kernels[step->kernel].name;
    tri_systolic_program *p = program_of(&m, step->kernel, step->buffers, step->n_buffers);
    tri_systolic_instruction *load = find(p, signalling_load);
    for (int k = 0; k < 2; k++) {
        load->signal[k].semaphore = TRI_SYS_NO_SEMAPHORE;
        load->signal[k].add = 0;
    }
    char message[8192];
    snprintf(message, sizeof message, "%s", said(rig_run(&m.rig, p)));
    ck_assert_msg(strstr(message, "DEADLOCK: kernel k") != NULL, "%s", message);
    const char *product = strstr(message, called(&m, kernel, "= mma ")), *store = strstr(message, called(&m, kernel, "store %"));
    ck_assert_msg(product && store, "%s", message); /* the products wait for the load, the stores for the products */
    close_model(&m);
}
END_TEST

/* Of the second kernel: the only weights 64 wide. */
static bool weights_of_c(const tri_systolic_program *p, const tri_systolic_queue *q, const tri_systolic_instruction *i)
{
    if (i->op != TRI_SYS_LDW && i->op != TRI_SYS_MM) return false;
    const char *statement = tri_systolic_statement_of(p, i);
    (void)q;
    return waits(i) && statement && !strncmp(statement, "k1_", 3);
}

START_TEST(a_joined_program_names_the_kernel_of_each_statement)
{
    model m;
    open_model(&m, two_products, "trn2");
    ck_assert_uint_eq(m.plan->n_segments, 1);
    const tri_plan_segment *segment = &m.plan->segments[0];
    tri_systolic_program *p = program_of(&m, segment->kernel, segment->buffers, segment->n_buffers);
    drop_waits(find(p, weights_of_c));
    const char *message = said(rig_run(&m.rig, p)), *product = strstr(message, "it serves the tile statement `");
    const char *second = m.plan->kernels[m.plan->steps[1].kernel].name;
    ck_assert_msg(strstr(message, "UNINIT: kernel k") && product && strstr(product, called(&m, second, "= mma ")), "%s", message);
    close_model(&m);
}
END_TEST

START_TEST(a_program_read_from_a_file_has_its_lines)
{
    static const char text[] = "scheduled @copy(%A: in buf<128x64xf32>, %B: out buf<128x64xf32>) programs 1 workers 1 cluster 1 {\n"
                               "  %q = ring depth 1 : ring<128x64xf32> @q\n"
                               "  role @load copy[1] (%i, %r) {\n    work (%p) {\n      %z = index 0\n      acquire %q\n"
                               "\n"
                               "      load_into %q[%z, %z], %A[%z:+128, %z:+64] fill 0.0\n      publish %q\n    }\n  }\n"
                               "  role @store copy[1] (%i, %r) {\n    work (%p) {\n      %z = index 0\n      %t = await %q : tile<128x64xf32>\n"
                               "      store %t -> %B[%z:+128, %z:+64] @out\n      release %q\n    }\n  }\n}\n";
    tri_arena arena;
    tri_module *module;
    tri_kernel_code code;
    rig r;
    rig_open(&r, "trn2");
    tri_arena_init(&arena, 0);
    ck_assert(!TRI_ARENA_EXHAUSTED(&arena));
    OK(tri_module_parse(&arena, text, sizeof text - 1, "copy.mlir", &module));
    OK(tri_module_verify(module, TRI_LEVEL_TILE));
    const tri_func *func = module->first;
    OK(tri_target_find(r.file)->compile(r.file, 1, &func, &(tri_target_options){0}, &code));
    tri_systolic_program *p;
    OK(tri_systolic_decode(code.images[0], code.sizes[0], &p));
    ck_assert_uint_eq(p->n_statements, 2);
    bool load = false, store = false;
    for (uint32_t k = 0; k < p->n_queues; k++)
        for (uint32_t pc = 0; pc < p->queues[k].n; pc++) {
            const tri_systolic_instruction *i = &p->queues[k].at[pc];
            const char *statement = tri_systolic_statement_of(p, i);
            if (i->op != TRI_SYS_DMA) continue;
            bool in = p->queues[k].aps[i->ap_dst].space == TRI_SYS_SP;
            ck_assert_msg(statement && strstr(statement, in ? "copy line 8 load_into " : "copy line 16 @out: store "), "%s", statement);
            *(in ? &load : &store) = true;
        }
    ck_assert(load && store);
    tri_systolic_free(p);
    tri_kernel_code_free(&code);
    tri_arena_free(&arena);
    rig_close(&r);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("systolic statements");
    TCase *cases = tcase_create("statements");
    tcase_set_timeout(cases, 120);
    tcase_add_test(cases, a_read_that_comes_early_names_its_statement);
    tcase_add_test(cases, a_race_names_the_statements_of_both_sides);
    tcase_add_test(cases, a_read_of_what_nobody_wrote_names_its_statement);
    tcase_add_test(cases, a_deadlock_names_the_statement_of_every_queue_that_waits);
    tcase_add_test(cases, a_joined_program_names_the_kernel_of_each_statement);
    tcase_add_test(cases, a_program_read_from_a_file_has_its_lines);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
