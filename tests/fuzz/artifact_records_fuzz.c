/* artifact_records_fuzz.c - the input is the records of a manifest, put into a right frame with the strings, code and constants of the sample: the
 * reader's checks are all that stands between it and the runtime. What they let through is prepared and run on the null device. */
#include <stdlib.h>
#include <string.h>

#include "abi/artifact_format.h"
#include "artifact_sample.h"
#include "base/hash.h"
#include "runtime/internal.h"

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n);

/* The sample as an artifact, and a device to run on: made once, kept until the process ends. */
static unsigned char *frame;
static Elf64_Shdr frame_sections[TRI_ARTIFACT_N_HEADERS];
static tri_device_handle *device;

static void expect(tri_status *status)
{
    if (!status) return;
    tri_status_print(status, NULL, stderr);
    abort(); /* the sample does not encode, or there is no null device: nothing can be fuzzed */
}

static void begin(void)
{
    static sample s;
    size_t n;
    void *bytes;
    Elf64_Ehdr header;
    sample_make(&s);
    expect(tri_artifact_encode(&s.program, &bytes, &n));
    expect(tri_device_open("sim:tests/unit/data/null.chip", NULL, &device));
    frame = bytes;
    memcpy(&header, frame, sizeof header);
    memcpy(frame_sections, frame + header.e_shoff, sizeof frame_sections);
}

static void digest(const unsigned char *bytes, size_t n, unsigned char *out_digest)
{
    tri_sha256 sha;
    tri_sha256_begin(&sha);
    tri_sha256_add(&sha, bytes, n);
    tri_sha256_end(&sha, out_digest);
}

/* The sample with other records; null when memory is short. */
static unsigned char *build(const unsigned char *records, size_t n, size_t *out_n)
{
    uint64_t sizes[TRI_ARTIFACT_N_SECTIONS];
    for (int i = 0; i < TRI_ARTIFACT_N_SECTIONS; i++) sizes[i] = frame_sections[i + 1].sh_size;
    sizes[TRI_ARTIFACT_MANIFEST] = sizeof(tri_artifact_head) + n;
    tri_artifact_layout layout;
    unsigned char *bytes = tri_artifact_lay_out(sizes, &layout) ? calloc(1, layout.bytes) : NULL;
    if (!bytes) return NULL;
    memcpy(bytes, &layout.header, sizeof layout.header);
    memcpy(bytes + layout.header.e_shoff, layout.sections, sizeof layout.sections);
    for (int i = 2; i < TRI_ARTIFACT_N_HEADERS; i++)
        memcpy(bytes + layout.sections[i].sh_offset, frame + frame_sections[i].sh_offset, layout.sections[i].sh_size);
    tri_artifact_head head;
    memcpy(&head, frame + frame_sections[1].sh_offset, sizeof head); /* with the digests of the other sections */
    unsigned char *manifest = bytes + layout.sections[1].sh_offset;
    memcpy(manifest, &head, sizeof head);
    if (n) memcpy(manifest + sizeof head, records, n);
    digest(manifest + TRI_ARTIFACT_DIGESTED_FROM, sizeof head - TRI_ARTIFACT_DIGESTED_FROM + n, head.manifest);
    memcpy(manifest, &head, sizeof head);
    *out_n = layout.bytes;
    return bytes;
}

static tri_status *run(tri_executable *e)
{
    enum { MOST = 64 };
    size_t n_inputs = tri_executable_inputs(e), n_outputs = tri_executable_outputs(e);
    void *inputs[MOST] = {0}, *outputs[MOST] = {0};
    if (n_inputs > MOST || n_outputs > MOST) return NULL;
    for (size_t i = 0; i < n_inputs; i++) inputs[i] = calloc(1, tri_executable_input(e, i).bytes + 1); /* no more than the device has: a few KiB */
    for (size_t i = 0; i < n_outputs; i++) outputs[i] = calloc(1, tri_executable_output(e, i).bytes + 1);
    tri_run_report report;
    tri_status *status = tri_executable_run(e, (const void *const *)inputs, outputs, &(tri_run_options){.poison = true}, &report);
    for (size_t i = 0; i < n_inputs; i++) free(inputs[i]);
    for (size_t i = 0; i < n_outputs; i++) free(outputs[i]);
    return status;
}

int LLVMFuzzerTestOneInput(const unsigned char *records, size_t n)
{
    if (!frame) begin();
    size_t n_bytes;
    unsigned char *bytes = build(records, n, &n_bytes);
    if (!bytes) return 0;
    tri_program_file file = {0};
    tri_status *status = tri_artifact_parse(bytes, n_bytes, "fuzz.tri", &file.artifact);
    if (!status) {
        file.program = tri_artifact_program(file.artifact);
        for (uint32_t i = 0; i < file.program->n_plans; i++) {
            tri_executable *e = NULL;
            status = tri_executable_create(&file, device, file.program->plans[i].entry, &e);
            if (!status) status = run(e);
            tri_executable_destroy(e);
            tri_status_free(status);
        }
        status = NULL;
        tri_artifact_close(file.artifact);
    }
    tri_status_free(status);
    free(bytes);
    return 0;
}
