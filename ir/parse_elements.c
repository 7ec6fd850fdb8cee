/* ir/parse_elements.c - numbers, and the literals of tensors: dense<1.0>, dense<[[1, 2], [3, 4]]>, dense<"0x0000803F"> : type.
 *
 * The type stands behind the data and says how to read it: the data is passed over first. Lists are read as bytes, not tokens; most numbers take the
 * exact short way (53 bits of digits, a power of ten that a double holds), the others go through strtod without a decimal point, so no locale
 * matters. Nothing is allocated that the text's length does not pay for, but one element for a splat. */
#include "ir/parse.h"

#include <math.h>
#include <stdlib.h>

/* Exactly representable powers of ten. */
static const double tens[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                              1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* More digits than any midpoint between doubles has; what follows counts as "a little more". */
enum { MOST_DIGITS = 800 };

static double slow_decimal(const char *digits, const char *end, int exponent)
{
    char copy[MOST_DIGITS + 32];
    size_t n = 0;
    bool more = false, point = false;
    for (; digits < end; digits++) {
        if (*digits == '.') {
            point = true;
            continue;
        }
        if (point) exponent--;
        if (n == 0 && *digits == '0') continue;
        if (n < MOST_DIGITS) {
            copy[n++] = *digits;
        } else {
            more |= *digits != '0';
            exponent++;
        }
    }
    if (!n) return 0;
    if (more) {
        copy[n++] = '1';
        exponent--;
    }
    snprintf(copy + n, sizeof copy - n, "e%d", exponent);
    return strtod(copy, NULL);
}

/* Digits with an optional point and exponent, from `at`; sets *out_end behind them. */
static double decimal(const char *at, const char *end, const char **out_end, bool *out_is_integer, uint64_t *out_integer, bool *out_overflow)
{
    const char *digits = at;
    uint64_t mantissa = 0;
    int exponent = 0;
    bool point = false;
    *out_overflow = false;
    for (; at < end && (TRI_IS(*at, TRI_CHAR_DIGIT) || (*at == '.' && !point)); at++) {
        if (*at == '.') {
            point = true;
            continue;
        }
        unsigned digit = (unsigned)(*at - '0');
        if (mantissa > (UINT64_MAX - digit) / 10)
            *out_overflow = true;
        else
            mantissa = mantissa * 10 + digit;
        exponent -= point;
    }
    const char *digits_end = at;
    int written = 0;
    bool has_exponent = false;
    if (at < end && (*at == 'e' || *at == 'E')) {
        const char *e = at + 1;
        bool minus = e < end && *e == '-';
        if (e < end && (*e == '-' || *e == '+')) e++;
        if (e < end && TRI_IS(*e, TRI_CHAR_DIGIT)) {
            has_exponent = true;
            for (; e < end && TRI_IS(*e, TRI_CHAR_DIGIT); e++)
                if (written < 100000000) written = written * 10 + (*e - '0');
            if (minus) written = -written;
            at = e;
        }
    }
    *out_end = at;
    *out_is_integer = !point && !has_exponent;
    *out_integer = mantissa;
    exponent += written;
    if (!*out_overflow && mantissa <= (uint64_t)1 << 53 && exponent >= -22 && exponent <= 22)
        return exponent < 0 ? (double)mantissa / tens[-exponent] : (double)mantissa * tens[exponent];
    return slow_decimal(digits, digits_end, written);
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool word_at(const char *at, const char *end, const char *word)
{
    size_t n = strlen(word);
    return (size_t)(end - at) >= n && !memcmp(at, word, n) && (at + n == end || !TRI_IS(at[n], TRI_CHAR_NAME));
}

/* Bits as they lie in memory: 0x7FC0 for a bf16. Null or what is wrong. */
static const char *hex_element(const char *at, const char *end, tri_dtype dtype, void *element, const char **out_end)
{
    uint64_t bits = 0;
    size_t bytes = tri_dtype_bytes(dtype);
    at += 2;
    for (; at < end && hex_digit(*at) >= 0; at++) {
        if (bits >> (8 * bytes - 4)) return "has more bits than its type";
        bits = bits << 4 | (uint64_t)hex_digit(*at);
    }
    *out_end = at;
    if (dtype == TRI_I1 && bits > 1) return "does not fit its type";
    for (size_t i = 0; i < bytes; i++) ((unsigned char *)element)[i] = (unsigned char)(bits >> 8 * i);
    return NULL;
}

/* One element in text; null, or what is wrong with it. */
static const char *element_at(const char *at, const char *end, tri_dtype dtype, void *element, const char **out_end)
{
    bool minus = at < end && *at == '-';
    if (minus) at++;
    bool floating = tri_dtype_is_float(dtype);
    *out_end = at;
    if (at == end) return "is missing";
    if (TRI_IS(*at, TRI_CHAR_NAME_START)) {
        static const struct {
            const char *word;
            double value;
        } words[] = {{"true", 1}, {"false", 0}, {"inf", INFINITY}, {"nan", NAN}};
        for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
            if (!word_at(at, end, words[i].word) || (i >= 2) != floating) continue;
            if (minus && i < 2) break;
            *out_end = at + strlen(words[i].word);
            if (i < 2)
                tri_store_i64(dtype, element, (int64_t)words[i].value);
            else
                tri_store_f64(dtype, element, minus ? -words[i].value : words[i].value);
            return NULL;
        }
        return floating ? "is no number" : "is no integer";
    }
    if (!TRI_IS(*at, TRI_CHAR_DIGIT)) return "is no number";
    if (*at == '0' && end - at > 2 && at[1] == 'x') {
        if (minus) return "is a bit pattern with a sign";
        return hex_element(at, end, dtype, element, out_end);
    }
    bool is_integer, overflow;
    uint64_t integer;
    double value = decimal(at, end, out_end, &is_integer, &integer, &overflow);
    if (floating) {
        tri_store_f64(dtype, element, minus ? -value : value);
        return NULL;
    }
    if (!is_integer) return "has a fraction, but its type is an integer";
    int bits = tri_dtype_bits(dtype);
    bool is_signed = tri_dtype_classify(dtype) == TRI_CLASS_SIGNED;
    uint64_t most = is_signed ? ((uint64_t)1 << (bits - 1)) - 1 + minus : minus ? 0 : bits == 64 ? UINT64_MAX : ((uint64_t)1 << bits) - 1;
    if (overflow || integer > most) return "does not fit its type";
    tri_store_i64(dtype, element, (int64_t)(minus ? 0 - integer : integer));
    return NULL;
}

bool tri_parse_element(tri_parser *p, tri_dtype dtype, void *element)
{
    tri_token start = p->token;
    if (tri_parse_accept(p, '-')) {
        if (p->token.at != start.at + 1) return tri_parse_fail(p, &start, "expected a number directly behind -");
    }
    char room[48];
    if (p->token.kind != TRI_TOKEN_INTEGER && p->token.kind != TRI_TOKEN_FLOAT && p->token.kind != TRI_TOKEN_WORD)
        return tri_parse_fail(p, &p->token, "expected a number, found %s", tri_token_show(&p->token, room));
    const char *end;
    const char *wrong = element_at(start.at, p->token.at + p->token.n, dtype, element, &end);
    if (!wrong && end != p->token.at + p->token.n) wrong = "is no number";
    if (wrong) {
        start.n = (size_t)(p->token.at + p->token.n - start.at);
        return tri_parse_fail(p, &start, "%s %s (%s)", tri_token_show(&start, room), wrong, tri_dtype_name(dtype));
    }
    tri_parse_advance(p);
    return true;
}

bool tri_parse_number(tri_parser *p, double *out)
{
    unsigned char element[8];
    if (p->token.kind == TRI_TOKEN_INTEGER && p->token.n > 2 && p->token.at[1] == 'x')
        return tri_parse_fail(p, &p->token, "bit patterns have no place here");
    if (!tri_parse_element(p, TRI_F64, element)) return false;
    *out = tri_load_f64(TRI_F64, element);
    return true;
}

/* ---- dense<...> ---- */

typedef struct element_reader {
    tri_parser *p;
    const char *at, *end;
    const tri_type *type;
    char *next; /* where the next element goes */
    size_t bytes;
} element_reader;

static bool wrong_here(element_reader *r, const char *at, const char *format, ...) TRI_PRINTF(3, 4);
static bool wrong_here(element_reader *r, const char *at, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char message[200];
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    tri_lex_jump(&r->p->lexer, at); /* stands before the data */
    tri_token token = {.line = r->p->lexer.line, .column = (int32_t)(at - r->p->lexer.line_start) + 1};
    return tri_parse_fail(r->p, &token, "%s", message);
}

static const char *skip_blanks(const char *at, const char *end)
{
    while (at < end && TRI_IS(*at, TRI_CHAR_SPACE)) at++;
    return at;
}

static bool read_list(element_reader *r, int depth)
{
    int64_t expected = r->type->dims[depth], n = 0;
    const char *open = r->at++;
    for (;; n++) {
        r->at = skip_blanks(r->at, r->end);
        if (r->at < r->end && *r->at == ']' && n == 0) break;
        if (n == expected) return wrong_here(r, r->at, "dimension %d of the type is %lld, this list is longer", depth, (long long)expected);
        if (depth + 1 < r->type->rank) {
            if (r->at == r->end || *r->at != '[') return wrong_here(r, r->at, "expected [ for dimension %d of the type", depth + 1);
            if (!read_list(r, depth + 1)) return false;
        } else {
            const char *behind, *wrong = element_at(r->at, r->end, (tri_dtype)r->type->dtype, r->next, &behind);
            if (wrong) return wrong_here(r, r->at, "this element %s (%s)", wrong, tri_dtype_name((tri_dtype)r->type->dtype));
            r->at = behind;
            r->next += r->bytes;
        }
        r->at = skip_blanks(r->at, r->end);
        if (r->at < r->end && *r->at == ',') {
            r->at++;
            continue;
        }
        n++;
        break;
    }
    if (r->at == r->end || *r->at != ']') return wrong_here(r, r->at, "expected , or ] in a list of elements");
    if (n != expected) return wrong_here(r, open, "dimension %d of the type is %lld, this list has %lld", depth, (long long)expected, (long long)n);
    r->at++;
    return true;
}

/* "0x...": the bytes of all elements, or of one that stands for all; i1 also comes as one bit an element. */
static bool read_hex(element_reader *r, tri_attr *attr)
{
    const char *at = r->at + 1, *end = r->end;
    if (end - at < 2 || at[0] != '0' || at[1] != 'x') return wrong_here(r, at, "expected \"0x and hexadecimal digits");
    at += 2;
    int64_t n = (int64_t)(end - at), elements = tri_type_elements(r->type);
    int64_t packed = r->type->dtype == TRI_I1 ? (elements + 7) / 8 : 0;
    int64_t whole = elements * (int64_t)r->bytes;
    if (n % 2 || (n / 2 != whole && n / 2 != (int64_t)r->bytes && n / 2 != packed))
        return wrong_here(r, at, "%lld hexadecimal digits, the type needs %lld", (long long)n, (long long)whole * 2);
    unsigned char *data = tri_arena_alloc(r->p->arena, (size_t)n / 2), *to = data;
    for (; at < end; at += 2) {
        int high = hex_digit(at[0]), low = hex_digit(at[1]);
        if ((high | low) < 0) return wrong_here(r, at, "expected hexadecimal digits");
        *to++ = (unsigned char)(high << 4 | low);
    }
    attr->splat = n / 2 != whole && n / 2 == (int64_t)r->bytes;
    if (r->type->dtype == TRI_I1 && n / 2 == packed && n / 2 != whole && !attr->splat) {
        unsigned char *bytes = tri_arena_alloc(r->p->arena, (size_t)elements);
        for (int64_t i = 0; i < elements; i++) bytes[i] = data[i / 8] >> i % 8 & 1;
        data = bytes;
    } else if (r->type->dtype == TRI_I1) {
        for (int64_t i = 0; i < n / 2; i++) data[i] = data[i] != 0;
    }
    attr->data = data;
    return true;
}

static bool read_elements(element_reader *r, tri_attr *attr)
{
    int64_t elements = tri_type_elements(r->type);
    r->at = skip_blanks(r->at, r->end);
    if (r->at == r->end) {
        if (elements) return wrong_here(r, r->at, "no elements, the type needs %lld", (long long)elements);
        attr->data = tri_arena_alloc(r->p->arena, 1);
        return true;
    }
    if (*r->at == '"') return read_hex(r, attr);
    if (*r->at == '[' && r->type->rank > 0) {
        if (elements > r->end - r->at) return wrong_here(r, r->at, "fewer elements than the type's %lld", (long long)elements);
        r->next = tri_arena_alloc_array(r->p->arena, (size_t)elements + 1, r->bytes);
        attr->data = r->next;
        if (!read_list(r, 0)) return false;
    } else {
        char *one = tri_arena_alloc(r->p->arena, 8);
        const char *behind, *wrong = element_at(r->at, r->end, (tri_dtype)r->type->dtype, one, &behind);
        if (wrong) return wrong_here(r, r->at, "this element %s (%s)", wrong, tri_dtype_name((tri_dtype)r->type->dtype));
        r->at = behind;
        attr->data = one;
        attr->splat = true;
    }
    r->at = skip_blanks(r->at, r->end);
    return r->at == r->end || wrong_here(r, r->at, "expected > behind the elements");
}

bool tri_parse_dense(tri_parser *p, const tri_attr **out)
{
    tri_token start = p->token;
    bool resource = tri_parse_is_word(p, "dense_resource");
    tri_parse_advance(p);
    if (p->token.kind != '<') return tri_parse_expect(p, '<', "<");
    tri_lexer data = p->lexer;
    const char *at = skip_blanks(data.at, data.end), *end;
    if (at < data.end && *at == '"' && !resource) {
        tri_parse_advance(p);
        if (p->token.kind != TRI_TOKEN_STRING) return tri_parse_fail(p, &p->token, "a string without an end");
        end = p->token.at + p->token.n;
    } else {
        end = memchr(at, '>', (size_t)(data.end - at));
        if (!end) return tri_parse_fail(p, &start, "expected > behind the elements");
        tri_lex_jump(&p->lexer, end);
    }
    tri_parse_advance(p);
    tri_type type;
    if (!tri_parse_expect(p, '>', "> behind the elements") || !tri_parse_expect(p, ':', ": and the type of the elements")) return false;
    tri_token type_at = p->token;
    if (!tri_parse_type(p, &type)) return false;
    if (type.kind != TRI_TYPE_TENSOR) return tri_parse_fail(p, &type_at, "the type of a literal is a tensor");
    if (resource)
        return tri_parse_fail(p, &start, "dense_resource: weights kept beside the program are not in this file; make them arguments of the function");
    tri_lexer after = p->lexer;
    tri_token behind = p->token;
    tri_attr *attr = TRI_NEW(p->arena, tri_attr);
    attr->kind = TRI_ATTR_ELEMENTS;
    attr->type = type;
    attr->dtype = type.dtype;
    p->lexer = data;
    element_reader reader = {.p = p, .at = data.at, .end = end, .type = &attr->type, .bytes = tri_dtype_bytes((tri_dtype)type.dtype)};
    if (*at == '"') reader.at = at;
    bool good = read_elements(&reader, attr);
    p->lexer = after;
    p->token = behind;
    if (!good) return false;
    size_t elements = (size_t)tri_type_elements(&attr->type);
    if (!elements) attr->splat = false;
    p->attr_weight += attr->splat ? 0 : elements * reader.bytes / 16;
    if (!attr->splat && elements && !memcmp(attr->data, (const char *)attr->data + reader.bytes, (elements - 1) * reader.bytes)) attr->splat = true;
    *out = attr;
    return true;
}
