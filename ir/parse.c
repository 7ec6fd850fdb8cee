/* ir/parse.c - the parser's ground: errors, names and scopes, recovery; and the outermost level of a text: modules, aliases, functions, kernels.
 *
 * tri_module_parse is the only entry. It installs its own escape on the module's arena (and puts the caller's back), so that running out of memory
 * ends in a status like any other error. Guarantees: no recursion deeper than TRI_PARSE_DEPTH, time linear in the text but for the bounded depth, any
 * bytes welcome. */
#include "ir/parse.h"

#include "base/hash.h"

/* ---- errors and tokens ---- */

tri_loc tri_parse_loc(const tri_parser *p, const tri_token *token) { return (tri_loc){p->file, token->line, token->column}; }

bool tri_parse_fail(tri_parser *p, const tri_token *at, const char *format, ...)
{
    tri_loc loc = tri_parse_loc(p, at);
    /* What is missing at the end of a line is missing there, not where the next statement begins. */
    if (at->at == p->token.at && at->line > p->last_line && p->last_line && at->at != p->statement)
        loc = (tri_loc){p->file, p->last_line, p->last_column};
    if (p->n_errors == TRI_PARSE_MOST_ERRORS) {
        p->errors = tri_join(p->errors, tri_error(TRI_INVALID, loc, "more errors follow; mend these first"));
    } else if (p->n_errors < TRI_PARSE_MOST_ERRORS) {
        va_list arguments;
        va_start(arguments, format);
        p->errors = tri_join(p->errors, tri_error_v(TRI_INVALID, loc, format, arguments));
        va_end(arguments);
    }
    p->n_errors++;
    return false;
}

bool tri_parse_fail_expected(tri_parser *p, const char *what)
{
    char room[48];
    return tri_parse_fail(p, &p->token, "expected %s, found %s", what, tri_token_show(&p->token, room));
}

tri_token tri_parse_peek(const tri_parser *p)
{
    tri_lexer ahead = p->lexer;
    tri_token token;
    tri_lex_next(&ahead, &token);
    return token;
}

bool tri_parse_enter(tri_parser *p)
{
    if (p->nesting >= TRI_PARSE_DEPTH) return tri_parse_fail(p, &p->token, "nested more than %d deep", TRI_PARSE_DEPTH);
    p->nesting++;
    return true;
}

static int partner(int kind) { return kind == '(' ? ')' : kind == '[' ? ']' : kind == '{' ? '}' : kind == '<' ? '>' : 0; }

/* Words that carry a statement on behind a line end. */
static bool continues(const tri_parser *p)
{
    int kind = p->token.kind;
    if (kind == '{' || kind == '(' || kind == '<' || kind == ':' || kind == ',' || kind == '=' || kind == TRI_TOKEN_ARROW) return true;
    return tri_parse_is_word(p, "reducer") || tri_parse_is_word(p, "cond") || tri_parse_is_word(p, "do") || tri_parse_is_word(p, "else");
}

/* `%name =` on a later line, not further in than the statement before: nothing within brackets looks like that. */
static bool begins_statement(const tri_parser *p, const tri_token *before)
{
    return p->token.kind == TRI_TOKEN_VALUE && p->token.line > before->line && p->token.column <= before->column && tri_parse_peek(p).kind == '=';
}

/* Angle brackets are left out: they also mean less and greater. */
void tri_parse_recover(tri_parser *p, const tri_token *start)
{
    bool sigil = start->kind == TRI_TOKEN_STRING || (start->kind >= TRI_TOKEN_VALUE && start->kind <= TRI_TOKEN_CARET);
    const char *from = start->at - sigil;
    p->lexer = (tri_lexer){.at = from, .end = p->lexer.end, .line_start = from - (start->column - 1), .line = start->line};
    int open = 0, braces = 0, line = start->line;
    bool first = true;
    for (;; first = false) {
        tri_parse_advance(p);
        int kind = p->token.kind;
        if (kind == TRI_TOKEN_END) return;
        if (!first && open == 0 && p->token.line > line && !continues(p)) return;
        if (!first && braces == 0 && (kind == '}' || begins_statement(p, start))) return; /* whatever else is open was forgotten */
        if (kind == '{') braces++;
        if (kind == '}' && braces) braces--;
        if (kind == '(' || kind == '[' || kind == '{') open++;
        if ((kind == ')' || kind == ']' || kind == '}') && open > 0) {
            open--;
            line = p->token.line;
        }
    }
}

bool tri_parse_skip_brackets(tri_parser *p, const char **out_end)
{
    tri_token start = p->token;
    TRI_VEC(char) open = {0};
    do {
        int kind = p->token.kind;
        if (kind == TRI_TOKEN_END || kind == TRI_TOKEN_BAD) return tri_parse_fail(p, &start, "this bracket is not closed");
        if (partner(kind))
            TRI_PUSH(&p->scratch, &open, (char)partner(kind));
        else if (open.n && kind == open.at[open.n - 1])
            open.n--;
        else if (kind == ')' || kind == ']' || kind == '}' || kind == '>')
            return tri_parse_fail(p, &p->token, "a closing bracket that was not opened");
        *out_end = p->token.at + p->token.n;
        tri_parse_advance(p);
    } while (open.n);
    return true;
}

bool tri_parse_skip_loc(tri_parser *p)
{
    if (!tri_parse_is_word(p, "loc")) return true;
    const char *end;
    tri_parse_advance(p);
    if (p->token.kind != '(') return tri_parse_fail(p, &p->token, "expected ( behind loc");
    return tri_parse_skip_brackets(p, &end);
}

/* ---- names ---- */

/* Whole words; the last one overlaps the one before it. */
uint64_t tri_parse_hash(const char *text, size_t n)
{
    uint64_t word = 0, hash = tri_hash_u64(TRI_HASH_SEED, n);
    if (n >= 8) {
        for (size_t at = 0; at + 8 < n; at += 8) {
            memcpy(&word, text + at, 8);
            hash = tri_hash_u64(hash, word);
        }
        memcpy(&word, text + n - 8, 8);
    } else {
        for (size_t at = 0; at < n; at++) word = word << 8 | (unsigned char)text[at];
    }
    return tri_hash_u64(hash, word);
}

static void grow_names(tri_parser *p)
{
    size_t room = p->names.room ? p->names.room * 2 : 1024;
    tri_name **at = TRI_NEW_ARRAY(&p->scratch, tri_name *, room);
    for (size_t i = 0; i < p->names.room; i++) {
        tri_name *name = p->names.at[i];
        if (!name) continue;
        size_t slot = name->hash & (room - 1);
        while (at[slot]) slot = (slot + 1) & (room - 1);
        at[slot] = name;
    }
    p->names.at = at;
    p->names.room = room;
}

tri_name *tri_parse_intern(tri_parser *p, const char *text, size_t n)
{
    if (p->names.n * 2 >= p->names.room) grow_names(p);
    uint64_t hash = tri_parse_hash(text, n);
    size_t slot = hash & (p->names.room - 1);
    for (tri_name *name; (name = p->names.at[slot]); slot = (slot + 1) & (p->names.room - 1)) {
        if (name->hash == hash && name->n == n && !memcmp(name->text, text, n)) return name;
    }
    tri_name *name = TRI_NEW(&p->scratch, tri_name);
    name->text = tri_arena_strndup(p->arena, text, n);
    name->n = n;
    name->hash = hash;
    name->tensor_kind = -1;
    p->names.at[slot] = name;
    p->names.n++;
    return name;
}

size_t tri_parse_open_scope(tri_parser *p)
{
    p->depth++;
    return p->undo.n;
}

void tri_parse_close_scope(tri_parser *p, size_t mark)
{
    while (p->undo.n > mark) {
        tri_binding *binding = &p->undo.at[--p->undo.n];
        binding->name->values = binding->values;
        binding->name->n_values = binding->n_values;
        binding->name->depth = binding->depth;
    }
    p->depth--;
}

bool tri_parse_bind(tri_parser *p, const tri_token *at, tri_name *name, uint32_t n, tri_value **values)
{
    if (name->values && name->depth >= p->isolated_depth && name->values[0] != p->poison)
        return tri_parse_fail(p, at, "%%%s is defined a second time; every value has one definition", name->text);
    TRI_PUSH(&p->scratch, &p->undo, (tri_binding){name, name->values, name->n_values, name->depth});
    name->values = values;
    name->n_values = n;
    name->depth = p->depth;
    return true;
}

bool tri_parse_use(tri_parser *p, tri_value **out)
{
    tri_token token = p->token;
    if (token.kind != TRI_TOKEN_VALUE) {
        char room[48];
        return tri_parse_fail(p, &token, "expected a value such as %%0, found %s", tri_token_show(&token, room));
    }
    size_t n = token.n;
    const char *hash = memchr(token.at, '#', n);
    uint32_t index = 0;
    if (hash) {
        n = (size_t)(hash - token.at);
        for (const char *at = hash + 1; at < token.at + token.n && index < 1000000; at++) index = index * 10 + (uint32_t)(*at - '0');
    }
    tri_name *name = tri_parse_intern(p, token.at, n);
    tri_parse_advance(p);
    if (!name->values) return tri_parse_fail(p, &token, "%%%s is not defined above", name->text);
    if (name->values[0] == p->poison) {
        *out = p->poison;
        return true;
    }
    if (index >= name->n_values) return tri_parse_fail(p, &token, "%%%s has %u result(s), there is no #%u", name->text, name->n_values, index);
    *out = name->values[index];
    return true;
}

bool tri_parse_symbol(tri_parser *p, tri_name **out)
{
    tri_token token = p->token;
    if (!tri_parse_expect(p, TRI_TOKEN_SYMBOL, "a name such as @main")) return false;
    if (token.at[0] == '"') {
        token.at++;
        token.n -= 2;
        if (!token.n || memchr(token.at, '\\', token.n) || memchr(token.at, 0, token.n) || memchr(token.at, '\n', token.n))
            return tri_parse_fail(p, &token, "a quoted name holds at least one character and no backslash, zero or line end");
    }
    *out = tri_parse_intern(p, token.at, token.n);
    return true;
}

/* ---- the outermost level ---- */

/* #name = attribute, !name = type. Locations are read over. */
static bool parse_alias(tri_parser *p)
{
    tri_token token = p->token;
    tri_name *name = tri_parse_intern(p, token.at, token.n);
    tri_parse_advance(p);
    if (!tri_parse_expect(p, '=', "= behind the name of an alias")) return false;
    if (tri_parse_is_word(p, "loc")) return tri_parse_skip_loc(p);
    if (token.kind == TRI_TOKEN_HASH) {
        uint64_t before = p->attr_weight;
        const tri_attr *value;
        if (!tri_parse_attr(p, true, &value)) return false;
        name->alias = value;
        name->alias_weight = p->attr_weight - before;
        return true;
    }
    tri_type *type = TRI_NEW(&p->scratch, tri_type);
    if (!tri_parse_type(p, type)) return false;
    name->type_alias = type;
    return true;
}

static bool parse_items(tri_parser *p, int until);

static bool parse_module(tri_parser *p)
{
    tri_parse_advance(p);
    if (p->token.kind == TRI_TOKEN_SYMBOL) {
        tri_name *name;
        if (!tri_parse_symbol(p, &name)) return false;
        p->module->name = name->text;
    }
    if (tri_parse_accept_word(p, "attributes")) {
        tri_attr_vec attrs = {0};
        if (p->token.kind != '{') return tri_parse_fail(p, &p->token, "expected { behind attributes");
        if (!tri_parse_attr_dict(p, '}', &attrs)) return false;
        p->module->attrs = attrs.at;
        p->module->n_attrs = (uint32_t)attrs.n;
    }
    if (!tri_parse_expect(p, '{', "{ and the functions of the module") || !tri_parse_enter(p)) return false;
    bool good = parse_items(p, '}');
    tri_parse_leave(p);
    return good && tri_parse_expect(p, '}', "} at the end of the module") && tri_parse_skip_loc(p);
}

static bool parse_item(tri_parser *p, bool outermost)
{
    char room[48];
    if (p->token.kind == TRI_TOKEN_HASH || p->token.kind == TRI_TOKEN_BANG) return parse_alias(p);
    if (tri_parse_is_word(p, "func.func") || tri_parse_is_word(p, "func")) return tri_parse_func(p);
    if (tri_parse_is_word(p, "kernel")) return tri_parse_kernel(p);
    if (tri_parse_is_word(p, "scheduled")) return tri_parse_scheduled(p);
    if (tri_parse_is_word(p, "module") || tri_parse_is_word(p, "builtin.module")) {
        if (!outermost) return tri_parse_fail(p, &p->token, "a module in a module; write one module");
        return parse_module(p);
    }
    if (tri_parse_is_word(p, "sdy.mesh")) { /* device meshes mean nothing to one device */
        tri_name *name;
        tri_parse_advance(p);
        if (!tri_parse_symbol(p, &name) || !tri_parse_expect(p, '=', "=")) return false;
        const char *end;
        return tri_parse_skip_brackets(p, &end) && tri_parse_skip_loc(p);
    }
    return tri_parse_fail(p, &p->token, "expected a function, a kernel or an alias, found %s", tri_token_show(&p->token, room));
}

/* `{-# ... #-}` at the end of a file holds resources and dialect configuration, as text that lexes like the rest. */
static bool at_file_metadata(const tri_parser *p)
{
    return p->token.kind == '{' && p->lexer.end - p->lexer.at >= 2 && p->lexer.at[0] == '-' && p->lexer.at[1] == '#';
}

static bool parse_items(tri_parser *p, int until)
{
    bool good = true;
    uint32_t nesting = p->nesting;
    while (p->token.kind != until && p->token.kind != TRI_TOKEN_END) {
        tri_token start = p->token;
        p->statement = start.at;
        if (until == TRI_TOKEN_END && at_file_metadata(p)) {
            tri_lex_jump(&p->lexer, p->lexer.end);
            tri_parse_advance(p);
            break;
        }
        if (parse_item(p, until == TRI_TOKEN_END)) continue;
        good = false;
        p->nesting = nesting;
        tri_parse_recover(p, &start);
        if (p->token.kind == '}' && until == TRI_TOKEN_END) tri_parse_advance(p);
    }
    return good;
}

/* Its own function: nothing of it changes between setjmp and the jump. */
static bool parse_guarded(tri_parser *p)
{
    if (setjmp(p->arena->escape)) return false;
    if (setjmp(p->scratch.escape)) {
        p->arena->refused = p->scratch.refused;
        return false;
    }
    p->arena->has_escape = p->scratch.has_escape = true;
    p->module = tri_module_create(p->arena, "");
    p->module->file = p->file = tri_arena_strndup(p->arena, p->file, strlen(p->file));
    p->poison = TRI_NEW(p->arena, tri_value);
    tri_parse_advance(p);
    (void)parse_items(p, TRI_TOKEN_END);
    return true;
}

tri_status *tri_module_parse(tri_arena *arena, const char *text, size_t n, const char *file, tri_module **out_module)
{
    *out_module = NULL;
    if (n > INT32_MAX)
        return tri_error(TRI_INVALID, (tri_loc){file, 1, 1}, "the text is %zu bytes long; the most is 2 GiB: put weights into a file of their own",
                         n);
    tri_parser p = {.file = file ? file : "", .arena = arena};
    jmp_buf callers;
    bool had_escape = arena->has_escape;
    if (had_escape) memcpy(&callers, &arena->escape, sizeof callers);
    tri_arena_init(&p.scratch, arena->limit);
    tri_lex_begin(&p.lexer, text, n);
    bool enough_memory = parse_guarded(&p);
    tri_arena_free(&p.scratch);
    if (had_escape) memcpy(&arena->escape, &callers, sizeof callers);
    arena->has_escape = had_escape;
    if (!enough_memory) {
        tri_status_free(p.errors);
        return tri_note(tri_arena_exhausted(arena), "while reading %s", file ? file : "a module");
    }
    if (p.errors) return p.errors;
    *out_module = p.module;
    return NULL;
}
