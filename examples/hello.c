/* hello.c - the first program with libtrine: opens a compiled model, runs it on a device, prints the beginning of each result.
 *
 *     cc hello.c $(pkg-config --cflags --libs trine) -o hello
 *     ./hello model.tri sim:trn2 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tri/runtime.h>

enum { MOST = 64 }; /* inputs or outputs */

/* A tensor's bytes: 0, 1, 2, ... where it is f32, zeros where it is not. */
static void *make(tri_tensor_type type)
{
    void *bytes = calloc(1, type.bytes + 1);
    for (uint64_t i = 0; bytes && !strcmp(type.dtype, "f32") && i < type.bytes / sizeof(float); i++) ((float *)bytes)[i] = (float)i;
    return bytes;
}

static void print(tri_tensor_type type, const void *bytes)
{
    printf("%s: %s", type.name, type.dtype);
    for (int32_t i = 0; i < type.rank; i++) printf("%s%lld", i ? "x" : " ", (long long)type.dims[i]);
    printf(" =");
    for (uint64_t i = 0; !strcmp(type.dtype, "f32") && i < type.bytes / sizeof(float) && i < 8; i++) printf(" %g", ((const float *)bytes)[i]);
    printf("\n");
}

static tri_status *run(const char *model, const char *device_name, const char *entry)
{
    tri_program_file *file;
    tri_device_handle *device;
    tri_executable *program;
    TRI_TRY(tri_open(model, &file)); /* null, or an error: TRI_TRY returns it, and this program ends */
    TRI_TRY(tri_device_open(device_name, NULL, &device));
    TRI_TRY(tri_executable_create(file, device, entry, &program)); /* null: the only entry point */

    size_t n_inputs = tri_executable_inputs(program), n_outputs = tri_executable_outputs(program);
    void *inputs[MOST] = {0}, *outputs[MOST] = {0};
    if (n_inputs > MOST || n_outputs > MOST) return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "this example takes %d inputs and outputs at most", MOST);
    for (size_t i = 0; i < n_inputs; i++) inputs[i] = make(tri_executable_input(program, i));
    for (size_t i = 0; i < n_outputs; i++) outputs[i] = make(tri_executable_output(program, i));

    tri_run_report report;
    TRI_TRY(tri_executable_run(program, (const void *const *)inputs, outputs, NULL, &report));
    printf("%zu steps, %.3g s on %s\n", report.n_steps, report.seconds, device_name);
    for (size_t i = 0; i < n_outputs; i++) print(tri_executable_output(program, i), outputs[i]);

    for (size_t i = 0; i < n_inputs; i++) free(inputs[i]);
    for (size_t i = 0; i < n_outputs; i++) free(outputs[i]);
    tri_executable_destroy(program); /* in this order: an executable uses its device and its file */
    tri_device_close(device);
    tri_close(file);
    return NULL;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        printf("libtrine %s\nusage: %s MODEL.tri DEVICE [ENTRY]     (a device is sim:CHIP, cuda:N or hip:N)\n", tri_version(), argv[0]);
        return argc > 1 ? 2 : 0;
    }
    tri_status *status = run(argv[1], argv[2], argc > 3 ? argv[3] : NULL);
    int exit_status = tri_code_exit_status(tri_status_code(status));
    tri_status_print(status, NULL, stderr); /* prints nothing for null */
    tri_status_free(status);
    return exit_status;
}
