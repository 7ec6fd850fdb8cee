/* abi/systolic_build.c - building engine programs in memory. Growth that fails sets `failed`, which tri_systolic_finish reports. */
#include <stdlib.h>
#include <string.h>

#include "abi/systolic_private.h"

tri_systolic_program *tri_systolic_new(bool bundle, uint64_t chip_hash, uint16_t params)
{
    tri_systolic_program *p = calloc(1, sizeof *p);
    if (!p) return NULL;
    p->bundle = bundle;
    p->chip_hash = chip_hash;
    p->params = params;
    return p;
}

void tri_systolic_free(tri_systolic_program *p)
{
    if (!p) return;
    for (uint32_t k = 0; k < p->n_queues; k++) {
        free(p->queues[k].at);
        free(p->queues[k].aps);
    }
    for (uint32_t k = 0; k < p->n_statements; k++) free(p->statements[k]);
    free(p->statements);
    free(p->aps);
    free(p->exprs);
    free(p);
}

int tri_systolic_add_queue(tri_systolic_program *p, tri_systolic_queue_kind kind, int ring)
{
    for (uint32_t k = 0; k < p->n_queues; k++)
        if (p->queues[k].kind == kind && p->queues[k].ring == ring) return (int)k;
    if (p->n_queues == TRI_SYS_MOST_QUEUES) return -1;
    p->queues[p->n_queues] = (tri_systolic_queue){.kind = (uint8_t)kind, .ring = (uint8_t)ring};
    return (int)p->n_queues++;
}

/* Room for one more item of `size` bytes behind the first `n`; the list, perhaps moved, or null. */
static void *grow(tri_systolic_program *p, void *list, uint32_t n, uint32_t *room, size_t size)
{
    if (n < *room) return list;
    uint32_t wanted = *room ? *room * 2 : 16;
    void *moved = wanted > *room ? realloc(list, wanted * size) : NULL;
    if (!moved) {
        p->failed = true;
        return NULL;
    }
    *room = wanted;
    return moved;
}

static bool same_ap(const tri_systolic_ap *a, const tri_systolic_ap *b)
{
    return a->space == b->space && a->dtype == b->dtype && a->ndim == b->ndim && a->npart == b->npart && a->plane_stride == b->plane_stride &&
           !memcmp(a->size, b->size, sizeof a->size) && !memcmp(a->stride, b->stride, sizeof a->stride);
}

int tri_systolic_push_ap(tri_systolic_program *p, int queue, const tri_systolic_ap *ap)
{
    tri_systolic_ap **list = queue < 0 ? &p->aps : &p->queues[queue].aps;
    uint32_t *n = queue < 0 ? &p->n_aps : &p->queues[queue].n_aps, *room = queue < 0 ? &p->ap_room : &p->queues[queue].ap_room;
    if (queue >= 0 && *n == TRI_SYS_MOST_APS) return -1;
    tri_systolic_ap *grown = grow(p, *list, *n, room, sizeof *grown);
    if (!grown) return 0;
    *list = grown;
    grown[*n] = *ap;
    return (int)(*n)++;
}

int tri_systolic_intern_ap(tri_systolic_program *p, int queue, const tri_systolic_ap *ap)
{
    const tri_systolic_queue *q = &p->queues[queue];
    for (uint32_t k = 0; k < q->n_aps; k++)
        if (same_ap(&q->aps[k], ap)) return (int)k;
    return tri_systolic_push_ap(p, queue, ap);
}

int tri_systolic_program_ap(tri_systolic_program *p, const tri_systolic_ap *ap)
{
    for (uint32_t k = 0; k < p->n_aps; k++)
        if (same_ap(&p->aps[k], ap)) return (int)k;
    return tri_systolic_push_ap(p, -1, ap);
}

int tri_systolic_intern_expr(tri_systolic_program *p, const tri_systolic_expr *expr)
{
    for (uint32_t k = 0; k < p->n_exprs; k++) {
        const tri_systolic_expr *e = &p->exprs[k];
        if (e->n_nodes == expr->n_nodes && e->n_constants == expr->n_constants && !memcmp(e->node, expr->node, sizeof e->node) &&
            !memcmp(e->constant, expr->constant, sizeof e->constant))
            return (int)k;
    }
    if (p->n_exprs == 256) return -1;
    tri_systolic_expr *list = grow(p, p->exprs, p->n_exprs, &p->expr_room, sizeof *list);
    if (!list) return 0;
    p->exprs = list;
    p->exprs[p->n_exprs] = *expr;
    return (int)p->n_exprs++;
}

uint32_t tri_systolic_add_statement(tri_systolic_program *p, const char *called)
{
    if (!*called) called = "?";
    size_t n = strlen(called);
    if (p->n_statements == TRI_SYS_MOST_STATEMENTS) return 0;
    char **list = grow(p, p->statements, p->n_statements, &p->statement_room, sizeof *list);
    if (!list) return 0;
    p->statements = list;
    if (n > TRI_SYS_STATEMENT_BYTES) n = TRI_SYS_STATEMENT_BYTES;
    char *copy = malloc(n + 1);
    if (!copy) {
        p->failed = true;
        return 0;
    }
    for (size_t k = 0; k < n; k++) copy[k] = tri_systolic_statement_char((uint8_t)called[k]) ? called[k] : '?';
    copy[n] = 0;
    p->statements[p->n_statements] = copy;
    return ++p->n_statements;
}

const char *tri_systolic_statement_of(const tri_systolic_program *p, const tri_systolic_instruction *i)
{
    return i->statement && i->statement <= p->n_statements ? p->statements[i->statement - 1] : NULL;
}

/* The dtype fields repeat what the patterns say, so they are filled in here. */
uint32_t tri_systolic_append(tri_systolic_program *p, int queue, const tri_systolic_instruction *instruction)
{
    tri_systolic_queue *q = &p->queues[queue];
    tri_systolic_instruction *list = grow(p, q->at, q->n, &q->room, sizeof *list);
    if (!list) return 0;
    q->at = list;
    tri_systolic_instruction *i = &q->at[q->n];
    *i = *instruction;
    if (!i->statement) i->statement = p->statement;
    if (i->op != TRI_SYS_SETAP) {
        if (i->ap_dst < q->n_aps) i->dtype_out = q->aps[i->ap_dst].dtype;
        if (i->ap_src0 < q->n_aps) i->dtype_in = q->aps[i->ap_src0].dtype;
        if (i->op == TRI_SYS_IOTA) i->dtype_in = TRI_SYS_I32;
        if (i->op == TRI_SYS_MEMSET) i->dtype_in = i->dtype_out;
    }
    return q->n++;
}

tri_systolic_instruction tri_systolic_make(tri_systolic_op op)
{
    return (tri_systolic_instruction){.op = (uint8_t)op,
                                      .wait = {{255, 0}, {255, 0}},
                                      .signal = {{255, 0}, {255, 0}},
                                      .sel_dst = 15,
                                      .sel_src0 = 15,
                                      .sel_src1 = 15,
                                      .extra = 15,
                                      .ap_dst = 255,
                                      .ap_src0 = 255,
                                      .ap_src1 = 255,
                                      .x = op == TRI_SYS_LDW || op == TRI_SYS_MM ? 0 : 255};
}

tri_systolic_ap tri_systolic_tile(tri_systolic_space space, tri_systolic_dtype dtype, int npart, int columns)
{
    int bytes = (int)tri_systolic_dtype_bytes(dtype);
    return (tri_systolic_ap){.space = (uint8_t)space,
                             .dtype = (uint8_t)dtype,
                             .ndim = 1,
                             .npart = (uint16_t)npart,
                             .size = {(uint16_t)columns},
                             .stride = {bytes},
                             .plane_stride = space == TRI_SYS_HBM || space == TRI_SYS_SMEM ? bytes * columns : 0};
}
