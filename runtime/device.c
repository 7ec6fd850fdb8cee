/* runtime/device.c - opening a device by its name. */
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/device_kinds.h"
#include "runtime/internal.h"
#include "runtime/plugin.h"

enum { TIMING_ONLY, THREADS, LIMIT, STREAM, N_OPTIONS };
static const struct {
    const char *name, *takes;
    uint64_t most;
} option_rows[N_OPTIONS] = {
    [TIMING_ONLY] = {"timing_only", "0 or 1", 1},
    [THREADS] = {"threads", "a number, 0 for all cores", INT_MAX},
    [LIMIT] = {"limit", "a number of seconds, 0 for the driver's own limit", INT_MAX},
    [STREAM] = {"stream", "the number of a stream", UINT64_MAX},
};

static tri_status *set_option(tri_device_options *options, const char *word, size_t n)
{
    const char *equals = memchr(word, '=', n);
    size_t key = equals ? (size_t)(equals - word) : n;
    int row = 0;
    while (row < N_OPTIONS && (strlen(option_rows[row].name) != key || memcmp(option_rows[row].name, word, key))) row++;
    if (row == N_OPTIONS)
        return tri_error(TRI_USAGE, TRI_NOWHERE, "there is no device option '%.*s'; there are: timing_only=0|1 threads=N limit=SECONDS stream=NUMBER",
                         (int)key, word);
    char digits[24] = "", *end;
    if (equals && n - key - 1 < sizeof digits) memcpy(digits, equals + 1, n - key - 1);
    errno = 0;
    unsigned long long value = strtoull(digits, &end, 10);
    if (*digits < '0' || *digits > '9' || *end || errno || value > option_rows[row].most)
        return tri_error(TRI_USAGE, TRI_NOWHERE, "device option '%.*s': %s is %s", (int)n, word, option_rows[row].name, option_rows[row].takes);
    switch (row) {
    case TIMING_ONLY: options->timing_only = value != 0; break;
    case THREADS: options->threads = (int)value; break;
    case LIMIT: options->limit = (int)value; break;
    case STREAM: options->stream = value; break;
    }
    return NULL;
}

static tri_status *parse_options(const char *text, tri_device_options *options)
{
    while (text && *text) {
        size_t n = strcspn(text, " ");
        if (n) TRI_TRY(set_option(options, text, n));
        text += n + (text[n] == ' ');
    }
    return NULL;
}

tri_status *tri_device_kind_absent(const tri_device_kind *kind, tri_status *no_driver)
{
    void *library = dlopen(kind->library, RTLD_LAZY | RTLD_LOCAL);
    if (library) {
        dlclose(library);
        return no_driver;
    }
    tri_status_free(no_driver);
    return tri_error(TRI_UNAVAILABLE, TRI_NOWHERE, "%s is not installed: there is no %s driver here", kind->library, kind->vendor);
}

static tri_status *open_simulator(const char *chip, const tri_device_options *options, tri_device_handle *handle)
{
    TRI_TRY(tri_chip_load(chip, &handle->chip));
    const char *family = tri_chip_word(handle->chip, "family", NULL);
    if (!family) return tri_error(TRI_INVALID, (tri_loc){.file = chip}, "the chip has no `family`, so no simulator can be chosen for it");
    TRI_TRY(tri_driver_find("sim", family, &handle->driver));
    return handle->driver->open(0, handle->chip, options, &handle->device);
}

static tri_status *open_real(const char *name, const tri_device_options *options, tri_device_handle *handle)
{
    char kind[16], *end = NULL;
    size_t n = strcspn(name, ":");
    long ordinal = name[n] ? strtol(name + n + 1, &end, 10) : 0;
    if (!n || n >= sizeof kind || (name[n] && (end == name + n + 1 || *end || ordinal < 0 || ordinal > 4095)))
        return tri_error(TRI_USAGE, TRI_NOWHERE, "'%s' is no device: write sim:CHIP, cuda:N or hip:N", name);
    memcpy(kind, name, n);
    kind[n] = 0;
    if (!strcmp(kind, "ref"))
        return tri_error(TRI_UNAVAILABLE, TRI_NOWHERE,
                         "ref, the evaluator, runs graphs and not artifacts, and is part of the command line: trine run MODEL --device ref");
    tri_status *status = tri_driver_find(kind, NULL, &handle->driver);
    for (size_t i = 0; status && i < TRI_DEVICE_KINDS; i++)
        if (!strcmp(kind, tri_device_kinds[i].kind)) status = tri_device_kind_absent(&tri_device_kinds[i], status);
    TRI_TRY(status);
    int found = handle->driver->count ? handle->driver->count() : 1;
    if (ordinal >= found) return tri_error(TRI_UNAVAILABLE, TRI_NOWHERE, "there are %d %s devices here", found, kind);
    handle->real = true;
    if (handle->driver->identify) {
        tri_device_identity identity = {0};
        TRI_TRY(handle->driver->identify((int)ordinal, &identity));
        TRI_TRY(tri_device_chip(&identity, &handle->chip));
    }
    return handle->driver->open((int)ordinal, handle->chip, options, &handle->device);
}

tri_status *tri_device_open(const char *name, const char *options_text, tri_device_handle **out_device)
{
    tri_device_options options = {0};
    TRI_TRY(parse_options(options_text, &options));
    size_t n = strlen(name) + 1;
    tri_device_handle *handle = calloc(1, sizeof *handle + n);
    if (!handle) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory while opening the device %s", name);
    memcpy(handle->name, name, n);
    bool simulated = !strncmp(name, "sim:", 4);
    tri_status *status = simulated ? open_simulator(name + 4, &options, handle) : open_real(name, &options, handle);
    if (status) {
        tri_device_close(handle);
        return tri_note(status, "while opening the device %s", name);
    }
    *out_device = handle;
    return NULL;
}

void tri_device_close(tri_device_handle *handle)
{
    if (!handle) return;
    if (handle->device) handle->driver->close(handle->device);
    tri_chip_free(handle->chip);
    free(handle);
}

tri_status *tri_device_finish(tri_device_handle *handle)
{
    return handle->driver->finish ? tri_note(handle->driver->finish(handle->device), "while waiting for %s", handle->name) : NULL;
}
