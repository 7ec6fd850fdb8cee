/* runtime/device_chip.c - which chip file describes a real device. The files say so themselves, with the keys device_names and device_isa. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/internal.h"

typedef struct candidate {
    tri_chip *chip;
    bool named;
    double distance;
} candidate;

static bool is_better(const candidate *a, const candidate *b)
{
    if (!b->chip || a->named != b->named) return !b->chip || a->named;
    return a->distance < b->distance;
}

static double apart(double a, double b) { return fabs(a - b) / (a + b + 1); }

/* Takes `chip`: keeps it in `best`, or frees it. */
static void consider(const tri_device_identity *identity, tri_chip *chip, candidate *best)
{
    candidate here = {.chip = chip,
                      .named = tri_chip_lists(chip, "device_names", identity->name),
                      .distance = apart(tri_chip_number(chip, "hbm_bytes", 0), (double)identity->memory_bytes) +
                                  apart(tri_chip_number(chip, "units", 0), (double)identity->units)};
    bool possible = tri_chip_find(chip, "hbm_bytes") && (here.named || !strcmp(tri_chip_word(chip, "device_isa", ""), identity->isa));
    if (!possible || !is_better(&here, best)) {
        tri_chip_free(chip);
        return;
    }
    tri_chip_free(best->chip);
    *best = here;
}

tri_status *tri_device_chip(const tri_device_identity *identity, tri_chip **out_chip)
{
    char **names;
    size_t n;
    candidate best = {0};
    *out_chip = NULL;
    TRI_TRY(tri_chip_names(&names, &n));
    tri_status *status = NULL;
    for (size_t i = 0; i < n; i++) {
        tri_chip *chip = NULL;
        if (!status) status = tri_chip_load(names[i], &chip);
        if (status && tri_status_code(status) != TRI_NO_MEMORY) { /* a file that is wrong is no reason to do without the device */
            tri_status_free(status);
            status = NULL;
        } else if (chip) {
            consider(identity, chip, &best);
        }
        free(names[i]);
    }
    free(names);
    if (status) {
        tri_chip_free(best.chip);
        return status;
    }
    *out_chip = best.chip;
    return NULL;
}
