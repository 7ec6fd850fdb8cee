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
    tri_syssim_options options = {.timing_only = timing_only, .budget = 300};
    return tri_syssim_run(chip, code, &launch, blocks, MOST, &options, report);
}

static void try_chip(const char *name, const unsigned char *bytes, size_t n)
{
    tri_chip *file;
    tri_status *status = tri_chip_load(name, &file);
    if (status) abort(); /* the chip files are part of the source */
    tri_syssim_chip chip;
    tri_syssim_code *code;
    status = tri_syssim_chip_read(file, &chip);
    if (!status) status = tri_syssim_load(&chip, "fuzz", bytes, n, &code);
    /* Whole transfers of a gigabyte are legal but not worth a fuzzer's time. */
    if (!status && code->program->params <= MOST && n < 4096) {
        tri_syssim_report timing = {0}, values = {0};
        tri_status *fast = run(&chip, code, true, &timing), *full = run(&chip, code, false, &values);
        if (!fast && !full && timing.trace != values.trace) abort();
        tri_status_free(fast);
        tri_status_free(full);
    }
    if (!status) tri_syssim_unload(code);
    tri_status_free(status);
    tri_chip_free(file);
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
    try_chip(program->bundle ? "v5e" : "trn2", image, image_n);
    if (program->bundle) try_chip("v7x", image, image_n);
    free(image);
    tri_text_free(&text);
    tri_systolic_free(program);
    return 0;
}
