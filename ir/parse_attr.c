/* ir/parse_attr.c - types and attributes. What Trine gives a meaning becomes a structured attribute; what it only carries (shardings, layouts of
 * other tools) stays text, as long as its brackets match. */
#include "ir/parse.h"

#include <inttypes.h>

/* ---- types ---- */

static const int64_t most_elements = (int64_t)1 << 40;

bool tri_parse_starts_type(const tri_parser *p)
{
    static const char *const words[] = {"tensor", "tile", "buf", "flags", "ring", "turns", "index", "complex", "tuple", "vector", "memref", "none"};
    tri_dtype dtype;
    if (p->token.kind == TRI_TOKEN_BANG) return true;
    if (p->token.kind != TRI_TOKEN_WORD) return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (tri_parse_is_word(p, words[i])) return true;
    return tri_dtype_parse(p->token.at, p->token.n, &dtype);
}

/* Dimensions are read as bytes, since 2x3xf32 is no sequence of tokens. */
bool tri_parse_shape(tri_parser *p, tri_type_kind kind, tri_type *out)
{
    tri_token open = p->token;
    if (open.kind != '<') return tri_parse_expect(p, '<', "< and a shape");
    const char *at = p->lexer.at, *end = p->lexer.end;
    *out = (tri_type){.kind = (uint8_t)kind};
    int64_t elements = 1;
    tri_token here = open;
#define HERE (here.at = at, here.n = 1, here.column = open.column + (int32_t)(at - open.at), &here)
    while (at < end && (TRI_IS(*at, TRI_CHAR_DIGIT) || *at == '?')) {
        if (*at == '?')
            return tri_parse_fail(p, HERE, "a dynamic dimension (?): Trine compiles static shapes; print the program for fixed argument shapes");
        if (out->rank == TRI_MAX_RANK) return tri_parse_fail(p, HERE, "more than %d dimensions", TRI_MAX_RANK);
        int64_t dim = 0;
        for (const char *digit = at; digit < end && TRI_IS(*digit, TRI_CHAR_DIGIT); digit++)
            if (dim < most_elements) dim = dim * 10 + (*digit - '0');
        elements = dim && elements > most_elements / dim ? most_elements : elements * (dim ? dim : 1);
        if (dim >= most_elements || elements >= most_elements) return tri_parse_fail(p, HERE, "this shape has 2^40 elements or more");
        while (at < end && TRI_IS(*at, TRI_CHAR_DIGIT)) at++;
        if (at == end || *at != 'x') {
            if (kind == TRI_TYPE_FLAGS && at < end && *at == '>') {
                out->dims[out->rank++] = dim;
                break;
            }
            return tri_parse_fail(p, HERE, "expected x between dimensions and before the element type");
        }
        at++;
        out->dims[out->rank++] = dim;
    }
    if (kind != TRI_TYPE_FLAGS) {
        const char *word = at;
        while (at < end && TRI_IS(*at, TRI_CHAR_NAME)) at++;
        tri_dtype dtype;
        if (!tri_dtype_parse(word, (size_t)(at - word), &dtype)) {
            size_t n = (size_t)(at - word);
            at = word;
            if (!n) return tri_parse_fail(p, HERE, "expected an element type such as f32");
            return tri_parse_fail(p, HERE, "the element type %.*s is not one Trine has (i1 i8..i64 ui8..ui64 f8E4M3FN f8E5M2 f16 bf16 f32 f64)",
                                  (int)(n < 40 ? n : 40), word);
        }
        out->dtype = (uint8_t)dtype;
    }
    tri_lex_jump(&p->lexer, at);
    tri_parse_advance(p);
    if (p->token.kind == ',') { /* an encoding, such as a layout or bounds */
        return tri_parse_fail(p, &p->token, "a type with an encoding; only plain tensor<shape x type> is known");
    }
    return tri_parse_expect(p, '>', "> at the end of the type");
#undef HERE
}

/* tensor<2x3xf32> without blanks, at the current token: its text, and where it is remembered. Null: no such text. */
static tri_spelling *spelling_at(tri_parser *p, size_t *out_n)
{
    const char *at = p->token.at, *end = p->lexer.end, *to = p->lexer.at;
    if (to == end || *to != '<') return NULL;
    for (to++; to < end && TRI_IS(*to, TRI_CHAR_PLAIN);) to++;
    if (to == end || *to != '>') return NULL;
    *out_n = (size_t)(to + 1 - at);
    return &p->spellings[tri_parse_hash(at, *out_n) % TRI_PARSE_SPELLINGS];
}

static bool parse_shaped(tri_parser *p, tri_type_kind kind, tri_type *out)
{
    const char *at = p->token.at;
    size_t n;
    tri_spelling *known = spelling_at(p, &n);
    if (known && known->n == n && !memcmp(known->at, at, n)) {
        p->token.n = n;
        p->lexer.at = at + n;
        tri_parse_advance(p);
        *out = known->type;
        return true;
    }
    tri_parse_advance(p);
    if (!tri_parse_shape(p, kind, out)) return false;
    if (known) *known = (tri_spelling){at, n, *out};
    return true;
}

bool tri_parse_type(tri_parser *p, tri_type *out)
{
    tri_token token = p->token;
    char room[48];
    if (token.kind == TRI_TOKEN_BANG) {
        tri_name *name = tri_parse_intern(p, token.at, token.n);
        if (!name->type_alias)
            return tri_parse_fail(p, &token, "the type %s is not one Trine has; only static tensors are", tri_token_show(&token, room));
        tri_parse_advance(p);
        *out = *name->type_alias;
        return true;
    }
    static const struct {
        const char *word;
        tri_type_kind kind;
    } shaped[] = {{"tensor", TRI_TYPE_TENSOR}, {"tile", TRI_TYPE_TILE}, {"buf", TRI_TYPE_BUFFER}, {"flags", TRI_TYPE_FLAGS}, {"ring", TRI_TYPE_RING}};
    if (token.kind != TRI_TOKEN_WORD)
        return tri_parse_fail(p, &token, "expected a type such as tensor<2x3xf32>, found %s", tri_token_show(&token, room));
    for (size_t i = 0; i < sizeof shaped / sizeof *shaped; i++) {
        if (tri_parse_is_word(p, shaped[i].word)) return parse_shaped(p, shaped[i].kind, out);
    }
    tri_dtype dtype;
    if (tri_dtype_parse(token.at, token.n, &dtype)) {
        tri_parse_advance(p);
        *out = tri_scalar_of(dtype);
        return true;
    }
    if (tri_parse_accept_word(p, "index")) {
        *out = tri_index_type();
        return true;
    }
    if (tri_parse_accept_word(p, "turns")) {
        *out = (tri_type){.kind = TRI_TYPE_TURNS};
        return true;
    }
    return tri_parse_fail(p, &token, "the type %s is not one Trine has; only static tensors are", tri_token_show(&token, room));
}

/* ---- strings and integers ---- */

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Resolves \n \t \\ \" and \XX. Null when the text would hold a zero byte, which a C string cannot. */
static const char *unescape(tri_parser *p, const char *at, size_t n)
{
    if (!memchr(at, '\\', n)) return memchr(at, 0, n) ? NULL : tri_arena_strndup(p->arena, at, n);
    char *text = tri_arena_alloc(p->arena, n + 1), *to = text;
    for (size_t i = 0; i < n; i++) {
        char c = at[i];
        if (c == '\\' && i + 1 < n) {
            char next = at[++i];
            if (next == 'n')
                c = '\n';
            else if (next == 't')
                c = '\t';
            else if (i + 1 < n && hex_digit(next) >= 0 && hex_digit(at[i + 1]) >= 0)
                c = (char)(hex_digit(next) << 4 | hex_digit(at[++i]));
            else
                c = next;
        }
        if (!c) return NULL;
        *to++ = c;
    }
    return text;
}

bool tri_parse_string(tri_parser *p, const char **out)
{
    tri_token token = p->token;
    if (!tri_parse_expect(p, TRI_TOKEN_STRING, "a string")) return false;
    *out = unescape(p, token.at, token.n);
    return *out || tri_parse_fail(p, &token, "a string with a zero byte has no place here");
}

bool tri_parse_integer(tri_parser *p, int64_t *out)
{
    bool minus = tri_parse_accept(p, '-');
    tri_token token = p->token;
    if (!tri_parse_expect(p, TRI_TOKEN_INTEGER, "an integer")) return false;
    uint64_t value = 0;
    bool hex = token.n > 2 && token.at[1] == 'x';
    for (size_t i = hex ? 2 : 0; i < token.n; i++) {
        uint64_t base = hex ? 16 : 10;
        if (value > (UINT64_MAX - 15) / base) return tri_parse_fail(p, &token, "this integer does not fit 64 bits");
        value = value * base + (uint64_t)hex_digit(token.at[i]);
    }
    if (value > (uint64_t)INT64_MAX + minus && !(hex && !minus)) return tri_parse_fail(p, &token, "this integer does not fit 64 bits");
    *out = (int64_t)(minus ? 0 - value : value);
    return true;
}

/* ---- attributes ---- */

static tri_attr *new_attr(tri_parser *p, tri_attr_kind kind)
{
    tri_attr *attr = TRI_NEW(p->arena, tri_attr);
    attr->kind = (uint8_t)kind;
    return attr;
}

/* Text from `from` to the end of the brackets that open at the current token. */
static bool raw(tri_parser *p, const tri_token *start, const char *from, const tri_attr **out)
{
    const char *end;
    if (!tri_parse_skip_brackets(p, &end)) return false;
    if (memchr(from, 0, (size_t)(end - from))) return tri_parse_fail(p, start, "an attribute with a zero byte");
    tri_attr *attr = new_attr(p, TRI_ATTR_RAW);
    attr->text = tri_arena_strndup(p->arena, from, (size_t)(end - from));
    *out = attr;
    return true;
}

bool tri_parse_attr_dict(tri_parser *p, int close, tri_attr_vec *out)
{
    tri_parse_advance(p);
    if (!tri_parse_enter(p)) return false;
    while (p->token.kind != close) {
        tri_token token = p->token;
        tri_named_attr entry;
        if (token.kind != TRI_TOKEN_WORD && token.kind != TRI_TOKEN_STRING) return tri_parse_expect(p, TRI_TOKEN_WORD, "the name of an attribute");
        if (!token.n || memchr(token.at, '\\', token.n) || memchr(token.at, 0, token.n) || memchr(token.at, '\n', token.n))
            return tri_parse_fail(p, &token, "an attribute's name holds at least one character and no backslash, zero or line end");
        entry.name = tri_parse_intern(p, token.at, token.n)->text;
        tri_parse_advance(p);
        if (tri_parse_accept(p, '=')) {
            if (!tri_parse_attr(p, true, &entry.value)) return false;
        } else {
            entry.value = new_attr(p, TRI_ATTR_UNIT);
        }
        TRI_PUSH(p->arena, out, entry);
        if (!tri_parse_accept(p, ',')) break;
    }
    tri_parse_leave(p);
    return tri_parse_expect(p, close, close == '}' ? "} or ," : "> or ,");
}

/* A list whose members are all integers of one dtype, or all booleans, is INTEGERS. */
static const tri_attr *simplify_list(tri_parser *p, size_t n, const tri_attr *const *at)
{
    bool integers = true;
    for (size_t i = 0; i < n && integers; i++)
        integers = (at[i]->kind == TRI_ATTR_INTEGER || at[i]->kind == TRI_ATTR_BOOL) && at[i]->kind == at[0]->kind && at[i]->dtype == at[0]->dtype;
    tri_attr *attr = new_attr(p, integers ? TRI_ATTR_INTEGERS : TRI_ATTR_LIST);
    if (!integers) {
        attr->list.n = n;
        attr->list.at = at;
        return attr;
    }
    int64_t *values = TRI_NEW_ARRAY(p->arena, int64_t, n);
    for (size_t i = 0; i < n; i++) values[i] = at[i]->integer;
    attr->dtype = n ? at[0]->dtype : TRI_I64;
    attr->integers.n = n;
    attr->integers.at = values;
    return attr;
}

static bool parse_list(tri_parser *p, bool typed, int close, const tri_attr **out)
{
    TRI_VEC(const tri_attr *) list = {0};
    if (!tri_parse_enter(p)) return false;
    while (p->token.kind != close) {
        const tri_attr *attr;
        if (!tri_parse_attr(p, typed, &attr)) return false;
        TRI_PUSH(p->arena, &list, attr);
        if (!tri_parse_accept(p, ',')) break;
    }
    tri_parse_leave(p);
    if (!tri_parse_expect(p, close, close == ']' ? "] or ," : "> or ,")) return false;
    *out = simplify_list(p, list.n, list.at);
    return true;
}

/* array<i64: 1, 2>; the current token is the word. */
static bool parse_array(tri_parser *p, const tri_attr **out)
{
    tri_token start = p->token;
    tri_parse_advance(p);
    if (!tri_parse_expect(p, '<', "< behind array")) return false;
    tri_dtype dtype;
    if (p->token.kind != TRI_TOKEN_WORD || !tri_dtype_parse(p->token.at, p->token.n, &dtype))
        return tri_parse_fail(p, &p->token, "an array of this type; integers, i1 and floats are known");
    tri_parse_advance(p);
    if (p->token.kind == ':')
        tri_parse_advance(p);
    else if (p->token.kind != '>')
        return tri_parse_expect(p, ':', ": or >");
    if (!parse_list(p, false, '>', out)) return false;
    if ((*out)->kind == TRI_ATTR_INTEGERS && !tri_dtype_is_float(dtype)) {
        tri_attr *attr = new_attr(p, TRI_ATTR_INTEGERS);
        *attr = **out;
        attr->dtype = (uint8_t)dtype;
        unsigned char element[8];
        for (size_t i = 0; i < attr->integers.n; i++) {
            tri_store_i64(dtype, element, attr->integers.at[i]);
            if (tri_load_i64(dtype, element) != attr->integers.at[i])
                return tri_parse_fail(p, &start, "element %zu of the array, %" PRId64 ", does not fit %s", i, attr->integers.at[i],
                                      tri_dtype_name(dtype));
        }
        *out = attr;
    }
    return true;
}

/* A number with sign and, where typed, its type. */
static bool parse_number_attr(tri_parser *p, bool typed, const tri_attr **out)
{
    tri_token start = p->token, number = start;
    bool minus = start.kind == '-';
    if (minus) number = tri_parse_peek(p);
    bool is_float = number.kind == TRI_TOKEN_FLOAT, hex = number.n > 2 && number.at[1] == 'x';
    if (!is_float && number.kind != TRI_TOKEN_INTEGER) return tri_parse_expect(p, TRI_TOKEN_INTEGER, "a number");
    /* The type decides how the digits are read and stands behind them: read twice. */
    tri_lexer before = p->lexer;
    tri_type type = is_float ? tri_scalar_of(TRI_F64) : tri_scalar_of(TRI_I64);
    if (minus) tri_parse_advance(p);
    tri_parse_advance(p);
    bool has_type = typed && p->token.kind == ':';
    if (has_type) {
        tri_parse_advance(p);
        tri_token at = p->token;
        if (!tri_parse_type(p, &type)) return false;
        if (type.kind == TRI_TYPE_INDEX) type = tri_scalar_of(TRI_I64);
        if (type.kind != TRI_TYPE_SCALAR) return tri_parse_fail(p, &at, "the type of one number is a scalar such as i64 or f32");
    }
    tri_lexer after = p->lexer;
    tri_token behind = p->token;
    p->lexer = before;
    p->token = start;
    unsigned char element[8];
    tri_dtype dtype = (tri_dtype)type.dtype;
    if (is_float && !tri_dtype_is_float(dtype)) return tri_parse_fail(p, &start, "a number with a fraction cannot be %s", tri_dtype_name(dtype));
    if (hex && !has_type) {
        int64_t value;
        if (!tri_parse_integer(p, &value)) return false;
        tri_store_i64(TRI_I64, element, value);
    } else if (!tri_parse_element(p, dtype, element)) {
        return false;
    }
    p->lexer = after;
    p->token = behind;
    tri_attr *attr = new_attr(p, tri_dtype_is_float(dtype) ? TRI_ATTR_FLOAT : TRI_ATTR_INTEGER);
    attr->dtype = (uint8_t)dtype;
    if (attr->kind == TRI_ATTR_FLOAT)
        attr->number = tri_load_f64(dtype, element);
    else
        attr->integer = tri_load_i64(dtype, element);
    *out = attr;
    return true;
}

/* #alias, #stablehlo<kind CASE>, #stablehlo.kind<a = 1>, and everything else with a # as text. */
static bool parse_hash(tri_parser *p, const tri_attr **out)
{
    tri_token start = p->token;
    tri_name *name = tri_parse_intern(p, start.at, start.n);
    tri_parse_advance(p);
    bool stablehlo = start.n >= 9 && !memcmp(start.at, "stablehlo", 9);
    if (p->token.kind == '<' && stablehlo) {
        tri_token word = tri_parse_peek(p);
        tri_lexer before = p->lexer;
        tri_token open = p->token;
        tri_parse_advance(p);
        tri_parse_advance(p);
        if (start.n == 9 && word.kind == TRI_TOKEN_WORD && p->token.kind == TRI_TOKEN_WORD) {
            tri_attr *attr = new_attr(p, TRI_ATTR_WORD);
            attr->text = tri_parse_intern(p, p->token.at, p->token.n)->text;
            *out = attr;
            tri_parse_advance(p);
            return tri_parse_expect(p, '>', ">");
        }
        bool dict = start.n > 9 && start.at[9] == '.' && (word.kind == '>' || (word.kind == TRI_TOKEN_WORD && p->token.kind == '='));
        p->lexer = before;
        p->token = open;
        if (dict) {
            tri_attr_vec entries = {0};
            if (!tri_parse_attr_dict(p, '>', &entries)) return false;
            tri_attr *attr = new_attr(p, TRI_ATTR_DICT);
            attr->dict.n = entries.n;
            attr->dict.at = entries.at;
            *out = attr;
            return true;
        }
    }
    if (p->token.kind == '<' && p->token.at == start.at + start.n) return raw(p, &start, start.at - 1, out);
    if (!name->alias) return tri_parse_fail(p, &start, "#%s is not defined above", name->text);
    /* Aliases of aliases can double at every step. */
    p->attr_weight += name->alias_weight;
    p->expanded += name->alias_weight;
    if (p->expanded > (uint64_t)1 << 22) return tri_parse_fail(p, &start, "the aliases of this file expand to more than 4 million attributes");
    *out = name->alias;
    return true;
}

static bool parse_word_attr(tri_parser *p, const tri_attr **out)
{
    tri_token start = p->token;
    bool is_true = tri_parse_is_word(p, "true");
    if (is_true || tri_parse_is_word(p, "false")) {
        tri_attr *attr = new_attr(p, TRI_ATTR_BOOL);
        attr->dtype = TRI_I1;
        attr->integer = is_true;
        *out = attr;
        tri_parse_advance(p);
        return true;
    }
    if (tri_parse_is_word(p, "unit")) {
        *out = new_attr(p, TRI_ATTR_UNIT);
        tri_parse_advance(p);
        return true;
    }
    tri_token next = tri_parse_peek(p);
    bool bracket = next.kind == '<' && next.at == start.at + start.n;
    if (tri_parse_is_word(p, "array") && bracket) return parse_array(p, out);
    if ((tri_parse_is_word(p, "dense") || tri_parse_is_word(p, "dense_resource")) && bracket) return tri_parse_dense(p, out);
    if (tri_parse_starts_type(p) && !tri_parse_is_word(p, "none")) {
        tri_attr *attr = new_attr(p, TRI_ATTR_TYPE);
        *out = attr;
        return tri_parse_type(p, &attr->type);
    }
    if (bracket || (tri_parse_is_word(p, "loc") && next.kind == '(')) {
        tri_parse_advance(p);
        return raw(p, &start, start.at, out);
    }
    tri_attr *attr = new_attr(p, TRI_ATTR_WORD);
    attr->text = tri_parse_intern(p, start.at, start.n)->text;
    *out = attr;
    tri_parse_advance(p);
    return true;
}

static bool parse_string_attr(tri_parser *p, const tri_attr **out)
{
    tri_token token = p->token;
    const char *text = unescape(p, token.at, token.n);
    tri_attr *attr = new_attr(p, text ? TRI_ATTR_STRING : TRI_ATTR_RAW);
    attr->text = text ? text : tri_arena_strndup(p->arena, token.at - 1, token.n + 2);
    if (!text && memchr(token.at, 0, token.n)) return tri_parse_fail(p, &token, "a zero byte in a string; write it as \\00");
    *out = attr;
    tri_parse_advance(p);
    return true;
}

bool tri_parse_attr(tri_parser *p, bool typed, const tri_attr **out)
{
    char room[48];
    p->attr_weight++;
    switch (p->token.kind) {
    case TRI_TOKEN_INTEGER:
    case TRI_TOKEN_FLOAT:
    case '-': return parse_number_attr(p, typed, out);
    case TRI_TOKEN_STRING: return parse_string_attr(p, out);
    case TRI_TOKEN_HASH: return parse_hash(p, out);
    case TRI_TOKEN_WORD: return parse_word_attr(p, out);
    case TRI_TOKEN_BANG: {
        tri_attr *attr = new_attr(p, TRI_ATTR_TYPE);
        *out = attr;
        return tri_parse_type(p, &attr->type);
    }
    case TRI_TOKEN_SYMBOL: {
        tri_name *name;
        if (!tri_parse_symbol(p, &name)) return false;
        tri_attr *attr = new_attr(p, TRI_ATTR_SYMBOL);
        attr->text = name->text;
        *out = attr;
        return true;
    }
    case '[': tri_parse_advance(p); return parse_list(p, true, ']', out);
    case '{':
    case '<': {
        tri_attr_vec entries = {0};
        if (!tri_parse_attr_dict(p, p->token.kind == '{' ? '}' : '>', &entries)) return false;
        tri_attr *attr = new_attr(p, TRI_ATTR_DICT);
        attr->dict.n = entries.n;
        attr->dict.at = entries.at;
        *out = attr;
        return true;
    }
    default: return tri_parse_fail(p, &p->token, "expected an attribute, found %s", tri_token_show(&p->token, room));
    }
}

const tri_attr *tri_parse_integers_of(tri_parser *p, const tri_attr *attr)
{
    if (attr->kind != TRI_ATTR_ELEMENTS || tri_dtype_is_float((tri_dtype)attr->dtype) || attr->type.rank > 1) return attr;
    size_t n = (size_t)tri_type_elements(&attr->type);
    if (n > 4096) return attr;
    tri_attr *list = new_attr(p, TRI_ATTR_INTEGERS);
    int64_t *values = TRI_NEW_ARRAY(p->arena, int64_t, n);
    size_t bytes = tri_dtype_bytes((tri_dtype)attr->dtype);
    for (size_t i = 0; i < n; i++) values[i] = tri_load_i64((tri_dtype)attr->dtype, (const char *)attr->data + (attr->splat ? 0 : i * bytes));
    list->dtype = attr->dtype;
    list->integers.n = n;
    list->integers.at = values;
    return list;
}
