/* targets/systolic/join.c - steps of a plan as engine programs: see join.h. What: as many of the first steps as can be read and as the tables of one
 * program and the memory of the compiler take, then of those behind them. Guarantees: the results of launching them one after another, for buffers
 * whose memories are apart; the same steps give the same bytes; each step is decoded once, and looked at a few times. Does not: join programs of
 * bundle cores. */
#include "targets/systolic/join.h"

#include <math.h>
#include <stdlib.h>

#include "targets/systolic/lower.h"

enum { WORTH_IT = 2 };

static tri_status *read_chip(join *j, const tri_chip *chip)
{
    double sp_bytes, bank_bytes, banks, hbm;
    TRI_TRY(tri_chip_require(chip, "sp_bytes", &sp_bytes));
    TRI_TRY(tri_chip_require(chip, "acc_bank_bytes", &bank_bytes));
    TRI_TRY(tri_chip_require(chip, "acc_banks", &banks));
    TRI_TRY(tri_chip_require(chip, "hbm_bandwidth", &hbm));
    static const char *const clocks[TRI_SYS_QUEUE_KIND_COUNT] = {
        [TRI_SYS_PE] = "clock", [TRI_SYS_VEC] = "vec_clock", [TRI_SYS_ACT_QUEUE] = "act_clock", [TRI_SYS_GP] = "gp_clock"};
    for (int k = 0; k < TRI_SYS_QUEUE_KIND_COUNT; k++) j->pace.ns_element[k] = clocks[k] ? 1e9 / tri_chip_number(chip, clocks[k], 1e9) : 0;
    j->pace.latency = tri_chip_number(chip, "vec_latency", 0) * j->pace.ns_element[TRI_SYS_VEC];
    j->pace.issue = 1e9 * tri_chip_number(chip, "dma_issue", 0);
    j->pace.away = 1e9 * tri_chip_number(chip, "dma_start", 0);
    j->pace.ns_byte = 1e9 / (hbm * tri_chip_number(chip, "hbm_sustained", 1));
    j->ahead_bytes = 2 * (j->pace.issue + j->pace.away) / j->pace.ns_byte;
    j->piece_bytes = j->pace.issue > 0 ? 2 * j->pace.issue / j->pace.ns_byte : INFINITY;
    j->sp_bytes = (uint32_t)sp_bytes;
    j->smem_bytes = (uint32_t)tri_chip_number(chip, "smem_bytes", 65536);
    j->s.chip = chip;
    j->s.bank_bytes = (uint32_t)bank_bytes;
    j->s.acc_banks = (uint32_t)banks;
    return NULL;
}

static const bool *written_memories(const join *j)
{
    bool *written = TRI_NEW_ARRAY(j->s.arena, bool, j->list->n_memories);
    for (size_t k = 0; k < j->items.n; k++) {
        const join_operand *dst = &j->items.at[k].operand[OPERAND_DST];
        if (dst->ap && dst->ap->space == TRI_SYS_HBM) written[j->list->buffers[dst->at.buffer].memory] = true;
    }
    return written;
}

/* The line of as many steps as there are, each with its queues; returns their number. */
static uint32_t gather_steps(join *j)
{
    j->newest_store = TRI_NEW_ARRAY(j->s.arena, uint32_t, j->list->n_buffers);
    uint32_t n = 0;
    for (; n < j->list->n_steps && !j->s.error; n++) {
        size_t begin = j->items.n;
        if (!j->programs[n]) j->s.error = tri_systolic_decode(j->list->steps[n].image, j->list->steps[n].n, &j->programs[n]);
        if (j->s.error || !join_read(j, n)) {
            j->items.n = begin;
            break;
        }
    }
    j->written = written_memories(j);
    join_turn(j);
    join_open_queues(j);
    for (size_t first = 0, end = 0; first < j->items.n && !j->s.error; first = end) {
        uint32_t step = j->items.at[first].step;
        while (end < j->items.n && j->items.at[end].step == step) end++;
        if (join_queues(j, first, end)) continue;
        j->items.n = first;
        n = step;
    }
    return n;
}

static tri_status *join_all(join *j, tri_joined *out)
{
    uint32_t n = gather_steps(j);
    if (n < WORTH_IT || j->s.error) return j->s.error;
    j->statements = TRI_NEW_ARRAY(j->s.arena, uint32_t, j->list->n_steps);
    j->argument = TRI_NEW_ARRAY(j->s.arena, uint32_t, j->list->n_buffers);
    join_places(j);
    if (j->s.error) return j->s.error;
    if (j->full_at != NO_STEP) { /* those before it have their places */
        n = j->full_at;
        while (j->items.n && j->items.at[j->items.n - 1].step >= n) j->items.n--;
    }
    if (n < WORTH_IT) return NULL;
    join_drop_stores(j, n);
    join_write(j);
    if (j->s.error || j->arguments.n > UINT16_MAX) return j->s.error;
    j->s.program->params = (uint16_t)j->arguments.n;
    j->s.program->sp_top = j->s.sp_top;
    out->n_steps = n;
    out->n_buffers = (uint32_t)j->arguments.n;
    return NULL;
}

/* What join_all made, out of its arena. */
static tri_status *hand_out(const join *j, uint32_t *arguments, tri_joined *out)
{
    if (!out->n_steps) return NULL;
    out->code = (tri_kernel_code){
        .kinds = {"systolic"}, .grid = {1, 1, 1}, .block = {1, 1, 1}, .static_shared_bytes = j->s.sp_top, .registers = -1, .spills = -1};
    tri_status *status = tri_systolic_finish(j->s.program, &out->code.images[0], &out->code.sizes[0]);
    if (status) return status;
    out->code.n_images = 1;
    for (uint32_t q = 0; q < j->s.program->n_queues; q++) out->code.code_bytes += 32ull * j->s.program->queues[q].n;
    if (out->n_buffers) memcpy(arguments, j->arguments.at, out->n_buffers * sizeof *arguments);
    out->buffers = arguments;
    return NULL;
}

static tri_status *in_arena(join *j, uint32_t *arguments, tri_joined *out)
{
    tri_arena arena;
    tri_arena_init(&arena, j->list->memory_limit);
    j->s.arena = &arena;
    tri_status *status;
    if (TRI_ARENA_EXHAUSTED(&arena)) {
        tri_status_free(tri_arena_exhausted(&arena));
        status = tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "joining these steps takes more than %zu bytes", j->list->memory_limit);
    } else {
        j->s.queues = TRI_NEW(&arena, queues);
        status = join_all(j, out);
        if (!status) status = hand_out(j, arguments, out);
    }
    tri_arena_free(&arena);
    return status;
}

/* One program of the list's steps, or of the first of them; none of less than two. */
static tri_status *attempt(const tri_chip *chip, const tri_join_list *list, tri_systolic_program **programs, uint32_t *arguments, tri_joined *out)
{
    *out = (tri_joined){0};
    join j = {.list = list, .programs = programs};
    TRI_TRY(read_chip(&j, chip));
    j.s.program = tri_systolic_new(false, chip->hash, 0);
    if (!j.s.program) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory for a joined program");
    tri_status *status = in_arena(&j, arguments, out);
    tri_systolic_free(j.s.program);
    if (!status) return NULL;
    tri_kernel_code_free(&out->code);
    *out = (tri_joined){0};
    return status;
}

/* The most of the first steps: `guess` of them, then twice as many as long as all are joined, or halfway between what could be joined and what could
 * not. */
static tri_status *most_steps(const tri_chip *chip, const tri_join_list *list, tri_systolic_program **programs, uint32_t guess, uint32_t *arguments,
                              tri_joined *out)
{
    uint32_t joined = 1, too_many = list->n_steps + 1, n = guess < list->n_steps ? guess : list->n_steps;
    *out = (tri_joined){0};
    while (joined + 1 < too_many) {
        tri_join_list some = *list;
        some.n_steps = n;
        some.n_behind += list->n_steps - n;
        tri_joined made;
        tri_status *status = attempt(chip, &some, programs, arguments, &made);
        if (!status) {
            tri_kernel_code_free(&out->code);
            *out = made;
            if (made.n_steps < n) break; /* whatever stands behind them */
            joined = n;
        } else if (tri_status_code(status) == TRI_UNSUPPORTED) {
            tri_status_free(status);
            too_many = n;
        } else {
            tri_kernel_code_free(&out->code);
            *out = (tri_joined){0};
            return status;
        }
        n = too_many <= list->n_steps ? joined + (too_many - joined) / 2 : joined < list->n_steps / 2 ? 2 * joined : list->n_steps;
    }
    return NULL;
}

tri_status *join_programs(const tri_chip *chip, const tri_join_list *list, uint32_t *arguments, tri_joined *out_joined, uint32_t *out_n)
{
    *out_n = 0;
    if (strcmp(tri_chip_word(chip, "style", ""), "decoupled")) return NULL;
    tri_systolic_program **programs = calloc(list->n_steps + 1, sizeof *programs);
    if (!programs) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory for the programs to join");
    tri_status *status = NULL;
    uint32_t first = 0;
    for (uint32_t guess = list->n_steps, n; list->n_steps - first >= WORTH_IT && !status; first += n) {
        tri_join_list rest = *list;
        rest.steps += first;
        rest.n_steps -= first;
        tri_joined *joined = &out_joined[*out_n];
        status = most_steps(chip, &rest, programs + first, guess, arguments, joined);
        n = joined->n_steps ? joined->n_steps : 1;
        guess = guess / 2 > 2 * n ? guess / 2 : 2 * n; /* steps that went into no program are looked at again less and less far */
        joined->first = first;
        arguments += joined->n_buffers;
        *out_n += joined->n_steps > 0;
        for (uint32_t k = first; k < first + n; k++) {
            tri_systolic_free(programs[k]);
            programs[k] = NULL;
        }
    }
    for (; first < list->n_steps; first++) tri_systolic_free(programs[first]);
    free(programs);
    while (status && *out_n) tri_kernel_code_free(&out_joined[--*out_n].code);
    return status;
}
