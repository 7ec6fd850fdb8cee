/* targets/segments.c - which steps of a plan are also one program. What: of each run of launches, the target makes one program of as many as it can,
 * then of those behind them, in the memory that the compile has left. The steps stay as they are: who wants to see each of them launches them. Needs:
 * compiled kernels. */
#include "targets/compile.h"

/* Buffers by the memory they are part of: each input and output has its own, the constants and the scratch memory are one each. */
static const tri_join_buffer *join_buffers(const tri_plan *plan, tri_arena *arena)
{
    tri_join_buffer *buffers = TRI_NEW_ARRAY(arena, tri_join_buffer, plan->n_buffers);
    for (uint32_t b = 0; b < plan->n_buffers; b++) {
        const tri_plan_buffer *buffer = &plan->buffers[b];
        const uint32_t memory[TRI_BUFFER_KINDS] = {[TRI_BUFFER_CONSTANT] = 0,
                                                   [TRI_BUFFER_SCRATCH] = 1,
                                                   [TRI_BUFFER_INPUT] = 2 + buffer->index,
                                                   [TRI_BUFFER_OUTPUT] = 2 + plan->n_inputs + buffer->index};
        buffers[b] = (tri_join_buffer){memory[buffer->kind], buffer->kind == TRI_BUFFER_SCRATCH, buffer->offset, buffer->bytes};
    }
    return buffers;
}

typedef struct segments {
    tri_plan *plan;
    tri_arena *arena;
    tri_join_step *steps; /* of the plan; those that are no launches have no image */
    TRI_VEC(tri_plan_kernel) kernels;
    TRI_VEC(tri_plan_code) images;
    TRI_VEC(tri_plan_segment) segments;
} segments;

static void add_segment(segments *all, uint32_t first, const tri_joined *joined)
{
    const tri_plan *plan = all->plan;
    const tri_kernel_code *code = &joined->code;
    first += joined->first;
    tri_plan_kernel kernel = {.name = tri_arena_printf(all->arena, "steps_%u_to_%u", first, first + joined->n_steps - 1),
                              .family = "joined",
                              .config = tri_arena_printf(all->arena, "steps=%u", joined->n_steps),
                              .code = {(uint32_t)all->images.n, UINT32_MAX},
                              .shared_bytes = code->shared_bytes,
                              .registers = code->registers,
                              .spills = code->spills,
                              .static_shared_bytes = code->static_shared_bytes,
                              .code_bytes = code->code_bytes};
    memcpy(kernel.grid, code->grid, sizeof code->grid);
    memcpy(kernel.block, code->block, sizeof code->block);
    for (uint32_t s = first; s < first + joined->n_steps; s++) {
        const tri_plan_kernel *part = &all->kernels.at[plan->steps[s].kernel];
        kernel.flops += part->flops;
        kernel.bytes_read += part->bytes_read;
        kernel.bytes_written += part->bytes_written;
    }
    TRI_PUSH(all->arena, &all->images, (tri_plan_code){code->kinds[0], code->images[0], code->sizes[0]});
    TRI_PUSH(all->arena, &all->kernels, kernel);
    TRI_PUSH(all->arena, &all->segments,
             (tri_plan_segment){first, joined->n_steps, (uint32_t)all->kernels.n - 1, joined->n_buffers, joined->buffers});
}

/* The launches from `first` to `end`. */
static tri_status *join_run(segments *all, const tri_chip *chip, const tri_target *target, tri_join_list *list, uint32_t first, uint32_t end,
                            tri_codes *codes)
{
    tri_arena *arena = all->arena;
    uint32_t most = (end - first) / 2, n = 0;
    size_t n_arguments = 0, at = codes->n;
    for (uint32_t s = first; s < end; s++) n_arguments += all->steps[s].n_buffers;
    uint32_t *arguments = TRI_NEW_ARRAY(arena, uint32_t, n_arguments);
    tri_joined *joined = TRI_NEW_ARRAY(arena, tri_joined, most);
    for (uint32_t i = 0; i < most; i++)
        TRI_PUSH(arena, codes, (tri_kernel_code){0}); /* their places first: no code is held while memory is asked for */
    list->steps = &all->steps[first];
    list->n_steps = end - first;
    list->n_behind = all->plan->n_steps - end;
    list->memory_limit = tri_arena_left(arena);
    TRI_TRY(tri_note(target->join(chip, list, arguments, joined, &n), "while joining the steps from %u on", first));
    for (uint32_t i = 0; i < n; i++) codes->at[at + i] = joined[i].code;
    for (uint32_t i = 0; i < n; i++) add_segment(all, first, &joined[i]);
    return NULL;
}

tri_status *tri_plan_segments(const tri_chip *chip, const tri_target *target, tri_arena *arena, tri_codes *codes, tri_plan *plan)
{
    if (!target->join) return NULL;
    segments all = {.plan = plan, .arena = arena, .steps = TRI_NEW_ARRAY(arena, tri_join_step, plan->n_steps)};
    for (uint32_t k = 0; k < plan->n_kernels; k++) TRI_PUSH(arena, &all.kernels, plan->kernels[k]);
    for (uint32_t i = 0; i < plan->n_codes; i++) TRI_PUSH(arena, &all.images, plan->codes[i]);
    for (uint32_t s = 0; s < plan->n_steps; s++) {
        const tri_plan_step *step = &plan->steps[s];
        all.steps[s] = (tri_join_step){.n_buffers = step->n_buffers, .buffers = step->buffers};
        if (step->kind != TRI_STEP_LAUNCH) continue;
        const tri_plan_code *image = &plan->codes[plan->kernels[step->kernel].code[0]];
        all.steps[s].image = image->bytes;
        all.steps[s].n = image->n;
    }
    tri_join_list list = {.n_buffers = plan->n_buffers, .n_memories = 2 + plan->n_inputs + plan->n_outputs, .buffers = join_buffers(plan, arena)};
    for (uint32_t first = 0, end; first < plan->n_steps; first = end + 1) {
        for (end = first; end < plan->n_steps && plan->steps[end].kind == TRI_STEP_LAUNCH; end++) {
        }
        if (end - first > 1) TRI_TRY(join_run(&all, chip, target, &list, first, end, codes));
    }
    plan->n_kernels = (uint32_t)all.kernels.n;
    plan->kernels = all.kernels.at;
    plan->n_codes = (uint32_t)all.images.n;
    plan->codes = all.images.at;
    plan->n_segments = (uint32_t)all.segments.n;
    plan->segments = all.segments.at;
    return NULL;
}
