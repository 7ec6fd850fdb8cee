/* ir/parse_tensor.c - functions and tensor ops, in the pretty forms that StableHLO tools print and in the generic form.
 *
 * One loose production reads nearly every pretty form: values, `name = attribute` and bracketed pieces in any order, then `:` and types. Constant,
 * reduce and slice have a few lines of their own. What a form leaves out (types of operands, the name of an enum) is taken from the op's row. */
#include "ir/parse.h"

typedef struct op_draft {
    tri_op_kind kind;
    tri_token start, name; /* first token of the statement, and of the op */
    tri_value_vec operands;
    tri_attr_vec attrs;
    TRI_VEC(tri_block *) regions;
    tri_type_vec operand_types; /* of a functional type; else empty */
    tri_type_vec types;         /* of results, or all that stands behind the colon */
    bool functional;            /* types was `(..) -> ..` or `.. -> ..` */
} op_draft;

static bool parse_region(tri_parser *p, tri_block **out);
static void parse_block(tri_parser *p, tri_block *block);

/* ---- attributes of an op ---- */

static tri_attr_kind wanted_kind(const char *name)
{
    static const struct {
        const char *name;
        tri_attr_kind kind;
    } rows[] = {
#define ATTR(name, kind) {#name, TRI_ATTR_##kind},
#include "ir/attrs.def"
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].name[0] == name[0] && !strcmp(rows[i].name, name)) return rows[i].kind;
    return TRI_ATTR_RAW;
}

/* Whether the op's row has the attribute `*name`, which becomes its name in memory where it is the one of a pretty form. A row reads
 * "pretty:name,name?,...". */
static bool in_row(tri_parser *p, tri_op_kind kind, const char **name)
{
    size_t n = strlen(*name);
    for (const char *at = tri_op_row_of(kind)->attributes, *end; *at; at = *end ? end + 1 : end) {
        end = at + strcspn(at, ",");
        const char *colon = memchr(at, ':', (size_t)(end - at)), *from = colon ? colon + 1 : at;
        size_t length = (size_t)(end - from) - (end[-1] == '?');
        if (length == n && !memcmp(from, *name, n)) return true;
        if (!colon || (size_t)(colon - at) != n || memcmp(at, *name, n)) continue;
        *name = tri_parse_intern(p, from, length)->text;
        return true;
    }
    return false;
}

static void add_attr(tri_parser *p, op_draft *op, const char *name, const tri_attr *value)
{
    bool of_row = in_row(p, op->kind, &name);
    if (value->kind == TRI_ATTR_DICT && !of_row && (!strcmp(name, "dimension_numbers") || !strcmp(name, "dot_dimension_numbers"))) {
        for (size_t i = 0; i < value->dict.n; i++) add_attr(p, op, value->dict.at[i].name, value->dict.at[i].value);
        return;
    }
    if (of_row) {
        tri_attr_kind wanted = wanted_kind(name);
        if (wanted == TRI_ATTR_INTEGERS) value = tri_parse_integers_of(p, value);
        if (wanted == TRI_ATTR_INTEGERS && value->kind == TRI_ATTR_INTEGERS)
            value = tri_attr_integers(p->module, value->integers.n, value->integers.at);
        if (wanted == TRI_ATTR_FLOAT && value->kind == TRI_ATTR_FLOAT) value = tri_attr_number(p->module, TRI_F64, value->number);
        if (wanted == TRI_ATTR_FLOAT && value->kind == TRI_ATTR_INTEGER) value = tri_attr_number(p->module, TRI_F64, (double)value->integer);
        if (wanted == TRI_ATTR_LIST && value->kind == TRI_ATTR_INTEGERS && value->integers.n == 0) {
            tri_attr *empty = TRI_NEW(p->arena, tri_attr);
            empty->kind = TRI_ATTR_LIST;
            value = empty;
        }
        if ((wanted == TRI_ATTR_STRING || wanted == TRI_ATTR_SYMBOL) && (value->kind == TRI_ATTR_SYMBOL || value->kind == TRI_ATTR_STRING)) {
            tri_attr *text = TRI_NEW(p->arena, tri_attr);
            *text = *value;
            text->kind = (uint8_t)wanted;
            value = text;
        }
    }
    TRI_PUSH(p->arena, &op->attrs, (tri_named_attr){name, value});
}

static void add_integers(tri_parser *p, op_draft *op, const char *name, size_t n, const int64_t *at)
{
    TRI_PUSH(p->arena, &op->attrs, (tri_named_attr){name, tri_attr_integers(p->module, n, at)});
}

static bool add_dict(tri_parser *p, op_draft *op, int close)
{
    tri_attr_vec entries = {0};
    if (!tri_parse_attr_dict(p, close, &entries)) return false;
    for (size_t i = 0; i < entries.n; i++) add_attr(p, op, entries.at[i].name, entries.at[i].value);
    return true;
}

/* An attribute given twice has no meaning; later ones would be hidden by the first. */
static bool check_doubles(tri_parser *p, const op_draft *op)
{
    if (op->attrs.n > 64) return tri_parse_fail(p, &op->name, "more than 64 attributes on one op");
    for (size_t i = 1; i < op->attrs.n; i++)
        for (size_t j = 0; j < i; j++)
            if (!strcmp(op->attrs.at[i].name, op->attrs.at[j].name))
                return tri_parse_fail(p, &op->name, "the attribute %s is given twice", op->attrs.at[i].name);
    return true;
}

/* ---- types behind the colon ---- */

static bool parse_type_list(tri_parser *p, tri_type_vec *out)
{
    if (p->token.kind == ')') return true;
    do {
        tri_type type;
        if (!tri_parse_type(p, &type)) return false;
        TRI_PUSH(&p->scratch, out, type);
    } while (tri_parse_accept(p, ','));
    return true;
}

/* `(types) -> types`, `type -> type` or `types`; the colon is read. */
static bool parse_op_types(tri_parser *p, op_draft *op)
{
    tri_type_vec first = op->operand_types; /* empty, with room */
    bool parenthesis = tri_parse_accept(p, '(');
    if (!parse_type_list(p, &first)) return false;
    if (parenthesis && !tri_parse_expect(p, ')', ") or ,")) return false;
    if (!tri_parse_accept(p, TRI_TOKEN_ARROW)) {
        if (parenthesis) return tri_parse_expect(p, TRI_TOKEN_ARROW, "-> and the result types");
        op->types = first;
        op->operand_types = (tri_type_vec){0};
        return true;
    }
    op->functional = true;
    op->operand_types = first;
    if (!tri_parse_accept(p, '(')) {
        tri_type type;
        if (!tri_parse_type(p, &type)) return false;
        TRI_PUSH(&p->scratch, &op->types, type);
        return true;
    }
    return parse_type_list(p, &op->types) && tri_parse_expect(p, ')', ") or ,");
}

static const char *show_type(tri_parser *p, const tri_type *type)
{
    tri_text text = {0};
    tri_type_print(type, &text);
    const char *shown = tri_arena_strndup(&p->scratch, tri_text_string(&text), text.n);
    tri_text_free(&text);
    return shown;
}

/* What the text says of its operands must be what they are. */
static bool check_operand_types(tri_parser *p, const op_draft *op)
{
    if (!op->functional) return true;
    if (op->operand_types.n != op->operands.n)
        return tri_parse_fail(p, &op->name, "%zu operands but %zu operand types", op->operands.n, op->operand_types.n);
    for (size_t i = 0; i < op->operands.n; i++) {
        const tri_type *is = &op->operands.at[i]->type, *said = &op->operand_types.at[i];
        if (is->kind == TRI_TYPE_NONE || tri_type_equal(is, said)) continue;
        return tri_parse_fail(p, &op->name, "operand %zu is %s, its type here says %s", i, show_type(p, is), show_type(p, said));
    }
    return true;
}

/* ---- pieces of pretty forms ---- */

static bool parse_operands_until(tri_parser *p, op_draft *op, int close)
{
    if (tri_parse_accept(p, close)) return true;
    do {
        tri_value *value;
        if (!tri_parse_use(p, &value)) return false;
        TRI_PUSH(&p->scratch, &op->operands, value);
    } while (tri_parse_accept(p, ','));
    return tri_parse_expect(p, close, ") or ,");
}

/* [0:8:2, 3:4] */
static bool parse_slice_ranges(tri_parser *p, op_draft *op)
{
    int64_t range[3][TRI_MAX_RANK];
    size_t n = 0;
    tri_parse_advance(p);
    while (p->token.kind != ']') {
        if (n == TRI_MAX_RANK) return tri_parse_fail(p, &p->token, "more than %d dimensions", TRI_MAX_RANK);
        range[2][n] = 1;
        if (!tri_parse_integer(p, &range[0][n]) || !tri_parse_expect(p, ':', ": and the limit") || !tri_parse_integer(p, &range[1][n])) return false;
        if (tri_parse_accept(p, ':') && !tri_parse_integer(p, &range[2][n])) return false;
        n++;
        if (!tri_parse_accept(p, ',')) break;
    }
    add_integers(p, op, "start_indices", n, range[0]);
    add_integers(p, op, "limit_indices", n, range[1]);
    add_integers(p, op, "strides", n, range[2]);
    return tri_parse_expect(p, ']', "] or ,");
}

/* `batching_dims = [0] x [0]`: one name for two attributes. */
static bool parse_pair(tri_parser *p, op_draft *op, const char *lhs, const char *rhs)
{
    const tri_attr *a, *b;
    if (!tri_parse_attr(p, false, &a)) return false;
    if (!tri_parse_accept_word(p, "x")) return tri_parse_fail(p, &p->token, "expected x and the dimensions of the right side");
    if (!tri_parse_attr(p, false, &b)) return false;
    add_attr(p, op, lhs, a);
    add_attr(p, op, rhs, b);
    return true;
}

static bool parse_named_attr(tri_parser *p, op_draft *op)
{
    tri_name *name = tri_parse_intern(p, p->token.at, p->token.n);
    tri_parse_advance(p);
    tri_parse_advance(p); /* the = was seen */
    if (!strcmp(name->text, "batching_dims")) return parse_pair(p, op, "lhs_batching_dimensions", "rhs_batching_dimensions");
    if (!strcmp(name->text, "contracting_dims")) return parse_pair(p, op, "lhs_contracting_dimensions", "rhs_contracting_dimensions");
    const tri_attr *value;
    if (!tri_parse_attr(p, false, &value)) return false;
    add_attr(p, op, name->text, value);
    return true;
}

/* Bare words: of a comparison, and those that only read well. */
static bool parse_bare_word(tri_parser *p, op_draft *op)
{
    tri_token word = p->token;
    const char *text = tri_parse_intern(p, word.at, word.n)->text;
    tri_parse_advance(p);
    if (op->kind == TRI_OP_COMPARE) {
        add_attr(p, op, op->operands.n ? "compare_type" : "comparison_direction", tri_attr_word(p->module, text));
        return true;
    }
    char room[48];
    return tri_parse_fail(p, &word, "unexpected word %s in %s", tri_token_show(&word, room), tri_op_row_of(op->kind)->text);
}

static bool parse_pretty(tri_parser *p, op_draft *op)
{
    int32_t line = op->name.line;
    bool comma = false;
    for (;;) {
        bool good = true, statement_ended = p->token.line > line && !comma;
        line = p->token.line;
        comma = false;
        switch (p->token.kind) {
        case ':': tri_parse_advance(p); return parse_op_types(p, op);
        case ',':
            tri_parse_advance(p);
            comma = true;
            break;
        case TRI_TOKEN_VALUE: {
            if (statement_ended) return true;
            tri_value *value;
            good = tri_parse_use(p, &value);
            if (good) TRI_PUSH(&p->scratch, &op->operands, value);
            break;
        }
        case TRI_TOKEN_STRING:
            if (statement_ended) return true;
            if (op->kind == TRI_OP_COMPOSITE) {
                const char *text;
                good = tri_parse_string(p, &text);
                if (good) add_attr(p, op, "name", tri_attr_string(p->module, text));
                break;
            }
            return tri_parse_fail(p, &p->token, "a string has no place in %s", tri_op_row_of(op->kind)->text);
        case TRI_TOKEN_SYMBOL: {
            tri_name *name;
            good = tri_parse_symbol(p, &name);
            if (good) add_attr(p, op, op->kind == TRI_OP_CALL ? "callee" : "call_target_name", tri_attr_symbol(p->module, name->text));
            break;
        }
        case TRI_TOKEN_WORD:
            if (statement_ended || tri_parse_is_word(p, "loc")) return true;
            good = tri_parse_peek(p).kind == '=' ? parse_named_attr(p, op) : parse_bare_word(p, op);
            break;
        case '(':
            tri_parse_advance(p);
            good = parse_operands_until(p, op, ')');
            break;
        case '[':
            if (op->kind != TRI_OP_SLICE) return tri_parse_fail(p, &p->token, "[ has no place in %s", tri_op_row_of(op->kind)->text);
            good = parse_slice_ranges(p, op);
            break;
        case '{': good = add_dict(p, op, '}'); break;
        case '<':
            tri_parse_advance(p);
            if (p->token.kind != '{') return tri_parse_fail(p, &p->token, "expected { behind <");
            good = add_dict(p, op, '}') && tri_parse_expect(p, '>', ">");
            break;
        default: return true;
        }
        if (!good) return false;
    }
}

/* dense<...> : type, which is the type of the result too; older tools print {attributes} before it. */
static bool parse_constant(tri_parser *p, op_draft *op)
{
    if (tri_parse_accept(p, '(')) { /* the form constant() */
        if (!tri_parse_expect(p, ')', ")")) return false;
    }
    if (p->token.kind == '{' && !add_dict(p, op, '}')) return false;
    const tri_attr *value;
    tri_token at = p->token;
    if (!tri_parse_attr(p, true, &value)) return false;
    if (value->kind != TRI_ATTR_ELEMENTS) return tri_parse_fail(p, &at, "expected dense<...> : type");
    add_attr(p, op, "value", value);
    TRI_PUSH(&p->scratch, &op->types, value->type);
    return true;
}

/* ---- reduce ---- */

/* The region that `applies stablehlo.add` stands for. */
static bool short_region(tri_parser *p, op_draft *op, const tri_token *at, tri_op_kind kind)
{
    const tri_op_row *row = tri_op_row_of(kind);
    if (!row->scalar || row->operands != 2) return tri_parse_fail(p, at, "a reduction applies an elementwise op of two operands");
    if (op->types.n != 1) return tri_parse_fail(p, at, "`applies` reduces one operand; write a reducer for several");
    tri_type type = tri_tensor_of((tri_dtype)op->types.at[0].dtype, 0, NULL);
    tri_block *block = tri_block_create(p->func, NULL);
    tri_value *args[2] = {tri_block_add_arg(p->module, block, NULL, type), tri_block_add_arg(p->module, block, NULL, type)};
    tri_loc loc = tri_parse_loc(p, at);
    tri_op *apply = tri_op_create(p->module, kind, loc, 2, args, 1, &type);
    tri_block_append(block, apply);
    tri_block_append(block, tri_op_create(p->module, TRI_OP_REGION_RETURN, loc, 1, apply->results, 0, NULL));
    TRI_PUSH(p->arena, &op->regions, block);
    return true;
}

typedef struct reducer_arg {
    tri_token at;
    tri_type type;
} reducer_arg;

/* reducer(%a: t, %b: t) (%c: t, %d: t) { ... }: a pair for each operand; the region takes all accumulated elements, then all new ones. */
static bool parse_reducer(tri_parser *p, op_draft *op)
{
    reducer_arg *pairs = TRI_NEW_ARRAY(&p->scratch, reducer_arg, 2 * op->types.n + 1);
    size_t n = 0;
    while (tri_parse_accept(p, '(')) {
        if (n >= op->types.n) return tri_parse_fail(p, &p->token, "more pairs of arguments than results");
        for (size_t side = 0; side < 2; side++) {
            size_t i = side * op->types.n + n;
            pairs[i].at = p->token;
            if (!tri_parse_expect(p, TRI_TOKEN_VALUE, "an argument") || !tri_parse_expect(p, ':', ": and a type") ||
                !tri_parse_type(p, &pairs[i].type))
                return false;
            if (!tri_parse_skip_loc(p) || !tri_parse_expect(p, side ? ')' : ',', side ? ")" : ",")) return false;
        }
        n++;
    }
    if (n != op->types.n) return tri_parse_fail(p, &p->token, "a reducer has a pair of arguments for each result: %zu, not %zu", op->types.n, n);
    if (!tri_parse_expect(p, '{', "{ and the reducer's ops") || !tri_parse_enter(p)) return false;
    tri_block *block = tri_block_create(p->func, NULL);
    size_t mark = tri_parse_open_scope(p);
    bool good = true;
    for (size_t i = 0; i < 2 * n && good; i++) {
        tri_value **one = TRI_NEW(&p->scratch, tri_value *);
        *one = tri_block_add_arg(p->module, block, NULL, pairs[i].type);
        good = tri_parse_bind(p, &pairs[i].at, tri_parse_intern(p, pairs[i].at.at, pairs[i].at.n), 1, one);
    }
    if (good) parse_block(p, block);
    tri_parse_close_scope(p, mark);
    tri_parse_leave(p);
    TRI_PUSH(p->arena, &op->regions, block);
    return good && tri_parse_expect(p, '}', "} at the end of the reducer");
}

static tri_op_kind kind_of_name(tri_parser *p, const char *at, size_t n)
{
    tri_name *name = tri_parse_intern(p, at, n);
    if (name->tensor_kind < 0) name->tensor_kind = (int32_t)tri_op_kind_tensor(at, n);
    return (tri_op_kind)name->tensor_kind;
}

/* reduce(%a init: %z), (%b init: %y) [applies op] across dimensions = [1] : types [reducer ...] */
static bool parse_reduce(tri_parser *p, op_draft *op)
{
    tri_value_vec initial = {0};
    do {
        tri_value *value;
        if (!tri_parse_expect(p, '(', "( and an operand with its initial value") || !tri_parse_use(p, &value)) return false;
        TRI_PUSH(&p->scratch, &op->operands, value);
        if (!tri_parse_accept_word(p, "init")) return tri_parse_fail(p, &p->token, "expected init: and the initial value");
        if (!tri_parse_expect(p, ':', ":") || !tri_parse_use(p, &value) || !tri_parse_expect(p, ')', ")")) return false;
        TRI_PUSH(&p->scratch, &initial, value);
    } while (tri_parse_accept(p, ','));
    for (size_t i = 0; i < initial.n; i++) TRI_PUSH(&p->scratch, &op->operands, initial.at[i]);
    tri_token apply = {0};
    if (tri_parse_accept_word(p, "applies")) {
        apply = p->token;
        if (!tri_parse_expect(p, TRI_TOKEN_WORD, "the name of an op")) return false;
    }
    const tri_attr *dims;
    if (!tri_parse_accept_word(p, "across") || !tri_parse_is_word(p, "dimensions") || tri_parse_peek(p).kind != '=')
        return tri_parse_fail(p, &p->token, "expected across dimensions = [...]");
    tri_parse_advance(p);
    tri_parse_advance(p);
    if (!tri_parse_attr(p, false, &dims)) return false;
    add_attr(p, op, "dimensions", dims);
    if (p->token.kind == '{' && !add_dict(p, op, '}')) return false;
    if (!tri_parse_expect(p, ':', ": and the types") || !parse_op_types(p, op)) return false;
    if (tri_parse_accept_word(p, "reducer")) return parse_reducer(p, op);
    if (!apply.at) return tri_parse_fail(p, &p->token, "expected reducer(...), since there is no `applies`");
    tri_op_kind kind = kind_of_name(p, apply.at, apply.n);
    char room[48];
    if (!kind) return tri_parse_fail(p, &apply, "the op %s is not one Trine has (docs/tensor-ir.md lists them)", tri_token_show(&apply, room));
    return short_region(p, op, &apply, kind);
}

/* ---- generic form ---- */

static bool parse_generic(tri_parser *p, op_draft *op)
{
    if (!tri_parse_expect(p, '(', "( and the operands") || !parse_operands_until(p, op, ')')) return false;
    if (tri_parse_accept(p, '<')) {
        if (p->token.kind != '{') return tri_parse_fail(p, &p->token, "expected { behind <");
        if (!add_dict(p, op, '}') || !tri_parse_expect(p, '>', ">")) return false;
    }
    if (tri_parse_accept(p, '(')) {
        uint32_t isolated = p->isolated_depth;
        if (op->kind == TRI_OP_KERNEL) p->isolated_depth = p->depth + 1;
        do {
            tri_block *block;
            if (!parse_region(p, &block)) {
                p->isolated_depth = isolated;
                return false;
            }
            TRI_PUSH(p->arena, &op->regions, block);
        } while (tri_parse_accept(p, ','));
        p->isolated_depth = isolated;
        if (!tri_parse_expect(p, ')', ") behind the regions")) return false;
    }
    if (p->token.kind == '{' && !add_dict(p, op, '}')) return false;
    if (!tri_parse_expect(p, ':', ": and the type of the op")) return false;
    if (!parse_op_types(p, op)) return false;
    return op->functional || tri_parse_fail(p, &op->name, "the type of an op in generic form is (operands) -> results");
}

/* { ^bb0(%a: type, ...): ops } */
static bool parse_region(tri_parser *p, tri_block **out)
{
    if (!tri_parse_expect(p, '{', "{ and the ops of a region") || !tri_parse_enter(p)) return false;
    tri_block *block = *out = tri_block_create(p->func, NULL);
    size_t mark = tri_parse_open_scope(p);
    bool good = true;
    if (tri_parse_accept(p, TRI_TOKEN_CARET) && tri_parse_accept(p, '(')) {
        TRI_VEC(tri_value *) args = {0};
        while (good && p->token.kind != ')') {
            tri_token at = p->token;
            tri_type type;
            good = tri_parse_expect(p, TRI_TOKEN_VALUE, "an argument") && tri_parse_expect(p, ':', ": and a type") && tri_parse_type(p, &type) &&
                   tri_parse_skip_loc(p);
            if (!good) break;
            tri_value *arg = TRI_NEW(p->arena, tri_value), **one = TRI_NEW(&p->scratch, tri_value *);
            *arg = (tri_value){.type = type, .block = block, .index = (uint32_t)args.n};
            TRI_PUSH(p->arena, &args, arg);
            *one = arg;
            good = tri_parse_bind(p, &at, tri_parse_intern(p, at.at, at.n), 1, one);
            if (!tri_parse_accept(p, ',')) break;
        }
        block->args = args.at;
        block->n_args = (uint32_t)args.n;
        good = good && tri_parse_expect(p, ')', ") or ,") && tri_parse_expect(p, ':', ": behind the arguments of a block");
    } else if (p->token.kind == ':') {
        tri_parse_advance(p);
    }
    if (good) parse_block(p, block);
    tri_parse_close_scope(p, mark);
    tri_parse_leave(p);
    return good && tri_parse_expect(p, '}', "} at the end of a region");
}

/* ---- statements ---- */

typedef struct result_name {
    tri_token at;
    tri_name *name;
    uint32_t n;
} result_name;
typedef TRI_VEC(result_name) result_names;

/* %a, %b:2 = */
static bool parse_result_names(tri_parser *p, result_names *out)
{
    if (p->token.kind != TRI_TOKEN_VALUE) return true;
    do {
        result_name result = {.at = p->token, .n = 1};
        if (!tri_parse_expect(p, TRI_TOKEN_VALUE, "a value")) return false;
        if (memchr(result.at.at, '#', result.at.n)) return tri_parse_fail(p, &result.at, "a result is named without #");
        result.name = tri_parse_intern(p, result.at.at, result.at.n);
        if (tri_parse_accept(p, ':')) {
            int64_t n;
            tri_token at = p->token;
            if (!tri_parse_integer(p, &n)) return false;
            if (n < 1 || n > 4096) return tri_parse_fail(p, &at, "an op has 1 to 4096 results");
            result.n = (uint32_t)n;
        }
        TRI_PUSH(&p->scratch, out, result);
    } while (tri_parse_accept(p, ','));
    return tri_parse_expect(p, '=', "= behind the results");
}

static bool bind_results(tri_parser *p, const result_names *names, const op_draft *draft, tri_op *op)
{
    size_t n = 0;
    for (size_t i = 0; i < names->n; i++) n += names->at[i].n;
    if (names->n && n != op->n_results) return tri_parse_fail(p, &draft->name, "%zu results are named, the op has %u", n, op->n_results);
    uint32_t at = 0;
    for (size_t i = 0; i < names->n; i++) {
        if (!tri_parse_bind(p, &names->at[i].at, names->at[i].name, names->at[i].n, op->results + at)) return false;
        at += names->at[i].n;
    }
    return true;
}

/* Sharding annotations mean nothing to one device: the result is the operand. */
static bool parse_sharding(tri_parser *p, const result_names *names)
{
    tri_value **value = TRI_NEW(&p->scratch, tri_value *);
    const char *end;
    if (!tri_parse_use(p, value)) return false;
    while (p->token.kind == '<') {
        if (!tri_parse_skip_brackets(p, &end)) return false;
    }
    tri_type type;
    if (!tri_parse_expect(p, ':', ": and a type") || !tri_parse_type(p, &type) || !tri_parse_skip_loc(p)) return false;
    if (names->n != 1 || names->at[0].n != 1) return tri_parse_fail(p, &p->token, "sdy.sharding_constraint has one result");
    return tri_parse_bind(p, &names->at[0].at, names->at[0].name, 1, value);
}

static bool complete(tri_parser *p, tri_block *block, op_draft *draft, const result_names *names)
{
    const tri_op_row *row = tri_op_row_of(draft->kind);
    if (!check_doubles(p, draft) || !check_operand_types(p, draft)) return false;
    size_t n_results = row->results == TRI_MANY ? draft->types.n : (size_t)row->results;
    const tri_type *types = draft->types.at;
    if (draft->kind == TRI_OP_OPTIMIZATION_BARRIER || draft->kind == TRI_OP_RETURN || draft->kind == TRI_OP_REGION_RETURN) {
        if (!draft->functional) { /* the types are the operands' */
            draft->operand_types = draft->types;
            draft->functional = true;
            if (!check_operand_types(p, draft)) return false;
        }
        if (n_results && n_results != draft->types.n) return tri_parse_fail(p, &draft->name, "%zu types for %zu results", draft->types.n, n_results);
    } else if (row->results == TRI_MANY && !draft->functional) {
        return tri_parse_fail(p, &draft->name, "expected : and the type of the op, (operands) -> results");
    } else if (row->results == 1) {
        if (draft->types.n == 0) return tri_parse_fail(p, &draft->name, "expected : and the type of the result");
        if (draft->functional && draft->types.n != 1) return tri_parse_fail(p, &draft->name, "%s has one result", row->text);
        types += draft->types.n - 1;
    }
    tri_op *op = tri_op_create(p->module, draft->kind, tri_parse_loc(p, &draft->start), (uint32_t)draft->operands.n, draft->operands.at,
                               (uint32_t)n_results, types);
    op->attrs = draft->attrs.at;
    op->n_attrs = (uint32_t)draft->attrs.n;
    op->regions = draft->regions.at;
    op->n_regions = (uint32_t)draft->regions.n;
    for (uint32_t i = 0; i < op->n_regions; i++) op->regions[i]->owner = op;
    if (!bind_results(p, names, draft, op)) return false;
    tri_block_append(block, op);
    return tri_parse_skip_loc(p);
}

static bool parse_statement(tri_parser *p, tri_block *block, result_names *names)
{
    /* Most ops need no more room than this, and scratch memory is only given back at the end. */
    tri_value *operands[4];
    tri_type types[2], operand_types[4];
    op_draft draft = {.start = p->token, .operands = {operands, 0, 4}, .types = {types, 0, 2}, .operand_types = {operand_types, 0, 4}};
    char room[48];
    if (!parse_result_names(p, names)) return false;
    draft.name = p->token;
    bool generic = draft.name.kind == TRI_TOKEN_STRING;
    if (!generic && draft.name.kind != TRI_TOKEN_WORD) return tri_parse_expect(p, TRI_TOKEN_WORD, "an op");
    if (tri_parse_accept_word(p, "sdy.sharding_constraint")) return parse_sharding(p, names);
    draft.kind = kind_of_name(p, draft.name.at, draft.name.n);
    if (!draft.kind)
        return tri_parse_fail(p, &draft.name, "the op %s is not one Trine has (docs/tensor-ir.md lists them)", tri_token_show(&draft.name, room));
    tri_parse_advance(p);
    bool good = generic                                                                    ? parse_generic(p, &draft)
                : draft.kind == TRI_OP_CONSTANT                                            ? parse_constant(p, &draft)
                : draft.kind == TRI_OP_REDUCE && tri_parse_peek(p).kind == TRI_TOKEN_VALUE ? parse_reduce(p, &draft)
                                                                                           : parse_pretty(p, &draft);
    if (!good) return false;
    if (generic && draft.kind == TRI_OP_CONSTANT && !draft.types.n) return tri_parse_fail(p, &draft.name, "a constant has one result");
    return complete(p, block, &draft, names);
}

/* Up to the closing brace, which stays. Errors are mended here: the caller goes on behind the block. */
static void parse_block(tri_parser *p, tri_block *block)
{
    uint32_t nesting = p->nesting;
    while (p->token.kind != '}' && p->token.kind != TRI_TOKEN_END) {
        tri_token start = p->token;
        result_name name_room[2];
        result_names names = {name_room, 0, 2};
        p->statement = start.at;
        if (parse_statement(p, block, &names)) continue;
        p->nesting = nesting;
        tri_parse_recover(p, &start);
        /* What the broken statement names is known, but nothing more is said of it. */
        for (size_t i = 0; i < names.n; i++) {
            if (!names.at[i].name->values) (void)tri_parse_bind(p, &names.at[i].at, names.at[i].name, 1, &p->poison);
        }
    }
}

/* ---- functions ---- */

/* Attributes of an argument or a result; none is fine. */
static bool parse_optional_attrs(tri_parser *p, tri_attr_vec *out) { return p->token.kind != '{' || tri_parse_attr_dict(p, '}', out); }

static bool parse_signature(tri_parser *p, tri_func *func)
{
    TRI_VEC(tri_named_attr *) attrs = {0};
    TRI_VEC(uint32_t) n_attrs = {0};
    TRI_VEC(tri_value *) args = {0};
    tri_type_vec results = {0};
    if (!tri_parse_expect(p, '(', "( and the arguments")) return false;
    while (p->token.kind != ')') {
        tri_token at = p->token;
        tri_type type;
        tri_attr_vec own = {0};
        if (!tri_parse_expect(p, TRI_TOKEN_VALUE, "an argument such as %arg0") || !tri_parse_expect(p, ':', ": and a type") ||
            !tri_parse_type(p, &type))
            return false;
        if (!parse_optional_attrs(p, &own) || !tri_parse_skip_loc(p)) return false;
        tri_value *arg = TRI_NEW(p->arena, tri_value), **one = TRI_NEW(&p->scratch, tri_value *);
        *arg = (tri_value){.type = type, .block = func->body, .index = (uint32_t)args.n, .name = tri_parse_intern(p, at.at, at.n)->text};
        *one = arg;
        if (!tri_parse_bind(p, &at, tri_parse_intern(p, at.at, at.n), 1, one)) return false;
        TRI_PUSH(p->arena, &args, arg);
        TRI_PUSH(p->arena, &attrs, own.at);
        TRI_PUSH(p->arena, &n_attrs, (uint32_t)own.n);
        if (!tri_parse_accept(p, ',')) break;
    }
    if (!tri_parse_expect(p, ')', ") or ,")) return false;
    func->body->args = args.at;
    func->body->n_args = (uint32_t)args.n;
    func->arg_attrs = attrs.at;
    func->n_arg_attrs = n_attrs.at;
    memset(&attrs, 0, sizeof attrs);
    memset(&n_attrs, 0, sizeof n_attrs);
    if (tri_parse_accept(p, TRI_TOKEN_ARROW)) {
        bool list = tri_parse_accept(p, '(');
        while (!list || p->token.kind != ')') {
            tri_type type;
            tri_attr_vec own = {0};
            if (!tri_parse_type(p, &type) || (list && !parse_optional_attrs(p, &own))) return false;
            TRI_PUSH(&p->scratch, &results, type);
            TRI_PUSH(p->arena, &attrs, own.at);
            TRI_PUSH(p->arena, &n_attrs, (uint32_t)own.n);
            if (!list || !tri_parse_accept(p, ',')) break;
        }
        if (list && !tri_parse_expect(p, ')', ") or ,")) return false;
    }
    tri_func_set_results(func, (uint32_t)results.n, results.at);
    func->result_attrs = attrs.at;
    func->n_result_attrs = n_attrs.at;
    return true;
}

bool tri_parse_func(tri_parser *p)
{
    tri_parse_advance(p);
    bool is_private = tri_parse_accept_word(p, "private");
    if (!is_private && !tri_parse_accept_word(p, "public")) (void)tri_parse_accept_word(p, "nested");
    tri_token at = p->token;
    tri_name *name;
    if (!tri_parse_symbol(p, &name)) return false;
    if (name->func) return tri_parse_fail(p, &at, "@%s is defined a second time", name->text);
    tri_func *func = p->func = name->func = tri_func_create(p->module, name->text, false);
    func->is_private = is_private;
    func->loc = tri_parse_loc(p, &at);
    uint32_t isolated = p->isolated_depth;
    size_t mark = tri_parse_open_scope(p);
    p->isolated_depth = p->depth;
    tri_attr_vec ignored = {0};
    bool good = parse_signature(p, func);
    if (good && tri_parse_accept_word(p, "attributes"))
        good = p->token.kind == '{' ? tri_parse_attr_dict(p, '}', &ignored) : tri_parse_expect(p, '{', "{ behind attributes");
    if (good && p->token.kind != '{') good = tri_parse_fail(p, &at, "@%s has no body; a program is complete", name->text);
    if (good && tri_parse_enter(p)) {
        tri_parse_advance(p);
        parse_block(p, func->body);
        tri_parse_leave(p);
        good = tri_parse_expect(p, '}', "} at the end of the function") && tri_parse_skip_loc(p);
    }
    tri_parse_close_scope(p, mark);
    p->isolated_depth = isolated;
    p->func = NULL;
    return good;
}
