/* targets/amdgcn/wave.c - the frame of a scheduled program: the numbers of lanes and waves, resources of the buffers, LDS, attributes. */
#include "targets/amdgcn/wave.h"

#include "targets/llvm/emit_math.h"

enum { RAW_BUFFER = 0x27000 }; /* the last word of a resource: untyped data */
static const int64_t LARGEST_BUFFER = (int64_t)1 << 31;

/* ---- functions by approximate instructions; errors are below 2^-21 of the result ---- */

static tri_ref call1(tri_emitter *e, const char *name, tri_ref x) { return tri_emit(e, "call float @llvm.amdgcn.%s.f32(float %s)", name, x); }

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
    tri_ref lost = fma_of(e, x, rest, fma_of(e, x, whole, minus)), power = call1(e, "exp2", t);
    return tri_emit(e, "fmul float %s, %s", power, fma_of(e, lost, ln_2, tri_scalar_number(e, TRI_F32, 1)));
}

static tri_ref fast(tri_emitter *e, tri_op_kind kind, const tri_ref *x)
{
    switch (kind) {
    case TRI_SCALAR_EXP2: return call1(e, "exp2", x[0]);
    case TRI_SCALAR_EXP: return exponential(e, x[0]);
    case TRI_SCALAR_RSQRT: return call1(e, "rsq", x[0]);
    case TRI_SCALAR_LOGISTIC: {
        tri_ref power = exponential(e, tri_emit(e, "fneg float %s", x[0])), one = tri_scalar_number(e, TRI_F32, 1);
        return tri_emit(e, "fdiv float %s, %s", one, tri_emit(e, "fadd float %s, %s", power, one));
    }
    default: return NULL;
    }
}

/* ---- the kernel ---- */

/* Numbers that are the same for a wave are made so for LLVM: it does not see it. */
static tri_ref uniform(tri_emitter *e, tri_ref x) { return tri_emit(e, "call i32 @llvm.amdgcn.readfirstlane.i32(i32 %s)", x); }

static void number_lanes(sched *s)
{
    tri_emitter *e = s->e;
    const plan *p = &s->plan;
    e->thread = tri_emit(e, "call range(i32 0, %d) i32 @%s()", e->threads, e->family->thread);
    tri_ref number = uniform(e, tri_emit(e, "lshr i32 %s, 6", e->thread));
    s->instance = p->instances > 1 ? tri_emit(e, "lshr i32 %s, 2", number) : "0";
    s->wave = tri_emit(e, "and i32 %s, %d", number, SET_WAVES - 1);
    s->lane = tri_emit(e, "and i32 %s, %d", e->thread, WAVE - 1);
    s->in_set = tri_emit(e, "and i32 %s, %d", e->thread, SET - 1);
    s->row = tri_emit(e, "and i32 %s, 15", s->lane);
    s->column = tri_emit(e, "shl nuw nsw i32 %s, 2", tri_emit(e, "lshr i32 %s, 4", s->lane));
    s->down = p->across == 1 ? s->wave : tri_emit(e, "udiv i32 %s, %lld", s->wave, (long long)p->across);
    s->across = p->down == 1 ? s->wave : tri_emit(e, "urem i32 %s, %lld", s->wave, (long long)p->across);
    if (p->down == 1) s->down = "0";
    if (p->across == 1) s->across = "0";
}

static tri_status *emit_body(sched *s)
{
    tri_emitter *e = s->e;
    const tri_func *program = s->plan.program;
    const tri_block *role = s->plan.role->regions[0];
    tri_emit_label(e, "entry");
    number_lanes(s);
    for (uint32_t b = 0; b < program->n_buffers; b++) {
        int64_t bytes = (int64_t)tri_type_bytes(&program->body->args[b]->type);
        if (bytes >= LARGEST_BUFFER)
            return tri_error(TRI_UNSUPPORTED, program->loc, "buffer %u has %lld bytes; offsets have 31 bits", b, (long long)bytes);
        s->resources[b] = tri_emit(e, "call ptr addrspace(8) @llvm.amdgcn.make.buffer.rsrc.p8.p1(ptr addrspace(1) %%p%u, i16 0, i64 %lld, i32 %d)", b,
                                   (long long)bytes, RAW_BUFFER);
    }
    for (int q = 0; q < s->plan.n_rings; q++) s->acquired[q] = s->awaited[q] = "0";
    e->indices[role->args[0]->id] = (tri_index){tri_emit(e, "zext i32 %s to i64", s->instance), 0, s->plan.instances - 1};
    e->indices[role->args[1]->id] = (tri_index){"0", 0, 0};
    for (const tri_op *op = program->body->first; op; op = op->next)
        if (op->kind == TRI_TILE_INDEX) TRI_TRY(tri_emit_index(e, op));
    for (const tri_op *op = role->first; op; op = op->next) {
        if (op->kind == TRI_TILE_INDEX) TRI_TRY(tri_emit_index(e, op));
        if (op->kind != TRI_SCHED_WORK) continue;
        tri_ref block = tri_emit(e, "call i32 @%s()", e->family->block);
        int64_t programs = program->programs;
        e->indices[op->regions[0]->args[0]->id] = (tri_index){tri_emit(e, "zext i32 %s to i64", block), 0, programs ? programs - 1 : 0};
        TRI_TRY(wave_block(s, op->regions[0]));
    }
    tri_emit_line(e, "ret void");
    return NULL;
}

static void find_reshapes(sched *s, const tri_block *block)
{
    for (const tri_op *op = block->first; op; op = op->next) {
        if (op->kind == TRI_TILE_RESHAPE) s->reshaped[op->operands[0]->id] = op;
        for (uint32_t i = 0; i < op->n_regions; i++) find_reshapes(s, op->regions[i]);
    }
}

static tri_status *emit_kernel(sched *s, tri_emitted *out)
{
    tri_emitter *e = s->e;
    const tri_func *program = s->plan.program;
    int per_unit = e->threads / SET; /* waves that share a unit's registers: all it has is for them */
    tri_text_addf(e->out, "@tri_slots = internal addrspace(3) global [%lld x i8] poison, align 1024\ndefine %s void @%s(",
                  (long long)s->plan.shared_bytes, e->family->convention, program->name);
    for (uint32_t b = 0; b < program->n_buffers; b++) tri_text_addf(e->out, "%sptr addrspace(1) %%p%u", b ? ", " : "", b);
    tri_lines_open_body(e);
    TRI_TRY(emit_body(s));
    tri_text_add(e->out, "}\n");
    tri_math_define(e, false);
    tri_text_add(e->out, "attributes #0 = { ");
    tri_text_addf(e->out, e->family->attributes, e->threads, e->threads);
    tri_text_addf(e->out, " \"amdgpu-waves-per-eu\"=\"%d,%d\" }\n", per_unit, per_unit);
    tri_text_add(e->out, "!0 = distinct !{!0}\n!1 = distinct !{!1, !0}\n!2 = distinct !{!2, !0}\n!3 = !{!1}\n!4 = !{!2}\n"); /* loads, reads */
    tri_lines_end(e);
    out->grid = (uint32_t)program->programs;
    out->threads = (uint32_t)e->threads;
    out->shared_bytes = (uint32_t)s->plan.shared_bytes;
    return tri_text_status(e->out);
}

/* `context`: the tri_budget. */
static tri_status *emit_program(void *context, tri_emitter *e, tri_emitted *out)
{
    tri_arena *arena = e->arena;
    const tri_func *program = e->kernel;
    sched *s = TRI_NEW(arena, sched);
    e->wave = WAVE;
    e->fast = fast;
    *s = (sched){.e = e, .values = TRI_NEW_ARRAY(arena, value, program->n_values)};
    s->reshaped = TRI_NEW_ARRAY(arena, const tri_op *, program->n_values);
    s->resources = TRI_NEW_ARRAY(arena, tri_ref, program->n_buffers);
    find_reshapes(s, program->body);
    TRI_TRY(wave_plan(arena, e->chip, program, &s->plan));
    int n = s->plan.n_rings;
    s->acquired = TRI_NEW_ARRAY(arena, tri_ref, n);
    s->awaited = TRI_NEW_ARRAY(arena, tri_ref, n);
    s->filling = TRI_NEW_ARRAY(arena, tri_ref, n);
    s->covered = TRI_NEW_ARRAY(arena, int, n);
    s->loaded = TRI_NEW_ARRAY(arena, bool, n);
    s->read = TRI_NEW_ARRAY(arena, bool, n);
    e->threads = (int)s->plan.instances * SET;
    tri_status *status = emit_kernel(s, out);
    tri_budget *budget = context;
    *budget = (tri_budget){.threads = out->threads, .registers = s->registers, .shared_bytes = out->shared_bytes};
    for (int q = 0; q < n; q++) budget->bank_conflicts += s->plan.rings[q].conflicts;
    return status;
}

tri_status *wave_emit(const tri_emit_family *family, const tri_chip *chip, const tri_func *program, tri_emitted *out, tri_budget *out_budget)
{
    *out = (tri_emitted){0};
    *out_budget = (tri_budget){0};
    if (tri_chip_integer(chip, "async_copy_bytes_max", 0) < 16)
        return tri_error(TRI_UNSUPPORTED, program->loc, "chip %s does not load 16 bytes a lane straight to LDS, which scheduled programs need",
                         chip->name);
    return tri_emit_program(family, chip, program, emit_program, out_budget, out);
}
