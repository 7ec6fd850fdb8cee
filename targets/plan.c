/* targets/plan.c - from a fused function to buffers and steps. What: every value outside of kernels gets a place: arguments and results where the
 * caller has them, literals in the constants, everything else in scratch memory, where values whose lives do not meet share bytes; views share their
 * operand's place. Kernels that compute the same thing are one kernel. Needs: a module at TRI_LEVEL_KERNELS. Guarantees: no two live values overlap;
 * steps are in an order that respects operands. */
#include "base/hash.h"
#include "targets/compile.h"

enum { ALIGNMENT = 256 };

typedef struct place {
    uint32_t buffer;   /* index in the plan's buffers */
    uint32_t from, to; /* steps between which the value lives; scratch only */
    bool placed;
} place;

typedef struct planner {
    tri_arena *arena;
    const tri_func *func;
    place *of;      /* per value id; views share an entry by `root` */
    uint32_t *root; /* per value id: the value whose memory it is */
    TRI_VEC(tri_plan_buffer) buffers;
    TRI_VEC(tri_plan_step) steps;
    TRI_VEC(const tri_op *) unique;
    TRI_VEC(uint64_t) hashes;
    TRI_VEC(unsigned char) constants;
} planner;

static uint64_t round_up(uint64_t n, uint64_t to) { return (n + to - 1) / to * to; }

static uint32_t add_buffer(planner *p, tri_buffer_kind kind, uint32_t index, uint64_t offset, uint64_t bytes)
{
    TRI_PUSH(p->arena, &p->buffers, (tri_plan_buffer){kind, index, offset, bytes});
    return (uint32_t)p->buffers.n - 1;
}

static void add_literal(planner *p, const tri_op *op)
{
    const tri_attr *literal = tri_op_attr(op, "value");
    uint64_t bytes = tri_type_bytes(&op->results[0]->type), offset = round_up(p->constants.n, ALIGNMENT),
             element = tri_dtype_bytes((tri_dtype)literal->type.dtype);
    if (offset + bytes > p->constants.room) {
        size_t room = p->constants.room ? p->constants.room : 4096;
        while (room < offset + bytes) room *= 2;
        unsigned char *grown = tri_arena_alloc(p->arena, room);
        if (p->constants.n) memcpy(grown, p->constants.at, p->constants.n);
        p->constants.at = grown;
        p->constants.room = room;
    }
    p->constants.n = offset + bytes;
    for (uint64_t at = 0; at < bytes; at += literal->splat ? element : bytes)
        memcpy(p->constants.at + offset + at, literal->data, literal->splat ? element : bytes);
    place *where = &p->of[op->results[0]->id];
    where->buffer = add_buffer(p, TRI_BUFFER_CONSTANT, 0, offset, bytes);
    where->placed = true;
}

static uint32_t kernel_of(planner *p, const tri_op *op)
{
    uint64_t hash = tri_op_hash(op);
    for (size_t i = 0; i < p->hashes.n; i++)
        if (p->hashes.at[i] == hash) return (uint32_t)i;
    TRI_PUSH(p->arena, &p->hashes, hash);
    TRI_PUSH(p->arena, &p->unique, op);
    return (uint32_t)p->hashes.n - 1;
}

/* Scratch offsets: the largest first, each at the lowest place where nothing placed earlier is alive at the same time. */
static uint64_t place_scratch(planner *p)
{
    TRI_VEC(place *) todo = {0};
    for (uint32_t i = 0; i < p->func->n_values; i++)
        if (p->root[i] == i && p->of[i].placed && p->buffers.at[p->of[i].buffer].kind == TRI_BUFFER_SCRATCH) TRI_PUSH(p->arena, &todo, &p->of[i]);
    for (size_t i = 1; i < todo.n; i++) { /* stable insertion by size: plans have hundreds of values */
        place *moved = todo.at[i];
        size_t k = i;
        for (; k && p->buffers.at[todo.at[k - 1]->buffer].bytes < p->buffers.at[moved->buffer].bytes; k--) todo.at[k] = todo.at[k - 1];
        todo.at[k] = moved;
    }
    uint64_t top = 0;
    for (size_t i = 0; i < todo.n; i++) {
        tri_plan_buffer *buffer = &p->buffers.at[todo.at[i]->buffer];
        uint64_t offset = 0;
        for (bool moved = true; moved;) {
            moved = false;
            for (size_t k = 0; k < i; k++) {
                const tri_plan_buffer *other = &p->buffers.at[todo.at[k]->buffer];
                bool together = todo.at[k]->from <= todo.at[i]->to && todo.at[i]->from <= todo.at[k]->to;
                if (!together || offset >= other->offset + other->bytes || other->offset >= offset + buffer->bytes) continue;
                offset = round_up(other->offset + other->bytes, ALIGNMENT);
                moved = true;
            }
        }
        buffer->offset = offset;
        if (offset + buffer->bytes > top) top = offset + buffer->bytes;
    }
    return top;
}

static void describe(tri_arena *arena, const tri_value *value, const char *prefix, uint32_t i, const tri_type *type, tri_plan_tensor *out)
{
    const char *name = value ? value->name : NULL;
    *out = (tri_plan_tensor){
        .name = name && *name ? name : tri_arena_printf(arena, "%s%u", prefix, i), .dtype = (tri_dtype)type->dtype, .rank = type->rank};
    memcpy(out->dims, type->dims, sizeof out->dims);
}

tri_status *tri_plan_module(const tri_module *module, tri_planned *out_planned)
{
    tri_func *func = module->first;
    tri_func_number(func);
    planner p = {.arena = module->arena, .func = func};
    p.of = TRI_NEW_ARRAY(p.arena, place, func->n_values);
    p.root = TRI_NEW_ARRAY(p.arena, uint32_t, func->n_values);
    for (uint32_t i = 0; i < func->n_values; i++) p.root[i] = i;
    tri_plan plan = {.entry = func->name, .n_inputs = func->body->n_args, .n_outputs = func->n_results};
    tri_plan_tensor *inputs = TRI_NEW_ARRAY(p.arena, tri_plan_tensor, plan.n_inputs),
                    *outputs = TRI_NEW_ARRAY(p.arena, tri_plan_tensor, plan.n_outputs);

    for (uint32_t i = 0; i < func->body->n_args; i++) {
        const tri_value *arg = func->body->args[i];
        describe(p.arena, arg, "arg", i, &arg->type, &inputs[i]);
        p.of[arg->id] = (place){add_buffer(&p, TRI_BUFFER_INPUT, i, 0, tri_type_bytes(&arg->type)), 0, 0, true};
    }
    for (const tri_op *op = func->body->first; op; op = op->next)
        if (op->kind == TRI_OP_RESHAPE || op->kind == TRI_OP_BITCAST_CONVERT) p.root[op->results[0]->id] = p.root[op->operands[0]->id];

    /* Results that a kernel makes go straight to the caller's memory; the first one to ask gets it, others are copied. */
    const tri_op *ret = func->body->last;
    uint32_t *output_of = TRI_NEW_ARRAY(p.arena, uint32_t, func->n_values);
    for (uint32_t i = ret->n_operands; i-- > 0;) output_of[p.root[ret->operands[i]->id]] = i + 1;

    for (const tri_op *op = func->body->first; op; op = op->next) {
        if (op->kind == TRI_OP_CONSTANT) {
            add_literal(&p, op);
        } else if (op->kind == TRI_OP_KERNEL) {
            uint32_t step = (uint32_t)p.steps.n, n = 0;
            uint32_t *buffers = TRI_NEW_ARRAY(p.arena, uint32_t, op->n_operands + op->n_results);
            bool empty = true;
            for (uint32_t i = 0; i < op->n_operands; i++) {
                place *where = &p.of[p.root[op->operands[i]->id]];
                where->to = step;
                buffers[n++] = where->buffer;
            }
            for (uint32_t i = 0; i < op->n_results; i++) {
                uint32_t id = op->results[i]->id;
                uint64_t bytes = tri_type_bytes(&op->results[i]->type);
                uint32_t output = output_of[id];
                uint32_t buffer = output ? add_buffer(&p, TRI_BUFFER_OUTPUT, output - 1, 0, bytes) : add_buffer(&p, TRI_BUFFER_SCRATCH, 0, 0, bytes);
                p.of[id] = (place){buffer, step, step, true};
                buffers[n++] = buffer;
                empty &= bytes == 0;
            }
            if (empty) continue; /* nothing to compute */
            tri_plan_step launch = {.kind = TRI_STEP_LAUNCH,
                                    .kernel = kernel_of(&p, op),
                                    .n_buffers = n,
                                    .buffers = buffers,
                                    .graph_op = op->id,
                                    .label = tri_op_text(op, "label", "")};
            TRI_PUSH(p.arena, &p.steps, launch);
        }
    }
    for (uint32_t i = 0; i < ret->n_operands; i++) {
        const tri_value *value = ret->operands[i];
        describe(p.arena, NULL, "out", i, &value->type, &outputs[i]);
        place *where = &p.of[p.root[value->id]];
        const tri_plan_buffer from = p.buffers.at[where->buffer];
        if ((from.kind == TRI_BUFFER_OUTPUT && from.index == i) || !from.bytes) continue;
        where->to = (uint32_t)p.steps.n;
        uint32_t *buffers = TRI_NEW_ARRAY(p.arena, uint32_t, 2);
        buffers[0] = add_buffer(&p, TRI_BUFFER_OUTPUT, i, 0, from.bytes);
        buffers[1] = where->buffer;
        TRI_PUSH(
            p.arena, &p.steps,
            (tri_plan_step){.kind = TRI_STEP_COPY, .n_buffers = 2, .buffers = buffers, .bytes = from.bytes, .graph_op = ret->id, .label = "copy"});
    }
    plan.scratch_bytes = place_scratch(&p);
    plan.inputs = inputs;
    plan.outputs = outputs;
    plan.n_buffers = (uint32_t)p.buffers.n;
    plan.buffers = p.buffers.at;
    plan.n_steps = (uint32_t)p.steps.n;
    plan.steps = p.steps.at;
    *out_planned = (tri_planned){plan, (uint32_t)p.unique.n, p.unique.at, p.constants.at, p.constants.n};
    return NULL;
}

/* ---- kernels in two halves ---- */

/* What goes from one half to the other lives from one step to the next alone, so that all of it has the same place, behind everything else. */
void tri_plan_cut_steps(tri_arena *arena, const tri_plan_cut *cuts, tri_plan *plan)
{
    TRI_VEC(tri_plan_buffer) buffers = {0};
    TRI_VEC(tri_plan_step) steps = {0};
    const uint64_t work = round_up(plan->scratch_bytes, ALIGNMENT);
    for (uint32_t i = 0; i < plan->n_buffers; i++) TRI_PUSH(arena, &buffers, plan->buffers[i]);
    for (uint32_t i = 0; i < plan->n_steps; i++) {
        tri_plan_step step = plan->steps[i];
        const tri_plan_cut *cut = step.kind == TRI_STEP_LAUNCH ? &cuts[step.kernel] : NULL;
        if (cut && cut->rest) {
            uint32_t *parameters = TRI_NEW_ARRAY(arena, uint32_t, cut->rest->n_buffers);
            uint64_t offset = work;
            memcpy(parameters, step.buffers, step.n_buffers * sizeof *parameters);
            for (uint32_t b = step.n_buffers; b < cut->rest->n_buffers; b++) {
                uint64_t bytes = tri_type_bytes(&cut->rest->body->args[b]->type);
                parameters[b] = (uint32_t)buffers.n;
                TRI_PUSH(arena, &buffers, (tri_plan_buffer){TRI_BUFFER_SCRATCH, 0, offset, bytes});
                if (offset + bytes > plan->scratch_bytes) plan->scratch_bytes = offset + bytes;
                offset = round_up(offset + bytes, ALIGNMENT);
            }
            step.buffers = parameters;
            step.n_buffers = cut->rest->n_buffers;
            tri_plan_step first = step;
            first.graph_op = UINT32_MAX;
            first.label = tri_arena_printf(arena, "%s, parts", step.label);
            TRI_PUSH(arena, &steps, first);
            step.kernel = cut->second;
        }
        TRI_PUSH(arena, &steps, step);
    }
    plan->n_buffers = (uint32_t)buffers.n;
    plan->buffers = buffers.at;
    plan->n_steps = (uint32_t)steps.n;
    plan->steps = steps.at;
}
