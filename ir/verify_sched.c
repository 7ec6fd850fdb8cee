/* ir/verify_sched.c - what each statement of a scheduled program demands: its place and its types. One verify_sched_NAME for each
 * SCHED row. */
#include "ir/sched.h"
#include "ir/verify.h"

#define SCHED(name, ...) static void verify_sched_##name(tri_verifier *v, const tri_op *op);
#include "ir/ops_sched.def"

enum { MOST_SLOTS = 1 << 16, MOST_INSTANCES = 1024, MOST_CLUSTER = 64, MOST_ROLES = 64 };

typedef char shown[160];

static const tri_type *type_of(const tri_op *op, uint32_t operand) { return &op->operands[operand]->type; }

/* The window's coordinates follow the buffer, which follows the ring and an offset for each of its dimensions. */
static bool check_offsets(tri_verifier *v, const tri_op *op, uint32_t first, int rank, uint32_t least_after)
{
    bool good = op->n_operands >= first + (uint32_t)rank + least_after;
    for (uint32_t i = first; good && i < first + (uint32_t)rank; i++) good = type_of(op, i)->kind == TRI_TYPE_INDEX;
    if (!good) tri_verify_fail(v, op, "needs an offset, an index value, for each of %d dimensions", rank);
    return good;
}

static bool check_ring(tri_verifier *v, const tri_op *op, uint32_t operand)
{
    if (op->n_operands > operand && type_of(op, operand)->kind == TRI_TYPE_RING) return true;
    if (op->n_operands > operand)
        (void)tri_verify_kind(v, op, operand, TRI_TYPE_RING);
    else
        tri_verify_fail(v, op, "operand %u, a ring, is missing", operand);
    return false;
}

/* ---- what stands outside of roles ---- */

static void verify_sched_RING(tri_verifier *v, const tri_op *op)
{
    shown room;
    if (!tri_verify_counts(v, op, 0, 1, 0)) return;
    const tri_type *type = &op->results[0]->type;
    int64_t depth = tri_op_integer(op, "depth", 0), n = 1;
    const char *place = tri_op_text(op, "place", "stage");
    bool good = type->kind == TRI_TYPE_RING && type->rank >= 1 && type->rank <= TRI_MAX_RANK;
    for (int d = 0; good && d < type->rank; d++) {
        good = type->dims[d] >= 1 && type->dims[d] <= (int64_t)1 << 30 && n * type->dims[d] <= (int64_t)1 << 30;
        n *= good ? type->dims[d] : 1;
    }
    if (!good) tri_verify_fail(v, op, "its type is %s; a ring holds tiles of 1 to 2^30 elements", tri_verify_show(type, room));
    if (depth < 1 || depth > MOST_SLOTS) tri_verify_fail(v, op, "a depth of %lld; a ring has 1 to %d slots", (long long)depth, MOST_SLOTS);
    if (strcmp(place, "stage") && strcmp(place, "acc")) tri_verify_fail(v, op, "its place is stage or acc, not %s", place);
    bool sums = type->dtype == TRI_F32 || type->dtype == TRI_I32, turned = type->dtype == TRI_BF16 || type->dtype == TRI_F16; /* by a matrix unit */
    if (!strcmp(place, "acc") && !sums && !turned)
        tri_verify_fail(v, op, "accumulators are f32 or i32, transposed tiles in them bf16 or f16, not %s", tri_dtype_name((tri_dtype)type->dtype));
}

static void verify_sched_TURNS(tri_verifier *v, const tri_op *op)
{
    if (tri_verify_counts(v, op, 0, 1, 0) && op->results[0]->type.kind != TRI_TYPE_TURNS) tri_verify_fail(v, op, "its type is turns");
}

/* The region's arguments are index values, gone behind it. */
static void verify_region(tri_verifier *v, const tri_op *op, uint32_t n)
{
    const tri_block *region = op->regions[0];
    bool good = region->n_args == n;
    for (uint32_t i = 0; good && i < n; i++) good = region->args[i]->type.kind == TRI_TYPE_INDEX;
    if (!good) {
        tri_verify_fail(v, op, "its region takes %u index values", n);
        return;
    }
    tri_verify_statements(v, region);
    for (uint32_t i = 0; i < n; i++) tri_verify_forget(v, region->args[i]);
}

static void verify_sched_ROLE(tri_verifier *v, const tri_op *op)
{
    if (!tri_verify_counts(v, op, 0, 0, 1)) return;
    int64_t instances = tri_role_instances(op);
    uint32_t works = 0;
    if (!op->label) tri_verify_fail(v, op, "needs a name");
    if (tri_role_unit(op) == TRI_UNITS) tri_verify_fail(v, op, "its unit is threads, copy, matrix, vector, scalar, general or core");
    if (instances < 1 || instances > MOST_INSTANCES)
        tri_verify_fail(v, op, "%lld instances; a role has 1 to %d", (long long)instances, MOST_INSTANCES);
    for (const tri_op *other = op->prev; other; other = other->prev)
        if (other->kind == TRI_SCHED_ROLE && other->label && op->label && !strcmp(other->label, op->label))
            tri_verify_fail(v, op, "a second role @%s", op->label);
    for (const tri_op *inner = op->regions[0]->first; inner; inner = inner->next) works += inner->kind == TRI_SCHED_WORK;
    if (works != 1) tri_verify_fail(v, op, "its region holds one work, not %u", works);
    v->role = op;
    verify_region(v, op, 2);
    v->role = NULL;
}

static void verify_sched_WORK(tri_verifier *v, const tri_op *op)
{
    if (!tri_verify_counts(v, op, 0, 0, 1)) return;
    v->in_work = true;
    verify_region(v, op, 1);
    v->in_work = false;
}

/* ---- tokens ---- */

static void check_token(tri_verifier *v, const tri_op *op)
{
    if (tri_verify_counts(v, op, 1, 0, 0)) (void)check_ring(v, op, 0);
}
static void verify_sched_ACQUIRE(tri_verifier *v, const tri_op *op) { check_token(v, op); }
static void verify_sched_PUBLISH(tri_verifier *v, const tri_op *op) { check_token(v, op); }
static void verify_sched_RELEASE(tri_verifier *v, const tri_op *op) { check_token(v, op); }

static void verify_sched_AWAIT(tri_verifier *v, const tri_op *op)
{
    if (!tri_verify_counts(v, op, 1, 1, 0) || !check_ring(v, op, 0)) return;
    tri_type want = tri_ring_tile(op->operands[0]);
    tri_verify_result(v, op, 0, &want);
}

static void check_turn(tri_verifier *v, const tri_op *op)
{
    if (tri_verify_counts(v, op, 1, 0, 0)) (void)tri_verify_kind(v, op, 0, TRI_TYPE_TURNS);
}
static void verify_sched_TAKE(tri_verifier *v, const tri_op *op) { check_turn(v, op); }
static void verify_sched_GIVE(tri_verifier *v, const tri_op *op) { check_turn(v, op); }

static void verify_sched_JOIN(tri_verifier *v, const tri_op *op)
{
    if (!tri_verify_counts(v, op, 0, 0, 0)) return;
    if (tri_op_integer(op, "lag", -1) < 0) tri_verify_fail(v, op, "needs how many mma may stay under way");
    if (tri_role_unit(v->role) != TRI_UNIT_THREADS)
        tri_verify_fail(v, op, "has no place in a role of the unit %s, whose statements complete in order; join is for threads",
                        tri_unit_name(tri_role_unit(v->role)));
}

/* ---- into slots, and out of them ---- */

static void check_fits(tri_verifier *v, const tri_op *op, const tri_type *tile, const tri_type *slot)
{
    shown a, b;
    bool fits = tile->rank == slot->rank && tile->dtype == slot->dtype;
    for (int d = 0; fits && d < tile->rank; d++) fits = tile->dims[d] <= slot->dims[d];
    if (!fits) tri_verify_fail(v, op, "puts %s into a slot of %s", tri_verify_show(tile, a), tri_verify_show(slot, b));
}

static void verify_sched_LOAD_INTO(tri_verifier *v, const tri_op *op)
{
    int64_t buffer;
    tri_type tile;
    if (op->n_results || op->n_regions) {
        tri_verify_fail(v, op, "has neither results nor regions");
        return;
    }
    if (!check_ring(v, op, 0)) return;
    uint32_t at = 1 + (uint32_t)type_of(op, 0)->rank;
    if (!check_offsets(v, op, 1, type_of(op, 0)->rank, 1) || !tri_verify_buffer(v, op, at, TRI_TYPE_BUFFER, &buffer)) return;
    if (!tri_verify_window(v, op, at, &tile)) return;
    check_fits(v, op, &tile, type_of(op, 0));
    if (v->func->access[buffer] == TRI_ACCESS_OUT) tri_verify_fail(v, op, "an `out` buffer is not read; make it inout or work");
    const tri_op *ring = op->operands[0]->op;
    if (ring && !strcmp(tri_op_text(ring, "place", "stage"), "acc")) tri_verify_fail(v, op, "accumulators are not loaded into");
    if (ring && tri_op_attr(op, "multicast") && !tri_op_attr(ring, "multicast"))
        tri_verify_fail(v, op, "is multicast, its ring is not: the slots of other ranks are not synchronised with this one");
}

static void verify_sched_STORE_INTO(tri_verifier *v, const tri_op *op)
{
    if (op->n_operands < 2 || op->n_results || op->n_regions) {
        tri_verify_fail(v, op, "takes a tile, a ring and offsets");
        return;
    }
    if (!tri_verify_kind(v, op, 0, TRI_TYPE_TILE) || !check_ring(v, op, 1)) return;
    if (!tri_verify_counts(v, op, 2 + (uint32_t)type_of(op, 1)->rank, 0, 0) || !check_offsets(v, op, 2, type_of(op, 1)->rank, 0)) return;
    check_fits(v, op, type_of(op, 0), type_of(op, 1));
}

static void verify_sched_PART(tri_verifier *v, const tri_op *op)
{
    shown a, b;
    if (op->n_operands < 1 || op->n_results != 1) {
        tri_verify_fail(v, op, "takes a tile and offsets, gives a tile");
        return;
    }
    if (!tri_verify_kind(v, op, 0, TRI_TYPE_TILE) || !tri_verify_counts(v, op, 1 + (uint32_t)type_of(op, 0)->rank, 1, 0)) return;
    if (!check_offsets(v, op, 1, type_of(op, 0)->rank, 0) || !tri_verify_tiles(v, op)) return;
    const tri_type *from = type_of(op, 0), *to = &op->results[0]->type;
    bool fits = to->rank == from->rank && to->dtype == from->dtype;
    for (int d = 0; fits && d < to->rank; d++) fits = to->dims[d] <= from->dims[d];
    if (!fits) tri_verify_fail(v, op, "%s is no part of %s", tri_verify_show(to, a), tri_verify_show(from, b));
}

static void verify_sched_READ(tri_verifier *v, const tri_op *op)
{
    if (tri_verify_counts(v, op, 1, 1, 0) && tri_verify_kind(v, op, 0, TRI_TYPE_TILE)) tri_verify_result(v, op, 0, type_of(op, 0));
}

/* ---- places ---- */

static tri_verify_row *const rows[TRI_SCHED_OPS_END - TRI_SCHED_OPS_BEGIN] = {
#define SCHED(name, ...) [TRI_SCHED_##name - TRI_SCHED_OPS_BEGIN] = verify_sched_##name,
#include "ir/ops_sched.def"
};

static bool has_place(const tri_verifier *v, const tri_op *op)
{
    switch ((int)op->kind) {
    case TRI_TILE_INDEX: return true;
    case TRI_TILE_FETCH:
    case TRI_TILE_ASSUME: return v->role;
    case TRI_SCHED_RING:
    case TRI_SCHED_TURNS:
    case TRI_SCHED_ROLE: return !v->role;
    case TRI_SCHED_WORK: return v->role && !v->in_work && op->parent == v->role->regions[0];
    case TRI_TILE_COMBINE:
    case TRI_TILE_SIGNAL:
    case TRI_TILE_WAIT: return false;
    default: return v->in_work;
    }
}

void tri_verify_sched_place(tri_verifier *v, const tri_op *op)
{
    if (!has_place(v, op))
        tri_verify_fail(v, op, "has no place %s",
                        v->in_work ? "in the work of a role"
                        : v->role  ? "in a role, outside of its work: there stand index values alone"
                                   : "outside of roles: there stand index values, rings, turns and roles");
    if (op->kind == TRI_TILE_MMA && tri_op_attr(op, "async") && v->role && tri_role_unit(v->role) != TRI_UNIT_THREADS)
        tri_verify_fail(v, op, "async is for threads; the statements of other units complete in order, later, as they are");
}

void tri_verify_sched_op(tri_verifier *v, const tri_op *op)
{
    if (has_place(v, op)) rows[op->kind - TRI_SCHED_OPS_BEGIN](v, op);
}

void tri_verify_scheduled_body(tri_verifier *v)
{
    const tri_func *func = v->func;
    uint32_t roles = 0;
    for (const tri_op *op = func->body->first; op; op = op->next) roles += op->kind == TRI_SCHED_ROLE;
    if (func->n_axes || func->body->n_args != func->n_buffers)
        v->errors = tri_join(v->errors, tri_error(TRI_INVALID, func->loc, "@%s: a scheduled program has buffers and no grid axes", func->name));
    if (func->programs < 1 || func->workers < 0 || func->cluster < 1 || func->cluster > MOST_CLUSTER)
        v->errors = tri_join(v->errors, tri_error(TRI_INVALID, func->loc, "@%s: %lld programs, %lld workers of %d ranks; at least 1, 0 and 1 to %d",
                                                  func->name, (long long)func->programs, (long long)func->workers, (int)func->cluster, MOST_CLUSTER));
    if (roles < 1 || roles > MOST_ROLES)
        v->errors = tri_join(v->errors, tri_error(TRI_INVALID, func->loc, "@%s has %u roles; 1 to %d are meant", func->name, roles, MOST_ROLES));
    if (!v->errors) tri_verify_statements(v, func->body);
    if (!v->errors) v->errors = tri_verify_sched_tokens(func);
}
