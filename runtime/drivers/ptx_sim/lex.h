/* lex.h - tokens of PTX text. The lexer holds one token; words keep their sigil and their dots (`%tid.x`, `.reg`, `ld.global.b32`). */
#ifndef TRI_PTX_LEX_H
#define TRI_PTX_LEX_H

#include "base/arena.h"

typedef enum tri_ptx_token {
    TRI_PTX_END,
    TRI_PTX_WORD,
    TRI_PTX_INTEGER_TOKEN,
    TRI_PTX_SINGLE_TOKEN,
    TRI_PTX_DOUBLE_TOKEN,
    TRI_PTX_STRING,
    TRI_PTX_PUNCTUATION, /* one character, in `bits` */
    TRI_PTX_BAD          /* `problem` says why */
} tri_ptx_token;

typedef struct tri_ptx_lexer {
    const char *begin, *next, *end;
    const char *line_begin;
    int32_t line;
    tri_ptx_token token;
    const char *at; /* the token's text */
    size_t n;
    uint64_t bits;
    int32_t token_line, token_column;
    const char *token_end;
    const char *problem;
} tri_ptx_lexer;

void tri_ptx_lex_begin(tri_ptx_lexer *lexer, const char *text, size_t n);
void tri_ptx_lex_next(tri_ptx_lexer *lexer);
static inline bool tri_ptx_lex_is(const tri_ptx_lexer *lexer, char punctuation)
{
    return lexer->token == TRI_PTX_PUNCTUATION && lexer->bits == (unsigned char)punctuation;
}
static inline bool tri_ptx_lex_word(const tri_ptx_lexer *lexer, const char *word)
{
    return lexer->token == TRI_PTX_WORD && strlen(word) == lexer->n && !memcmp(word, lexer->at, lexer->n);
}

#endif
