/* artifact_bytes_fuzz.c - any bytes as an artifact: first as they are, then with the digests made right, which lets damaged records reach the reader.
 * What is accepted is walked from end to end, so that a pointer or count that lies is a sanitizer's error. */
#include <stdlib.h>
#include <string.h>

#include "abi/artifact.h"
#include "abi/artifact_format.h"
#include "base/hash.h"

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n);

static volatile uint64_t sink;

static void touch(const void *bytes, uint64_t n)
{
    uint64_t sum = 0;
    for (uint64_t i = 0; i < n; i++) sum += ((const unsigned char *)bytes)[i];
    sink += sum;
}

static void touch_text(const char *text) { touch(text, strlen(text)); }

static void walk_plan(const tri_plan *plan, const tri_program *program)
{
    touch_text(plan->chip);
    touch_text(plan->chip_text);
    touch_text(plan->entry);
    touch_text(plan->graph);
    for (uint32_t i = 0; i < plan->n_inputs; i++) touch_text(plan->inputs[i].name);
    for (uint32_t i = 0; i < plan->n_outputs; i++) touch_text(plan->outputs[i].name);
    for (uint32_t i = 0; i < plan->n_buffers; i++)
        if (plan->buffers[i].kind == TRI_BUFFER_CONSTANT) touch((const char *)program->constants + plan->buffers[i].offset, plan->buffers[i].bytes);
    for (uint32_t i = 0; i < plan->n_codes; i++) {
        touch_text(plan->codes[i].kind);
        touch(plan->codes[i].bytes, plan->codes[i].n);
    }
    for (uint32_t i = 0; i < plan->n_kernels; i++) {
        touch_text(plan->kernels[i].name);
        touch_text(plan->kernels[i].config);
        touch_text(plan->codes[plan->kernels[i].code[0]].kind);
    }
    for (uint32_t i = 0; i < plan->n_steps; i++) {
        const tri_plan_step *step = &plan->steps[i];
        touch_text(step->label);
        for (uint32_t b = 0; b < step->n_buffers; b++) sink += plan->buffers[step->buffers[b]].bytes;
        if (step->kind == TRI_STEP_LAUNCH) sink += plan->kernels[step->kernel].flops;
    }
}

static void try_bytes(const unsigned char *bytes, size_t n)
{
    tri_artifact *artifact;
    tri_status *status = tri_artifact_parse(bytes, n, "fuzz.tri", &artifact);
    if (status) {
        tri_status_free(status);
        return;
    }
    const tri_program *program = tri_artifact_program(artifact);
    touch_text(program->producer);
    touch_text(program->source);
    touch(program->constants, program->constants_bytes);
    for (uint32_t i = 0; i < program->n_plans; i++) walk_plan(&program->plans[i], program);
    tri_artifact_close(artifact);
}

static void digest(const unsigned char *bytes, size_t n, unsigned char *out_digest)
{
    tri_sha256 sha;
    tri_sha256_begin(&sha);
    tri_sha256_add(&sha, bytes, n);
    tri_sha256_end(&sha, out_digest);
}

/* Makes the digests right, when the frame is whole enough to say where things are. */
static void redigest(unsigned char *bytes, size_t n)
{
    Elf64_Ehdr header;
    Elf64_Shdr sections[TRI_ARTIFACT_N_HEADERS];
    if (n < sizeof header + sizeof sections) return;
    memcpy(&header, bytes, sizeof header);
    if (header.e_shoff > n - sizeof sections) return;
    memcpy(sections, bytes + header.e_shoff, sizeof sections);
    for (int i = 1; i <= TRI_ARTIFACT_N_SECTIONS; i++)
        if (sections[i].sh_offset > n || sections[i].sh_size > n - sections[i].sh_offset) return;
    const Elf64_Shdr *manifest = &sections[TRI_ARTIFACT_MANIFEST + 1];
    if (manifest->sh_size < sizeof(tri_artifact_head)) return;
    unsigned char *head = bytes + manifest->sh_offset;
    for (int i = 1; i < TRI_ARTIFACT_N_SECTIONS; i++)
        digest(bytes + sections[i + 1].sh_offset, sections[i + 1].sh_size,
               head + offsetof(tri_artifact_head, sections) + (size_t)(i - 1) * TRI_ARTIFACT_DIGEST);
    digest(head + TRI_ARTIFACT_DIGESTED_FROM, manifest->sh_size - TRI_ARTIFACT_DIGESTED_FROM, head + offsetof(tri_artifact_head, manifest));
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n)
{
    unsigned char *copy = malloc(n ? n : 1); /* aligned, as the reader asks for */
    if (!copy) return 0;
    if (n) memcpy(copy, bytes, n);
    try_bytes(copy, n);
    redigest(copy, n);
    try_bytes(copy, n);
    free(copy);
    return 0;
}
