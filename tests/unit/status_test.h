/* tests/unit/status_test.h - a status in a test: what it says, that there is none, that there is one with these words. */
#ifndef TRI_STATUS_TEST_H
#define TRI_STATUS_TEST_H

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "tri/status.h"

/* Everything the error says, notes too; takes it. */
static const char *said(tri_status *status)
{
    static char text[8192];
    memset(text, 0, sizeof text);
    FILE *to = fmemopen(text, sizeof text - 1, "w");
    tri_status_print(status, NULL, to);
    fclose(to);
    tri_status_free(status);
    return text;
}

#define OK(expression)                                                                                                                               \
    do {                                                                                                                                             \
        tri_status *ok_status_ = (expression);                                                                                                       \
        ck_assert_msg(!ok_status_, "%s", ok_status_ ? said(ok_status_) : "");                                                                        \
    } while (0)

#define FAILS(expression, code, ...)                                                                                                                 \
    do {                                                                                                                                             \
        tri_status *fails_status_ = (expression);                                                                                                    \
        ck_assert_int_eq(tri_status_code(fails_status_), (code));                                                                                    \
        const char *fails_said_ = said(fails_status_), *const fails_words_[] = {__VA_ARGS__};                                                        \
        for (size_t fails_i_ = 0; fails_i_ < sizeof fails_words_ / sizeof *fails_words_; fails_i_++)                                                 \
            ck_assert_msg(strstr(fails_said_, fails_words_[fails_i_]), "'%s' is not in: %s", fails_words_[fails_i_], fails_said_);                   \
    } while (0)

#endif
