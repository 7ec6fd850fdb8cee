/* base/text.c - the growing string. Room doubles, so building n bytes costs O(n). */
#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool reserve(tri_text *text, size_t more)
{
    if (text->failed) return false;
    if (more < text->room - text->n && text->room) return true;
    size_t room = text->room ? text->room : 256;
    while (room - text->n <= more) {
        if (room > (size_t)-1 / 2) {
            text->failed = true;
            return false;
        }
        room *= 2;
    }
    char *grown = realloc(text->at, room);
    if (!grown) {
        text->failed = true;
        return false;
    }
    text->at = grown;
    text->room = room;
    return true;
}

void tri_text_free(tri_text *text)
{
    free(text->at);
    memset(text, 0, sizeof *text);
}

void tri_text_add_n(tri_text *text, const void *bytes, size_t n)
{
    if (!reserve(text, n)) return;
    if (n) memcpy(text->at + text->n, bytes, n);
    text->n += n;
    text->at[text->n] = 0;
}

void tri_text_add(tri_text *text, const char *string) { tri_text_add_n(text, string, strlen(string)); }

void tri_text_addf(tri_text *text, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int n = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (n >= 0 && reserve(text, (size_t)n)) {
        vsnprintf(text->at + text->n, (size_t)n + 1, format, again);
        text->n += (size_t)n;
    }
    va_end(again);
}

const char *tri_text_string(const tri_text *text) { return text->at ? text->at : ""; }

tri_status *tri_text_status(const tri_text *text)
{
    return text->failed ? tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory while building a text of more than %zu bytes", text->n) : NULL;
}

void tri_text_add_json_string(tri_text *text, const char *string)
{
    tri_text_add(text, "\"");
    for (const unsigned char *c = (const unsigned char *)string; *c; c++) {
        if (*c == '"' || *c == '\\') tri_text_addf(text, "\\%c", *c);
        else if (*c < 0x20) tri_text_addf(text, "\\u%04x", *c);
        else tri_text_add_n(text, c, 1);
    }
    tri_text_add(text, "\"");
}

void tri_text_add_json_number(tri_text *text, double number)
{
    if (isfinite(number)) tri_text_addf(text, "%.9g", number);
    else tri_text_add(text, "null");
}
