/* ir/parse.h - what the files of the parser share. Recursive descent with one token of lookahead.
 *
 * A parse function returns false after it has reported an error; the caller returns false too, until somebody recovers: the op loops skip to the next
 * op, so that one run reports every independent error of a file. Names that a broken op would have defined are bound to a poisoned value (type NONE),
 * whose uses are not reported again. Nesting is bounded by TRI_PARSE_DEPTH. */
#ifndef TRI_IR_PARSE_H
#define TRI_IR_PARSE_H

#include "ir/ir.h"
#include "ir/lex.h"

enum { TRI_PARSE_DEPTH = 100, TRI_PARSE_MOST_ERRORS = 100 };

/* What a type's text means, since a text repeats few types many times. */
typedef struct tri_spelling {
    const char *at; /* in the text that is read; null: empty */
    size_t n;
    tri_type type;
} tri_spelling;

enum { TRI_PARSE_SPELLINGS = 64 };

/* One entry for a text, whatever sigil stood before it. */
typedef struct tri_name {
    const char *text; /* in the module's arena, zero-terminated */
    size_t n;
    uint64_t hash;
    tri_value **values; /* bound to %name now; null: nothing */
    uint32_t n_values, depth;
    int32_t tensor_kind;        /* tri_op_kind of this text, or -1: not looked up yet */
    const tri_attr *alias;      /* #name = ... */
    uint64_t alias_weight;      /* attributes in it, aliases expanded */
    const tri_type *type_alias; /* !name = ... */
    tri_func *func;             /* @name */
} tri_name;

typedef struct tri_binding {
    tri_name *name;
    tri_value **values;
    uint32_t n_values, depth;
} tri_binding;

typedef struct tri_parser {
    tri_lexer lexer;
    tri_token token;                /* the one looked at */
    int32_t last_line, last_column; /* where the token before it ends */
    const char *statement;          /* where the statement that is read begins */
    const char *file;
    tri_arena *arena;  /* of the module */
    tri_arena scratch; /* of the parser */
    tri_module *module;
    tri_func *func;
    struct {
        tri_name **at;
        size_t n, room; /* room is a power of two */
    } names;
    tri_spelling spellings[TRI_PARSE_SPELLINGS]; /* by hash; a newer one replaces an older one */
    TRI_VEC(tri_binding) undo;
    uint32_t depth;                 /* of scopes */
    uint32_t isolated_depth;        /* names bound in a scope below this one may be bound again */
    uint32_t nesting;               /* of regions, attributes, expressions */
    uint64_t attr_weight, expanded; /* attributes read, and of these by aliases */
    tri_value *poison;
    tri_status *errors;
    int n_errors;
} tri_parser;

typedef TRI_VEC(tri_named_attr) tri_attr_vec;
typedef TRI_VEC(tri_value *) tri_value_vec;
typedef TRI_VEC(tri_type) tri_type_vec;

/* ---- errors and tokens: parse.c ---- */

tri_loc tri_parse_loc(const tri_parser *p, const tri_token *token);
/* Reports (INVALID; an op or type that Trine does not know, too) and returns false. */
bool tri_parse_fail(tri_parser *p, const tri_token *at, const char *format, ...) TRI_PRINTF(3, 4);
static inline void tri_parse_advance(tri_parser *p)
{
    p->last_line = p->token.line;
    p->last_column = p->token.column + (int32_t)p->token.n;
    tri_lex_next(&p->lexer, &p->token);
}
static inline bool tri_parse_accept(tri_parser *p, int kind)
{
    if (p->token.kind != kind) return false;
    tri_parse_advance(p);
    return true;
}
static inline bool tri_parse_is_word(const tri_parser *p, const char *word) { return tri_token_is(&p->token, word, strlen(word)); }
static inline bool tri_parse_accept_word(tri_parser *p, const char *word)
{
    if (!tri_parse_is_word(p, word)) return false;
    tri_parse_advance(p);
    return true;
}
/* `what` completes "expected ...". */
bool tri_parse_fail_expected(tri_parser *p, const char *what);
static inline bool tri_parse_expect(tri_parser *p, int kind, const char *what)
{
    return tri_parse_accept(p, kind) || tri_parse_fail_expected(p, what);
}
/* The token behind the current one, which stays. */
tri_token tri_parse_peek(const tri_parser *p);
/* Enters one more level of nesting; false with an error when that is too deep. */
bool tri_parse_enter(tri_parser *p);
static inline void tri_parse_leave(tri_parser *p) { p->nesting--; }
/* From `start`, the first token of a statement that went wrong, to the first token of the next: on a later line, outside brackets. */
void tri_parse_recover(tri_parser *p, const tri_token *start);
/* The current token and everything to its closing bracket; false at the end of the text. out_end: behind the bracket. */
bool tri_parse_skip_brackets(tri_parser *p, const char **out_end);
/* loc(...) behind anything: read over. */
bool tri_parse_skip_loc(tri_parser *p);

/* ---- names: parse.c ---- */

/* For tables of short texts in this run. */
uint64_t tri_parse_hash(const char *text, size_t n);

tri_name *tri_parse_intern(tri_parser *p, const char *text, size_t n);
/* Scopes: what was bound since is forgotten when the scope closes. */
size_t tri_parse_open_scope(tri_parser *p);
void tri_parse_close_scope(tri_parser *p, size_t mark);
bool tri_parse_bind(tri_parser *p, const tri_token *at, tri_name *name, uint32_t n, tri_value **values);
bool tri_parse_use(tri_parser *p, tri_value **out);
/* @name or @"name" at the current token. */
bool tri_parse_symbol(tri_parser *p, tri_name **out);

/* ---- types and attributes: parse_attr.c ---- */

bool tri_parse_type(tri_parser *p, tri_type *out);
/* 2x3xf32> behind the `<` that is the current token; leaves the token behind the `>`. */
bool tri_parse_shape(tri_parser *p, tri_type_kind kind, tri_type *out);
bool tri_parse_starts_type(const tri_parser *p);
/* `typed`: a number may carry `: type`. */
bool tri_parse_attr(tri_parser *p, bool typed, const tri_attr **out);
/* {a = 1, b}: the current token is the opening bracket; `close` is its partner. */
bool tri_parse_attr_dict(tri_parser *p, int close, tri_attr_vec *out);
bool tri_parse_integer(tri_parser *p, int64_t *out);
bool tri_parse_string(tri_parser *p, const char **out);
const tri_attr *tri_parse_integers_of(tri_parser *p, const tri_attr *attr); /* as INTEGERS where it can be, else itself */

/* ---- numbers and element lists: parse_elements.c ---- */

/* A number at the current token, with sign: 1, -2.5e3, 0x7FC0, inf, nan, true; stored as one element of dtype. */
bool tri_parse_element(tri_parser *p, tri_dtype dtype, void *element);
bool tri_parse_number(tri_parser *p, double *out);
/* dense<...> : type, dense_resource<...> : type; the current token is the word. */
bool tri_parse_dense(tri_parser *p, const tri_attr **out);

/* ---- functions, kernels, scheduled programs: parse_tensor.c, parse_tile.c, parse_sched.c ---- */

bool tri_parse_func(tri_parser *p);
bool tri_parse_kernel(tri_parser *p);
bool tri_parse_scheduled(tri_parser *p);

#endif
