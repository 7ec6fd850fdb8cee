/* Tests of lowering/schedule.c: what a schedule's text becomes, and how its errors say where they are. */
#include <check.h>
#include <stdlib.h>

#include "lowering/schedule.h"

static const char program[] = "kernel @f(%A: in buf<8x8xf32>, %C: out buf<8x8xf32>) grid(%i: 2) {\n"
                              "  %0 = index 0\n  %1 = index 4\n  %2 = index multiply %i, %1\n"
                              "  %3 = load %A[%2:+4, %0:+8] fill 0.0 : tile<4x8xf32> @ld\n"
                              "  store %3 -> %C[%2:+4, %0:+8] @st\n} schedule ";

typedef struct read {
    tri_arena arena;
    tri_schedule schedule;
    tri_status *status;
} read;

static void open_schedule(read *r, const char *text)
{
    tri_module *module;
    char *all = malloc(sizeof program + strlen(text));
    strcpy(all, program);
    strcat(all, text);
    tri_arena_init(&r->arena, 0);
    tri_status *status = tri_module_parse(&r->arena, all, strlen(all), "test", &module);
    ck_assert_msg(!status, "%s", status ? tri_status_message(status) : "");
    r->status = tri_schedule_parse(&r->arena, module->first, &r->schedule);
    free(all);
}

static void close_schedule(read *r)
{
    tri_status_free(r->status);
    tri_arena_free(&r->arena);
}

static void ck_refused(const char *text, const char *why)
{
    read r;
    open_schedule(&r, text);
    ck_assert_msg(r.status != NULL, "taken: %s", text);
    ck_assert_msg(strstr(tri_status_message(r.status), why) != NULL, "'%s' does not say '%s'", tri_status_message(r.status), why);
    close_schedule(&r);
}

START_TEST(every_clause_finds_its_place)
{
    read r;
    open_schedule(
        &r, "{ workers 132 order group_m(8); groups 2 along ld.0; ring ld st depth 4; ring ld depth 2 keep; at load: ld; at vector, scalar: st;\n"
            "stage ld 1: st; order ld: await(ld ahead 1) st join(st lag 2); turn ld: ld..st; split st 8x2; place ld stage; regs load 40 math 232 }");
    ck_assert_ptr_null(r.status);
    const tri_schedule *s = &r.schedule;
    ck_assert_int_eq(s->workers, 132);
    ck_assert_str_eq(s->order, "group_m");
    ck_assert_int_eq(s->order_args[0], 8);
    ck_assert_int_eq(s->groups.n, 2);
    ck_assert_str_eq(s->groups.label, "ld");
    ck_assert_int_eq(tri_schedule_depth(s, "st", 1), 4);
    ck_assert_int_eq(tri_schedule_depth(s, "other", 7), 7);
    ck_assert(!s->rings.at[1].keep);
    ck_assert(s->rings.at[2].keep);
    ck_assert_int_eq(s->ats.at[1].n, 2);
    ck_assert_str_eq(s->ats.at[1].roles[1], "scalar");
    ck_assert_int_eq(tri_schedule_stage(s, "st"), 1);
    ck_assert_int_eq(tri_schedule_stage(s, "ld"), 0);
    const tri_step_items *items = &s->orders.at[0].items;
    ck_assert_int_eq(items->n, 3);
    ck_assert_int_eq(items->at[0].kind, TRI_ITEM_AWAIT);
    ck_assert_int_eq(items->at[0].distance, 1);
    ck_assert_int_eq(items->at[1].kind, TRI_ITEM_STATEMENT);
    ck_assert_int_eq(items->at[2].kind, TRI_ITEM_JOIN);
    ck_assert_int_eq(items->at[2].distance, 2);
    int64_t pieces[2];
    tri_schedule_pieces(s, "st", pieces);
    ck_assert_int_eq(pieces[0], 8);
    ck_assert_int_eq(pieces[1], 2);
    ck_assert_str_eq(tri_schedule_place(s, "ld"), "stage");
    ck_assert_int_eq(tri_schedule_regs(s, "math"), 232);
    close_schedule(&r);
}
END_TEST

START_TEST(an_empty_schedule_is_one)
{
    read r;
    open_schedule(&r, "{ }");
    ck_assert_ptr_null(r.status);
    ck_assert_int_eq(r.schedule.groups.n, 1);
    ck_assert_str_eq(r.schedule.order, "row");
    ck_assert_int_eq(r.schedule.dies, 1);
    close_schedule(&r);
}
END_TEST

START_TEST(errors_say_what_was_expected_and_where)
{
    ck_refused("{ ring lda depth 2 }", "no statement of the kernel has this label, at 'lda depth 2");
    ck_refused("{ ring ld depth 0 }", "at least one slot");
    ck_refused("{ workers 0 order row dies 0 }", "at least one die");
    ck_refused("{ ring ld depth 99999999999 }", "below 2^32");
    ck_refused("{ ring ld depth 65537 }", "at most 65536");
    ck_refused("{ ring ld depth 4097 keep }", "at most 4096");
    ck_refused("{ split st 4294967295x4294967295 }", "at most 4096");
    ck_refused("{ rings ld depth 2 }", "expected cluster, groups");
    ck_refused("{ place ld register }", "frag, stage or acc");
    ck_refused("{ split st 8 }", "ROWSxCOLUMNS");
    ck_refused("{ split st 0x1 }", "at least one piece");
    ck_refused("{ groups 2 along ld }", "expected '.'");
    ck_refused("{ groups 2 along ld.9 }", "below 8");
    ck_refused("{ at a, b, c, d, e: st }", "at most 4 roles");
    ck_refused("{ turn ld: ld }", "expected '..'");
    ck_refused("{ workers 2 stage ld 1: st }", "expected '}'");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("schedule");
    TCase *tcase = tcase_create("text");
    tcase_add_test(tcase, every_clause_finds_its_place);
    tcase_add_test(tcase, an_empty_schedule_is_one);
    tcase_add_test(tcase, errors_say_what_was_expected_and_where);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
