/* targets/systolic/sched_queues.c - see sched_queues.h. Needs: instructions of a queue complete in order (those that carry signals: a load of weights
 * overtakes the product before it and carries none). Guarantees: every semaphore is 0 at the end; numbers in the order of first use. */
#include "targets/systolic/sched_queues.h"

#include <stdlib.h>

enum { MOST_SEMAPHORES = 240 }; /* the others are reserved for collectives */

void queues_append(sched *s, int queue, tri_systolic_instruction instruction)
{
    queues *all = queues_of(s);
    queue_code *q = &all->queue[queue];
    if (s->error) return;
    if (++all->n_instructions > MOST_INSTRUCTIONS) {
        sched_fail(s, NULL, TRI_UNSUPPORTED, "more than %d instructions: this chip's programs are unrolled; larger tiles would do",
                   MOST_INSTRUCTIONS);
        return;
    }
    uint32_t position = (uint32_t)q->code.n;
    for (size_t i = 0; i < q->pending.n; i++) {
        const moment *m = &q->pending.at[i];
        bool implied = false;
        for (size_t k = 0; k < q->pending.n && !implied; k++)
            implied = k != i && q->pending.at[k].known[m->queue] >= m->position && (q->pending.at[k].queue != m->queue || k > i);
        if (!implied) TRI_PUSH(s->arena, &all->edges, (edge){m->position, position, (uint8_t)m->queue, (uint8_t)queue});
    }
    q->pending.n = 0;
    if (!instruction.statement) instruction.statement = s->program->statement;
    TRI_PUSH(s->arena, &q->code, instruction);
    q->known[queue] = position + 1;
}

void queues_emit(sched *s, sched_role *role, tri_systolic_instruction instruction) { queues_append(s, role->queue, instruction); }

tri_systolic_instruction *queues_newest(sched *s, sched_role *role)
{
    queue_code *q = &queues_of(s)->queue[role->queue];
    return q->pending.n || !q->code.n ? NULL : &q->code.at[q->code.n - 1];
}

void queues_fence(sched *s, sched_role *role)
{
    uint32_t here = queues_position(s, role);
    TRI_PUSH(s->arena, &queues_of(s)->edges, (edge){here, here, (uint8_t)role->queue, (uint8_t)role->queue});
}

uint32_t queues_position(sched *s, const sched_role *role) { return (uint32_t)queues_of(s)->queue[role->queue].code.n; }

void queues_follow(sched *s, int queue, const moment *m)
{
    queue_code *q = &queues_of(s)->queue[queue];
    if (m->queue == queue || q->known[m->queue] >= m->position) return;
    moment copy = *m;
    copy.known = TRI_NEW_ARRAY(s->arena, uint32_t, TRI_SYS_MOST_QUEUES);
    memcpy(copy.known, m->known, TRI_SYS_MOST_QUEUES * sizeof *copy.known);
    TRI_PUSH(s->arena, &q->pending, copy);
    for (int k = 0; k < TRI_SYS_MOST_QUEUES; k++)
        if (q->known[k] < m->known[k]) q->known[k] = m->known[k];
}

/* Everything that the queue has been given so far, its waits included. */
static void take_moment(sched *s, int queue, moment *m)
{
    queue_code *q = &queues_of(s)->queue[queue];
    if (q->pending.n) queues_append(s, queue, tri_systolic_make(TRI_SYS_SIG));
    if (!m->known) m->known = TRI_NEW_ARRAY(s->arena, uint32_t, TRI_SYS_MOST_QUEUES);
    m->queue = queue;
    m->position = (uint32_t)q->code.n;
    memcpy(m->known, q->known, sizeof q->known);
}

/* ---- tokens ---- */

static int consumer_number(const sched_ring *ring, const sched_role *role)
{
    for (int i = 0; i < ring->n_consumers; i++)
        if (ring->consumers[i] == role->number) return i;
    return 0;
}

void queues_before_write(sched *s, sched_role *role, sched_ring *ring)
{
    ring_tokens *tokens = ring->tokens;
    for (; tokens->followed < ring->acquired; tokens->followed++)
        for (int i = 0; i < ring->n_consumers && tokens->followed >= ring->depth; i++)
            queues_follow(s, role->queue, &tokens->empty[i][tokens->followed % ring->depth]);
}

void queues_after_write(sched *s, sched_role *role, sched_ring *ring)
{
    ring_tokens *tokens = ring->tokens;
    take_moment(s, role->queue, &tokens->written[(ring->acquired - 1) % ring->depth]);
}

bool queues_acquire(sched *s, sched_role *role, sched_ring *ring, const tri_op *op)
{
    if (ring->producer != role->number) sched_fail(s, op, TRI_INVALID, "ring @%s has another producer", ring->name);
    for (int i = 0; i < ring->n_consumers; i++)
        if (ring->released[i] + ring->depth <= ring->acquired) return false;
    if (!ring->n_consumers && ring->acquired >= ring->depth) return false;
    ring->acquired++;
    if (ring->slot.space != TRI_SYS_ACC_SPACE) queues_before_write(s, role, ring);
    return true;
}

bool queues_await(sched *s, sched_role *role, sched_ring *ring, const tri_op *op)
{
    ring_tokens *tokens = ring->tokens;
    int i = consumer_number(ring, role);
    if (ring->awaited[i] >= ring->published) return false;
    queues_follow(s, role->queue, &tokens->full[ring->awaited[i] % ring->depth]);
    sched_bind(s, role, op->results[0], sched_slot(ring, ring->awaited[i]++));
    return true;
}

void queues_publish(sched *s, sched_role *role, sched_ring *ring, const tri_op *op)
{
    ring_tokens *tokens = ring->tokens;
    if (ring->published == ring->acquired) {
        sched_fail(s, op, TRI_INVALID, "ring @%s: nothing is acquired", ring->name);
        return;
    }
    int64_t slot = ring->published++ % ring->depth;
    moment *written = &tokens->written[slot], *full = &tokens->full[slot];
    if (written->known) { /* full since then */
        *full = *written;
        *written = (moment){0};
    } else {
        queues_before_write(s, role, ring);
        take_moment(s, role->queue, full);
    }
}

void queues_release(sched *s, sched_role *role, sched_ring *ring, const tri_op *op)
{
    ring_tokens *tokens = ring->tokens;
    int i = consumer_number(ring, role);
    if (!ring->n_consumers || ring->released[i] == ring->awaited[i])
        sched_fail(s, op, TRI_INVALID, "ring @%s: nothing is awaited", ring->name);
    else
        take_moment(s, role->queue, &tokens->empty[i][ring->released[i]++ % ring->depth]);
}

/* ---- opening ---- */

static int queue_for(sched *s, const sched_role *role, int *n_copies)
{
    static const tri_systolic_queue_kind kinds[TRI_UNITS] = {
        [TRI_UNIT_COPY] = TRI_SYS_DMA_QUEUE,   [TRI_UNIT_MATRIX] = TRI_SYS_PE,  [TRI_UNIT_VECTOR] = TRI_SYS_VEC,
        [TRI_UNIT_SCALAR] = TRI_SYS_ACT_QUEUE, [TRI_UNIT_GENERAL] = TRI_SYS_GP,
    };
    if (role->unit == TRI_UNIT_CORE) {
        sched_fail(s, role->op, TRI_UNSUPPORTED, "%s has an engine a unit: roles are copy, matrix, vector, scalar and general", s->chip->name);
        return 0;
    }
    for (int r = 0; r < role->number; r++)
        if (s->roles[r].unit == role->unit && role->unit != TRI_UNIT_COPY)
            sched_fail(s, role->op, TRI_UNSUPPORTED, "@%s and @%s are two roles for the one %s engine", s->roles[r].name, role->name,
                       tri_unit_name(role->unit));
    int ring = role->unit == TRI_UNIT_COPY ? (*n_copies)++ : 0;
    if (ring >= TRI_SYS_MOST_RINGS) {
        sched_fail(s, role->op, TRI_UNSUPPORTED, "more than %d copy roles", TRI_SYS_MOST_RINGS);
        return 0;
    }
    return tri_systolic_add_queue(s->program, kinds[role->unit], ring);
}

/* The areas that transfers fill from are written first, by an engine that can; all copies follow. */
static void write_constants(sched *s)
{
    int writer = -1;
    if (!s->n_constants) return;
    for (int r = 0; r < s->n_roles; r++)
        if (s->roles[r].unit == TRI_UNIT_GENERAL || (s->roles[r].unit == TRI_UNIT_VECTOR && writer < 0)) writer = s->roles[r].queue;
    if (writer < 0) writer = tri_systolic_add_queue(s->program, TRI_SYS_GP, 0);
    for (int i = 0; i < s->n_constants; i++) {
        const sched_constant *c = &s->constants[i];
        uint32_t size = tri_systolic_dtype_bytes(c->dtype), bits;
        tri_systolic_instruction set = tri_systolic_make(TRI_SYS_MEMSET);
        tri_systolic_ap area = tri_systolic_tile(TRI_SYS_SP, c->dtype, BLOCK, (int)(CONSTANT_BYTES / size));
        float single = (float)c->value;
        if (tri_dtype_is_float(tri_systolic_dtype_base(c->dtype)))
            memcpy(&bits, &single, 4);
        else
            bits = (uint32_t)(int64_t)c->value;
        set.dst = TRI_SYS_AT(0, c->byte);
        set.src1 = bits;
        set.ap_src1 = TRI_SYS_IMMEDIATE;
        set.ap_dst = (uint8_t)tri_systolic_intern_ap(s->program, writer, &area);
        set.dtype_in = set.dtype_out = c->dtype;
        queues_append(s, writer, set);
    }
    moment written = {0};
    take_moment(s, writer, &written);
    for (int r = 0; r < s->n_roles; r++)
        if (s->roles[r].unit == TRI_UNIT_COPY) queues_follow(s, s->roles[r].queue, &written);
}

void queues_open(sched *s)
{
    int n_copies = 0;
    s->queues = TRI_NEW(s->arena, queues);
    for (int r = 0; r < s->n_roles && !s->error; r++) s->roles[r].queue = queue_for(s, &s->roles[r], &n_copies);
    for (int i = 0; i < s->n_rings && !s->error; i++) {
        sched_ring *ring = &s->rings[i];
        ring_tokens *tokens = TRI_NEW(s->arena, ring_tokens);
        tokens->full = TRI_NEW_ARRAY(s->arena, moment, ring->depth);
        tokens->written = TRI_NEW_ARRAY(s->arena, moment, ring->depth);
        for (int k = 0; k < ring->n_consumers; k++) tokens->empty[k] = TRI_NEW_ARRAY(s->arena, moment, ring->depth);
        ring->tokens = tokens;
    }
    if (!s->error) write_constants(s);
}

/* ---- closing ---- */

typedef struct numbering {
    uint8_t semaphore[TRI_SYS_MOST_QUEUES][TRI_SYS_MOST_QUEUES]; /* + 1 */
    int n;
} numbering;

static uint8_t semaphore_of(sched *s, numbering *all, const edge *e)
{
    uint8_t *at = &all->semaphore[e->from][e->to];
    if (!*at && all->n == MOST_SEMAPHORES)
        sched_fail(s, NULL, TRI_UNSUPPORTED, "more than %d pairs of queues wait for each other; fewer copy roles would do", MOST_SEMAPHORES);
    else if (!*at)
        *at = (uint8_t)++all->n;
    return (uint8_t)(*at ? *at - 1 : 0);
}

/* Whether a signal of this instruction says that all before it are complete too. */
static bool completes_in_order(const tri_systolic_instruction *i) { return i->op >= TRI_SYS_DMA ? i->op != TRI_SYS_LDW : i->op == TRI_SYS_SIG; }

typedef struct mark {
    uint32_t position;
    uint8_t semaphore;
} mark;

static int by_position(const void *a, const void *b)
{
    const mark *x = a, *y = b;
    return x->position < y->position ? -1 : x->position > y->position ? 1 : (int)x->semaphore - (int)y->semaphore;
}

/* Up to two of the marks of one position go into the instruction; `extra` ones before or behind it take the rest. */
static void write_queue(sched *s, int number, const mark *waits, size_t n_waits, const mark *signals, size_t n_signals)
{
    queue_code *q = &queues_of(s)->queue[number];
    size_t w = 0, g = 0;
    s->program->statement = 0;
    for (uint32_t position = 0; position <= q->code.n; position++) {
        bool end = position == q->code.n;
        while (position == 0 && g < n_signals && signals[g].position == 0) { /* of a queue that has not begun */
            tri_systolic_instruction sig = tri_systolic_make(TRI_SYS_SIG);
            sig.signal[0].semaphore = signals[g++].semaphore;
            sig.signal[0].add = 1;
            tri_systolic_append(s->program, number, &sig);
        }
        tri_systolic_instruction i = end ? tri_systolic_make(TRI_SYS_HALT) : q->code.at[position];
        s->program->statement = i.statement; /* of the extra ones too */
        size_t here = w, behind = g;
        while (here < n_waits && waits[here].position == position) here++;
        for (; here - w > 2; w++) {
            tri_systolic_instruction wait = tri_systolic_make(TRI_SYS_WAIT);
            wait.wait[0].semaphore = waits[w].semaphore;
            wait.wait[0].value = 1;
            tri_systolic_append(s->program, number, &wait);
        }
        for (int k = 0; w < here; w++, k++) {
            i.wait[k].semaphore = waits[w].semaphore;
            i.wait[k].value = 1;
        }
        while (behind < n_signals && signals[behind].position == position + 1) behind++;
        for (int k = 0; k < 2 && g < behind && completes_in_order(&i); k++, g++) {
            i.signal[k].semaphore = signals[g].semaphore;
            i.signal[k].add = 1;
        }
        tri_systolic_append(s->program, number, &i);
        for (; g < behind; g++) {
            tri_systolic_instruction sig = tri_systolic_make(TRI_SYS_SIG);
            sig.signal[0].semaphore = signals[g].semaphore;
            sig.signal[0].add = 1;
            tri_systolic_append(s->program, number, &sig);
        }
    }
}

void queues_close(sched *s)
{
    queues *all = queues_of(s);
    numbering *numbers = TRI_NEW(s->arena, numbering);
    size_t n_waits[TRI_SYS_MOST_QUEUES] = {0}, n_signals[TRI_SYS_MOST_QUEUES] = {0};
    mark *waits[TRI_SYS_MOST_QUEUES], *signals[TRI_SYS_MOST_QUEUES];
    for (size_t i = 0; i < all->edges.n; i++) {
        n_waits[all->edges.at[i].to]++;
        n_signals[all->edges.at[i].from]++;
    }
    for (int k = 0; k < TRI_SYS_MOST_QUEUES; k++) {
        waits[k] = TRI_NEW_ARRAY(s->arena, mark, n_waits[k]);
        signals[k] = TRI_NEW_ARRAY(s->arena, mark, n_signals[k]);
        n_waits[k] = n_signals[k] = 0;
    }
    for (size_t i = 0; i < all->edges.n && !s->error; i++) {
        const edge *e = &all->edges.at[i];
        uint8_t semaphore = semaphore_of(s, numbers, e);
        waits[e->to][n_waits[e->to]++] = (mark){e->to_position, semaphore};
        signals[e->from][n_signals[e->from]++] = (mark){e->from_position, semaphore};
    }
    for (uint32_t k = 0; k < s->program->n_queues && !s->error; k++) {
        if (n_waits[k]) qsort(waits[k], n_waits[k], sizeof(mark), by_position);
        if (n_signals[k]) qsort(signals[k], n_signals[k], sizeof(mark), by_position);
        write_queue(s, (int)k, waits[k], n_waits[k], signals[k], n_signals[k]);
    }
}
