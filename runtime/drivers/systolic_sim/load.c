/* runtime/drivers/systolic_sim/load.c - from bytes to a program that fits the chip. What depends on register values is left to the run. */
#include <stdlib.h>
#include <string.h>

#include "runtime/drivers/systolic_sim/machine.h"

static tri_status *refuse(const char *name, const tri_systolic_queue *q, uint32_t pc, const char *trap, const char *what)
{
    return tri_error(TRI_INVALID, TRI_NOWHERE, "%s: kernel %s, queue %s%u, pc %u (%s): %s", trap, name, tri_systolic_queue_kind_name(q->kind),
                     q->ring, pc, tri_systolic_ops[q->at[pc].op].name, what);
}

static tri_status *check_dtypes(const tri_syssim_chip *chip, const char *name, const tri_systolic_ap *ap)
{
    if (chip->dtypes >> ap->dtype & 1) return NULL;
    return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "DTYPE: kernel %s: chip %s has no %s", name, chip->name, tri_systolic_dtype_name(ap->dtype));
}

/* One op of S, D, V, X and one of M per array in a bundle; slots by the op table. */
static tri_status *check_bundles(const tri_syssim_chip *chip, const char *name, const tri_systolic_queue *q)
{
    unsigned slots = 0, arrays = 0;
    for (uint32_t pc = 0; pc < q->n; pc++) {
        const tri_systolic_instruction *i = &q->at[pc];
        unsigned slot = tri_systolic_ops[i->op].slots;
        if ((i->op == TRI_SYS_RED || i->op == TRI_SYS_COPY)) slot = i->flags & TRI_SYS_T ? TRI_SLOT_X : TRI_SLOT_V;
        if (!slot) return refuse(name, q, pc, "ILLEGAL", "no slot of a bundle runs this op");
        if (i->op == TRI_SYS_MAP && !chip->expr) return refuse(name, q, pc, "ILLEGAL", "this chip has no MAP (vec_expr)");
        if (i->op == TRI_SYS_POP && (chip->acc_rmw || !i->x || i->x >> (int)chip->arrays)) return refuse(name, q, pc, "ILLEGAL", "no such FIFO");
        if (slot == TRI_SLOT_M) {
            if (i->x >= chip->arrays) return refuse(name, q, pc, "ILLEGAL", "no such array");
            if (arrays >> i->x & 1) return refuse(name, q, pc, "ILLEGAL", "two ops for one array in a bundle");
            arrays |= 1u << i->x;
        } else if (slots & slot) {
            return refuse(name, q, pc, "ILLEGAL", "two ops for one slot in a bundle");
        } else {
            slots |= slot;
        }
        if (i->flags & TRI_SYS_END)
            slots = arrays = 0;
        else if (pc + 1 == q->n)
            return refuse(name, q, pc, "ILLEGAL", "the last bundle has no END");
    }
    return NULL;
}

static tri_status *check_queue(const tri_syssim_chip *chip, const char *name, const tri_systolic_queue *q)
{
    for (uint32_t k = 0; k < q->n_aps; k++) TRI_TRY(check_dtypes(chip, name, &q->aps[k]));
    for (uint32_t pc = 0; pc < q->n; pc++) {
        const tri_systolic_instruction *i = &q->at[pc];
        if (!chip->bundle && !(tri_systolic_ops[i->op].engines >> q->kind & 1))
            return refuse(name, q, pc, "ILLEGAL", "this engine does not have the op");
        bool gp_only = (i->op == TRI_SYS_RED || i->op == TRI_SYS_COPY) && i->flags & TRI_SYS_T;
        if (!chip->bundle && gp_only && q->kind != TRI_SYS_GP) return refuse(name, q, pc, "ILLEGAL", "only GP moves data across partitions");
        if (i->op == TRI_SYS_LDW || i->op == TRI_SYS_MM) {
            if (!chip->bundle && i->x) return refuse(name, q, pc, "ILLEGAL", "tiles of the array are not modelled: x must be 0");
            if (!chip->bundle && i->flags & TRI_SYS_T)
                return refuse(name, q, pc, "ILLEGAL", "this chip loads weights with the contraction on partitions only");
            double mult =
                (const double[]){chip->mm_mult_bf16, chip->mm_mult_f32, chip->mm_mult_fp8, chip->mm_mult_fp8x2, 0, chip->mm_mult_int8}[i->fn];
            if (!mult) return refuse(name, q, pc, "ILLEGAL", "the array does not have this mode");
            if (i->op == TRI_SYS_MM && (i->ap_dst == TRI_SYS_NO_AP) != (chip->bundle && !chip->acc_rmw))
                return refuse(name, q, pc, "ILLEGAL", chip->acc_rmw ? "a matmul writes to ACC" : "a matmul writes to its array's FIFO: no dst");
            if (i->op == TRI_SYS_MM && !chip->acc_rmw && i->flags & (TRI_SYS_ACC | TRI_SYS_LAST))
                return refuse(name, q, pc, "ILLEGAL", "a FIFO has no groups");
        }
    }
    if (chip->bundle) TRI_TRY(check_bundles(chip, name, q));
    return NULL;
}

static tri_status *find_partners(tri_syssim_code *code)
{
    const tri_systolic_program *p = code->program;
    for (uint32_t k = 0; k < p->n_queues; k++) {
        const tri_systolic_queue *q = &p->queues[k];
        code->jump[k] = calloc(q->n, sizeof *code->jump[k]);
        if (!code->jump[k]) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory for %u instructions", q->n);
        uint32_t open[TRI_SYS_LOOP_DEPTH], depth = 0;
        for (uint32_t pc = 0; pc < q->n; pc++) {
            if (q->at[pc].op == TRI_SYS_LOOP) open[depth++] = pc;
            if (q->at[pc].op != TRI_SYS_ENDLOOP) continue;
            code->jump[k][pc] = open[--depth];
            code->jump[k][open[depth]] = pc;
        }
    }
    return NULL;
}

static tri_status *find_waiters(tri_syssim_code *code)
{
    const tri_systolic_program *p = code->program;
    memset(code->waiter, -1, sizeof code->waiter);
    for (uint32_t k = 0; k < p->n_queues; k++) {
        const tri_systolic_queue *q = &p->queues[k];
        for (uint32_t pc = 0; pc < q->n; pc++) {
            for (int j = 0; j < 2; j++) {
                unsigned s = q->at[pc].wait[j].semaphore, out = q->at[pc].signal[j].semaphore;
                if (out != TRI_SYS_NO_SEMAPHORE) code->signallers[out] |= 1u << k;
                if (s == TRI_SYS_NO_SEMAPHORE) continue;
                if (code->waiter[s] >= 0 && code->waiter[s] != (int)k) {
                    const tri_systolic_queue *other = &p->queues[code->waiter[s]];
                    return tri_error(TRI_INVALID, TRI_NOWHERE, "SEM_TWO_WAITERS: kernel %s: semaphore %u is waited for by %s%u and by %s%u at pc %u",
                                     code->name, s, tri_systolic_queue_kind_name(other->kind), other->ring, tri_systolic_queue_kind_name(q->kind),
                                     q->ring, pc);
                }
                code->waiter[s] = (int16_t)k;
            }
        }
    }
    return NULL;
}

static tri_status *check(const tri_syssim_chip *chip, tri_syssim_code *code)
{
    const tri_systolic_program *p = code->program;
    if (p->bundle != chip->bundle)
        return tri_error(TRI_INVALID, TRI_NOWHERE, "ILLEGAL: kernel %s: a %s program for chip %s", code->name, p->bundle ? "bundle" : "decoupled",
                         chip->name);
    if (p->chip_hash && p->chip_hash != chip->chip->hash)
        return tri_error(TRI_INVALID, TRI_NOWHERE, "kernel %s was compiled for another description of chip %s: compile it again", code->name,
                         chip->name);
    if (p->sp_top > chip->sp_bytes)
        return tri_error(TRI_INVALID, TRI_NOWHERE, "OOB: kernel %s uses %u bytes of a partition of SP; %s has %.0f", code->name, p->sp_top,
                         chip->name, chip->sp_bytes);
    for (uint32_t k = 0; k < p->n_aps; k++) TRI_TRY(check_dtypes(chip, code->name, &p->aps[k]));
    for (uint32_t k = 0; k < p->n_queues; k++) TRI_TRY(check_queue(chip, code->name, &p->queues[k]));
    TRI_TRY(find_partners(code));
    return find_waiters(code);
}

tri_status *tri_syssim_load(const tri_syssim_chip *chip, const char *name, const void *image, size_t n, tri_syssim_code **out_code)
{
    *out_code = NULL;
    tri_systolic_program *program;
    TRI_TRY(tri_note(tri_systolic_decode(image, n, &program), "while loading kernel %s", name));
    tri_syssim_code *code = calloc(1, sizeof *code);
    size_t name_n = strlen(name) + 1;
    if (code) code->name = malloc(name_n);
    if (!code || !code->name) {
        free(code);
        tri_systolic_free(program);
        return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory while loading kernel %s", name);
    }
    memcpy(code->name, name, name_n);
    code->program = program;
    tri_status *status = check(chip, code);
    if (status)
        tri_syssim_unload(code);
    else
        *out_code = code;
    return status;
}

void tri_syssim_unload(tri_syssim_code *code)
{
    if (!code) return;
    for (int k = 0; k < TRI_SYS_MOST_QUEUES; k++) free(code->jump[k]);
    tri_systolic_free(code->program);
    free(code->name);
    free(code);
}
