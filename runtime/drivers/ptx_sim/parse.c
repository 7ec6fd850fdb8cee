/* parse.c - recursive descent over the tokens of lex.h. It accepts any mnemonic: what an instruction means, and how many operands of which kind it
 * takes, is the decoder's business (ptx_ops.def). Recursion is bounded: only operands nest, and only to MOST_NESTING. */
#include "runtime/drivers/ptx_sim/lex.h"
#include "runtime/drivers/ptx_sim/module.h"
#include "runtime/drivers/ptx_sim/scope.h"

enum { MOST_NESTING = 4, MOST_OPERANDS = 16 };

typedef struct parser {
    tri_arena *arena;
    tri_ptx_lexer lexer;
    const char *file;
    tri_ptx_module *module;
    tri_ptx_kernel *kernel; /* null outside of kernels */
    tri_ptx_scopes scopes;
    int32_t statement; /* of the newest .loc */
} parser;

static tri_loc here(const parser *p) { return (tri_loc){p->file, p->lexer.token_line, p->lexer.token_column}; }
static void next(parser *p) { tri_ptx_lex_next(&p->lexer); }
static bool is(const parser *p, char c) { return tri_ptx_lex_is(&p->lexer, c); }
static bool is_word(const parser *p, const char *word) { return tri_ptx_lex_word(&p->lexer, word); }
static int shown(const parser *p) { return p->lexer.n > 40 ? 40 : (int)p->lexer.n; }

static bool take(parser *p, char c)
{
    if (!is(p, c)) return false;
    next(p);
    return true;
}

static tri_status *unexpected(parser *p, const char *wanted)
{
    if (p->lexer.token == TRI_PTX_BAD) return tri_error(TRI_INVALID, here(p), "%s", p->lexer.problem);
    if (p->lexer.token == TRI_PTX_END) return tri_error(TRI_INVALID, here(p), "the text ends where %s should stand", wanted);
    return tri_error(TRI_INVALID, here(p), "expected %s, found `%.*s`", wanted, shown(p), p->lexer.at);
}

static tri_status *expect(parser *p, char c)
{
    char wanted[4] = {'`', c, '`', 0};
    return take(p, c) ? NULL : unexpected(p, wanted);
}

static tri_status *expect_name(parser *p, const char **out_name)
{
    if (p->lexer.token != TRI_PTX_WORD || p->lexer.at[0] == '.') return unexpected(p, "a name");
    *out_name = tri_arena_strndup(p->arena, p->lexer.at, p->lexer.n);
    next(p);
    return NULL;
}

static tri_status *expect_integer(parser *p, uint64_t most, uint64_t *out_value)
{
    if (p->lexer.token != TRI_PTX_INTEGER_TOKEN) return unexpected(p, "an integer");
    if (p->lexer.bits > most)
        return tri_error(TRI_INVALID, here(p), "%llu is too large here: at most %llu", (unsigned long long)p->lexer.bits, (unsigned long long)most);
    *out_value = p->lexer.bits;
    next(p);
    return NULL;
}

/* Types by the size of what holds them; -1: no type. */
static int type_bytes(const parser *p)
{
    static const struct {
        const char *name;
        int bytes;
    } types[] = {{".pred", 0}, {".b8", 1},   {".u8", 1},  {".s8", 1},    {".b16", 2},   {".u16", 2},   {".s16", 2},
                 {".f16", 2},  {".bf16", 2}, {".b32", 4}, {".u32", 4},   {".s32", 4},   {".f32", 4},   {".b64", 8},
                 {".u64", 8},  {".s64", 8},  {".f64", 8}, {".b128", 16}, {".f16x2", 4}, {".bf16x2", 4}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (is_word(p, types[i].name)) return types[i].bytes;
    return -1;
}

static tri_status *parse_type(parser *p, int *out_bytes)
{
    *out_bytes = type_bytes(p);
    if (*out_bytes < 0) return unexpected(p, "a type");
    next(p);
    return NULL;
}

static tri_status *declare(parser *p, tri_loc loc, const char *name, tri_ptx_symbol **out_symbol)
{
    tri_ptx_symbol *old = tri_ptx_scope_find(&p->scopes, name, strlen(name));
    if (old && old->depth == p->scopes.depth) return tri_error(TRI_INVALID, loc, "`%s` is declared twice", name);
    *out_symbol = tri_ptx_scope_add(&p->scopes, p->scopes.depth, name, strlen(name));
    return NULL;
}

static tri_status *new_register(parser *p, const char *name, uint32_t bytes, tri_ptx_symbol *symbol)
{
    if (p->kernel->registers.n == TRI_PTX_MOST_REGISTERS)
        return tri_error(TRI_UNSUPPORTED, here(p), "kernel %s uses more than %d registers", p->kernel->name, TRI_PTX_MOST_REGISTERS);
    tri_ptx_register *reg = TRI_NEW(p->arena, tri_ptx_register);
    *reg = (tri_ptx_register){.name = name, .bytes = bytes, .index = (uint32_t)p->kernel->registers.n};
    TRI_PUSH(p->arena, &p->kernel->registers, reg);
    symbol->reg = reg;
    return NULL;
}

/* .reg .b32 %r<14>, %x; */
static tri_status *parse_registers(parser *p)
{
    int bytes = 0;
    next(p);
    if (is_word(p, ".v2") || is_word(p, ".v4")) return tri_error(TRI_UNSUPPORTED, here(p), "vector registers are not supported");
    tri_loc type_loc = here(p);
    TRI_TRY(parse_type(p, &bytes));
    if (bytes == 1) return tri_error(TRI_INVALID, type_loc, "a register has at least 16 bits");
    do {
        const char *name = NULL;
        tri_loc loc = here(p);
        tri_ptx_symbol *symbol = NULL;
        TRI_TRY(expect_name(p, &name));
        TRI_TRY(declare(p, loc, name, &symbol));
        symbol->register_bytes = (uint32_t)bytes;
        if (take(p, '<')) {
            uint64_t n = 0;
            TRI_TRY(expect_integer(p, UINT32_MAX, &n));
            TRI_TRY(expect(p, '>'));
            symbol->family = (uint32_t)n;
        } else {
            TRI_TRY(new_register(p, name, (uint32_t)bytes, symbol));
        }
    } while (take(p, ','));
    return expect(p, ';');
}

/* The family `%r` that `%r12` belongs to, or null. */
static tri_ptx_symbol *find_family(parser *p, const char *name, size_t n)
{
    size_t prefix = n;
    while (prefix && name[prefix - 1] >= '0' && name[prefix - 1] <= '9') prefix--;
    uint64_t member = 0;
    if (prefix == n || n - prefix > 10 || (name[prefix] == '0' && n - prefix > 1)) return NULL;
    for (size_t i = prefix; i < n; i++) member = member * 10 + (uint64_t)(name[i] - '0');
    tri_ptx_symbol *family = tri_ptx_scope_find(&p->scopes, name, prefix);
    return family && member < family->family ? family : NULL;
}

/* What a word stands for where an operand is expected. */
static tri_status *resolve(parser *p, const char *name, size_t n, tri_ptx_operand *out)
{
    tri_ptx_symbol *symbol = tri_ptx_scope_find(&p->scopes, name, n);
    tri_ptx_symbol *family = name[0] == '%' ? find_family(p, name, n) : NULL;
    if (family && (!symbol || symbol->depth < family->depth)) {
        symbol = tri_ptx_scope_add(&p->scopes, family->depth, name, n);
        TRI_TRY(new_register(p, symbol->name, family->register_bytes, symbol));
    }
    if (symbol && symbol->reg) {
        out->kind = TRI_PTX_REGISTER;
        out->reg = symbol->reg;
        out->name = symbol->name;
    } else if (symbol && symbol->variable) {
        out->kind = TRI_PTX_VARIABLE;
        out->variable = symbol->variable;
        out->name = symbol->name;
    } else {
        out->kind = name[0] == '%' ? TRI_PTX_SPECIAL : TRI_PTX_NAME;
        out->name = tri_arena_strndup(p->arena, name, n);
    }
    return NULL;
}

static tri_status *parse_number(parser *p, bool negative, tri_ptx_operand *out)
{
    out->bits = p->lexer.bits;
    switch (p->lexer.token) {
    case TRI_PTX_INTEGER_TOKEN:
        out->kind = TRI_PTX_INTEGER;
        if (negative) out->bits = 0 - out->bits;
        break;
    case TRI_PTX_SINGLE_TOKEN:
        out->kind = TRI_PTX_SINGLE;
        if (negative) out->bits ^= 1u << 31;
        break;
    case TRI_PTX_DOUBLE_TOKEN:
        out->kind = TRI_PTX_DOUBLE;
        if (negative) out->bits ^= 1ull << 63;
        break;
    default: return unexpected(p, "an operand");
    }
    next(p);
    return NULL;
}

/* + or - a number, behind a name or a register. */
static tri_status *parse_offset(parser *p, uint64_t *offset)
{
    while (is(p, '+') || is(p, '-')) {
        bool negative = is(p, '-');
        tri_ptx_operand number = {0};
        next(p);
        if (take(p, '-')) negative = !negative;
        if (p->lexer.token != TRI_PTX_INTEGER_TOKEN) return unexpected(p, "an integer");
        TRI_TRY(parse_number(p, negative, &number));
        *offset += number.bits;
    }
    return NULL;
}

static tri_status *parse_operand(parser *p, int nesting, tri_ptx_operand *out);

static tri_status *parse_list(parser *p, int nesting, char close, tri_ptx_operand *out)
{
    TRI_VEC(tri_ptx_operand) list = {0};
    do {
        tri_ptx_operand item;
        if (list.n == TRI_PTX_MOST_LIST) return tri_error(TRI_UNSUPPORTED, here(p), "a list of more than %d operands", TRI_PTX_MOST_LIST);
        TRI_TRY(parse_operand(p, nesting + 1, &item));
        if (close == ']') TRI_TRY(parse_offset(p, &out->bits));
        TRI_PUSH(p->arena, &list, item);
    } while (take(p, ','));
    out->n = (uint32_t)list.n;
    out->list = list.at;
    return expect(p, close);
}

static tri_status *parse_operand(parser *p, int nesting, tri_ptx_operand *out)
{
    memset(out, 0, sizeof *out);
    if (nesting > MOST_NESTING) return tri_error(TRI_INVALID, here(p), "operands nest too deeply");
    if (take(p, '{')) {
        out->kind = TRI_PTX_LIST;
        return parse_list(p, nesting, '}', out);
    }
    if (take(p, '[')) {
        out->kind = TRI_PTX_ADDRESS;
        return parse_list(p, nesting, ']', out);
    }
    if (is(p, '(')) return tri_error(TRI_UNSUPPORTED, here(p), "calls of functions are not supported: inline them");
    bool negated = take(p, '!');
    if (take(p, '-')) return parse_number(p, true, out);
    if (p->lexer.token != TRI_PTX_WORD) return parse_number(p, false, out);
    if (p->lexer.at[0] == '.') return unexpected(p, "an operand");
    if (is_word(p, "_")) {
        out->kind = TRI_PTX_SINK;
        next(p);
    } else {
        TRI_TRY(resolve(p, p->lexer.at, p->lexer.n, out));
        next(p);
        if (out->kind == TRI_PTX_VARIABLE) TRI_TRY(parse_offset(p, &out->bits));
    }
    out->negated = negated;
    if (take(p, '|')) {
        out->also = TRI_NEW(p->arena, tri_ptx_operand);
        return parse_operand(p, nesting + 1, out->also);
    }
    return NULL;
}

static tri_status *parse_instruction(parser *p, tri_ptx_instruction *instruction)
{
    const char *first = p->lexer.at;
    instruction->line = p->lexer.token_line;
    instruction->column = p->lexer.token_column;
    instruction->statement = p->statement;
    instruction->text = first;
    if (take(p, '@')) {
        instruction->guard_negated = take(p, '!');
        tri_ptx_operand guard = {0};
        tri_loc loc = here(p);
        if (p->lexer.token != TRI_PTX_WORD) return unexpected(p, "a predicate");
        TRI_TRY(resolve(p, p->lexer.at, p->lexer.n, &guard));
        if (guard.kind != TRI_PTX_REGISTER || guard.reg->bytes) return tri_error(TRI_INVALID, loc, "`%s` is no predicate register", guard.name);
        instruction->guard = guard.reg;
        next(p);
    }
    TRI_TRY(expect_name(p, &instruction->mnemonic));
    if (instruction->mnemonic[0] == '%')
        return tri_error(TRI_INVALID, (tri_loc){p->file, instruction->line, instruction->column}, "an instruction cannot begin with `%s`",
                         instruction->mnemonic);
    TRI_VEC(tri_ptx_operand) operands = {0};
    if (!is(p, ';')) {
        do {
            tri_ptx_operand operand;
            if (operands.n == MOST_OPERANDS) return tri_error(TRI_INVALID, here(p), "more than %d operands", MOST_OPERANDS);
            TRI_TRY(parse_operand(p, 0, &operand));
            TRI_PUSH(p->arena, &operands, operand);
        } while (take(p, ','));
    }
    instruction->n_operands = (uint32_t)operands.n;
    instruction->operands = operands.at;
    if (!is(p, ';')) return unexpected(p, "`,` or `;`");
    instruction->text_bytes = (uint32_t)(p->lexer.next - first);
    next(p);
    return NULL;
}

static uint64_t round_up(uint64_t value, uint64_t align) { return (value + align - 1) / align * align; }

/* Gives a variable its place behind what its space already holds. */
static tri_status *place(parser *p, tri_loc loc, tri_ptx_variable *variable)
{
    uint64_t *used = &p->module->memory_bytes, most = TRI_PTX_MOST_VARIABLE;
    switch (variable->space) {
    case TRI_PTX_SHARED: used = p->kernel ? &p->kernel->shared_bytes : &p->module->shared_bytes; break;
    case TRI_PTX_LOCAL:
        if (!p->kernel) return tri_error(TRI_INVALID, loc, "a local variable outside of a kernel");
        used = &p->kernel->local_bytes;
        most = TRI_PTX_MOST_LOCAL;
        break;
    case TRI_PTX_PARAM: used = &p->kernel->parameter_bytes, most = 32 << 10; break;
    default: break;
    }
    variable->address = round_up(*used, variable->align);
    if (variable->bytes > most || variable->address + variable->bytes > most)
        return tri_error(TRI_UNSUPPORTED, loc, "`%s` does not fit: its space may hold %llu bytes", variable->name, (unsigned long long)most);
    *used = variable->address + variable->bytes;
    return NULL;
}

/* The bytes behind `=`: a number or a list of numbers, the rest zero. */
static tri_status *parse_initial(parser *p, tri_ptx_variable *variable, uint64_t element)
{
    if (variable->space != TRI_PTX_GLOBAL && variable->space != TRI_PTX_CONST)
        return tri_error(TRI_INVALID, here(p), "only global and const variables have initial values");
    unsigned char *bytes = tri_arena_alloc(p->arena, variable->bytes ? variable->bytes : 1);
    uint64_t at = 0;
    int depth = 0;
    variable->initial = bytes;
    for (;;) {
        while (take(p, '{'))
            if (++depth > MOST_NESTING) return tri_error(TRI_INVALID, here(p), "initial values nest too deeply");
        if (!(depth && is(p, '}'))) {
            tri_ptx_operand number = {0};
            bool negative = take(p, '-');
            if (p->lexer.token == TRI_PTX_WORD) return tri_error(TRI_UNSUPPORTED, here(p), "an initial value that is an address is not supported");
            if (p->lexer.token == TRI_PTX_DOUBLE_TOKEN && element == 4) {
                double wide;
                memcpy(&wide, &p->lexer.bits, 8);
                float narrow = (float)wide;
                uint32_t bits;
                memcpy(&bits, &narrow, 4);
                p->lexer.bits = bits;
                p->lexer.token = TRI_PTX_SINGLE_TOKEN;
            }
            tri_loc loc = here(p);
            TRI_TRY(parse_number(p, negative, &number));
            if (at + element > variable->bytes || element > 8)
                return tri_error(TRI_INVALID, loc, "more initial values than `%s` has elements", variable->name);
            memcpy(bytes + at, &number.bits, element);
            at += element;
        }
        while (depth && take(p, '}')) depth--;
        if (!depth) return NULL;
        TRI_TRY(expect(p, ','));
    }
}

/* .shared .align 16 .b8 name[4][8] = {...}, with the words before the space already taken. */
static tri_status *parse_variable(parser *p, tri_ptx_space space, bool is_extern)
{
    uint64_t align = 0, lanes = 1;
    int element = 0;
    next(p);
    for (;;) {
        if (is_word(p, ".align")) {
            next(p);
            TRI_TRY(expect_integer(p, 1 << 16, &align));
            if (!align || (align & (align - 1))) return tri_error(TRI_INVALID, here(p), "an alignment is a power of two");
        } else if (is_word(p, ".v2") || is_word(p, ".v4")) {
            lanes = p->lexer.at[2] == '2' ? 2 : 4;
            next(p);
        } else if (is_word(p, ".ptr") || is_word(p, ".global") || is_word(p, ".shared") || is_word(p, ".const") || is_word(p, ".local")) {
            next(p);
        } else if (type_bytes(p) >= 0) {
            TRI_TRY(parse_type(p, &element));
            if (!element) return tri_error(TRI_INVALID, here(p), "a predicate is no variable");
            uint64_t own = align; /* .align behind the type speaks of what a pointer points to */
            while (p->lexer.token == TRI_PTX_WORD && p->lexer.at[0] == '.') {
                bool aligned = is_word(p, ".align");
                if (!aligned && !is_word(p, ".ptr") && !is_word(p, ".global") && !is_word(p, ".shared") && !is_word(p, ".const") &&
                    !is_word(p, ".local"))
                    return unexpected(p, "a name");
                next(p);
                if (aligned) TRI_TRY(expect_integer(p, 1 << 16, &align));
            }
            align = own;
            break;
        } else {
            return unexpected(p, "a type");
        }
    }
    tri_ptx_variable *variable = TRI_NEW(p->arena, tri_ptx_variable);
    tri_ptx_symbol *symbol = NULL;
    tri_loc loc = here(p);
    TRI_TRY(expect_name(p, &variable->name));
    TRI_TRY(declare(p, loc, variable->name, &symbol));
    symbol->variable = variable;
    uint64_t bytes = (uint64_t)element * lanes;
    bool unsized = false;
    while (take(p, '[')) {
        uint64_t n = 0;
        if (is(p, ']'))
            unsized = true;
        else
            TRI_TRY(expect_integer(p, TRI_PTX_MOST_VARIABLE, &n));
        TRI_TRY(expect(p, ']'));
        bytes *= n;
        if (bytes > TRI_PTX_MOST_VARIABLE)
            return tri_error(TRI_UNSUPPORTED, loc, "`%s` is larger than %d bytes", variable->name, TRI_PTX_MOST_VARIABLE);
    }
    if (is_extern && space != TRI_PTX_SHARED)
        return tri_error(TRI_UNSUPPORTED, loc, "`%s` is defined in another module, which is not supported", variable->name);
    if (unsized && !is_extern) return tri_error(TRI_INVALID, loc, "`%s` needs a size", variable->name);
    variable->space = space;
    variable->align = align ? (uint32_t)align : (uint32_t)(element * (int)lanes);
    variable->bytes = bytes;
    if (!is_extern || bytes) TRI_TRY(place(p, loc, variable));
    if (take(p, '=')) TRI_TRY(parse_initial(p, variable, (uint64_t)element));
    if (space == TRI_PTX_PARAM)
        TRI_PUSH(p->arena, &p->kernel->parameters, variable);
    else if (space == TRI_PTX_GLOBAL || space == TRI_PTX_CONST)
        TRI_PUSH(p->arena, &p->module->variables, variable);
    return NULL;
}

static void skip_line(parser *p)
{
    int32_t line = p->lexer.token_line;
    while (p->lexer.token != TRI_PTX_END && p->lexer.token != TRI_PTX_BAD && p->lexer.token_line == line) next(p);
}

/* .loc file line column: the instructions that follow serve the statement on that line. */
static void parse_position(parser *p)
{
    int32_t line = p->lexer.token_line;
    for (int number = 0; p->lexer.token != TRI_PTX_END && p->lexer.token != TRI_PTX_BAD && p->lexer.token_line == line; number++, next(p))
        if (number == 2 && p->lexer.token == TRI_PTX_INTEGER_TOKEN) p->statement = p->lexer.bits > INT32_MAX ? 0 : (int32_t)p->lexer.bits;
}

static tri_status *skip_section(parser *p)
{
    while (p->lexer.token != TRI_PTX_END && !is(p, '{')) next(p);
    while (p->lexer.token != TRI_PTX_END && !is(p, '}')) next(p);
    return expect(p, '}');
}

static bool space_word(const parser *p, tri_ptx_space *out_space)
{
    static const struct {
        const char *word;
        tri_ptx_space space;
    } spaces[] = {
        {".global", TRI_PTX_GLOBAL}, {".shared", TRI_PTX_SHARED}, {".const", TRI_PTX_CONST}, {".local", TRI_PTX_LOCAL}, {".param", TRI_PTX_PARAM}};
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++) {
        if (is_word(p, spaces[i].word)) return *out_space = spaces[i].space, true;
    }
    return false;
}

static tri_status *parse_branch_targets(parser *p, tri_ptx_label *label)
{
    TRI_VEC(const char *) targets = {0};
    next(p);
    do {
        const char *name = NULL;
        if (targets.n == TRI_PTX_MOST_LIST) return tri_error(TRI_UNSUPPORTED, here(p), "more than %d branch targets", TRI_PTX_MOST_LIST);
        TRI_TRY(expect_name(p, &name));
        TRI_PUSH(p->arena, &targets, name);
    } while (take(p, ','));
    label->n = (uint32_t)targets.n;
    label->targets = targets.at;
    return expect(p, ';');
}

/* A word that begins no directive: `label:` or an instruction. The lexer cannot look two tokens ahead, so it is put back. */
static tri_status *parse_label_or_instruction(parser *p)
{
    tri_ptx_kernel *kernel = p->kernel;
    if (p->lexer.token == TRI_PTX_WORD) {
        tri_ptx_lexer before = p->lexer;
        next(p);
        if (take(p, ':')) {
            tri_ptx_label label = {.name = tri_arena_strndup(p->arena, before.at, before.n), .instruction = (uint32_t)kernel->instructions.n};
            if (is_word(p, ".branchtargets")) TRI_TRY(parse_branch_targets(p, &label));
            TRI_PUSH(p->arena, &kernel->labels, label);
            return NULL;
        }
        p->lexer = before;
    } else if (!is(p, '@')) {
        return unexpected(p, "an instruction");
    }
    if (kernel->instructions.n == TRI_PTX_MOST_INSTRUCTIONS)
        return tri_error(TRI_UNSUPPORTED, here(p), "more than %d instructions", TRI_PTX_MOST_INSTRUCTIONS);
    tri_ptx_instruction instruction = {0};
    TRI_TRY(parse_instruction(p, &instruction));
    TRI_PUSH(p->arena, &kernel->instructions, instruction);
    return NULL;
}

static tri_status *parse_body(parser *p)
{
    int outer = p->scopes.depth;
    for (;;) {
        tri_ptx_space space;
        if (is(p, '{')) {
            if (!tri_ptx_scope_open(&p->scopes)) return tri_error(TRI_INVALID, here(p), "blocks nest too deeply");
            next(p);
        } else if (is(p, '}')) {
            if (p->scopes.depth == outer) return next(p), NULL;
            tri_ptx_scope_close(&p->scopes);
            next(p);
        } else if (take(p, ';')) {
            continue;
        } else if (is_word(p, ".reg")) {
            TRI_TRY(parse_registers(p));
        } else if (is_word(p, ".pragma")) {
            next(p);
            if (p->lexer.token != TRI_PTX_STRING) return unexpected(p, "a string");
            next(p);
            TRI_TRY(expect(p, ';'));
        } else if (is_word(p, ".loc")) {
            parse_position(p);
        } else if (is_word(p, ".file")) {
            skip_line(p);
        } else if (space_word(p, &space)) {
            if (space == TRI_PTX_PARAM) return tri_error(TRI_UNSUPPORTED, here(p), "parameters of calls are not supported: inline the functions");
            TRI_TRY(parse_variable(p, space, false));
            TRI_TRY(expect(p, ';'));
        } else {
            TRI_TRY(parse_label_or_instruction(p));
        }
    }
}

static tri_status *parse_three(parser *p, uint32_t out[3])
{
    out[0] = out[1] = out[2] = 1;
    next(p);
    int i = 0;
    do {
        uint64_t value = 0;
        if (i == 3) return unexpected(p, "at most three numbers");
        TRI_TRY(expect_integer(p, UINT32_MAX, &value));
        out[i++] = (uint32_t)value;
    } while (take(p, ','));
    return NULL;
}

static tri_status *parse_kernel(parser *p)
{
    tri_ptx_kernel *kernel = TRI_NEW(p->arena, tri_ptx_kernel);
    next(p);
    kernel->line = p->lexer.token_line;
    p->statement = 0;
    kernel->shared_bytes = p->module->shared_bytes;
    tri_loc loc = here(p);
    TRI_TRY(expect_name(p, &kernel->name));
    for (size_t i = 0; i < p->module->kernels.n; i++)
        if (!strcmp(p->module->kernels.at[i]->name, kernel->name)) return tri_error(TRI_INVALID, loc, "kernel `%s` is defined twice", kernel->name);
    p->kernel = kernel;
    if (!tri_ptx_scope_open(&p->scopes)) return unexpected(p, "fewer nested blocks");
    if (take(p, '(') && !take(p, ')')) {
        do {
            if (!is_word(p, ".param")) return unexpected(p, "`.param`");
            TRI_TRY(parse_variable(p, TRI_PTX_PARAM, false));
        } while (take(p, ','));
        TRI_TRY(expect(p, ')'));
    }
    while (!is(p, '{')) {
        uint32_t ignored[3];
        if (is_word(p, ".reqntid"))
            TRI_TRY(parse_three(p, kernel->required));
        else if (is_word(p, ".maxntid"))
            TRI_TRY(parse_three(p, kernel->most));
        else if (is_word(p, ".reqnctapercluster"))
            TRI_TRY(parse_three(p, kernel->cluster));
        else if (is_word(p, ".maxnreg")) {
            TRI_TRY(parse_three(p, ignored));
            kernel->most_registers = ignored[0];
        } else if (is_word(p, ".minnctapersm") || is_word(p, ".maxclusterrank"))
            TRI_TRY(parse_three(p, ignored));
        else if (is_word(p, ".explicitcluster") || is_word(p, ".blocksareclusters") || is_word(p, ".noreturn"))
            next(p);
        else
            return unexpected(p, "a directive or `{`");
    }
    next(p);
    TRI_TRY(parse_body(p));
    tri_ptx_scope_close(&p->scopes);
    p->kernel = NULL;
    TRI_PUSH(p->arena, &p->module->kernels, kernel);
    return NULL;
}

static tri_status *parse_module(parser *p)
{
    bool is_extern = false;
    while (p->lexer.token != TRI_PTX_END) {
        tri_ptx_space space;
        if (is_word(p, ".version") || is_word(p, ".target") || is_word(p, ".address_size") || is_word(p, ".file") || is_word(p, ".loc")) {
            skip_line(p);
        } else if (is_word(p, ".section")) {
            TRI_TRY(skip_section(p));
        } else if (is_word(p, ".visible") || is_word(p, ".weak") || is_word(p, ".common")) {
            next(p);
        } else if (is_word(p, ".extern")) {
            is_extern = true;
            next(p);
        } else if (is_word(p, ".entry")) {
            TRI_TRY(parse_kernel(p));
        } else if (is_word(p, ".func")) {
            return tri_error(TRI_UNSUPPORTED, here(p), "functions are not supported: inline them into the kernels");
        } else if (space_word(p, &space) && space != TRI_PTX_PARAM) {
            TRI_TRY(parse_variable(p, space, is_extern));
            TRI_TRY(expect(p, ';'));
            is_extern = false;
        } else {
            return unexpected(p, "a directive");
        }
    }
    return NULL;
}

tri_status *tri_ptx_parse(tri_arena *arena, const char *name, const char *text, size_t n, tri_ptx_module **out_module)
{
    if (n > TRI_PTX_MOST_TEXT) return tri_error(TRI_INVALID, (tri_loc){name, 1, 1}, "a PTX text of more than %d MiB", TRI_PTX_MOST_TEXT >> 20);
    while (n && !text[n - 1]) n--; /* images are often stored with a zero byte behind them */
    parser p = {.arena = arena, .file = name, .module = TRI_NEW(arena, tri_ptx_module)};
    p.module->name = tri_arena_strndup(arena, name, strlen(name));
    p.module->text = tri_arena_strndup(arena, text, n);
    tri_ptx_scopes_begin(&p.scopes, arena);
    tri_ptx_lex_begin(&p.lexer, p.module->text, n);
    TRI_TRY(parse_module(&p));
    *out_module = p.module;
    return NULL;
}
