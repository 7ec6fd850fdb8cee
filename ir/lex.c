/* ir/lex.c - the tokens of tensor IR and tile text: one table of byte classes decides, a switch knows the rare ones. */
#include "ir/lex.h"

#define S TRI_CHAR_SPACE
#define X TRI_CHAR_SINGLE
#define P (TRI_CHAR_NAME | TRI_CHAR_PLAIN)
#define D (P | TRI_CHAR_DIGIT | TRI_CHAR_HEX)
#define N (P | TRI_CHAR_NAME_START)
#define H (N | TRI_CHAR_HEX)
#define T TRI_CHAR_NAME
#define C (X | TRI_CHAR_SLASH)
const uint8_t tri_char_class[256] = {
    ['\t'] = S, ['\n'] = S, ['\r'] = S, [' '] = S, ['('] = X, [')'] = X, ['['] = X, [']'] = X, ['{'] = X, ['}'] = X, ['<'] = X, ['>'] = X, [','] = X,
    [':'] = X,  ['='] = X,  ['+'] = X,  ['*'] = X, ['?'] = X, ['/'] = C, [';'] = X, ['|'] = X, ['.'] = T, ['$'] = P, ['_'] = N, ['0'] = D, ['1'] = D,
    ['2'] = D,  ['3'] = D,  ['4'] = D,  ['5'] = D, ['6'] = D, ['7'] = D, ['8'] = D, ['9'] = D, ['A'] = H, ['B'] = H, ['C'] = H, ['D'] = H, ['E'] = H,
    ['F'] = H,  ['G'] = N,  ['H'] = N,  ['I'] = N, ['J'] = N, ['K'] = N, ['L'] = N, ['M'] = N, ['N'] = N, ['O'] = N, ['P'] = N, ['Q'] = N, ['R'] = N,
    ['S'] = N,  ['T'] = N,  ['U'] = N,  ['V'] = N, ['W'] = N, ['X'] = N, ['Y'] = N, ['Z'] = N, ['a'] = H, ['b'] = H, ['c'] = H, ['d'] = H, ['e'] = H,
    ['f'] = H,  ['g'] = N,  ['h'] = N,  ['i'] = N, ['j'] = N, ['k'] = N, ['l'] = N, ['m'] = N, ['n'] = N, ['o'] = N, ['p'] = N, ['q'] = N, ['r'] = N,
    ['s'] = N,  ['t'] = N,  ['u'] = N,  ['v'] = N, ['w'] = N, ['x'] = N, ['y'] = N, ['z'] = N,
};
#undef S
#undef X
#undef P
#undef D
#undef N
#undef H
#undef T
#undef C

void tri_lex_begin(tri_lexer *lexer, const char *text, size_t n) { *lexer = (tri_lexer){.at = text, .end = text + n, .line_start = text, .line = 1}; }

void tri_lex_jump(tri_lexer *lexer, const char *to)
{
    for (const char *at = lexer->at; at < to; at++) {
        at = memchr(at, '\n', (size_t)(to - at));
        if (!at) break;
        lexer->line++;
        lexer->line_start = at + 1;
    }
    lexer->at = to;
}

static void skip_space(tri_lexer *lexer)
{
    const char *at = lexer->at, *end = lexer->end;
    while (at < end && TRI_IS(*at, TRI_CHAR_SPACE | TRI_CHAR_SLASH)) {
        if (*at == '\n') {
            lexer->line++;
            lexer->line_start = ++at;
        } else if (*at != '/') {
            at++;
        } else if (at + 1 < end && at[1] == '/') {
            const char *newline = memchr(at, '\n', (size_t)(end - at));
            at = newline ? newline : end;
        } else {
            break;
        }
    }
    lexer->at = at;
}

/* A dot is part of a name; two dots end it: %low..%high. */
static const char *skip_name(const char *at, const char *end)
{
    for (;; at++) {
        while (at < end && TRI_IS(*at, TRI_CHAR_PLAIN)) at++;
        if (at == end || *at != '.' || (at + 1 < end && at[1] == '.')) return at;
    }
}

/* 12, 0x1F, 1.5, 1.5e-3; `1..` is an integer and two dots. */
static const char *skip_number(const char *at, const char *end, int *out_kind)
{
    *out_kind = TRI_TOKEN_INTEGER;
    if (*at == '0' && at + 2 < end && at[1] == 'x' && TRI_IS(at[2], TRI_CHAR_HEX)) {
        at += 2;
        while (at < end && TRI_IS(*at, TRI_CHAR_HEX)) at++;
        return at;
    }
    while (at < end && TRI_IS(*at, TRI_CHAR_DIGIT)) at++;
    if (at == end || *at != '.' || (at + 1 < end && at[1] == '.')) return at;
    *out_kind = TRI_TOKEN_FLOAT;
    at++;
    while (at < end && TRI_IS(*at, TRI_CHAR_DIGIT)) at++;
    if (at < end && (*at == 'e' || *at == 'E')) {
        const char *exponent = at + 1;
        if (exponent < end && (*exponent == '+' || *exponent == '-')) exponent++;
        if (exponent < end && TRI_IS(*exponent, TRI_CHAR_DIGIT)) {
            while (exponent < end && TRI_IS(*exponent, TRI_CHAR_DIGIT)) exponent++;
            at = exponent;
        }
    }
    return at;
}

/* `at` stands behind the opening quote; null when no quote closes it. */
static const char *skip_string(const char *at, const char *end)
{
    while (at < end) {
        const char *quote = memchr(at, '"', (size_t)(end - at));
        if (!quote) return NULL;
        size_t backslashes = 0;
        while (quote - backslashes > at && quote[-1 - (ptrdiff_t)backslashes] == '\\') backslashes++;
        if (backslashes % 2 == 0) return quote;
        at = quote + 1;
    }
    return NULL;
}

/* A name behind its sigil. Value names may be numbers and carry #index. */
static void sigil(tri_lexer *lexer, tri_token *token, int kind)
{
    const char *at = token->at + 1, *end = skip_name(at, lexer->end);
    if (kind == TRI_TOKEN_VALUE && end < lexer->end && *end == '#') {
        const char *index = end + 1;
        while (index < lexer->end && TRI_IS(*index, TRI_CHAR_DIGIT)) index++;
        if (index > end + 1) end = index;
    }
    if (end == at) {
        token->n = 1;
        return;
    }
    token->kind = kind;
    token->at = at;
    token->n = (size_t)(end - at);
}

/* What starts with none of the frequent bytes. Inlined, it would make every token save more registers. */
__attribute__((noinline)) static void lex_rare(tri_lexer *lexer, tri_token *token)
{
    const char *at = token->at, *end = lexer->end;
    if (TRI_IS(*at, TRI_CHAR_DIGIT)) {
        lexer->at = skip_number(at, end, &token->kind);
        token->n = (size_t)(lexer->at - at);
        return;
    }
    switch (*at) {
    case '#':
    case '^':
        token->kind = *at;
        sigil(lexer, token, *at == '#' ? TRI_TOKEN_HASH : TRI_TOKEN_CARET);
        break;
    case '!': sigil(lexer, token, TRI_TOKEN_BANG); break;
    case '@':
        if (at + 1 < end && at[1] == '"') {
            const char *quote = skip_string(at + 2, end);
            if (!quote) break;
            token->kind = TRI_TOKEN_SYMBOL;
            token->at = at + 1;
            token->n = (size_t)(quote + 1 - token->at);
        } else {
            sigil(lexer, token, TRI_TOKEN_SYMBOL);
        }
        break;
    case '"': {
        const char *quote = skip_string(at + 1, end);
        token->n = (size_t)(end - at);
        if (!quote) break;
        token->kind = TRI_TOKEN_STRING;
        token->at = at + 1;
        token->n = (size_t)(quote - token->at);
        tri_lex_jump(lexer, quote + 1);
        return;
    }
    case '-': {
        bool arrow = at + 1 < end && at[1] == '>';
        token->kind = arrow ? TRI_TOKEN_ARROW : '-';
        token->n = 1 + arrow;
        break;
    }
    case '.':
        if (at + 1 == end || at[1] != '.') break;
        token->kind = TRI_TOKEN_DOTS;
        token->n = 2;
        break;
    default: break;
    }
    lexer->at = token->at + token->n;
}

void tri_lex_next(tri_lexer *lexer, tri_token *token)
{
    skip_space(lexer);
    const char *at = lexer->at, *end = lexer->end;
    token->line = lexer->line;
    token->column = (int32_t)(at - lexer->line_start) + 1;
    token->at = at;
    token->n = at < end;
    token->kind = at < end ? TRI_TOKEN_BAD : TRI_TOKEN_END;
    if (at == end) return;
    uint8_t class_ = tri_char_class[(unsigned char)*at];
    if (class_ & TRI_CHAR_SINGLE) {
        token->kind = *at;
    } else if (class_ & TRI_CHAR_NAME_START) {
        token->kind = TRI_TOKEN_WORD;
        token->n = (size_t)(skip_name(at, end) - at);
    } else if (*at == '%') {
        sigil(lexer, token, TRI_TOKEN_VALUE);
    } else {
        lex_rare(lexer, token);
        return;
    }
    lexer->at = token->at + token->n;
}

const char *tri_token_show(const tri_token *token, char room[48])
{
    if (token->kind == TRI_TOKEN_END) return "the end of the text";
    static const char sigils[] = {'%', '@', '#', '!', '^'};
    size_t n = 0;
    room[n++] = '\'';
    if (token->kind >= TRI_TOKEN_VALUE && token->kind <= TRI_TOKEN_CARET) room[n++] = sigils[token->kind - TRI_TOKEN_VALUE];
    for (size_t i = 0; i < token->n && n < 40; i++) {
        char c = token->at[i];
        room[n++] = c >= 32 && c < 127 ? c : '?';
    }
    if (n == 40) {
        memcpy(room + n, "...", 3);
        n += 3;
    }
    room[n++] = '\'';
    room[n] = 0;
    return room;
}
