/* runtime/device_list.c - what can run here, a line a device: real devices of each kind, then a simulator for each chip of the chip folder. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/device_kinds.h"
#include "runtime/internal.h"
#include "runtime/plugin.h"

typedef struct list {
    tri_device_info *at;
    size_t n, room;
} list;

/* A new line, all zero; null when memory is short. */
static tri_device_info *add(list *l)
{
    if (l->n == l->room) {
        size_t room = l->room ? l->room * 2 : 16;
        tri_device_info *grown = realloc(l->at, room * sizeof *grown);
        if (!grown) return NULL;
        l->at = grown;
        l->room = room;
    }
    memset(&l->at[l->n], 0, sizeof *l->at);
    return &l->at[l->n++];
}

static tri_status *out_of_memory(void) { return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory while listing the devices"); }

/* Takes `why`: the line says what is missing, unless it is memory of our own, which is the caller's trouble. */
static tri_status *mark_absent(tri_device_info *info, tri_status *why)
{
    if (tri_status_code(why) == TRI_NO_MEMORY) return why;
    info->available = false;
    snprintf(info->note, sizeof info->note, "%s", tri_status_message(why));
    tri_status_free(why);
    return NULL;
}

/* What a real device says of itself, and what the chip file for it adds. */
static tri_status *describe_real(tri_device_info *info, const tri_driver *driver, int ordinal)
{
    tri_device_identity identity = {0};
    tri_chip *chip = NULL;
    tri_status *status = driver->identify(ordinal, &identity);
    if (!status) status = tri_device_chip(&identity, &chip);
    if (status) return mark_absent(info, status);
    info->memory_bytes = identity.memory_bytes;
    if (!chip) {
        snprintf(info->note, sizeof info->note, "%s: no chip file describes it (%s)", identity.name, identity.isa);
        return NULL;
    }
    bool named = tri_chip_lists(chip, "device_names", identity.name);
    if (named)
        snprintf(info->note, sizeof info->note, "%s", identity.name);
    else
        snprintf(info->note, sizeof info->note, "%s, taken for the nearest chip of %s", identity.name, identity.isa);
    snprintf(info->chip, sizeof info->chip, "%.60s", chip->name);
    info->peak_flops = tri_chip_number(chip, "peak_bf16", 0);
    tri_chip_free(chip);
    return NULL;
}

static tri_status *add_real(list *l, const tri_device_kind *kind)
{
    const tri_driver *driver;
    tri_status *status = tri_driver_find(kind->kind, NULL, &driver);
    if (status) status = tri_device_kind_absent(kind, status);
    int n = status ? 1 : driver->count ? driver->count() : 1;
    for (int i = 0; i < n; i++) {
        tri_device_info *info = add(l);
        if (!info) {
            tri_status_free(status);
            return out_of_memory();
        }
        snprintf(info->name, sizeof info->name, "%s:%d", kind->kind, i);
        if (status) return mark_absent(info, status);
        snprintf(info->driver, sizeof info->driver, "%s", driver->name);
        info->available = true;
        if (driver->identify) TRI_TRY(describe_real(info, driver, i));
    }
    return NULL;
}

static tri_status *add_simulator(list *l, const char *name)
{
    tri_chip *chip;
    tri_status *status = tri_chip_load(name, &chip);
    if (!status && !tri_chip_find(chip, "hbm_bytes")) { /* what chips inherit from is no chip itself */
        tri_chip_free(chip);
        return NULL;
    }
    tri_device_info *info = add(l);
    if (!info) {
        tri_status_free(status);
        if (!status) tri_chip_free(chip);
        return out_of_memory();
    }
    snprintf(info->name, sizeof info->name, "sim:%.50s", name);
    snprintf(info->chip, sizeof info->chip, "%.60s", name);
    if (status) return mark_absent(info, status);
    info->memory_bytes = (uint64_t)tri_chip_integer(chip, "hbm_bytes", 0);
    info->peak_flops = tri_chip_number(chip, "peak_bf16", 0);
    int64_t cores = tri_chip_integer(chip, "cores", 1);
    if (cores > 1) snprintf(info->note, sizeof info->note, "1 of %lld cores", (long long)cores);
    const tri_driver *driver;
    status = tri_driver_find("sim", tri_chip_word(chip, "family", ""), &driver);
    tri_chip_free(chip);
    if (status) return mark_absent(info, status);
    snprintf(info->driver, sizeof info->driver, "%s", driver->name);
    info->available = true;
    return NULL;
}

static tri_status *fill(list *l)
{
    for (size_t i = 0; i < TRI_DEVICE_KINDS; i++) TRI_TRY(add_real(l, &tri_device_kinds[i]));
    char **names;
    size_t n;
    TRI_TRY(tri_chip_names(&names, &n));
    tri_status *status = NULL;
    for (size_t i = 0; i < n; i++) {
        if (!status) status = add_simulator(l, names[i]);
        free(names[i]);
    }
    free(names);
    return status;
}

tri_status *tri_device_list(tri_device_info **out_infos, size_t *out_n)
{
    list l = {0};
    tri_status *status = fill(&l);
    if (status) {
        free(l.at);
        return status;
    }
    *out_infos = l.at;
    *out_n = l.n;
    return NULL;
}
