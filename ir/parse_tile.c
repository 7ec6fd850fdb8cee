/* ir/parse_tile.c - kernels: tile programs in text. Canonical text has one op a line; index expressions may also stand where an index value is wanted
 * (windows, bounds, conditions), and scalar calls where a scalar is: they are expanded into ops in front of the statement.
 *
 *     kernel @name(%A: in buf<..>, ...) grid(%m: 2, ...) { statements } [schedule { text }]
 *     %i = index multiply %m, 32        %i = index (%m + 1) * 32
 *     %a = load %A[%i:+32 step 2 lim %e, [%rows], %k] fill 0.0 : tile<..> @label
 *     store %y -> %C[..] add            %v = fetch %T[%w] in 0..8          fill, mma, map, reduce, scan, slice, reshape, transpose, combine
 *     %r = for %k in %lo..%hi iter(%c = %z : type) { .. yield %c2 }        if, signal, wait, assume */
#include "ir/parse_tile.h"

/* ---- index expressions ---- */

static tri_value *index_op(tri_parser *p, const tri_token *at, tri_block *block, tri_op_kind fn, uint32_t n, tri_value *const *operands)
{
    tri_type type = tri_index_type();
    tri_op *op = tri_op_create(p->module, TRI_TILE_INDEX, tri_parse_loc(p, at), n, operands, 1, &type);
    op->fn = (uint16_t)fn;
    tri_block_append(block, op);
    return op->results[0];
}

static tri_value *index_constant(tri_parser *p, const tri_token *at, tri_block *block, int64_t value)
{
    tri_value *result = index_op(p, at, block, TRI_OP_NONE, 0, NULL);
    tri_op_set_attr(p->module, result->op, "value", tri_attr_integer(p->module, value));
    return result;
}

static bool parse_primary(tri_parser *p, tri_block *block, tri_value **out)
{
    tri_token token = p->token;
    char room[48];
    if (token.kind == TRI_TOKEN_VALUE) return tri_parse_use(p, out);
    if (token.kind == TRI_TOKEN_INTEGER || token.kind == '-') {
        int64_t value;
        if (!tri_parse_integer(p, &value)) return false;
        *out = index_constant(p, &token, block, value);
        return true;
    }
    if (tri_parse_accept(p, '(')) return tri_parse_index_value(p, block, 0, out) && tri_parse_expect(p, ')', ")");
    bool min = tri_parse_is_word(p, "min");
    if (min || tri_parse_is_word(p, "max")) {
        tri_value *pair[2];
        tri_parse_advance(p);
        if (!tri_parse_expect(p, '(', "(") || !tri_parse_index_value(p, block, 0, &pair[0]) || !tri_parse_expect(p, ',', ",")) return false;
        if (!tri_parse_index_value(p, block, 0, &pair[1]) || !tri_parse_expect(p, ')', ")")) return false;
        *out = index_op(p, &token, block, min ? TRI_SCALAR_MINIMUM : TRI_SCALAR_MAXIMUM, 2, pair);
        return true;
    }
    return tri_parse_fail(p, &token, "expected an index value, a number or an expression, found %s", tri_token_show(&token, room));
}

/* The operator at the current token, which is read over when it binds at least as strongly as `least`. */
static bool accept_operator(tri_parser *p, int least, tri_op_kind *out_fn, int *out_binding)
{
    int kind = p->token.kind;
    bool word = kind == TRI_TOKEN_WORD;
    tri_op_kind fn = TRI_OP_NONE;
    int binding = 2, length = 1;
    if (kind == '+')
        fn = TRI_SCALAR_ADD;
    else if (kind == '-')
        fn = TRI_SCALAR_SUBTRACT;
    else if (kind == '*')
        fn = TRI_SCALAR_MULTIPLY, binding = 3;
    else if (word && tri_parse_is_word(p, "div"))
        fn = TRI_SCALAR_DIVIDE, binding = 3;
    else if (word && tri_parse_is_word(p, "mod"))
        fn = TRI_SCALAR_REMAINDER, binding = 3;
    else if (kind == '<' || kind == '>' || kind == '=' || (kind == TRI_TOKEN_BAD && *p->token.at == '!')) {
        tri_token next = tri_parse_peek(p);
        bool equal = next.kind == '=' && next.at == p->token.at + 1;
        binding = 1;
        length = equal ? 2 : 1;
        if (kind == '<')
            fn = equal ? TRI_SCALAR_LE : TRI_SCALAR_LT;
        else if (kind == '>')
            fn = equal ? TRI_SCALAR_GE : TRI_SCALAR_GT;
        else if (equal)
            fn = kind == '=' ? TRI_SCALAR_EQ : TRI_SCALAR_NE;
    }
    if (!fn || binding < least) return false;
    while (length-- > 0) tri_parse_advance(p);
    *out_fn = fn;
    *out_binding = binding;
    return true;
}

bool tri_parse_index_value(tri_parser *p, tri_block *block, int least, tri_value **out)
{
    if (!tri_parse_enter(p) || !parse_primary(p, block, out)) return false;
    for (;;) {
        tri_token at = p->token;
        tri_op_kind fn;
        int binding;
        tri_value *pair[2] = {*out};
        if (!accept_operator(p, least, &fn, &binding)) break;
        if (!tri_parse_index_value(p, block, binding + 1, &pair[1])) return false;
        *out = index_op(p, &at, block, fn, 2, pair);
    }
    tri_parse_leave(p);
    return true;
}

/* ---- pieces ---- */

bool tri_parse_label(tri_parser *p, tri_draft *d)
{
    if (p->token.kind != TRI_TOKEN_SYMBOL) return true;
    tri_name *name;
    if (!tri_parse_symbol(p, &name)) return false;
    d->label = name->text;
    return true;
}

bool tri_parse_types(tri_parser *p, tri_draft *d)
{
    if (!tri_parse_expect(p, ':', ": and the type")) return false;
    do {
        tri_type type;
        if (!tri_parse_type(p, &type)) return false;
        TRI_PUSH(&p->scratch, &d->types, type);
    } while (tri_parse_accept(p, ','));
    return true;
}

bool tri_parse_operand(tri_parser *p, tri_draft *d)
{
    tri_value *value;
    if (!tri_parse_use(p, &value)) return false;
    TRI_PUSH(&p->scratch, &d->operands, value);
    return true;
}

bool tri_parse_operands(tri_parser *p, tri_draft *d)
{
    do
        if (!tri_parse_operand(p, d)) return false;
    while (tri_parse_accept(p, ','));
    return true;
}

/* The op of the draft, appended, with its results bound to their names. */
tri_op *tri_parse_finish(tri_parser *p, tri_draft *d, tri_op_kind kind)
{
    if (d->names.n != d->types.n) {
        tri_parse_fail(p, &d->start, "%zu results are named, the statement has %zu", d->names.n, d->types.n);
        return NULL;
    }
    tri_op *op =
        tri_op_create(p->module, kind, tri_parse_loc(p, &d->start), (uint32_t)d->operands.n, d->operands.at, (uint32_t)d->types.n, d->types.at);
    op->label = d->label;
    tri_block_append(d->block, op);
    return op;
}

static void set_name(tri_value *value, const tri_name *name)
{
    if (!TRI_IS(name->text[0], TRI_CHAR_DIGIT)) value->name = name->text;
}

static bool bind_one(tri_parser *p, const tri_token *at, tri_name *name, tri_value *value)
{
    tri_value **one = TRI_NEW(&p->scratch, tri_value *);
    *one = value;
    return tri_parse_bind(p, at, name, 1, one);
}

bool tri_parse_bind_results(tri_parser *p, tri_draft *d, tri_op *op)
{
    for (uint32_t i = 0; i < op->n_results; i++) {
        set_name(op->results[i], d->names.at[i].name);
        if (!bind_one(p, &d->names.at[i].at, d->names.at[i].name, op->results[i])) return false;
    }
    return true;
}

bool tri_parse_finish_plain(tri_parser *p, tri_draft *d, tri_op_kind kind)
{
    if (!tri_parse_label(p, d)) return false;
    tri_op *op = tri_parse_finish(p, d, kind);
    return op && tri_parse_bind_results(p, d, op);
}

/* %B[window]: the buffer and then the coordinates become operands; the limits follow them. */
bool tri_parse_window(tri_parser *p, tri_draft *d, tri_window_dim *dims, uint32_t *out_rank)
{
    tri_value *limits[TRI_MAX_RANK] = {0};
    uint32_t rank = 0;
    if (!tri_parse_operand(p, d) || !tri_parse_expect(p, '[', "[ and a coordinate for each dimension")) return false;
    while (p->token.kind != ']') {
        if (rank == TRI_MAX_RANK) return tri_parse_fail(p, &p->token, "more than %d coordinates", TRI_MAX_RANK);
        tri_window_dim *dim = &dims[rank];
        *dim = (tri_window_dim){.kind = TRI_WINDOW_POINT, .operand = (uint16_t)d->operands.n, .length = 1, .step = 1};
        tri_value *at;
        if (tri_parse_accept(p, '[')) {
            if (!tri_parse_use(p, &at) || !tri_parse_expect(p, ']', "]")) return false;
            dim->kind = TRI_WINDOW_GATHER;
            dim->length = at->type.rank ? at->type.dims[0] : 1;
        } else {
            if (!tri_parse_index_value(p, d->block, 0, &at)) return false;
            if (tri_parse_accept(p, ':')) {
                dim->kind = TRI_WINDOW_SLICE;
                if (!tri_parse_expect(p, '+', "+ and a length") || !tri_parse_integer(p, &dim->length)) return false;
                if (tri_parse_accept_word(p, "step") && !tri_parse_integer(p, &dim->step)) return false;
            }
        }
        TRI_PUSH(&p->scratch, &d->operands, at);
        if (tri_parse_accept_word(p, "lim") && !tri_parse_index_value(p, d->block, 0, &limits[rank])) return false;
        rank++;
        if (!tri_parse_accept(p, ',')) break;
    }
    for (uint32_t i = 0; i < rank; i++) {
        if (!limits[i]) continue;
        dims[i].lim = (uint16_t)d->operands.n;
        TRI_PUSH(&p->scratch, &d->operands, limits[i]);
    }
    *out_rank = rank;
    return tri_parse_expect(p, ']', "] or ,");
}

void tri_parse_set_window(tri_parser *p, tri_op *op, uint32_t rank, const tri_window_dim *dims)
{
    op->window = TRI_NEW_ARRAY(p->arena, tri_window_dim, rank);
    if (rank) memcpy(op->window, dims, rank * sizeof *dims);
    op->n_window = rank;
}

/* ---- regions ---- */

/* The arguments of a region, where the current scope is that of the region; their values are made from the types. */
bool tri_parse_add_arg(tri_parser *p, tri_block *region, const tri_token *at, tri_type type)
{
    tri_name *name = tri_parse_intern(p, at->at, at->n);
    tri_value *arg = tri_block_add_arg(p->module, region, NULL, type);
    set_name(arg, name);
    return bind_one(p, at, name, arg);
}

/* { ^(%x: f32, %y: f32): ops } behind a map, reduce, scan or combine. */
static bool parse_scalar_region(tri_parser *p, tri_block *region)
{
    if (!tri_parse_expect(p, '{', "{ and the region") || !tri_parse_enter(p)) return false;
    size_t mark = tri_parse_open_scope(p);
    bool good = true;
    if (tri_parse_accept(p, '^')) {
        good = tri_parse_expect(p, '(', "( and the arguments of the region");
        while (good && p->token.kind != ')') {
            tri_token at = p->token;
            tri_type type;
            good = tri_parse_expect(p, TRI_TOKEN_VALUE, "an argument") && tri_parse_expect(p, ':', ":") && tri_parse_type(p, &type) &&
                   region->n_args < 256 && tri_parse_add_arg(p, region, &at, type);
            if (good && region->n_args == 256) good = tri_parse_fail(p, &at, "more than 255 arguments");
            if (!tri_parse_accept(p, ',')) break;
        }
        good = good && tri_parse_expect(p, ')', ") or ,") && tri_parse_expect(p, ':', ":");
    }
    if (good) tri_parse_statements(p, region, true);
    tri_parse_close_scope(p, mark);
    tri_parse_leave(p);
    return good && tri_parse_expect(p, '}', "} at the end of the region");
}

/* The region of `reduce add %x`. */
static void make_short_region(tri_parser *p, const tri_token *at, tri_block *region, tri_op_kind kind, tri_dtype dtype)
{
    tri_type type = tri_scalar_of(dtype);
    tri_value *args[2] = {tri_block_add_arg(p->module, region, NULL, type), tri_block_add_arg(p->module, region, NULL, type)};
    tri_op *apply = tri_op_create(p->module, kind, tri_parse_loc(p, at), 2, args, 1, &type);
    tri_block_append(region, apply);
    tri_block_append(region, tri_op_create(p->module, TRI_TILE_YIELD, tri_parse_loc(p, at), 1, apply->results, 0, NULL));
}

/* { statements } of a for or an if. Ends with a yield. */
static bool parse_tile_region(tri_parser *p, tri_block *region)
{
    if (!tri_parse_expect(p, '{', "{ and statements") || !tri_parse_enter(p)) return false;
    size_t mark = tri_parse_open_scope(p);
    tri_parse_statements(p, region, false);
    tri_parse_close_scope(p, mark);
    tri_parse_leave(p);
    /* What yields nothing need not say so. */
    if (!region->last || region->last->kind != TRI_TILE_YIELD)
        tri_block_append(region, tri_op_create(p->module, TRI_TILE_YIELD, tri_parse_loc(p, &p->token), 0, NULL, 0, NULL));
    return tri_parse_expect(p, '}', "} at the end of the statements");
}

/* ---- statements ---- */

static bool parse_index(tri_parser *p, tri_draft *d)
{
    tri_value *value;
    tri_op_kind fn = p->token.kind == TRI_TOKEN_WORD ? tri_op_kind_scalar(p->token.at, p->token.n) : TRI_OP_NONE;
    if (fn && tri_parse_peek(p).kind != '(') {
        tri_parse_advance(p);
        do {
            if (!tri_parse_index_value(p, d->block, 0, &value)) return false;
            TRI_PUSH(&p->scratch, &d->operands, value);
        } while (tri_parse_accept(p, ','));
        value = index_op(p, &d->start, d->block, fn, (uint32_t)d->operands.n, d->operands.at);
    } else if (!tri_parse_index_value(p, d->block, 0, &value)) {
        return false;
    }
    if (d->names.n != 1) return tri_parse_fail(p, &d->start, "index has one result");
    if (value->type.kind == TRI_TYPE_INDEX && value->op && !value->name) set_name(value, d->names.at[0].name);
    return bind_one(p, &d->names.at[0].at, d->names.at[0].name, value);
}

/* `type`: from what is loaded, when no `: type` follows. */
static bool parse_load(tri_parser *p, tri_draft *d)
{
    tri_window_dim dims[TRI_MAX_RANK];
    uint32_t rank;
    double fill = 0;
    if (!tri_parse_window(p, d, dims, &rank)) return false;
    if (tri_parse_accept_word(p, "fill") && !tri_parse_number(p, &fill)) return false;
    if (!tri_parse_types(p, d) || !tri_parse_label(p, d)) return false;
    tri_op *op = tri_parse_finish(p, d, TRI_TILE_LOAD);
    if (!op) return false;
    tri_parse_set_window(p, op, rank, dims);
    tri_op_set_attr(p->module, op, "fill", tri_attr_number(p->module, TRI_F64, fill));
    return tri_parse_bind_results(p, d, op);
}

/* A mode stands behind `store` or at the end. */
static const char *accept_mode(tri_parser *p)
{
    static const char *const modes[] = {"set", "add", "max"};
    for (size_t i = 0; i < 3; i++) {
        if (!tri_parse_accept_word(p, modes[i])) continue;
        (void)tri_parse_accept_word(p, "any");
        return modes[i];
    }
    return NULL;
}

static bool parse_store(tri_parser *p, tri_draft *d)
{
    tri_window_dim dims[TRI_MAX_RANK];
    uint32_t rank;
    const char *mode = accept_mode(p);
    if (!tri_parse_operand(p, d) || !tri_parse_expect(p, TRI_TOKEN_ARROW, "-> and where to") || !tri_parse_window(p, d, dims, &rank)) return false;
    if (!mode) mode = accept_mode(p);
    if (tri_parse_is_word(p, "by")) return tri_parse_fail(p, &p->token, "stores in a fixed order, by(%%axis), are not known yet; use combine");
    if (!tri_parse_label(p, d)) return false;
    tri_op *op = tri_parse_finish(p, d, TRI_TILE_STORE);
    if (!op) return false;
    tri_parse_set_window(p, op, rank, dims);
    tri_op_set_attr(p->module, op, "mode", tri_attr_word(p->module, mode ? mode : "set"));
    return true;
}

static bool parse_fetch(tri_parser *p, tri_draft *d)
{
    tri_window_dim dims[TRI_MAX_RANK];
    uint32_t rank;
    int64_t low, high;
    if (!tri_parse_window(p, d, dims, &rank)) return false;
    if (!tri_parse_accept_word(p, "in")) return tri_parse_fail(p, &p->token, "expected in LOW..HIGH: the range the fetched number is in");
    if (!tri_parse_integer(p, &low) || !tri_parse_expect(p, TRI_TOKEN_DOTS, "..") || !tri_parse_integer(p, &high) || !tri_parse_label(p, d))
        return false;
    TRI_PUSH(&p->scratch, &d->types, tri_index_type());
    tri_op *op = tri_parse_finish(p, d, TRI_TILE_FETCH);
    if (!op) return false;
    tri_parse_set_window(p, op, rank, dims);
    tri_op_set_attr(p->module, op, "low", tri_attr_integer(p->module, low));
    tri_op_set_attr(p->module, op, "high", tri_attr_integer(p->module, high));
    return tri_parse_bind_results(p, d, op);
}

static bool parse_fill(tri_parser *p, tri_draft *d)
{
    double number = 0;
    bool of_index = p->token.kind == TRI_TOKEN_VALUE;
    if (!(of_index ? tri_parse_operand(p, d) : tri_parse_number(p, &number)) || !tri_parse_types(p, d) || !tri_parse_label(p, d)) return false;
    tri_op *op = tri_parse_finish(p, d, TRI_TILE_FILL);
    if (!op) return false;
    if (!of_index) tri_op_set_attr(p->module, op, "value", tri_attr_number(p->module, TRI_F64, number));
    return tri_parse_bind_results(p, d, op);
}

static bool parse_map(tri_parser *p, tri_draft *d)
{
    if (!tri_parse_expect(p, '(', "( and tiles")) return false;
    if (p->token.kind != ')' && !tri_parse_operands(p, d)) return false;
    if (!tri_parse_expect(p, ')', ") or ,") || !tri_parse_types(p, d) || !tri_parse_label(p, d)) return false;
    tri_op *op = tri_parse_finish(p, d, TRI_TILE_MAP);
    return op && parse_scalar_region(p, tri_op_add_region(p->func, op)) && tri_parse_bind_results(p, d, op);
}

/* `reduce add %x dim 1 : type`, `reduce(%a, %b) dim 1 : types { .. }`; scan and combine alike, the latter with `over %axis`. */
static bool parse_fold(tri_parser *p, tri_draft *d, tri_op_kind kind)
{
    tri_token applied = p->token;
    tri_op_kind scalar = TRI_OP_NONE;
    int64_t place = 0;
    if (tri_parse_accept(p, '(')) {
        if (!tri_parse_operands(p, d) || !tri_parse_expect(p, ')', ") or ,")) return false;
    } else {
        char room[48];
        if (applied.kind == TRI_TOKEN_WORD) scalar = tri_op_kind_scalar(applied.at, applied.n);
        if (!scalar || tri_op_row_of(scalar)->operands != 2)
            return tri_parse_fail(p, &applied, "expected ( or a scalar op of two operands such as add, found %s", tri_token_show(&applied, room));
        tri_parse_advance(p);
        if (!tri_parse_operand(p, d)) return false;
    }
    const char *word = kind == TRI_TILE_COMBINE ? "over" : "dim";
    if (!tri_parse_accept_word(p, word))
        return tri_parse_fail(p, &p->token, "expected %s", kind == TRI_TILE_COMBINE ? "over %axis" : "dim and its number");
    if (kind == TRI_TILE_COMBINE) {
        tri_token at = p->token;
        tri_value *axis;
        if (!tri_parse_use(p, &axis)) return false;
        if (axis->block != p->func->body || axis->index < p->func->n_buffers)
            return tri_parse_fail(p, &at, "a combine folds over an axis of the grid");
        place = (int64_t)(axis->index - p->func->n_buffers);
    } else if (!tri_parse_integer(p, &place)) {
        return false;
    }
    if (!tri_parse_types(p, d) || !tri_parse_label(p, d)) return false;
    tri_op *op = tri_parse_finish(p, d, kind);
    if (!op) return false;
    tri_op_set_attr(p->module, op, kind == TRI_TILE_COMBINE ? "axis" : "dim", tri_attr_integer(p->module, place));
    tri_block *region = tri_op_add_region(p->func, op);
    if (scalar)
        make_short_region(p, &applied, region, scalar, (tri_dtype)op->results[0]->type.dtype);
    else if (!parse_scalar_region(p, region))
        return false;
    return tri_parse_bind_results(p, d, op);
}

static bool parse_slice(tri_parser *p, tri_draft *d)
{
    int64_t offsets[TRI_MAX_RANK];
    size_t n = 0;
    if (!tri_parse_operand(p, d) || !tri_parse_expect(p, '[', "[ and an offset for each dimension")) return false;
    while (p->token.kind != ']') {
        if (n == TRI_MAX_RANK) return tri_parse_fail(p, &p->token, "more than %d offsets", TRI_MAX_RANK);
        if (!tri_parse_integer(p, &offsets[n++])) return false;
        if (!tri_parse_accept(p, ',')) break;
    }
    if (!tri_parse_expect(p, ']', "] or ,") || !tri_parse_types(p, d) || !tri_parse_label(p, d)) return false;
    tri_op *op = tri_parse_finish(p, d, TRI_TILE_SLICE);
    if (!op) return false;
    tri_op_set_attr(p->module, op, "offsets", tri_attr_integers(p->module, n, offsets));
    return tri_parse_bind_results(p, d, op);
}

static bool parse_for(tri_parser *p, tri_draft *d)
{
    TRI_VEC(tri_result_name) carried = {0};
    if (!tri_parse_label(p, d)) return false;
    tri_token counter = p->token;
    tri_value *value;
    if (!tri_parse_expect(p, TRI_TOKEN_VALUE, "the counter of the loop")) return false;
    if (!tri_parse_accept_word(p, "in")) return tri_parse_fail(p, &p->token, "expected in LOW..HIGH");
    for (int side = 0; side < 2; side++) {
        if ((side && !tri_parse_expect(p, TRI_TOKEN_DOTS, "..")) || !tri_parse_index_value(p, d->block, 0, &value)) return false;
        TRI_PUSH(&p->scratch, &d->operands, value);
    }
    if (tri_parse_accept_word(p, "iter")) {
        if (!tri_parse_expect(p, '(', "( and the carried values")) return false;
        do {
            tri_result_name name = {.at = p->token};
            if (!tri_parse_expect(p, TRI_TOKEN_VALUE, "a carried value") || !tri_parse_expect(p, '=', "= and its initial value")) return false;
            if (!tri_parse_index_value(p, d->block, 0, &value)) return false;
            tri_type type = value->type;
            if (tri_parse_accept(p, ':') && !tri_parse_type(p, &type)) return false;
            TRI_PUSH(&p->scratch, &carried, name);
            TRI_PUSH(&p->scratch, &d->operands, value);
            TRI_PUSH(&p->scratch, &d->types, type);
        } while (tri_parse_accept(p, ','));
        if (!tri_parse_expect(p, ')', ") or ,")) return false;
    }
    if (!tri_parse_label(p, d)) return false;
    tri_op *op = tri_parse_finish(p, d, TRI_TILE_FOR);
    if (!op) return false;
    tri_block *region = tri_op_add_region(p->func, op);
    size_t mark = tri_parse_open_scope(p);
    bool good = tri_parse_add_arg(p, region, &counter, tri_index_type());
    for (size_t i = 0; good && i < carried.n; i++) good = tri_parse_add_arg(p, region, &carried.at[i].at, d->types.at[i]);
    good = good && parse_tile_region(p, region);
    tri_parse_close_scope(p, mark);
    return good && tri_parse_bind_results(p, d, op);
}

static bool parse_if(tri_parser *p, tri_draft *d)
{
    tri_value *condition;
    if (!tri_parse_index_value(p, d->block, 0, &condition)) return false;
    TRI_PUSH(&p->scratch, &d->operands, condition);
    if (p->token.kind == ':' && !tri_parse_types(p, d)) return false;
    if (!tri_parse_label(p, d)) return false;
    tri_op *op = tri_parse_finish(p, d, TRI_TILE_IF);
    if (!op || !parse_tile_region(p, tri_op_add_region(p->func, op))) return false;
    tri_block *otherwise = tri_op_add_region(p->func, op);
    if (tri_parse_accept_word(p, "else")) {
        if (!parse_tile_region(p, otherwise)) return false;
    } else {
        tri_block_append(otherwise, tri_op_create(p->module, TRI_TILE_YIELD, op->loc, 0, NULL, 0, NULL));
    }
    return tri_parse_bind_results(p, d, op);
}

/* signal %f[%i] peer %r, wait %f[%i] >= %v */
static bool parse_flag(tri_parser *p, tri_draft *d, tri_op_kind kind)
{
    tri_value *value;
    if (!tri_parse_operand(p, d) || !tri_parse_expect(p, '[', "[ and the number of the flag") || !tri_parse_index_value(p, d->block, 0, &value))
        return false;
    TRI_PUSH(&p->scratch, &d->operands, value);
    if (!tri_parse_expect(p, ']', "]")) return false;
    if (kind == TRI_TILE_WAIT) {
        if (!tri_parse_expect(p, '>', ">= and a value") || !tri_parse_expect(p, '=', ">= and a value")) return false;
    } else if (!tri_parse_accept_word(p, "peer")) {
        return tri_parse_fail(p, &p->token, "expected peer and its rank");
    }
    if (!tri_parse_index_value(p, d->block, 0, &value)) return false;
    TRI_PUSH(&p->scratch, &d->operands, value);
    return tri_parse_finish_plain(p, d, kind);
}

/* mma a, b, c or, in a scheduled program, mma async a, b, c */
static bool parse_mma(tri_parser *p, tri_draft *d)
{
    bool async = tri_parse_accept_word(p, "async");
    if (!tri_parse_operands(p, d) || !tri_parse_types(p, d) || !tri_parse_label(p, d)) return false;
    tri_op *op = tri_parse_finish(p, d, TRI_TILE_MMA);
    if (!op) return false;
    if (async) tri_op_set_attr(p->module, op, "async", tri_attr_unit(p->module));
    return tri_parse_bind_results(p, d, op);
}

static bool parse_assume(tri_parser *p, tri_draft *d)
{
    tri_value *value;
    if (!tri_parse_index_value(p, d->block, 0, &value)) return false;
    TRI_PUSH(&p->scratch, &d->operands, value);
    return tri_parse_finish_plain(p, d, TRI_TILE_ASSUME);
}

static bool parse_yield(tri_parser *p, tri_draft *d)
{
    tri_token next = p->token;
    if (next.kind == TRI_TOKEN_VALUE && !tri_parse_operands(p, d)) return false;
    return tri_parse_finish(p, d, TRI_TILE_YIELD) != NULL;
}

static bool parse_tile_statement(tri_parser *p, tri_draft *d)
{
    tri_token word = p->token;
    tri_op_kind kind = word.kind == TRI_TOKEN_WORD ? tri_op_kind_tile(word.at, word.n) : TRI_OP_NONE;
    char room[48];
    if (!kind) return tri_parse_fail(p, &word, "%s is no statement of a tile program (docs/tile-ir.md lists them)", tri_token_show(&word, room));
    tri_parse_advance(p);
    if (tri_is_sched_op(kind)) return tri_parse_sched_statement(p, d, kind);
    switch (kind) {
    case TRI_TILE_INDEX: return parse_index(p, d);
    case TRI_TILE_FETCH: return parse_fetch(p, d);
    case TRI_TILE_ASSUME: return parse_assume(p, d);
    case TRI_TILE_FOR: return parse_for(p, d);
    case TRI_TILE_IF: return parse_if(p, d);
    case TRI_TILE_YIELD: return parse_yield(p, d);
    case TRI_TILE_LOAD: return parse_load(p, d);
    case TRI_TILE_STORE: return parse_store(p, d);
    case TRI_TILE_FILL: return parse_fill(p, d);
    case TRI_TILE_MAP: return parse_map(p, d);
    case TRI_TILE_REDUCE:
    case TRI_TILE_SCAN:
    case TRI_TILE_COMBINE: return parse_fold(p, d, kind);
    case TRI_TILE_SLICE: return parse_slice(p, d);
    case TRI_TILE_MMA: return parse_mma(p, d);
    case TRI_TILE_SIGNAL:
    case TRI_TILE_WAIT: return parse_flag(p, d, kind);
    default: /* reshape, transpose: a tile and a type */
        return tri_parse_operands(p, d) && tri_parse_types(p, d) && tri_parse_finish_plain(p, d, kind);
    }
}

/* ---- scalars ---- */

static tri_value *scalar_op(tri_parser *p, const tri_token *at, tri_block *block, tri_op_kind kind, uint32_t n, tri_value *const *operands,
                            tri_dtype dtype)
{
    tri_type type = tri_scalar_of(dtype);
    tri_op *op = tri_op_create(p->module, kind, tri_parse_loc(p, at), n, operands, 1, &type);
    tri_block_append(block, op);
    return op->results[0];
}

static void set_constant(tri_parser *p, tri_value *value, tri_dtype dtype, const void *element)
{
    tri_op_set_attr(p->module, value->op, "value", tri_attr_elements(p->module, tri_tensor_of(dtype, 0, NULL), true, element));
}

/* %x, a number of the same dtype as `like`, or op(operands) of ops that keep the dtype of their operands. */
static bool parse_scalar_operand(tri_parser *p, tri_block *block, const tri_value *like, tri_value **out)
{
    tri_token at = p->token;
    char room[48];
    if (at.kind == TRI_TOKEN_VALUE) return tri_parse_use(p, out);
    tri_op_kind kind = at.kind == TRI_TOKEN_WORD ? tri_op_kind_scalar(at.at, at.n) : TRI_OP_NONE;
    if (kind && tri_parse_peek(p).kind == '(') {
        tri_value_vec operands = {0};
        if (tri_op_row_of(kind)->result == TRI_RESULT_TYPED)
            return tri_parse_fail(p, &at, "%s needs a type: give it a line of its own", tri_op_row_of(kind)->text);
        if (!tri_parse_enter(p)) return false;
        tri_parse_advance(p);
        tri_parse_advance(p);
        do {
            tri_value *operand;
            if (!parse_scalar_operand(p, block, operands.n ? operands.at[operands.n - 1] : like, &operand)) return false;
            TRI_PUSH(&p->scratch, &operands, operand);
        } while (tri_parse_accept(p, ','));
        tri_parse_leave(p);
        tri_dtype dtype = tri_op_row_of(kind)->result == TRI_RESULT_BOOL ? TRI_I1 : (tri_dtype)operands.at[operands.n - 1]->type.dtype;
        *out = scalar_op(p, &at, block, kind, (uint32_t)operands.n, operands.at, dtype);
        return tri_parse_expect(p, ')', ") or ,");
    }
    if (!like)
        return tri_parse_fail(p, &at, "expected a value, found %s (a number needs a value before it, whose type it takes)",
                              tri_token_show(&at, room));
    unsigned char element[8];
    if (!tri_parse_element(p, (tri_dtype)like->type.dtype, element)) return false;
    *out = scalar_op(p, &at, block, TRI_SCALAR_CONSTANT, 0, NULL, (tri_dtype)like->type.dtype);
    set_constant(p, *out, (tri_dtype)like->type.dtype, element);
    return true;
}

/* A number and its type, which stands behind it. */
static bool parse_scalar_constant(tri_parser *p, tri_draft *d)
{
    tri_token number = p->token;
    tri_lexer lexer = p->lexer;
    if (number.kind == '-') tri_parse_advance(p);
    tri_parse_advance(p);
    tri_token at = p->token;
    tri_type type;
    if (!tri_parse_expect(p, ':', ": and the type") || !tri_parse_type(p, &type)) return false;
    if (type.kind != TRI_TYPE_SCALAR) return tri_parse_fail(p, &at, "a constant's type is a scalar such as f32");
    tri_lexer after = p->lexer;
    tri_token behind = p->token;
    unsigned char element[8];
    p->lexer = lexer;
    p->token = number;
    if (!tri_parse_element(p, (tri_dtype)type.dtype, element)) return false;
    p->lexer = after;
    p->token = behind;
    TRI_PUSH(&p->scratch, &d->types, type);
    tri_op *op = tri_parse_finish(p, d, TRI_SCALAR_CONSTANT);
    if (!op) return false;
    set_constant(p, op->results[0], (tri_dtype)type.dtype, element);
    return tri_parse_bind_results(p, d, op);
}

static bool parse_scalar_statement(tri_parser *p, tri_draft *d)
{
    tri_token word = p->token;
    char room[48];
    if (tri_parse_accept_word(p, "yield")) return parse_yield(p, d);
    tri_op_kind kind = word.kind == TRI_TOKEN_WORD ? tri_op_kind_scalar(word.at, word.n) : TRI_OP_NONE;
    if (!kind) return tri_parse_fail(p, &word, "%s is no scalar op (docs/tile-ir.md lists them)", tri_token_show(&word, room));
    tri_parse_advance(p);
    if (kind == TRI_SCALAR_CONSTANT) return parse_scalar_constant(p, d);
    int64_t dim = 0;
    if (kind == TRI_SCALAR_COORDINATE) {
        if (!tri_parse_integer(p, &dim)) return false;
    } else {
        do {
            tri_value *operand;
            if (!parse_scalar_operand(p, d->block, d->operands.n ? d->operands.at[d->operands.n - 1] : NULL, &operand)) return false;
            TRI_PUSH(&p->scratch, &d->operands, operand);
        } while (tri_parse_accept(p, ','));
    }
    if (!tri_parse_types(p, d)) return false;
    tri_op *op = tri_parse_finish(p, d, kind);
    if (!op) return false;
    if (kind == TRI_SCALAR_COORDINATE) tri_op_set_attr(p->module, op, "dim", tri_attr_integer(p->module, dim));
    return tri_parse_bind_results(p, d, op);
}

/* ---- blocks and kernels ---- */

static bool parse_statement(tri_parser *p, tri_draft *d, bool scalar)
{
    d->start = p->token;
    if (p->token.kind == TRI_TOKEN_VALUE) {
        do {
            tri_result_name name = {.at = p->token};
            if (!tri_parse_expect(p, TRI_TOKEN_VALUE, "a value")) return false;
            if (memchr(name.at.at, '#', name.at.n)) return tri_parse_fail(p, &name.at, "a result is named without #");
            name.name = tri_parse_intern(p, name.at.at, name.at.n);
            TRI_PUSH(&p->scratch, &d->names, name);
        } while (tri_parse_accept(p, ','));
        if (!tri_parse_expect(p, '=', "= behind the results")) return false;
    }
    return scalar ? parse_scalar_statement(p, d) : parse_tile_statement(p, d);
}

/* Up to the closing brace, which stays; errors are mended here. */
void tri_parse_statements(tri_parser *p, tri_block *block, bool scalar)
{
    uint32_t nesting = p->nesting;
    while (p->token.kind != '}' && p->token.kind != TRI_TOKEN_END) {
        tri_draft d = {.block = block};
        p->statement = p->token.at;
        if (parse_statement(p, &d, scalar)) continue;
        p->nesting = nesting;
        tri_parse_recover(p, &d.start);
        for (size_t i = 0; i < d.names.n; i++)
            if (!d.names.at[i].name->values) (void)tri_parse_bind(p, &d.names.at[i].at, d.names.at[i].name, 1, &p->poison);
    }
}

bool tri_parse_buffers(tri_parser *p, tri_func *kernel)
{
    static const struct {
        const char *word;
        tri_access access;
    } accesses[] = {{"in", TRI_ACCESS_IN}, {"out", TRI_ACCESS_OUT}, {"inout", TRI_ACCESS_INOUT}, {"work", TRI_ACCESS_WORK}};
    if (!tri_parse_expect(p, '(', "( and the buffers")) return false;
    while (p->token.kind != ')') {
        tri_token at = p->token;
        tri_type type;
        tri_access access = TRI_ACCESS_NONE;
        if (!tri_parse_expect(p, TRI_TOKEN_VALUE, "a buffer such as %A") || !tri_parse_expect(p, ':', ": and how it is used")) return false;
        for (size_t i = 0; i < 4 && !access; i++)
            if (tri_parse_accept_word(p, accesses[i].word)) access = accesses[i].access;
        if (!access) return tri_parse_fail(p, &p->token, "expected in, out, inout or work");
        tri_token type_at = p->token;
        if (!tri_parse_type(p, &type)) return false;
        if (type.kind != TRI_TYPE_BUFFER && type.kind != TRI_TYPE_FLAGS)
            return tri_parse_fail(p, &type_at, "a kernel takes buffers, buf<..>, and flags<n>");
        if (kernel->n_buffers == 4096) return tri_parse_fail(p, &at, "more than 4096 buffers");
        tri_name *name = tri_parse_intern(p, at.at, at.n);
        tri_value *value = tri_kernel_add_buffer(kernel, NULL, type, access);
        set_name(value, name);
        if (!bind_one(p, &at, name, value)) return false;
        if (!tri_parse_accept(p, ',')) break;
    }
    return tri_parse_expect(p, ')', ") or ,");
}

static bool parse_grid(tri_parser *p, tri_func *kernel)
{
    if (!tri_parse_accept_word(p, "grid")) return true;
    if (!tri_parse_expect(p, '(', "( and the axes")) return false;
    while (p->token.kind != ')') {
        tri_token at = p->token;
        int64_t extent;
        if (!tri_parse_expect(p, TRI_TOKEN_VALUE, "an axis such as %m") || !tri_parse_expect(p, ':', ": and its extent")) return false;
        tri_token number = p->token;
        if (!tri_parse_integer(p, &extent)) return false;
        if (extent < 1 || extent > (int64_t)1 << 40) return tri_parse_fail(p, &number, "the extent of an axis is at least 1 and at most 2^40");
        if (kernel->n_axes == TRI_MAX_RANK) return tri_parse_fail(p, &at, "more than %d axes", TRI_MAX_RANK);
        tri_name *name = tri_parse_intern(p, at.at, at.n);
        tri_value *value = tri_kernel_add_axis(kernel, NULL, extent);
        set_name(value, name);
        if (!bind_one(p, &at, name, value)) return false;
        if (!tri_parse_accept(p, ',')) break;
    }
    return tri_parse_expect(p, ')', ") or ,");
}

static bool parse_schedule(tri_parser *p, tri_func *kernel)
{
    if (!tri_parse_accept_word(p, "schedule")) return true;
    tri_token open = p->token;
    if (open.kind != '{') return tri_parse_expect(p, '{', "{ behind schedule");
    const char *end = memchr(open.at, '}', (size_t)(p->lexer.end - open.at));
    if (!end) return tri_parse_fail(p, &open, "this bracket is not closed");
    if (memchr(open.at, 0, (size_t)(end - open.at))) return tri_parse_fail(p, &open, "a schedule with a zero byte");
    kernel->schedule = tri_arena_strndup(p->arena, open.at, (size_t)(end + 1 - open.at));
    tri_lex_jump(&p->lexer, end + 1);
    tri_parse_advance(p);
    return true;
}

bool tri_parse_kernel(tri_parser *p)
{
    tri_parse_advance(p);
    tri_token at = p->token;
    tri_name *name;
    if (!tri_parse_symbol(p, &name)) return false;
    if (name->func) return tri_parse_fail(p, &at, "@%s is defined a second time", name->text);
    tri_func *kernel = p->func = name->func = tri_kernel_create(p->module, name->text);
    kernel->loc = tri_parse_loc(p, &at);
    uint32_t isolated = p->isolated_depth;
    size_t mark = tri_parse_open_scope(p);
    p->isolated_depth = p->depth;
    bool good =
        tri_parse_buffers(p, kernel) && parse_grid(p, kernel) && tri_parse_expect(p, '{', "{ and the statements of the kernel") && tri_parse_enter(p);
    if (good) {
        tri_parse_statements(p, kernel->body, false);
        tri_parse_leave(p);
        good = tri_parse_expect(p, '}', "} at the end of the kernel") && parse_schedule(p, kernel);
    }
    tri_parse_close_scope(p, mark);
    p->isolated_depth = isolated;
    p->func = NULL;
    return good;
}
