/* ir/lex.h - bytes to tokens, for tensor IR and tile text alike.
 *
 * The text needs no zero at its end. A token is a slice of the text; nothing is copied. `at` of the lexer stands behind the current token, so that a
 * parser may read raw bytes from there (shapes, element lists) and go on with tri_lex_next. Positions count lines and bytes from 1. */
#ifndef TRI_IR_LEX_H
#define TRI_IR_LEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Punctuation is its own character; `->` and `..` have names. */
typedef enum tri_token_kind {
    TRI_TOKEN_END = 0,
    TRI_TOKEN_WORD = 256, /* stablehlo.add */
    TRI_TOKEN_VALUE,      /* %name, %0#1; text without the % */
    TRI_TOKEN_SYMBOL,     /* @name, @"any text"; text without the @ (quotes kept) */
    TRI_TOKEN_HASH,       /* #name; text without the # */
    TRI_TOKEN_BANG,       /* !name; text without the ! */
    TRI_TOKEN_CARET,      /* ^name; text without the ^ */
    TRI_TOKEN_INTEGER,    /* 12, 0x1F; no sign */
    TRI_TOKEN_FLOAT,      /* 1.0, 1.5e-3; no sign */
    TRI_TOKEN_STRING,     /* text between the quotes, escapes not resolved */
    TRI_TOKEN_ARROW,
    TRI_TOKEN_DOTS,
    TRI_TOKEN_BAD, /* a byte that starts nothing, or a string without an end */
} tri_token_kind;

typedef struct tri_token {
    int kind;
    int32_t line, column;
    const char *at;
    size_t n;
} tri_token;

typedef struct tri_lexer {
    const char *at, *end;
    const char *line_start;
    int32_t line;
} tri_lexer;

void tri_lex_begin(tri_lexer *lexer, const char *text, size_t n);
void tri_lex_next(tri_lexer *lexer, tri_token *token);
/* Moves to `to` (not before `at`) and counts the lines between. */
void tri_lex_jump(tri_lexer *lexer, const char *to);

static inline bool tri_token_is(const tri_token *token, const char *word, size_t n)
{
    return token->kind == TRI_TOKEN_WORD && token->n == n && !memcmp(token->at, word, n);
}

/* How a token reads in a message: at most 40 bytes, unprintable ones as '?'. */
const char *tri_token_show(const tri_token *token, char room[48]);

extern const uint8_t tri_char_class[256];
enum {
    TRI_CHAR_SPACE = 1,
    TRI_CHAR_DIGIT = 2,
    TRI_CHAR_HEX = 4,
    TRI_CHAR_NAME = 8,   /* may stand in a name */
    TRI_CHAR_PLAIN = 16, /* the same without the dot: two dots end a name */
    TRI_CHAR_NAME_START = 32,
    TRI_CHAR_SINGLE = 64, /* a token by itself, whatever follows */
    TRI_CHAR_SLASH = 128, /* may begin a comment */
};
#define TRI_IS(c, class_) (tri_char_class[(unsigned char)(c)] & (class_))

#endif
