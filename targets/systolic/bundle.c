/* targets/systolic/bundle.c - a scheduled program as the stream of a bundle core. What: the index part of every role is executed (logical programs,
 * loops and conditions are unrolled), all other statements become micro-ops. Roles take turns: copy roles run as far as their rings allow, the core
 * role up to its next publish or release, so that a transfer enters the stream as soon as the text lets it. Needs: a verified scheduled program, one
 * instance of each role, no cluster. Guarantees: the program's results; errors name the statement. Does not: roll loops. */
#include "targets/systolic/bundle.h"

#include <stdarg.h>

#include "targets/systolic/statements.h"

void bundle_fail(bundle *b, const tri_op *op, tri_code code, const char *format, ...)
{
    if (b->error) return;
    va_list arguments;
    va_start(arguments, format);
    b->error = tri_op_error_v(op, code, format, arguments);
    va_end(arguments);
}

int64_t bundle_index(const bundle *b, const tri_value *value) { return b->indices[value->id]; }

/* ---- index values ---- */

static void define_index(bundle *b, const tri_op *op)
{
    int64_t *out = &b->indices[op->results[0]->id];
    if (op->fn == TRI_OP_NONE) {
        *out = tri_op_integer(op, "value", 0);
        return;
    }
    int64_t x = bundle_index(b, op->operands[0]), y = bundle_index(b, op->operands[1]);
    if (!tri_index_compute((tri_op_kind)op->fn, x, y, out))
        bundle_fail(b, op, TRI_INVALID, "index function '%s' of %lld and %lld", tri_op_row_of((tri_op_kind)op->fn)->text, (long long)x, (long long)y);
}

/* ---- values ---- */

static bool is_tile(const tri_value *value) { return value->type.kind == TRI_TYPE_TILE; }

/* The value looks at this from now on; the view's use becomes the value's. */
static void bind(bundle *b, const tri_value *value, view v)
{
    view *old = &b->views[value->id];
    if (old->defined) view_drop(b, old);
    *old = v;
}

static void unbind(bundle *b, const tri_value *value)
{
    view *v = &b->views[value->id];
    if (v->defined) view_drop(b, v);
    v->defined = false;
}

/* The value as another one: carried, yielded. */
static void pass_on(bundle *b, const tri_value *from, const tri_value *to)
{
    if (!is_tile(from)) {
        b->indices[to->id] = bundle_index(b, from);
        return;
    }
    view v = b->views[from->id];
    view_keep(b, &v);
    bind(b, to, v);
}

static void note_uses(bundle *b, const tri_block *block)
{
    for (const tri_op *op = block->first; op; op = op->next) {
        for (uint32_t i = 0; i < op->n_operands; i++) {
            const tri_value *value = op->operands[i];
            const tri_block *home = value->op ? value->op->parent : value->block;
            const tri_op *user = op; /* the op of the value's own block that holds this use */
            while (user->parent != home && user->parent->owner) user = user->parent->owner;
            b->last_use[value->id] = user;
            b->uses[value->id]++;
        }
        for (uint32_t r = 0; r < op->n_regions; r++)
            if (op->kind == TRI_TILE_FOR || op->kind == TRI_TILE_IF || op->kind == TRI_SCHED_ROLE || op->kind == TRI_SCHED_WORK)
                note_uses(b, op->regions[r]);
    }
}

/* ---- roles ---- */

static bundle_ring *ring_of(bundle *b, const tri_value *value)
{
    int k = 0;
    while (b->rings[k].value != value) k++;
    return &b->rings[k];
}

static void note_consumers(bundle *b, int role, const tri_block *block)
{
    for (const tri_op *op = block->first; op; op = op->next) {
        if (op->kind == TRI_SCHED_AWAIT) ring_of(b, op->operands[0])->consumer[role] = true;
        const tri_op *weights = op->kind == TRI_TILE_MMA ? op->operands[1]->op : NULL;
        while (weights && weights->kind == TRI_SCHED_PART) weights = weights->operands[0]->op;
        if (weights && weights->kind == TRI_SCHED_AWAIT) ring_of(b, weights->operands[0])->rows_first = true;
        for (uint32_t r = 0; r < op->n_regions; r++) note_consumers(b, role, op->regions[r]);
    }
}

static void open_roles(bundle *b)
{
    const tri_func *func = b->func;
    for (const tri_op *op = func->body->first; op; op = op->next) b->n_rings += op->kind == TRI_SCHED_RING;
    b->rings = TRI_NEW_ARRAY(b->arena, bundle_ring, b->n_rings);
    int ring = 0;
    for (const tri_op *op = func->body->first; op && !b->error; op = op->next) {
        switch (op->kind) {
        case TRI_TILE_INDEX: define_index(b, op); break;
        case TRI_SCHED_RING:
            b->rings[ring].value = op->results[0];
            b->rings[ring++].depth = tri_op_integer(op, "depth", 1);
            break;
        case TRI_SCHED_TURNS: break;
        case TRI_SCHED_ROLE:
            if (b->n_roles == MOST_BUNDLE_ROLES || tri_role_instances(op) != 1 ||
                (tri_role_unit(op) != TRI_UNIT_CORE && tri_role_unit(op) != TRI_UNIT_COPY)) {
                bundle_fail(b, op, TRI_UNSUPPORTED, "%s is one worker of at most %d roles, each a core or a copy role of one instance", b->chip.name,
                            MOST_BUNDLE_ROLES);
                return;
            }
            b->roles[b->n_roles] = (bundle_role){.op = op, .number = b->n_roles, .at = op->regions[0]->first};
            b->n_roles++;
            break;
        default: bundle_fail(b, op, TRI_UNSUPPORTED, "'%s' does not stand outside of roles", tri_op_row_of((tri_op_kind)op->kind)->text);
        }
    }
    for (int k = 0; k < b->n_roles; k++) note_consumers(b, k, b->roles[k].op->regions[0]);
}

static void enter_region(bundle *b, bundle_role *role, const tri_op *owner, int64_t counter, int64_t high, const tri_block *block)
{
    if (role->n_frames == MOST_BUNDLE_FRAMES) {
        bundle_fail(b, owner, TRI_UNSUPPORTED, "regions nest more than %d deep", MOST_BUNDLE_FRAMES);
        return;
    }
    role->frames[role->n_frames++] = (struct bundle_frame){owner, counter, high};
    if (block->n_args) b->indices[block->args[0]->id] = counter;
    role->at = block->first;
}

static void drop_block(bundle *b, const tri_block *block, bool arguments)
{
    for (const tri_op *op = block->first; op; op = op->next)
        for (uint32_t i = 0; i < op->n_results; i++) unbind(b, op->results[i]);
    for (uint32_t i = 0; arguments && i < block->n_args; i++) unbind(b, block->args[i]);
}

/* Values that the statement used last. */
static void drop_dead(bundle *b, const tri_op *op)
{
    for (uint32_t i = 0; i < op->n_operands; i++)
        if (is_tile(op->operands[i]) && b->last_use[op->operands[i]->id] == op) unbind(b, op->operands[i]);
    for (uint32_t i = 0; i < op->n_results; i++)
        if (is_tile(op->results[i]) && !b->last_use[op->results[i]->id]) unbind(b, op->results[i]);
}

/* The role's region ended: the next iteration, or what stands behind it. `yield` null: a work. */
static void leave_region(bundle *b, bundle_role *role, const tri_op *yield)
{
    struct bundle_frame *frame = &role->frames[role->n_frames - 1];
    const tri_op *owner = frame->owner;
    tri_block *block = owner->kind == TRI_TILE_IF ? owner->regions[frame->counter] : owner->regions[0];
    bool again = owner->kind != TRI_TILE_IF && ++frame->counter < frame->high;
    uint32_t n = yield ? yield->n_operands : 0;
    view carried[MOST_CARRIED];
    int64_t numbers[MOST_CARRIED];
    if (n > MOST_CARRIED) {
        bundle_fail(b, owner, TRI_UNSUPPORTED, "more than %d values are carried", MOST_CARRIED);
        return;
    }
    for (uint32_t i = 0; i < n; i++) { /* all are taken before any is replaced */
        carried[i] = b->views[yield->operands[i]->id];
        numbers[i] = bundle_index(b, yield->operands[i]);
        if (is_tile(yield->operands[i])) view_keep(b, &carried[i]);
    }
    drop_block(b, block, true);
    for (uint32_t i = 0; i < n; i++) {
        const tri_value *to = again ? block->args[1 + i] : owner->results[i];
        b->indices[to->id] = numbers[i];
        if (is_tile(to)) bind(b, to, carried[i]);
    }
    if (again) {
        if (block->n_args) b->indices[block->args[0]->id] = frame->counter;
        role->at = block->first;
        return;
    }
    role->n_frames--;
    drop_dead(b, owner);
    role->at = owner->next;
}

static void enter_for(bundle *b, bundle_role *role, const tri_op *op)
{
    int64_t low = bundle_index(b, op->operands[0]), high = bundle_index(b, op->operands[1]);
    const tri_block *block = op->regions[0];
    for (uint32_t i = 0; i < op->n_results; i++) pass_on(b, op->operands[2 + i], low < high ? block->args[1 + i] : op->results[i]);
    if (low < high) {
        for (uint32_t i = 0; i < op->n_results; i++) /* what dies by entering is the loop's alone */
            if (is_tile(op->operands[2 + i]) && b->uses[op->operands[2 + i]->id] == 1) unbind(b, op->operands[2 + i]);
        enter_region(b, role, op, low, high, block);
    } else {
        drop_dead(b, op);
        role->at = op->next;
    }
}

/* ---- statements ---- */

static void lower_map(bundle *b, const tri_op *op)
{
    if (map_widens(b, op)) {
        pass_on(b, op->operands[0], op->results[0]);
        return;
    }
    for (uint32_t i = 0; i < op->n_results; i++) {
        const tri_value *result = op->results[i];
        view v = {.map = op, .memory = NO_MEMORY_COUNTED, .defined = true};
        normal_shape(&result->type, v.dims);
        if (!map_can_wait(b, op)) {
            v = view_new(b, op, v.dims, (unsigned)sys_dtype_of(b, op, result->type.dtype));
            if (!b->error) bundle_map_into(b, op, i, &v);
        } else {
            for (uint32_t k = 0; k < op->n_operands; k++) view_keep(b, &b->views[op->operands[k]->id]);
        }
        bind(b, result, v);
    }
}

static void lower_view(bundle *b, const tri_op *op)
{
    view v = b->views[op->operands[0]->id];
    int64_t dims[2], offsets[2] = {0, 0};
    normal_shape(&op->results[0]->type, dims);
    if (op->kind == TRI_TILE_SLICE || op->kind == TRI_SCHED_PART) {
        int rank = op->operands[0]->type.rank;
        const int64_t *at = NULL;
        size_t n = op->kind == TRI_TILE_SLICE ? tri_op_integers(op, "offsets", &at) : 0;
        for (int d = 0; d < rank && rank <= 2; d++) {
            int64_t offset = op->kind == TRI_SCHED_PART ? bundle_index(b, op->operands[1 + d]) : (size_t)d < n ? at[d] : 0;
            offsets[2 - rank + d] = offset;
        }
        v = view_part(b, op, &v, offsets, dims);
    } else if (op->kind == TRI_TILE_TRANSPOSE || dims[0] != v.dims[0] || dims[1] != v.dims[1]) {
        bool swaps = dims[0] == v.dims[1] && dims[1] == v.dims[0] && (op->kind == TRI_TILE_TRANSPOSE || dims[0] == 1 || dims[1] == 1);
        if (!swaps) {
            bundle_fail(b, op, TRI_UNSUPPORTED, "a reshape inside a kernel may only add or drop dimensions of size 1 on %s", b->chip.name);
            return;
        }
        v.dims[0] = dims[0];
        v.dims[1] = dims[1];
        v.turned = !v.turned;
    }
    view_keep(b, &v);
    bind(b, op->results[0], v);
}

static void lower_fill(bundle *b, const tri_op *op)
{
    int64_t dims[2];
    normal_shape(&op->results[0]->type, dims);
    bind(b, op->results[0], view_constant(dims, op->n_operands ? (double)bundle_index(b, op->operands[0]) : tri_op_number(op, "value", 0)));
}

/* A plain load, and `read`: memory of its own. */
static void lower_own(bundle *b, const tri_op *op)
{
    const tri_type *type = &op->results[0]->type;
    int64_t dims[2];
    normal_shape(type, dims);
    view v = view_plain(b, op, dims, (unsigned)sys_dtype_of(b, op, type->dtype));
    if (b->error) return;
    if (op->kind == TRI_TILE_LOAD)
        bundle_window(b, op, 0, &v, false, false, tri_op_number(op, "fill", 0));
    else
        bundle_copy(b, op, &v, &b->views[op->operands[0]->id]);
    view settled = settle(b, op, &v);
    view_drop(b, &v);
    bind(b, op->results[0], settled);
}

static void lower_store(bundle *b, const tri_op *op)
{
    const view *v = &b->views[op->operands[0]->id];
    if (strcmp(tri_op_text(op, "mode", "set"), "set")) {
        bundle_fail(b, op, TRI_UNSUPPORTED, "a store that combines is not lowered in scheduled programs for %s", b->chip.name);
        return;
    }
    view settled = settle(b, op, v);
    bundle_window(b, op, 1, &settled, true, false, 0);
    view_drop(b, &settled);
}

static void lower_store_into(bundle *b, const tri_op *op)
{
    const view *v = &b->views[op->operands[0]->id];
    const bundle_ring *ring = ring_of(b, op->operands[1]);
    view slot = slot_view(ring, ring->acquired - 1), part;
    int64_t offsets[2] = {0, 0}, dims[2];
    int rank = ring->value->type.rank;
    for (int d = 0; d < rank && rank <= 2; d++) offsets[2 - rank + d] = bundle_index(b, op->operands[2 + d]);
    normal_shape(&op->operands[0]->type, dims);
    part = view_part(b, op, &slot, offsets, dims);
    if (b->error) return;
    if (!v->map) {
        bundle_copy(b, op, &part, v);
        return;
    }
    bundle_map_into(b, v->map, op->operands[0]->index, &part);
    for (uint32_t k = 0; k < v->map->n_operands; k++) view_drop(b, &b->views[v->map->operands[k]->id]);
}

static void lower_load_into(bundle *b, const tri_op *op)
{
    const bundle_ring *ring = ring_of(b, op->operands[0]);
    tri_type tile = tri_load_into_tile(op);
    view slot = slot_view(ring, ring->acquired - 1), part;
    int64_t offsets[2] = {0, 0}, dims[2];
    int rank = ring->value->type.rank;
    for (int d = 0; d < rank && rank <= 2; d++) offsets[2 - rank + d] = bundle_index(b, op->operands[1 + d]);
    normal_shape(&tile, dims);
    part = view_part(b, op, &slot, offsets, dims);
    bundle_window(b, op, 1 + (uint32_t)rank, &part, false, ring->rows_first, tri_op_number(op, "fill", 0));
}

static bool has_high_rank(const tri_op *op)
{
    bool high = false;
    for (uint32_t i = 0; i < op->n_operands; i++)
        high = high || ((is_tile(op->operands[i]) || op->operands[i]->type.kind == TRI_TYPE_RING) && op->operands[i]->type.rank > 2);
    for (uint32_t i = 0; i < op->n_results; i++) high = high || (is_tile(op->results[i]) && op->results[i]->type.rank > 2);
    return high;
}

/* The statement; false: it has to wait for another role. */
static bool execute(bundle *b, bundle_role *role, const tri_op *op, bool *out_token)
{
    bundle_ring *ring = op->n_operands && op->operands[0]->type.kind == TRI_TYPE_RING ? ring_of(b, op->operands[0]) : NULL;
    if (has_high_rank(op)) bundle_fail(b, op, TRI_UNSUPPORTED, "tiles of scheduled programs have at most rank 2 on %s", b->chip.name);
    if (b->error) return true;
    b->program->statement = (uint32_t)op->loc.line;
    switch (op->kind) {
    case TRI_TILE_INDEX: define_index(b, op); break;
    case TRI_TILE_ASSUME:
    case TRI_SCHED_JOIN:
    case TRI_SCHED_TAKE:
    case TRI_SCHED_GIVE: break;
    case TRI_TILE_FILL: lower_fill(b, op); break;
    case TRI_TILE_MAP: lower_map(b, op); break;
    case TRI_TILE_REDUCE:
    case TRI_TILE_MMA: {
        view v = op->kind == TRI_TILE_MMA ? bundle_mma(b, op) : bundle_reduce(b, op);
        if (!b->error) bind(b, op->results[0], v);
        break;
    }
    case TRI_TILE_LOAD:
    case TRI_SCHED_READ: lower_own(b, op); break;
    case TRI_TILE_STORE: lower_store(b, op); break;
    case TRI_TILE_SLICE:
    case TRI_SCHED_PART:
    case TRI_TILE_TRANSPOSE:
    case TRI_TILE_RESHAPE: lower_view(b, op); break;
    case TRI_SCHED_LOAD_INTO: lower_load_into(b, op); break;
    case TRI_SCHED_STORE_INTO: lower_store_into(b, op); break;
    case TRI_SCHED_ACQUIRE:
        for (int k = 0; k < b->n_roles; k++)
            if (ring->consumer[k] && ring->acquired - ring->released[k] >= ring->depth) return false;
        ring->acquired++;
        break;
    case TRI_SCHED_PUBLISH:
        ring->published++;
        *out_token = true;
        break;
    case TRI_SCHED_AWAIT:
        if (ring->awaited[role->number] >= ring->published) return false;
        bind(b, op->results[0], slot_view(ring, ring->awaited[role->number]++));
        break;
    case TRI_SCHED_RELEASE:
        ring->released[role->number]++;
        *out_token = true;
        break;
    default:
        bundle_fail(b, op, TRI_UNSUPPORTED, "'%s' is not lowered in scheduled programs for %s", tri_op_row_of((tri_op_kind)op->kind)->text,
                    b->chip.name);
    }
    return true;
}

/* Runs the role until it has to wait, or, with `until_token`, has handed something over. Whether it got anywhere. */
static bool run_role(bundle *b, bundle_role *role, bool until_token)
{
    bool moved = false, token = false;
    while (role->at && !b->error && !(token && until_token)) {
        const tri_op *op = role->at;
        if (++b->steps > MOST_STEPS) bundle_fail(b, op, TRI_UNSUPPORTED, "unrolling takes more than %d statements", MOST_STEPS);
        switch (op->kind) {
        case TRI_SCHED_WORK:
            if (b->func->programs > 0)
                enter_region(b, role, op, 0, b->func->programs, op->regions[0]);
            else
                role->at = op->next;
            break;
        case TRI_TILE_FOR: enter_for(b, role, op); break;
        case TRI_TILE_IF: enter_region(b, role, op, !bundle_index(b, op->operands[0]), 0, op->regions[!bundle_index(b, op->operands[0])]); break;
        case TRI_TILE_YIELD: leave_region(b, role, op); break;
        default:
            if (!execute(b, role, op, &token)) return moved;
            if (b->error) return true;
            drop_dead(b, op);
            role->at = op->next;
        }
        while (!role->at && role->n_frames && !b->error) leave_region(b, role, NULL);
        moved = true;
    }
    return moved;
}

static void run_roles(bundle *b)
{
    for (bool left = true; left && !b->error;) {
        bool moved = false;
        left = false;
        for (int core = 0; core < 2; core++) /* copy roles first */
            for (int k = 0; k < b->n_roles && !b->error; k++)
                if ((tri_role_unit(b->roles[k].op) == TRI_UNIT_CORE) == core) moved = run_role(b, &b->roles[k], core) || moved;
        for (int k = 0; k < b->n_roles; k++) left = left || b->roles[k].at;
        if (left && !moved && !b->error) bundle_fail(b, NULL, TRI_INVALID, "the roles of %s wait for each other", b->func->name);
    }
}

tri_status *bundle_lower(const tri_chip *chip, const tri_func *func, const bundle_options *options, tri_arena *arena, tri_systolic_program *program,
                         uint32_t *out_sp_top)
{
    bundle *b = TRI_NEW(arena, bundle);
    *b = (bundle){.func = func, .program = program, .arena = arena, .options = options ? *options : bundle_defaults};
    TRI_TRY(bundle_chip_read(chip, &b->chip));
    if (func->n_buffers > MOST_BUNDLE_BUFFERS || func->cluster > 1)
        return tri_error(TRI_UNSUPPORTED, func->loc, "scheduled programs for %s have at most %d buffers and no cluster", chip->name,
                         MOST_BUNDLE_BUFFERS);
    b->queue = tri_systolic_add_queue(program, TRI_SYS_BUNDLE, 0);
    b->views = TRI_NEW_ARRAY(arena, view, func->n_values);
    b->indices = TRI_NEW_ARRAY(arena, int64_t, func->n_values);
    b->last_use = TRI_NEW_ARRAY(arena, const tri_op *, func->n_values);
    b->uses = TRI_NEW_ARRAY(arena, uint32_t, func->n_values);
    note_uses(b, func->body);
    stream_open(b);
    open_roles(b);
    if (!b->error) slots_place(b);
    if (!b->error) run_roles(b);
    stream_close(b);
    name_statements(func, arena, program);
    program->sp_top = *out_sp_top = b->sp_top;
    return b->error;
}
