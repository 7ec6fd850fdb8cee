/* targets/nvptx/sched.c - the frame of a scheduled program: parameters, mbarriers, the warps of each role, and the end where all of them meet. */
#include "targets/nvptx/sched.h"

#include <stdlib.h>

#include "targets/llvm/emit_math.h"

/* ---- functions by approximate instructions; errors are below 2^-21 of the result ---- */

static tri_ref call1(tri_emitter *e, const char *name, tri_ref x) { return tri_emit(e, "call float @llvm.nvvm.%s(float %s)", name, x); }

static tri_ref fma_of(tri_emitter *e, tri_ref a, double b, tri_ref c)
{
    return tri_emit(e, "call float @llvm.fma.f32(float %s, float %s, float %s)", a, tri_scalar_number(e, TRI_F32, b), c);
}

/* 2^(t + rest), t being x log2 e in one rounding and `rest` what that lost. */
static tri_ref exponential(tri_emitter *e, tri_ref x)
{
    const double log2_e = 0x1.71547652b82fep+0, ln_2 = 0x1.62e42fefa39efp-1, whole = (double)(float)log2_e, rest = log2_e - whole;
    tri_ref high = tri_scalar_number(e, TRI_F32, 200), low = tri_scalar_number(e, TRI_F32, -200); /* beyond, the result is infinite or zero */
    x = tri_emit(e, "call float @llvm.minimum.f32(float %s, float %s)", x, high);
    x = tri_emit(e, "call float @llvm.maximum.f32(float %s, float %s)", x, low);
    tri_ref t = tri_emit(e, "fmul float %s, %s", x, tri_scalar_number(e, TRI_F32, whole)), minus = tri_emit(e, "fneg float %s", t);
    tri_ref lost = fma_of(e, x, rest, fma_of(e, x, whole, minus)), power = call1(e, "ex2.approx.ftz.f", t);
    tri_ref correction = fma_of(e, lost, ln_2, tri_scalar_number(e, TRI_F32, 1));
    return tri_emit(e, "fmul float %s, %s", power, correction);
}

static tri_ref quotient(tri_emitter *e, tri_ref x, tri_ref y) { return tri_emit(e, "call float @llvm.nvvm.div.full(float %s, float %s)", x, y); }

static tri_ref product(tri_emitter *e, tri_ref x, tri_ref y) { return tri_emit(e, "fmul float %s, %s", x, y); }

/* Coefficients from the lowest power. */
static tri_ref polynomial(tri_emitter *e, tri_ref x, int n, const double *coefficients)
{
    tri_ref sum = tri_scalar_number(e, TRI_F32, coefficients[n - 1]);
    for (int i = n - 2; i >= 0; i--)
        sum = tri_emit(e, "call float @llvm.fma.f32(float %s, float %s, float %s)", sum, x, tri_scalar_number(e, TRI_F32, coefficients[i]));
    return sum;
}

/* `inner` where |x| < limit, else `outer` with the sign of x. */
static tri_ref by_magnitude(tri_emitter *e, tri_ref x, tri_ref magnitude, double limit, tri_ref inner, tri_ref outer)
{
    tri_ref small = tri_emit(e, "fcmp olt float %s, %s", magnitude, tri_scalar_number(e, TRI_F32, limit));
    tri_ref sided = tri_emit(e, "call float @llvm.copysign.f32(float %s, float %s)", outer, x);
    return tri_emit(e, "select i1 %s, float %s, float %s", small, inner, sided);
}

/* Near zero its series, whose first term left out is below 2^-23 of it at 1/2; beyond, 1 - 2 / (e^2x + 1). */
static tri_ref hyperbolic_tangent(tri_emitter *e, tri_ref x)
{
    static const double series[] = {1, -1.0 / 3, 2.0 / 15, -17.0 / 315, 62.0 / 2835, -1382.0 / 155925, 21844.0 / 6081075};
    tri_ref one = tri_scalar_number(e, TRI_F32, 1), two = tri_scalar_number(e, TRI_F32, 2);
    tri_ref magnitude = tri_emit(e, "call float @llvm.fabs.f32(float %s)", x), power = exponential(e, product(e, magnitude, two));
    tri_ref rest = quotient(e, two, tri_emit(e, "fadd float %s, %s", power, one)), outer = tri_emit(e, "fsub float %s, %s", one, rest);
    tri_ref inner = product(e, x, polynomial(e, product(e, x, x), 7, series));
    return by_magnitude(e, x, magnitude, 0.5, inner, outer);
}

/* Near zero its series, whose first term left out is below 2^-26 at 1; beyond, the rational approximation of Hastings (Abramowitz and
 * Stegun, 7.1.26), which is 1.5e-7 off at most. */
static tri_ref error_function(tri_emitter *e, tri_ref x)
{
    static const double tail[] = {0, 0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429};
    double series[11], factorial = 1;
    for (int n = 0; n < 11; n++) {
        if (n) factorial *= -n;
        series[n] = 0x1.20dd750429b6dp+0 / (factorial * (2 * n + 1)); /* 2 / sqrt(pi) */
    }
    tri_ref one = tri_scalar_number(e, TRI_F32, 1), magnitude = tri_emit(e, "call float @llvm.fabs.f32(float %s)", x), square = product(e, x, x);
    tri_ref t = quotient(e, one, fma_of(e, magnitude, 0.3275911, one)), gauss = exponential(e, tri_emit(e, "fneg float %s", square));
    tri_ref outer = tri_emit(e, "fsub float %s, %s", one, product(e, polynomial(e, t, 6, tail), gauss));
    tri_ref inner = product(e, x, polynomial(e, square, 11, series));
    return by_magnitude(e, x, magnitude, 1, inner, outer);
}

static tri_ref fast(tri_emitter *e, tri_op_kind kind, const tri_ref *x)
{
    switch (kind) {
    case TRI_SCALAR_EXP2: return call1(e, "ex2.approx.ftz.f", x[0]);
    case TRI_SCALAR_EXP: return exponential(e, x[0]);
    case TRI_SCALAR_RSQRT: return call1(e, "rsqrt.approx.f", x[0]);
    case TRI_SCALAR_DIVIDE: return quotient(e, x[0], x[1]);
    case TRI_SCALAR_TANH: return hyperbolic_tangent(e, x[0]);
    case TRI_SCALAR_ERF: return error_function(e, x[0]);
    case TRI_SCALAR_LOGISTIC: {
        tri_ref power = exponential(e, tri_emit(e, "fneg float %s", x[0])), one = tri_scalar_number(e, TRI_F32, 1);
        return quotient(e, one, tri_emit(e, "fadd float %s, %s", power, one));
    }
    default: return NULL;
    }
}

/* ---- roles ---- */

static void take_registers(sched *s, int64_t regs, bool more)
{
    if (regs) tri_emit_line(s->e, "call void @llvm.nvvm.setmaxnreg.%s.sync.aligned.u32(i32 %lld)", more ? "inc" : "dec", (long long)regs);
}

static tri_status *emit_role(sched *s, const role *role)
{
    const tri_block *region = role->op->regions[0];
    tri_emitter *e = s->e;
    s->role = role;
    for (int q = 0; q < s->plan.n_rings; q++)
        for (int c = 0; c < COUNTERS; c++) s->counters[q][c] = "0";
    e->indices[region->args[0]->id] = (tri_index){tri_emit(e, "zext i32 %s to i64", s->instance), 0, role->instances - 1};
    e->indices[region->args[1]->id] = (tri_index){tri_emit(e, "zext i32 %s to i64", s->rank), 0, s->plan.program->cluster - 1};
    if (!role->copy) group_turns_begin(s);
    TRI_TRY(group_block(s, region));
    if (role->copy) { /* stores must have left shared memory before the block does */
        tri_emit_line(e, "call void @llvm.nvvm.cp.async.bulk.commit.group()");
        tri_emit_line(e, "call void @llvm.nvvm.cp.async.bulk.wait.group(i32 0)");
    }
    return NULL;
}

/* "if low <= x < high" around what is emitted next, up to group_close. */
static tri_ref open_range(sched *s, tri_ref x, int64_t low, int64_t high)
{
    tri_emitter *e = s->e;
    tri_ref inside = tri_emit_new_label(e), next = tri_emit_new_label(e), from = low ? tri_emit(e, "sub i32 %s, %lld", x, (long long)low) : x;
    tri_ref here = tri_emit(e, "icmp ult i32 %s, %lld", from, (long long)(high - low));
    tri_emit_line(e, "br i1 %s, label %%%s, label %%%s", here, inside, next);
    tri_emit_label(e, inside);
    return next;
}

static void close_range(sched *s, tri_ref next)
{
    tri_emit_line(s->e, "br label %%%s", next);
    tri_emit_label(s->e, next);
}

/* One thread a warp runs a copy role, or all of them; the other warps of the group have nothing but their share of the registers to give away. */
static tri_status *emit_copies(sched *s, tri_ref warp)
{
    tri_emitter *e = s->e;
    if (!s->plan.producing) return NULL;
    tri_ref done = open_range(s, warp, 0, GROUP / WARP);
    take_registers(s, s->plan.producing_regs, false);
    tri_ref lane = tri_emit(e, "and i32 %s, %d", e->thread, WARP - 1);
    for (int i = 0; i < s->plan.n_roles; i++) {
        const role *role = &s->plan.roles[i];
        if (!role->copy) continue;
        tri_ref next = open_range(s, warp, role->first, role->first + role->instances), idle = NULL;
        if (!role->by_warp) idle = open_range(s, lane, 0, 1);
        s->instance = role->instances == 1 ? "0" : tri_emit(e, "sub i32 %s, %d", warp, role->first);
        s->in_group = lane;
        s->leader = tri_emit(e, "icmp eq i32 %s, 0", lane);
        TRI_TRY(emit_role(s, role));
        if (idle) close_range(s, idle);
        close_range(s, next);
    }
    close_range(s, done);
    return NULL;
}

static tri_status *emit_groups(sched *s, tri_ref warp)
{
    tri_emitter *e = s->e;
    tri_ref group = tri_emit(e, "lshr i32 %s, 2", warp);
    for (int i = 0; i < s->plan.n_roles; i++) {
        const role *role = &s->plan.roles[i];
        if (role->copy) continue;
        tri_ref next = open_range(s, group, role->first, role->first + role->instances);
        take_registers(s, role->regs, true);
        s->instance = role->instances == 1 ? "0" : tri_emit(e, "sub i32 %s, %d", group, role->first);
        s->in_group = tri_emit(e, "and i32 %s, %d", e->thread, GROUP - 1);
        s->leader = tri_emit(e, "icmp eq i32 %s, 0", s->in_group);
        tri_atom_place(e, group_result.atom, s->in_group, 0, &s->row, &s->column);
        TRI_TRY(emit_role(s, role));
        close_range(s, next);
    }
    return NULL;
}

/* ---- the kernel ---- */

/* Blocks of a cluster wait for each other: before anyone speaks to an mbarrier of another, and before anyone leaves while another may still speak. */
static void meet_all(sched *s)
{
    if (s->plan.program->cluster > 1) {
        tri_emit_line(s->e, "call void @llvm.nvvm.barrier.cluster.arrive.aligned()");
        tri_emit_line(s->e, "call void @llvm.nvvm.barrier.cluster.wait.aligned()");
    } else {
        tri_emit_line(s->e, "call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)");
    }
}

static tri_status *emit_body(sched *s)
{
    tri_emitter *e = s->e;
    tri_emit_label(e, "entry");
    e->thread = tri_emit(e, "call range(i32 0, %d) i32 @%s()", e->threads, e->family->thread);
    tri_ref own = tri_emit(e, "lshr i32 %s, 5", e->thread);
    tri_ref warp = tri_emit(e, "call i32 @llvm.nvvm.shfl.sync.idx.i32(i32 -1, i32 %s, i32 0, i32 31)", own); /* the same for the whole warp */
    s->rank = s->plan.program->cluster > 1 ? tri_emit(e, "call i32 @llvm.nvvm.read.ptx.sreg.cluster.ctarank()") : "0";
    tri_ref others = open_range(s, e->thread, 0, 1);
    group_barriers_init(s);
    tri_emit_line(e, "call void @llvm.nvvm.fence.mbarrier_init.release.cluster()");
    close_range(s, others);
    meet_all(s);
    TRI_TRY(emit_copies(s, warp));
    TRI_TRY(emit_groups(s, warp));
    if (s->plan.program->cluster > 1) meet_all(s);
    tri_emit_line(e, "ret void");
    return NULL;
}

static void find_reshapes(sched *s, const tri_block *block)
{
    for (const tri_op *op = block->first; op; op = op->next) {
        if (op->kind == TRI_TILE_RESHAPE) s->reshaped[op->operands[0]->id] = op;
        for (uint32_t i = 0; i < op->n_operands; i++) s->uses[op->operands[i]->id]++;
        for (uint32_t i = 0; i < op->n_regions; i++) find_reshapes(s, op->regions[i]);
    }
}

static void emit_attributes(const sched *s)
{
    const tri_func *program = s->plan.program;
    tri_text *out = s->e->out;
    tri_text_addf(out, "attributes #0 = { nounwind \"nvvm.reqntid\"=\"%d,1,1\"", s->e->threads);
    if (program->cluster > 1) tri_text_addf(out, " \"nvvm.cluster_dim\"=\"%d,1,1\"", program->cluster);
    tri_text_add(out, " }\nattributes #1 = { convergent nounwind }\n");
    /* Of loops that are unrolled as far as the registers of a copy role go. */
    tri_text_add(out, "!0 = distinct !{!0, !1}\n!1 = !{!\"llvm.loop.unroll.disable\"}\n");
}

/* The parameters are known when the body is written: it decides which maps there are. */
static tri_status *emit_kernel(sched *s, tri_emitted *out)
{
    tri_emitter *e = s->e;
    const tri_func *program = s->plan.program;
    TRI_TRY(emit_body(s));
    tri_text body = out->ir; /* from here on nothing takes memory from the arena */
    out->ir = (tri_text){0};
    tri_text_addf(e->out, "@tri_slots = external addrspace(3) global [0 x i8], align 1024\ndefine %s void @%s(", e->family->convention,
                  program->name);
    for (uint32_t b = 0; b < program->n_buffers; b++) tri_text_addf(e->out, "%sptr addrspace(1) %%p%u", b ? ", " : "", b);
    for (size_t m = 0; m < s->maps.n; m++)
        tri_text_addf(e->out, "%sptr byval([%d x i8]) align %d \"nvvm.grid_constant\" %%m%zu", m || program->n_buffers ? ", " : "",
                      TRI_TENSOR_MAP_BYTES, TRI_TENSOR_MAP_ALIGN, m);
    tri_lines_open_body(e);
    tri_text_add(e->out, tri_text_string(&body));
    tri_text_add(e->out, "}\n");
    tri_status *status = tri_text_status(&body);
    tri_text_free(&body);
    return status;
}

static tri_status *emit_all(sched *s, tri_emitted *out)
{
    tri_emitter *e = s->e;
    const tri_func *program = s->plan.program;
    int64_t largest = tri_chip_integer(e->chip, "cluster_blocks_max", 1);
    if (program->cluster > largest)
        return tri_error(TRI_UNSUPPORTED, program->loc, "a cluster of %d blocks; at most %lld", program->cluster, (long long)largest);
    e->threads = s->plan.groups * GROUP;
    if (e->threads > tri_chip_integer(e->chip, "threads_block_max", 1024))
        return tri_error(TRI_UNSUPPORTED, program->loc, "%d threads are more than a block has", e->threads);
    if (s->plan.workers > INT32_MAX / program->cluster)
        return tri_error(TRI_UNSUPPORTED, program->loc, "a grid of %lld workers; a launch has at most %d blocks", (long long)s->plan.workers,
                         INT32_MAX);
    TRI_TRY(emit_kernel(s, out));
    tri_math_define(e, false);
    emit_attributes(s);
    tri_lines_end(e);
    out->grid = (uint32_t)(s->plan.workers * program->cluster);
    out->threads = (uint32_t)e->threads;
    out->shared_bytes = (uint32_t)s->plan.shared_bytes;
    out->shared_dynamic = true;
    out->n_maps = (uint32_t)s->maps.n;
    out->maps = malloc((s->maps.n + !s->maps.n) * sizeof *out->maps);
    if (!out->maps) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory for %zu tensor maps", s->maps.n);
    if (s->maps.n) memcpy(out->maps, s->maps.at, s->maps.n * sizeof *out->maps);
    return tri_text_status(e->out);
}

static tri_status *emit_program(void *context, tri_emitter *e, tri_emitted *out)
{
    (void)context;
    tri_arena *arena = e->arena;
    const tri_func *program = e->kernel;
    sched *s = TRI_NEW(arena, sched);
    e->wave = WARP;
    e->fast = fast;
    *s = (sched){.e = e, .values = TRI_NEW_ARRAY(arena, value, program->n_values)};
    s->reshaped = TRI_NEW_ARRAY(arena, const tri_op *, program->n_values);
    s->uses = TRI_NEW_ARRAY(arena, uint32_t, program->n_values);
    find_reshapes(s, program->body);
    TRI_TRY(group_plan(arena, e->chip, program, &s->plan));
    s->counters = (tri_ref(*)[COUNTERS])tri_arena_alloc_array(arena, (size_t)s->plan.n_rings, sizeof *s->counters);
    s->newest = TRI_NEW_ARRAY(arena, tri_ref, s->plan.n_rings);
    return emit_all(s, out);
}

tri_status *group_emit(const tri_emit_family *family, const tri_chip *chip, const tri_func *program, tri_emitted *out)
{
    return tri_emit_program(family, chip, program, emit_program, NULL, out);
}
