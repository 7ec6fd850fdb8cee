/* targets/nvptx/sched_plan.c - where things are before any code is written: warps of roles, slots and mbarriers in shared memory, arrivals that
 * complete a phase, named barriers, registers. */
#include "targets/nvptx/sched.h"

enum { LEAST_REGISTERS = 24, WARP_REGISTERS = 40, MOST_REGISTERS = 256, REGISTER_STEP = 8, REGISTERS_UNIT = 65536, SLOT_ALIGN = 1024, MBARRIER = 8 };

int group_ring_of(const plan *p, const tri_value *value)
{
    int r = 0;
    while (p->rings[r].op->results[0] != value) r++;
    return r;
}

/* Products, ldmatrix and stmatrix take matrices of 8 rows of 16 bytes. */
static void place_matrix(int step, int lane, int64_t *row, int64_t *byte)
{
    *row = lane % 8;
    *byte = (int64_t)TRI_CHUNK * (step * 4 + lane / 8);
}

/* The swizzles of bulk copies, in the form of all targets. */
static int count_conflicts(const tri_chip *chip, const ring *r)
{
    static const tri_reader matrices = {"matrices", TRI_CHUNK, 2, false, 0, place_matrix};
    static const tri_swizzle wide = {{0, 1, 2, -1}}, middle = {{1, 2, -1, -1}}, narrow = {{2, -1, -1, -1}}, none = {{-1, -1, -1, -1}};
    tri_banks banks = tri_banks_of(chip);
    const tri_swizzle *swizzle = r->swizzle == 128 ? &wide : r->swizzle == 64 ? &middle : r->swizzle == 32 ? &narrow : &none;
    return r->rows % 8 ? 0 : tri_reader_conflicts(&banks, &matrices, r->row_bytes, swizzle);
}

static tri_status *plan_ring(const tri_chip *chip, const tri_op *op, ring *r)
{
    tri_type tile = tri_ring_tile(op->results[0]);
    *r = (ring){.op = op, .dtype = (tri_dtype)tile.dtype, .rows = 1, .columns = 1, .depth = tri_op_integer(op, "depth", 1), .copies = 1};
    int64_t element = (int64_t)tri_dtype_bytes(r->dtype);
    for (int d = 0; d + 1 < tile.rank; d++) r->rows *= tile.dims[d];
    if (tile.rank) r->columns = tile.dims[tile.rank - 1];
    if (strcmp(tri_op_text(op, "place", "stage"), "stage"))
        return tri_emit_unsupported(op, "accumulators are registers here, a ring cannot hold them");
    if (!tri_type_elements(&tile)) return tri_emit_unsupported(op, "slots without elements");
    int64_t row = r->columns * element;
    r->swizzle = r->rows == 1 ? 0 : row % 128 == 0 ? 128 : row % 64 == 0 ? 64 : row % 32 == 0 ? 32 : 0;
    if (row % 16) return tri_emit_unsupported(op, "rows of %lld bytes; a copy moves multiples of 16", (long long)row);
    r->row_bytes = r->swizzle ? r->swizzle : row;
    r->panel_columns = r->row_bytes / element;
    r->panel_bytes = r->rows * r->row_bytes;
    r->slot_bytes = (row / r->row_bytes * r->panel_bytes + SLOT_ALIGN - 1) / SLOT_ALIGN * SLOT_ALIGN;
    r->multicast = tri_op_attr(op, "multicast") != NULL;
    r->conflicts = count_conflicts(chip, r);
    return NULL;
}

/* The instances of roles that produce into and consume from each ring. */
static void count_arrivals(plan *p, const role *role, const tri_block *block, bool *produces, bool *consumes)
{
    for (const tri_op *op = block->first; op; op = op->next) {
        if (op->kind == TRI_SCHED_ACQUIRE) produces[group_ring_of(p, op->operands[0])] = true;
        if (op->kind == TRI_SCHED_AWAIT) consumes[group_ring_of(p, op->operands[0])] = true;
        for (uint32_t i = 0; i < op->n_regions; i++)
            if (op->kind == TRI_TILE_FOR || op->kind == TRI_TILE_IF || op->kind == TRI_SCHED_WORK)
                count_arrivals(p, role, op->regions[i], produces, consumes);
    }
}

static bool stores_strided(const tri_block *block)
{
    for (const tri_op *op = block->first; op; op = op->next) {
        if (op->kind == TRI_TILE_STORE && group_is_strided(&op->operands[1]->type)) return true;
        for (uint32_t i = 0; i < op->n_regions; i++)
            if (stores_strided(op->regions[i])) return true;
    }
    return false;
}

static tri_status *plan_role(plan *p, const tri_op *op, int *copies)
{
    tri_unit unit = tri_role_unit(op);
    if (p->n_roles == MOST_ROLES) return tri_emit_unsupported(op, "more than %d roles", MOST_ROLES);
    if (unit != TRI_UNIT_THREADS && unit != TRI_UNIT_COPY) return tri_emit_unsupported(op, "there is no unit '%s'", tri_unit_name(unit));
    role *r = &p->roles[p->n_roles++];
    *r = (role){.op = op, .copy = unit == TRI_UNIT_COPY, .instances = tri_role_instances(op), .regs = tri_op_integer(op, "regs", 0)};
    r->by_warp = r->copy && stores_strided(op->regions[0]);
    if (r->copy ? r->instances > MOST_COPIES - *copies : r->instances > MOST_GROUPS - p->groups)
        return tri_emit_unsupported(op, "%lld instances; a block has room for %d copying warps and %d warpgroups", (long long)r->instances,
                                    MOST_COPIES, MOST_GROUPS - 1);
    if (r->regs % REGISTER_STEP || (r->regs && (r->regs < LEAST_REGISTERS || r->regs > MOST_REGISTERS)))
        return tri_emit_unsupported(op, "regs %lld; it is a multiple of %d from %d to %d", (long long)r->regs, REGISTER_STEP, LEAST_REGISTERS,
                                    MOST_REGISTERS);
    if (r->by_warp && r->regs && r->regs < WARP_REGISTERS)
        return tri_emit_unsupported(op, "regs %lld; a warp that stores rows which do not begin at multiples of 16 bytes needs %d", (long long)r->regs,
                                    WARP_REGISTERS);
    if (r->copy) {
        r->first = *copies;
        *copies += (int)r->instances;
        if (r->regs > p->producing_regs) p->producing_regs = (int)r->regs;
    } else {
        r->first = p->groups;
        p->groups += (int)r->instances;
    }
    return NULL;
}

/* Shares of the registers are asked for by all roles or by none. What one role gives back is all that another can get: together they have what the
 * block was launched with, equal parts for all threads. */
static tri_status *plan_registers(plan *p)
{
    int64_t sum = p->producing ? p->producing_regs : 0, asked = 0;
    for (int i = 0; i < p->n_roles; i++) {
        asked += p->roles[i].regs != 0;
        if (!p->roles[i].copy) sum += p->roles[i].instances * p->roles[i].regs;
    }
    if (asked && asked < p->n_roles) return tri_emit_unsupported(p->roles[0].op, "some roles say how many registers they want and some do not");
    int64_t launched = REGISTERS_UNIT / (p->groups * GROUP) / REGISTER_STEP * REGISTER_STEP * p->groups;
    if (asked && sum > launched)
        return tri_emit_unsupported(p->roles[0].op, "the roles want %lld registers, counted once a warpgroup; the block has %lld", (long long)sum,
                                    (long long)launched);
    return NULL;
}

static void plan_shared(plan *p)
{
    for (int i = 0; i < p->n_rings; i++) {
        p->rings[i].offset = p->shared_bytes;
        p->shared_bytes += p->rings[i].copies * p->rings[i].depth * p->rings[i].slot_bytes;
    }
    for (int i = 0; i < p->n_rings; i++) {
        ring *r = &p->rings[i];
        r->full = p->shared_bytes;
        r->empty = r->full + r->copies * r->depth * MBARRIER;
        p->shared_bytes = r->empty + r->copies * r->depth * MBARRIER;
    }
}

/* Tiles lie in registers as the results of these products do. */
static bool is_ours(const tri_product *product) { return product->d.lanes == GROUP; }

tri_status *group_plan(tri_arena *arena, const tri_chip *chip, const tri_func *program, plan *out)
{
    int n_rings = 0, copies = 0;
    bool producing = false;
    if (!tri_chip_lists(chip, "async_mma", "yes") || !tri_chip_lists(chip, "async_copy_bulk", "yes"))
        return tri_error(TRI_UNSUPPORTED, program->loc, "chip %s has no asynchronous products and bulk copies, which scheduled programs are made of",
                         chip->name);
    for (const tri_op *op = program->body->first; op; op = op->next) {
        n_rings += op->kind == TRI_SCHED_RING;
        producing |= op->kind == TRI_SCHED_ROLE && tri_role_unit(op) == TRI_UNIT_COPY;
    }
    *out = (plan){.program = program, .rings = TRI_NEW_ARRAY(arena, ring, n_rings), .producing = producing, .groups = producing, .n_barriers = 1};
    for (const tri_op *op = program->body->first; op; op = op->next) {
        if (op->kind == TRI_SCHED_RING) TRI_TRY(plan_ring(chip, op, &out->rings[out->n_rings++]));
        if (op->kind == TRI_SCHED_ROLE) TRI_TRY(plan_role(out, op, &copies));
    }
    const tri_chain_limits limits = {TRI_CHAIN_AS_WRITTEN, is_ours, true};
    TRI_TRY(tri_chain_solve(arena, chip, program, &limits, &out->chain));
    for (int i = 0; i < out->n_roles; i++) {
        const role *r = &out->roles[i];
        bool *produces = TRI_NEW_ARRAY(arena, bool, n_rings), *consumes = TRI_NEW_ARRAY(arena, bool, n_rings);
        count_arrivals(out, r, r->op->regions[0], produces, consumes);
        for (int q = 0; q < n_rings; q++) {
            ring *ring = &out->rings[q];
            bool is_private = tri_op_attr(ring->op, "private") != NULL;
            if (is_private && (produces[q] || consumes[q])) ring->copies = r->instances;
            ring->producers += produces[q] * (is_private ? 1 : r->instances);
            ring->consumers += consumes[q] * (is_private ? 1 : r->instances) * (ring->multicast ? program->cluster : 1);
        }
    }
    TRI_TRY(plan_registers(out));
    plan_shared(out);
    out->n_barriers += out->groups;
    for (const tri_op *op = program->body->first; op; op = op->next)
        if (op->kind == TRI_SCHED_TURNS) out->n_barriers += out->groups;
    if (out->n_barriers > MOST_BARRIERS)
        return tri_error(TRI_UNSUPPORTED, program->loc, "%d named barriers; a block has %d", out->n_barriers, MOST_BARRIERS);
    int64_t room = tri_chip_integer(chip, "shared_bytes_block", 48 << 10);
    if (out->shared_bytes > room)
        return tri_error(TRI_UNSUPPORTED, program->loc,
                         "the rings take %lld bytes of shared memory, a block has %lld; fewer or smaller slots are needed",
                         (long long)out->shared_bytes, (long long)room);
    out->workers = program->workers && program->workers < program->programs ? program->workers : program->programs;
    return NULL;
}
