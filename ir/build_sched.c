/* ir/build_sched.c - short ways to make the ops of scheduled programs, and to read what they carry (ir/sched.h). */
#include "ir/sched.h"

static const char *const unit_names[TRI_UNITS] = {"threads", "copy", "matrix", "vector", "scalar", "general", "core"};

const char *tri_unit_name(tri_unit unit) { return unit_names[unit]; }

tri_unit tri_unit_find(const char *name)
{
    int unit = 0;
    while (unit < TRI_UNITS && strcmp(unit_names[unit], name)) unit++;
    return (tri_unit)unit;
}

tri_unit tri_role_unit(const tri_op *role) { return tri_unit_find(tri_op_text(role, "unit", unit_names[TRI_UNIT_THREADS])); }
int64_t tri_role_instances(const tri_op *role) { return tri_op_integer(role, "instances", 1); }

tri_op *tri_role_work(const tri_op *role)
{
    for (tri_op *op = role->regions[0]->first; op; op = op->next)
        if (op->kind == TRI_SCHED_WORK) return op;
    return NULL;
}

tri_type tri_ring_tile(const tri_value *ring) { return tri_tile_of((tri_dtype)ring->type.dtype, ring->type.rank, ring->type.dims); }

tri_type tri_load_into_tile(const tri_op *op)
{
    tri_type tile = {.kind = TRI_TYPE_TILE, .dtype = op->operands[0]->type.dtype};
    for (uint32_t i = 0; i < op->n_window; i++)
        if (op->window[i].kind != TRI_WINDOW_POINT) tile.dims[tile.rank++] = op->window[i].length;
    return tile;
}

static tri_op *append(tri_block *block, tri_op_kind kind, uint32_t n, tri_value *const *operands, const tri_type *result, const char *label)
{
    tri_op *op = tri_op_create(block->func->module, kind, block->func->module->here, n, operands, result != NULL, result);
    op->label = label;
    tri_block_append(block, op);
    return op;
}

static void set_integer(tri_op *op, const char *name, int64_t value)
{
    tri_module *module = op->parent->func->module;
    tri_op_set_attr(module, op, name, tri_attr_integer(module, value));
}

tri_func *tri_scheduled_create(tri_module *module, const char *name, int64_t programs, int64_t workers, int32_t cluster)
{
    tri_func *func = tri_kernel_create(module, name);
    func->is_scheduled = true;
    func->programs = programs;
    func->workers = workers;
    func->cluster = cluster;
    return func;
}

tri_value *tri_sched_ring(tri_block *block, tri_type tile, int64_t depth, const char *label)
{
    tri_type type = tri_ring_of((tri_dtype)tile.dtype, tile.rank, tile.dims);
    tri_op *op = append(block, TRI_SCHED_RING, 0, NULL, &type, label);
    set_integer(op, "depth", depth);
    return op->results[0];
}

tri_value *tri_sched_turns(tri_block *block, const char *label)
{
    tri_type type = {.kind = TRI_TYPE_TURNS};
    return append(block, TRI_SCHED_TURNS, 0, NULL, &type, label)->results[0];
}

tri_op *tri_sched_role(tri_block *block, const char *label, tri_unit unit, int64_t instances, int64_t regs)
{
    tri_module *module = block->func->module;
    tri_op *op = append(block, TRI_SCHED_ROLE, 0, NULL, NULL, label);
    tri_op_set_attr(module, op, "unit", tri_attr_word(module, unit_names[unit]));
    set_integer(op, "instances", instances);
    if (regs) set_integer(op, "regs", regs);
    tri_block *region = tri_op_add_region(block->func, op);
    tri_block_add_arg(module, region, "i", tri_index_type());
    tri_block_add_arg(module, region, "rank", tri_index_type());
    return op;
}

tri_op *tri_sched_work(tri_block *block)
{
    tri_op *op = append(block, TRI_SCHED_WORK, 0, NULL, NULL, NULL);
    tri_block_add_arg(block->func->module, tri_op_add_region(block->func, op), "p", tri_index_type());
    return op;
}

tri_op *tri_sched_token(tri_block *block, tri_op_kind kind, tri_value *ring) { return append(block, kind, 1, &ring, NULL, NULL); }

tri_value *tri_sched_await(tri_block *block, tri_value *ring)
{
    tri_type tile = tri_ring_tile(ring);
    return append(block, TRI_SCHED_AWAIT, 1, &ring, &tile, NULL)->results[0];
}

tri_op *tri_sched_load_into(tri_block *block, tri_value *ring, tri_value *const *offsets, tri_value *buffer, const tri_coord *window, double fill,
                            const char *label)
{
    tri_value *leading[2 + TRI_MAX_RANK] = {ring};
    uint32_t n = 1;
    for (int d = 0; d < ring->type.rank; d++) leading[n++] = offsets[d];
    leading[n++] = buffer;
    tri_op *op = tri_build_windowed(block, TRI_SCHED_LOAD_INTO, n, leading, window, 0, NULL);
    tri_op_set_attr(block->func->module, op, "fill", tri_attr_number(block->func->module, TRI_F64, fill));
    op->label = label;
    return op;
}

tri_op *tri_sched_store_into(tri_block *block, tri_value *tile, tri_value *ring, tri_value *const *offsets, const char *label)
{
    tri_value *operands[2 + TRI_MAX_RANK] = {tile, ring};
    for (int d = 0; d < ring->type.rank; d++) operands[2 + d] = offsets[d];
    return append(block, TRI_SCHED_STORE_INTO, 2 + (uint32_t)ring->type.rank, operands, NULL, label);
}

tri_value *tri_sched_part(tri_block *block, tri_value *tile, tri_value *const *offsets, tri_type type)
{
    tri_value *operands[1 + TRI_MAX_RANK] = {tile};
    for (int d = 0; d < tile->type.rank; d++) operands[1 + d] = offsets[d];
    return append(block, TRI_SCHED_PART, 1 + (uint32_t)tile->type.rank, operands, &type, NULL)->results[0];
}

tri_value *tri_sched_read(tri_block *block, tri_value *tile, const char *label)
{
    return append(block, TRI_SCHED_READ, 1, &tile, &tile->type, label)->results[0];
}

tri_op *tri_sched_join(tri_block *block, int64_t lag)
{
    tri_op *op = append(block, TRI_SCHED_JOIN, 0, NULL, NULL, NULL);
    set_integer(op, "lag", lag);
    return op;
}

void tri_sched_set_unit(tri_op *op, const char *name)
{
    tri_module *module = op->parent->func->module;
    tri_attr *unit = TRI_NEW(module->arena, tri_attr);
    unit->kind = TRI_ATTR_UNIT;
    tri_op_set_attr(module, op, name, unit);
}
