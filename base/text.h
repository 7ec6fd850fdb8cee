/* base/text.h - text under construction: a growing, always zero-terminated string on the heap of the host.
 *
 * Appending never fails visibly; when memory is short `failed` is set, the text stops growing and tri_text_status says so once, at the end. */
#ifndef TRI_BASE_TEXT_H
#define TRI_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "tri/status.h"

typedef struct tri_text {
    char *at; /* null until something is appended */
    size_t n, room;
    bool failed;
} tri_text;

void tri_text_free(tri_text *text);
void tri_text_add(tri_text *text, const char *string);
void tri_text_add_n(tri_text *text, const void *bytes, size_t n); /* any bytes, zeros too */
void tri_text_addf(tri_text *text, const char *format, ...) TRI_PRINTF(2, 3);
const char *tri_text_string(const tri_text *text); /* "" when empty; borrowed */
tri_status *tri_text_status(const tri_text *text) TRI_NODISCARD;

/* JSON: the string with quotes and escapes; a number that JSON allows (null for NaN and infinities). */
void tri_text_add_json_string(tri_text *text, const char *string);
void tri_text_add_json_number(tri_text *text, double number);

#endif
