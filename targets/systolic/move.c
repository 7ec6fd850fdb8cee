/* targets/systolic/move.c - windows: transfers between buffers and tiles. A window that leaves its buffer is cut while compiling, which needs to know
 * where it is; loops whose counter would hide that are unrolled by the caller (windows_provable). */
#include "targets/systolic/lower.h"

/* One dimension of a window against its buffer. */
typedef struct cut {
    const tri_value *coordinate, *lim; /* lim: a bound that is only known at run time, or null */
    int64_t length, step, size;        /* positions, distance, the buffer's extent */
    int64_t first, count;              /* the part of the positions that lies inside */
} cut;

/* How many positions of a window lie within `distance` from its first. */
static int64_t positions_within(int64_t distance, const cut *c)
{
    if (distance <= 0) return 0;
    int64_t n = (distance - 1) / c->step + 1;
    return n < c->length ? n : c->length;
}

static bool cut_window(const lowering *l, const cut *c, int64_t *out_first, int64_t *out_count)
{
    index_range at = index_bounds(l, c->coordinate);
    int64_t span = (c->length - 1) * c->step; /* from the first position to the last; negative when stepping back */
    int64_t low = span < 0 ? span : 0, high = span < 0 ? 0 : span;
    *out_first = 0;
    *out_count = c->length;
    if (c->lim) { /* both may be unknown while their distance is not */
        index_range left = index_difference(l, c->lim, c->coordinate);
        if (at.low < 0 || c->step < 1 || index_bounds(l, c->lim).high > c->size) return false;
        int64_t least = positions_within(left.low, c), most = positions_within(left.high, c);
        *out_count = least;
        return least == most;
    }
    if (at.low >= -low && at.high < c->size - high) return true; /* inside whatever the value */
    if (at.low != at.high) return false;
    int64_t first = -1, count = 0;
    for (int64_t i = 0; i < c->length; i++) {
        int64_t position = at.low + i * c->step;
        if (position < 0 || position >= c->size) continue;
        if (first < 0) first = i;
        count++;
    }
    *out_first = first < 0 ? 0 : first;
    *out_count = count;
    return true;
}

static cut dimension(const lowering *l, const tri_op *op, uint32_t d, const tri_type *buffer)
{
    const tri_window_dim *w = &op->window[d];
    cut c = {op->operands[w->operand],
             NULL,
             w->kind == TRI_WINDOW_POINT ? 1 : w->length,
             w->kind == TRI_WINDOW_POINT ? 1 : w->step,
             buffer->dims[d],
             0,
             0};
    int64_t lim;
    if (w->lim && !index_known(l, op->operands[w->lim], &lim))
        c.lim = op->operands[w->lim];
    else if (w->lim && lim < c.size)
        c.size = lim;
    return c;
}

static const tri_value *buffer_of(const tri_op *op) { return op->operands[op->kind == TRI_TILE_STORE]; }

/* Calls for each window op of a block and its regions. */
static bool provable_op(lowering *l, const tri_op *op)
{
    if (op->kind != TRI_TILE_LOAD && op->kind != TRI_TILE_STORE) return true;
    const tri_type *buffer = &buffer_of(op)->type;
    for (uint32_t d = 0; d < op->n_window; d++) {
        int64_t first, count;
        if (op->window[d].kind == TRI_WINDOW_GATHER) continue; /* its positions are inside by meaning */
        cut c = dimension(l, op, d, buffer);
        if (!cut_window(l, &c, &first, &count)) return false;
    }
    return true;
}

/* Index values are worked out on the way, with inner counters at their full range: an inner loop that cannot be proven is unrolled later by itself
 * and does not count against `counter`, so only windows that depend on `counter` through known steps matter. */
static bool provable_block(lowering *l, const tri_block *block)
{
    for (const tri_op *op = block->first; op; op = op->next) {
        if (op->kind == TRI_TILE_INDEX) index_define(l, op);
        if (op->kind == TRI_TILE_FETCH)
            l->ranges[op->results[0]->id] = (index_range){tri_op_integer(op, "low", INT64_MIN), tri_op_integer(op, "high", INT64_MAX) - 1};
        if (op->kind == TRI_TILE_FOR) {
            /* The inner counter is taken at its first and last value: windows are monotone in it. */
            int64_t low, high;
            if (!index_known(l, op->operands[0], &low) || !index_known(l, op->operands[1], &high)) return false;
            high--;
            index_range *r = &l->ranges[op->regions[0]->args[0]->id];
            *r = (index_range){low, low};
            bool first = provable_block(l, op->regions[0]);
            *r = (index_range){high, high};
            if (high >= low && (!first || !provable_block(l, op->regions[0]))) return false;
            continue;
        }
        if (!provable_op(l, op)) return false;
        int64_t condition;
        if (op->kind == TRI_TILE_IF && (!index_known(l, op->operands[0], &condition) || !provable_block(l, op->regions[condition ? 0 : 1])))
            return false;
    }
    return true;
}

bool windows_provable(lowering *l, const tri_block *block) { return provable_block(l, block); }

/* ---- transfers ---- */

/* register 0 of the DMA queue = address of the window's first element inside the buffer */
static void compute_address(lowering *l, const tri_value *buffer, const cut *cuts)
{
    tri_systolic_instruction argument = tri_systolic_make(TRI_SYS_SETR);
    argument.fn = TRI_SYS_SETR_ARG;
    argument.dst = 0;
    argument.src0 = buffer->index;
    emit_scalar(l, LANE_DMA, argument);
    int64_t stride = (int64_t)tri_dtype_bytes((tri_dtype)buffer->type.dtype), constant = 0;
    for (int d = buffer->type.rank - 1; d >= 0; d--) {
        int64_t known;
        if (!cuts[d].coordinate) { /* chosen by the transfer itself */
            stride *= buffer->type.dims[d];
            continue;
        }
        constant += cuts[d].first * cuts[d].step * stride;
        if (index_known(l, cuts[d].coordinate, &known)) {
            constant += known * stride;
        } else {
            index_compute(l, LANE_DMA, cuts[d].coordinate, 1);
            alu_immediate(l, LANE_DMA, TRI_SYS_ALU_MUL, 1, 1, stride);
            alu(l, LANE_DMA, TRI_SYS_ALU_ADD, 0, 0, 1);
        }
        stride *= buffer->type.dims[d];
    }
    if (constant) alu_immediate(l, LANE_DMA, TRI_SYS_ALU_ADD, 0, 0, constant);
}

/* The part of a tile that a window covers, as [2] cuts in normal order; dimensions the tile lacks are one position. */
typedef struct covered {
    int64_t first[2], count[2], stride[2]; /* stride in the buffer, bytes */
    bool empty;
    const tri_value *rows; /* the tile that says which positions to take along dimension rows_at of the tile; or null */
    int rows_at;
} covered;

static covered cover(lowering *l, const tri_op *op, const tri_type *buffer, cut *cuts)
{
    covered c = {.count = {1, 1}};
    int rank = op->kind == TRI_TILE_STORE ? op->operands[0]->type.rank : op->results[0]->type.rank, next = 2 - rank;
    int64_t strides[TRI_MAX_RANK], stride = (int64_t)tri_dtype_bytes((tri_dtype)buffer->dtype);
    for (int d = buffer->rank - 1; d >= 0; d--) {
        strides[d] = stride;
        stride *= buffer->dims[d];
    }
    for (uint32_t d = 0; d < op->n_window; d++) {
        if (op->window[d].kind == TRI_WINDOW_GATHER) {
            if (op->kind != TRI_TILE_LOAD || c.rows) {
                fail(l, op, TRI_UNSUPPORTED, "only loads, and along one dimension, take their positions from a tile");
                return c;
            }
            cuts[d] = (cut){0};
            c.rows = op->operands[op->window[d].operand];
            c.rows_at = next;
            c.count[next] = op->window[d].length;
            c.stride[next++] = strides[d];
            continue;
        }
        cuts[d] = dimension(l, op, d, buffer);
        if (!cut_window(l, &cuts[d], &cuts[d].first, &cuts[d].count)) {
            fail(l, op, TRI_UNSUPPORTED, "the window may leave the buffer by an amount that is only known at run time");
            return c;
        }
        if (!cuts[d].count) c.empty = true;
        if (op->window[d].kind == TRI_WINDOW_POINT) continue;
        c.first[next] = cuts[d].first;
        c.count[next] = cuts[d].count;
        c.stride[next++] = strides[d] * cuts[d].step;
    }
    return c;
}

/* Moves `partitions` x `blocks` x free elements between the buffer and the tile, both starting `offset` bytes (buffer) into what compute_address
 * found. */
static void transfer(lowering *l, const tri_op *op, const tile *t, const covered *c, int64_t a_from, int64_t a_count, int64_t blocks)
{
    bool is_store = op->kind == TRI_TILE_STORE;
    int64_t size = tri_systolic_dtype_bytes(t->dtype), a_stride = c->stride[t->part], f_stride = c->stride[!t->part], f_from = c->first[!t->part],
            f_count = c->count[!t->part];
    tri_systolic_ap on_chip = {.space = TRI_SYS_SP, .dtype = t->dtype, .npart = (uint16_t)a_count, .ndim = 2}, memory = on_chip;
    on_chip.size[0] = memory.size[0] = (uint16_t)blocks;
    on_chip.size[1] = memory.size[1] = (uint16_t)f_count;
    on_chip.stride[0] = (int32_t)(across(t) * size);
    on_chip.stride[1] = (int32_t)size;
    memory.space = TRI_SYS_HBM;
    memory.stride[0] = (int32_t)(a_stride * PARTITIONS);
    memory.stride[1] = (int32_t)f_stride;
    memory.plane_stride = (int32_t)a_stride;
    tri_systolic_instruction dma = tri_systolic_make(TRI_SYS_DMA);
    uint32_t chip_address = TRI_SYS_AT(a_from % PARTITIONS, t->byte + (uint32_t)((a_from / PARTITIONS * across(t) + f_from) * size));
    /* The address in register 0 is that of the first element inside; this piece starts further on. */
    alu_immediate(l, LANE_DMA, TRI_SYS_ALU_ADD, 1, 0, c->rows ? 0 : (a_from - c->first[t->part]) * a_stride);
    dma.fn = TRI_SYS_DMA_COPY;
    if (is_store && !strcmp(tri_op_text(op, "mode", "set"), "add")) dma.fn = TRI_SYS_DMA_ADD;
    dma.dtype_in = dma.dtype_out = t->dtype;
    if (c->rows) {
        const tile *rows = &l->tiles[c->rows->id];
        tri_systolic_ap numbers = {.space = TRI_SYS_SP, .dtype = rows->dtype, .npart = 1, .ndim = 1};
        int64_t first = a_from;
        if (rows->part) { /* one a partition */
            numbers.npart = (uint16_t)a_count;
            first = a_from / PARTITIONS;
        }
        numbers.size[0] = rows->part ? 1 : (uint16_t)a_count;
        numbers.stride[0] = 4;
        dma.fn = TRI_SYS_DMA_GATHER;
        dma.src1 = TRI_SYS_AT(0, rows->byte + (uint32_t)first * 4);
        dma.ap_src1 = (uint8_t)pattern(l, LANE_DMA, &numbers);
        dma.extra = TRI_SYS_NO_REGISTER;
    }
    dma.dst = is_store ? 0 : chip_address;
    dma.src0 = is_store ? chip_address : 0;
    dma.sel_dst = is_store ? 1 : TRI_SYS_NO_REGISTER;
    dma.sel_src0 = is_store ? TRI_SYS_NO_REGISTER : 1;
    dma.ap_dst = (uint8_t)pattern(l, LANE_DMA, is_store ? &memory : &on_chip);
    dma.ap_src0 = (uint8_t)pattern(l, LANE_DMA, is_store ? &on_chip : &memory);
    if (l->bundle) dma.x = 0;
    emit(l, LANE_DMA, dma);
}

/* All of a covered part: whole blocks of partitions together, what is before and behind them apart. */
static void transfer_all(lowering *l, const tri_op *op, const tile *t, const covered *c)
{
    int64_t a = c->first[t->part], end = a + c->count[t->part];
    while (a < end && !l->error) {
        int64_t within = a % PARTITIONS, whole = (end - a) / PARTITIONS;
        if (!within && whole) {
            if (c->rows) whole = 1; /* the transfer takes row after row, and blocks lie side by side */
            transfer(l, op, t, c, a, PARTITIONS, whole);
            a += whole * PARTITIONS;
            continue;
        }
        int64_t n = PARTITIONS - within < end - a ? PARTITIONS - within : end - a;
        transfer(l, op, t, c, a, n, 1);
        a += n;
    }
}

void lower_load(lowering *l, const tri_op *op)
{
    const tri_value *buffer = op->operands[0], *result = op->results[0];
    int64_t dims[2];
    cut cuts[TRI_MAX_RANK];
    normal_dims(&result->type, dims);
    int natural = l->minor_on_partitions, part = l->wanted[result->id] == NO_WISH ? natural : l->wanted[result->id];
    int dtype = tri_systolic_dtype_of(result->type.dtype == TRI_I1 ? TRI_U8 : (tri_dtype)result->type.dtype);
    if (dtype < 0) {
        fail(l, op, TRI_UNSUPPORTED, "%s has no %s", l->chip->name, tri_dtype_name((tri_dtype)result->type.dtype));
        return;
    }
    covered c = cover(l, op, &buffer->type, cuts);
    if (l->error) return;
    if (c.rows && l->tiles[c.rows->id].dtype != TRI_SYS_I32 && l->tiles[c.rows->id].dtype != TRI_SYS_U32) {
        fail(l, op, TRI_UNSUPPORTED, "positions are taken from tiles of i32 or u32; convert them");
        return;
    }
    tile t = tile_new(l, op, dims, c.rows ? c.rows_at : part, (unsigned)dtype); /* rows that are chosen lie on the partitions */
    if (l->error) return;
    if (c.empty || c.count[0] != dims[0] || c.count[1] != dims[1]) memset_tile(l, &t, tri_op_number(op, "fill", 0));
    if (!c.empty) {
        compute_address(l, buffer, cuts);
        transfer_all(l, op, &t, &c);
    }
    l->tiles[result->id] = t;
    if (t.part == part) return;
    l->tiles[result->id] = relayout(l, op, &t);
    tile_drop(l, &t);
}

void lower_store(lowering *l, const tri_op *op)
{
    const tri_value *buffer = op->operands[1];
    cut cuts[TRI_MAX_RANK];
    const char *mode = tri_op_text(op, "mode", "set");
    if (strcmp(mode, "set") && strcmp(mode, "add")) {
        fail(l, op, TRI_UNSUPPORTED, "%s has no transfer that stores with the mode '%s'", l->chip->name, mode);
        return;
    }
    covered c = cover(l, op, &buffer->type, cuts);
    if (l->error || c.empty) return;
    compute_address(l, buffer, cuts);
    transfer_all(l, op, &l->tiles[op->operands[0]->id], &c);
}

/* One number to the scalar memory, from there to a register of every queue that may compute with it. */
void lower_fetch(lowering *l, const tri_op *op)
{
    const tri_value *buffer = op->operands[0];
    tri_dtype dtype = (tri_dtype)buffer->type.dtype;
    static const struct {
        tri_dtype dtype;
        tri_systolic_setr load;
    } loads[] = {{TRI_I8, TRI_SYS_SETR_LOAD_I8},   {TRI_U8, TRI_SYS_SETR_LOAD_U8},   {TRI_I16, TRI_SYS_SETR_LOAD_I16},
                 {TRI_U16, TRI_SYS_SETR_LOAD_U16}, {TRI_I32, TRI_SYS_SETR_LOAD_I32}, {TRI_U32, TRI_SYS_SETR_LOAD_U32},
                 {TRI_I1, TRI_SYS_SETR_LOAD_U8}};
    int load = -1;
    for (size_t i = 0; i < sizeof loads / sizeof *loads; i++)
        if (loads[i].dtype == dtype) load = (int)loads[i].load;
    if (load < 0 || l->next_register >= TRI_SYS_REGISTERS) {
        fail(l, op, TRI_UNSUPPORTED, load < 0 ? "%s cannot fetch a %s" : "%s has too few registers for one more fetched index (%s)", l->chip->name,
             tri_dtype_name(dtype));
        return;
    }
    cut cuts[TRI_MAX_RANK];
    covered c = cover(l, op, &buffer->type, cuts);
    if (l->error) return;
    if (c.empty) {
        fail(l, op, TRI_INVALID, "the fetch lies outside of its buffer");
        return;
    }
    compute_address(l, buffer, cuts);
    int code = tri_systolic_dtype_of(dtype == TRI_I1 ? TRI_U8 : dtype);
    tri_systolic_ap memory = {.space = TRI_SYS_HBM, .dtype = (uint8_t)code, .npart = 1},
                    word = {.space = TRI_SYS_SMEM, .dtype = (uint8_t)code, .npart = 1};
    tri_systolic_instruction dma = tri_systolic_make(TRI_SYS_DMA);
    dma.fn = TRI_SYS_DMA_COPY;
    dma.dtype_in = dma.dtype_out = (uint8_t)code;
    dma.dst = l->smem_top;
    if (l->bundle) dma.x = 0;
    dma.sel_src0 = 0;
    dma.ap_dst = (uint8_t)pattern(l, LANE_DMA, &word);
    dma.ap_src0 = (uint8_t)pattern(l, LANE_DMA, &memory);
    emit(l, LANE_DMA, dma);
    int into = l->next_register++;
    l->registers[op->results[0]->id] = (int8_t)into;
    l->ranges[op->results[0]->id] = (index_range){tri_op_integer(op, "low", INT64_MIN), tri_op_integer(op, "high", INT64_MAX) - 1};
    for (int i = 0; i < 2; i++) { /* the queues that address and that number: DMA and GP */
        tri_systolic_instruction set = tri_systolic_make(TRI_SYS_SETR);
        set.fn = (uint8_t)load;
        set.dst = (uint32_t)into;
        set.src0 = l->smem_top;
        chain_fence(l);
        if (l->bundle && i) break;
        emit(l, i ? LANE_GP : LANE_DMA, set);
    }
    l->smem_top += 8;
}
