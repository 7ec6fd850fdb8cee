/* runtime/drivers/systolic_sim/pe.c - the matrix unit: weights, products into ACC or a FIFO, transposes through the array, pops.
 *
 * A product is performed when it is taken, which is before its `done`; nobody may look at it earlier (BANK, RACE and the FIFO see to that). */
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "runtime/drivers/systolic_sim/machine.h"

static array *array_of(machine *m, const op_context *c) { return &m->arrays[m->chip->bundle ? c->i->x : 0]; }

static double cycles(const machine *m, double n) { return n * 1e9 / m->chip->clock; }

static double multiplier(const tri_syssim_chip *chip, unsigned mode)
{
    switch (mode) {
    case TRI_SYS_MODE_F32: return chip->mm_mult_f32;
    case TRI_SYS_MODE_FP8: return chip->mm_mult_fp8;
    case TRI_SYS_MODE_FP8X2: return chip->mm_mult_fp8x2;
    case TRI_SYS_MODE_INT8: return chip->mm_mult_int8;
    default: return chip->mm_mult_bf16;
    }
}

static bool mode_takes(unsigned mode, unsigned dtype)
{
    switch (mode) {
    case TRI_SYS_MODE_BF16: return dtype == TRI_SYS_BF16 || dtype == TRI_SYS_F16;
    case TRI_SYS_MODE_F32: return dtype == TRI_SYS_F32;
    case TRI_SYS_MODE_INT8: return dtype == TRI_SYS_I8 || dtype == TRI_SYS_U8;
    default: return dtype == TRI_SYS_F8E4 || dtype == TRI_SYS_F8E5;
    }
}

double tri_syssim_pe_start(machine *m, const op_context *c, double s)
{
    array *a = array_of(m, c);
    if (c->i->op == TRI_SYS_LDW) {
        if (s < a->last_mm_start) s = a->last_mm_start;
        return s < a->ldw_end ? a->ldw_end : s;
    }
    if (s < a->stream_end) s = a->stream_end;
    if (c->i->op == TRI_SYS_XPOSE) return s < a->ldw_end ? a->ldw_end : s;
    const weights *w = a->fresh ? &a->shadow : &a->active;
    if (s < w->done) s = w->done;
    if (!m->chip->acc_rmw) { /* rows that are popped but not yet gone */
        uint32_t leaving = 0, rows = c->q->src0.pat->elements;
        for (uint32_t k = a->freed_first; k < a->freed_n; k++) leaving += a->freed[k].rows;
        while (a->freed_first < a->freed_n &&
               (a->freed[a->freed_first].freed <= s || a->fifo_rows + leaving + rows > (uint32_t)m->chip->acc_fifo_rows)) {
            const fifo_entry *e = &a->freed[a->freed_first++];
            leaving -= e->rows;
            if (s < e->freed) s = e->freed;
        }
    }
    return s;
}

/* [K][M] in f32 or i32, from weights with K on partitions (and pack rows in a partition) or on the free axis. */
static void load_weights(machine *m, const operand *o, weights *w, bool free_contract, uint32_t pack, int unit)
{
    uint32_t npart = o->pat->ap.npart, half = o->pat->elements / pack;
    float *row = m->scratch[0];
    int64_t *whole = (int64_t *)m->scratch[1];
    for (uint32_t p = 0; p < npart; p++) {
        const uint8_t *from = tri_syssim_row(m, o, p, unit);
        for (uint32_t h = 0; h < pack; h++) {
            if (w->mode == TRI_SYS_MODE_INT8)
                tri_syssim_load_i64(from, o->pat, h * half, half, whole);
            else
                tri_syssim_load_f32(from, o->pat, h * half, half, row);
            for (uint32_t j = 0; j < half; j++) {
                size_t at = free_contract ? (size_t)j * w->m + p : (size_t)(h * npart + p) * w->m + j;
                if (w->mode == TRI_SYS_MODE_INT8)
                    w->i32[at] = (int32_t)whole[j];
                else
                    w->f32[at] = row[j];
            }
        }
    }
}

static bool run_ldw(machine *m, const op_context *c, double s, double *done)
{
    const tri_syssim_chip *chip = m->chip;
    array *a = array_of(m, c);
    const operand *o = &c->q->src0;
    uint32_t pack = c->i->fn == TRI_SYS_MODE_FP8X2 ? 2 : 1;
    bool free_contract = chip->ldw_free != !!(c->i->flags & TRI_SYS_T);
    uint32_t k = free_contract ? o->pat->elements : o->pat->ap.npart * pack, cols = free_contract ? o->pat->ap.npart : o->pat->elements / pack;
    if (o->space != TRI_SYS_SP) return tri_syssim_trap(m, TRAP_SHAPE, o, "weights come from SP");
    if (!mode_takes(c->i->fn, o->pat->ap.dtype))
        return tri_syssim_trap(m, TRAP_DTYPE, o, "mode %s does not take %s", tri_systolic_mode_name(c->i->fn),
                               tri_systolic_dtype_name(o->pat->ap.dtype));
    if (k > chip->array_rows * pack || cols > chip->array_cols || o->pat->elements % pack)
        return tri_syssim_trap(m, TRAP_SHAPE, o, "weights of %u x %u for an array of %.0f x %.0f", k, cols, chip->array_rows * pack,
                               chip->array_cols);
    double duration = cycles(m, chip->bundle ? k / chip->rows_per_cycle : cols / chip->ldw_speed);
    weights *w = &a->shadow;
    w->loaded = true;
    w->k = k;
    w->m = cols;
    w->mode = c->i->fn;
    w->done = a->ldw_end = *done = s + duration;
    a->fresh = true;
    if (!m->functional) return true;
    if (!tri_syssim_check_read(m, o, c->unit)) return false;
    load_weights(m, o, w, free_contract, pack, c->unit);
    return true;
}

enum { FREE, OPEN, CLOSED, READ };

typedef struct group_walk {
    machine *m;
    const operand *o;
    bool add, last;
} group_walk;

/* The state of an accumulation group's columns: FREE -> OPEN by the first product -> CLOSED by the last -> READ by a reader. */
static bool group_run(void *context, int64_t offset, uint64_t bytes)
{
    group_walk *w = context;
    uint8_t *state = w->m->bank_state + (w->o->at + (uint64_t)offset) / 2;
    for (uint64_t k = 0; k < (bytes + 1) / 2; k++) {
        if (state[k] == CLOSED) return tri_syssim_trap(w->m, TRAP_BANK, w->o, "a write over a closed group that nobody has read");
        if (state[k] == OPEN && !w->add) return tri_syssim_trap(w->m, TRAP_BANK, w->o, "a new group over an open one");
        state[k] = w->last ? CLOSED : OPEN;
    }
    return true;
}

static bool push_entry(machine *m, fifo_entry **list, uint32_t *first, uint32_t *n, uint32_t *room, const fifo_entry *e)
{
    if (*first > 64 && *first * 2 > *n) {
        memmove(*list, *list + *first, (*n - *first) * sizeof **list);
        *n -= *first;
        *first = 0;
    }
    if (*n == *room) {
        uint32_t wanted = *room ? *room * 2 : 64;
        fifo_entry *moved = realloc(*list, wanted * sizeof *moved);
        if (!moved) {
            if (!m->status) m->status = tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory for the FIFO of an array");
            return false;
        }
        *list = moved;
        *room = wanted;
    }
    (*list)[(*n)++] = *e;
    return true;
}

static bool check_mm(machine *m, const op_context *c, const weights *w, uint32_t k, uint32_t n)
{
    const tri_syssim_chip *chip = m->chip;
    const operand *o = &c->q->src0, *dst = &c->q->dst;
    if (!w->loaded) return tri_syssim_trap(m, TRAP_ILLEGAL, o, "no weights are loaded");
    if (w->mode != c->i->fn) return tri_syssim_trap(m, TRAP_DTYPE, o, "weights were loaded in mode %s", tri_systolic_mode_name(w->mode));
    if (o->space != TRI_SYS_SP) return tri_syssim_trap(m, TRAP_SHAPE, o, "the moving operand comes from SP");
    if (!mode_takes(c->i->fn, o->pat->ap.dtype))
        return tri_syssim_trap(m, TRAP_DTYPE, o, "mode %s does not take %s", tri_systolic_mode_name(c->i->fn),
                               tri_systolic_dtype_name(o->pat->ap.dtype));
    if (k != w->k) return tri_syssim_trap(m, TRAP_SHAPE, o, "%u rows meet weights of %u rows", k, w->k);
    if (n > chip->mm_most_n) return tri_syssim_trap(m, TRAP_SHAPE, o, "%u moving columns; at most %.0f", n, chip->mm_most_n);
    if (!dst->pat) return true;
    unsigned sum = c->i->fn == TRI_SYS_MODE_INT8 ? TRI_SYS_I32 : TRI_SYS_F32;
    if (dst->space != TRI_SYS_ACC_SPACE || dst->pat->ap.dtype != sum)
        return tri_syssim_trap(m, TRAP_DTYPE, dst, "a matmul writes %s to ACC", tri_systolic_dtype_name(sum));
    if (dst->pat->ap.npart != w->m || dst->pat->elements != n)
        return tri_syssim_trap(m, TRAP_SHAPE, dst, "dst is %u x %u, the product %u x %u", dst->pat->ap.npart, dst->pat->elements, w->m, n);
    uint64_t low = dst->at + (uint64_t)dst->pat->low, high = dst->at + (uint64_t)dst->pat->high - 1, bank_bytes = (uint64_t)chip->acc_bank_bytes;
    if (low / bank_bytes != high / bank_bytes) return tri_syssim_trap(m, TRAP_SHAPE, dst, "the product does not lie in one bank");
    if (low / bank_bytes / (uint64_t)chip->acc_banks != (chip->bundle ? c->i->x : 0u))
        return tri_syssim_trap(m, TRAP_SHAPE, dst, "the bank belongs to another array");
    return true;
}

typedef struct columns_work {
    const float *w, *x;
    float *out;
    uint32_t k, m, n;
} columns_work;

enum { COLUMNS = 128, WORTH_THREADS = 4 << 20 }; /* columns a thread takes; multiply-accumulates below which starting threads costs more */

static void some_columns(void *context, size_t first, size_t end)
{
    const columns_work *work = context;
    for (size_t c = first; c < end; c++) {
        uint32_t at = (uint32_t)c * COLUMNS, some = work->n - at < COLUMNS ? work->n - at : COLUMNS;
        tri_syssim_product_f32(work->w, work->x + at, work->out + at, work->k, work->m, work->n, some);
    }
}

static bool product(machine *m, const op_context *c, const weights *w, uint32_t k, uint32_t n, uint32_t pack, float *out)
{
    const operand *o = &c->q->src0, *dst = &c->q->dst;
    bool integer = c->i->fn == TRI_SYS_MODE_INT8, add = c->i->flags & TRI_SYS_ACC;
    int64_t *whole = (int64_t *)m->scratch[1];
    if (!tri_syssim_check_read(m, o, c->unit)) return false;
    uint32_t npart = o->pat->ap.npart;
    for (uint32_t p = 0; p < npart; p++) {
        const uint8_t *from = tri_syssim_row(m, o, p, c->unit);
        for (uint32_t h = 0; h < pack; h++) {
            float *row = m->mm_x + (size_t)(h * npart + p) * n;
            if (!integer) {
                tri_syssim_load_f32(from, o->pat, h * n, n, row);
            } else {
                tri_syssim_load_i64(from, o->pat, h * n, n, whole);
                for (uint32_t j = 0; j < n; j++) ((int32_t *)row)[j] = (int32_t)whole[j];
            }
        }
    }
    if (dst->pat) {
        if (add) {
            group_walk g = {.m = m, .o = dst, .add = true, .last = c->i->flags & TRI_SYS_LAST};
            if (!tri_syssim_race(m, dst, c->unit, true) || !tri_syssim_runs(dst->pat, group_run, &g)) return false;
            for (uint32_t r = 0; r < w->m; r++) tri_syssim_load_f32(tri_syssim_row(m, dst, r, c->unit), dst->pat, 0, n, out + (size_t)r * n);
            if (integer)
                for (uint32_t r = 0; r < w->m; r++) {
                    tri_syssim_load_i64(tri_syssim_row(m, dst, r, c->unit), dst->pat, 0, n, whole);
                    for (uint32_t j = 0; j < n; j++) ((int32_t *)out)[(size_t)r * n + j] = (int32_t)whole[j];
                }
        } else {
            group_walk g = {.m = m, .o = dst, .last = c->i->flags & TRI_SYS_LAST};
            if (!tri_syssim_race(m, dst, c->unit, true) || !tri_syssim_runs(dst->pat, group_run, &g) || !tri_syssim_set_init(m, dst)) return false;
        }
    }
    if (!dst->pat || !add) memset(out, 0, 4ull * w->m * n);
    if (integer)
        tri_syssim_product_i32(w->i32, (int32_t *)m->mm_x, (int32_t *)out, k, w->m, n);
    else {
        columns_work work = {w->f32, m->mm_x, out, k, w->m, n};
        size_t pieces = (n + COLUMNS - 1) / COLUMNS;
        if (m->options.one_thread || (uint64_t)k * w->m * n < WORTH_THREADS)
            some_columns(&work, 0, pieces);
        else
            tri_parallel(pieces, 1, some_columns, &work);
    }
    if (!dst->pat) return true;
    for (uint32_t r = 0; r < w->m; r++) {
        uint8_t *to = tri_syssim_row(m, dst, r, c->unit);
        if (integer) {
            for (uint32_t j = 0; j < n; j++) whole[j] = ((int32_t *)out)[(size_t)r * n + j];
            tri_syssim_store_i64(to, dst->pat, 0, n, whole);
        } else {
            tri_syssim_store_f32(to, dst->pat, 0, n, out + (size_t)r * n);
        }
    }
    return true;
}

static bool run_mm(machine *m, const op_context *c, double s, double *done)
{
    const tri_syssim_chip *chip = m->chip;
    array *a = array_of(m, c);
    const operand *o = &c->q->src0;
    bool fresh = a->fresh;
    if (fresh) { /* the shadow becomes active */
        weights w = a->active;
        a->active = a->shadow;
        a->shadow = w;
        a->shadow.loaded = false;
        a->fresh = false;
    }
    const weights *w = &a->active;
    uint32_t pack = c->i->fn == TRI_SYS_MODE_FP8X2 ? 2 : 1, k = o->pat->ap.npart * pack, n = o->pat->elements / pack;
    if (!check_mm(m, c, w, k, n)) return false;
    double ii = n / chip->rows_per_cycle, load = w->m < 64 ? w->m : 64;
    if (ii < chip->mm_min_ii) ii = chip->mm_min_ii;
    if (fresh && ii < load) ii = load;
    ii *= multiplier(chip, c->i->fn) / chip->mm_sustain;
    a->last_mm_start = s;
    a->stream_end = s + cycles(m, ii);
    *done = s + cycles(m, ii + (chip->array_rows + chip->array_cols) / chip->rows_per_cycle + chip->mm_pipe);
    m->units[c->unit].busy += cycles(m, ii);
    if (c->q->dst.pat) return !m->functional || product(m, c, w, k, n, pack, m->mm_out);
    if (a->fifo_rows + n > chip->acc_fifo_rows)
        return tri_syssim_trap(m, TRAP_FIFO_OVER, o, "%u rows on top of %u in a FIFO of %.0f", n, a->fifo_rows, chip->acc_fifo_rows);
    fifo_entry e = {.rows = n, .m = w->m, .done = *done, .integer = c->i->fn == TRI_SYS_MODE_INT8};
    if (m->functional) {
        memcpy(e.clock, m->units[c->unit].clock, sizeof e.clock);
        e.values = malloc(4ull * n * w->m + 1);
        if (!e.values && !m->status) m->status = tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory for a product of %u x %u", w->m, n);
        if (!e.values || !product(m, c, w, k, n, pack, e.values)) {
            free(e.values);
            return false;
        }
    }
    a->fifo_rows += n;
    if (push_entry(m, &a->fifo, &a->fifo_first, &a->fifo_n, &a->fifo_room, &e)) return true;
    free(e.values);
    return false;
}

static bool run_xpose(machine *m, const op_context *c, double s, double *done)
{
    const tri_syssim_chip *chip = m->chip;
    array *a = array_of(m, c);
    const operand *o = &c->q->src0, *dst = &c->q->dst;
    uint32_t p = o->pat->ap.npart, f = o->pat->elements;
    if (o->space != TRI_SYS_SP || dst->space != TRI_SYS_ACC_SPACE) return tri_syssim_trap(m, TRAP_SHAPE, o, "a transpose goes from SP to ACC");
    if (p > 128 || f > 128 || dst->pat->ap.npart != f || dst->pat->elements != p)
        return tri_syssim_trap(m, TRAP_SHAPE, o, "%u x %u into %u x %u", p, f, dst->pat->ap.npart, dst->pat->elements);
    if (o->pat->ap.dtype != dst->pat->ap.dtype) return tri_syssim_trap(m, TRAP_DTYPE, o, "a transpose keeps the dtype");
    double ii = p > (f < 64 ? f : 64) ? p : (f < 64 ? f : 64);
    if (ii < chip->mm_min_ii) ii = chip->mm_min_ii;
    ii *= o->pat->bytes == 4 ? chip->mm_mult_f32 : 1;
    a->active.loaded = a->shadow.loaded = a->fresh = false;
    a->last_mm_start = s;
    a->stream_end = s + cycles(m, ii);
    m->units[c->unit].busy += cycles(m, ii);
    *done = s + cycles(m, ii + (chip->array_rows + chip->array_cols) / chip->rows_per_cycle + chip->mm_pipe);
    if (!m->functional) return true;
    group_walk g = {.m = m, .o = dst, .last = true};
    if (!tri_syssim_check_read(m, o, c->unit) || !tri_syssim_race(m, dst, c->unit, true) || !tri_syssim_runs(dst->pat, group_run, &g) ||
        !tri_syssim_set_init(m, dst))
        return false;
    return tri_syssim_vector_values(m, c);
}

bool tri_syssim_pe_run(machine *m, const op_context *c, double s, double *done)
{
    if (c->i->op == TRI_SYS_LDW) return run_ldw(m, c, s, done);
    return c->i->op == TRI_SYS_MM ? run_mm(m, c, s, done) : run_xpose(m, c, s, done);
}

bool tri_syssim_pop_ready(machine *m, const op_context *c, double *issue)
{
    const operand *dst = &c->q->dst;
    for (int k = 0; k < MOST_ARRAYS; k++) {
        array *a = &m->arrays[k];
        if (!(c->i->x >> k & 1)) continue;
        if (a->fifo_first == a->fifo_n) return tri_syssim_trap(m, TRAP_FIFO_UNDER, NULL, "the FIFO of array %d is empty", k);
        const fifo_entry *e = &a->fifo[a->fifo_first];
        if (dst->pat->ap.npart != e->m || dst->pat->elements != e->rows)
            return tri_syssim_trap(m, TRAP_SHAPE, dst, "dst is %u x %u, array %d's head %u x %u", dst->pat->ap.npart, dst->pat->elements, k, e->m,
                                   e->rows);
        double ready = e->done + 1e9 * m->chip->semaphore_latency;
        if (*issue < ready) *issue = ready;
    }
    return true;
}

bool tri_syssim_pop_values(machine *m, const op_context *c, double done)
{
    const operand *dst = &c->q->dst;
    uint32_t n = dst->pat->elements;
    bool add = c->i->flags & TRI_SYS_ACC, ok = true;
    fifo_entry heads[MOST_ARRAYS];
    int n_heads = 0;
    for (int k = 0; k < MOST_ARRAYS; k++) {
        array *a = &m->arrays[k];
        if (!(c->i->x >> k & 1)) continue;
        fifo_entry e = a->fifo[a->fifo_first++];
        a->fifo_rows -= e.rows;
        e.freed = done;
        heads[n_heads++] = e;
        e.values = NULL;
        ok = ok && push_entry(m, &a->freed, &a->freed_first, &a->freed_n, &a->freed_room, &e);
        /* The stream waited for the product, so this op and all that issue later are ordered behind it. */
        for (int j = 0; m->functional && j < MOST_UNITS; j++) {
            if (m->units[c->unit].clock[j] < e.clock[j]) m->units[c->unit].clock[j] = e.clock[j];
            if (m->units[UNIT_STREAM].clock[j] < e.clock[j]) m->units[UNIT_STREAM].clock[j] = e.clock[j];
        }
    }
    if (m->functional) {
        ok = ok && (!add || tri_syssim_check_read(m, dst, c->unit)) && tri_syssim_check_write(m, dst, c->unit);
        for (uint32_t p = 0; ok && p < dst->pat->ap.npart; p++) {
            uint8_t *to = tri_syssim_row(m, dst, p, c->unit);
            for (uint32_t first = 0; first < n; first += 1024) {
                uint32_t some = n - first < 1024 ? n - first : 1024;
                float *sum = m->scratch[0], *part = m->scratch[1];
                if (add) tri_syssim_load_f32(to, dst->pat, first, some, sum);
                for (int k = 0; k < n_heads; k++) {
                    const float *from = heads[k].values + (size_t)p * n + first;
                    if (heads[k].integer)
                        for (uint32_t j = 0; j < some; j++) part[j] = (float)((const int32_t *)from)[j];
                    else
                        memcpy(part, from, 4ull * some);
                    if (!k && !add)
                        memcpy(sum, part, 4ull * some);
                    else
                        tri_syssim_alu_f32(TRI_SYS_ALU_ADD, some, sum, part, sum);
                }
                tri_syssim_store_f32(to, dst->pat, first, some, sum);
            }
        }
    }
    for (int k = 0; k < n_heads; k++) free(heads[k].values);
    return ok;
}
