/* abi/chip_parse.c - one chip text into lines `key = value unit [tag] "source"`.
 *
 * Needs nothing but the text. Any bytes are safe; a bad line gives an error with its column and the parser goes on with the next one.
 *
 * Numbers are exact: at most 15 digits and a power of ten within +-22 after the unit is applied, where one multiplication or division of two exact
 * doubles rounds correctly. So `3.35 TB/s` and `3350 GB/s` are the same number in every bit, in every locale. */
#include "abi/chip_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct unit {
    const char *name;
    int power_of_ten, power_of_two;
    const char *base;
} unit;

static const unit units[] = {
#define TRI_CHIP_UNIT(name, power_of_ten, power_of_two, base) {name, power_of_ten, power_of_two, base},
#include "abi/chip_units.def"
#undef TRI_CHIP_UNIT
};
static const unit no_unit = {"", 0, 0, ""};
#define N_UNITS (sizeof units / sizeof *units)

/* A piece of the line under the cursor. */
typedef struct span {
    char *at;
    size_t n;
} span;

typedef struct cursor {
    char *line, *at, *end;
    const char *file;
    int number;
} cursor;

static tri_loc here(const cursor *c, const char *at) { return (tri_loc){c->file, c->number, (int32_t)(at - c->line) + 1}; }

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
static bool is_key_byte(char c) { return is_digit(c) || is_letter(c) || c == '_' || c == '.'; }
static bool is_word_byte(char c) { return is_digit(c) || is_letter(c) || (c && strchr("_-.+:,", c)); }
static bool is_unit_byte(char c) { return is_letter(c) || c == '/' || c == '%'; }
static bool is_space(char c) { return c == ' ' || c == '\t'; }

static void skip_space(cursor *c)
{
    while (c->at < c->end && is_space(*c->at)) c->at++;
}

static span take(cursor *c, bool accept(char))
{
    span s = {c->at, 0};
    while (c->at < c->end && accept(*c->at)) c->at++;
    s.n = (size_t)(c->at - s.at);
    return s;
}

static bool at_end(const cursor *c) { return c->at == c->end || *c->at == '#'; }

/* What stands under the cursor, for a message: printable bytes as they are. */
static const char *shown(const cursor *c, char buffer[16])
{
    if (c->at == c->end) return "the end of the line";
    unsigned char byte = (unsigned char)*c->at;
    snprintf(buffer, 16, byte > 0x20 && byte < 0x7f ? "'%c'" : "byte 0x%02x", byte);
    return buffer;
}

bool tri_chip_is_name(const char *name, size_t n)
{
    if (!n || n > TRI_CHIP_KEY_MOST || *name == '.') return false;
    for (size_t i = 0; i < n; i++)
        if (!is_word_byte(name[i]) || name[i] == ':' || name[i] == ',') return false;
    return true;
}

/* [+-] digits [. digits] [e [+-] digits], all of it: the digits as an integer and the power of ten that belongs to it. False: a word.
 * More digits or a larger exponent than a chip needs: `*too_long`. */
static bool read_decimal(span s, int64_t *out_digits, int *out_power, bool *too_long)
{
    const char *at = s.at, *end = s.at + s.n;
    bool negative = at < end && *at == '-', any = false;
    if (at < end && (*at == '-' || *at == '+')) at++;
    int64_t digits = 0;
    int power = 0, zeros = 0; /* zeros: held back until another digit follows, so that 2000000000000000000 is one digit long */
    *too_long = false;
    for (bool fraction = false; at < end && (is_digit(*at) || (*at == '.' && !fraction)); at++) {
        if (*at == '.') {
            fraction = true;
            continue;
        }
        any = true;
        if (fraction) power--;
        if (*at == '0') {
            if (digits && ++zeros > 400) *too_long = true;
            continue;
        }
        for (; zeros >= 0 && !*too_long; zeros--) {
            if (digits >= 100000000000000)
                *too_long = true;
            else
                digits = digits * 10;
        }
        if (!*too_long) digits += *at - '0';
        zeros = 0;
    }
    if (!any) return false;
    power += zeros;
    if (at < end && (*at == 'e' || *at == 'E')) {
        at++;
        int sign = at < end && *at == '-' ? -1 : 1, exponent = 0;
        if (at < end && (*at == '-' || *at == '+')) at++;
        if (at == end) return false;
        for (; at < end && is_digit(*at); at++)
            if (exponent < 1000) exponent = exponent * 10 + (*at - '0');
        power += sign * exponent;
    }
    *out_digits = negative ? -digits : digits;
    *out_power = power;
    return at == end;
}

/* digits * 10^power * 2^shift, rounded once. False: out of the range where that is exact. */
static bool scale(int64_t digits, int power, int shift, double *out)
{
    double ten = 1;
    if (!digits) power = 0;
    if (power < -22 || power > 22) return false;
    for (int i = abs(power); i; i--) ten *= 10; /* exact up to 10^22 */
    *out = ldexp(power < 0 ? (double)digits / ten : (double)digits * ten, shift);
    return true;
}

static tri_status *find_unit(const cursor *c, span s, const unit **out)
{
    *out = &no_unit;
    if (!s.n) return NULL;
    for (size_t i = 0; i < N_UNITS; i++)
        if (strlen(units[i].name) == s.n && !memcmp(units[i].name, s.at, s.n)) {
            *out = &units[i];
            return NULL;
        }
    tri_status *status = tri_error(TRI_INVALID, here(c, s.at), "'%.*s' is no unit of chip files", (int)(s.n < 40 ? s.n : 40), s.at);
    char known[512];
    size_t n = 0;
    for (size_t i = 0; i < N_UNITS; i++) n += (size_t)snprintf(known + n, sizeof known - n, " %s", units[i].name);
    return tri_note(status, "the units are%s, or none", known);
}

static tri_status *parse_tag(cursor *c, char *out_tag)
{
    skip_space(c);
    if (c->at == c->end || *c->at != '[') return NULL;
    if (c->end - c->at < 3 || !c->at[1] || !strchr("VMDECR", c->at[1]) || c->at[2] != ']')
        return tri_error(TRI_INVALID, here(c, c->at),
                         "a tag is one of [V] vendor, [M] measured, [D] derived, [E] estimate, [C] calibrated, [R] recalled");
    *out_tag = c->at[1];
    c->at += 3;
    return NULL;
}

static tri_status *parse_source(cursor *c, span *out)
{
    skip_space(c);
    *out = (span){NULL, 0};
    if (c->at == c->end || *c->at != '"') return NULL;
    char *open = c->at++;
    for (; c->at < c->end && *c->at != '"'; c->at++)
        if ((unsigned char)*c->at < 0x20) return tri_error(TRI_INVALID, here(c, c->at), "a source holds no control characters");
    if (c->at == c->end) return tri_error(TRI_INVALID, here(c, open), "the source has no closing quote; it must end on the same line");
    *out = (span){open + 1, (size_t)(c->at - open - 1)};
    c->at++;
    return NULL;
}

static tri_status *push(tri_chip_lines *lines, tri_chip_line line)
{
    if (lines->n == lines->room) {
        size_t room = lines->room ? lines->room * 2 : 64;
        tri_chip_line *grown = realloc(lines->at, room * sizeof *grown);
        if (!grown) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "no memory for %zu lines of a chip file", room);
        lines->at = grown;
        lines->room = room;
    }
    lines->at[lines->n++] = line;
    return NULL;
}

/* Ends the piece where it stands. Only called once the whole line was read: the byte behind a piece is a separator, never part of another piece. */
static const char *terminate(span s)
{
    if (!s.at) return "";
    s.at[s.n] = 0;
    return s.at;
}

static tri_status *parse_line(cursor *c, int depth, tri_chip_lines *lines, tri_chip_parent *parent)
{
    char buffer[16];
    skip_space(c);
    if (at_end(c)) return NULL;
    span key = take(c, is_key_byte);
    if (!key.n || !is_letter(*key.at))
        return tri_error(TRI_INVALID, here(c, key.at), "a line is `key = value unit [tag] \"source\"`; a key begins with a letter, here is %s",
                         (c->at = key.at, shown(c, buffer)));
    if (key.n > TRI_CHIP_KEY_MOST) return tri_error(TRI_INVALID, here(c, key.at), "a key of %zu bytes; the most is %d", key.n, TRI_CHIP_KEY_MOST);
    skip_space(c);
    if (c->at == c->end || *c->at != '=')
        return tri_error(TRI_INVALID, here(c, c->at), "after the key '%.*s' an '=' is needed, here is %s", (int)key.n, key.at, shown(c, buffer));
    c->at++;
    skip_space(c);
    span text = take(c, is_word_byte);
    if (!text.n) return tri_error(TRI_INVALID, here(c, c->at), "'%.*s' needs a value, here is %s", (int)key.n, key.at, shown(c, buffer));
    if (c->at < c->end && !is_space(*c->at) && *c->at != '[' && *c->at != '#')
        return tri_error(TRI_INVALID, here(c, c->at), "%s may not stand in a value (letters, digits and _-.+:, may); a space stands before a unit",
                         shown(c, buffer));

    int64_t digits = 0;
    int power = 0;
    bool too_long, is_number = read_decimal(text, &digits, &power, &too_long);
    skip_space(c);
    span unit_span = take(c, is_unit_byte);
    const unit *scale_by = &no_unit;
    double number = NAN;
    char tag = 0;
    span source;
    if (is_number) {
        TRI_TRY(find_unit(c, unit_span, &scale_by));
        if (too_long || !scale(digits, power + scale_by->power_of_ten, scale_by->power_of_two, &number))
            return tri_error(TRI_INVALID, here(c, text.at), "a number has at most 15 digits and lies between 1e-22 and 1e22 in its base unit");
    } else if (unit_span.n) {
        return tri_error(TRI_INVALID, here(c, unit_span.at), "'%.*s' is a word, which has no unit; a list has commas and no spaces",
                         (int)(text.n < 40 ? text.n : 40), text.at);
    }
    TRI_TRY(parse_tag(c, &tag));
    if (is_number && !tag)
        return tri_error(TRI_INVALID, here(c, c->at), "the number of '%.*s' has no tag: add where it comes from, such as [V] \"datasheet\" or [E]",
                         (int)key.n, key.at);
    TRI_TRY(parse_source(c, &source));
    skip_space(c);
    if (!at_end(c)) return tri_error(TRI_INVALID, here(c, c->at), "%s stands where the line should end; a comment begins with #", shown(c, buffer));

    if (key.n == strlen("inherits") && !memcmp(key.at, "inherits", key.n)) {
        if (parent->name)
            return tri_error(TRI_INVALID, here(c, key.at), "a chip inherits from one chip only; line %d said so already", parent->loc.line);
        if (!tri_chip_is_name(text.at, text.n))
            return tri_error(TRI_INVALID, here(c, text.at), "'inherits' takes the name of a chip: letters, digits, _-.+ and no path");
        *parent = (tri_chip_parent){text.at, here(c, text.at)};
        terminate(text);
        return NULL;
    }
    return push(lines, (tri_chip_line){{terminate(key), terminate(text), scale_by->name, number, tag, terminate(source), c->file, c->number},
                                       scale_by->base,
                                       (int)(text.at - c->line) + 1,
                                       depth});
}

tri_status *tri_chip_parse_lines(char *text, size_t n, const char *file, int depth, tri_chip_lines *lines, tri_chip_parent *out_parent)
{
    enum { ERRORS_MOST = 8 };
    *out_parent = (tri_chip_parent){0};
    if (n > TRI_CHIP_FILE_MOST)
        return tri_error(TRI_INVALID, (tri_loc){.file = file}, "%zu bytes are too many for a chip file; the most is %d", n, TRI_CHIP_FILE_MOST);
    size_t first = lines->n;
    tri_status *status = NULL;
    char *end = text + n;
    cursor c = {.file = file};
    for (char *at = text, *next; at < end && tri_status_count(status) < ERRORS_MOST; at = next) {
        char *newline = memchr(at, '\n', (size_t)(end - at));
        next = newline ? newline + 1 : end;
        c.line = c.at = at;
        c.end = newline ? newline : end;
        c.number++;
        if (c.end > c.line && c.end[-1] == '\r') c.end--;
        if (c.end - c.line > TRI_CHIP_LINE_MOST)
            status = tri_join(status, tri_error(TRI_INVALID, here(&c, c.line), "a line of %zu bytes; the most is %d", (size_t)(c.end - c.line),
                                                TRI_CHIP_LINE_MOST));
        else
            status = tri_join(status, parse_line(&c, depth, lines, out_parent));
        if (lines->n - first > TRI_CHIP_KEYS_MOST)
            return tri_join(status, tri_error(TRI_INVALID, here(&c, c.line), "more than %d values in one chip file", TRI_CHIP_KEYS_MOST));
    }
    return status;
}
