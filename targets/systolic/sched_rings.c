/* targets/systolic/sched_rings.c - where things lie. What: slots of rings in the scratchpad or in whole accumulator banks, parts of tiles, private
 * memory of roles, patterns that address them. Guarantees: nothing shares bytes with anything live; two rings never share a bank; what does not fit
 * is UNSUPPORTED with the figures. */
#include "targets/systolic/scheduled.h"

enum { SP_ALIGNMENT = 64 };

int64_t place_along(const place *p) { return p->dims[p->part]; }
int64_t place_across(const place *p) { return p->dims[!p->part]; }

static uint32_t size_of(const place *p) { return tri_systolic_dtype_bytes(p->dtype); }
static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t round_up(int64_t n, int64_t to) { return (n + to - 1) / to * to; }

static uint8_t element_type(sched *s, const tri_op *op, unsigned dtype)
{
    int code = tri_systolic_dtype_of(dtype == TRI_I1 ? TRI_U8 : (tri_dtype)dtype);
    if (code < 0) sched_fail(s, op, TRI_UNSUPPORTED, "%s has no %s", s->chip->name, tri_dtype_name((tri_dtype)dtype));
    return code < 0 ? 0 : (uint8_t)code;
}

/* Bytes of each partition that a tile takes. */
static int64_t bytes_of(const place *p) { return (place_along(p) + BLOCK - 1) / BLOCK * (int64_t)p->row; }

static uint32_t take_sp(sched *s, const tri_op *op, int64_t bytes)
{
    uint32_t at = s->sp_top;
    bytes = round_up(bytes ? bytes : 1, SP_ALIGNMENT);
    if (bytes > (int64_t)s->sp_bytes - (int64_t)at) {
        sched_fail(s, op, TRI_UNSUPPORTED,
                   "%lld bytes of each partition of the scratchpad are asked when %u of %u are taken: fewer or smaller slots would do",
                   (long long)bytes, at, s->sp_bytes);
        return 0;
    }
    s->sp_top += (uint32_t)bytes;
    return at;
}

/* ---- rings ---- */

static void note_roles(sched *s, sched_role *role, const tri_block *block)
{
    for (const tri_op *op = block->first; op && !s->error; op = op->next) {
        if (op->kind == TRI_SCHED_ACQUIRE || op->kind == TRI_SCHED_PUBLISH) sched_ring_of(s, op->operands[0])->producer = role->number;
        if (op->kind == TRI_SCHED_AWAIT) {
            sched_ring *ring = sched_ring_of(s, op->operands[0]);
            int i = 0;
            while (i < ring->n_consumers && ring->consumers[i] != role->number) i++;
            if (i == ring->n_consumers) ring->consumers[ring->n_consumers++] = role->number;
        }
        for (uint32_t r = 0; r < op->n_regions; r++)
            if (op->kind == TRI_TILE_FOR || op->kind == TRI_TILE_IF || op->kind == TRI_SCHED_WORK) note_roles(s, role, op->regions[r]);
    }
}

static void place_ring(sched *s, sched_ring *ring)
{
    const tri_op *op = ring->value->op;
    place *slot = &ring->slot;
    tri_type tile = tri_ring_tile(ring->value);
    sched_dims(&tile, slot->dims);
    slot->part = s->part_of[ring->value->id];
    slot->dtype = element_type(s, op, ring->value->type.dtype);
    slot->buffer = NO_BUFFER;
    slot->defined = true;
    int64_t row = place_across(slot) * size_of(slot);
    if (row > (int64_t)s->sp_bytes) row = (int64_t)s->sp_bytes + 1; /* too large whatever is free */
    slot->row = (uint32_t)row;
    slot->replicated = place_along(slot) == 1 && ring->producer >= 0 && s->roles[ring->producer].unit == TRI_UNIT_COPY;
    int64_t bytes = bytes_of(slot), depth = ring->depth;
    if (slot->space == TRI_SYS_ACC_SPACE) {
        int64_t banks = (bytes + s->bank_bytes - 1) / s->bank_bytes;
        ring->slot_bytes = (uint32_t)(smaller(banks, s->acc_banks) * s->bank_bytes);
        slot->byte = s->banks_used * s->bank_bytes;
        if (banks > s->acc_banks || depth > s->acc_banks || banks * depth > (int64_t)(s->acc_banks - s->banks_used))
            sched_fail(s, op, TRI_UNSUPPORTED, "%lld slots of %lld accumulator banks are asked when %u of %u are taken", (long long)depth,
                       (long long)banks, s->banks_used, s->acc_banks);
        else
            s->banks_used += (uint32_t)(banks * depth);
        return;
    }
    slot->space = TRI_SYS_SP;
    bytes = round_up(bytes, SP_ALIGNMENT);
    if (bytes > (int64_t)s->sp_bytes || depth > (int64_t)s->sp_bytes) bytes = depth = (int64_t)s->sp_bytes; /* and so is this */
    ring->slot_bytes = (uint32_t)bytes;
    slot->byte = take_sp(s, op, bytes * depth);
}

void sched_place_rings(sched *s)
{
    for (int r = 0; r < s->n_roles && !s->error; r++) note_roles(s, &s->roles[r], s->roles[r].op->regions[0]);
    for (int i = 0; i < s->n_rings && !s->error; i++) {
        if (tri_op_attr(s->rings[i].value->op, "multicast") != NULL)
            sched_fail(s, s->rings[i].value->op, TRI_UNSUPPORTED, "a worker of %s is one core: nobody to multicast to", s->chip->name);
        place_ring(s, &s->rings[i]);
    }
}

place sched_slot(const sched_ring *ring, int64_t number)
{
    place p = ring->slot;
    p.byte += (uint32_t)(number % ring->depth) * ring->slot_bytes;
    return p;
}

place sched_part(sched *s, const tri_op *op, const place *p, const int64_t offsets[2], const tri_type *type)
{
    place part = *p;
    if (type) sched_dims(type, part.dims);
    for (int d = 0; d < 2; d++)
        if (offsets[d] < 0 || offsets[d] > p->dims[d] - part.dims[d])
            sched_fail(s, op, TRI_INVALID, "%lld elements from %lld on leave a tile of %lld", (long long)part.dims[d], (long long)offsets[d],
                       (long long)p->dims[d]);
    part.first += offsets[p->part];
    part.byte += (uint32_t)(offsets[!p->part] * size_of(p));
    part.replicated = p->replicated && part.dims[p->part] == 1;
    return part;
}

place sched_into(sched *s, sched_role *role, const tri_op *op)
{
    bool loads = op->kind == TRI_SCHED_LOAD_INTO;
    sched_ring *ring = sched_ring_of(s, op->operands[!loads]);
    int rank = ring->value->type.rank;
    int64_t offsets[2] = {0, 0};
    for (int d = 0; d < rank && d < 2; d++) offsets[2 - rank + d] = sched_index_ahead(s, role, op->operands[1 + !loads + d]);
    if (rank > 2) sched_fail(s, op, TRI_UNSUPPORTED, "a ring of rank %d; slots of %s have rank 2 at most", rank, s->chip->name);
    if (ring->acquired == ring->published) sched_fail(s, op, TRI_INVALID, "ring @%s: no slot is acquired", ring->name);
    place slot = sched_slot(ring, ring->acquired ? ring->acquired - 1 : 0);
    tri_type type = loads ? tri_load_into_tile(op) : op->operands[0]->type;
    return sched_part(s, op, &slot, offsets, &type);
}

/* ---- private memory ---- */

place sched_allocate(sched *s, sched_role *role, const tri_op *op, const int64_t dims[2], int part, unsigned dtype)
{
    place p = {.dims = {dims[0], dims[1]}, .part = (uint8_t)part, .dtype = (uint8_t)dtype, .space = TRI_SYS_SP, .defined = true};
    int64_t row = place_across(&p) * size_of(&p);
    p.row = (uint32_t)(row > (int64_t)s->sp_bytes ? (int64_t)s->sp_bytes + 1 : row);
    uint32_t bytes = (uint32_t)smaller(round_up(bytes_of(&p), SP_ALIGNMENT), (int64_t)s->sp_bytes + 1);
    int32_t best = NO_BUFFER;
    for (int32_t i = 0; i < (int32_t)role->buffers.n; i++) {
        const sched_buffer *b = &role->buffers.at[i];
        if (!b->uses && b->bytes >= bytes && (best == NO_BUFFER || b->bytes < role->buffers.at[best].bytes)) best = i;
    }
    if (best == NO_BUFFER) {
        best = (int32_t)role->buffers.n;
        TRI_PUSH(s->arena, &role->buffers, (sched_buffer){take_sp(s, op, bytes), bytes, 0});
    }
    role->buffers.at[best].uses++;
    p.buffer = best;
    p.byte = role->buffers.at[best].byte;
    return p;
}

void sched_release(sched_role *role, int32_t buffer)
{
    if (buffer != NO_BUFFER) role->buffers.at[buffer].uses--;
}

/* ---- patterns ---- */

tri_systolic_ap place_block(const place *p, int64_t a, int64_t n_a, int64_t f, int64_t n_f, uint32_t *out_address)
{
    int64_t at = p->first + a;
    *out_address = TRI_SYS_AT((uint32_t)(at % BLOCK), p->byte + (uint32_t)(at / BLOCK * p->row + f * size_of(p)));
    return tri_systolic_tile((tri_systolic_space)p->space, (tri_systolic_dtype)p->dtype, (int)n_a, (int)n_f);
}

int64_t sched_begin_step(const tri_chip *chip, int64_t n) { return !tri_chip_integer(chip, "align_rule", 0) ? 1 : n > 64 ? BLOCK : n > 32 ? 64 : 32; }

void sched_check_alignment(sched *s, const tri_op *op, const place *p, int64_t a, int64_t n)
{
    int64_t start = (p->first + a) % BLOCK, step = sched_begin_step(s->chip, n);
    if (start % step)
        sched_fail(s, op, TRI_UNSUPPORTED, "%lld partitions of %s cannot start at partition %lld: cut the tile at multiples of %lld", (long long)n,
                   s->chip->name, (long long)start, (long long)step);
}
