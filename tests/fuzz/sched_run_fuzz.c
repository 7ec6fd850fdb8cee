/* sched_run_fuzz.c - any text: scheduled programs in it that verify run to a result or a report, in both modes of completion, checked and unchecked.
 */
#include <stdlib.h>
#include <string.h>

#include "ir/sched.h"

enum { MOST_ELEMENTS = 1 << 14, MOST_STEPS = 20000 };

/* Programs whose values are small: an evaluation is not to take long. */
static tri_status *check_size(void *context, tri_op *op)
{
    bool *large = context;
    for (uint32_t i = 0; i < op->n_results; i++) *large |= tri_type_elements(&op->results[i]->type) > MOST_ELEMENTS;
    for (uint32_t i = 0; i < op->n_window; i++) *large |= op->window[i].length > MOST_ELEMENTS;
    if (op->kind == TRI_SCHED_RING) *large |= tri_op_integer(op, "depth", 1) > 16;
    if (op->kind == TRI_SCHED_ROLE) *large |= tri_role_instances(op) > 8;
    if (op->kind == TRI_SCHED_LOAD_INTO) {
        tri_type tile = tri_load_into_tile(op);
        *large |= tri_type_elements(&tile) > MOST_ELEMENTS;
    }
    return NULL;
}

static bool is_large(tri_func *func)
{
    bool large = func->programs > 64 || func->cluster > 4;
    for (uint32_t i = 0; i < func->n_buffers; i++) {
        const tri_type *type = &func->body->args[i]->type;
        large |= type->kind != TRI_TYPE_BUFFER || tri_type_elements(type) > MOST_ELEMENTS;
    }
    tri_status_free(tri_func_walk(func, check_size, &large));
    return large;
}

static void run(const tri_func *func, uint64_t seed)
{
    tri_tensor *buffers = calloc(func->n_buffers + 1, sizeof *buffers);
    bool memory = buffers != NULL;
    for (uint32_t i = 0; memory && i < func->n_buffers; i++) {
        buffers[i].type = func->body->args[i]->type;
        buffers[i].data = calloc(1, tri_type_bytes(&buffers[i].type) + 1);
        memory = buffers[i].data != NULL;
    }
    for (int mode = 0; memory && mode < 4; mode++) {
        tri_sched_options options = {.seed = seed,
                                     .completion = mode % 2 ? TRI_COMPLETE_RANDOM : TRI_COMPLETE_LATEST,
                                     .memory_limit = 16 << 20,
                                     .most_steps = MOST_STEPS,
                                     .unchecked = mode / 2};
        tri_status_free(tri_eval_scheduled(func, buffers, &options));
    }
    for (uint32_t i = 0; buffers && i < func->n_buffers; i++) free(buffers[i].data);
    free(buffers);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    tri_arena arena;
    tri_module *module;
    tri_arena_init(&arena, 64u << 20);
    tri_status *status = tri_module_parse(&arena, (const char *)data, n, "fuzz.mlir", &module);
    for (tri_func *func = status ? NULL : module->first; func; func = func->next) {
        if (!func->is_scheduled || is_large(func)) continue;
        tri_status *refused = tri_scheduled_verify(func);
        if (!refused) run(func, n);
        tri_status_free(refused);
    }
    tri_status_free(status);
    tri_arena_free(&arena);
    return 0;
}
