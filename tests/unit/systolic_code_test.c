/* tests/unit/systolic_code_test.c - engine programs as bytes and as text: everything legal survives both ways, and no damaged byte does harm. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "abi/systolic.h"
#include "base/random.h"

typedef struct dice {
    uint32_t seed, n;
} dice;

static uint32_t roll(dice *d, uint32_t sides)
{
    uint32_t counter[4] = {d->n++, d->seed, 0, 0}, key[2] = {3, 4}, out[4];
    tri_philox(counter, key, out);
    return sides ? out[0] % sides : out[0];
}

static tri_systolic_ap random_ap(dice *d)
{
    tri_systolic_ap ap = {.space = (uint8_t)roll(d, TRI_SYS_SPACE_COUNT),
                          .ndim = (uint8_t)roll(d, 5),
                          .npart = (uint16_t)(1 + roll(d, 256)),
                          .plane_stride = (int32_t)roll(d, 0)};
    do ap.dtype = (uint8_t)roll(d, TRI_SYS_DTYPE_COUNT);
    while (!tri_systolic_dtype_bytes(ap.dtype));
    for (int k = 0; k < ap.ndim; k++) {
        ap.size[k] = (uint16_t)(1 + roll(d, 60));
        ap.stride[k] = (int32_t)roll(d, 0);
    }
    return ap;
}

/* A random program that verifies: instructions are drawn field by field and kept when the whole still verifies. */
static tri_systolic_program *random_program(uint32_t seed)
{
    dice d = {seed, 0};
    bool bundle = roll(&d, 2);
    tri_systolic_program *p = tri_systolic_new(bundle, (uint64_t)roll(&d, 0) << 32 | roll(&d, 0), 5);
    p->sp_top = roll(&d, 0);
    uint32_t statements = roll(&d, 3) * 150; /* numbers of one byte, and of two */
    for (uint32_t k = 0; k < statements; k++) {
        char called[24];
        snprintf(called, sizeof called, "k line %u ; @x: ..", (unsigned)roll(&d, 1000));
        ck_assert_uint_eq(tri_systolic_add_statement(p, called), k + 1);
    }
    for (int k = 0; k < 3; k++) {
        tri_systolic_ap ap = random_ap(&d);
        tri_systolic_program_ap(p, &ap);
    }
    tri_systolic_expr e = {
        .n_nodes = 2, .n_constants = 1, .constant = {roll(&d, 0)}, .node = {{TRI_SYS_ALU_ADD, 0, 32, 255}, {TRI_SYS_NODE_SELECT, 4, 1, 20}}};
    tri_systolic_intern_expr(p, &e);
    for (int k = 0; k < (bundle ? 1 : 3); k++) {
        int q = tri_systolic_add_queue(p, bundle ? TRI_SYS_BUNDLE : (tri_systolic_queue_kind)(k + 3), k == 2 ? (int)roll(&d, 16) : 0);
        for (int j = 0; j < 4; j++) {
            tri_systolic_ap ap = random_ap(&d);
            tri_systolic_push_ap(p, q, &ap);
        }
        tri_systolic_instruction halt = tri_systolic_make(TRI_SYS_HALT);
        halt.flags = bundle ? TRI_SYS_END : 0;
        tri_systolic_append(p, q, &halt);
        for (int tries = 0; tries < (bundle ? 12000 : 5000); tries++) {
            tri_systolic_instruction i = tri_systolic_make((tri_systolic_op)roll(&d, TRI_SYS_OP_COUNT));
            if (i.op == TRI_SYS_HALT) continue;
            i.fn = (uint8_t)(roll(&d, 2) ? 0 : roll(&d, 60));
            i.x = (uint8_t)(roll(&d, 2) ? 255 : roll(&d, 4));
            if (!roll(&d, 3)) i.extra = (uint8_t)roll(&d, 15);
            if (roll(&d, 3)) i.statement = roll(&d, statements + 1);
            uint8_t *aps[] = {&i.ap_dst, &i.ap_src0, &i.ap_src1}, *sels[] = {&i.sel_dst, &i.sel_src0, &i.sel_src1};
            uint32_t *words[] = {&i.dst, &i.src0, &i.src1};
            for (int f = 0; f < 3; f++) {
                uint32_t form = roll(&d, 7); /* absent, word, word and register, pattern, immediate */
                if (form) *words[f] = roll(&d, roll(&d, 2) ? 5 : 0);
                if (form == 2 || (form >= 3 && form < 6 && roll(&d, 2))) *sels[f] = (uint8_t)roll(&d, 15);
                if (form >= 3) *aps[f] = (uint8_t)(form == 6 ? 254 : roll(&d, 4));
            }
            i.flags = (uint8_t)(roll(&d, 2) ? 0 : (1 << roll(&d, 7)) & ~(TRI_SYS_KEEP0 | TRI_SYS_KEEP1)) | (bundle ? TRI_SYS_END : 0);
            for (int f = 0; f < 2; f++) {
                if (!roll(&d, 3)) {
                    i.wait[f].semaphore = (uint8_t)roll(&d, 255);
                    i.wait[f].value = (uint16_t)(1 + roll(&d, 65535));
                    if (!roll(&d, 3)) i.flags |= f ? TRI_SYS_KEEP1 : TRI_SYS_KEEP0;
                }
                if (!roll(&d, 3)) i.signal[f].semaphore = (uint8_t)roll(&d, 255), i.signal[f].add = (uint8_t)(1 + roll(&d, 255));
            }
            tri_systolic_queue *queue = &p->queues[q];
            uint32_t at = queue->n - 1;
            tri_systolic_append(p, q, &i); /* fills the dtypes */
            tri_systolic_instruction filled = queue->at[at + 1];
            queue->at[at] = filled;
            queue->at[at + 1] = halt;
            tri_status *bad = tri_systolic_verify(p);
            if (!bad) continue;
            tri_status_free(bad);
            queue->at[at] = halt;
            queue->n--;
        }
    }
    return p;
}

START_TEST(random_programs_survive_bytes_and_text)
{
    tri_systolic_program *p = random_program((uint32_t)_i), *again, *read;
    void *bytes, *bytes2, *bytes3;
    size_t n, n2, n3;
    ck_assert_ptr_null(tri_systolic_finish(p, &bytes, &n));
    uint32_t instructions = 0, ops = 0;
    for (uint32_t k = 0; k < p->n_queues; k++)
        for (uint32_t pc = 0; pc < p->queues[k].n; pc++, instructions++) ops |= 1u << p->queues[k].at[pc].op;
    ck_assert_uint_gt(instructions, 20);
    ck_assert_int_gt(__builtin_popcount(ops), 12); /* the draw reaches most of the table */
    ck_assert_ptr_null(tri_systolic_decode(bytes, n, &again));
    ck_assert_ptr_null(tri_systolic_finish(again, &bytes2, &n2));
    ck_assert_uint_eq(n, n2);
    ck_assert_mem_eq(bytes, bytes2, n);
    tri_text text = {0};
    tri_systolic_disassemble(p, &text);
    tri_status *status = tri_systolic_assemble(tri_text_string(&text), text.n, "text", &read);
    if (status) tri_status_print(status, tri_text_string(&text), stderr);
    ck_assert_ptr_null(status);
    ck_assert_ptr_null(tri_systolic_finish(read, &bytes3, &n3));
    ck_assert_uint_eq(n, n3);
    ck_assert_mem_eq(bytes, bytes3, n);
    tri_text_free(&text);
    free(bytes);
    free(bytes2);
    free(bytes3);
    tri_systolic_free(p);
    tri_systolic_free(again);
    tri_systolic_free(read);
}
END_TEST

START_TEST(every_flipped_byte_is_refused_or_still_round_trips)
{
    tri_systolic_program *p = random_program(77);
    void *bytes;
    size_t n;
    ck_assert_ptr_null(tri_systolic_finish(p, &bytes, &n));
    tri_systolic_free(p);
    unsigned char *flipped = malloc(n);
    size_t refused = 0;
    for (size_t k = 0; k < n; k++) {
        static const unsigned char flips[] = {1, 0x80, 0xff};
        for (size_t f = 0; f < sizeof flips; f++) {
            memcpy(flipped, bytes, n);
            flipped[k] ^= flips[f];
            tri_systolic_program *read;
            tri_status *status = tri_systolic_decode(flipped, n, &read);
            if (status) {
                ck_assert_msg(!strncmp(tri_status_message(status), "ILLEGAL", 7), "%s", tri_status_message(status));
                tri_status_free(status);
                refused++;
                continue;
            }
            void *back;
            size_t back_n;
            ck_assert_ptr_null(tri_systolic_finish(read, &back, &back_n));
            ck_assert_uint_eq(back_n, n);
            ck_assert_mem_eq(back, flipped, n);
            free(back);
            tri_systolic_free(read);
        }
        tri_systolic_program *cut;
        tri_status *status = tri_systolic_decode(bytes, k, &cut); /* every prefix is refused */
        ck_assert_ptr_nonnull(status);
        tri_status_free(status);
    }
    ck_assert_uint_gt(refused, n / 4);
    free(flipped);
    free(bytes);
}
END_TEST

/* A queue of three instructions; what stands behind them is given. */
static tri_status *decode_with(uint32_t statements, const uint8_t *tail, size_t n_tail)
{
    tri_systolic_program *p = tri_systolic_new(false, 0, 0), *again = NULL;
    int q = tri_systolic_add_queue(p, TRI_SYS_SEQ, 0);
    static const tri_systolic_op ops[] = {TRI_SYS_WAIT, TRI_SYS_BAR, TRI_SYS_HALT};
    for (int k = 0; k < 3; k++) {
        tri_systolic_instruction i = tri_systolic_make(ops[k]);
        tri_systolic_append(p, q, &i);
    }
    void *bytes;
    size_t n;
    ck_assert_ptr_null(tri_systolic_finish(p, &bytes, &n));
    uint8_t *all = calloc(1, n + n_tail);
    memcpy(all, bytes, n);
    memcpy(all + n, tail, n_tail);
    memcpy(all + 36, &statements, 4);
    uint64_t total = n + n_tail;
    memcpy(all + 48, &total, 8);
    tri_status *status = tri_systolic_decode(all, n + n_tail, &again);
    tri_systolic_free(again);
    tri_systolic_free(p);
    free(bytes);
    free(all);
    return status;
}

START_TEST(damaged_statements_are_refused)
{
    static const struct {
        uint32_t statements, n;
        bool good;
        uint8_t tail[9];
    } rows[] = {
        {1, 7, true, {2, 'a', 'b', 1, 2, 2, 1}}, /* one instruction of statement 1, two of none */
        {1, 5, true, {2, 'a', 'b', 3, 0}},
        {0, 0, true, {0}},
        {0, 2, false, {3, 0}},                    /* no statements: nothing may follow */
        {1, 5, false, {2, 'a', '\n', 3, 2}},      /* a control character */
        {1, 3, false, {0, 3, 2}},                 /* called nothing */
        {1, 3, false, {9, 'a', 'b'}},             /* longer than the bytes */
        {1, 5, false, {2, 'a', 'b', 2, 2}},       /* an instruction is left */
        {1, 5, false, {2, 'a', 'b', 4, 2}},       /* more than there are */
        {1, 7, false, {2, 'a', 'b', 0, 2, 3, 1}}, /* an empty run */
        {1, 7, false, {2, 'a', 'b', 1, 2, 2, 0}}, /* two runs of one statement */
        {1, 5, false, {2, 'a', 'b', 3, 4}},       /* no such statement */
        {1, 5, false, {2, 'a', 'b', 3, 1}},       /* below none */
        {1, 6, false, {2, 'a', 'b', 131, 0, 2}},  /* a number with an empty last byte */
        {1, 9, false, {2, 'a', 'b', 255, 255, 255, 255, 255, 127}},
        {1, 6, false, {2, 'a', 'b', 3, 2, 0}}, /* something behind it all */
        {70000, 5, false, {2, 'a', 'b', 3, 2}},
        {UINT32_MAX, 5, false, {2, 'a', 'b', 3, 2}},
    };
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        tri_status *status = decode_with(rows[k].statements, rows[k].tail, rows[k].n);
        ck_assert_msg(!status == rows[k].good, "row %zu: %s", k, tri_status_message(status));
        ck_assert(!status || strstr(tri_status_message(status), "statements"));
        tri_status_free(status);
    }
}
END_TEST

START_TEST(bad_text_is_refused_where_it_stands)
{
    static const struct {
        const char *text;
        int line, column;
    } rows[] = {
        {"systolic 1 bundle chip 0x0 params 0 sp_top 0\n", 1, 10},
        {"systolic 2 bundle chip 0x0 params 0 sp_top 0\nqueue TPU 0\n", 2, 7},
        {"systolic 2 decoupled chip 0x0 params 0 sp_top 0\nqueue SEQ 0\n  SIGN s0=1:1\n", 3, 3},
        {"systolic 2 decoupled chip 0x0 params 0 sp_top 0\nqueue SEQ 0\n  SIG s0=1:300\n", 3, 12},
        {"systolic 2 decoupled chip 0x0 params 0 sp_top 0\nstatement \tx\n", 2, 11},
        {"systolic 2 decoupled chip 0x0 params 0 sp_top 0\nqueue SEQ 0\nstatement x\n", 3, 1},
        {"systolic 2 decoupled chip 0x0 params 0 sp_top 0\nqueue SEQ 0\n  HALT of=0\n", 3, 11},
        {"", 1, 1},
    };
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        tri_systolic_program *p;
        tri_status *status = tri_systolic_assemble(rows[k].text, strlen(rows[k].text), "text", &p);
        ck_assert_ptr_nonnull(status);
        ck_assert_int_eq(tri_status_loc(status).line, rows[k].line);
        ck_assert_int_eq(tri_status_loc(status).column, rows[k].column);
        tri_status_free(status);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("systolic code");
    TCase *cases = tcase_create("code");
    tcase_set_timeout(cases, 120);
    tcase_add_loop_test(cases, random_programs_survive_bytes_and_text, 0, 12);
    tcase_add_test(cases, every_flipped_byte_is_refused_or_still_round_trips);
    tcase_add_test(cases, damaged_statements_are_refused);
    tcase_add_test(cases, bad_text_is_refused_where_it_stands);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
