/* targets/amdgcn/wave_plan.c - where things are before any code is written: how the waves of an instance divide tiles, slots in LDS, and how chunks
 * change places in them, which follows from how they are read. */
#include "targets/amdgcn/wave.h"

enum { SLOT_ALIGN = 1024, MOST_INSTANCES = 4, MOST_DEPTH = 8 };

int wave_ring_of(const plan *p, const tri_value *value)
{
    int r = 0;
    while (p->rings[r].op->results[0] != value) r++;
    return r;
}

/* ---- rings ---- */

static tri_status *plan_ring(const tri_op *op, ring *r)
{
    tri_type tile = tri_ring_tile(op->results[0]);
    *r = (ring){.op = op, .dtype = (tri_dtype)tile.dtype, .rows = 1, .columns = 1, .depth = tri_op_integer(op, "depth", 1)};
    for (int d = 0; d + 1 < tile.rank; d++) r->rows *= tile.dims[d];
    if (tile.rank) r->columns = tile.dims[tile.rank - 1];
    r->panel_columns = r->columns;
    r->is_private = tri_op_attr(op, "private") != NULL;
    if (strcmp(tri_op_text(op, "place", "stage"), "stage"))
        return tri_emit_unsupported(op, "accumulators are registers here, a ring cannot hold them");
    if (tri_op_attr(op, "multicast")) return tri_emit_unsupported(op, "there are no clusters");
    if (r->dtype != TRI_BF16 && r->dtype != TRI_F16)
        return tri_emit_unsupported(op, "slots of %s; only bf16 and f16 are staged", tri_dtype_name(r->dtype));
    if (!tri_type_elements(&tile)) return tri_emit_unsupported(op, "slots without elements");
    if (r->depth > MOST_DEPTH) return tri_emit_unsupported(op, "%lld slots; at most %d", (long long)r->depth, MOST_DEPTH);
    return NULL;
}

/* Loads that bring some of the columns bring a whole panel. */
static tri_status *find_panels(plan *p, const tri_block *block)
{
    for (const tri_op *op = block->first; op; op = op->next) {
        if (op->kind == TRI_SCHED_LOAD_INTO) {
            ring *r = &p->rings[wave_ring_of(p, op->operands[0])];
            tri_type tile = tri_load_into_tile(op);
            int64_t columns = tile.rank ? tile.dims[tile.rank - 1] : 1;
            if (columns != r->panel_columns && r->panel_columns != r->columns)
                return tri_emit_unsupported(op, "it brings %lld columns, another load %lld", (long long)columns, (long long)r->panel_columns);
            r->panel_columns = columns;
        }
        for (uint32_t i = 0; i < op->n_regions; i++) TRI_TRY(find_panels(p, op->regions[i]));
    }
    return NULL;
}

static int64_t plan_slots(plan *p)
{
    int64_t offset = 0;
    for (int i = 0; i < p->n_rings; i++) {
        ring *r = &p->rings[i];
        r->row_bytes = r->panel_columns * (int64_t)tri_dtype_bytes(r->dtype);
        r->panel_bytes = r->rows * r->row_bytes;
        r->slot_bytes = (r->columns / r->panel_columns * r->panel_bytes + SLOT_ALIGN - 1) / SLOT_ALIGN * SLOT_ALIGN;
        r->offset = offset;
        offset += r->slot_bytes * r->depth * (r->is_private ? p->instances : 1);
    }
    return offset;
}

/* ---- products ---- */

/* The ring an operand is a view of, or -1: registers. */
static int staged_in(const plan *p, const tri_value *v, bool *transposed)
{
    while (v) {
        if (!v->op) { /* carried by a loop: what it begins as says where it lies */
            const tri_op *loop = v->block->owner;
            if (!loop || loop->kind != TRI_TILE_FOR || v->index < 1) return -1;
            v = loop->operands[1 + v->index];
            continue;
        }
        switch ((tri_op_kind)v->op->kind) {
        case TRI_SCHED_AWAIT: return wave_ring_of(p, v->op->operands[0]);
        case TRI_TILE_TRANSPOSE: *transposed = !*transposed; break;
        case TRI_SCHED_PART:
        case TRI_TILE_RESHAPE:
        case TRI_TILE_SLICE: break;
        case TRI_TILE_FOR: v = v->op->operands[2 + v->index]; continue;
        default: return -1;
        }
        v = v->op->operands[0];
    }
    return -1;
}

/* The instruction whose results all tiles lie like, turned around. */
static bool is_ours(const tri_product *product) { return product->m == ATOM && product->k == ATOM_K; }

typedef struct needs {
    int64_t m, n; /* of the largest product */
} needs;

static void note_reader(plan *p, const tri_value *operand, bool right, bool ordered)
{
    bool turned = false;
    int q = staged_in(p, operand, &turned);
    if (q < 0) return;
    bool contiguous = turned == right;
    p->rings[q].readers |= 1 << (contiguous ? ordered ? READ_ROWS_ORDERED : READ_ROWS : ordered ? READ_COLUMNS_ORDERED : READ_COLUMNS);
}

static void find_products(plan *p, const tri_block *block, needs *out)
{
    for (const tri_op *op = block->first; op; op = op->next) {
        if (op->kind == TRI_TILE_MMA) {
            const tri_type *type = &op->results[0]->type;
            const tri_chain_edge *left = tri_chain_edge_of(&p->chain, op, TRI_CHAIN_LEFT);
            note_reader(p, op->operands[0], false, false);
            note_reader(p, op->operands[1], true, left && left->conversion == TRI_CONVERT_ORDER);
            if (type->rank == 2 && type->dims[0] * type->dims[1] > out->m * out->n) {
                out->m = type->dims[0];
                out->n = type->dims[1];
            }
        }
        for (uint32_t i = 0; i < op->n_regions; i++) find_products(p, op->regions[i], out);
    }
}

/* What each wave reads of both operands is least for a square part. */
static void plan_waves(plan *p, const needs *needs)
{
    static const int64_t shapes[][2] = {{4, 1}, {2, 2}, {1, 4}};
    int64_t least = INT64_MAX;
    p->down = 4;
    p->across = 1;
    bool whole = p->chain.whole_rows || p->chain.whole_columns; /* a wave has all columns of its rows */
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes && !whole; i++) {
        int64_t rows = needs->m / shapes[i][0], columns = needs->n / shapes[i][1];
        if (needs->m % (ATOM * shapes[i][0]) || needs->n % (ATOM * shapes[i][1]) || rows + columns >= least) continue;
        least = rows + columns;
        p->down = shapes[i][0];
        p->across = shapes[i][1];
    }
}

tri_status *wave_plan(tri_arena *arena, const tri_chip *chip, const tri_func *program, plan *out)
{
    int n_rings = 0;
    for (const tri_op *op = program->body->first; op; op = op->next) n_rings += op->kind == TRI_SCHED_RING;
    *out = (plan){.program = program, .rings = TRI_NEW_ARRAY(arena, ring, n_rings)};
    if (program->cluster > 1) return tri_error(TRI_UNSUPPORTED, program->loc, "a cluster of %d blocks; there are none", program->cluster);
    if (program->workers && program->workers < program->programs)
        return tri_error(TRI_UNSUPPORTED, program->loc, "workers that run several programs");
    for (const tri_op *op = program->body->first; op; op = op->next) {
        if (op->kind == TRI_SCHED_RING) TRI_TRY(plan_ring(op, &out->rings[out->n_rings++]));
        if (op->kind != TRI_SCHED_ROLE) continue;
        if (out->role || tri_role_unit(op) != TRI_UNIT_THREADS) return tri_emit_unsupported(op, "waves load and multiply in one role of threads");
        out->role = op;
        out->instances = tri_role_instances(op);
        if (out->instances > MOST_INSTANCES)
            return tri_emit_unsupported(op, "%lld instances; a block has room for %d", (long long)out->instances, MOST_INSTANCES);
    }
    if (!out->role) return tri_error(TRI_UNSUPPORTED, program->loc, "no role");
    needs needs = {0};
    const tri_chain_limits limits = {TRI_CHAIN_TURNED, is_ours, true};
    TRI_TRY(tri_chain_solve(arena, chip, program, &limits, &out->chain));
    TRI_TRY(find_panels(out, out->role->regions[0]));
    find_products(out, out->role->regions[0], &needs);
    plan_waves(out, &needs);
    out->shared_bytes = plan_slots(out);
    for (int i = 0; i < out->n_rings; i++) wave_choose_swizzle(chip, &out->rings[i]);
    int64_t room = tri_chip_integer(chip, "shared_bytes_block", 64 << 10);
    if (out->shared_bytes > room)
        return tri_error(TRI_UNSUPPORTED, program->loc, "the rings take %lld bytes of LDS, a block has %lld; fewer or smaller slots are needed",
                         (long long)out->shared_bytes, (long long)room);
    return NULL;
}
