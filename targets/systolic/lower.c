/* targets/systolic/lower.c - tile programs on a systolic chip without a schedule: the permanent reference. What: one engine program a kernel; grid
 * axes and loops become loops of the sequencers, or are unrolled where a window leaves its buffer by an amount that depends on the counter. Needs: a
 * verified tile program, merged maps. Guarantees: the tile program's results; errors name the statement. Does not: overlap anything. */
#include "targets/systolic/lower.h"
#include "targets/systolic/scheduled.h"
#include "targets/systolic/statements.h"

#include <stdlib.h>

static void lower_block(lowering *l, const tri_block *block, tile *yielded);

/* ---- lifetimes and wishes, worked out before anything is emitted ---- */

static void note_uses(lowering *l, const tri_block *block)
{
    for (const tri_op *op = block->first; op; op = op->next) {
        for (uint32_t i = 0; i < op->n_operands; i++) {
            const tri_value *value = op->operands[i];
            const tri_block *home = value->op ? value->op->parent : value->block;
            const tri_op *user = op; /* the op of the value's own block that holds this use */
            while (user->parent != home && user->parent->owner) user = user->parent->owner;
            l->last_use[value->id] = user;
        }
        for (uint32_t r = 0; r < op->n_regions; r++)
            if (op->kind == TRI_TILE_FOR || op->kind == TRI_TILE_IF) note_uses(l, op->regions[r]);
    }
}

static bool is_view(const tri_op *op) { return op->kind == TRI_TILE_TRANSPOSE || op->kind == TRI_TILE_RESHAPE; }

/* Views keep their operand alive; an operand wants the place its first consumer wants. Backwards, so that chains are followed. */
static void note_wishes(lowering *l, const tri_block *block)
{
    for (const tri_op *op = block->last; op; op = op->prev) {
        for (uint32_t r = 0; r < op->n_regions; r++)
            if (op->kind == TRI_TILE_FOR || op->kind == TRI_TILE_IF) note_wishes(l, op->regions[r]);
        if (is_view(op)) {
            const tri_op **inner = &l->last_use[op->operands[0]->id], *outer = l->last_use[op->results[0]->id];
            if (outer && outer->parent == op->parent && *inner) {
                for (const tri_op *at = *inner; at; at = at->next)
                    if (at == outer) *inner = outer;
            }
            uint8_t wish = l->wanted[op->results[0]->id];
            if (op->kind == TRI_TILE_TRANSPOSE && wish != NO_WISH) l->wanted[op->operands[0]->id] = !wish;
        } else if (op->kind == TRI_TILE_MMA) {
            l->wanted[op->operands[0]->id] = 1;
            l->wanted[op->operands[1]->id] = l->weights_free ? 1 : 0;
        } else if (op->kind == TRI_TILE_MAP) {
            for (uint32_t i = 0; i < op->n_operands; i++)
                if (l->wanted[op->results[0]->id] != NO_WISH && op->operands[i]->type.rank == 2)
                    l->wanted[op->operands[i]->id] = l->wanted[op->results[0]->id];
        }
    }
}

/* ---- statements ---- */

static tile *tile_of(lowering *l, const tri_value *value) { return &l->tiles[value->id]; }

static void lower_map(lowering *l, const tri_op *op)
{
    int64_t dims[2];
    normal_dims(&op->results[0]->type, dims);
    /* The place of the first operand that fills the result, unless someone asked for another. */
    int part = l->wanted[op->results[0]->id];
    tile *arguments = TRI_NEW_ARRAY(l->arena, tile, op->n_operands);
    for (uint32_t i = 0; i < op->n_operands; i++) {
        arguments[i] = *tile_of(l, op->operands[i]);
        if (part == NO_WISH && arguments[i].dims[0] == dims[0] && arguments[i].dims[1] == dims[1]) part = arguments[i].part;
    }
    if (part == NO_WISH) part = l->minor_on_partitions;
    tile *results = TRI_NEW_ARRAY(l->arena, tile, op->n_results);
    lower_region(l, op, op->regions[0], arguments, dims, part, results);
    for (uint32_t i = 0; i < op->n_results; i++) *tile_of(l, op->results[i]) = results[i];
}

static void lower_fill(lowering *l, const tri_op *op)
{
    int64_t dims[2];
    normal_dims(&op->results[0]->type, dims);
    tri_dtype dtype = (tri_dtype)op->results[0]->type.dtype;
    int part = l->wanted[op->results[0]->id] == NO_WISH ? l->minor_on_partitions : l->wanted[op->results[0]->id];
    int code = tri_systolic_dtype_of(dtype == TRI_I1 ? TRI_U8 : dtype);
    if (code < 0) {
        fail(l, op, TRI_UNSUPPORTED, "%s has no %s", l->chip->name, tri_dtype_name(dtype));
        return;
    }
    tile t = tile_new(l, op, dims, part, (unsigned)code);
    *tile_of(l, op->results[0]) = t;
    int64_t known;
    if (!op->n_operands) {
        memset_tile(l, &t, tri_op_number(op, "value", 0));
    } else if (index_known(l, op->operands[0], &known)) {
        memset_tile(l, &t, (double)known);
    } else {
        for (int which = 0; which < 2; which++) {
            tri_systolic_instruction iota = tri_systolic_make(TRI_SYS_IOTA);
            tri_systolic_ap to, steps;
            if (!piece(&t, which, 0, across(&t), false, &to, &iota.dst)) continue;
            index_compute(l, LANE_GP, op->operands[0], 0);
            steps = to;
            steps.dtype = TRI_SYS_I32;
            steps.stride[0] = steps.stride[1] = 0;
            iota.sel_src0 = 0;
            iota.dtype_in = TRI_SYS_I32;
            iota.dtype_out = to.dtype;
            iota.ap_dst = (uint8_t)pattern(l, LANE_GP, &to);
            iota.x = (uint8_t)pattern(l, LANE_GP, &steps);
            emit(l, LANE_GP, iota);
        }
    }
}

static void lower_view(lowering *l, const tri_op *op)
{
    tile t = *tile_of(l, op->operands[0]);
    t.owned = false;
    if (op->kind == TRI_TILE_TRANSPOSE) {
        int64_t first = t.dims[0];
        t.dims[0] = t.dims[1];
        t.dims[1] = first;
        t.part = !t.part;
    } else {
        int64_t dims[2];
        normal_dims(&op->results[0]->type, dims);
        if (dims[0] != t.dims[0] || dims[1] != t.dims[1]) {
            if (dims[0] != t.dims[1] || dims[1] != t.dims[0] || (dims[0] != 1 && dims[1] != 1)) {
                fail(l, op, TRI_UNSUPPORTED, "a reshape inside a kernel may only add or drop dimensions of size 1 on this chip");
                return;
            }
            t.dims[0] = dims[0];
            t.dims[1] = dims[1];
            t.part = !t.part;
        }
    }
    *tile_of(l, op->results[0]) = t;
}

/* ---- loops ---- */

/* Everything a block defined and still holds. */
static void drop_block(lowering *l, const tri_block *block)
{
    for (const tri_op *op = block->first; op; op = op->next)
        for (uint32_t i = 0; i < op->n_results; i++)
            if (op->results[i]->type.kind == TRI_TYPE_TILE) tile_drop(l, tile_of(l, op->results[i]));
}

typedef void body_emitter(lowering *l, void *context);

/* Runs `body` for counter = low .. high-1: as few unrolled iterations as windows, choices and inner trip counts allow, the rest in a loop of the
 * machine. What must be unrolled stands at the ends: a ragged last window, masked blocks. */
static void repeat(lowering *l, const tri_block *block, const tri_value *counter, int64_t low, int64_t high, body_emitter *body, void *context)
{
    index_range *range = &l->ranges[counter->id];
    enum { WORTH_A_LOOP = 3, MOST_IN_FRONT = 8, MOST_BEHIND = 1 };
    int64_t first = high, end = high; /* of the loop */
    if (l->loop_depth < TRI_SYS_LOOP_DEPTH && l->next_register < TRI_SYS_REGISTERS - 1)
        for (int64_t from = low; from <= low + MOST_IN_FRONT && first == high; from++) {
            for (int64_t to = high; to >= high - MOST_BEHIND && to - from >= WORTH_A_LOOP && first == high; to--) {
                *range = (index_range){from, to - 1};
                if (windows_provable(l, block)) first = from, end = to;
            }
        }
    for (int64_t i = low; i < high && !l->error; i++) {
        int saved_registers = l->next_register;
        if (i == first) {
            int reg = l->next_register++;
            *range = (index_range){first, end - 1};
            l->registers[counter->id] = (int8_t)reg;
            loop_open(l, first, end - first, reg);
            body(l, context);
            loop_close(l, reg);
            l->registers[counter->id] = -1;
            i = end - 1;
        } else {
            *range = (index_range){i, i};
            body(l, context);
        }
        l->next_register = saved_registers;
    }
}

typedef struct for_body {
    const tri_op *op;
    tile *slots; /* of the carried values */
} for_body;

static void for_iteration(lowering *l, void *context)
{
    const for_body *f = context;
    const tri_block *block = f->op->regions[0];
    uint32_t n = f->op->n_results;
    for (uint32_t i = 0; i < n; i++) *tile_of(l, block->args[1 + i]) = f->slots[i];
    tile *yielded = TRI_NEW_ARRAY(l->arena, tile, n);
    lower_block(l, block, yielded);
    l->program->statement = (uint32_t)f->op->loc.line;
    for (uint32_t i = 0; i < n && !l->error; i++) {
        if (yielded[i].byte == f->slots[i].byte) continue;
        tile source = yielded[i];
        source.owned = false;
        if (source.part != f->slots[i].part) source = relayout(l, f->op, &yielded[i]);
        copy_tile(l, &f->slots[i], &source);
        tile_drop(l, &source);
    }
    drop_block(l, block);
}

static void lower_for(lowering *l, const tri_op *op)
{
    int64_t low, high;
    if (!index_known(l, op->operands[0], &low) || !index_known(l, op->operands[1], &high)) {
        fail(l, op, TRI_UNSUPPORTED, "the number of iterations must be known while compiling for this chip");
        return;
    }
    for_body f = {op, TRI_NEW_ARRAY(l->arena, tile, op->n_results)};
    for (uint32_t i = 0; i < op->n_results; i++) {
        const tri_value *yielded = op->regions[0]->last->operands[i];
        /* A yielded value that is another carried one would be overwritten before it is read. */
        if (yielded->block == op->regions[0] && yielded->index != i + 1) {
            fail(l, op, TRI_UNSUPPORTED, "a loop that yields one carried value as another is not lowered for this chip");
            return;
        }
        const tile *initial = tile_of(l, op->operands[2 + i]);
        f.slots[i] = tile_new(l, op, initial->dims, initial->part, initial->dtype);
        copy_tile(l, &f.slots[i], initial);
        f.slots[i].owned = false;
    }
    repeat(l, op->regions[0], op->regions[0]->args[0], low, high, for_iteration, &f);
    for (uint32_t i = 0; i < op->n_results; i++) {
        *tile_of(l, op->results[i]) = f.slots[i];
        tile_of(l, op->results[i])->owned = true;
    }
}

static void lower_if(lowering *l, const tri_op *op)
{
    int64_t condition;
    if (!index_known(l, op->operands[0], &condition)) {
        fail(l, op, TRI_UNSUPPORTED, "a condition must be known while compiling for this chip");
        return;
    }
    tile *yielded = TRI_NEW_ARRAY(l->arena, tile, op->n_results);
    lower_block(l, op->regions[condition ? 0 : 1], yielded);
    for (uint32_t i = 0; i < op->n_results && !l->error; i++) {
        tile t = tile_new(l, op, yielded[i].dims, yielded[i].part, yielded[i].dtype);
        copy_tile(l, &t, &yielded[i]);
        *tile_of(l, op->results[i]) = t;
    }
    drop_block(l, op->regions[condition ? 0 : 1]);
}

static void lower_block(lowering *l, const tri_block *block, tile *yielded)
{
    for (const tri_op *op = block->first; op && !l->error; op = op->next) {
        l->program->statement = (uint32_t)op->loc.line;
        switch (op->kind) {
        case TRI_TILE_INDEX: index_define(l, op); break;
        case TRI_TILE_FETCH: lower_fetch(l, op); break;
        case TRI_TILE_ASSUME: break;
        case TRI_TILE_FOR: lower_for(l, op); break;
        case TRI_TILE_IF: lower_if(l, op); break;
        case TRI_TILE_LOAD: lower_load(l, op); break;
        case TRI_TILE_STORE: lower_store(l, op); break;
        case TRI_TILE_FILL: lower_fill(l, op); break;
        case TRI_TILE_MMA: lower_mma(l, op); break;
        case TRI_TILE_MAP: lower_map(l, op); break;
        case TRI_TILE_REDUCE: lower_reduce(l, op); break;
        case TRI_TILE_TRANSPOSE:
        case TRI_TILE_RESHAPE: lower_view(l, op); break;
        case TRI_TILE_YIELD:
            for (uint32_t i = 0; i < op->n_operands; i++) {
                yielded[i] = *tile_of(l, op->operands[i]);
                yielded[i].owned = false;
            }
            return;
        default: fail(l, op, TRI_UNSUPPORTED, "'%s' is not lowered for systolic chips", tri_op_row_of(op->kind)->text); break;
        }
        for (uint32_t i = 0; i < op->n_operands; i++) { /* what this op used last */
            const tri_value *value = op->operands[i];
            if (value->type.kind == TRI_TYPE_TILE && value->op && value->op->parent == block && l->last_use[value->id] == op)
                tile_drop(l, tile_of(l, value));
        }
        for (uint32_t i = 0; i < op->n_results; i++) /* and what nobody uses */
            if (op->results[i]->type.kind == TRI_TYPE_TILE && !l->last_use[op->results[i]->id]) tile_drop(l, tile_of(l, op->results[i]));
    }
}

/* One grid axis after the other, then the body. */
static void grid_level(lowering *l, void *context)
{
    uint32_t axis = (uint32_t)(uintptr_t)context;
    const tri_func *kernel = l->kernel;
    if (axis == kernel->n_axes) {
        lower_block(l, kernel->body, NULL);
        drop_block(l, kernel->body);
        return;
    }
    const tri_value *counter = kernel->body->args[kernel->n_buffers + axis];
    /* Axes further in are taken at their ends too when this one's windows are judged. */
    for (uint32_t inner = axis + 1; inner < kernel->n_axes; inner++)
        l->ranges[kernel->body->args[kernel->n_buffers + inner]->id] = (index_range){0, kernel->grid[inner] - 1};
    repeat(l, kernel->body, counter, 0, kernel->grid[axis], grid_level, (void *)(uintptr_t)(axis + 1));
}

/* ---- one kernel ---- */

static tri_status *read_chip(lowering *l)
{
    double sp_bytes, bank_bytes;
    TRI_TRY(tri_chip_require(l->chip, "sp_bytes", &sp_bytes));
    TRI_TRY(tri_chip_require(l->chip, "acc_bank_bytes", &bank_bytes));
    l->sp_bytes = (uint32_t)sp_bytes;
    l->bank_columns = (uint32_t)bank_bytes / 4;
    l->bundle = !strcmp(tri_chip_word(l->chip, "style", ""), "bundle");
    l->minor_on_partitions = tri_chip_integer(l->chip, "minor_on_partitions", 0) != 0;
    l->weights_free = !strcmp(tri_chip_word(l->chip, "ldw_contract", "part"), "free");
    l->accumulates = tri_chip_integer(l->chip, "acc_rmw", 1) != 0;
    return NULL;
}

static tri_status *lower_kernel(const tri_chip *chip, const tri_func *kernel, tri_arena *arena, tri_systolic_program *program, uint32_t *out_sp_top)
{
    lowering l = {.chip = chip, .kernel = kernel, .program = program, .arena = arena, .next_register = FIRST_STORED_REGISTER};
    TRI_TRY(read_chip(&l));
    uint32_t n = kernel->n_values;
    l.tiles = TRI_NEW_ARRAY(arena, tile, n);
    l.ranges = TRI_NEW_ARRAY(arena, index_range, n);
    l.registers = TRI_NEW_ARRAY(arena, int8_t, n);
    l.wanted = TRI_NEW_ARRAY(arena, uint8_t, n);
    l.last_use = TRI_NEW_ARRAY(arena, const tri_op *, n);
    for (uint32_t i = 0; i < n; i++) {
        l.ranges[i] = (index_range){INT64_MIN, INT64_MAX};
        l.registers[i] = -1;
        l.wanted[i] = NO_WISH;
    }
    note_uses(&l, kernel->body);
    note_wishes(&l, kernel->body);
    chain_begin(&l);
    grid_level(&l, (void *)(uintptr_t)0);
    chain_end(&l);
    name_statements(kernel, arena, program);
    program->sp_top = l.sp_top;
    *out_sp_top = l.sp_top;
    return l.error;
}

static tri_status *lower_scheduled(const tri_chip *chip, const tri_func *func, tri_arena *arena, tri_systolic_program *program, uint32_t *out_sp_top)
{
    if (program->bundle) return bundle_lower(chip, func, NULL, arena, program, out_sp_top);
    return sched_lower(chip, func, arena, program, out_sp_top);
}

static tri_status *compile_one(const tri_chip *chip, const tri_func *kernel, const tri_target_options *options, tri_systolic_program *program,
                               tri_kernel_code *code)
{
    tri_arena arena;
    tri_arena_init(&arena, (size_t)1 << 30);
    if (TRI_ARENA_EXHAUSTED(&arena)) {
        tri_status *status = tri_arena_exhausted(&arena);
        tri_arena_free(&arena);
        return status;
    }
    uint32_t sp_top = 0;
    tri_status *status =
        kernel->is_scheduled ? lower_scheduled(chip, kernel, &arena, program, &sp_top) : lower_kernel(chip, kernel, &arena, program, &sp_top);
    tri_arena_free(&arena);
    if (status) return status;
    *code =
        (tri_kernel_code){.kinds = {"systolic"}, .grid = {1, 1, 1}, .block = {1, 1, 1}, .static_shared_bytes = sp_top, .registers = -1, .spills = -1};
    TRI_TRY(tri_systolic_finish(program, &code->images[0], &code->sizes[0]));
    code->n_images = 1;
    for (uint32_t q = 0; q < program->n_queues; q++) code->code_bytes += 32ull * program->queues[q].n;
    if (options->want_text) {
        tri_text text = {0};
        tri_systolic_disassemble(program, &text);
        status = tri_text_status(&text);
        if (status)
            tri_text_free(&text);
        else
            code->text = text.at;
    }
    return status;
}

static tri_status *compile(const tri_chip *chip, size_t n, const tri_func *const *kernels, const tri_target_options *options, tri_kernel_code *codes)
{
    tri_status *errors = NULL;
    bool bundle = !strcmp(tri_chip_word(chip, "style", ""), "bundle");
    memset(codes, 0, n * sizeof *codes);
    for (size_t i = 0; i < n; i++) {
        tri_func_number((tri_func *)(uintptr_t)kernels[i]);
        tri_systolic_program *program = tri_systolic_new(bundle, chip->hash, (uint16_t)kernels[i]->n_buffers);
        tri_status *status =
            program ? compile_one(chip, kernels[i], options, program, &codes[i]) : tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory");
        tri_systolic_free(program);
        if (status) errors = tri_join(errors, tri_note(status, "while compiling kernel %s", kernels[i]->name));
        if (options->progress) options->progress(options->context, i + 1, n);
    }
    if (errors)
        for (size_t i = 0; i < n; i++) tri_kernel_code_free(&codes[i]);
    return errors;
}

/* What the lowering itself finds: there is no cheaper way to know where everything lies. */
static tri_status *budget(const tri_chip *chip, const tri_func *scheduled, tri_budget *out_budget)
{
    const tri_target_options options = {0};
    tri_kernel_code code;
    TRI_TRY(compile(chip, 1, &scheduled, &options, &code));
    *out_budget = (tri_budget){.scratchpad_bytes = code.static_shared_bytes, .instructions = (int64_t)(code.code_bytes / 32)};
    tri_kernel_code_free(&code);
    return NULL;
}

const tri_target tri_target_systolic = {"systolic", "engine programs for chips of the TPU and Trainium kind", compile, budget, join_programs};
