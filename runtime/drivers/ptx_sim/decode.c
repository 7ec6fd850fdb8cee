/* decode.c - from parsed instructions to micro-ops: finds each instruction's row in ptx_ops.def, gives every operand its slot in the register file,
 * and finds where the sides of each branch meet. */
#include "base/hash.h"
#include "runtime/drivers/ptx_sim/machine.h"
#include "runtime/drivers/ptx_sim/scope.h"

typedef struct row {
    const char *mnemonics, *operands, *handler;
} row;

static const row rows[] = {
#define OP(mnemonics, operands, handler) {mnemonics, operands, #handler},
#include "runtime/drivers/ptx_sim/ptx_ops.def"
#undef OP
};
enum { N_ROWS = sizeof rows / sizeof *rows, KNOWN = 512, MOST_FILE = 32 << 20 };

typedef struct constant {
    uint32_t bytes, slot; /* bytes 0: a predicate; slot 0: free */
    uint64_t value;
    bool special;
} constant;

typedef struct decoder {
    tri_arena *arena;
    const tri_ptx_module *module;
    const tri_ptx_kernel *kernel;
    const char *file;
    uint64_t variables, static_bytes;
    tri_ptx_program *program;
    uint32_t *register_slot;
    constant *constants; /* a hash table */
    uint32_t n_constants, constant_room;
    uint32_t next_slot;
    tri_ptx_scopes labels;
    uint32_t known[KNOWN]; /* row + 1 by hash of the mnemonic, `known_name` the mnemonic */
    const char *known_name[KNOWN];
    TRI_VEC(uint32_t) slots;
    TRI_VEC(uint32_t) reads;
    TRI_VEC(uint32_t) writes;
    const char *problem; /* why the operands of the last row did not fit */
} decoder;

/* The place behind the group that `p` (behind its opening character) is in, or behind its current alternative's siblings. */
static const char *behind_group(const char *p)
{
    for (int depth = 0;; p++) {
        if (*p == '[' || *p == '{' || *p == '(') depth++;
        if ((*p == ']' || *p == '}' || *p == ')') && depth-- == 0) return p + 1;
    }
}

static const char *next_alternative(const char *p)
{
    for (int depth = 0;; p++) {
        if (!depth && *p == '|') return p + 1;
        if (*p == '[' || *p == '{' || *p == '(') depth++;
        if ((*p == ']' || *p == '}' || *p == ')') && depth-- == 0) return NULL;
    }
}

/* Whether `text` is one of the mnemonics of a pattern; the patterns are ours, so they are well formed. An alternative ends at `|`, which then means
 * "go on behind the group". `group` counts the (a|b) groups that stand before `p`. */
static bool fits(const char *p, const char *text, uint8_t *choice, int group)
{
    for (;;) {
        if (*p == '[') {
            if (fits(p + 1, text, choice, group)) return true;
            const char *behind = behind_group(p + 1);
            for (p++; p < behind; p++) group += *p == '(';
        } else if (*p == '{' || *p == '(') {
            bool counted = *p == '(';
            int alternative = 1;
            for (const char *a = p + 1; a; a = next_alternative(a), alternative++) {
                if (counted) choice[group] = (uint8_t)alternative;
                if (fits(a, text, choice, group + counted)) return true;
            }
            if (counted) choice[group] = 0;
            return false;
        } else if (*p == '|') {
            p = behind_group(p);
        } else if (*p == ']' || *p == '}' || *p == ')') {
            p++;
        } else {
            if (*p != *text) return false;
            if (!*p) return true;
            p++;
            text++;
        }
    }
}

static uint32_t take_slot(decoder *d, uint32_t bytes)
{
    uint32_t slot = d->next_slot;
    uint32_t size = bytes ? bytes * TRI_PTX_LANES : 64;
    d->next_slot += (size + 63) / 64 * 64;
    return slot;
}

/* The slot of a constant; equal constants share one. Specials are constants whose value is the number of the special register. */
static uint32_t constant_slot(decoder *d, uint32_t bytes, uint64_t value, bool special)
{
    if (d->n_constants * 2 >= d->constant_room) {
        constant *old = d->constants;
        uint32_t old_room = d->constant_room;
        d->constant_room = old_room ? old_room * 2 : 64;
        d->constants = TRI_NEW_ARRAY(d->arena, constant, d->constant_room);
        for (uint32_t i = 0; i < old_room; i++) {
            if (!old[i].slot) continue;
            uint32_t at = (uint32_t)tri_hash_u64(old[i].bytes * 2 + old[i].special, old[i].value) & (d->constant_room - 1);
            while (d->constants[at].slot) at = (at + 1) & (d->constant_room - 1);
            d->constants[at] = old[i];
        }
    }
    uint32_t at = (uint32_t)tri_hash_u64(bytes * 2 + special, value) & (d->constant_room - 1);
    for (; d->constants[at].slot; at = (at + 1) & (d->constant_room - 1)) {
        const constant *c = &d->constants[at];
        if (c->bytes == bytes && c->value == value && c->special == special) return c->slot;
    }
    d->constants[at] = (constant){bytes, take_slot(d, bytes), value, special};
    d->n_constants++;
    return d->constants[at].slot;
}

static uint64_t variable_address(decoder *d, const tri_ptx_variable *v)
{
    if (v->space == TRI_PTX_PARAM) return TRI_PTX_PARAMETER_WINDOW + v->address;
    if (v->space == TRI_PTX_GLOBAL || v->space == TRI_PTX_CONST) return d->variables + v->address;
    if (v->space != TRI_PTX_SHARED || v->bytes) return v->address;
    uint64_t dynamic = (d->static_bytes + v->align - 1) / v->align * v->align;
    if (dynamic - d->static_bytes > d->program->dynamic_padding) d->program->dynamic_padding = (uint32_t)(dynamic - d->static_bytes);
    return dynamic;
}

static bool refuse(decoder *d, const char *problem)
{
    d->problem = problem;
    return false;
}

static uint64_t bits_of_double(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, 8);
    return bits;
}

/* A source that is no register, as a constant of `bytes` (0: a predicate). */
static bool decode_constant(decoder *d, const tri_ptx_operand *o, uint32_t bytes, uint32_t *out_slot)
{
    uint64_t value = o->bits;
    switch (o->kind) {
    case TRI_PTX_INTEGER: break;
    case TRI_PTX_SINGLE:
        if (bytes == 8) {
            uint32_t low = (uint32_t)o->bits;
            float f;
            memcpy(&f, &low, 4);
            value = bits_of_double(f);
        } else if (bytes != 4) {
            return refuse(d, "a float constant does not fit there");
        }
        break;
    case TRI_PTX_DOUBLE:
        if (bytes == 4) {
            double wide;
            memcpy(&wide, &o->bits, 8);
            float f = (float)wide;
            uint32_t low;
            memcpy(&low, &f, 4);
            value = low;
        } else if (bytes != 8) {
            return refuse(d, "a float constant does not fit there");
        }
        break;
    case TRI_PTX_VARIABLE:
        if (bytes < (o->variable->space == TRI_PTX_PARAM ? 8 : 4)) return refuse(d, "the address of this variable cannot be taken here");
        value += variable_address(d, o->variable);
        break;
    case TRI_PTX_SPECIAL: {
        int which = tri_ptx_special_find(o->name);
        if (which < 0) return refuse(d, "an unknown register");
        if (bytes < 2) return refuse(d, "a special register does not fit there");
        *out_slot = constant_slot(d, bytes, (uint64_t)which, true);
        return true;
    }
    default: return refuse(d, "an operand of the wrong kind");
    }
    if (!bytes)
        value = value ? TRI_PTX_ALL_LANES : 0;
    else if (bytes < 8)
        value &= (1ull << bytes * 8) - 1;
    *out_slot = constant_slot(d, bytes, value, false);
    return true;
}

static uint32_t class_bytes(char letter) { return letter == 'h' ? 2 : letter == 'r' ? 4 : letter == 'l' ? 8 : 0; }

static bool decode_register(decoder *d, char letter, bool written, const tri_ptx_operand *o)
{
    uint32_t slot, bytes = class_bytes(letter);
    if (o->negated) return refuse(d, "a negated predicate is not supported here");
    if (o->kind == TRI_PTX_REGISTER) {
        if (letter == 'x' ? !o->reg->bytes || o->reg->bytes > 8 : o->reg->bytes != bytes)
            return refuse(d, letter == 'p'   ? "a predicate is wanted"
                             : letter == 'h' ? "a 16-bit register is wanted"
                             : letter == 'r' ? "a 32-bit register is wanted"
                             : letter == 'l' ? "a 64-bit register is wanted"
                                             : "a register of 16, 32 or 64 bits is wanted");
        bytes = o->reg->bytes;
        slot = d->register_slot[o->reg->index];
        if (written)
            TRI_PUSH(d->arena, &d->writes, o->reg->index);
        else
            TRI_PUSH(d->arena, &d->reads, o->reg->index);
    } else if (written) {
        if (o->kind != TRI_PTX_SINK) return refuse(d, "the destination is no register");
        if (letter == 'x') bytes = 8;
        slot = TRI_PTX_SINK_SLOT;
    } else {
        if (letter == 'x') bytes = o->kind == TRI_PTX_SINGLE ? 4 : 8;
        if (!decode_constant(d, o, bytes, &slot)) return false;
    }
    TRI_PUSH(d->arena, &d->slots, slot);
    if (letter == 'x') TRI_PUSH(d->arena, &d->slots, bytes);
    return true;
}

static bool decode_address(decoder *d, const tri_ptx_operand *o, bool parameter)
{
    if (o->kind != TRI_PTX_ADDRESS || o->n != 1) return refuse(d, "an address in [ ] is wanted");
    const tri_ptx_operand *base = &o->list[0];
    bool is_parameter = base->kind == TRI_PTX_VARIABLE && base->variable->space == TRI_PTX_PARAM;
    uint64_t offset = o->bits;
    if (parameter != is_parameter) return refuse(d, parameter ? "the address of a parameter is wanted" : "a parameter is read with ld.param");
    if (parameter) {
        offset += base->variable->address + base->bits;
        if (offset >= d->kernel->parameter_bytes) return refuse(d, "the address lies outside of the parameters");
        TRI_PUSH(d->arena, &d->slots, (uint32_t)offset);
        return true;
    }
    uint32_t slot, bytes = 8;
    if (base->kind == TRI_PTX_REGISTER) {
        bytes = base->reg->bytes;
        if (bytes != 4 && bytes != 8) return refuse(d, "an address needs a register of 32 or 64 bits");
        slot = d->register_slot[base->reg->index];
        TRI_PUSH(d->arena, &d->reads, base->reg->index);
    } else if (base->kind != TRI_PTX_INTEGER && base->kind != TRI_PTX_VARIABLE) {
        return refuse(d, "an address begins with a register, a variable or a number");
    } else if (!decode_constant(d, base, 8, &slot)) {
        return false;
    }
    TRI_PUSH(d->arena, &d->slots, slot);
    TRI_PUSH(d->arena, &d->slots, bytes);
    TRI_PUSH(d->arena, &d->slots, (uint32_t)offset);
    TRI_PUSH(d->arena, &d->slots, (uint32_t)(offset >> 32));
    return true;
}

/* [address] or [address, {coordinates}]; the address may be that of a parameter. */
static bool decode_tensor(decoder *d, const tri_ptx_operand *o)
{
    if (o->kind != TRI_PTX_ADDRESS || o->n < 1 || o->n > 2) return refuse(d, "a tensor map and its coordinates are wanted: [map, {0, ...}]");
    const tri_ptx_operand *place = o->n == 2 ? &o->list[1] : NULL;
    tri_ptx_operand base = {.kind = TRI_PTX_ADDRESS, .bits = o->bits, .n = 1, .list = o->list};
    uint32_t n = 0, slot;
    if (o->list[0].kind == TRI_PTX_VARIABLE && o->list[0].variable->space == TRI_PTX_PARAM) {
        if (!decode_constant(d, &o->list[0], 8, &slot)) return false;
        TRI_PUSH(d->arena, &d->slots, slot);
        TRI_PUSH(d->arena, &d->slots, 8);
        TRI_PUSH(d->arena, &d->slots, (uint32_t)o->bits);
        TRI_PUSH(d->arena, &d->slots, (uint32_t)(o->bits >> 32));
    } else if (!decode_address(d, &base, false)) {
        return false;
    }
    if (place && (place->kind != TRI_PTX_LIST || place->n > TRI_TENSOR_MAP_RANK)) return refuse(d, "one to five coordinates are wanted");
    TRI_PUSH(d->arena, &d->slots, place ? place->n : 0);
    for (; place && n < place->n; n++)
        if (!decode_register(d, 'r', false, &place->list[n])) return false;
    for (; n < TRI_TENSOR_MAP_RANK; n++) TRI_PUSH(d->arena, &d->slots, TRI_PTX_TRUE);
    return true;
}

static const tri_ptx_label *find_label(decoder *d, const char *name)
{
    const tri_ptx_symbol *s = tri_ptx_scope_find(&d->labels, name, strlen(name));
    return s ? &d->kernel->labels.at[s->family] : NULL;
}

static bool decode_label(decoder *d, const tri_ptx_operand *o, bool list)
{
    if (o->kind != TRI_PTX_NAME) return refuse(d, "a label is wanted");
    const tri_ptx_label *label = find_label(d, o->name);
    if (!label || list != (label->n > 0)) return refuse(d, "no such label in this kernel");
    if (!list) {
        TRI_PUSH(d->arena, &d->slots, label->instruction);
        TRI_PUSH(d->arena, &d->slots, TRI_PTX_NOWHERE);
        return true;
    }
    TRI_PUSH(d->arena, &d->slots, TRI_PTX_NOWHERE);
    TRI_PUSH(d->arena, &d->slots, label->n);
    for (uint32_t i = 0; i < label->n; i++) {
        const tri_ptx_label *target = find_label(d, label->targets[i]);
        if (!target || target->n) return refuse(d, "a branch target is no label of this kernel");
        TRI_PUSH(d->arena, &d->slots, target->instruction);
    }
    return true;
}

static bool decode_operand(decoder *d, const char *class, const tri_ptx_operand *o)
{
    bool written = *class == '=';
    if (written) class ++;
    uint32_t count = 0;
    if (*class == '*') {
        if (o->kind != TRI_PTX_LIST) return refuse(d, "a list of registers is wanted");
        count = o->n;
        class ++;
        TRI_PUSH(d->arena, &d->slots, count);
    }
    if (*class >= '1' && *class <= '9') count = (uint32_t)(*class ++-'0');
    if (count) {
        if (count == 1 && o->kind != TRI_PTX_LIST) return decode_register(d, *class, written, o);
        if (o->kind != TRI_PTX_LIST || o->n != count) return refuse(d, "a list of another length is wanted");
        for (uint32_t i = 0; i < count; i++)
            if (!decode_register(d, *class, written, &o->list[i])) return false;
        return true;
    }
    bool pair = class[1] == '|';
    if (o->also && !pair) return refuse(d, "no second operand behind `|` is wanted");
    switch (*class) {
    case 'm': return decode_address(d, o, false);
    case 'P': return decode_address(d, o, true);
    case 'T': return decode_tensor(d, o);
    case 'L': return decode_label(d, o, false);
    case 'B': return decode_label(d, o, true);
    case 'i':
        if (o->kind != TRI_PTX_INTEGER) return refuse(d, "an integer constant is wanted");
        TRI_PUSH(d->arena, &d->slots, (uint32_t)o->bits);
        return true;
    default: break;
    }
    if (!decode_register(d, *class, written, o)) return false;
    if (!pair) return true;
    static const tri_ptx_operand sink = {.kind = TRI_PTX_SINK};
    return decode_register(d, class[2], written, o -> also ? o -> also : &sink);
}

static bool decode_operands(decoder *d, const char *classes, const tri_ptx_instruction *instruction)
{
    uint32_t n = 0;
    for (const char *c = classes; *c; n++) {
        size_t length = strcspn(c, " ");
        if (n < instruction->n_operands) {
            if (!decode_operand(d, c, &instruction->operands[n])) return false;
        } else if (length && c[length - 1] == '?') {
            TRI_PUSH(d->arena, &d->slots, TRI_PTX_TRUE);
        } else {
            return refuse(d, "an operand is missing");
        }
        c += length;
        while (*c == ' ') c++;
    }
    return n >= instruction->n_operands || refuse(d, "too many operands");
}

/* The first row from `from` whose mnemonics hold this one. */
static uint32_t find_row(const char *mnemonic, uint32_t from, uint8_t *choice)
{
    for (uint32_t r = from; r < N_ROWS; r++) {
        memset(choice, 0, TRI_PTX_CHOICES);
        if (rows[r].mnemonics[0] == mnemonic[0] || strchr("{[", rows[r].mnemonics[0]))
            if (fits(rows[r].mnemonics, mnemonic, choice, 0)) return r;
    }
    return N_ROWS;
}

static tri_status *decode_instruction(decoder *d, const tri_ptx_instruction *instruction, tri_ptx_op *op, uint32_t *out_row)
{
    tri_loc loc = {d->file, instruction->line, instruction->column};
    uint32_t at = (uint32_t)tri_hash(TRI_HASH_SEED, instruction->mnemonic, strlen(instruction->mnemonic)) % KNOWN;
    uint32_t from = d->known_name[at] && !strcmp(d->known_name[at], instruction->mnemonic) ? d->known[at] : 0;
    uint32_t r = find_row(instruction->mnemonic, from, op->choice);
    int shown = instruction->text_bytes > 160 ? 160 : (int)instruction->text_bytes;
    d->known_name[at] = instruction->mnemonic;
    d->known[at] = r;
    if (r == N_ROWS)
        return tri_error(TRI_UNSUPPORTED, loc, "kernel %s: unknown instruction `%s` in `%.*s`: the simulator has no row for it in ptx_ops.def",
                         d->kernel->name, instruction->mnemonic, shown, instruction->text);
    for (; r < N_ROWS; r = find_row(instruction->mnemonic, r + 1, op->choice)) {
        d->slots.n = d->reads.n = d->writes.n = 0;
        if (decode_operands(d, rows[r].operands, instruction)) break;
    }
    if (r == N_ROWS) return tri_error(TRI_INVALID, loc, "kernel %s: `%.*s`: %s", d->kernel->name, shown, instruction->text, d->problem);
    op->n_slots = (uint16_t)d->slots.n;
    uint32_t *slots = TRI_NEW_ARRAY(d->arena, uint32_t, d->slots.n + 1);
    if (d->slots.n) memcpy(slots, d->slots.at, d->slots.n * sizeof *slots);
    op->slot = slots;
    op->guard = TRI_PTX_TRUE;
    if (instruction->guard) {
        op->guard = d->register_slot[instruction->guard->index];
        op->guard_flip = instruction->guard_negated ? TRI_PTX_ALL_LANES : 0;
        TRI_PUSH(d->arena, &d->reads, instruction->guard->index);
    }
    *out_row = r;
    return NULL;
}

static bool is_handler(uint32_t r, const char *name) { return !strcmp(rows[r].handler, name); }

/* Blocks that may talk to each other run in order: atomics on device memory, and loads or stores with an order. */
static bool talks_to_blocks(uint32_t r, const tri_ptx_op *op, const char *mnemonic)
{
    bool atomic = is_handler(r, "atom") || is_handler(r, "atom_cas") || is_handler(r, "red");
    if (atomic) return op->choice[0] != 2 && op->choice[0] < 5;
    if (!strncmp(mnemonic, "cp.reduce", 9)) return true;
    if (strncmp(mnemonic, "ld", 2) && strncmp(mnemonic, "st", 2)) return false;
    return (strstr(mnemonic, ".acquire") || strstr(mnemonic, ".release") || strstr(mnemonic, ".relaxed") || strstr(mnemonic, ".volatile")) &&
           !strstr(mnemonic, ".shared");
}

/* Ops that touch registers of products are watched (wgmma.c), all but the products themselves. */
static void watch(decoder *d)
{
    tri_ptx_program *program = d->program;
    const tri_ptx_kernel *kernel = d->kernel;
    bool *belongs = TRI_NEW_ARRAY(d->arena, bool, kernel->registers.n + 1);
    static const char product[] = "wgmma.mma_async";
    for (uint32_t i = 0; i < kernel->instructions.n; i++) {
        const tri_ptx_uses *uses = &program->op_uses[i];
        if (strncmp(kernel->instructions.at[i].mnemonic, product, sizeof product - 1)) continue;
        program->has_products = true;
        for (uint32_t k = 0; k < uses->n_read + uses->n_written; k++) {
            uint32_t reg = program->uses[uses->first + k];
            belongs[reg] |= kernel->registers.at[reg]->bytes == 4; /* descriptors and predicates are read at once */
        }
    }
    for (uint32_t i = 0; program->has_products && i < kernel->instructions.n; i++) {
        const tri_ptx_uses *uses = &program->op_uses[i];
        if (!strncmp(kernel->instructions.at[i].mnemonic, product, sizeof product - 1)) continue;
        for (uint32_t k = 0; k < uses->n_read + uses->n_written; k++) program->ops[i].watched |= belongs[program->uses[uses->first + k]];
    }
}

/* Edges of the flow graph, and the answers put back into the branches' slots. */
static void connect(decoder *d, const uint32_t *row_of)
{
    tri_ptx_program *program = d->program;
    uint32_t n = program->n_ops;
    uint32_t *first = TRI_NEW_ARRAY(d->arena, uint32_t, n + 1), *meets = TRI_NEW_ARRAY(d->arena, uint32_t, n);
    TRI_VEC(uint32_t) to = {0};
    for (uint32_t i = 0; i < n; i++) {
        const tri_ptx_op *op = &program->ops[i];
        bool guarded = op->guard != TRI_PTX_TRUE;
        bool bra = is_handler(row_of[i], "bra"), brx = is_handler(row_of[i], "brx"),
             leaves = is_handler(row_of[i], "exit") || is_handler(row_of[i], "trap");
        first[i] = (uint32_t)to.n;
        if (bra) TRI_PUSH(d->arena, &to, op->slot[0]);
        for (uint32_t k = 0; brx && k < op->slot[2]; k++) TRI_PUSH(d->arena, &to, op->slot[3 + k]);
        if (leaves) TRI_PUSH(d->arena, &to, n);
        if (guarded || !(bra || brx || leaves)) TRI_PUSH(d->arena, &to, i + 1);
    }
    first[n] = (uint32_t)to.n;
    tri_ptx_post_dominators(d->arena, n, first, to.at, meets);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t *slots = (uint32_t *)program->ops[i].slot;
        if (is_handler(row_of[i], "bra") || is_handler(row_of[i], "brx")) slots[1] = meets[i];
    }
}

static tri_status *collect_labels(decoder *d)
{
    tri_ptx_scopes_begin(&d->labels, d->arena);
    for (size_t i = 0; i < d->kernel->labels.n; i++) {
        const char *name = d->kernel->labels.at[i].name;
        if (tri_ptx_scope_find(&d->labels, name, strlen(name)))
            return tri_error(TRI_INVALID, (tri_loc){d->file, d->kernel->line, 1}, "kernel %s: the label `%s` stands twice", d->kernel->name, name);
        tri_ptx_scope_add(&d->labels, 0, name, strlen(name))->family = (uint32_t)i;
    }
    return NULL;
}

static void fill_constants(decoder *d, uint32_t begin)
{
    tri_ptx_program *program = d->program;
    unsigned char *bytes = tri_arena_alloc(d->arena, d->next_slot - begin + 1);
    program->specials = TRI_NEW_ARRAY(d->arena, struct tri_ptx_special, d->n_constants + 1);
    for (uint32_t i = 0; i < d->constant_room; i++) {
        const constant *c = &d->constants[i];
        if (!c->slot) continue;
        if (c->special) {
            program->specials[program->n_specials++] = (struct tri_ptx_special){c->slot, (uint32_t)c->value, c->bytes};
            continue;
        }
        uint32_t step = c->bytes ? c->bytes : 4, lanes = c->bytes ? TRI_PTX_LANES : 1;
        for (uint32_t lane = 0; lane < lanes; lane++) memcpy(bytes + (c->slot - begin) + lane * step, &c->value, step);
    }
    program->constants = bytes;
    program->constant_bytes = d->next_slot - begin;
    program->file_bytes = d->next_slot;
}

tri_status *tri_ptx_decode(tri_arena *arena, const tri_ptx_module *module, const tri_ptx_kernel *kernel, uint64_t variables, const char *file,
                           tri_ptx_program **out_program)
{
    decoder *d = TRI_NEW(arena, decoder);
    tri_ptx_handlers handlers = tri_ptx_host_handlers();
    uint32_t n = (uint32_t)kernel->instructions.n;
    static const tri_ptx_instruction end = {.mnemonic = "exit", .text = "exit", .text_bytes = 4};
    *d = (decoder){.arena = arena, .module = module, .kernel = kernel, .file = file, .variables = variables, .next_slot = TRI_PTX_FIRST_SLOT};
    d->static_bytes = kernel->shared_bytes;
    tri_ptx_program *program = d->program = TRI_NEW(arena, tri_ptx_program);
    TRI_TRY(collect_labels(d));
    d->register_slot = TRI_NEW_ARRAY(arena, uint32_t, kernel->registers.n + 1);
    for (size_t i = 0; i < kernel->registers.n; i++) d->register_slot[i] = take_slot(d, kernel->registers.at[i]->bytes);
    uint32_t first_constant = d->next_slot;
    *program = (tri_ptx_program){.kernel = kernel, .module = module, .n_ops = n + 1, .ops = TRI_NEW_ARRAY(arena, tri_ptx_op, n + 1)};
    program->op_uses = TRI_NEW_ARRAY(arena, tri_ptx_uses, n + 1);
    program->shared_bytes = d->static_bytes;
    uint32_t *row_of = TRI_NEW_ARRAY(arena, uint32_t, n + 1);
    TRI_VEC(uint32_t) uses = {0};
    for (uint32_t i = 0; i <= n; i++) {
        const tri_ptx_instruction *instruction = i < n ? &kernel->instructions.at[i] : &end;
        tri_ptx_op *op = &program->ops[i];
        TRI_TRY(decode_instruction(d, instruction, op, &row_of[i]));
        if (d->next_slot > MOST_FILE)
            return tri_error(TRI_UNSUPPORTED, (tri_loc){file, instruction->line, 1}, "kernel %s needs more than %d MiB of registers a warp",
                             kernel->name, MOST_FILE >> 20);
        op->run = handlers[row_of[i]];
        program->serial |= talks_to_blocks(row_of[i], op, instruction->mnemonic);
        program->op_uses[i] = (tri_ptx_uses){(uint32_t)uses.n, (uint32_t)d->reads.n, (uint32_t)d->writes.n};
        for (size_t k = 0; k < d->reads.n; k++) TRI_PUSH(arena, &uses, d->reads.at[k]);
        for (size_t k = 0; k < d->writes.n; k++) TRI_PUSH(arena, &uses, d->writes.at[k]);
    }
    program->uses = uses.at;
    program->register_slot = d->register_slot;
    watch(d);
    connect(d, row_of);
    fill_constants(d, first_constant);
    *out_program = program;
    return NULL;
}
