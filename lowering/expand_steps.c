/* lowering/expand_steps.c - Rau's modulo schedule of one loop as text: steps that lack statements at both ends are written out, the steady ones stay
 * a loop, and a loop whose `if` on its counter changes its answer once becomes two.
 *
 * An item of stage s runs in step t for iteration t - s. A value that an item of stage s takes from an item of stage s' was made s - s' steps before;
 * through the loop's carried values one more. `history[k]` holds the values made k steps before the current one. Needs: at least as many iterations
 * as the highest stage, which the caller has proved. Guarantees: joins leave under way only what was issued after the product they wait for, in every
 * step. */
#include "lowering/expand_threads.h"

#include <stdlib.h>

enum { MOST_DELAY = 8 };

typedef struct steps {
    threads *t;
    scope *outer;
    const items *list;
    int64_t first, last; /* lowest and highest stage: steps first .. n - 1 + last */
    tri_value *n;
    tri_value **history[MOST_DELAY]; /* by value id of the kernel */
    int64_t *stage_of;               /* by value id: of what makes it; NOT_HERE when nothing in the loop does */
    int64_t *lags;                   /* per item and phase */
    int64_t n_phases;
    /* the step that is being emitted */
    tri_block *block;
    tri_value_map **indices;   /* per stage, from `first` */
    tri_value *step;           /* t */
    int64_t stage;             /* of the item that is being emitted */
    int forced;                /* the `if`s on the counter: -1 as they stand, else the branch taken */
    TRI_VEC(uint32_t) delayed; /* id * MOST_DELAY + delay of what the steady loop carries */
    bool noting;               /* notes what is taken from earlier steps instead of emitting */
    tri_status *error;
} steps;

static const int64_t NOT_HERE = INT64_MIN;

static void fail(steps *x, const tri_op *op, const char *what)
{
    if (x->error) return;
    x->error = tri_error(TRI_INVALID, op->loc, "schedule of kernel '%s': %s%s%s: %s", x->t->kernel->name, tri_op_row_of(op->kind)->text,
                         op->label ? " @" : "", op->label ? op->label : "", what);
}

static const tri_block *body_of(const steps *x) { return x->t->loop->regions[0]; }

/* What a carried value of the loop is in the next iteration. */
static const tri_value *yielded(const steps *x, const tri_value *argument) { return body_of(x)->last->operands[argument->index - 1]; }

static bool is_carried(const steps *x, const tri_value *value) { return value->block == body_of(x) && value->index > 0; }

/* ---- looking up ---- */

static tri_value *look(void *context, const tri_value *value)
{
    steps *x = context;
    if (value->type.kind == TRI_TYPE_INDEX) {
        if (value == body_of(x)->args[0]) {
            tri_value *iteration = tri_tile_arith(x->block, TRI_SCALAR_SUBTRACT, x->step, tri_tile_index(x->block, x->stage));
            tri_value_map_set(x->indices[x->stage - x->first], value, iteration);
            return iteration;
        }
        tri_value *there = tri_value_map_get(x->outer->values, value);
        return there == value ? NULL : there;
    }
    int64_t delay;
    if (is_carried(x, value)) {
        int64_t made = x->stage_of[yielded(x, value)->id];
        if (made == NOT_HERE) {
            fail(x, x->t->loop, "a carried value is not made by a statement of the loop");
            return NULL;
        }
        delay = x->stage + 1 - made;
    } else if (x->stage_of[value->id] != NOT_HERE) {
        delay = x->stage - x->stage_of[value->id];
    } else {
        tri_value *there = tri_value_map_get(x->outer->values, value);
        return there == value ? NULL : there;
    }
    if (delay < 0 || delay >= MOST_DELAY) {
        fail(x, value->op ? value->op : x->t->loop, "its result is taken in an earlier stage than it is made in, or more than 7 steps later");
        return NULL;
    }
    if (delay && x->noting) {
        for (int64_t d = 1; d <= delay; d++) {
            uint32_t entry = value->id * MOST_DELAY + (uint32_t)d;
            bool there = false;
            for (size_t i = 0; i < x->delayed.n; i++) there |= x->delayed.at[i] == entry;
            if (!there) TRI_PUSH(x->t->arena, &x->delayed, entry);
        }
    }
    return x->history[delay][value->id];
}

/* Everything that an op takes, through the views in between, without emitting. */
static void note_operands(steps *x, const tri_op *op)
{
    for (uint32_t i = 0; i < op->n_operands; i++) {
        const tri_value *value = op->operands[i];
        if (value->type.kind != TRI_TYPE_TILE) continue;
        if (value->op && tri_is_view(value->op) && value->op->parent == body_of(x))
            note_operands(x, value->op);
        else
            (void)look(x, value);
    }
    for (uint32_t r = 0; op->kind == TRI_TILE_IF && r < op->n_regions; r++)
        for (const tri_op *inner = op->regions[r]->first; inner; inner = inner->next) note_operands(x, inner);
}

/* ---- one item ---- */

static scope scope_of(steps *x, int64_t stage)
{
    x->stage = stage;
    scope s = *x->outer;
    s.block = x->block;
    s.values = x->indices[stage - x->first];
    s.look = look;
    s.context = x;
    return s;
}

/* Enters what an original value is in this step, for its own name and for the carried values that it becomes. */
static void made(steps *x, const tri_value *value, tri_value *as)
{
    x->history[0][value->id] = as;
    const tri_block *body = body_of(x);
    for (uint32_t i = 0; i < body->last->n_operands; i++)
        if (body->last->operands[i] == value) x->history[0][body->args[1 + i]->id] = as;
}

static void emit_branch(steps *x, scope *s, const tri_op *op, int branch)
{
    const tri_block *region = op->regions[branch];
    for (const tri_op *inner = region->first; inner && !x->error; inner = inner->next) {
        if (inner->kind == TRI_TILE_YIELD) {
            for (uint32_t i = 0; i < op->n_results; i++) made(x, op->results[i], tri_scope_tile(s, inner->operands[i]));
        } else if (inner->kind != TRI_TILE_INDEX && !tri_is_view(inner)) {
            x->error = tri_scope_emit(s, inner);
        }
    }
}

static void emit_statement(steps *x, const tri_op *op)
{
    scope s = scope_of(x, x->stage);
    if (op->kind == TRI_TILE_IF && x->forced >= 0) {
        emit_branch(x, &s, op, x->forced ? 0 : 1);
        return;
    }
    x->error = tri_scope_emit(&s, op);
    if (op->kind == TRI_TILE_MMA && !x->t->merged) tri_sched_set_unit(x->block->last, "async");
    for (uint32_t i = 0; i < op->n_results && !x->error; i++) {
        made(x, op->results[i], tri_value_map_get(s.values, op->results[i]));
        tri_value_map_set(s.values, op->results[i], op->results[i]); /* from now on the history knows it */
    }
}

static void emit_await(steps *x, const item *it)
{
    scope s = scope_of(x, it->stage);
    made(x, it->op->results[0], tri_share_await(&s, it->op->results[0]));
}

static void emit_load(steps *x, const item *it)
{
    scope s = scope_of(x, it->stage);
    x->error = tri_bring(&s, it->op);
}

static void emit_item(steps *x, size_t number, int64_t phase)
{
    const item *it = &x->list->at[number];
    x->stage = it->stage;
    if (it->op) x->t->module->here = it->op->loc;
    switch (it->kind) {
    case ITEM_STATEMENT: emit_statement(x, it->op); break;
    case ITEM_AWAIT: emit_await(x, it); break;
    case ITEM_JOIN: tri_sched_join(x->block, x->lags[(int64_t)number * x->n_phases + phase]); break;
    case ITEM_RELEASE: tri_sched_token(x->block, TRI_SCHED_RELEASE, it->ring); break;
    case ITEM_TAKE: tri_sched_token(x->block, TRI_SCHED_TAKE, it->ring); break;
    case ITEM_GIVE: tri_sched_token(x->block, TRI_SCHED_GIVE, it->ring); break;
    case ITEM_LOAD: emit_load(x, it); break;
    }
}

/* Whether an item runs in a step before the steady ones (`step` counted from 0) or behind them (`step` counted from n). */
static bool runs_before(const item *it, int64_t step) { return (it->kind != ITEM_TAKE && it->kind != ITEM_GIVE) && step - it->stage >= 0; }
static bool runs_behind(const item *it, int64_t step) { return (it->kind != ITEM_TAKE && it->kind != ITEM_GIVE) && step - it->stage < it->ahead; }

static void begin_step(steps *x, tri_block *block, tri_value *step)
{
    x->block = block;
    x->step = step;
    for (int64_t s = x->first; s <= x->last; s++) x->indices[s - x->first] = tri_value_map_create(x->t->arena);
}

static void shift(steps *x)
{
    uint32_t n = x->t->kernel->n_values;
    for (int d = MOST_DELAY - 1; d > 0; d--) memcpy(x->history[d], x->history[d - 1], n * sizeof *x->history[d]);
    memset(x->history[0], 0, n * sizeof *x->history[0]);
}

/* ---- joins ---- */

/* Plays the steps for a loop of n iterations and lowers each join's lag to what may be under way there. */
static void play_joins(steps *x, int64_t n)
{
    const items *list = x->list;
    struct {
        const tri_op *op;
        int64_t iteration;
    } *issued = TRI_NEW_ARRAY(x->t->arena, __typeof__(*issued), (size_t)(n - x->first + x->last + 1) * list->n);
    int64_t n_issued = 0, prologue = x->last - x->first;
    for (int64_t step = x->first; step <= n - 1 + x->last; step++) {
        int64_t phase = step < x->last ? step - x->first : step < n ? prologue : prologue + 1 + (step - n);
        for (size_t i = 0; i < list->n; i++) {
            const item *it = &list->at[i];
            int64_t iteration = step - it->stage;
            if (iteration < 0 || iteration >= n) continue;
            if (it->kind == ITEM_STATEMENT && it->op->kind == TRI_TILE_MMA) {
                issued[n_issued].op = it->op;
                issued[n_issued++].iteration = iteration;
            }
            if (it->kind != ITEM_JOIN) continue;
            int64_t at = n_issued;
            while (at > 0 && (issued[at - 1].op != it->op || issued[at - 1].iteration != iteration)) at--;
            int64_t *lag = &x->lags[(int64_t)i * x->n_phases + phase];
            if (at && n_issued - at < *lag) *lag = n_issued - at;
        }
    }
}

static void find_lags(steps *x)
{
    x->n_phases = 2 * (x->last - x->first) + 2;
    x->lags = TRI_NEW_ARRAY(x->t->arena, int64_t, (size_t)x->n_phases * x->list->n);
    for (size_t i = 0; i < (size_t)x->n_phases * x->list->n; i++) x->lags[i] = INT64_MAX;
    int64_t least = x->last > 1 ? x->last : 1;
    for (int64_t n = least; n < least + 3; n++) play_joins(x, n);
    for (size_t i = 0; i < (size_t)x->n_phases * x->list->n; i++)
        if (x->lags[i] == INT64_MAX) x->lags[i] = 0; /* never in this phase */
}

/* ---- the range of an `if` ---- */

/* value = base + factor * counter, with base emitted in the outer scope. */
static bool linear(steps *x, const tri_value *value, tri_value **base, int64_t *factor)
{
    if (value == body_of(x)->args[0]) {
        *base = tri_tile_index(x->outer->block, 0);
        *factor = 1;
        return true;
    }
    const tri_op *op = value->op;
    if (!op || op->parent != body_of(x) || op->fn == TRI_OP_NONE) {
        *base = tri_scope_index(x->outer, value);
        *factor = 0;
        return true;
    }
    tri_value *a, *b;
    int64_t fa, fb;
    if (op->n_operands != 2 || !linear(x, op->operands[0], &a, &fa) || !linear(x, op->operands[1], &b, &fb)) return false;
    *base = tri_tile_arith(x->outer->block, (tri_op_kind)op->fn, a, b);
    bool a_known = a->op && a->op->kind == TRI_TILE_INDEX && a->op->fn == TRI_OP_NONE,
         b_known = b->op && b->op->kind == TRI_TILE_INDEX && b->op->fn == TRI_OP_NONE;
    switch (op->fn) {
    case TRI_SCALAR_ADD: *factor = fa + fb; return true;
    case TRI_SCALAR_SUBTRACT: *factor = fa - fb; return true;
    case TRI_SCALAR_MULTIPLY:
        if (fb == 0 && b_known)
            *factor = fa * tri_op_integer(b->op, "value", 0);
        else if (fa == 0 && a_known)
            *factor = fb * tri_op_integer(a->op, "value", 0);
        else
            return fa == 0 && fb == 0;
        return true;
    default: *factor = 0; return fa == 0 && fb == 0;
    }
}

/* The condition's value is `before` for iterations below *out_at and the opposite from there on. */
static bool switch_point(steps *x, const tri_op *choice, tri_value **out_at, bool *before)
{
    const tri_op *compare = choice->operands[0]->op;
    if (!compare || compare->kind != TRI_TILE_INDEX || compare->n_operands != 2) return false;
    unsigned fn = compare->fn;
    bool swap = fn == TRI_SCALAR_LE || fn == TRI_SCALAR_LT, strict = fn == TRI_SCALAR_LT || fn == TRI_SCALAR_GT;
    if (!swap && fn != TRI_SCALAR_GE && fn != TRI_SCALAR_GT) return false;
    tri_value *a, *b;
    int64_t fa, fb;
    if (!linear(x, compare->operands[swap], &a, &fa) || !linear(x, compare->operands[!swap], &b, &fb)) return false;
    int64_t factor = fa - fb;
    if (!factor) return false;
    tri_block *block = x->outer->block;
    /* f(i) = d + factor i >= 0, d an integer */
    tri_value *d = tri_tile_arith(block, TRI_SCALAR_SUBTRACT, a, b);
    if (strict) d = tri_tile_arith(block, TRI_SCALAR_SUBTRACT, d, tri_tile_index(block, 1));
    *before = factor < 0;
    if (factor < 0) /* true while i <= d / -factor */
        *out_at = tri_tile_arith(block, TRI_SCALAR_ADD, tri_tile_arith(block, TRI_SCALAR_DIVIDE, d, tri_tile_index(block, -factor)),
                                 tri_tile_index(block, 1));
    else /* true from ceil(-d / factor) on: - floor(d / factor) */
        *out_at = tri_tile_arith(block, TRI_SCALAR_SUBTRACT, tri_tile_index(block, 0),
                                 tri_tile_arith(block, TRI_SCALAR_DIVIDE, d, tri_tile_index(block, factor)));
    return true;
}

/* ---- the steady steps ---- */

static void emit_loop(steps *x, tri_value *low, tri_value *high, int forced)
{
    uint32_t n = (uint32_t)x->delayed.n;
    tri_value **initial = TRI_NEW_ARRAY(x->t->arena, tri_value *, n);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t id = x->delayed.at[i] / MOST_DELAY, delay = x->delayed.at[i] % MOST_DELAY;
        initial[i] = x->history[delay][id];
        if (!initial[i]) {
            fail(x, x->t->loop, "a value that the steady steps carry has no beginning; a placed statement may be missing in the order");
            return;
        }
    }
    tri_op *loop = tri_tile_for(x->outer->block, "t", low, high, n, initial);
    loop->label = x->t->loop->label;
    tri_value **saved[MOST_DELAY];
    memcpy(saved, x->history, sizeof saved);
    for (int d = 0; d < MOST_DELAY; d++) x->history[d] = TRI_NEW_ARRAY(x->t->arena, tri_value *, x->t->kernel->n_values);
    for (uint32_t i = 0; i < n; i++) x->history[x->delayed.at[i] % MOST_DELAY][x->delayed.at[i] / MOST_DELAY] = loop->regions[0]->args[1 + i];
    begin_step(x, loop->regions[0], loop->regions[0]->args[0]);
    x->forced = forced;
    for (size_t i = 0; i < x->list->n && !x->error; i++) emit_item(x, i, x->last - x->first);
    tri_value **carried = TRI_NEW_ARRAY(x->t->arena, tri_value *, n);
    for (uint32_t i = 0; i < n && !x->error; i++) {
        uint32_t id = x->delayed.at[i] / MOST_DELAY, delay = x->delayed.at[i] % MOST_DELAY;
        carried[i] = x->history[delay - 1][id];
        if (!carried[i]) fail(x, x->t->loop, "a value that the steady steps carry is not made in every step");
    }
    memcpy(x->history, saved, sizeof saved);
    if (x->error) return;
    tri_tile_yield(loop->regions[0], n, carried);
    for (uint32_t i = 0; i < n; i++) x->history[x->delayed.at[i] % MOST_DELAY][x->delayed.at[i] / MOST_DELAY] = loop->results[i];
    x->forced = -1;
}

static tri_value *clamp(tri_block *block, tri_value *value, tri_value *low, tri_value *high)
{
    return tri_tile_arith(block, TRI_SCALAR_MINIMUM, tri_tile_arith(block, TRI_SCALAR_MAXIMUM, value, low), high);
}

static void emit_steady(steps *x)
{
    tri_block *block = x->outer->block;
    tri_value *low = tri_tile_index(block, x->last), *middle;
    const item *choice = NULL;
    for (size_t i = 0; i < x->list->n; i++)
        if (x->list->at[i].kind == ITEM_STATEMENT && x->list->at[i].op->kind == TRI_TILE_IF) choice = choice ? NULL : &x->list->at[i];
    bool before;
    if (!choice || !switch_point(x, choice->op, &middle, &before)) {
        emit_loop(x, low, x->n, -1);
        return;
    }
    middle = tri_tile_arith(block, TRI_SCALAR_ADD, middle, tri_tile_index(block, choice->stage));
    middle = clamp(block, middle, low, x->n);
    emit_loop(x, low, middle, before);
    if (!x->error) emit_loop(x, middle, x->n, !before);
}

/* ---- all of it ---- */

static void enter_initial(steps *x, int64_t step, int delay)
{
    const tri_op *loop = x->t->loop;
    for (uint32_t i = 0; i < loop->n_results; i++) {
        const tri_value *argument = body_of(x)->args[1 + i];
        int64_t stage = x->stage_of[yielded(x, argument)->id];
        if (stage == NOT_HERE) continue; /* of another role */
        bool here = delay ? stage <= step : stage - 1 == step;
        if (here) x->history[delay][argument->id] = tri_scope_tile(x->outer, loop->operands[2 + i]);
    }
}

tri_status *tri_emit_steps(threads *t, scope *outer, const items *list)
{
    if (!list->n) return NULL;
    const tri_op *loop = t->loop;
    steps x = {.t = t, .outer = outer, .list = list, .forced = -1, .first = INT64_MAX, .last = INT64_MIN, .block = outer->block};
    uint32_t n_values = t->kernel->n_values;
    x.stage_of = TRI_NEW_ARRAY(t->arena, int64_t, n_values);
    for (uint32_t i = 0; i < n_values; i++) x.stage_of[i] = NOT_HERE;
    for (size_t i = 0; i < list->n; i++) {
        const item *it = &list->at[i];
        if (it->stage < x.first) x.first = it->stage;
        if (it->stage > x.last) x.last = it->stage;
        for (uint32_t r = 0; (it->kind == ITEM_STATEMENT || it->kind == ITEM_AWAIT) && r < it->op->n_results; r++)
            x.stage_of[it->op->results[r]->id] = it->stage;
    }
    if (x.last < 0) x.last = 0;
    for (int d = 0; d < MOST_DELAY; d++) x.history[d] = TRI_NEW_ARRAY(t->arena, tri_value *, n_values);
    x.indices = TRI_NEW_ARRAY(t->arena, tri_value_map *, x.last - x.first + 1);
    find_lags(&x);

    tri_value *low = tri_scope_index(outer, loop->operands[0]), *high = tri_scope_index(outer, loop->operands[1]);
    x.n = tri_tile_arith(outer->block, TRI_SCALAR_SUBTRACT, high, low);
    if (!(loop->operands[0]->op && loop->operands[0]->op->fn == TRI_OP_NONE && tri_op_integer(loop->operands[0]->op, "value", 0) == 0))
        return tri_error(TRI_UNSUPPORTED, loop->loc, "a pipelined loop that does not begin at 0");

    /* What the steady steps carry. */
    x.noting = true;
    for (size_t i = 0; i < list->n && !x.error; i++) {
        x.stage = list->at[i].stage;
        if (list->at[i].kind == ITEM_STATEMENT) note_operands(&x, list->at[i].op);
    }
    /* The loop's results are the carried values after the last step. */
    for (uint32_t i = 0; i < loop->n_results && !x.error; i++) {
        const tri_value *argument = body_of(&x)->args[1 + i];
        int64_t made_in = x.stage_of[yielded(&x, argument)->id];
        if (made_in == NOT_HERE) continue;
        x.stage = 0;
        if (made_in <= 0) (void)look(&x, argument);
    }
    x.noting = false;
    if (x.error) return x.error;

    enter_initial(&x, x.first, 1); /* made before the first step */
    for (int64_t step = x.first; step < x.last && !x.error; step++) {
        begin_step(&x, outer->block, tri_tile_index(outer->block, step));
        enter_initial(&x, step, 0);
        for (size_t i = 0; i < list->n && !x.error; i++)
            if (runs_before(&list->at[i], step)) emit_item(&x, i, step - x.first);
        shift(&x);
    }
    if (!x.error) emit_steady(&x);
    for (int64_t step = 0; step < x.last && !x.error; step++) {
        begin_step(&x, outer->block, tri_tile_arith(outer->block, TRI_SCALAR_ADD, x.n, tri_tile_index(outer->block, step)));
        for (size_t i = 0; i < list->n && !x.error; i++)
            if (runs_behind(&list->at[i], step)) emit_item(&x, i, x.last - x.first + 1 + step);
        shift(&x);
    }
    if (x.error) return x.error;
    /* After step n - 1 + last, a carried value made in stage s was made last - s + 1 steps before the next. */
    int64_t behind = x.last;
    for (uint32_t i = 0; i < loop->n_results; i++) {
        const tri_value *argument = body_of(&x)->args[1 + i];
        int64_t made_in = x.stage_of[yielded(&x, argument)->id];
        if (made_in == NOT_HERE) continue;
        tri_value_map_set(outer->values, loop->results[i], x.history[behind + 1 - made_in][argument->id]);
    }
    return NULL;
}
