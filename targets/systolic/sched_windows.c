/* targets/systolic/sched_windows.c - DMA: windows of buffers to slots and back, slots to slots. What: every transfer in as few instructions as the
 * patterns allow, all whole blocks of 128 partitions together; where the contiguous dimension of the memory has to lie on the partitions, the DMA
 * transposes (2-byte elements; others go element by element, slowly). Outside of its buffer a window takes `fill`, which is copied from an area of
 * that number. Guarantees: no element is moved twice; nothing outside of the buffer is touched. */
#include <math.h>

#include "targets/systolic/sched_queues.h"

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

/* ---- registers and patterns ---- */

uint8_t sched_pattern(sched *s, const sched_role *role, const tri_systolic_ap *ap)
{
    int index = tri_systolic_intern_ap(s->program, role->queue, ap);
    if (index < 0)
        sched_fail(s, role->op, TRI_UNSUPPORTED, "role @%s needs more than %d access patterns; fewer shapes of tiles would do", role->name,
                   TRI_SYS_MOST_APS);
    return index < 0 ? 0 : (uint8_t)index;
}

uint8_t sched_any_register(sched *s, sched_role *role)
{
    sched_registers *r = &s->registers[role->queue];
    int found = 0;
    for (int i = 1; i < TRI_SYS_NO_REGISTER; i++)
        if (r->at[i].used < r->at[found].used) found = i;
    r->at[found].buffer = -2;
    r->at[found].used = ++r->clock;
    return (uint8_t)found;
}

uint8_t sched_register(sched *s, sched_role *role, const tri_value *buffer, int64_t value)
{
    sched_registers *r = &s->registers[role->queue];
    int16_t index = buffer ? (int16_t)buffer->index : -1;
    int found = 0;
    for (int i = 0; i < TRI_SYS_NO_REGISTER; i++) {
        if (r->at[i].used && r->at[i].buffer == index && r->at[i].value == value) {
            r->at[i].used = ++r->clock;
            return (uint8_t)i;
        }
        if (r->at[i].used < r->at[found].used) found = i;
    }
    r->at[found].buffer = index;
    r->at[found].value = value;
    r->at[found].used = ++r->clock;
    tri_systolic_instruction set = tri_systolic_make(TRI_SYS_SETR);
    set.dst = (uint32_t)found;
    if (buffer && value) { /* far into a large buffer: the sum of two registers */
        enum { SCRATCH = TRI_SYS_REGISTERS - 1 };
        tri_systolic_instruction add = tri_systolic_make(TRI_SYS_ALU);
        set.dst = SCRATCH;
        set.fn = TRI_SYS_SETR_IMM;
        set.src0 = (uint32_t)value;
        set.src1 = (uint32_t)((uint64_t)value >> 32);
        queues_emit(s, role, set);
        set.dst = (uint32_t)found;
        set.fn = TRI_SYS_SETR_ARG;
        set.src0 = buffer->index;
        set.src1 = 0;
        queues_emit(s, role, set);
        add.fn = TRI_SYS_ALU_FN(TRI_SYS_ALU_ADD, TRI_SYS_ALU_NONE);
        add.dst = add.src0 = (uint32_t)found;
        add.src1 = SCRATCH;
        queues_emit(s, role, add);
        return (uint8_t)found;
    }
    set.fn = buffer ? TRI_SYS_SETR_ARG : TRI_SYS_SETR_IMM;
    set.src0 = buffer ? buffer->index : (uint32_t)value;
    set.src1 = buffer ? 0 : (uint32_t)((uint64_t)value >> 32);
    queues_emit(s, role, set);
    return (uint8_t)found;
}

/* ---- windows ---- */

/* What of a window lies inside its buffer, in the tile's two dimensions. */
typedef struct covered {
    const tri_value *buffer;
    int64_t offset;                        /* bytes to the first element inside */
    int64_t first[2], count[2], stride[2]; /* elements of the tile; bytes in the buffer */
    uint8_t dtype;
    bool empty;
    const tri_value *fetched; /* null, or what is not known yet of the offset: times fetched_stride */
    int64_t fetched_stride;
} covered;

static covered cover(sched *s, const sched_role *role, const tri_op *op, const tri_value *buffer, int rank)
{
    covered c = {.buffer = buffer, .count = {1, 1}};
    int code = tri_systolic_dtype_of(buffer->type.dtype == TRI_I1 ? TRI_U8 : (tri_dtype)buffer->type.dtype), next = 2 - rank;
    if (code < 0) sched_fail(s, op, TRI_UNSUPPORTED, "%s has no %s", s->chip->name, tri_dtype_name((tri_dtype)buffer->type.dtype));
    c.dtype = (uint8_t)code;
    int64_t strides[TRI_MAX_RANK], stride = (int64_t)tri_dtype_bytes((tri_dtype)buffer->type.dtype);
    for (int d = buffer->type.rank - 1; d >= 0; d--) {
        strides[d] = stride;
        stride *= buffer->type.dims[d];
    }
    for (uint32_t d = 0; d < op->n_window && !s->error; d++) {
        const tri_window_dim *w = &op->window[d];
        if (w->kind == TRI_WINDOW_GATHER) {
            sched_fail(s, op, TRI_UNSUPPORTED, "gathers by an index tile are not lowered for this chip");
            return c;
        }
        bool point = w->kind == TRI_WINDOW_POINT;
        if (point && sched_is_fetched(role, op->operands[w->operand])) {
            if (c.fetched || !sched_fetched_inside(role, op->operands[w->operand], buffer->type.dims[d]))
                sched_fail(s, op, TRI_UNSUPPORTED, "a window is placed by one fetched number, which is known to lie inside of its buffer");
            c.fetched = op->operands[w->operand];
            c.fetched_stride = strides[d];
            continue;
        }
        int64_t at = sched_index(role, op->operands[w->operand]), size = buffer->type.dims[d], first = 0, length = point ? 1 : w->length,
                step = point ? 1 : w->step;
        if (w->lim) size = smaller(size, sched_index(role, op->operands[w->lim]));
        while (first < length && (at + first * step < 0 || at + first * step >= size)) first++;
        int64_t count = first;
        while (count < length && at + count * step >= 0 && at + count * step < size) count++;
        count -= first;
        if (!count) c.empty = true;
        c.offset += (at + first * step) * strides[d];
        if (point) continue;
        if (next > 1) {
            sched_fail(s, op, TRI_UNSUPPORTED, "a window of more than two dimensions");
            return c;
        }
        c.first[next] = first;
        c.count[next] = count;
        c.stride[next++] = strides[d] * step;
    }
    return c;
}

static void finish(sched *s, sched_role *role, const tri_op *op, tri_systolic_instruction dma, const tri_systolic_ap *dst, const tri_systolic_ap *src)
{
    for (int k = 0; k < 2; k++) {
        const tri_systolic_ap *ap = k ? src : dst;
        for (int d = 0; d < ap->ndim; d++)
            if (!ap->size[d]) sched_fail(s, op, TRI_UNSUPPORTED, "a transfer of more than 65535 elements along one dimension");
    }
    dma.dtype_in = src->dtype;
    dma.dtype_out = dst->dtype;
    dma.ap_dst = sched_pattern(s, role, dst);
    dma.ap_src0 = sched_pattern(s, role, src);
    queues_emit(s, role, dma);
}

static uint16_t extent(int64_t n) { return n > UINT16_MAX ? 0 : (uint16_t)n; }

/* One load for many: it joins the newest transfer of its queue when that is of the same shape and the steps between them are the same in memory and
 * on chip, so that both are one with an axis more. Small ones only: what waits for one waits for all. `axis`: of memory, where that goes (of size 1
 * so far). */
static bool joins_newest(sched *s, sched_role *role, tri_systolic_ap chip, tri_systolic_ap memory, int axis, uint32_t address, uint32_t offset,
                         uint8_t base)
{
    enum { MOST_BYTES = 256 << 10 };
    sched_repeat *r = &s->repeats[role->queue];
    tri_systolic_instruction *newest = queues_newest(s, role);
    int64_t bytes = (int64_t)chip.npart * chip.size[0] * tri_systolic_dtype_bytes(chip.dtype);
    int64_t step_chip = (int64_t)address - r->address, step_memory = (int64_t)offset - r->offset;
    if (!newest || !r->n || r->position != queues_position(s, role) || (r->n + 1) * bytes > MOST_BYTES) return false;
    if (r->chip != sched_pattern(s, role, &chip) || r->memory != sched_pattern(s, role, &memory) || r->base != base) return false;
    if (r->n > 1 && (r->step_chip != step_chip || r->step_memory != step_memory)) return false;
    if (step_chip != (int32_t)step_chip || step_memory != (int32_t)step_memory || address >> 24 != r->address >> 24) return false;
    r->n++;
    r->address = address;
    r->offset = offset;
    r->step_chip = step_chip;
    r->step_memory = step_memory;
    chip.ndim = 2;
    chip.size[1] = chip.size[0];
    chip.stride[1] = chip.stride[0];
    chip.size[0] = memory.size[axis] = (uint16_t)r->n;
    chip.stride[0] = (int32_t)step_chip;
    memory.stride[axis] = (int32_t)step_memory;
    newest->ap_dst = sched_pattern(s, role, &chip);
    newest->ap_src0 = sched_pattern(s, role, &memory);
    return true;
}

/* Elements from `a` along the partitions of one place: `blocks` blocks of n partitions, all of the covered free elements. */
static void transfer(sched *s, sched_role *role, const tri_op *op, const place *p, const covered *c, int64_t a, int64_t n, int64_t blocks, bool out)
{
    int64_t size = tri_systolic_dtype_bytes(c->dtype), a_stride = c->stride[p->part], f_stride = c->stride[!p->part], n_f = c->count[!p->part],
            offset = c->offset + (a - c->first[p->part]) * a_stride;
    bool can_transpose = (!s->transpose_bytes || size == s->transpose_bytes) && p->dtype == c->dtype;
    bool transposes = a_stride == size && f_stride != size && n_f > 1 && n * blocks > 1 && can_transpose;
    tri_systolic_instruction dma = tri_systolic_make(TRI_SYS_DMA);
    uint32_t chip_address;
    tri_systolic_ap chip = place_block(p, a, n, c->first[!p->part], n_f, &chip_address);
    chip.size[0] = extent(n_f);
    if (blocks > 1) {
        chip.ndim = 2;
        chip.size[1] = chip.size[0];
        chip.stride[1] = chip.stride[0];
        chip.size[0] = (uint16_t)blocks;
        chip.stride[0] = (int32_t)p->row;
    }
    tri_systolic_ap memory = {.space = TRI_SYS_HBM, .dtype = c->dtype, .ndim = 2};
    const int64_t block_stride = BLOCK * a_stride;
    if (!transposes) {
        memory.npart = (uint16_t)n;
        memory.plane_stride = (int32_t)a_stride;
        memory.size[0] = (uint16_t)blocks;
        memory.stride[0] = (int32_t)block_stride;
        memory.size[1] = extent(n_f);
        memory.stride[1] = (int32_t)f_stride;
    } else if (!out) { /* the source's rows are its partitions; columns in the order of the slot: partitions, then blocks */
        memory.npart = extent(n_f);
        memory.plane_stride = (int32_t)f_stride;
        memory.size[0] = (uint16_t)n;
        memory.stride[0] = (int32_t)size;
        memory.size[1] = (uint16_t)blocks;
        memory.stride[1] = (int32_t)block_stride;
    } else { /* comes out block by block, free element by free element, partitions innermost */
        memory.npart = (uint16_t)blocks;
        memory.plane_stride = (int32_t)block_stride;
        memory.size[0] = extent(n_f);
        memory.stride[0] = (int32_t)f_stride;
        memory.size[1] = (uint16_t)n;
        memory.stride[1] = (int32_t)size;
    }
    if (a_stride != (int32_t)a_stride || f_stride != (int32_t)f_stride || block_stride != (int32_t)block_stride || !memory.npart)
        sched_fail(s, op, TRI_UNSUPPORTED, "a window that steps by more than 2 GiB, or takes more than 65535 rows");
    if (transposes) dma.flags |= TRI_SYS_T;
    dma.fn = out && !strcmp(tri_op_text(op, "mode", "set"), "add") ? TRI_SYS_DMA_ADD : TRI_SYS_DMA_COPY;
    int64_t far = (int64_t)((uint64_t)offset >> 32 << 32);
    if (c->fetched && far) sched_fail(s, op, TRI_UNSUPPORTED, "a window more than 4 GiB behind what is fetched");
    uint8_t base = c->fetched ? sched_fetched_base(s, role, c->buffer, c->fetched, c->fetched_stride) : sched_register(s, role, c->buffer, far);
    if (out) {
        dma.dst = (uint32_t)offset;
        dma.sel_dst = base;
        dma.src0 = chip_address;
        finish(s, role, op, dma, &memory, &chip);
    } else {
        dma.dst = chip_address;
        dma.src0 = (uint32_t)offset;
        dma.sel_src0 = base;
        if (blocks == 1 && !s->error && joins_newest(s, role, chip, memory, transposes, chip_address, (uint32_t)offset, base)) return;
        finish(s, role, op, dma, &chip, &memory);
        s->repeats[role->queue] = (sched_repeat){.position = queues_position(s, role),
                                                 .n = blocks == 1,
                                                 .chip = sched_pattern(s, role, &chip),
                                                 .memory = sched_pattern(s, role, &memory),
                                                 .base = base,
                                                 .address = chip_address,
                                                 .offset = (uint32_t)offset};
    }
}

/* The next elements along the partitions that one instruction takes. */
static int64_t next_piece(const place *p, int64_t a, int64_t end, int64_t *out_n)
{
    int64_t within = (p->first + a) % BLOCK, blocks = within ? 0 : (end - a) / BLOCK;
    *out_n = blocks ? BLOCK : smaller(BLOCK - within, end - a);
    return blocks ? blocks : 1;
}

static void transfer_all(sched *s, sched_role *role, const tri_op *op, const place *p, const covered *c, bool out)
{
    int64_t a = c->first[p->part], end = a + c->count[p->part], n;
    while (a < end && !s->error) {
        int64_t blocks = next_piece(p, a, end, &n);
        transfer(s, role, op, p, c, a, n, blocks, out);
        a += n * blocks;
    }
}

/* ---- what lies outside ---- */

/* The area of a number. One that is not prepared yet is noted; the program is lowered again with it. */
static uint32_t constant_area(sched *s, const tri_op *op, unsigned dtype, double value)
{
    for (int i = 0; i < s->n_constants; i++) {
        const sched_constant *c = &s->constants[i];
        if (c->dtype == dtype && (c->value == value || (isnan(c->value) && isnan(value)))) return c->byte;
    }
    if (s->n_constants == MOST_CONSTANTS)
        sched_fail(s, op, TRI_UNSUPPORTED, "windows are filled with more than %d different numbers", MOST_CONSTANTS);
    else
        s->constants[s->n_constants++] = (sched_constant){(uint8_t)dtype, value, 0};
    return 0;
}

/* In so many slots, one behind the other. */
typedef struct slots {
    int64_t n;
    uint32_t bytes;
} slots;

static void fill_rectangle(sched *s, sched_role *role, const tri_op *op, const place *p, slots all, int64_t a, int64_t n_a, int64_t f, int64_t n_f)
{
    double value = tri_op_number(op, "fill", 0);
    int64_t size = tri_systolic_dtype_bytes(p->dtype), capacity = CONSTANT_BYTES / size, end = a + n_a, n;
    uint32_t area = constant_area(s, op, p->dtype, value);
    while (a < end && n_f > 0 && !s->error) {
        int64_t blocks = next_piece(p, a, end, &n);
        for (int64_t at = f; at < f + n_f;) {
            int64_t repeats = (f + n_f - at) / capacity, columns = repeats ? capacity : f + n_f - at;
            if (!repeats) repeats = 1;
            tri_systolic_instruction dma = tri_systolic_make(TRI_SYS_DMA);
            tri_systolic_ap dst = place_block(p, a, n, at, columns, &dma.dst), src = tri_systolic_tile(TRI_SYS_SP, p->dtype, (int)n, (int)columns);
            dst.ndim = src.ndim = 4;
            dst.size[0] = src.size[0] = (uint16_t)all.n;
            dst.size[1] = src.size[1] = (uint16_t)blocks;
            dst.size[2] = src.size[2] = (uint16_t)repeats;
            dst.size[3] = src.size[3] = (uint16_t)columns;
            dst.stride[0] = (int32_t)all.bytes;
            dst.stride[1] = (int32_t)p->row;
            dst.stride[2] = (int32_t)(columns * size);
            dst.stride[3] = src.stride[3] = (int32_t)size;
            src.stride[0] = src.stride[1] = src.stride[2] = 0;
            dma.src0 = TRI_SYS_AT(0, area);
            finish(s, role, op, dma, &dst, &src);
            at += repeats * columns;
        }
        a += n * blocks;
    }
}

static void fill_outside(sched *s, sched_role *role, const tri_op *op, const place *p, slots all, const covered *c)
{
    int64_t along = place_along(p), across = place_across(p);
    if (c->empty) {
        fill_rectangle(s, role, op, p, all, 0, along, 0, across);
        return;
    }
    int64_t a = c->first[p->part], a_end = a + c->count[p->part], f = c->first[!p->part], f_end = f + c->count[!p->part];
    fill_rectangle(s, role, op, p, all, 0, a, 0, across);
    fill_rectangle(s, role, op, p, all, a_end, along - a_end, 0, across);
    fill_rectangle(s, role, op, p, all, a, a_end - a, 0, f);
    fill_rectangle(s, role, op, p, all, a, a_end - a, f_end, across - f_end);
}

/* Which part of a slot a load leaves to its fill. */
typedef struct sched_edge {
    int64_t offset[2], dims[2], first[2], count[2];
    double fill;
    uint64_t number; /* from 1, of what slots were filled with; as wide as the others, since all bytes are compared */
} sched_edge;

/* Loads into a ring's slots write nothing but themselves, so what was filled around one is still there around the next that covers the same part. The
 * first load of a ring fills all its slots at once. */
static void fill_around(sched *s, sched_role *role, const tri_op *op, const place *to, const covered *c)
{
    sched_ring *ring = sched_ring_of(s, op->operands[0]);
    int64_t slot = (ring->acquired - 1) % ring->depth;
    place whole = sched_slot(ring, slot);
    bool outside = c->empty || c->count[0] < to->dims[0] || c->count[1] < to->dims[1];
    sched_edge edge = {
        .offset = {to->first, (int64_t)to->byte - (int64_t)whole.byte}, .dims = {to->dims[0], to->dims[1]}, .fill = tri_op_number(op, "fill", 0)};
    for (int d = 0; d < 2 && !c->empty; d++) {
        edge.first[d] = c->first[d];
        edge.count[d] = c->count[d];
    }
    if (!ring->edge) {
        ring->edge = TRI_NEW(s->arena, sched_edge);
        ring->edge_of = TRI_NEW_ARRAY(s->arena, uint64_t, ring->depth);
    }
    uint64_t newest = ring->edge->number;
    edge.number = newest;
    bool same = newest && !memcmp(&edge, ring->edge, sizeof edge);
    if (!same) edge.number = newest + 1;
    *ring->edge = edge;
    if (outside && ring->edge_of[slot] != edge.number) {
        bool first = ring->acquired == 1 && !newest && ring->producer == role->number;
        fill_outside(s, role, op, to, (slots){first ? ring->depth : 1, ring->slot_bytes}, c);
        for (int64_t i = 0; first && i < ring->depth; i++) ring->edge_of[i] = edge.number;
    }
    ring->edge_of[slot] = edge.number;
}

/* ---- statements ---- */

void sched_load_into(sched *s, sched_role *role, const tri_op *op)
{
    place to = sched_into(s, role, op);
    if (s->error) return;
    int slot_rank = op->operands[0]->type.rank, rank = tri_load_into_tile(op).rank;
    covered c = cover(s, role, op, op->operands[1 + slot_rank], rank < 2 ? rank : 2);
    if (s->error) return;
    if (to.replicated) { /* the same elements for every partition: they lie in memory once */
        to.dims[to.part] = BLOCK;
        if (c.count[to.part] == 1) c.count[to.part] = BLOCK;
        c.stride[to.part] = 0;
    }
    fill_around(s, role, op, &to, &c);
    if (!c.empty) transfer_all(s, role, op, &to, &c, false);
}

void sched_store(sched *s, sched_role *role, const tri_op *op)
{
    const place *from = sched_tile(role, op->operands[0]);
    const char *mode = tri_op_text(op, "mode", "set");
    if (strcmp(mode, "set") && strcmp(mode, "add")) {
        sched_fail(s, op, TRI_UNSUPPORTED, "%s has no transfer that stores with the mode '%s'", s->chip->name, mode);
        return;
    }
    if (!from->defined || from->literal) {
        sched_fail(s, op, TRI_UNSUPPORTED, "a copy role stores what it awaits from a ring");
        return;
    }
    covered c = cover(s, role, op, op->operands[1], op->operands[0]->type.rank);
    if (!s->error && !c.empty) transfer_all(s, role, op, from, &c, true);
}

/* With different dimensions on the partitions: block by block of the source, whose free elements become partitions. */
static void move_transposed(sched *s, sched_role *role, const tri_op *op, const place *to, const place *from)
{
    int64_t size = tri_systolic_dtype_bytes(to->dtype), n, m;
    if ((s->transpose_bytes && size != s->transpose_bytes) || from->dtype != to->dtype) {
        sched_fail(s, op, TRI_UNSUPPORTED, "the DMA of %s transposes elements of %u bytes only; transpose in a matrix role", s->chip->name,
                   s->transpose_bytes);
        return;
    }
    for (int64_t a = 0; a < place_along(from) && !s->error; a += n) {
        n = smaller(BLOCK - (from->first + a) % BLOCK, place_along(from) - a);
        for (int64_t b = 0; b < place_along(to) && !s->error;) {
            int64_t blocks = next_piece(to, b, place_along(to), &m);
            tri_systolic_instruction dma = tri_systolic_make(TRI_SYS_DMA);
            tri_systolic_ap dst = place_block(to, b, m, a, n, &dma.dst), src = place_block(from, a, n, b, m, &dma.src0);
            if (blocks > 1) {
                dst.ndim = src.ndim = 2;
                dst.size[1] = dst.size[0];
                dst.stride[1] = dst.stride[0];
                dst.size[0] = src.size[1] = (uint16_t)blocks;
                dst.stride[0] = (int32_t)to->row;
                src.stride[1] = (int32_t)(BLOCK * size);
            }
            dma.flags |= TRI_SYS_T;
            finish(s, role, op, dma, &dst, &src);
            b += m * blocks;
        }
    }
}

void sched_move(sched *s, sched_role *role, const tri_op *op, const place *to, const place *from)
{
    int64_t n;
    if (!from->defined || from->literal || from->space != TRI_SYS_SP || to->space != TRI_SYS_SP) {
        sched_fail(s, op, TRI_UNSUPPORTED, "a copy role moves staged tiles");
        return;
    }
    if (from->part != to->part) {
        move_transposed(s, role, op, to, from);
        return;
    }
    for (int64_t a = 0; a < place_along(to) && !s->error; a += n) {
        n = smaller(smaller(BLOCK - (from->first + a) % BLOCK, BLOCK - (to->first + a) % BLOCK), place_along(to) - a);
        tri_systolic_instruction dma = tri_systolic_make(TRI_SYS_DMA);
        tri_systolic_ap dst = place_block(to, a, n, 0, place_across(to), &dma.dst), src = place_block(from, a, n, 0, place_across(to), &dma.src0);
        finish(s, role, op, dma, &dst, &src);
    }
}
