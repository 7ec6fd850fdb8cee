/* ir/sched_value.c - tile values of a scheduled program that runs: registers and views of slots, statements captured with their operands, and their
 * execution, which is that of the tile evaluator (eval_tile_ops.c, eval_tile_memory.c) on tiles put into one environment for the moment. */
#include "ir/sched_run.h"

#include <stdlib.h>

/* ---- cells ---- */

tri_sched_cell *tri_sched_cell_create(void)
{
    tri_sched_cell *cell = calloc(1, sizeof *cell);
    if (cell) cell->references = 1;
    return cell;
}

void tri_sched_cell_drop(tri_sched_run *run, tri_sched_cell *cell)
{
    while (cell && !--cell->references) {
        tri_sched_cell *source = cell->source;
        if (cell->tile) run->used -= tri_type_bytes(&cell->tile->type);
        tri_tile_drop(cell->tile);
        free(cell);
        cell = source;
    }
}

void tri_sched_set(tri_sched_run *run, tri_sched_value *at, tri_sched_value value)
{
    tri_sched_cell *old = at->cell;
    *at = value;
    tri_sched_cell_drop(run, old);
}

static tri_status *give_tile(tri_sched_run *run, const tri_sched_instance *instance, const tri_op *op, tri_sched_cell *cell, tri_tile *tile)
{
    run->used += tri_type_bytes(&tile->type);
    cell->tile = tri_tile_share(tile);
    if (!run->memory_limit || run->used <= run->memory_limit) return NULL;
    return tri_sched_error(run, instance, TRI_NO_MEMORY, op, "slots and values take more than the limit of %llu bytes",
                           (unsigned long long)run->memory_limit);
}

/* ---- captured statements ---- */

void tri_sched_pending_free(tri_sched_run *run, tri_sched_pending *pending)
{
    for (uint32_t i = 0; i < pending->op->n_operands + pending->op->n_results; i++) tri_sched_cell_drop(run, pending->operands[i].cell);
    free(pending);
}

tri_status *tri_sched_capture(tri_sched_run *run, tri_sched_instance *instance, const tri_op *op, uint32_t lane, tri_sched_pending **out)
{
    uint32_t n = op->n_operands + op->n_results;
    tri_sched_pending *pending = calloc(1, sizeof *pending + n * sizeof *pending->operands);
    if (!pending) return tri_sched_error(run, instance, TRI_NO_MEMORY, op, "no memory for a statement");
    pending->op = op;
    pending->program = instance->program;
    pending->lane = lane;
    pending->operands = (tri_sched_value *)(pending + 1);
    for (uint32_t i = 0; i < op->n_operands; i++) {
        const tri_value *operand = op->operands[i];
        if (operand->type.kind != TRI_TYPE_INDEX && operand->type.kind != TRI_TYPE_TILE) continue;
        pending->operands[i] = *tri_sched_value_of(run, instance, operand);
        tri_sched_cell_share(pending->operands[i].cell);
    }
    for (uint32_t i = 0; i < op->n_results; i++) {
        tri_sched_cell *cell = tri_sched_cell_create();
        if (!cell) {
            tri_sched_pending_free(run, pending);
            return tri_sched_error(run, instance, TRI_NO_MEMORY, op, "no memory for a value");
        }
        pending->operands[op->n_operands + i].cell = cell;
        tri_sched_set(run, tri_sched_value_of(run, instance, op->results[i]), (tri_sched_value){.cell = tri_sched_cell_share(cell)});
    }
    if (instance->last)
        instance->last->next = pending;
    else
        instance->first = pending;
    instance->last = pending;
    instance->n_pending++;
    instance->n_waiting++;
    *out = pending;
    return NULL;
}

/* ---- execution ---- */

tri_sched_box tri_sched_box_of(const tri_op *op, const tri_sched_value *operands)
{
    tri_sched_box box = {0};
    uint32_t ring = op->kind == TRI_SCHED_STORE_INTO ? 1 : 0;
    tri_type tile = ring ? op->operands[0]->type : tri_load_into_tile(op);
    for (int d = 0; d < op->operands[ring]->type.rank; d++) {
        box.at[d] = operands[ring + 1 + (uint32_t)d].index;
        box.dims[d] = tile.dims[d];
    }
    return box;
}

/* The elements of a value, as a reference of its own. */
static tri_status *materialize(tri_sched_run *run, const tri_sched_instance *instance, const tri_op *op, const tri_sched_cell *cell, tri_tile **out)
{
    *out = NULL;
    if (!cell) return tri_sched_error(run, instance, TRI_INVALID, op, "uses a tile that was not made");
    if (cell->source) {
        const tri_value *from = cell->op->operands[0], *to = cell->op->results[0];
        TRI_TRY(materialize(run, instance, op, cell->source, out));
        tri_tile_set(run->tiles, from, *out);
        *out = NULL;
        tri_status *status = tri_tile_arithmetic(run->tiles, cell->op);
        if (!status) *out = tri_tile_share(tri_tile_of_value(run->tiles, to));
        tri_tile_set(run->tiles, from, NULL);
        tri_tile_set(run->tiles, to, NULL);
        return status;
    }
    if (cell->channel) return tri_sched_slot_read(run, instance, op, cell, out);
    if (!cell->tile) return tri_sched_error(run, instance, TRI_INVALID, op, "uses a tile that is not computed yet");
    *out = tri_tile_share(cell->tile);
    return NULL;
}

static tri_status *into_slot(tri_sched_run *run, tri_sched_instance *instance, const tri_sched_pending *pending)
{
    const tri_op *op = pending->op;
    bool stores = op->kind == TRI_SCHED_STORE_INTO;
    uint32_t ring = tri_sched_ring_of(run->outline, op, stores);
    tri_sched_box box = tri_sched_box_of(op, pending->operands);
    if (stores) return tri_sched_slot_write(run, instance, op, ring, pending->use, &box, tri_tile_of_value(run->tiles, op->operands[0]));
    tri_type type = tri_load_into_tile(op);
    tri_tile *tile;
    TRI_TRY(tri_tile_load_window_as(run->tiles, op, 1 + (uint32_t)op->operands[0]->type.rank, &type, &tile));
    tri_status *status = tri_sched_slot_write(run, instance, op, ring, pending->use, &box, tile);
    tri_tile_drop(tile);
    return status;
}

static tri_status *dispatch(tri_sched_run *run, tri_sched_instance *instance, const tri_sched_pending *pending)
{
    const tri_op *op = pending->op;
    switch ((int)op->kind) {
    case TRI_TILE_LOAD: return tri_tile_load_window(run->tiles, op);
    case TRI_TILE_STORE: return tri_tile_store_window(run->tiles, op);
    case TRI_SCHED_LOAD_INTO:
    case TRI_SCHED_STORE_INTO: return into_slot(run, instance, pending);
    case TRI_SCHED_READ: tri_tile_set(run->tiles, op->results[0], tri_tile_share(tri_tile_of_value(run->tiles, op->operands[0]))); return NULL;
    default: return tri_tile_arithmetic(run->tiles, op);
    }
}

tri_status *tri_sched_execute(tri_sched_run *run, tri_sched_instance *instance, const tri_sched_pending *pending)
{
    const tri_op *op = pending->op;
    tri_tile_run *tiles = run->tiles;
    tri_tile **operands = calloc(op->n_operands + 1, sizeof *operands);
    if (!operands) return tri_sched_error(run, instance, TRI_NO_MEMORY, op, "no memory for operands");
    tri_sched_at(run, instance, pending->program);
    tri_status *status = NULL;
    for (uint32_t i = 0; i < op->n_operands && !status; i++)
        if (op->operands[i]->type.kind == TRI_TYPE_TILE) status = materialize(run, instance, op, pending->operands[i].cell, &operands[i]);
    for (uint32_t i = 0; i < op->n_operands; i++) {
        if (op->operands[i]->type.kind == TRI_TYPE_TILE) tri_tile_set(tiles, op->operands[i], operands[i]);
        if (op->operands[i]->type.kind == TRI_TYPE_INDEX) tri_tile_value_of(tiles, op->operands[i])->index = pending->operands[i].index;
    }
    free(operands);
    if (!status) status = dispatch(run, instance, pending);
    for (uint32_t i = 0; i < op->n_results; i++) {
        tri_tile *tile = tri_tile_of_value(tiles, op->results[i]);
        if (!status) status = give_tile(run, instance, op, pending->operands[op->n_operands + i].cell, tile);
        tri_tile_set(tiles, op->results[i], NULL);
    }
    for (uint32_t i = 0; i < op->n_operands; i++)
        if (op->operands[i]->type.kind == TRI_TYPE_TILE) tri_tile_set(tiles, op->operands[i], NULL);
    return status;
}
