/* artifact_sample.c - see artifact_sample.h. */
#include "artifact_sample.h"

#include <stdio.h>
#include <string.h>

static const char chip_text[] = "cores = 2 [E] \"chosen for the tests\"\n"
                                "family = null\n"
                                "hbm_bytes = 65536 B [E] \"chosen for the tests\"\n"
                                "peak_bf16 = 1000000000 FLOP/s [E] \"chosen for the tests\"\n";

static tri_plan_tensor vector(const char *name) { return (tri_plan_tensor){.name = name, .dtype = TRI_F32, .rank = 1, .dims = {SAMPLE_N}}; }

static tri_plan_kernel kernel(const char *name)
{
    return (tri_plan_kernel){.name = name,
                             .family = "elementwise",
                             .config = "block=16",
                             .code = {0, UINT32_MAX},
                             .grid = {1, 1, 1},
                             .block = {16, 1, 1},
                             .registers = -1,
                             .spills = -1,
                             .code_bytes = 10,
                             .flops = SAMPLE_N,
                             .bytes_read = 2 * SAMPLE_BYTES,
                             .bytes_written = SAMPLE_BYTES};
}

void sample_add_segments(sample *s)
{
    static const uint32_t list[3] = {SAMPLE_OUT0, SAMPLE_SUM, SAMPLE_CONSTANT};
    memcpy(s->segment_list, list, sizeof list);
    s->segments[0] = (tri_plan_segment){0, 1, SAMPLE_ADD, 3, s->lists[0]};
    s->segments[1] = (tri_plan_segment){1, 1, SAMPLE_ADD, 3, s->segment_list};
    s->plans[SAMPLE_MAIN].n_segments = 2;
    s->plans[SAMPLE_MAIN].segments = s->segments;
}

void sample_make(sample *s)
{
    memset(s, 0, sizeof *s);
    for (int i = 0; i < SAMPLE_N; i++) {
        s->constants[i] = -1; /* nobody's */
        s->constants[SAMPLE_N + i] = (float)(i - 3);
    }
    s->inputs[0] = vector("x");
    s->inputs[1] = vector("y");
    s->outputs[0] = vector("out0");
    s->outputs[1] = vector("out1");
    s->buffers[SAMPLE_X] = (tri_plan_buffer){TRI_BUFFER_INPUT, 0, 0, SAMPLE_BYTES};
    s->buffers[SAMPLE_Y] = (tri_plan_buffer){TRI_BUFFER_INPUT, 1, 0, SAMPLE_BYTES};
    s->buffers[SAMPLE_OUT0] = (tri_plan_buffer){TRI_BUFFER_OUTPUT, 0, 0, SAMPLE_BYTES};
    s->buffers[SAMPLE_OUT1] = (tri_plan_buffer){TRI_BUFFER_OUTPUT, 1, 0, SAMPLE_BYTES};
    s->buffers[SAMPLE_CONSTANT] = (tri_plan_buffer){TRI_BUFFER_CONSTANT, 0, SAMPLE_BYTES, SAMPLE_BYTES};
    s->buffers[SAMPLE_SUM] = (tri_plan_buffer){TRI_BUFFER_SCRATCH, 0, 256, SAMPLE_BYTES};
    snprintf(s->code, sizeof s->code, "add_f32 %d\nmul_f32 %d\n", SAMPLE_N, SAMPLE_N);
    s->codes[0] = (tri_plan_code){.kind = "null", .bytes = s->code, .n = strlen(s->code)};
    s->kernels[SAMPLE_ADD] = kernel("add_f32");
    s->kernels[SAMPLE_MUL] = kernel("mul_f32");

    static const uint32_t lists[SAMPLE_STEPS][3] = {
        {SAMPLE_SUM, SAMPLE_X, SAMPLE_Y}, {SAMPLE_OUT0, SAMPLE_SUM, SAMPLE_CONSTANT}, {SAMPLE_OUT1, SAMPLE_SUM, 0}};
    memcpy(s->lists, lists, sizeof lists);
    s->steps[SAMPLE_STEP_ADD] =
        (tri_plan_step){.kind = TRI_STEP_LAUNCH, .kernel = SAMPLE_ADD, .n_buffers = 3, .buffers = s->lists[0], .label = "add"};
    s->steps[SAMPLE_STEP_MUL] =
        (tri_plan_step){.kind = TRI_STEP_LAUNCH, .kernel = SAMPLE_MUL, .n_buffers = 3, .buffers = s->lists[1], .graph_op = 1, .label = "multiply"};
    s->steps[SAMPLE_STEP_COPY] =
        (tri_plan_step){.kind = TRI_STEP_COPY, .n_buffers = 2, .buffers = s->lists[2], .bytes = SAMPLE_BYTES, .graph_op = 2, .label = "result"};
    s->plans[SAMPLE_MAIN] = (tri_plan){.chip = "null",
                                       .chip_text = chip_text,
                                       .entry = "main",
                                       .graph = "func @main { ... }\n",
                                       .n_inputs = 2,
                                       .n_outputs = 2,
                                       .n_buffers = SAMPLE_BUFFERS,
                                       .n_kernels = SAMPLE_KERNELS,
                                       .n_codes = 1,
                                       .n_steps = SAMPLE_STEPS,
                                       .inputs = s->inputs,
                                       .outputs = s->outputs,
                                       .buffers = s->buffers,
                                       .kernels = s->kernels,
                                       .codes = s->codes,
                                       .steps = s->steps,
                                       .scratch_bytes = 256 + SAMPLE_BYTES};

    s->twice_buffers[0] = s->buffers[SAMPLE_X];
    s->twice_buffers[1] = s->buffers[SAMPLE_OUT0];
    s->twice_list[0] = 1;
    s->twice_steps[0] = (tri_plan_step){.kind = TRI_STEP_LAUNCH, .kernel = SAMPLE_ADD, .n_buffers = 3, .buffers = s->twice_list, .label = "add"};
    s->plans[SAMPLE_TWICE] = (tri_plan){.chip = "null",
                                        .chip_text = chip_text,
                                        .entry = "twice",
                                        .graph = "func @twice { ... }\n",
                                        .n_inputs = 1,
                                        .n_outputs = 1,
                                        .n_buffers = 2,
                                        .n_kernels = SAMPLE_KERNELS,
                                        .n_codes = 1,
                                        .n_steps = 1,
                                        .inputs = s->inputs,
                                        .outputs = s->outputs,
                                        .buffers = s->twice_buffers,
                                        .kernels = s->kernels,
                                        .codes = s->codes,
                                        .steps = s->twice_steps};

    s->program = (tri_program){.producer = "artifact_sample.c",
                               .source = "module { }\n",
                               .tuning = "",
                               .constants = s->constants,
                               .constants_bytes = sizeof s->constants,
                               .n_plans = SAMPLE_PLANS,
                               .plans = s->plans};
}
