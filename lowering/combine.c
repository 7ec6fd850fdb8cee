/* lowering/combine.c - a combine where the programs of a grid run in parallel: the kernel is cut there in two. The first half writes what it would
 * have folded to work buffers, one tile a program; the second runs once for each group of programs, folds their tiles in ascending order and goes on
 * behind the combine. What stands in front of it is stored by the first half alone; what the second needs of it is computed again there. Needs: a
 * kernel that verifies. Guarantees: both halves run in any order of their programs and give the bits of the evaluator, which folds in the same order;
 * a kernel without combine is left as it is. Does not: cut kernels whose second half would read again what the first has overwritten, or that signal.
 */
#include "lowering/lowering.h"

/* Parts, and elements of them, that are loaded beside each other; more are folded in a loop. */
enum { MOST_PARTS = 16, MOST_ELEMENTS = 1 << 15 };

static tri_op *find_combine(const tri_func *kernel)
{
    tri_op *op = kernel->body->first;
    while (op && op->kind != TRI_TILE_COMBINE) op = op->next;
    return op;
}

/* ---- what stands in front of the combine ---- */

typedef struct front {
    bool *stored; /* by buffer */
    bool *needed; /* by value: behind the combine */
} front;

static tri_status *note_stores(front *f, const tri_op *op)
{
    if (op->kind == TRI_TILE_SIGNAL || op->kind == TRI_TILE_WAIT)
        return tri_error(TRI_UNSUPPORTED, op->loc, "a kernel with a combine is cut in two there; it may not signal or wait in front of it");
    if (op->kind == TRI_TILE_STORE) f->stored[op->operands[1]->index] = true;
    for (uint32_t r = 0; r < op->n_regions; r++)
        for (const tri_op *inner = op->regions[r]->first; inner; inner = inner->next) TRI_TRY(note_stores(f, inner));
    return NULL;
}

static void need_operands(front *f, const tri_op *op)
{
    for (uint32_t i = 0; i < op->n_operands; i++) f->needed[op->operands[i]->id] = true;
    for (uint32_t r = 0; r < op->n_regions; r++)
        for (const tri_op *inner = op->regions[r]->first; inner; inner = inner->next) need_operands(f, inner);
}

static tri_status *check_reads(const front *f, const tri_op *op)
{
    if ((op->kind == TRI_TILE_LOAD || op->kind == TRI_TILE_FETCH) && f->stored[op->operands[0]->index])
        return tri_error(TRI_UNSUPPORTED, op->loc,
                         "what is read here is used behind the combine, and its buffer is stored to in front of it: where the kernel is cut in two "
                         "it would be read again; store behind the combine, or read there");
    for (uint32_t r = 0; r < op->n_regions; r++)
        for (const tri_op *inner = op->regions[r]->first; inner; inner = inner->next) TRI_TRY(check_reads(f, inner));
    return NULL;
}

/* Whether the second half may compute again what it needs from in front of the combine. */
static tri_status *check_front(tri_func *kernel, const tri_op *combine)
{
    tri_arena *arena = kernel->module->arena;
    tri_func_number(kernel);
    front f = {TRI_NEW_ARRAY(arena, bool, kernel->n_buffers), TRI_NEW_ARRAY(arena, bool, kernel->n_values)};
    for (const tri_op *op = kernel->body->first; op != combine; op = op->next) TRI_TRY(note_stores(&f, op));
    for (const tri_op *op = combine->next; op; op = op->next) need_operands(&f, op);
    for (const tri_op *op = combine->prev; op; op = op->prev) {
        bool needed = false;
        for (uint32_t i = 0; i < op->n_results; i++) needed |= f.needed[op->results[i]->id];
        if (!needed) continue;
        need_operands(&f, op);
        TRI_TRY(check_reads(&f, op));
    }
    return NULL;
}

/* Also what is assumed: it may speak of the axis. Up to `end`, which is null in regions. */
static void remove_effects(tri_block *block, const tri_op *end)
{
    for (tri_op *op = block->first, *next; op != end; op = next) {
        next = op->next;
        if (op->kind == TRI_TILE_STORE || op->kind == TRI_TILE_ASSUME) tri_op_remove(op);
        for (uint32_t r = 0; r < op->n_regions; r++) remove_effects(op->regions[r], NULL);
    }
}

/* ---- arguments ---- */

static void renumber(tri_block *body)
{
    for (uint32_t i = 0; i < body->n_args; i++) body->args[i]->index = i;
}

/* Buffers stand in front of the axes. */
static tri_value *add_work_buffer(tri_func *kernel, tri_type type)
{
    tri_block *body = kernel->body;
    tri_value *added = tri_kernel_add_buffer(kernel, NULL, type, TRI_ACCESS_OUT);
    for (uint32_t i = body->n_args - 1; i >= kernel->n_buffers; i--) body->args[i] = body->args[i - 1];
    body->args[kernel->n_buffers - 1] = added;
    renumber(body);
    return added;
}

static void remove_axis(tri_func *kernel, uint32_t axis)
{
    tri_block *body = kernel->body;
    for (uint32_t i = kernel->n_buffers + axis; i + 1 < body->n_args; i++) body->args[i] = body->args[i + 1];
    for (uint32_t i = axis; i + 1 < kernel->n_axes; i++) kernel->grid[i] = kernel->grid[i + 1];
    body->n_args--;
    kernel->n_axes--;
    renumber(body);
}

/* ---- windows of the work buffers ---- */

/* The number of a program's group: its place on the grid without the folded axis, in row-major order. */
static tri_value *group_number(tri_block *block, const tri_func *kernel, uint32_t axis)
{
    tri_value *number = tri_tile_index(block, 0);
    for (uint32_t a = 0; a < kernel->n_axes; a++) {
        if (a == axis) continue;
        number = tri_tile_arith(block, TRI_SCALAR_MULTIPLY, number, tri_tile_index(block, kernel->grid[a]));
        number = tri_tile_arith(block, TRI_SCALAR_ADD, number, kernel->body->args[kernel->n_buffers + a]);
    }
    return number;
}

static void window_of(tri_block *block, tri_value *part, tri_value *group, int64_t groups, const tri_type *tile, tri_coord *out)
{
    tri_value *first = tri_tile_arith(block, TRI_SCALAR_MULTIPLY, part, tri_tile_index(block, groups));
    out[0] = tri_at(tri_tile_arith(block, TRI_SCALAR_ADD, first, group));
    for (int d = 0; d < tile->rank; d++) out[d + 1] = tri_span(tri_tile_index(block, 0), tile->dims[d]);
}

/* ---- the halves ---- */

typedef struct cut {
    uint32_t axis, n;      /* the folded axis; operands of the combine */
    int64_t parts, groups; /* programs that are folded together, and how often that happens */
    uint32_t first_buffer; /* the work buffers are the kernel's last ones */
} cut;

static void end_at(tri_func *kernel, tri_op *combine, const cut *c)
{
    tri_block *body = kernel->body;
    while (body->last != combine) tri_op_remove(body->last);
    tri_op_remove(combine);
    tri_value *group = group_number(body, kernel, c->axis), *part = body->args[kernel->n_buffers + c->axis];
    for (uint32_t i = 0; i < c->n; i++) {
        tri_coord window[TRI_MAX_RANK];
        window_of(body, part, group, c->groups, &combine->operands[i]->type, window);
        tri_tile_store(body, combine->operands[i], body->args[c->first_buffer + i], window, "set", NULL);
    }
}

static void load_part(tri_block *block, const tri_func *kernel, const tri_op *combine, const cut *c, tri_value *part, tri_value *group,
                      tri_value **out)
{
    for (uint32_t i = 0; i < c->n; i++) {
        tri_coord window[TRI_MAX_RANK];
        window_of(block, part, group, c->groups, &combine->operands[i]->type, window);
        out[i] = tri_tile_load(block, kernel->body->args[c->first_buffer + i], window, 0, NULL);
    }
}

/* The combine's region on every element of what is folded so far and the next part: `folded` becomes the result. */
static void fold(tri_block *block, const tri_op *combine, const cut *c, tri_value **folded, tri_value *const *next)
{
    tri_func *func = block->func;
    tri_arena *arena = func->module->arena;
    tri_value **tiles = TRI_NEW_ARRAY(arena, tri_value *, 2 * c->n);
    tri_type *types = TRI_NEW_ARRAY(arena, tri_type, c->n);
    for (uint32_t i = 0; i < c->n; i++) {
        tiles[i] = folded[i];
        tiles[c->n + i] = next[i];
        types[i] = folded[i]->type;
    }
    tri_op *map = tri_tile_map(block, 2 * c->n, tiles, c->n, types, NULL);
    tri_value_map *values = tri_value_map_create(arena);
    for (uint32_t i = 0; i < 2 * c->n; i++) tri_value_map_set(values, combine->regions[0]->args[i], map->regions[0]->args[i]);
    for (const tri_op *op = combine->regions[0]->first; op; op = op->next) tri_block_append(map->regions[0], tri_op_clone(func, op, values));
    for (uint32_t i = 0; i < c->n; i++) folded[i] = map->results[i];
}

/* The parts from 1 on; part 0 is in `folded`. */
static void fold_parts(tri_func *kernel, const tri_op *combine, const cut *c, tri_value *group, tri_value **folded)
{
    tri_arena *arena = kernel->module->arena;
    tri_block *body = kernel->body;
    int64_t elements = 0;
    for (uint32_t i = 0; i < c->n && c->parts <= MOST_PARTS; i++) elements += c->parts * tri_type_elements(&folded[i]->type);
    if (c->parts > MOST_PARTS || elements > MOST_ELEMENTS) {
        tri_value **next = TRI_NEW_ARRAY(arena, tri_value *, c->n), **carried = TRI_NEW_ARRAY(arena, tri_value *, c->n);
        tri_value *second = tri_tile_index(body, 1), *end = tri_tile_index(body, c->parts);
        tri_op *loop = tri_tile_for(body, "part", second, end, c->n, folded);
        for (uint32_t i = 0; i < c->n; i++) carried[i] = loop->regions[0]->args[1 + i];
        load_part(loop->regions[0], kernel, combine, c, loop->regions[0]->args[0], group, next);
        fold(loop->regions[0], combine, c, carried, next);
        tri_tile_yield(loop->regions[0], c->n, carried);
        for (uint32_t i = 0; i < c->n; i++) folded[i] = loop->results[i];
        return;
    }
    tri_value **next = TRI_NEW_ARRAY(arena, tri_value *, (size_t)c->parts * c->n); /* all are under way before the first is needed */
    for (int64_t p = 1; p < c->parts; p++) load_part(body, kernel, combine, c, tri_tile_index(body, p), group, next + p * c->n);
    for (int64_t p = 1; p < c->parts; p++) fold(body, combine, c, folded, next + p * c->n);
}

static tri_status *begin_at(tri_func *kernel, tri_op *combine, const cut *c)
{
    tri_block *body = kernel->body;
    tri_op *behind = combine->next, *last = body->last;
    remove_effects(body, combine);
    tri_value *group = group_number(body, kernel, c->axis), **folded = TRI_NEW_ARRAY(kernel->module->arena, tri_value *, c->n);
    load_part(body, kernel, combine, c, tri_tile_index(body, 0), group, folded);
    fold_parts(kernel, combine, c, group, folded);
    for (uint32_t i = 0; i < c->n; i++) tri_replace_uses(kernel, combine->results[i], folded[i]);
    tri_op_remove(combine);
    while (behind) { /* the rest comes behind what was made */
        tri_op *op = behind;
        behind = op == last ? NULL : op->next;
        tri_op_remove(op);
        tri_block_append(body, op);
    }
    for (uint32_t i = 0; i < c->n; i++) kernel->access[c->first_buffer + i] = TRI_ACCESS_IN;
    TRI_TRY(tri_pass_remove_dead(kernel));
    remove_axis(kernel, c->axis);
    return tri_pass_merge_maps(kernel);
}

tri_status *tri_cut_at_combine(tri_func *kernel, tri_func **out_rest)
{
    tri_module *module = kernel->module;
    tri_op *combine = find_combine(kernel);
    *out_rest = NULL;
    if (!combine) return NULL;
    TRI_TRY(check_front(kernel, combine));
    cut c = {.axis = (uint32_t)tri_op_integer(combine, "axis", 0), .n = combine->n_operands, .groups = 1, .first_buffer = kernel->n_buffers};
    c.parts = kernel->grid[c.axis];
    int64_t programs = c.parts;
    for (uint32_t a = 0; a < kernel->n_axes; a++) {
        if (a == c.axis) continue;
        if (__builtin_mul_overflow(programs, kernel->grid[a], &programs))
            return tri_error(TRI_UNSUPPORTED, combine->loc, "a combine in a grid of more than 2^63 programs");
        c.groups *= kernel->grid[a];
    }
    for (uint32_t i = 0; i < c.n; i++) {
        tri_type type = combine->operands[i]->type;
        if (type.rank + 1 > TRI_MAX_RANK) return tri_error(TRI_UNSUPPORTED, combine->loc, "a combine of tiles of rank %d", (int)type.rank);
        memmove(type.dims + 1, type.dims, (size_t)type.rank * sizeof *type.dims);
        type.dims[0] = c.parts * c.groups;
        type.rank++;
        type.kind = TRI_TYPE_BUFFER;
        add_work_buffer(kernel, type);
    }
    *out_rest = tri_func_clone(module, kernel, tri_arena_printf(module->arena, "%s_combine", kernel->name));
    tri_func *rest = *out_rest;
    rest->access = TRI_NEW_ARRAY(module->arena, uint8_t, rest->n_buffers);
    memcpy(rest->access, kernel->access, rest->n_buffers);
    rest->grid = TRI_NEW_ARRAY(module->arena, int64_t, rest->n_axes);
    memcpy(rest->grid, kernel->grid, rest->n_axes * sizeof *rest->grid);
    end_at(kernel, combine, &c);
    TRI_TRY(tri_pass_remove_dead(kernel));
    return begin_at(rest, find_combine(rest), &c);
}

tri_status *tri_pass_combine(tri_func *kernel)
{
    tri_func *rest;
    return tri_cut_at_combine(kernel, &rest);
}
