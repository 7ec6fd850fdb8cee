/* targets/systolic/scheduled.c - scheduled programs on a decoupled systolic core: opening, and the token game. What: each role becomes the
 * program of one queue, unrolled; roles are walked in turns, each until a ring operation has to wait, so that everything is emitted behind what it
 * needs. Needs: a verified scheduled program, numbered. Guarantees: the results of the program for every interleaving; no semaphore is left; a
 * program whose roles wait for each other is INVALID and says where. */
#include "targets/systolic/scheduled.h"

#include "targets/systolic/sched_queues.h"
#include "targets/systolic/statements.h"

static bool is_physical_transpose(const sched *s, const sched_role *role, const tri_op *op)
{
    return role->unit == TRI_UNIT_COPY || (role->unit == TRI_UNIT_MATRIX && s->target_of[op->results[0]->id]);
}

/* Transposes and reshapes that move nothing. */
static place turned(const place *p)
{
    place view = *p;
    view.dims[0] = p->dims[1];
    view.dims[1] = p->dims[0];
    view.part = !p->part;
    return view;
}

static void make_view(sched *s, sched_role *role, const tri_op *op)
{
    const place *from = sched_tile(role, op->operands[0]);
    int64_t dims[2];
    sched_dims(&op->results[0]->type, dims);
    bool same = op->kind == TRI_TILE_RESHAPE && dims[0] == from->dims[0] && dims[1] == from->dims[1];
    sched_bind(s, role, op->results[0], same ? *from : turned(from));
}

static void make_part(sched *s, sched_role *role, const tri_op *op)
{
    const tri_type *type = &op->results[0]->type;
    int64_t offsets[2] = {0, 0};
    const int64_t *constant = NULL;
    if (op->kind == TRI_TILE_SLICE) (void)tri_op_integers(op, "offsets", &constant);
    for (int d = 0; d < type->rank && d < 2; d++) offsets[2 - type->rank + d] = constant ? constant[d] : sched_index(role, op->operands[1 + d]);
    place p = sched_part(s, op, sched_tile(role, op->operands[0]), offsets, type);
    sched_bind(s, role, op->results[0], p);
}

static void make_literal(sched *s, sched_role *role, const tri_op *op)
{
    place p = {.literal = true, .buffer = NO_BUFFER};
    sched_dims(&op->results[0]->type, p.dims);
    p.value = op->n_operands ? (double)sched_index(role, op->operands[0]) : tri_op_number(op, "value", 0);
    sched_bind(s, role, op->results[0], p);
}

static void not_here(sched *s, const sched_role *role, const tri_op *op, const char *where)
{
    sched_fail(s, op, TRI_UNSUPPORTED, "'%s' is a statement of %s; @%s is a %s role", tri_op_row_of((tri_op_kind)op->kind)->text, where, role->name,
               tri_unit_name(role->unit));
}

static void store_into(sched *s, sched_role *role, const tri_op *op)
{
    if (role->unit == TRI_UNIT_MATRIX) {
        matrix_store_into(s, role, op);
    } else if (role->unit == TRI_UNIT_COPY) {
        place to = sched_into(s, role, op);
        if (!s->error) sched_move(s, role, op, &to, sched_tile(role, op->operands[0]));
    } else {
        regions_store_into(s, role, op);
    }
}

/* Executes the role's statement; false: it has to wait. */
static bool execute(sched *s, sched_role *role)
{
    const tri_op *op = role->at;
    s->program->statement = (uint32_t)op->loc.line;
    bool copies = role->unit == TRI_UNIT_COPY, multiplies = role->unit == TRI_UNIT_MATRIX, computes = !copies && !multiplies;
    switch (op->kind) {
    case TRI_SCHED_ACQUIRE: return queues_acquire(s, role, sched_ring_of(s, op->operands[0]), op);
    case TRI_SCHED_AWAIT: return queues_await(s, role, sched_ring_of(s, op->operands[0]), op);
    case TRI_SCHED_PUBLISH: queues_publish(s, role, sched_ring_of(s, op->operands[0]), op); break;
    case TRI_SCHED_RELEASE: queues_release(s, role, sched_ring_of(s, op->operands[0]), op); break;
    case TRI_SCHED_JOIN: break; /* what a publish or release needs travels with it */
    case TRI_TILE_SLICE:
    case TRI_SCHED_PART: make_part(s, role, op); break;
    case TRI_SCHED_READ:
        if (computes)
            regions_read(s, role, op);
        else
            sched_bind(s, role, op->results[0], *sched_tile(role, op->operands[0]));
        break;
    case TRI_SCHED_STORE_INTO: store_into(s, role, op); break;
    case TRI_SCHED_LOAD_INTO:
        if (copies)
            sched_load_into(s, role, op);
        else
            not_here(s, role, op, "copy roles");
        break;
    case TRI_TILE_STORE:
        if (copies)
            sched_store(s, role, op);
        else
            not_here(s, role, op, "copy roles");
        break;
    case TRI_TILE_MMA:
        if (multiplies)
            matrix_mma(s, role, op);
        else
            not_here(s, role, op, "matrix roles");
        break;
    case TRI_TILE_TRANSPOSE:
        if (multiplies && is_physical_transpose(s, role, op))
            matrix_transpose(s, role, op);
        else
            make_view(s, role, op);
        break;
    case TRI_TILE_RESHAPE: make_view(s, role, op); break;
    case TRI_TILE_FETCH:
        if (copies)
            sched_fetch(s, role, op);
        else
            not_here(s, role, op, "copy roles");
        break;
    case TRI_TILE_FILL: make_literal(s, role, op); break;
    case TRI_TILE_MAP:
        if (computes)
            regions_map(s, role, op);
        else
            not_here(s, role, op, "vector, scalar and general roles");
        break;
    case TRI_TILE_REDUCE:
        if (computes)
            regions_reduce(s, role, op);
        else
            not_here(s, role, op, "vector and general roles");
        break;
    default:
        sched_fail(s, op, TRI_UNSUPPORTED, "'%s' is not lowered in scheduled programs for %s", tri_op_row_of((tri_op_kind)op->kind)->text,
                   s->chip->name);
        break;
    }
    return true;
}

static void say_deadlock(sched *s)
{
    tri_text text = {0};
    const tri_op *first = NULL;
    for (int r = 0; r < s->n_roles; r++) {
        const sched_role *role = &s->roles[r];
        if (!role->at) continue;
        if (!first) first = role->at;
        tri_text_addf(&text, "%s@%s in program %lld at '%s @%s'", text.n ? ", " : "", role->name, (long long)role->program,
                      tri_op_row_of((tri_op_kind)role->at->kind)->text, sched_ring_of(s, role->at->operands[0])->name);
    }
    sched_fail(s, first, TRI_INVALID, "the roles wait for each other for ever: %s", tri_text_string(&text));
    tri_text_free(&text);
}

static void run_roles(sched *s)
{
    for (int r = 0; r < s->n_roles; r++) sched_next(s, &s->roles[r]);
    for (bool going = true, left = true; left && !s->error;) {
        going = left = false;
        for (int r = 0; r < s->n_roles; r++) {
            sched_role *role = &s->roles[r];
            while (role->at && !s->error && execute(s, role)) {
                sched_next(s, role);
                going = true;
            }
            left = left || role->at;
        }
        if (left && !going && !s->error) say_deadlock(s);
    }
}

/* ---- opening ---- */

static tri_status *read_chip(sched *s)
{
    double sp_bytes, bank_bytes, banks;
    TRI_TRY(tri_chip_require(s->chip, "sp_bytes", &sp_bytes));
    TRI_TRY(tri_chip_require(s->chip, "acc_bank_bytes", &bank_bytes));
    TRI_TRY(tri_chip_require(s->chip, "acc_banks", &banks));
    s->sp_bytes = (uint32_t)sp_bytes;
    s->bank_bytes = (uint32_t)bank_bytes;
    s->acc_banks = (uint32_t)banks;
    s->transpose_bytes = (uint32_t)tri_chip_number(s->chip, "dma_transpose_bytes", 0);
    s->natural_part = tri_chip_integer(s->chip, "minor_on_partitions", 0) != 0;
    return NULL;
}

static void place_constants(sched *s)
{
    for (int i = 0; i < s->n_constants; i++) {
        s->constants[i].byte = s->sp_top;
        s->sp_top += CONSTANT_BYTES;
    }
    s->n_ready = s->n_constants;
}

static void lower_decoupled(sched *s)
{
    queues_open(s);
    if (!s->error) run_roles(s);
    if (!s->error && s->n_constants == s->n_ready) queues_close(s);
}

tri_status *sched_lower(const tri_chip *chip, const tri_func *func, tri_arena *arena, tri_systolic_program *program, uint32_t *out_sp_top)
{
    sched *s = TRI_NEW(arena, sched);
    sched_constant constants[MOST_CONSTANTS] = {0};
    int n_constants = 0;
    do { /* once more when numbers were wanted outside of windows */
        memset(s, 0, sizeof *s);
        s->chip = chip;
        s->func = func;
        s->program = program;
        s->arena = arena;
        memcpy(s->constants, constants, sizeof constants);
        s->n_constants = n_constants;
        TRI_TRY(read_chip(s));
        place_constants(s);
        sched_open(s);
        if (!s->error) sched_layout(s);
        if (!s->error) sched_place_rings(s);
        if (!s->error) lower_decoupled(s);
        memcpy(constants, s->constants, sizeof constants);
        n_constants = s->n_constants;
    } while (!s->error && s->n_constants > s->n_ready);
    name_statements(func, arena, program);
    program->sp_top = s->sp_top;
    *out_sp_top = s->sp_top;
    return s->error;
}
