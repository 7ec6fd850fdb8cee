/* systolic_program_fuzz.c - any bytes as an engine program: decoded, printed, and what is accepted runs on a core of each style, timing only and with
 * values, within a small budget of instructions. No crash, no hang; and both modes take the same decisions when both finish. */
#include <stdlib.h>
#include <string.h>

#include "runtime/drivers/systolic_sim/systolic_sim.h"

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n);

enum { BUFFER = 4096, MOST = 8 };

static tri_status *run(const tri_syssim_chip *chip, const tri_syssim_code *code, bool timing_only, tri_syssim_report *report)
{
    uint8_t data[MOST][BUFFER + 16], init[MOST][BUFFER / 8 + 16];
    memset(data, 0x3f, sizeof data);
    memset(init, 255, sizeof init);
    tri_address address[MOST];
    uint64_t size[MOST];
    const char *name[MOST];
    tri_syssim_block blocks[MOST];
    for (int k = 0; k < MOST; k++) {
        address[k] = 0x100000ull * (uint64_t)(k + 1);
        size[k] = BUFFER;
        name[k] = "buffer";
        blocks[k] = (tri_syssim_block){address[k], BUFFER, data[k], init[k]};
    }
    tri_launch launch = {.kernel = "fuzz", .n_arguments = code->program->params, .arguments = address, .bytes = size, .argument_names = name};
    tri_syssim_options options = {.timing_only = timing_only, .budget = 300, .one_thread = true};
    return tri_syssim_run(chip, code, &launch, blocks, MOST, &options, report);
}

enum { TRN2, V5E, V7X, CHIPS };

static const tri_syssim_chip *chip_of(int which)
{
    static const char *const names[CHIPS] = {"trn2", "v5e", "v7x"};
    static tri_syssim_chip chips[CHIPS]; /* read once, kept until the process ends */
    static tri_chip *files[CHIPS];
    if (!files[which] && (tri_chip_load(names[which], &files[which]) || tri_syssim_chip_read(files[which], &chips[which]))) abort();
    return &chips[which];
}

static void try_chip(int which, const unsigned char *bytes, size_t n)
{
    const tri_syssim_chip *chip = chip_of(which);
    tri_syssim_code *code;
    tri_status *status = tri_syssim_load(chip, "fuzz", bytes, n, &code);
    if (!status && code->program->params <= MOST) {
        tri_syssim_report timing = {0}, values = {0};
        tri_status *fast = run(chip, code, true, &timing), *full = run(chip, code, false, &values);
        if (!fast && !full && timing.trace != values.trace) abort();
        tri_status_free(fast);
        tri_status_free(full);
    }
    if (!status) tri_syssim_unload(code);
    tri_status_free(status);
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n)
{
    tri_systolic_program *program;
    tri_status *status = tri_systolic_decode(bytes, n, &program);
    if (status) { /* perhaps it is text */
        tri_status_free(status);
        status = tri_systolic_assemble((const char *)bytes, n, "fuzz", &program);
    }
    if (status) {
        tri_status_free(status);
        return 0;
    }
    program->chip_hash = 0;
    void *image = NULL;
    size_t image_n = 0;
    tri_text text = {0};
    tri_systolic_disassemble(program, &text);
    status = tri_systolic_finish(program, &image, &image_n);
    if (status) abort(); /* what decodes encodes */
    try_chip(program->bundle ? V5E : TRN2, image, image_n);
    if (program->bundle) try_chip(V7X, image, image_n);
    free(image);
    tri_text_free(&text);
    tri_systolic_free(program);
    return 0;
}
