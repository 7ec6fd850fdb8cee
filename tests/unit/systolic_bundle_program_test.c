/* tests/unit/systolic_bundle_program_test.c - scheduled programs as text on bundle cores, against the evaluator: statements and layouts that the
 * matmul and attention programs do not have, and what is refused. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "ir/sched.h"
#include "systolic_rig.h"
#include "targets/systolic/bundle.h"

typedef struct bundle_case {
    const char *name, *text;
} bundle_case;

#define HEAD(buffers, programs) "module @m {\nscheduled @f(" buffers ") programs " programs " workers 1 cluster 1 {\n"
#define CORE "role @core core[1] (%i, %rank) {\nwork (%p) {\n"
#define END_ROLE "}\n}\n"
#define END "}\n}\n"
#define FOLD(kind) " { ^(%fa: f32, %fb: f32):\n%ff = " kind " %fa, %fb : f32\nyield %ff\n}\n"

static const bundle_case cases[] = {
    {"softmax of rows, with cut windows and sums of columns",
     HEAD("%X: in buf<70x300xf32>, %Z: out buf<70x300xf32>, %S: out buf<3x300xf32>", "3") CORE
     "%step = index 32\n%r = index multiply %p, %step\n%z = index 0\n"
     "%x = load %X[%r:+32, %z:+300] fill 0.0 : tile<32x300xf32>\n"
     "%m = reduce(%x) dim 1 : tile<32x1xf32>" FOLD(
         "maximum") "%e = map(%x, %m) : tile<32x300xf32> { ^(%a: f32, %b: f32):\n%d = subtract %a, %b : f32\n%y = exponential %d : f32\nyield %y\n}\n"
                    "%l = reduce(%e) dim 1 : tile<32x1xf32>" FOLD(
                        "add") "%o = map(%e, %l) : tile<32x300xf32> { ^(%a: f32, %b: f32):\n%y = divide %a, %b : f32\nyield %y\n}\n"
                               "store %o -> %Z[%r:+32, %z:+300]\n"
                               "%c = reduce(%x) dim 0 : tile<1x300xf32>" FOLD("add") "store %c -> %S[%p:+1, %z:+300]\n" END_ROLE END},
    {"a transposed product of transposed operands, with a row and a column vector",
     HEAD("%A: in buf<150x40xbf16>, %B: in buf<60x150xbf16>, %V: in buf<60xf32>, %W: in buf<40x1xf32>, %C: out buf<60x40xf32>", "1") CORE
     "%z = index 0\n"
     "%a = load %A[%z:+150, %z:+40] fill 0.0 : tile<150x40xbf16>\n%b = load %B[%z:+60, %z:+150] fill 0.0 : tile<60x150xbf16>\n"
     "%v = load %V[%z:+60] fill 0.0 : tile<60xf32>\n%w = load %W[%z:+40, %z:+1] fill 0.0 : tile<40x1xf32>\n"
     "%at = transpose %a : tile<40x150xbf16>\n%bt = transpose %b : tile<150x60xbf16>\n"
     "%c = mma %at, %bt : tile<40x60xf32>\n%v2 = reshape %v : tile<1x60xf32>\n"
     "%s = map(%c, %v2, %w) : tile<40x60xf32> { ^(%x: f32, %y: f32, %u: f32):\n%t = add %x, %y : f32\n%q = multiply %t, %u : f32\nyield %q\n}\n"
     "%st = transpose %s : tile<60x40xf32>\nstore %st -> %C[%z:+60, %z:+40]\n" END_ROLE END},
    {"a region that is too large for one expression",
     HEAD("%A: in buf<20x140xf32>, %B: in buf<20x140xf32>, %C: in buf<20x140xf32>, %D: in buf<20x140xf32>, %Z: out buf<20x140xf32>", "1") CORE
     "%z = index 0\n"
     "%a = load %A[%z:+20, %z:+140] fill 0.0 : tile<20x140xf32>\n%b = load %B[%z:+20, %z:+140] fill 0.0 : tile<20x140xf32>\n"
     "%c = load %C[%z:+20, %z:+140] fill 0.0 : tile<20x140xf32>\n%d = load %D[%z:+20, %z:+140] fill 0.0 : tile<20x140xf32>\n"
     "%o = map(%a, %b, %c, %d) : tile<20x140xf32> { ^(%x: f32, %y: f32, %u: f32, %v: f32):\n"
     "%k1 = constant 1.5 : f32\n%k2 = constant 2.5 : f32\n%k3 = constant 3.5 : f32\n"
     "%t1 = multiply %x, %y : f32\n%t2 = tanh %t1 : f32\n%t3 = add %t2, %k1 : f32\n%t4 = multiply %u, %v : f32\n%t5 = subtract %t4, %k2 : f32\n"
     "%t6 = exponential %t5 : f32\n%t7 = maximum %t6, %t3 : f32\n%t8 = add %t7, %x : f32\n%t9 = multiply %t8, %k3 : f32\n%ta = add %t9, %y : f32\n"
     "%tb = negate %ta : f32\n%tc = abs %tb : f32\n%td = add %tc, %u : f32\n%te = minimum %td, %v : f32\n%tf = add %te, %t1 : f32\n"
     "%tg = square %tf : f32\n%th = add %tg, %t4 : f32\n%ti = multiply %th, %t2 : f32\nyield %ti\n}\n"
     "store %o -> %Z[%z:+20, %z:+140]\n" END_ROLE END},
    {"coordinates, conditions and a loop that carries", HEAD("%A: in buf<64x260xf32>, %Z: out buf<64x260xf32>", "2") CORE
     "%z = index 0\n%n = index 3\n%half = index 32\n%r = index multiply %p, %half\n"
     "%x = load %A[%r:+32, %z:+260] fill 0.0 : tile<32x260xf32>\n"
     "%s = for %k in %z..%n iter(%t = %x : tile<32x260xf32>) {\n"
     "%g = fill %k : tile<1x1xi32>\n"
     "%m = map(%t, %g) : tile<32x260xf32> { ^(%a: f32, %q: i32):\n%row = coordinate 0 : i32\n%col = coordinate 1 : i32\n"
     "%w = add %row, %q : i32\n%c = le %col, %w : i1\n%h = constant 0.5 : f32\n%b = multiply %a, %h : f32\n%y = select %c, %b, %a : f32\nyield "
     "%y\n}\n"
     "%one = index 1\n%is = index eq %k, %one\n"
     "%u = if %is : tile<32x260xf32> {\n%v = map(%m) : tile<32x260xf32> { ^(%a: f32):\n%y = negate %a : f32\nyield %y\n}\nyield %v\n} else {\nyield "
     "%m\n}\n"
     "yield %u\n}\nstore %s -> %Z[%r:+32, %z:+260]\n" END_ROLE END},
};

static float element(uint32_t seed, uint32_t n)
{
    uint32_t counter[4] = {n, 0, 0, 0}, key[2] = {seed, 5}, out[4];
    tri_philox(counter, key, out);
    return (float)((int32_t)out[0] >> 8) * 0x1p-23f;
}

static void fine(tri_status *status)
{
    if (status) tri_status_print(status, NULL, stderr);
    ck_assert_ptr_null(status);
}

static tri_status *lower(rig *r, const tri_func *func, tri_systolic_program **out_program)
{
    tri_arena arena;
    tri_arena_init(&arena, (size_t)1 << 28);
    if (TRI_ARENA_EXHAUSTED(&arena)) return tri_arena_exhausted(&arena);
    *out_program = tri_systolic_new(true, r->file->hash, (uint16_t)func->n_buffers);
    uint32_t top;
    tri_func_number((tri_func *)(uintptr_t)func);
    tri_status *status = bundle_lower(r->file, func, NULL, &arena, *out_program, &top);
    tri_arena_free(&arena);
    if (status) tri_systolic_free(*out_program);
    return status;
}

START_TEST(a_program_means_what_the_evaluator_says)
{
    const bundle_case *c = &cases[_i / 2];
    tri_arena arena;
    tri_arena_init(&arena, 0);
    ck_assert(!TRI_ARENA_EXHAUSTED(&arena));
    tri_module *module;
    fine(tri_module_parse(&arena, c->text, strlen(c->text), c->name, &module));
    const tri_func *func = module->first;
    fine(tri_scheduled_verify(func));
    rig r;
    rig_open(&r, _i % 2 ? "v6e" : "v5e");
    tri_tensor want[RIG_BUFFERS];
    char *got[RIG_BUFFERS];
    for (uint32_t k = 0; k < func->n_buffers; k++) {
        tri_type type = func->body->args[k]->type;
        int64_t n = tri_type_elements(&type);
        size_t size = (size_t)tri_type_bytes(&type);
        want[k] = (tri_tensor){tri_tensor_of((tri_dtype)type.dtype, type.rank, type.dims), calloc(size, 1)};
        bool input = func->access[k] == TRI_ACCESS_IN;
        for (int64_t i = 0; input && i < n; i++)
            tri_store_f64((tri_dtype)type.dtype, (char *)want[k].data + (size_t)i * (size / (size_t)n), (double)element(k, (uint32_t)i));
        got[k] = rig_buffer(&r, "buffer", size, input ? want[k].data : NULL);
    }
    fine(tri_eval_scheduled(func, want, &(tri_sched_options){.seed = 1}));
    tri_systolic_program *program;
    fine(lower(&r, func, &program));
    fine(rig_run(&r, program));
    for (uint32_t k = 0; k < func->n_buffers; k++) {
        int64_t n = tri_type_elements(&want[k].type), bytes = (int64_t)tri_type_bytes(&want[k].type) / n;
        for (int64_t i = 0; i < n; i++) {
            double a = tri_load_f64((tri_dtype)want[k].type.dtype, (char *)want[k].data + i * bytes);
            double b = tri_load_f64((tri_dtype)want[k].type.dtype, got[k] + i * bytes);
            ck_assert_msg(fabs(a - b) <= 1e-5 * (1 + fabs(a)), "%s: buffer %u, element %lld: %g instead of %g", c->name, k, (long long)i, b, a);
        }
        free(want[k].data);
    }
    tri_arena_free(&arena);
    rig_close(&r);
}
END_TEST

/* Verified or not, what cannot be lowered is refused in words. */
static const struct {
    const char *text, *says;
} refused[] = {
    {HEAD("%Z: out buf<8x8xf32>", "1") "role @math threads[1] (%i, %rank) {\nwork (%p) {\n" END_ROLE END, "each a core or a copy role"},
    {HEAD("%A: in buf<8192x8192xf32>, %Z: out buf<8192x8192xf32>", "1") CORE
     "%z = index 0\n%x = load %A[%z:+8192, %z:+8192] fill 0.0 : tile<8192x8192xf32>\n"
     "%y = map(%x) : tile<8192x8192xf32> { ^(%a: f32):\n%b = negate %a : f32\nyield %b\n}\nstore %y -> %Z[%z:+8192, %z:+8192]\n%u = map(%x) : "
     "tile<8192x8192xf32> { ^(%a: f32):\n%b = abs %a : f32\nyield %b\n}\nstore %u -> %Z[%z:+8192, %z:+8192]\n" END_ROLE END,
     "do not fit in the scratchpad"},
    {HEAD("%A: in buf<8x8xi32>, %Z: out buf<8x8xi32>", "1") CORE
     "%z = index 0\n%x = load %A[%z:+8, %z:+8] fill 0.0 : tile<8x8xi32>\n"
     "%y = map(%x, %x) : tile<8x8xi32> { ^(%a: i32, %b: i32):\n%c = multiply %a, %b : i32\nyield %c\n}\nstore %y -> %Z[%z:+8, %z:+8]\n" END_ROLE END,
     "no expression for 'multiply' of i32"},
    {HEAD("%Z: out buf<8x8xf32>", "1000000000000") CORE "%z = index 0\n" END_ROLE END, "unrolling takes more than"},
};

START_TEST(what_cannot_be_lowered_is_refused_in_words)
{
    tri_arena arena;
    tri_arena_init(&arena, 0);
    ck_assert(!TRI_ARENA_EXHAUSTED(&arena));
    tri_module *module;
    fine(tri_module_parse(&arena, refused[_i].text, strlen(refused[_i].text), "test", &module));
    rig r;
    rig_open(&r, "v5e");
    tri_systolic_program *program;
    tri_status *status = lower(&r, module->first, &program);
    ck_assert_ptr_nonnull(status);
    ck_assert_msg(strstr(tri_status_message(status), refused[_i].says), "%s", tri_status_message(status));
    tri_status_free(status);
    rig_close(&r);
    tri_arena_free(&arena);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("systolic_bundle_program");
    TCase *programs = tcase_create("programs");
    tcase_set_timeout(programs, 120);
    tcase_add_loop_test(programs, a_program_means_what_the_evaluator_says, 0, 2 * sizeof cases / sizeof *cases);
    tcase_add_loop_test(programs, what_cannot_be_lowered_is_refused_in_words, 0, sizeof refused / sizeof *refused);
    suite_add_tcase(suite, programs);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
