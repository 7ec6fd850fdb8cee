/* targets/systolic/sched_fetch.c - index values that are fetched from a buffer while the program runs, in copy roles. What: the buffer goes to scalar
 * memory once a queue, each fetch is a load of a register from there, arithmetic on it with numbers is done in registers; a window may be placed by
 * one such value along one dimension (a row to gather, a row to scatter to). Does not: let anything else depend on them; sched_index says so. */
#include "targets/systolic/sched_queues.h"

enum { FIRST_REGISTER = 16, MOST_ALIVE = 14, SCRATCH = 30, MOST_STAGED_BYTES = 4096 };

static const sched_fetched *known(const sched_role *role, const tri_value *value)
{
    return role->fetched && role->fetched[value->id].number ? &role->fetched[value->id] : NULL;
}

bool sched_is_fetched(const sched_role *role, const tri_value *value) { return known(role, value) != NULL; }

/* The register that holds a fetched value. */
static uint32_t register_of(sched *s, const sched_role *role, const tri_value *value)
{
    const sched_fetched *f = known(role, value);
    if (role->n_fetched - f->number >= MOST_ALIVE)
        sched_fail(s, value->op, TRI_UNSUPPORTED, "more than %d fetched numbers are in use at a time", MOST_ALIVE);
    return FIRST_REGISTER + f->number % MOST_ALIVE;
}

static uint32_t define(sched *s, sched_role *role, const tri_value *value, int64_t low, int64_t high)
{
    if (!role->fetched) role->fetched = TRI_NEW_ARRAY(s->arena, sched_fetched, s->func->n_values);
    role->fetched[value->id] = (sched_fetched){low, high, ++role->n_fetched};
    return FIRST_REGISTER + role->n_fetched % MOST_ALIVE;
}

static void set(sched *s, sched_role *role, tri_systolic_setr how, uint32_t into, uint32_t from)
{
    tri_systolic_instruction i = tri_systolic_make(TRI_SYS_SETR);
    i.fn = (uint8_t)how;
    i.dst = into;
    i.src0 = from;
    queues_emit(s, role, i);
}

static void alu(sched *s, sched_role *role, unsigned op, uint32_t into, uint32_t a, int64_t b, bool number)
{
    tri_systolic_instruction i = tri_systolic_make(TRI_SYS_ALU);
    i.fn = TRI_SYS_ALU_FN(op, TRI_SYS_ALU_NONE);
    i.dst = into;
    i.src0 = a;
    i.src1 = (uint32_t)b;
    if (number) i.ap_src1 = TRI_SYS_IMMEDIATE;
    if (number && b != (int32_t)b) sched_fail(s, role->at, TRI_UNSUPPORTED, "arithmetic on a fetched number with %lld", (long long)b);
    queues_emit(s, role, i);
}

/* The whole buffer in scalar memory, brought there once. */
static uint32_t stage(sched *s, sched_role *role, const tri_op *op, const tri_value *buffer)
{
    int64_t size = (int64_t)tri_dtype_bytes((tri_dtype)buffer->type.dtype), elements = tri_type_elements(&buffer->type);
    for (uint32_t i = 0; i < s->n_staged; i++)
        if (s->staged[i].queue == role->queue && s->staged[i].buffer == buffer->index) return s->staged[i].address;
    if (s->n_staged == MOST_STAGED || elements * size > MOST_STAGED_BYTES) {
        sched_fail(s, op, TRI_UNSUPPORTED, "fetches from more than %d buffers, or from one of more than %d bytes", MOST_STAGED, MOST_STAGED_BYTES);
        return 0;
    }
    int code = tri_systolic_dtype_of((tri_dtype)buffer->type.dtype);
    uint32_t address = s->n_staged * MOST_STAGED_BYTES;
    tri_systolic_instruction dma = tri_systolic_make(TRI_SYS_DMA);
    tri_systolic_ap memory = {.space = TRI_SYS_HBM, .dtype = (uint8_t)code, .npart = 1, .ndim = 1};
    memory.size[0] = (uint16_t)elements;
    memory.stride[0] = (int32_t)size;
    tri_systolic_ap words = memory;
    words.space = TRI_SYS_SMEM;
    dma.fn = TRI_SYS_DMA_COPY;
    dma.dtype_in = dma.dtype_out = (uint8_t)code;
    dma.dst = address;
    dma.sel_src0 = sched_register(s, role, buffer, 0);
    dma.ap_dst = sched_pattern(s, role, &words);
    dma.ap_src0 = sched_pattern(s, role, &memory);
    queues_emit(s, role, dma);
    queues_fence(s, role);
    s->staged[s->n_staged].queue = role->queue;
    s->staged[s->n_staged].buffer = buffer->index;
    s->staged[s->n_staged++].address = address;
    return address;
}

void sched_fetch(sched *s, sched_role *role, const tri_op *op)
{
    static const struct {
        tri_dtype dtype;
        tri_systolic_setr load;
    } loads[] = {{TRI_I8, TRI_SYS_SETR_LOAD_I8},   {TRI_U8, TRI_SYS_SETR_LOAD_U8},   {TRI_I16, TRI_SYS_SETR_LOAD_I16},
                 {TRI_U16, TRI_SYS_SETR_LOAD_U16}, {TRI_I32, TRI_SYS_SETR_LOAD_I32}, {TRI_U32, TRI_SYS_SETR_LOAD_U32}};
    const tri_value *buffer = op->operands[0];
    int64_t at = 0;
    for (uint32_t d = 0; d < op->n_window; d++) {
        int64_t i = sched_index(role, op->operands[op->window[d].operand]);
        if (i < 0 || i >= buffer->type.dims[d]) sched_fail(s, op, TRI_INVALID, "the fetch lies outside of its buffer");
        at = at * buffer->type.dims[d] + i;
    }
    for (size_t i = 0; i < sizeof loads / sizeof *loads && !s->error; i++) {
        if (loads[i].dtype != (tri_dtype)buffer->type.dtype) continue;
        uint32_t address = stage(s, role, op, buffer) + (uint32_t)at * (uint32_t)tri_dtype_bytes(loads[i].dtype);
        uint32_t into = define(s, role, op->results[0], tri_op_integer(op, "low", INT64_MIN), tri_op_integer(op, "high", INT64_MAX) - 1);
        set(s, role, loads[i].load, into, address);
        return;
    }
    sched_fail(s, op, TRI_UNSUPPORTED, "%s cannot fetch a %s", s->chip->name, tri_dtype_name((tri_dtype)buffer->type.dtype));
}

bool sched_fetched_arithmetic(sched *s, sched_role *role, const tri_op *op)
{
    if (op->n_operands != 2 || (!known(role, op->operands[0]) && !known(role, op->operands[1]))) return false;
    int side = known(role, op->operands[0]) ? 0 : 1;
    const tri_value *value = op->operands[side];
    int64_t number = sched_index(role, op->operands[!side]), low = known(role, value)->low, high = known(role, value)->high;
    unsigned alu_op = TRI_SYS_ALU_NONE;
    switch (op->fn) {
    case TRI_SCALAR_MAXIMUM:
        alu_op = TRI_SYS_ALU_MAX;
        low = low > number ? low : number;
        high = high > number ? high : number;
        break;
    case TRI_SCALAR_MINIMUM:
        alu_op = TRI_SYS_ALU_MIN;
        low = low < number ? low : number;
        high = high < number ? high : number;
        break;
    case TRI_SCALAR_ADD:
        alu_op = TRI_SYS_ALU_ADD;
        if (__builtin_add_overflow(low, number, &low) || __builtin_add_overflow(high, number, &high)) alu_op = TRI_SYS_ALU_NONE;
        break;
    default: break;
    }
    if (alu_op == TRI_SYS_ALU_NONE) {
        sched_fail(s, op, TRI_UNSUPPORTED, "index arithmetic on fetched numbers: only maximum, minimum and sum are lowered in scheduled programs");
        return true;
    }
    uint32_t from = register_of(s, role, value), into = define(s, role, op->results[0], low, high);
    alu(s, role, alu_op, into, from, number, true);
    return true;
}

bool sched_fetched_inside(const sched_role *role, const tri_value *value, int64_t size)
{
    const sched_fetched *f = known(role, value);
    return f->low >= 0 && f->high < size;
}

uint8_t sched_fetched_base(sched *s, sched_role *role, const tri_value *buffer, const tri_value *value, int64_t stride)
{
    uint8_t into = sched_any_register(s, role);
    alu(s, role, TRI_SYS_ALU_MUL, into, register_of(s, role, value), stride, true);
    set(s, role, TRI_SYS_SETR_ARG, SCRATCH, buffer->index);
    alu(s, role, TRI_SYS_ALU_ADD, into, into, SCRATCH, false);
    return into;
}
