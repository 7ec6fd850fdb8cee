/* ir/module.c - modules, functions, blocks, ops: making, linking, cloning, numbering, walking. Ops form a doubly linked list per block; operand
 * arrays are owned by their op and use lists are not kept: passes count uses when they need them (tri_func_count_uses), which is linear and cannot go
 * stale. */
#include "ir/ir.h"

#include "base/hash.h"

/* ---- types ---- */

static tri_type shaped(tri_type_kind kind, tri_dtype dtype, int rank, const int64_t *dims)
{
    tri_type type = {.kind = kind, .dtype = dtype, .rank = (int8_t)rank};
    for (int i = 0; i < rank; i++) type.dims[i] = dims[i];
    return type;
}

tri_type tri_tensor_of(tri_dtype dtype, int rank, const int64_t *dims) { return shaped(TRI_TYPE_TENSOR, dtype, rank, dims); }
tri_type tri_buffer_of(tri_dtype dtype, int rank, const int64_t *dims) { return shaped(TRI_TYPE_BUFFER, dtype, rank, dims); }
tri_type tri_tile_of(tri_dtype dtype, int rank, const int64_t *dims) { return shaped(TRI_TYPE_TILE, dtype, rank, dims); }
tri_type tri_ring_of(tri_dtype dtype, int rank, const int64_t *dims) { return shaped(TRI_TYPE_RING, dtype, rank, dims); }
tri_type tri_scalar_of(tri_dtype dtype) { return shaped(TRI_TYPE_SCALAR, dtype, 0, NULL); }
tri_type tri_index_type(void) { return shaped(TRI_TYPE_INDEX, TRI_I64, 0, NULL); }

bool tri_shape_equal(const tri_type *a, const tri_type *b)
{
    if (a->rank != b->rank) return false;
    for (int i = 0; i < a->rank; i++)
        if (a->dims[i] != b->dims[i]) return false;
    return true;
}

bool tri_type_equal(const tri_type *a, const tri_type *b) { return a->kind == b->kind && a->dtype == b->dtype && tri_shape_equal(a, b); }

int64_t tri_type_elements(const tri_type *type)
{
    int64_t n = 1;
    for (int i = 0; i < type->rank; i++) n *= type->dims[i];
    return n;
}

uint64_t tri_type_bytes(const tri_type *type) { return (uint64_t)tri_type_elements(type) * tri_dtype_bytes((tri_dtype)type->dtype); }

/* ---- making ---- */

tri_module *tri_module_create(tri_arena *arena, const char *name)
{
    tri_module *module = TRI_NEW(arena, tri_module);
    module->arena = arena;
    module->name = tri_arena_strndup(arena, name, strlen(name));
    return module;
}

void tri_module_remark(tri_module *module, tri_loc loc, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    TRI_PUSH(module->arena, &module->remarks, (tri_remark){loc, tri_arena_strndup(module->arena, text, strlen(text))});
}

tri_func *tri_module_find(const tri_module *module, const char *name)
{
    for (tri_func *func = module->first; func; func = func->next)
        if (!strcmp(func->name, name)) return func;
    return NULL;
}

tri_func *tri_func_create(tri_module *module, const char *name, bool is_kernel)
{
    tri_func *func = TRI_NEW(module->arena, tri_func);
    func->name = tri_arena_strndup(module->arena, name, strlen(name));
    func->module = module;
    func->is_kernel = is_kernel;
    func->body = tri_block_create(func, NULL);
    if (module->last)
        module->last->next = func;
    else
        module->first = func;
    module->last = func;
    return func;
}

tri_func *tri_kernel_create(tri_module *module, const char *name) { return tri_func_create(module, name, true); }

void tri_func_unlink(tri_func *func)
{
    tri_func **at = &func->module->first, *before = NULL;
    while (*at && *at != func) {
        before = *at;
        at = &before->next;
    }
    if (!*at) return;
    *at = func->next;
    if (func->module->last == func) func->module->last = before;
    func->next = NULL;
}

void tri_func_set_results(tri_func *func, uint32_t n, const tri_type *types)
{
    func->n_results = n;
    func->results = TRI_NEW_ARRAY(func->module->arena, tri_type, n);
    if (n) memcpy(func->results, types, n * sizeof *types);
}

tri_block *tri_block_create(tri_func *func, tri_op *owner)
{
    tri_block *block = TRI_NEW(func->module->arena, tri_block);
    block->owner = owner;
    block->func = func;
    return block;
}

static tri_value *new_value(tri_module *module, const char *name, tri_type type, tri_op *op, tri_block *block, uint32_t index)
{
    tri_value *value = TRI_NEW(module->arena, tri_value);
    *value = (tri_value){.type = type, .op = op, .block = block, .index = index};
    if (name) value->name = tri_arena_strndup(module->arena, name, strlen(name));
    return value;
}

tri_value *tri_block_add_arg(tri_module *module, tri_block *block, const char *name, tri_type type)
{
    tri_value *value = new_value(module, name, type, NULL, block, block->n_args);
    tri_value **args = TRI_NEW_ARRAY(module->arena, tri_value *, block->n_args + 1);
    if (block->n_args) memcpy(args, block->args, block->n_args * sizeof *args);
    args[block->n_args++] = value;
    block->args = args;
    return value;
}

tri_value *tri_kernel_add_buffer(tri_func *kernel, const char *name, tri_type type, tri_access access)
{
    uint8_t *grown = TRI_NEW_ARRAY(kernel->module->arena, uint8_t, kernel->n_buffers + 1);
    if (kernel->n_buffers) memcpy(grown, kernel->access, kernel->n_buffers);
    grown[kernel->n_buffers++] = (uint8_t)access;
    kernel->access = grown;
    return tri_block_add_arg(kernel->module, kernel->body, name, type);
}

tri_value *tri_kernel_add_axis(tri_func *kernel, const char *name, int64_t extent)
{
    int64_t *grown = TRI_NEW_ARRAY(kernel->module->arena, int64_t, kernel->n_axes + 1);
    if (kernel->n_axes) memcpy(grown, kernel->grid, kernel->n_axes * sizeof *grown);
    grown[kernel->n_axes++] = extent;
    kernel->grid = grown;
    return tri_block_add_arg(kernel->module, kernel->body, name, tri_index_type());
}

tri_op *tri_op_create(tri_module *module, tri_op_kind kind, tri_loc loc, uint32_t n_operands, tri_value *const *operands, uint32_t n_results,
                      const tri_type *types)
{
    /* One piece of memory: the op, its results, and the pointers to these and to the operands. */
    size_t pointers = (size_t)n_operands + n_results;
    tri_op *op = tri_arena_alloc(module->arena, sizeof(tri_op) + n_results * sizeof(tri_value) + pointers * sizeof(tri_value *));
    tri_value *values = (tri_value *)(op + 1);
    op->kind = (uint16_t)kind;
    op->loc = loc;
    op->n_results = n_results;
    op->n_operands = n_operands;
    op->results = (tri_value **)(values + n_results);
    op->operands = op->results + n_results;
    if (n_operands) memcpy(op->operands, operands, n_operands * sizeof *operands);
    for (uint32_t i = 0; i < n_results; i++) {
        op->results[i] = &values[i];
        values[i].type = types[i];
        values[i].op = op;
        values[i].index = i;
    }
    return op;
}

tri_block *tri_op_add_region(tri_func *func, tri_op *op)
{
    tri_block **regions = TRI_NEW_ARRAY(func->module->arena, tri_block *, op->n_regions + 1);
    if (op->n_regions) memcpy(regions, op->regions, op->n_regions * sizeof *regions);
    op->regions = regions;
    return regions[op->n_regions++] = tri_block_create(func, op);
}

void tri_op_set_operands(tri_module *module, tri_op *op, uint32_t n, tri_value *const *operands)
{
    tri_value **copy = TRI_NEW_ARRAY(module->arena, tri_value *, n);
    if (n) memcpy(copy, operands, n * sizeof *copy);
    op->operands = copy;
    op->n_operands = n;
}

void tri_block_append(tri_block *block, tri_op *op)
{
    op->parent = block;
    op->prev = block->last;
    op->next = NULL;
    if (block->last)
        block->last->next = op;
    else
        block->first = op;
    block->last = op;
}

void tri_op_insert_before(tri_op *op, tri_op *before)
{
    op->parent = before->parent;
    op->next = before;
    op->prev = before->prev;
    if (before->prev)
        before->prev->next = op;
    else
        before->parent->first = op;
    before->prev = op;
}

void tri_op_remove(tri_op *op)
{
    if (op->prev)
        op->prev->next = op->next;
    else
        op->parent->first = op->next;
    if (op->next)
        op->next->prev = op->prev;
    else
        op->parent->last = op->prev;
    op->prev = op->next = NULL;
    op->parent = NULL;
}

/* ---- walking ---- */

static tri_status *walk_block(tri_block *block, tri_op_visitor *visit, void *context)
{
    for (tri_op *op = block->first, *next; op; op = next) {
        next = op->next; /* the visitor may remove op */
        TRI_TRY(visit(context, op));
        for (uint32_t i = 0; i < op->n_regions; i++) TRI_TRY(walk_block(op->regions[i], visit, context));
    }
    return NULL;
}

tri_status *tri_func_walk(tri_func *func, tri_op_visitor *visit, void *context) { return walk_block(func->body, visit, context); }

static void number_block(tri_func *func, tri_block *block)
{
    for (uint32_t i = 0; i < block->n_args; i++) block->args[i]->id = func->n_values++;
    for (tri_op *op = block->first; op; op = op->next) {
        op->id = func->n_ops++;
        for (uint32_t i = 0; i < op->n_results; i++) op->results[i]->id = func->n_values++;
        for (uint32_t i = 0; i < op->n_regions; i++) number_block(func, op->regions[i]);
    }
}

void tri_func_number(tri_func *func)
{
    func->n_values = func->n_ops = 0;
    number_block(func, func->body);
}

void tri_module_number(tri_module *module)
{
    for (tri_func *func = module->first; func; func = func->next) tri_func_number(func);
}

static void replace_in_block(tri_block *block, const tri_value *old, tri_value *by)
{
    for (tri_op *op = block->first; op; op = op->next) {
        for (uint32_t i = 0; i < op->n_operands; i++)
            if (op->operands[i] == old) op->operands[i] = by;
        for (uint32_t i = 0; i < op->n_regions; i++) replace_in_block(op->regions[i], old, by);
    }
}

void tri_replace_uses(tri_func *func, const tri_value *old, tri_value *by) { replace_in_block(func->body, old, by); }

static void count_block(const tri_block *block, uint32_t *uses)
{
    for (const tri_op *op = block->first; op; op = op->next) {
        for (uint32_t i = 0; i < op->n_operands; i++) uses[op->operands[i]->id]++;
        for (uint32_t i = 0; i < op->n_regions; i++) count_block(op->regions[i], uses);
    }
}

uint32_t *tri_func_count_uses(tri_arena *arena, tri_func *func)
{
    uint32_t *uses = TRI_NEW_ARRAY(arena, uint32_t, func->n_values);
    count_block(func->body, uses);
    return uses;
}

/* ---- cloning ---- */

/* Open addressing by pointer; at most half full. */
struct tri_value_map {
    tri_arena *arena;
    size_t n, room;
    struct {
        const tri_value *from;
        tri_value *to;
    } * at;
};

tri_value_map *tri_value_map_create(tri_arena *arena)
{
    tri_value_map *map = TRI_NEW(arena, tri_value_map);
    map->arena = arena;
    map->room = 64;
    map->at = tri_arena_alloc_array(arena, map->room, sizeof *map->at);
    return map;
}

static size_t slot_of(const tri_value_map *map, const tri_value *from)
{
    size_t slot = tri_hash_u64(TRI_HASH_SEED, (uint64_t)(uintptr_t)from) & (map->room - 1);
    while (map->at[slot].from && map->at[slot].from != from) slot = (slot + 1) & (map->room - 1);
    return slot;
}

void tri_value_map_set(tri_value_map *map, const tri_value *from, tri_value *to)
{
    if (map->n * 2 >= map->room) {
        tri_value_map larger = {.arena = map->arena, .room = map->room * 2};
        larger.at = tri_arena_alloc_array(map->arena, larger.room, sizeof *larger.at);
        for (size_t i = 0; i < map->room; i++)
            if (map->at[i].from) tri_value_map_set(&larger, map->at[i].from, map->at[i].to);
        *map = larger;
    }
    size_t slot = slot_of(map, from);
    if (!map->at[slot].from) map->n++;
    map->at[slot].from = from;
    map->at[slot].to = to;
}

tri_value *tri_value_map_get(const tri_value_map *map, const tri_value *from)
{
    size_t slot = slot_of(map, from);
    return map->at[slot].from ? map->at[slot].to : (tri_value *)(uintptr_t)from;
}

static void clone_block(tri_block *into, const tri_block *block, tri_value_map *map)
{
    for (uint32_t i = 0; i < block->n_args; i++)
        tri_value_map_set(map, block->args[i], tri_block_add_arg(into->func->module, into, block->args[i]->name, block->args[i]->type));
    for (const tri_op *op = block->first; op; op = op->next) tri_block_append(into, tri_op_clone(into->func, op, map));
}

tri_op *tri_op_clone(tri_func *into, const tri_op *op, tri_value_map *map)
{
    tri_arena *arena = into->module->arena;
    tri_op *copy = TRI_NEW(arena, tri_op);
    *copy = *op;
    copy->parent = NULL;
    copy->prev = copy->next = NULL;
    copy->operands = TRI_NEW_ARRAY(arena, tri_value *, op->n_operands);
    for (uint32_t i = 0; i < op->n_operands; i++) copy->operands[i] = tri_value_map_get(map, op->operands[i]);
    copy->results = TRI_NEW_ARRAY(arena, tri_value *, op->n_results);
    for (uint32_t i = 0; i < op->n_results; i++) {
        copy->results[i] = new_value(into->module, op->results[i]->name, op->results[i]->type, copy, NULL, i);
        tri_value_map_set(map, op->results[i], copy->results[i]);
    }
    copy->regions = TRI_NEW_ARRAY(arena, tri_block *, op->n_regions);
    for (uint32_t i = 0; i < op->n_regions; i++) {
        copy->regions[i] = tri_block_create(into, copy);
        clone_block(copy->regions[i], op->regions[i], map);
    }
    return copy;
}

static tri_op *find_label(const tri_block *block, const char *label)
{
    for (tri_op *op = block->first; op; op = op->next) {
        if (op->label && !strcmp(op->label, label)) return op;
        for (uint32_t r = 0; r < op->n_regions; r++) {
            tri_op *inner = find_label(op->regions[r], label);
            if (inner) return inner;
        }
    }
    return NULL;
}

tri_op *tri_func_find_label(const tri_func *func, const char *label) { return find_label(func->body, label); }

tri_func *tri_func_clone(tri_module *into, const tri_func *func, const char *name)
{
    tri_func *copy = tri_func_create(into, name, func->is_kernel);
    tri_block *body = copy->body;
    tri_func *next = copy->next;
    *copy = *func;
    copy->name = tri_arena_strndup(into->arena, name, strlen(name));
    copy->module = into;
    copy->body = body;
    copy->next = next;
    clone_block(body, func->body, tri_value_map_create(into->arena));
    return copy;
}
