/* lex.c - one pass over the bytes, never beyond `end`; zero bytes and bytes above 127 are refused outside of comments and strings. */
#include "runtime/drivers/ptx_sim/lex.h"

#include <stdlib.h>

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c == '$'; }

static int digit_value(char c)
{
    if (is_digit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return 99;
}

void tri_ptx_lex_begin(tri_ptx_lexer *lexer, const char *text, size_t n)
{
    *lexer = (tri_ptx_lexer){.begin = text, .next = text, .end = text + n, .line_begin = text, .line = 1};
    tri_ptx_lex_next(lexer);
}

static void bad(tri_ptx_lexer *lexer, const char *problem)
{
    lexer->token = TRI_PTX_BAD;
    lexer->problem = problem;
    lexer->token_end = lexer->next;
}

static void new_line(tri_ptx_lexer *lexer)
{
    lexer->line++;
    lexer->line_begin = lexer->next;
}

/* False: a comment that never ends; the token's place is then where it begins. */
static bool skip_blanks(tri_ptx_lexer *lexer)
{
    while (lexer->next < lexer->end) {
        char c = *lexer->next;
        char following = lexer->end - lexer->next > 1 ? lexer->next[1] : 0;
        if (c == ' ' || c == '\t' || c == '\r') {
            lexer->next++;
        } else if (c == '\n') {
            lexer->next++;
            new_line(lexer);
        } else if (c == '/' && following == '/') {
            while (lexer->next < lexer->end && *lexer->next != '\n') lexer->next++;
        } else if (c == '/' && following == '*') {
            lexer->token_line = lexer->line;
            lexer->token_column = (int32_t)(lexer->next - lexer->line_begin) + 1;
            lexer->next += 2;
            for (;; lexer->next++) {
                if (lexer->end - lexer->next < 2) return lexer->next = lexer->end, false;
                if (lexer->next[0] == '*' && lexer->next[1] == '/') break;
                if (*lexer->next == '\n') {
                    lexer->line++;
                    lexer->line_begin = lexer->next + 1;
                }
            }
            lexer->next += 2;
        } else {
            break;
        }
    }
    return true;
}

/* Hexadecimal digits up to the end of the word: exactly `n` of them. */
static bool float_bits(tri_ptx_lexer *lexer, int n)
{
    lexer->bits = 0;
    for (int i = 0; i < n; i++, lexer->next++) {
        if (lexer->next == lexer->end || digit_value(*lexer->next) > 15) return false;
        lexer->bits = lexer->bits << 4 | (uint64_t)digit_value(*lexer->next);
    }
    return true;
}

static void lex_number(tri_ptx_lexer *lexer)
{
    const char *p = lexer->next;
    int base = 10;
    if (lexer->end - p > 1 && p[0] == '0') {
        char mark = p[1];
        if (mark == 'f' || mark == 'F' || mark == 'd' || mark == 'D') {
            bool single = mark == 'f' || mark == 'F';
            lexer->next = p + 2;
            if (!float_bits(lexer, single ? 8 : 16))
                return bad(lexer, single ? "0f needs eight hexadecimal digits" : "0d needs sixteen hexadecimal digits");
            lexer->token = single ? TRI_PTX_SINGLE_TOKEN : TRI_PTX_DOUBLE_TOKEN;
            return;
        }
        base = mark == 'x' || mark == 'X' ? 16 : mark == 'b' || mark == 'B' ? 2 : 8;
        if (base != 8) p += 2;
    }
    const char *first = p;
    uint64_t value = 0;
    bool overflow = false;
    for (; p < lexer->end && digit_value(*p) < base; p++) {
        overflow |= value > (UINT64_MAX - (uint64_t)digit_value(*p)) / (uint64_t)base;
        value = value * (uint64_t)base + (uint64_t)digit_value(*p);
    }
    bool fraction = base != 16 && p < lexer->end && (*p == '.' || *p == 'e' || *p == 'E');
    if (fraction) {
        char digits[64];
        size_t n = 0;
        for (p = lexer->next; p < lexer->end && n < sizeof digits - 1; p++) {
            bool sign = (*p == '-' || *p == '+') && n && (digits[n - 1] == 'e' || digits[n - 1] == 'E');
            if (!is_digit(*p) && *p != '.' && *p != 'e' && *p != 'E' && !sign) break;
            digits[n++] = *p;
        }
        digits[n] = 0;
        char *stop;
        double number = strtod(digits, &stop);
        lexer->next = p;
        if (stop != digits + n) return bad(lexer, "this is no decimal number");
        memcpy(&lexer->bits, &number, 8);
        lexer->token = TRI_PTX_DOUBLE_TOKEN;
        return;
    }
    lexer->next = p;
    if (p == first) return bad(lexer, "digits are missing");
    if (p < lexer->end && *p == 'U') lexer->next = ++p;
    if (p < lexer->end && is_word(*p)) return bad(lexer, "a letter in a number");
    if (overflow) return bad(lexer, "the number needs more than 64 bits");
    lexer->bits = value;
    lexer->token = TRI_PTX_INTEGER_TOKEN;
}

void tri_ptx_lex_next(tri_ptx_lexer *lexer)
{
    lexer->token_end = lexer->next;
    bool closed = skip_blanks(lexer);
    lexer->at = lexer->next;
    lexer->n = 0;
    if (!closed) return bad(lexer, "a comment without an end");
    lexer->token_line = lexer->line;
    lexer->token_column = (int32_t)(lexer->next - lexer->line_begin) + 1;
    if (lexer->next == lexer->end) {
        lexer->token = TRI_PTX_END;
        return;
    }
    char c = *lexer->next;
    if (is_digit(c)) {
        lex_number(lexer);
    } else if (is_word(c) || c == '%' || c == '.') {
        const char *p = lexer->next + 1;
        for (; p < lexer->end; p++) {
            bool pair = *p == ':' && lexer->end - p > 2 && p[1] == ':' && is_word(p[2]);
            if (pair) p++;
            else if (!is_word(*p) && *p != '.') break;
        }
        lexer->next = p;
        lexer->token = TRI_PTX_WORD;
    } else if (c == '"') {
        const char *p = lexer->next + 1;
        while (p < lexer->end && *p != '"' && *p != '\n') p++;
        lexer->next = p;
        if (p == lexer->end || *p != '"') return bad(lexer, "a string without an end");
        lexer->next++;
        lexer->token = TRI_PTX_STRING;
    } else if (c > ' ' && c < 127) {
        lexer->next++;
        lexer->token = TRI_PTX_PUNCTUATION;
        lexer->bits = (unsigned char)c;
    } else {
        lexer->next++;
        return bad(lexer, "a byte that no PTX text holds");
    }
    lexer->n = (size_t)(lexer->next - lexer->at);
    if (lexer->token == TRI_PTX_WORD && lexer->n > 256) bad(lexer, "a word of more than 256 characters");
}
