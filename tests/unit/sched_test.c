/* tests/unit/sched_test.c - scheduled programs by their builders, and what the evaluator says beyond the recipes (sched_recipe_test.c): buffers that
 * several instances touch, numbers that are fetched, limits, seeds. */
#include "eval_test.h"

#include "ir/eval_tile.h"
#include "ir/sched.h"

static tri_status *run_text_with(const char *text, tri_tensor *buffers, const tri_sched_options *options)
{
    tri_arena arena;
    tri_arena_init(&arena, 0);
    const tri_func *func = parse(&arena, text)->first;
    must(tri_scheduled_verify(func));
    tri_status *status = tri_eval_scheduled(func, buffers, options);
    tri_arena_free(&arena);
    return status;
}

static tri_tensor numbers(tri_dtype dtype, int64_t n, const double *at)
{
    int64_t dims[1] = {n};
    return tensor_of(tri_buffer_of(dtype, 1, dims), at);
}

/* ---- builders ---- */

/* A program of two roles that copies a buffer through a ring. */
static tri_func *build_copy(tri_module *module)
{
    int64_t whole[1] = {8}, half[1] = {4};
    tri_func *func = tri_scheduled_create(module, "copy", 2, 0, 1);
    tri_value *a = tri_kernel_add_buffer(func, "A", tri_buffer_of(TRI_F32, 1, whole), TRI_ACCESS_IN);
    tri_value *c = tri_kernel_add_buffer(func, "C", tri_buffer_of(TRI_F32, 1, whole), TRI_ACCESS_OUT);
    tri_value *ring = tri_sched_ring(func->body, tri_tile_of(TRI_F32, 1, half), 2, "q");
    tri_block *in = tri_sched_work(tri_sched_role(func->body, "in", TRI_UNIT_COPY, 1, 24)->regions[0])->regions[0];
    tri_block *out = tri_sched_work(tri_sched_role(func->body, "out", TRI_UNIT_THREADS, 1, 0)->regions[0])->regions[0];
    (void)tri_sched_token(in, TRI_SCHED_ACQUIRE, ring);
    tri_value *zero = tri_tile_index(in, 0), *low = tri_tile_arith(in, TRI_SCALAR_MULTIPLY, in->args[0], tri_tile_index(in, 4));
    (void)tri_sched_load_into(in, ring, &zero, a, (tri_coord[]){tri_span(low, 4)}, 0, "ld");
    (void)tri_sched_token(in, TRI_SCHED_PUBLISH, ring);
    tri_value *tile = tri_sched_read(out, tri_sched_await(out, ring), "rd");
    (void)tri_sched_token(out, TRI_SCHED_RELEASE, ring);
    low = tri_tile_arith(out, TRI_SCALAR_MULTIPLY, out->args[0], tri_tile_index(out, 4));
    (void)tri_tile_store(out, tile, c, (tri_coord[]){tri_span(low, 4)}, "set", "st");
    return func;
}

START_TEST(what_the_builders_make_prints_parses_verifies_and_runs)
{
    tri_arena arena, again;
    tri_text text = {0}, second = {0};
    tri_arena_init(&arena, 0);
    tri_arena_init(&again, 0);
    tri_module *module = tri_module_create(&arena, "");
    tri_func *func = build_copy(module);
    must(tri_scheduled_verify(func));
    tri_module_print(module, &text);
    tri_module *read = parse(&again, tri_text_string(&text));
    tri_module_print(read, &second);
    ck_assert_str_eq(tri_text_string(&text), tri_text_string(&second));
    ck_assert_uint_eq(tri_func_hash(func), tri_func_hash(read->first));
    read->first->workers = 7;
    ck_assert_uint_ne(tri_func_hash(func), tri_func_hash(read->first));

    double in[8] = {1, 2, 3, 4, 5, 6, 7, 8}, none[8] = {0};
    tri_tensor buffers[2] = {numbers(TRI_F32, 8, in), numbers(TRI_F32, 8, none)};
    must(tri_eval_scheduled(func, buffers, NULL));
    for (int i = 0; i < 8; i++) ck_assert_double_eq(number_at(&buffers[1], i), in[i]);
    tri_tensor_free(buffers, 2);
    tri_text_free(&text);
    tri_text_free(&second);
    tri_arena_free(&arena);
    tri_arena_free(&again);
}
END_TEST

/* ---- reports of the evaluator alone ---- */

#define LOADER                                                                                                                                       \
    "%q = ring depth 1 : ring<4xf32> @q\n"                                                                                                           \
    "role @in copy[1] (%i, %rank) { work (%p) { acquire %q\n load_into %q[0], %A[0:+4] @ld\n publish %q\n } }\n"
#define HEAD(programs) "scheduled @f(%A: in buf<4xf32>, %C: out buf<4xf32>) programs " programs " workers 1 cluster 1 {\n" LOADER

static tri_status *run_pair(const char *text, tri_sched_options options)
{
    double in[4] = {1, 2, 3, 4};
    tri_tensor buffers[2] = {numbers(TRI_F32, 4, in), numbers(TRI_F32, 4, in)};
    tri_status *status = run_text_with(text, buffers, &options);
    tri_tensor_free(buffers, 2);
    return status;
}

START_TEST(instances_that_write_one_element_are_reported)
{
    must_fail(run_pair(HEAD("1") "role @out threads[2] (%i, %rank) { work (%p) {\n %a = await %q : tile<4xf32>\n store %a -> %C[0:+4] @st\n"
                                 "release %q\n } } }",
                       (tri_sched_options){0}),
              "statement 'store @st': writes element 0, which another role or instance of this program writes too");
}
END_TEST

START_TEST(programs_that_write_one_element_are_reported)
{
    must_fail(run_pair(HEAD("2") "role @out general[1] (%i, %rank) { work (%p) {\n %a = await %q : tile<4xf32>\n store %a -> %C[0:+4] @st\n"
                                 "release %q\n } } }",
                       (tri_sched_options){.completion = TRI_COMPLETE_RANDOM}),
              "writes element 0, which another program of this kernel writes too");
}
END_TEST

START_TEST(slots_and_values_count_against_the_limit)
{
    static const char text[] = HEAD("1") "role @out threads[1] (%i, %rank) { work (%p) {\n %a = await %q : tile<4xf32>\n"
                                         "%b = fill 1 : tile<64x64xf32>\n store %a -> %C[0:+4]\n release %q\n } } }";
    must(run_pair(text, (tri_sched_options){0}));
    must(run_pair(text, (tri_sched_options){.memory_limit = 1 << 20}));
    tri_status *status = run_pair(text, (tri_sched_options){.memory_limit = 4096});
    ck_assert_int_eq(tri_status_code(status), TRI_NO_MEMORY);
    must_fail(status, "more than the limit of 4096 bytes");
    status = run_pair(text, (tri_sched_options){.memory_limit = 8});
    ck_assert_int_eq(tri_status_code(status), TRI_NO_MEMORY);
    tri_status_free(status);
}
END_TEST

START_TEST(numbers_that_are_fetched_steer_what_does_not_synchronise)
{
    static const char text[] = "scheduled @f(%A: in buf<4xf32>, %T: in buf<2xi32>, %C: out buf<4xf32>) programs 1 workers 0 cluster 1 {\n" LOADER
                               "role @out threads[1] (%i, %rank) { work (%p) {\n"
                               "  %n = fetch %T[1] in 0..10\n"
                               "  %a = await %q : tile<4xf32>\n"
                               "  %r = for %k in 0..%n iter(%x = %a) {\n"
                               "    %y = map(%x) : tile<4xf32> { ^(%e: f32):\n %f = add %e, 1.0 : f32\n yield %f\n }\n"
                               "    yield %y\n"
                               "  }\n"
                               "  store %r -> %C[0:+4]\n  release %q\n } } }";
    double in[4] = {1, 2, 3, 4}, table[2] = {0, 5};
    tri_tensor buffers[3] = {numbers(TRI_F32, 4, in), numbers(TRI_I32, 2, table), numbers(TRI_F32, 4, in)};
    must(run_text_with(text, buffers, NULL));
    for (int i = 0; i < 4; i++) ck_assert_double_eq(number_at(&buffers[2], i), in[i] + 5);
    tri_store_i64(TRI_I32, (char *)buffers[1].data + 4, 10);
    must_fail(run_text_with(text, buffers, NULL), "role @out, instance 0, rank 0, program 0, statement 'fetch': fetched 10");
    tri_tensor_free(buffers, 3);
}
END_TEST

START_TEST(a_seed_gives_the_same_report_again)
{
    static const char text[] = HEAD("2") "role @out threads[2] (%i, %rank) { work (%p) {\n %a = await %q : tile<4xf32>\n store %a -> %C[0:+4] @st\n"
                                         "release %q\n } } }";
    for (uint64_t seed = 0; seed < 20; seed++) {
        tri_sched_options options = {.seed = seed, .completion = TRI_COMPLETE_RANDOM};
        tri_status *first = run_pair(text, options), *second = run_pair(text, options);
        ck_assert_str_eq(tri_status_message(first), tri_status_message(second));
        tri_status_free(first);
        tri_status_free(second);
    }
}
END_TEST

/* ---- the verifier comes to an end ---- */

START_TEST(verifying_is_bounded_whatever_the_trip_counts)
{
    static const char *const bodies[] = {
        "for %k in 0..1000000000000 { %z = index %k + 1\n }",
        "for %k in 0..1000000000000 { acquire %q\n publish %q\n %a = await %q : tile<4xf32>\n release %q\n }",
        ("%z = fill 0 : tile<4x4xf32>\n for %k in 0..1000000000000 { %c = mma async %z, %z : tile<4x4xf32>\n }\n acquire %q\n publish %q\n"
         "%a = await %q : tile<4xf32>\n release %q\n join 0"),
    };
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        tri_arena arena;
        tri_text text = {0};
        tri_arena_init(&arena, 0);
        tri_text_addf(&text,
                      "scheduled @f() programs 1000000000000 workers 3 cluster 1 {\n %%q = ring depth 1 : ring<4xf32>\n"
                      "role @r threads[1] (%%i, %%rank) { work (%%p) {\n %s\n %s } } }",
                      bodies[i], i ? "" : "acquire %q\n publish %q\n %a = await %q : tile<4xf32>\n release %q\n");
        must(tri_scheduled_verify(parse(&arena, tri_text_string(&text))->first));
        tri_text_free(&text);
        tri_arena_free(&arena);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sched");
    TCase *tcase = tcase_create("sched");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, what_the_builders_make_prints_parses_verifies_and_runs);
    tcase_add_test(tcase, instances_that_write_one_element_are_reported);
    tcase_add_test(tcase, programs_that_write_one_element_are_reported);
    tcase_add_test(tcase, slots_and_values_count_against_the_limit);
    tcase_add_test(tcase, numbers_that_are_fetched_steer_what_does_not_synchronise);
    tcase_add_test(tcase, a_seed_gives_the_same_report_again);
    tcase_add_test(tcase, verifying_is_bounded_whatever_the_trip_counts);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
