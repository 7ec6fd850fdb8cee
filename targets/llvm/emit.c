/* targets/llvm/emit.c - the frame of a kernel and its control flow: grid positions, index arithmetic, loops and choices. The statements on tiles are
 * in the files beside this one. */
#include "targets/llvm/emit_internal.h"

#include <stdlib.h>

#include "targets/llvm/emit_math.h"

/* ---- text ---- */

static tri_ref format_v(tri_emitter *e, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int n = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *text = tri_arena_alloc(e->arena, (size_t)n + 1);
    vsnprintf(text, (size_t)n + 1, format, arguments);
    return text;
}

tri_ref tri_emit(tri_emitter *e, const char *format, ...)
{
    char instruction[1024]; /* the longest is a matrix instruction with its operands */
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(instruction, sizeof instruction, format, arguments);
    va_end(arguments);
    tri_ref name = tri_arena_printf(e->arena, "%%v%u", e->next++);
    tri_text_addf(e->out, "  %s = ", name);
    if ((size_t)n < sizeof instruction) {
        tri_text_add_n(e->out, instruction, (size_t)n);
    } else {
        va_start(arguments, format);
        tri_text_add(e->out, format_v(e, format, arguments));
        va_end(arguments);
    }
    tri_lines_end_instruction(e);
    return name;
}

void tri_emit_line(tri_emitter *e, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    tri_ref text = format_v(e, format, arguments);
    va_end(arguments);
    tri_text_addf(e->out, "  %s", text);
    tri_lines_end_instruction(e);
}

tri_ref tri_emit_number(tri_emitter *e, int64_t number) { return tri_arena_printf(e->arena, "%lld", (long long)number); }

tri_ref tri_emit_new_label(tri_emitter *e) { return tri_arena_printf(e->arena, "b%u", e->next++); }

void tri_emit_label(tri_emitter *e, tri_ref label)
{
    tri_text_addf(e->out, "%s:\n", label);
    e->label = label;
}

tri_ref tri_emit_name(tri_emitter *e) { return tri_arena_printf(e->arena, "%%n%u", e->next++); }

void tri_emit_branch(tri_emitter *e, tri_ref to) { tri_emit_line(e, "br label %%%s", to); }

/* What a phi can refer to before it is made. */
void tri_emit_alias(tri_emitter *e, tri_ref name, const char *type, tri_ref value)
{
    tri_emit_line(e, "%s = bitcast %s %s to %s", name, type, value, type);
}

void tri_emit_barrier(tri_emitter *e)
{
    for (const char *const *line = e->family->barrier; *line; line++) tri_emit_line(e, "%s", *line);
}

tri_status *tri_emit_unsupported(const tri_op *op, const char *format, ...)
{
    char message[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    return tri_error(TRI_UNSUPPORTED, op->loc, "statement '%s'%s%s: %s", tri_op_row_of((tri_op_kind)op->kind)->text, op->label ? " @" : "",
                     op->label ? op->label : "", message);
}

/* ---- index values ---- */

static int64_t clamp(__int128 value) { return value < INT64_MIN ? INT64_MIN : value > INT64_MAX ? INT64_MAX : (int64_t)value; }

static int64_t floor_divide(int64_t a, int64_t b) { return a / b - (a % b != 0 && (a < 0) != (b < 0)); }

static tri_index of_constant(tri_emitter *e, int64_t value) { return (tri_index){tri_emit_number(e, value), value, value}; }

static tri_index product(tri_emitter *e, tri_index a, tri_index b)
{
    __int128 corners[] = {(__int128)a.low * b.low, (__int128)a.low * b.high, (__int128)a.high * b.low, (__int128)a.high * b.high};
    __int128 low = corners[0], high = corners[0];
    for (int i = 1; i < 4; i++) {
        if (corners[i] < low) low = corners[i];
        if (corners[i] > high) high = corners[i];
    }
    return (tri_index){tri_emit(e, "mul i64 %s, %s", a.at, b.at), clamp(low), clamp(high)};
}

/* Quotient and remainder towards minus infinity; a divisor of 0 gives some value rather than a trap. */
static tri_index floored(tri_emitter *e, tri_index a, tri_index b, bool quotient)
{
    if (b.low <= 0 && b.high >= 0) {
        tri_ref zero = tri_emit(e, "icmp eq i64 %s, 0", b.at);
        b.at = tri_emit(e, "select i1 %s, i64 1, i64 %s", zero, b.at);
    }
    bool simple = a.low >= 0 && b.low > 0, constant = b.low == b.high && b.low > 0;
    tri_ref q = tri_emit(e, "%s i64 %s, %s", simple ? "udiv" : "sdiv", a.at, b.at),
            r = tri_emit(e, "%s i64 %s, %s", simple ? "urem" : "srem", a.at, b.at);
    if (!simple) {
        tri_ref unlike = tri_emit(e, "xor i64 %s, %s", r, b.at), negative = tri_emit(e, "icmp slt i64 %s, 0", unlike),
                inexact = tri_emit(e, "icmp ne i64 %s, 0", r);
        tri_ref wrong = tri_emit(e, "and i1 %s, %s", negative, inexact), one = tri_emit(e, "zext i1 %s to i64", wrong);
        q = tri_emit(e, "sub i64 %s, %s", q, one);
        tri_ref moved = tri_emit(e, "add i64 %s, %s", r, b.at);
        r = tri_emit(e, "select i1 %s, i64 %s, i64 %s", wrong, moved, r);
    }
    tri_index result = {quotient ? q : r, INT64_MIN, INT64_MAX};
    if (constant && quotient) {
        result.low = floor_divide(a.low, b.low);
        result.high = floor_divide(a.high, b.low);
    } else if (constant) {
        result.low = 0;
        result.high = b.low - 1;
    }
    return result;
}

tri_status *tri_emit_index(tri_emitter *e, const tri_op *op)
{
    tri_index *out = &e->indices[op->results[0]->id];
    if (op->fn == TRI_OP_NONE) {
        *out = of_constant(e, tri_op_integer(op, "value", 0));
        return NULL;
    }
    if (op->n_operands != 2)
        return tri_emit_unsupported(op, "index function '%s' of %u values", tri_op_row_of((tri_op_kind)op->fn)->text, op->n_operands);
    tri_index a = e->indices[op->operands[0]->id], b = e->indices[op->operands[1]->id];
    const char *compare = NULL;
    switch ((tri_op_kind)op->fn) {
    case TRI_SCALAR_ADD:
        *out = (tri_index){tri_emit(e, "add i64 %s, %s", a.at, b.at), clamp((__int128)a.low + b.low), clamp((__int128)a.high + b.high)};
        return NULL;
    case TRI_SCALAR_SUBTRACT:
        *out = (tri_index){tri_emit(e, "sub i64 %s, %s", a.at, b.at), clamp((__int128)a.low - b.high), clamp((__int128)a.high - b.low)};
        return NULL;
    case TRI_SCALAR_MULTIPLY: *out = product(e, a, b); return NULL;
    case TRI_SCALAR_MINIMUM:
        *out = (tri_index){tri_emit(e, "call i64 @llvm.smin.i64(i64 %s, i64 %s)", a.at, b.at), a.low < b.low ? a.low : b.low,
                           a.high < b.high ? a.high : b.high};
        return NULL;
    case TRI_SCALAR_MAXIMUM:
        *out = (tri_index){tri_emit(e, "call i64 @llvm.smax.i64(i64 %s, i64 %s)", a.at, b.at), a.low > b.low ? a.low : b.low,
                           a.high > b.high ? a.high : b.high};
        return NULL;
    case TRI_SCALAR_DIVIDE: *out = floored(e, a, b, true); return NULL;
    case TRI_SCALAR_REMAINDER: *out = floored(e, a, b, false); return NULL;
    case TRI_SCALAR_EQ: compare = "eq"; break;
    case TRI_SCALAR_NE: compare = "ne"; break;
    case TRI_SCALAR_LT: compare = "slt"; break;
    case TRI_SCALAR_LE: compare = "sle"; break;
    case TRI_SCALAR_GT: compare = "sgt"; break;
    case TRI_SCALAR_GE: compare = "sge"; break;
    default: return tri_emit_unsupported(op, "index function '%s'", tri_op_row_of((tri_op_kind)op->fn)->text);
    }
    tri_ref bit = tri_emit(e, "icmp %s i64 %s, %s", compare, a.at, b.at);
    *out = (tri_index){tri_emit(e, "zext i1 %s to i64", bit), 0, 1};
    return NULL;
}

/* ---- control flow ---- */

static tri_status *emit_block(tri_emitter *e, const tri_block *block);

/* Values that a region hands on: index values and tiles in the layout of `as`. */
static int n_registers(const tri_emitter *e, const tri_value *as)
{
    return as->type.kind == TRI_TYPE_INDEX ? 1 : (int)tri_layout_registers(e, &e->layouts[as->id]);
}

static const char *register_type(const tri_value *value)
{
    return value->type.kind == TRI_TYPE_INDEX ? "i64" : tri_scalar_type((tri_dtype)value->type.dtype);
}

static const tri_ref *registers_as(tri_emitter *e, const tri_value *value, const tri_value *as)
{
    if (value->type.kind == TRI_TYPE_INDEX) return &e->indices[value->id].at;
    tri_tile *converted = TRI_NEW(e->arena, tri_tile);
    *converted = tri_stage_convert(e, &e->tiles[value->id], e->layouts[as->id]);
    return converted->at;
}

static void define(tri_emitter *e, const tri_value *value, tri_ref *registers)
{
    if (value->type.kind == TRI_TYPE_INDEX) {
        e->indices[value->id] = (tri_index){registers[0], INT64_MIN, INT64_MAX};
        return;
    }
    tri_tile *tile = &e->tiles[value->id];
    *tile = tri_tile_of_layout(e, value->type, e->layouts[value->id]);
    memcpy(tile->at, registers, (size_t)tile->n * sizeof *registers);
}

static tri_status *emit_for(tri_emitter *e, const tri_op *op)
{
    const tri_block *body = op->regions[0];
    const tri_op *yield = body->last;
    tri_index low = e->indices[op->operands[0]->id], high = e->indices[op->operands[1]->id];
    uint32_t n = op->n_results;
    const tri_ref **initial = TRI_NEW_ARRAY(e->arena, const tri_ref *, n);
    for (uint32_t i = 0; i < n; i++) initial[i] = registers_as(e, op->operands[2 + i], body->args[1 + i]);
    tri_ref before = e->label, head = tri_emit_new_label(e), inside = tri_emit_new_label(e), end = tri_emit_new_label(e),
            back = tri_emit_new_label(e);
    tri_emit_branch(e, head);
    tri_emit_label(e, head);

    tri_ref next = tri_emit_name(e);
    tri_ref counter = tri_emit(e, "phi i64 [ %s, %%%s ], [ %s, %%%s ]", low.at, before, next, back);
    tri_ref **next_of = TRI_NEW_ARRAY(e->arena, tri_ref *, n);
    for (uint32_t i = 0; i < n; i++) {
        const tri_value *arg = body->args[1 + i];
        int registers = n_registers(e, arg);
        tri_ref *phis = TRI_NEW_ARRAY(e->arena, tri_ref, registers);
        next_of[i] = TRI_NEW_ARRAY(e->arena, tri_ref, registers);
        for (int r = 0; r < registers; r++) {
            next_of[i][r] = tri_emit_name(e);
            phis[r] = tri_emit(e, "phi %s [ %s, %%%s ], [ %s, %%%s ]", register_type(arg), initial[i][r], before, next_of[i][r], back);
        }
        define(e, arg, phis);
        define(e, op->results[i], phis);
    }
    e->indices[body->args[0]->id] = (tri_index){counter, low.low, high.high == INT64_MIN ? INT64_MIN : high.high - 1};
    tri_ref more = tri_emit(e, "icmp slt i64 %s, %s", counter, high.at);
    tri_emit_line(e, "br i1 %s, label %%%s, label %%%s", more, inside, end);

    tri_emit_label(e, inside);
    e->scratch_busy = true; /* by the iteration before */
    TRI_TRY(emit_block(e, body));
    for (uint32_t i = 0; i < n; i++) {
        const tri_value *arg = body->args[1 + i];
        const tri_ref *values = registers_as(e, yield->operands[i], arg);
        for (int r = n_registers(e, arg); r-- > 0;) tri_emit_alias(e, next_of[i][r], register_type(arg), values[r]);
    }
    tri_emit_branch(e, back);
    tri_emit_label(e, back);
    tri_emit_line(e, "%s = add i64 %s, 1", next, counter);
    tri_emit_branch(e, head);
    tri_emit_label(e, end);
    e->scratch_busy = true;
    return NULL;
}

static tri_status *emit_if(tri_emitter *e, const tri_op *op)
{
    tri_ref condition = tri_emit(e, "icmp ne i64 %s, 0", e->indices[op->operands[0]->id].at);
    tri_ref yes = tri_emit_new_label(e), no = tri_emit_new_label(e), end = tri_emit_new_label(e), labels[2] = {yes, no}, from[2];
    const tri_ref **values[2];
    tri_emit_line(e, "br i1 %s, label %%%s, label %%%s", condition, labels[0], labels[1]);
    bool busy = e->scratch_busy;
    for (int side = 0; side < 2; side++) {
        e->scratch_busy = busy;
        tri_emit_label(e, labels[side]);
        const tri_block *block = op->regions[side];
        TRI_TRY(emit_block(e, block));
        values[side] = TRI_NEW_ARRAY(e->arena, const tri_ref *, op->n_results);
        for (uint32_t i = 0; i < op->n_results; i++) values[side][i] = registers_as(e, block->last->operands[i], op->results[i]);
        from[side] = e->label;
        tri_emit_branch(e, end);
    }
    e->scratch_busy = true;
    tri_emit_label(e, end);
    for (uint32_t i = 0; i < op->n_results; i++) {
        int registers = n_registers(e, op->results[i]);
        tri_ref *phis = TRI_NEW_ARRAY(e->arena, tri_ref, registers);
        for (int r = 0; r < registers; r++)
            phis[r] =
                tri_emit(e, "phi %s [ %s, %%%s ], [ %s, %%%s ]", register_type(op->results[i]), values[0][i][r], from[0], values[1][i][r], from[1]);
        define(e, op->results[i], phis);
    }
    return NULL;
}

/* ---- statements ---- */

static tri_status *emit_fill(tri_emitter *e, const tri_op *op)
{
    const tri_value *result = op->results[0];
    tri_dtype dtype = (tri_dtype)result->type.dtype;
    tri_ref value = op->n_operands ? tri_scalar_from_index(e, dtype, e->indices[op->operands[0]->id].at)
                                   : tri_scalar_number(e, dtype, tri_op_number(op, "value", 0));
    define(e, result, &value);
    return NULL;
}

/* The operand's elements at other places: each element of the result is read where `place` says. */
typedef void place(const tri_op *op, tri_emitter *e, tri_ref *coordinates);

static tri_status *emit_moved(tri_emitter *e, const tri_op *op, place *place)
{
    const tri_value *result = op->results[0];
    const tri_tile *from = &e->tiles[op->operands[0]->id];
    tri_tile tile = tri_tile_of_layout(e, result->type, e->layouts[result->id]);
    tri_stage_begin(e);
    tri_source source = tri_stage_put(e, from);
    tri_stage_ready(e);
    for (int r = 0; r < tile.n; r++) {
        tri_ref coordinates[TRI_MAX_RANK];
        tri_layout_coordinates(e, &tile.type, tri_layout_readable(e, &tile.layout, r), coordinates);
        place(op, e, coordinates);
        tile.at[r] = tri_stage_get(e, &source, tri_layout_linearise(e, &source.type, coordinates));
    }
    e->tiles[result->id] = tile;
    return NULL;
}

static void place_slice(const tri_op *op, tri_emitter *e, tri_ref *coordinates)
{
    const int64_t *offsets;
    size_t n = tri_op_integers(op, "offsets", &offsets);
    for (size_t d = 0; d < n; d++) coordinates[d] = tri_emit(e, "add i32 %s, %lld", coordinates[d], (long long)offsets[d]);
}

static void place_transpose(const tri_op *op, tri_emitter *e, tri_ref *coordinates)
{
    (void)e;
    int last = op->results[0]->type.rank - 1;
    tri_ref swapped = coordinates[last];
    coordinates[last] = coordinates[last - 1];
    coordinates[last - 1] = swapped;
}

/* The same elements in the same order. */
static tri_status *emit_same(tri_emitter *e, const tri_op *op)
{
    e->tiles[op->results[0]->id] = e->tiles[op->operands[0]->id];
    e->tiles[op->results[0]->id].type = op->results[0]->type;
    return NULL;
}

static tri_status *emit_transpose(tri_emitter *e, const tri_op *op)
{
    const tri_type *type = &op->results[0]->type;
    bool vector = type->dims[type->rank - 1] == 1 || type->dims[type->rank - 2] == 1;
    return vector ? emit_same(e, op) : emit_moved(e, op, place_transpose);
}

static tri_status *emit_statement(tri_emitter *e, const tri_op *op)
{
    for (uint32_t i = 0; i < op->n_results; i++) {
        if (op->results[i]->type.kind != TRI_TYPE_TILE) continue;
        int64_t registers = tri_layout_registers(e, &e->layouts[op->results[i]->id]);
        if (registers > 1024)
            return tri_emit_unsupported(
                op, "a tile of %lld elements takes %lld registers of each of %d threads; at most 1024 are unrolled, the config must shrink",
                (long long)tri_type_elements(&op->results[i]->type), (long long)registers, e->threads);
    }
    switch ((tri_op_kind)op->kind) {
    case TRI_TILE_INDEX: return tri_emit_index(e, op);
    case TRI_TILE_FETCH: return tri_emit_fetch(e, op);
    case TRI_TILE_ASSUME: return NULL;
    case TRI_TILE_FOR: return emit_for(e, op);
    case TRI_TILE_IF: return emit_if(e, op);
    case TRI_TILE_YIELD: return NULL; /* by the op around it */
    case TRI_TILE_LOAD: return tri_emit_load(e, op);
    case TRI_TILE_STORE: return tri_emit_store(e, op);
    case TRI_TILE_FILL: return emit_fill(e, op);
    case TRI_TILE_MMA: return tri_emit_mma(e, op);
    case TRI_TILE_MAP: return tri_emit_map(e, op);
    case TRI_TILE_REDUCE: return tri_emit_reduce(e, op);
    case TRI_TILE_SCAN: return tri_emit_scan(e, op);
    case TRI_TILE_SLICE: return emit_moved(e, op, place_slice);
    case TRI_TILE_RESHAPE: return emit_same(e, op);
    case TRI_TILE_TRANSPOSE: return emit_transpose(e, op);
    default: return tri_emit_unsupported(op, "GPU targets do not have it yet");
    }
}

static tri_status *emit_block(tri_emitter *e, const tri_block *block)
{
    for (const tri_op *op = block->first; op; op = op->next) {
        int32_t around = tri_lines_at(e, op);
        TRI_TRY(emit_statement(e, op));
        e->line = around;
        int64_t limit = tri_chip_integer(e->chip, "shared_bytes_block", 48 << 10);
        if (e->scratch_most > limit)
            return tri_emit_unsupported(op, "it stages %lld bytes in shared memory, a block has %lld; the config must shrink",
                                        (long long)e->scratch_most, (long long)limit);
    }
    return NULL;
}

/* ---- the kernel ---- */

/* Buffers that one statement writes and another one touches: there the statements keep their order by barriers. */
static void find_ordered(tri_emitter *e, const tri_block *block, uint32_t *touched, bool *written)
{
    for (const tri_op *op = block->first; op; op = op->next) {
        if (op->kind == TRI_TILE_LOAD || op->kind == TRI_TILE_FETCH) touched[op->operands[0]->index]++;
        if (op->kind == TRI_TILE_STORE) {
            touched[op->operands[1]->index]++;
            written[op->operands[1]->index] = true;
        }
        if (op->kind == TRI_TILE_FOR || op->kind == TRI_TILE_IF)
            for (uint32_t i = 0; i < op->n_regions; i++) find_ordered(e, op->regions[i], touched, written);
    }
}

static tri_status *emit_header(tri_emitter *e, tri_emitted *out)
{
    const tri_func *kernel = e->kernel;
    int64_t programs = 1;
    for (uint32_t a = 0; a < kernel->n_axes; a++)
        if (__builtin_mul_overflow(programs, kernel->grid[a], &programs)) programs = INT64_MAX;
    if (programs > INT32_MAX)
        return tri_error(TRI_UNSUPPORTED, kernel->loc, "a grid of %lld programs; a launch has at most %d blocks, the config must grow",
                         (long long)programs, INT32_MAX);
    out->grid = (uint32_t)programs;
    out->threads = (uint32_t)e->threads;

    tri_text_addf(e->out, "define %s void @%s(", e->family->convention, kernel->name);
    for (uint32_t b = 0; b < kernel->n_buffers; b++) /* no noalias: a plan may let a kernel write where it has read */
        tri_text_addf(e->out, "%sptr addrspace(1) %s%%p%u", b ? ", " : "", kernel->access[b] == TRI_ACCESS_IN ? "readonly " : "", b);
    tri_lines_open_body(e);
    tri_emit_label(e, "entry");
    e->thread = tri_emit(e, "call range(i32 0, %d) i32 @%s()", e->threads, e->family->thread);
    tri_ref position = tri_emit(e, "call i32 @%s()", e->family->block);
    for (uint32_t a = kernel->n_axes; a-- > 0;) {
        int64_t extent = kernel->grid[a] ? kernel->grid[a] : 1;
        tri_ref at = a ? tri_emit(e, "urem i32 %s, %lld", position, (long long)extent) : position;
        if (a) position = tri_emit(e, "udiv i32 %s, %lld", position, (long long)extent);
        const tri_value *axis = kernel->body->args[kernel->n_buffers + a];
        e->indices[axis->id] = (tri_index){tri_emit(e, "zext i32 %s to i64", at), 0, extent - 1};
    }
    return NULL;
}

static tri_status *emit_all(void *context, tri_emitter *e, tri_emitted *out)
{
    (void)context;
    const tri_func *kernel = e->kernel;
    int64_t wave = tri_chip_integer(e->chip, "wave", 32), threads = tri_chip_integer(e->chip, "threads_default", 128);
    e->wave = (int)wave;
    e->threads = (int)((threads + wave - 1) / wave * wave);
    e->layouts = TRI_NEW_ARRAY(e->arena, tri_layout, kernel->n_values);
    e->tiles = TRI_NEW_ARRAY(e->arena, tri_tile, kernel->n_values);
    uint32_t *touched = TRI_NEW_ARRAY(e->arena, uint32_t, kernel->n_buffers);
    find_ordered(e, kernel->body, touched, e->ordered);
    for (uint32_t b = 0; b < kernel->n_buffers; b++) e->ordered[b] = e->ordered[b] && touched[b] > 1;

    tri_layout_infer(e);
    TRI_TRY(emit_header(e, out));
    TRI_TRY(emit_block(e, kernel->body));
    tri_text_add(e->out, "  ret void\n}\n");
    out->shared_bytes = (uint32_t)e->scratch_most;
    out->shared_dynamic = e->scratch_most > tri_chip_integer(e->chip, "shared_bytes_static", 48 << 10);
    if (out->shared_dynamic)
        tri_text_add(e->out, "@tri_scratch = external addrspace(3) global [0 x i8], align 16\n");
    else if (e->scratch_most)
        tri_text_addf(e->out, "@tri_scratch = internal addrspace(3) global [%lld x i8] poison, align 16\n", (long long)e->scratch_most);
    tri_math_define(e, false);
    tri_text_add(e->out, "attributes #0 = { nounwind ");
    tri_text_addf(e->out, e->family->attributes, e->threads, e->threads);
    tri_text_add(e->out, " }\n");
    tri_lines_end(e);
    return tri_text_status(e->out);
}

tri_status *tri_emit_program(const tri_emit_family *family, const tri_chip *chip, const tri_func *program, tri_emit_body *body, void *context,
                             tri_emitted *out)
{
    static const size_t most_bytes = (size_t)2 << 30;
    *out = (tri_emitted){0};
    tri_arena arena;
    tri_arena_init(&arena, most_bytes);
    if (TRI_ARENA_EXHAUSTED(&arena)) {
        tri_status *status = tri_arena_exhausted(&arena);
        tri_arena_free(&arena);
        return status;
    }
    tri_func *copy = tri_func_clone(tri_module_create(&arena, "kernel"), program, program->name); /* which we may number */
    tri_func_number(copy);
    tri_emitter *e = TRI_NEW(&arena, tri_emitter);
    *e = (tri_emitter){.arena = &arena, .out = &out->ir, .family = family, .chip = chip, .kernel = copy};
    e->indices = TRI_NEW_ARRAY(&arena, tri_index, copy->n_values);
    e->scalars = TRI_NEW_ARRAY(&arena, tri_ref, copy->n_values);
    e->ordered = TRI_NEW_ARRAY(&arena, bool, copy->n_buffers);
    tri_lines_begin(e);
    tri_status *status = body(context, e, out);
    tri_arena_free(&arena);
    return status;
}

tri_status *tri_emit_kernel(const tri_emit_family *family, const tri_chip *chip, const tri_func *kernel, tri_emitted *out)
{
    return tri_emit_program(family, chip, kernel, emit_all, NULL, out);
}
