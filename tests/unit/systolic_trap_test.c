/* tests/unit/systolic_trap_test.c - for each trap the smallest program that raises it, and what the message names. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "systolic_rig.h"

/* Runs one text on one chip with a written buffer `a` of 64 KiB and an unwritten `b`. */
static bool traps(const char *chip, const char *body, const char *trap, const char *part)
{
    rig r;
    rig_open(&r, chip);
    void *zeros = calloc(1, 65536);
    rig_buffer(&r, "a", 65536, zeros);
    rig_buffer(&r, "b", 65536, NULL);
    free(zeros);
    bool ok = rig_says(rig_run_text(&r, body), trap, part);
    rig_close(&r);
    return ok;
}

#define HBM_TILE "  ap hbm f32 part 128 plane 256 axes 64:4\n"
#define SP_TILE "  ap sp f32 part 128 plane 0 axes 64:4\n"
#define ARG_A "  SETR fn=1 dst=0x1\n"
#define ARG_B "  SETR fn=1 dst=0x1 src0=0x1\n"
#define LOAD_A "queue DMA 0\n" HBM_TILE SP_TILE ARG_A
#define BF16_TILE "  ap sp bf16 part 128 plane 0 axes 64:2\n"
#define CLEAR "  MEMSET bf16>bf16 dst=0x0@0 src1=0x0#"

START_TEST(an_access_outside_of_the_buffers_names_the_nearest)
{
    ck_assert(traps("trn2", LOAD_A "  DMA f32>f32 dst=0x0@1 src0=0x8004+r1@0\n  HALT\n", "OOB: kernel k, queue DMA0, pc 1 (DMA)",
                    "buffer a + 32772, of 65536"));
    ck_assert(traps("trn2", LOAD_A "  DMA f32>f32 dst=0x38000@1 src0=0x0+r1@0\n  HALT\n", "OOB", "SP partition 0 byte 0x38000"));
    ck_assert(traps("trn2", LOAD_A "  DMA f32>f32 dst=0x1000000@1 src0=0x0+r1@0\n  HALT\n", "OOB", "SP partition 1"));
}
END_TEST

START_TEST(a_read_of_what_nobody_wrote_is_found_in_hbm_and_on_chip)
{
    ck_assert(traps("trn2", "queue DMA 0\n" HBM_TILE SP_TILE ARG_B "  DMA f32>f32 dst=0x0@1 src0=0x0+r1@0\n  HALT\n",
                    "UNINIT: kernel k, queue DMA0, pc 1 (DMA)", "buffer b + 0"));
    ck_assert(traps("trn2", "queue VEC 0\n" SP_TILE "  COPY f32>f32 dst=0x0@0 src0=0x100@0\n  HALT\n", "UNINIT", "SP partition 0 byte 0x100"));
}
END_TEST

START_TEST(two_rings_that_write_one_column_race)
{
    ck_assert(traps("trn2",
                    LOAD_A "  DMA f32>f32 dst=0x0@1 src0=0x0+r1@0\n  HALT\nqueue DMA 1\n" HBM_TILE SP_TILE ARG_A
                           "  DMA f32>f32 dst=0xc0@1 src0=0x0+r1@0\n  HALT\n",
                    "RACE", "a write that no semaphore orders behind a write by DMA0"));
    /* In a bundle program too: nothing orders the array behind the ring. */
    ck_assert(traps("v5e",
                    "queue BUNDLE 0\n  ap hbm bf16 part 128 plane 256 axes 128:2\n  ap sp bf16 part 128 plane 0 axes 128:2\n  SETR END fn=1 dst=0x1\n"
                    "  DMA bf16>bf16 END dst=0x0@1 src0=0x0+r1@0 x=3\n  LDW bf16>f32 END src0=0x0@1 x=0\n  HALT END\n",
                    "RACE: kernel k, queue BUNDLE0, pc 2 (LDW)", "a read that no semaphore orders behind a write by ring 3"));
    /* Other columns do not race. */
    rig r;
    rig_open(&r, "trn2");
    void *zeros = calloc(1, 65536);
    rig_buffer(&r, "a", 65536, zeros);
    free(zeros);
    ck_assert(!rig_run_text(&r, LOAD_A "  DMA f32>f32 dst=0x0@1 src0=0x0+r1@0\n  HALT\nqueue DMA 1\n" HBM_TILE SP_TILE ARG_A
                                       "  DMA f32>f32 dst=0x100@1 src0=0x0+r1@0\n  HALT\n"));
    rig_close(&r);
}
END_TEST

START_TEST(memory_of_the_device_races_byte_by_byte)
{
    /* One element from on chip to byte `to` of buffer a, and by another ring from byte 8. */
    static const char program[] = "queue VEC 0\n  ap sp f32 part 1 plane 0 axes 1:4\n  MEMSET f32>f32 s0=0:1 dst=0x0@0 src1=0x0#\n  HALT\n"
                                  "queue DMA 0\n  ap hbm f32 part 1 plane 0 axes 1:4\n  ap sp f32 part 1 plane 0 axes 1:4\n" ARG_A
                                  "  DMA f32>f32 w0=0:1 dst=0x%x+r1@0 src0=0x0@1\n  HALT\n"
                                  "queue DMA 1\n  ap hbm f32 part 1 plane 0 axes 1:4\n  ap sp f32 part 1 plane 0 axes 1:4\n" ARG_A
                                  "  DMA f32>f32 dst=0x100@1 src0=0x8+r1@0\n  HALT\n";
    char text[sizeof program + 8];
    snprintf(text, sizeof text, program, 8);
    ck_assert(traps("trn2", text, "RACE", "that no semaphore orders behind a"));
    snprintf(text, sizeof text, program, 12);
    rig r;
    rig_open(&r, "trn2");
    void *zeros = calloc(1, 65536);
    rig_buffer(&r, "a", 65536, zeros);
    free(zeros);
    ck_assert(!rig_run_text(&r, text));
    rig_close(&r);
}
END_TEST

START_TEST(alignment_of_start_partitions_is_checked)
{
    ck_assert(traps("trn2", "queue VEC 0\n  ap sp f32 part 33 plane 0 axes 1:4\n  MEMSET f32>f32 dst=0x20000000@0 src1=0x0#\n  HALT\n", "ALIGN",
                    "33 partitions may not start at partition 32"));
    ck_assert(traps("trn2", "queue VEC 0\n  ap sp f32 part 1 plane 0 axes 1:4\n  MEMSET f32>f32 dst=0x1000000@0 src1=0x0#\n  HALT\n", "ALIGN",
                    "partition 1"));
}
END_TEST

START_TEST(shapes_and_dtypes_must_fit)
{
    ck_assert(traps(
        "trn2",
        "queue VEC 0\n" SP_TILE
        "  ap sp f32 part 128 plane 0 axes 63:4\n  MEMSET f32>f32 dst=0x0@0 src1=0x0#\n  TT f32>f32 fn=1 dst=0x400@0 src0=0x0@0 src1=0x0@1\n  HALT\n",
        "SHAPE", "src1 is 128 x 63, dst 128 x 64"));
    ck_assert(traps("trn2",
                    "queue VEC 0\n" SP_TILE "  MEMSET f32>f32 dst=0x0@0 src1=0x0#\n  TT f32>f32 fn=19 dst=0x400@0 src0=0x0@0 src1=0x0@0\n  HALT\n",
                    "DTYPE", "and does not exist for floats"));
    ck_assert(traps("trn2", "queue VEC 0\n" SP_TILE "  ap sp u16 part 128 plane 0 axes 64:2\n  MEMSET f32>bf16 dst=0x0@0 src1=0x0#\n  HALT\n",
                    "ILLEGAL", "bad dtype_in"));
    ck_assert(traps("trn2", "queue PE 0\n  ap sp bf16 part 128 plane 0 axes 129:2\n  LDW bf16>f32 src0=0x0@0 x=0\n  HALT\n", "SHAPE",
                    "weights of 128 x 129 for an array of 128 x 128"));
    ck_assert(traps("trn2", "queue PE 0\n" SP_TILE "  LDW f32>f32 src0=0x0@0 x=0\n  HALT\n", "DTYPE", "mode bf16 does not take f32"));
}
END_TEST

START_TEST(three_queues_that_wait_in_a_ring_are_named)
{
    const char *body = "queue PE 0\n  WAIT w0=1:1\n  SIG s0=2:1\n  HALT\nqueue VEC 0\n  WAIT w0=2:1\n  SIG s0=3:1\n  HALT\nqueue ACT 0\n  WAIT "
                       "w0=3:1\n  SIG s0=1:1\n  HALT\n";
    ck_assert(traps("trn2", body, "DEADLOCK: kernel k",
                    "PE0@0 waits for semaphore 1, ACT0@0 waits for semaphore 3, VEC0@0 waits for semaphore 2, which PE0@0 would signal"));
    ck_assert(traps("trn2", "queue PE 0\n  WAIT w0=9:1\n  HALT\n", "DEADLOCK", "PE0@0 waits for semaphore 9, which no running queue would signal"));
    ck_assert(traps("v5e", "queue BUNDLE 0\n  WAIT END w0=9:1\n  HALT END\n", "DEADLOCK", "BUNDLE0@0 waits for semaphore 9"));
}
END_TEST

START_TEST(semaphores_are_left_at_zero_and_have_one_waiter)
{
    ck_assert(traps("trn2", "queue SEQ 0\n  SIG s0=7:3\n  HALT\n", "SEM_LEFT", "semaphore 7 is 3 at the end"));
    ck_assert(traps("trn2", "queue SEQ 0\n  WAIT w0=7:1\n  HALT\nqueue PE 0\n  WAIT w0=7:1\n  HALT\n", "SEM_TWO_WAITERS", "semaphore 7"));
    ck_assert(traps("trn2", "queue SEQ 0\n  LOOP src0=0x200\n  SIG s0=7:255\n  ENDLOOP\n  HALT\n", "SEM_OVER", "semaphore 7"));
}
END_TEST

START_TEST(ops_on_the_wrong_engine_and_endless_loops_stop)
{
    ck_assert(traps("trn2", "queue ACT 0\n" SP_TILE "  TT f32>f32 fn=1 dst=0x0@0 src0=0x0@0 src1=0x0@0\n  HALT\n", "ILLEGAL",
                    "this engine does not have the op"));
    rig r;
    rig_open(&r, "trn2");
    r.options.budget = 1000;
    ck_assert(
        rig_says(rig_run_text(&r, "queue SEQ 0\n  LOOP src0=0x7fffffff\n  LOOP src0=0x7fffffff\n  ENDLOOP\n  ENDLOOP\n  HALT\n"), "BUDGET", "1000"));
    rig_close(&r);
}
END_TEST

#define V5E_MM                                                                                                                                       \
    "queue BUNDLE 0\n  ap sp bf16 part 128 plane 0 axes 128:2\n  ap sp f32 part 128 plane 0 axes 128:4\n  MEMSET bf16>bf16 END dst=0x0@0 src1=0x0# " \
    "s0=1:1\n  LDW bf16>f32 END src0=0x0@0 x=0 w0=1:1\n"

START_TEST(a_fifo_overflows_and_underflows)
{
    ck_assert(traps("v5e", V5E_MM "  LOOP END src0=0x9\n  MM bf16>f32 END src0=0x0@0 x=0\n  ENDLOOP END\n  HALT END\n",
                    "FIFO_OVER: kernel k, queue BUNDLE0, pc 3 (MM)", "128 rows on top of 1024"));
    ck_assert(traps("v5e", V5E_MM "  POP f32>f32 END dst=0x400@1 x=1\n  HALT END\n", "FIFO_UNDER", "array 0 is empty"));
}
END_TEST

START_TEST(a_nan_is_reported_when_asked)
{
    rig r;
    rig_open(&r, "trn2");
    r.options.poison_nan = true;
    const char *body = "queue VEC 0\n" SP_TILE "  MEMSET f32>f32 dst=0x0@0 src1=0x0#\n  TT f32>f32 fn=7 dst=0x400@0 src0=0x0@0 src1=0x0@0\n  HALT\n";
    ck_assert(rig_says(rig_run_text(&r, body), "POISON", "partition 0"));
    r.options.poison_nan = false;
    ck_assert(!rig_run_text(&r, body));
    rig_close(&r);
}
END_TEST

#define BANKS(first_mm, second)                                                                                                                      \
    "queue VEC 0\n" BF16_TILE "  ap acc f32 part 64 plane 0 axes 64:4\n  ap sp f32 part 64 plane 0 axes 64:4\n" CLEAR                                \
    " s0=1:1\n  COPY f32>f32 dst=0x200@2 src0=0x0@1 w0=2:1\n  HALT\n"                                                                                \
    "queue PE 0\n" BF16_TILE "  ap acc f32 part 64 plane 0 axes 64:4\n  LDW bf16>f32 w0=1:1 src0=0x0@0 x=0\n" first_mm second "  HALT\n"

START_TEST(accumulation_groups_are_closed_then_read_then_reused)
{
    ck_assert(traps("trn2", BANKS("  MM bf16>f32 src0=0x0@0 dst=0x0@1 x=0 s0=2:1\n", ""), "BANK: kernel k, queue VEC0, pc 1 (COPY)",
                    "open accumulation group at ACC partition 0 byte 0x0 (bank 0)"));
    ck_assert(traps("trn2", BANKS("  MM bf16>f32 LAST src0=0x0@0 dst=0x0@1 x=0\n", "  MM bf16>f32 LAST src0=0x0@0 dst=0x0@1 x=0 s0=2:1\n"), "BANK",
                    "a write over a closed group that nobody has read"));
    /* Read by VEC while PE begins the next group in the other half of the bank: no semaphore between. */
    ck_assert(traps("trn2", BANKS("  MM bf16>f32 LAST src0=0x0@0 dst=0x0@1 x=0 s0=2:1\n", "  MM bf16>f32 LAST src0=0x0@0 dst=0x100@1 x=0\n"), "RACE",
                    "bank 0"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("systolic traps");
    TCase *cases = tcase_create("traps");
    tcase_set_timeout(cases, 60);
    tcase_add_test(cases, an_access_outside_of_the_buffers_names_the_nearest);
    tcase_add_test(cases, a_read_of_what_nobody_wrote_is_found_in_hbm_and_on_chip);
    tcase_add_test(cases, two_rings_that_write_one_column_race);
    tcase_add_test(cases, memory_of_the_device_races_byte_by_byte);
    tcase_add_test(cases, alignment_of_start_partitions_is_checked);
    tcase_add_test(cases, shapes_and_dtypes_must_fit);
    tcase_add_test(cases, three_queues_that_wait_in_a_ring_are_named);
    tcase_add_test(cases, semaphores_are_left_at_zero_and_have_one_waiter);
    tcase_add_test(cases, ops_on_the_wrong_engine_and_endless_loops_stop);
    tcase_add_test(cases, a_fifo_overflows_and_underflows);
    tcase_add_test(cases, a_nan_is_reported_when_asked);
    tcase_add_test(cases, accumulation_groups_are_closed_then_read_then_reused);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
