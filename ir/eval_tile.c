/* ir/eval_tile.c - the control loop of the tile evaluator: the grid in seeded random order, loops, choices, and the one `combine` of a program.
 *
 * A kernel with a combine runs in groups: the programs that differ on the folded axis alone. Each runs up to its combine, their tiles are folded in
 * ascending order of the axis, and the program with id 0 on it goes on with the result. There is one rank: a signal's peer is rank 0, and a
 * kernel that waits runs its programs in ascending order, where a wait that does not hold can never hold: a deadlock, reported with the flag. */
#include "ir/eval_tile_internal.h"

#include <stdlib.h>

#include "base/hash.h"

/* ---- tiles and errors ---- */

tri_status *tri_tile_error(const tri_tile_run *run, tri_code code, const tri_op *op, const char *format, ...)
{
    char ids[TRI_MAX_RANK * 24] = "", message[400];
    size_t at = 0;
    for (uint32_t i = 0; i < run->kernel->n_axes && at < sizeof ids - 24; i++)
        at += (size_t)snprintf(ids + at, sizeof ids - at, "%s%lld", i ? ", " : "", (long long)run->axes[i]);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    if (run->role)
        return tri_error(code, op->loc, "scheduled program '%s', role @%s, instance %lld, rank %lld, program %lld, statement '%s%s%s': %s",
                         run->kernel->name, run->role, (long long)run->instance, (long long)run->rank, (long long)run->logical,
                         tri_op_row_of(op->kind)->text, op->label ? " @" : "", op->label ? op->label : "", message);
    return tri_error(code, op->loc, "kernel '%s', statement '%s%s%s', program (%s): %s", run->kernel->name, tri_op_row_of(op->kind)->text,
                     op->label ? " @" : "", op->label ? op->label : "", ids, message);
}

tri_status *tri_tile_create(const tri_tile_run *run, const tri_op *op, const tri_type *type, tri_tile **out)
{
    size_t bytes = tri_type_bytes(type);
    tri_tile *tile = malloc(sizeof *tile);
    void *data = malloc(bytes ? bytes : 1);
    if (!tile || !data) {
        free(tile);
        free(data);
        return tri_tile_error(run, TRI_NO_MEMORY, op, "no memory for a tile of %zu bytes", bytes);
    }
    *tile = (tri_tile){.type = *type, .references = 1, .data = data};
    *out = tile;
    return NULL;
}

void tri_tile_drop(tri_tile *tile)
{
    if (!tile || --tile->references) return;
    free(tile->data);
    free(tile);
}

void tri_tile_set(const tri_tile_run *run, const tri_value *value, tri_tile *tile)
{
    tri_tile_value *at = tri_tile_value_of(run, value);
    tri_tile_drop(at->tile);
    at->tile = tile;
}

/* ---- preparing ---- */

/* Counts, then enters, the values of a block and of the blocks inside; regions of scalars keep theirs to themselves. */
static bool has_inner_blocks(const tri_op *op)
{
    return op->kind == TRI_TILE_FOR || op->kind == TRI_TILE_IF || op->kind == TRI_SCHED_ROLE || op->kind == TRI_SCHED_WORK;
}

static size_t count_values(const tri_block *block)
{
    size_t n = block->n_args;
    for (const tri_op *op = block->first; op; op = op->next) {
        n += op->n_results;
        for (uint32_t i = 0; has_inner_blocks(op) && i < op->n_regions; i++) n += count_values(op->regions[i]);
    }
    return n;
}

static void enter(tri_block_values *values, const tri_value *value) { values->at[tri_block_values_find(values, value)] = value; }

static void enter_values(tri_block_values *values, const tri_block *block)
{
    for (uint32_t i = 0; i < block->n_args; i++) enter(values, block->args[i]);
    for (const tri_op *op = block->first; op; op = op->next) {
        for (uint32_t i = 0; i < op->n_results; i++) enter(values, op->results[i]);
        for (uint32_t i = 0; has_inner_blocks(op) && i < op->n_regions; i++) enter_values(values, op->regions[i]);
    }
}

tri_status *tri_kernel_values_create(const tri_func *kernel, tri_block_values *out)
{
    size_t n = count_values(kernel->body), room = 16;
    while (room < 2 * n) room *= 2;
    *out = (tri_block_values){.at = calloc(room, sizeof *out->at), .room = room};
    if (!out->at) return tri_error(TRI_NO_MEMORY, kernel->loc, "no memory for a table of %zu values", n);
    enter_values(out, kernel->body);
    return NULL;
}

static tri_status *compile_regions(tri_tile_run *run, const tri_block *block)
{
    for (const tri_op *op = block->first; op; op = op->next) {
        for (uint32_t i = 0; has_inner_blocks(op) && i < op->n_regions; i++) TRI_TRY(compile_regions(run, op->regions[i]));
        if (has_inner_blocks(op) || !op->n_regions || !op->n_results) continue;
        tri_region_program *program;
        TRI_TRY(tri_region_compile_checked(&run->arena, op->regions[0], &program));
        run->programs[tri_block_values_find(&run->values, op->results[0])] = program;
    }
    return NULL;
}

static tri_status *prepare_buffers(tri_tile_run *run)
{
    const tri_func *kernel = run->kernel;
    for (uint32_t i = 0; i < kernel->n_buffers; i++) {
        const tri_value *buffer = kernel->body->args[i];
        size_t bytes = tri_type_bytes(&buffer->type), n = (size_t)tri_type_elements(&buffer->type) + 1;
        if (buffer->type.kind == TRI_TYPE_FLAGS) {
            run->shadows[i].flags = calloc(n, sizeof *run->shadows[i].flags);
            if (!run->shadows[i].flags) return tri_error(TRI_NO_MEMORY, kernel->loc, "no memory for %zu flags", n - 1);
            continue;
        }
        if (!tri_shape_equal(&run->buffers[i].type, &buffer->type) || run->buffers[i].type.dtype != buffer->type.dtype ||
            (!run->buffers[i].data && bytes))
            return tri_error(TRI_USAGE, kernel->loc, "kernel '%s': buffer %u does not have the type of its argument", kernel->name, i);
        if (kernel->access[i] == TRI_ACCESS_IN) continue;
        if (kernel->access[i] == TRI_ACCESS_WORK && bytes) memset(run->buffers[i].data, 0, bytes);
        if (kernel->access[i] == TRI_ACCESS_OUT && bytes) memset(run->buffers[i].data, 0xff, bytes); /* what nobody writes shows: NaN, or -1 */
        tri_shadow *shadow = &run->shadows[i];
        shadow->writer = calloc(n, sizeof *shadow->writer);
        shadow->reader = calloc(n, sizeof *shadow->reader);
        shadow->mode = calloc(n, 1);
        if (kernel->is_scheduled) shadow->hand = calloc(n, sizeof *shadow->hand);
        if (!shadow->writer || !shadow->reader || !shadow->mode || (kernel->is_scheduled && !shadow->hand))
            return tri_error(TRI_NO_MEMORY, kernel->loc, "no memory for the shadow of %zu elements", n);
    }
    return NULL;
}

/* ---- statements ---- */

static tri_status *run_ops(tri_tile_run *run, const tri_op *first, const tri_op **out_stop);

static tri_status *run_index(tri_tile_run *run, const tri_op *op)
{
    int64_t *out = &tri_tile_value_of(run, op->results[0])->index;
    if (op->fn == TRI_OP_NONE) {
        *out = tri_op_integer(op, "value", 0);
        return NULL;
    }
    int64_t a = tri_tile_index_of(run, op->operands[0]), b = op->n_operands > 1 ? tri_tile_index_of(run, op->operands[1]) : 0;
    if (!tri_index_compute((tri_op_kind)op->fn, a, b, out))
        return tri_tile_error(run, TRI_INVALID, op, "'%s' of %lld and %lld is not defined", tri_op_row_of((tri_op_kind)op->fn)->text, (long long)a,
                              (long long)b);
    return NULL;
}

/* Passes values on: all are read before one is written, because a loop may exchange its carried values. */
static tri_status *pass(tri_tile_run *run, const tri_op *op, uint32_t n, tri_value *const *from, tri_value *const *to)
{
    tri_tile_value *moved = calloc(n + 1, sizeof *moved);
    if (!moved) return tri_tile_error(run, TRI_NO_MEMORY, op, "no memory for %u values", n);
    for (uint32_t i = 0; i < n; i++) {
        moved[i] = *tri_tile_value_of(run, from[i]);
        tri_tile_share(moved[i].tile);
    }
    for (uint32_t i = 0; i < n; i++) {
        tri_tile_set(run, to[i], moved[i].tile);
        tri_tile_value_of(run, to[i])->index = moved[i].index;
    }
    free(moved);
    return NULL;
}

static tri_status *run_inner(tri_tile_run *run, const tri_op *owner, const tri_block *block)
{
    const tri_op *stop = NULL;
    TRI_TRY(run_ops(run, block->first, &stop));
    if (stop)
        return tri_tile_error(run, TRI_UNSUPPORTED, stop, "a combine inside '%s'; it must stand in the kernel's own block",
                              tri_op_row_of(owner->kind)->text);
    return NULL;
}

static tri_status *run_for(tri_tile_run *run, const tri_op *op)
{
    const tri_block *body = op->regions[0];
    uint32_t n = op->n_results;
    int64_t low = tri_tile_index_of(run, op->operands[0]), high = tri_tile_index_of(run, op->operands[1]);
    TRI_TRY(pass(run, op, n, op->operands + 2, body->args + 1));
    for (int64_t i = low; i < high; i++) {
        tri_tile_value_of(run, body->args[0])->index = i;
        TRI_TRY(run_inner(run, op, body));
        TRI_TRY(pass(run, op, n, body->last->operands, body->args + 1));
    }
    return pass(run, op, n, body->args + 1, op->results);
}

static tri_status *run_if(tri_tile_run *run, const tri_op *op)
{
    const tri_block *block = op->regions[tri_tile_index_of(run, op->operands[0]) ? 0 : 1];
    TRI_TRY(run_inner(run, op, block));
    return pass(run, op, op->n_results, block->last->operands, op->results);
}

static tri_status *run_flag(tri_tile_run *run, const tri_op *op)
{
    const tri_value *flags = op->operands[0];
    int64_t at = tri_tile_index_of(run, op->operands[1]), value = tri_tile_index_of(run, op->operands[2]);
    if (at < 0 || at >= tri_type_elements(&flags->type))
        return tri_tile_error(run, TRI_INVALID, op, "there is no flag %lld; %lld are given", (long long)at,
                              (long long)tri_type_elements(&flags->type));
    int64_t *flag = &run->shadows[flags->index].flags[at];
    if (op->kind == TRI_TILE_SIGNAL) {
        if (value) return tri_tile_error(run, TRI_UNSUPPORTED, op, "a signal to rank %lld; this evaluator has rank 0 alone", (long long)value);
        ++*flag;
        return NULL;
    }
    if (*flag < value)
        return tri_tile_error(run, TRI_INVALID, op, "deadlock: flag %lld is %lld, and no program before this one raises it to %lld", (long long)at,
                              (long long)*flag, (long long)value);
    run->acquired = true;
    return NULL;
}

static tri_status *run_op(tri_tile_run *run, const tri_op *op)
{
    switch ((int)op->kind) {
    case TRI_TILE_INDEX: return run_index(run, op);
    case TRI_TILE_FETCH: return tri_tile_fetch_element(run, op);
    case TRI_TILE_ASSUME: return tri_tile_index_of(run, op->operands[0]) ? NULL : tri_tile_error(run, TRI_INVALID, op, "what it assumes is false");
    case TRI_TILE_FOR: return run_for(run, op);
    case TRI_TILE_IF: return run_if(run, op);
    case TRI_TILE_LOAD: return tri_tile_load_window(run, op);
    case TRI_TILE_STORE: return tri_tile_store_window(run, op);
    case TRI_TILE_SIGNAL:
    case TRI_TILE_WAIT: return run_flag(run, op);
    default: return tri_tile_arithmetic(run, op);
    }
}

/* Runs ops to the end of their block, or to a combine, which is given back unrun. */
static tri_status *run_ops(tri_tile_run *run, const tri_op *first, const tri_op **out_stop)
{
    for (const tri_op *op = first; op && op->kind != TRI_TILE_YIELD && op->kind != TRI_OP_RETURN; op = op->next) {
        if (op->kind == TRI_TILE_COMBINE) {
            *out_stop = op;
            return NULL;
        }
        TRI_TRY(run_op(run, op));
    }
    return NULL;
}

/* ---- the grid ---- */

static const tri_op *combine_of(const tri_func *kernel)
{
    for (const tri_op *op = kernel->body->first; op; op = op->next)
        if (op->kind == TRI_TILE_COMBINE) return op;
    return NULL;
}

static bool waits(const tri_block *block)
{
    for (const tri_op *op = block->first; op; op = op->next) {
        if (op->kind == TRI_TILE_WAIT) return true;
        for (uint32_t i = 0; has_inner_blocks(op) && i < op->n_regions; i++)
            if (waits(op->regions[i])) return true;
    }
    return false;
}

static void clear(tri_tile_run *run)
{
    for (size_t i = 0; i < run->values.room; i++) {
        tri_tile_drop(run->environment[i].tile);
        run->environment[i] = (tri_tile_value){0};
    }
}

/* Makes a program the running one: `number` counts the grid in row-major order. */
static void begin(tri_tile_run *run, uint64_t number)
{
    const tri_func *kernel = run->kernel;
    uint64_t rest = number;
    clear(run);
    for (uint32_t i = kernel->n_axes; i-- > 0;) {
        run->axes[i] = (int64_t)(rest % (uint64_t)kernel->grid[i]);
        rest /= (uint64_t)kernel->grid[i];
        tri_tile_value_of(run, kernel->body->args[kernel->n_buffers + i])->index = run->axes[i];
    }
    run->program = (uint32_t)number + 1;
    run->acquired = false;
    run->counts.programs++;
}

/* A random permutation of 0..n-1, the same for the same seed. */
static void shuffle(uint64_t seed, uint64_t n, uint32_t *out)
{
    for (uint64_t i = 0; i < n; i++) out[i] = (uint32_t)i;
    for (uint64_t i = n; i > 1; i--) {
        uint64_t j = tri_hash_u64(seed + TRI_HASH_SEED, i) % i;
        uint32_t swapped = out[i - 1];
        out[i - 1] = out[j];
        out[j] = swapped;
    }
}

/* The programs base + w * stride, w < extent, up to the combine and folded; then the one with w = 0 to its end. */
static tri_status *run_group(tri_tile_run *run, const tri_op *combine, uint64_t base, uint64_t stride, uint64_t extent, uint64_t seed,
                             uint32_t *members, tri_tile **tiles)
{
    uint32_t n = combine->n_operands;
    shuffle(seed ^ base, extent, members);
    for (uint64_t i = extent; i-- > 0;)
        if (members[i] == 0) { /* last, so that its values are there when it goes on */
            members[i] = members[extent - 1];
            members[extent - 1] = 0;
        }
    for (uint64_t i = 0; i < extent; i++) {
        const tri_op *stop = NULL;
        begin(run, base + members[i] * stride);
        TRI_TRY(run_ops(run, run->kernel->body->first, &stop));
        for (uint32_t j = 0; j < n; j++) tiles[members[i] * n + j] = tri_tile_share(tri_tile_of_value(run, combine->operands[j]));
        run->counts.flops += (uint64_t)tri_type_elements(&combine->operands[0]->type) * tri_region_work(combine->regions[0]);
    }
    for (uint64_t w = 1; w < extent; w++) TRI_TRY(tri_tile_fold(run, combine, tiles, tiles + w * n));
    for (uint32_t j = 0; j < n; j++) tri_tile_set(run, combine->results[j], tri_tile_share(tiles[j]));
    const tri_op *second = NULL;
    TRI_TRY(run_ops(run, combine->next, &second));
    return second ? tri_tile_error(run, TRI_INVALID, second, "a second combine; a program has one") : NULL;
}

static tri_status *run_groups(tri_tile_run *run, const tri_op *combine, uint64_t seed, uint64_t programs, uint32_t *order_memory)
{
    const tri_func *kernel = run->kernel;
    int64_t axis = tri_op_integer(combine, "axis", -1);
    if (axis < 0 || axis >= kernel->n_axes || !combine->n_operands)
        return tri_error(TRI_INVALID, combine->loc, "kernel '%s': combine over axis %lld", kernel->name, (long long)axis);
    uint64_t stride = 1, extent = (uint64_t)kernel->grid[axis], groups = programs / extent;
    for (uint32_t i = (uint32_t)axis + 1; i < kernel->n_axes; i++) stride *= (uint64_t)kernel->grid[i];
    uint32_t *members = calloc(extent + 1, sizeof *members);
    tri_tile **tiles = calloc(extent * combine->n_operands + 1, sizeof *tiles);
    tri_status *status = members && tiles ? NULL : tri_error(TRI_NO_MEMORY, combine->loc, "no memory for the tiles of a combine");
    shuffle(seed, groups, order_memory);
    for (uint64_t i = 0; i < groups && !status; i++) {
        uint64_t group = order_memory[i], base = group / stride * stride * extent + group % stride;
        status = run_group(run, combine, base, stride, extent, seed, members, tiles);
        for (uint64_t t = 0; t < extent * combine->n_operands; t++) {
            tri_tile_drop(tiles[t]);
            tiles[t] = NULL;
        }
    }
    free(tiles);
    free(members);
    return status;
}

static tri_status *run_grid(tri_tile_run *run, const tri_eval_tile_options *options)
{
    const tri_func *kernel = run->kernel;
    const tri_op *combine = combine_of(kernel);
    uint64_t programs = 1, seed = options ? options->seed : 0, most = options && options->most_programs ? options->most_programs : UINT32_MAX - 2;
    for (uint32_t i = 0; i < kernel->n_axes; i++) {
        if (kernel->grid[i] <= 0) return NULL; /* nothing to run */
        if (__builtin_mul_overflow(programs, (uint64_t)kernel->grid[i], &programs)) programs = UINT64_MAX;
        if (programs > most)
            return tri_error(TRI_UNSUPPORTED, kernel->loc, "kernel '%s' has more than %llu programs", kernel->name, (unsigned long long)most);
    }
    uint32_t *at = malloc((programs + 1) * sizeof *at);
    if (!at) return tri_error(TRI_NO_MEMORY, kernel->loc, "kernel '%s': no memory for the order of its programs", kernel->name);
    tri_status *status = NULL;
    if (combine) {
        status = run_groups(run, combine, seed, programs, at);
    } else {
        shuffle(seed, programs, at);
        if (waits(kernel->body))
            for (uint64_t i = 0; i < programs; i++) at[i] = (uint32_t)i;
        for (uint64_t i = 0; i < programs && !status; i++) {
            const tri_op *stop;
            begin(run, at[i]);
            status = run_ops(run, kernel->body->first, &stop);
        }
    }
    free(at);
    return status;
}

tri_status *tri_tile_run_open(tri_tile_run *run)
{
    tri_arena_init(&run->arena, 0);
    if (run->kernel->n_axes > TRI_MAX_RANK)
        return tri_error(TRI_INVALID, run->kernel->loc, "kernel '%s' has more than %d grid axes", run->kernel->name, TRI_MAX_RANK);
    TRI_TRY(tri_kernel_values_create(run->kernel, &run->values));
    run->environment = calloc(run->values.room, sizeof *run->environment);
    run->programs = calloc(run->values.room, sizeof *run->programs);
    run->shadows = calloc(run->kernel->n_buffers + 1, sizeof *run->shadows);
    if (!run->environment || !run->programs || !run->shadows)
        return tri_error(TRI_NO_MEMORY, run->kernel->loc, "no memory for the values of kernel '%s'", run->kernel->name);
    TRI_TRY(compile_regions(run, run->kernel->body));
    return prepare_buffers(run);
}

void tri_tile_run_close(tri_tile_run *run)
{
    if (run->environment) clear(run);
    for (uint32_t i = 0; run->shadows && i < run->kernel->n_buffers; i++) {
        free(run->shadows[i].writer);
        free(run->shadows[i].flags);
        free(run->shadows[i].reader);
        free(run->shadows[i].mode);
        free(run->shadows[i].hand);
    }
    free(run->shadows);
    free(run->programs);
    free(run->environment);
    free(run->values.at);
    tri_arena_free(&run->arena);
}

tri_status *tri_eval_kernel(const tri_func *kernel, const tri_tensor *buffers, const tri_eval_tile_options *options)
{
    tri_tile_run run = {.kernel = kernel, .buffers = buffers};
    tri_status *status = tri_tile_run_open(&run);
    if (!status) status = run_grid(&run, options);
    if (!status && options && options->counts) *options->counts = run.counts;
    tri_tile_run_close(&run);
    return status;
}
