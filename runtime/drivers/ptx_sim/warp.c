/* warp.c - one warp: its next instruction, where the sides of a branch go, and what a fault says. */
#include <stdarg.h>
#include <stdio.h>

#include "runtime/drivers/ptx_sim/async.h"

void tri_ptx_fault(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, const char *format, ...)
{
    tri_ptx_block *block = warp->block;
    const tri_ptx_launch *launch = block->launch;
    warp->stop = TRI_PTX_FAULTED;
    if (block->cluster->fault) return;
    char what[8192], statement[600];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    static const tri_ptx_instruction end = {.text = "(end of the kernel)", .text_bytes = 19};
    uint32_t at = (uint32_t)(op - warp->program->ops);
    const tri_ptx_instruction *instruction = at < warp->program->kernel->instructions.n ? &warp->program->kernel->instructions.at[at] : &end;
    uint32_t thread = warp->index * TRI_PTX_LANES + lane;
    const uint32_t *shape = launch->block;
    /* The text of an instruction over several lines becomes one. */
    char text[200];
    size_t n = 0;
    bool blank = false;
    for (uint32_t i = 0; i < instruction->text_bytes && n + 2 < sizeof text; i++) {
        char c = instruction->text[i];
        bool is_blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (!is_blank && blank) text[n++] = ' ';
        if (!is_blank) text[n++] = c;
        blank = is_blank;
    }
    text[n] = 0;
    tri_ptx_statement(warp->program->module, warp->program->kernel, at, "; it serves", statement, sizeof statement);
    block->cluster->fault = tri_error(TRI_FAULT, TRI_NOWHERE, "kernel %s, %s line %d, `%s`: block (%u,%u,%u) thread (%u,%u,%u): %s%s",
                                      warp->program->kernel->name, launch->image_name, (int)instruction->line, text, block->index[0], block->index[1],
                                      block->index[2], thread % shape[0], thread / shape[0] % shape[1], thread / shape[0] / shape[1], what,
                                      statement);
}

/* Takes the next side from the stack; sides whose lanes have all left are dropped. */
static void pop(tri_ptx_warp *warp)
{
    do {
        if (!warp->n_stack) {
            warp->stop = TRI_PTX_DONE;
            warp->active = 0;
            warp->reconverge = TRI_PTX_NOWHERE;
            return;
        }
        warp->n_stack--;
        warp->pc = warp->stack[warp->n_stack].pc;
        warp->active = warp->stack[warp->n_stack].mask;
        warp->reconverge = warp->stack[warp->n_stack].reconverge;
    } while (!warp->active || warp->pc == warp->reconverge);
}

static void push(tri_ptx_warp *warp, uint32_t pc, uint32_t mask, uint32_t reconverge)
{
    warp->stack[warp->n_stack].pc = pc;
    warp->stack[warp->n_stack].mask = mask;
    warp->stack[warp->n_stack].reconverge = reconverge;
    warp->n_stack++;
}

void tri_ptx_branch(tri_ptx_warp *warp, uint32_t taken, uint32_t target, uint32_t meet)
{
    uint32_t rest = warp->active & ~taken;
    if (!rest) {
        warp->pc = target;
        return;
    }
    if (warp->n_stack + 2 > TRI_PTX_STACK)
        return tri_ptx_fault(warp, &warp->program->ops[warp->pc - 1], 0, "the divergence stack is full: a bug in the simulator");
    /* Where the sides meet the joint lanes go on, unless that is where the side we are on ends anyway. */
    if (meet != TRI_PTX_NOWHERE && meet != warp->reconverge) push(warp, meet, warp->active, warp->reconverge);
    if (meet == TRI_PTX_NOWHERE) meet = warp->reconverge;
    if (warp->pc != meet) push(warp, warp->pc, rest, meet);
    warp->pc = target;
    warp->active = taken;
    warp->reconverge = meet;
}

void tri_ptx_exit(tri_ptx_warp *warp, uint32_t mask)
{
    warp->alive &= ~mask;
    warp->active &= ~mask;
    for (uint32_t i = 0; i < warp->n_stack; i++) warp->stack[i].mask &= ~mask;
    if (!warp->active) pop(warp);
}

/* The lowest lane that reads a register it never wrote makes a fault. */
static bool registers_are_written(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t mask)
{
    const tri_ptx_uses *uses = &warp->program->op_uses[op - warp->program->ops];
    const uint32_t *reg = warp->program->uses + uses->first;
    for (uint32_t i = 0; i < uses->n_read; i++) {
        uint32_t absent = mask & ~warp->written[reg[i]];
        if (!absent) continue;
        tri_ptx_fault(warp, op, (uint32_t)__builtin_ctz(absent), "reads register %s, which nothing has written",
                      warp->program->kernel->registers.at[reg[i]]->name);
        return false;
    }
    for (uint32_t i = uses->n_read; i < uses->n_read + uses->n_written; i++) warp->written[reg[i]] |= mask;
    return true;
}

void tri_ptx_run_warp(tri_ptx_warp *warp)
{
    const tri_ptx_op *ops = warp->program->ops;
    const unsigned char *registers = warp->registers;
    tri_ptx_block *block = warp->block;
    uint64_t left = TRI_PTX_SLICE;
    if (left > block->budget - block->instructions) left = block->budget - block->instructions;
    uint64_t first = left;
    while (warp->stop == TRI_PTX_RUNS && left) {
        const tri_ptx_op *op = &ops[warp->pc];
        uint32_t guard;
        memcpy(&guard, registers + op->guard, sizeof guard);
        uint32_t mask = warp->active & (guard ^ op->guard_flip);
        warp->pc++;
        left--;
        if (warp->written && !registers_are_written(warp, op, mask)) break;
        if (mask) {
            if (op->watched && !tri_ptx_product_allows(warp, op, mask)) break;
            op->run(warp, op, mask);
        }
        if (warp->pc == warp->reconverge && warp->stop != TRI_PTX_DONE) {
            tri_ptx_stop stop = warp->stop;
            pop(warp);
            if (stop != TRI_PTX_RUNS) warp->stop = stop;
        }
    }
    block->instructions += first - left;
    if (block->instructions >= block->budget && warp->stop == TRI_PTX_RUNS)
        tri_ptx_fault(warp, &ops[warp->pc], warp->active ? (uint32_t)__builtin_ctz(warp->active) : 0,
                      "the block has executed %llu warp instructions, its budget: an endless loop, or a wait for another block that has not run yet",
                      (unsigned long long)block->budget);
}
