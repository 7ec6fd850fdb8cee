/* amdgcn_harness.c - see the header. */
#include "tests/unit/amdgcn_harness.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

const char *amdgcn_text(const tri_status *status)
{
    static char text[4096];
    memset(text, 0, sizeof text);
    FILE *stream = fmemopen(text, sizeof text - 1, "w");
    tri_status_print(status, NULL, stream);
    fclose(stream);
    return text;
}

static void must(tri_status *status)
{
    if (status) ck_abort_msg("%s", amdgcn_text(status));
}

static void open_device(amdgcn_test *test, const char *image)
{
    const char *text = strstr(image, "gfx950") ? "family = amdgcn\nisa = gfx950\n" : "family = amdgcn\nisa = gfx942\n";
    tri_device_options options = {.threads = 0};
    memset(test, 0, sizeof *test);
    must(tri_chip_parse(text, strlen(text), "test.chip", &test->chip));
    must(tri_amdgcn_sim_driver()->open(0, test->chip, &options, &test->device));
}

char *amdgcn_read(const char *image, size_t *n)
{
    char path[1024], *bytes;
    snprintf(path, sizeof path, "%s/%s.hsaco", TRINE_AMDGCN_IMAGES, image);
    must(tri_file_read(path, &bytes, n));
    return bytes;
}

void amdgcn_open_bytes(amdgcn_test *test, const char *image, const char *bytes, size_t n)
{
    open_device(test, image);
    must(tri_amdgcn_sim_driver()->load(test->device, image, bytes, n, &test->code));
}

tri_status *amdgcn_try_load(amdgcn_test *test, const char *image)
{
    size_t n;
    if (!test->device) open_device(test, image);
    char *bytes = amdgcn_read(image, &n);
    tri_status *status = tri_amdgcn_sim_driver()->load(test->device, image, bytes, n, &test->code);
    free(bytes);
    return status;
}

void amdgcn_open(amdgcn_test *test, const char *image)
{
    open_device(test, image);
    must(amdgcn_try_load(test, image));
}

void amdgcn_close(amdgcn_test *test)
{
    const tri_driver *driver = tri_amdgcn_sim_driver();
    driver->unload(test->device, test->code);
    driver->close(test->device);
    tri_chip_free(test->chip);
}

tri_status *amdgcn_run(amdgcn_test *test, const char *kernel, uint32_t groups, uint32_t threads, amdgcn_buffer *buffers, uint32_t n)
{
    const tri_driver *driver = tri_amdgcn_sim_driver();
    tri_address addresses[MOST_BUFFERS];
    uint64_t bytes[MOST_BUFFERS];
    for (uint32_t i = 0; i < n; i++) {
        must(driver->allocate(test->device, buffers[i].bytes, &addresses[i]));
        bytes[i] = buffers[i].bytes;
        if (buffers[i].in) must(driver->write(test->device, addresses[i], buffers[i].host, bytes[i]));
    }
    tri_launch launch = {
        .kernel = kernel, .grid = {groups, 1, 1}, .block = {threads, 1, 1}, .n_arguments = n, .arguments = addresses, .bytes = bytes};
    tri_status *status = driver->launch(test->device, test->code, &launch, &test->report);
    for (uint32_t i = 0; i < n; i++) {
        if (!status && buffers[i].out) must(driver->read(test->device, buffers[i].host, addresses[i], bytes[i]));
        must(driver->release(test->device, addresses[i]));
    }
    return status;
}

uint64_t amdgcn_counter(const amdgcn_test *test, const char *name)
{
    for (int i = 0; i < test->report.n_counters; i++)
        if (!strcmp(test->report.counters[i].name, name)) return test->report.counters[i].n;
    ck_abort_msg("the launch has no counter %s", name);
}
