/* targets/systolic/chain.c - the total order of the empty schedule. Every ordered pair of lanes has one semaphore; a token is in it only between the
 * end of one instruction and the start of the next. */
#include <stdarg.h>

#include "targets/systolic/lower.h"

static const tri_systolic_queue_kind queue_kinds[LANES] = {
    [LANE_SEQ] = TRI_SYS_SEQ, [LANE_PE] = TRI_SYS_PE, [LANE_VEC] = TRI_SYS_VEC,       [LANE_ACT] = TRI_SYS_ACT_QUEUE,
    [LANE_GP] = TRI_SYS_GP,   [LANE_X] = TRI_SYS_GP,  [LANE_DMA] = TRI_SYS_DMA_QUEUE,
};

/* On a bundle chip VEC, ACT and GP are one unit. */
static lane unit_of(const lowering *l, lane at)
{
    if (!l->bundle) return at == LANE_X ? LANE_GP : at;
    return at == LANE_ACT || at == LANE_GP ? LANE_VEC : at;
}

static uint8_t semaphore(lane from, lane to) { return (uint8_t)(from * LANES + to); }

static uint32_t append(lowering *l, lane at, tri_systolic_instruction instruction)
{
    if (l->bundle) instruction.flags |= TRI_SYS_END;
    return tri_systolic_append(l->program, l->queue_of[at], &instruction);
}

void fail(lowering *l, const tri_op *op, tri_code code, const char *format, ...)
{
    if (l->error) return;
    va_list arguments;
    va_start(arguments, format);
    l->error = tri_op_error_v(op, code, format, arguments);
    va_end(arguments);
}

int pattern(lowering *l, lane at, const tri_systolic_ap *ap)
{
    int index = tri_systolic_intern_ap(l->program, l->queue_of[at], ap);
    if (index < 0)
        fail(l, NULL, TRI_UNSUPPORTED, "the kernel needs more than %d access patterns in one queue; a smaller config would do", TRI_SYS_MOST_APS);
    return index < 0 ? 0 : index;
}

void chain_begin(lowering *l)
{
    for (int i = 0; i < LANES; i++) {
        bool bundle = l->bundle;
        l->queue_of[i] = tri_systolic_add_queue(l->program, bundle ? TRI_SYS_BUNDLE : queue_kinds[i], 0);
        l->loop_start[i] = TRI_NEW_ARRAY(l->arena, uint32_t, TRI_SYS_LOOP_DEPTH + 1);
    }
    l->chain = LANE_SEQ;
    l->chain_is_op = false;
}

/* The token that lets `to` go on after the chain's last link; no token when both are the same in-order unit. */
static void hand_over(lowering *l, lane to, tri_systolic_instruction *next)
{
    lane from = unit_of(l, l->chain), into = unit_of(l, to);
    if (from == into) return;
    uint8_t token = semaphore(from, into);
    if (l->chain_is_op) {
        tri_systolic_instruction *last = &l->program->queues[l->queue_of[l->chain]].at[l->chain_pc];
        last->signal[0].semaphore = token;
        last->signal[0].add = 1;
    } else {
        tri_systolic_instruction sig = tri_systolic_make(TRI_SYS_SIG);
        sig.signal[0].semaphore = token;
        sig.signal[0].add = 1;
        append(l, l->chain, sig);
    }
    next->wait[0].semaphore = token;
    next->wait[0].value = 1;
}

void emit(lowering *l, lane at, tri_systolic_instruction instruction)
{
    if (l->error) return;
    if (at == LANE_DMA && l->chain == LANE_DMA && l->chain_is_op) chain_fence(l); /* transfers of one ring overlap */
    hand_over(l, at, &instruction);
    l->chain_pc = append(l, at, instruction);
    l->chain = at;
    l->chain_is_op = true;
}

void emit_scalar(lowering *l, lane at, tri_systolic_instruction instruction)
{
    if (!l->error) append(l, at, instruction);
}

void chain_fence(lowering *l)
{
    if (l->error || (l->chain == LANE_SEQ && !l->chain_is_op)) return;
    tri_systolic_instruction wait = tri_systolic_make(TRI_SYS_WAIT);
    hand_over(l, LANE_SEQ, &wait);
    append(l, LANE_SEQ, wait);
    l->chain = LANE_SEQ;
    l->chain_is_op = false;
}

static bool has_registers(const lowering *l, int lane_number) { return l->bundle ? lane_number == LANE_SEQ : lane_number != LANE_X; }

void loop_open(lowering *l, int64_t first, int64_t trips, int counter_register)
{
    chain_fence(l);
    if (l->error) return;
    if (l->loop_depth == TRI_SYS_LOOP_DEPTH) {
        fail(l, NULL, TRI_UNSUPPORTED, "loops nest more than %d deep", TRI_SYS_LOOP_DEPTH);
        return;
    }
    for (int i = 0; i < LANES; i++) {
        if (!has_registers(l, i)) continue;
        set_register(l, (lane)i, counter_register, first);
        tri_systolic_instruction loop = tri_systolic_make(TRI_SYS_LOOP);
        loop.src0 = (uint32_t)trips;
        l->loop_start[i][l->loop_depth] = append(l, (lane)i, loop);
    }
    l->loop_depth++;
}

void loop_close(lowering *l, int counter_register)
{
    chain_fence(l);
    if (l->error) return;
    l->loop_depth--;
    for (int i = 0; i < LANES; i++) {
        if (!has_registers(l, i)) continue;
        tri_systolic_queue *queue = &l->program->queues[l->queue_of[i]];
        if (queue->n == l->loop_start[i][l->loop_depth] + 1) { /* nothing of this queue is in the loop: no loop */
            queue->n -= 2;
            continue;
        }
        alu_immediate(l, (lane)i, TRI_SYS_ALU_ADD, counter_register, counter_register, 1);
        append(l, (lane)i, tri_systolic_make(TRI_SYS_ENDLOOP));
    }
}

void chain_end(lowering *l)
{
    chain_fence(l);
    if (l->error) return;
    for (int i = 0; i < LANES; i++)
        if (has_registers(l, i)) append(l, (lane)i, tri_systolic_make(TRI_SYS_HALT));
}
