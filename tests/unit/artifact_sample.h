/* artifact_sample.h - a small program for the null chip, built by hand, that tests change and break. Nothing of it is shared between two samples. */
#ifndef TRI_TESTS_ARTIFACT_SAMPLE_H
#define TRI_TESTS_ARTIFACT_SAMPLE_H

#include "abi/plan.h"

enum { SAMPLE_N = 16, SAMPLE_BYTES = 4 * SAMPLE_N };

/* main:  sum = x + y;  out0 = sum * constant;  out1 = sum     (x, y, out0, out1: 16xf32; sum lies in scratch memory)
 * twice: out = x + x, with the same code image and the same chip */
enum { SAMPLE_X, SAMPLE_Y, SAMPLE_OUT0, SAMPLE_OUT1, SAMPLE_CONSTANT, SAMPLE_SUM, SAMPLE_BUFFERS };
enum { SAMPLE_ADD, SAMPLE_MUL, SAMPLE_KERNELS };
enum { SAMPLE_STEP_ADD, SAMPLE_STEP_MUL, SAMPLE_STEP_COPY, SAMPLE_STEPS };
enum { SAMPLE_MAIN, SAMPLE_TWICE, SAMPLE_PLANS };

typedef struct sample {
    tri_program program;
    tri_plan plans[SAMPLE_PLANS];
    tri_plan_tensor inputs[2], outputs[2];
    tri_plan_buffer buffers[SAMPLE_BUFFERS], twice_buffers[2];
    tri_plan_code codes[1];
    tri_plan_kernel kernels[SAMPLE_KERNELS];
    tri_plan_step steps[SAMPLE_STEPS], twice_steps[1];
    uint32_t lists[SAMPLE_STEPS][3], twice_list[3];
    float constants[2 * SAMPLE_N]; /* the second half is what main uses: constants[16 + i] = i - 3 */
    char code[64];
    tri_tensor_map maps[2]; /* for tests that give a kernel some */
    tri_plan_segment segments[2];
    uint32_t segment_list[3];
} sample;

/* Fills `s`, which must stay where it is. */
void sample_make(sample *s);

/* Gives main two segments: of step 0 alone, by its own kernel; and of step 1 by the wrong one, so that a run shows what was launched: out0 is then
 * sum + constant. */
void sample_add_segments(sample *s);

#endif
