/* abi/chip.h - a chip is a data file; this reads it and answers questions about capabilities.
 *
 *     # targets/chips/h200.chip
 *     inherits = h100
 *     hbm_bandwidth = 4.8 TB/s [V] "NVIDIA H200 datasheet"
 *     family = ptx
 *
 * One `key = value unit [tag] "source"` a line; a later line replaces an earlier one, a file replaces what it inherits. Numbers are held in base
 * units (bytes, bytes/s, Hz, s, FLOP/s, W): the unit table is in chip.c. A value that is not a number is a word (letters, digits, `_-.+:,`). Every
 * number must carry a tag: V vendor, M measured, D derived, E estimate or chosen, C calibrated, R recalled. Keys are listed, with meaning and unit,
 * in targets/chips/README.md; code above targets/ asks for a capability by key and never looks at the name.
 *
 * A chip is immutable after loading; any thread may read it. */
#ifndef TRI_ABI_CHIP_H
#define TRI_ABI_CHIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tri/status.h"

typedef struct tri_chip_value {
    const char *key;
    const char *text;   /* as written, without unit */
    const char *unit;   /* "" when there is none */
    double number;      /* in base units; NaN for a word */
    char tag;           /* V M D E C R, or 0 for a word */
    const char *source; /* "" when there is none */
    const char *file;   /* where the line stands */
    int line;
} tri_chip_value;

typedef struct tri_chip {
    const char *name;              /* the file's name without folder and suffix */
    size_t n;
    const tri_chip_value *values;  /* sorted by key, inheritance resolved */
    uint64_t hash;                 /* of keys and values: stable, independent of comments, sources and inheritance */
} tri_chip;

/* `name` is a chip's name, looked up in the chip folder, or a path (it contains a slash or ends in .chip). The caller frees the chip. */
tri_status *tri_chip_load(const char *name, tri_chip **out_chip) TRI_NODISCARD;
/* From text, as an artifact embeds it. `inherits` is resolved against the chip folder. `file` names the text in errors. */
tri_status *tri_chip_parse(const char *text, size_t n, const char *file, tri_chip **out_chip) TRI_NODISCARD;
/* The whole chip as one flat text that parses back to the same values and hash; the caller frees it with free(). Null when memory is short. */
char *tri_chip_print(const tri_chip *chip);
void tri_chip_free(tri_chip *chip);

/* The folder of the chip files: $TRINE_CHIPS, else beside the running program (../share/trine/chips), else where they were built from. */
const char *tri_chip_folder(void);
/* Names of all chips in the folder, sorted; each and the array are freed with free(). */
tri_status *tri_chip_names(char ***out_names, size_t *out_n) TRI_NODISCARD;

const tri_chip_value *tri_chip_find(const tri_chip *chip, const char *key); /* null: the chip says nothing of it */
double tri_chip_number(const tri_chip *chip, const char *key, double otherwise);
int64_t tri_chip_integer(const tri_chip *chip, const char *key, int64_t otherwise);
const char *tri_chip_word(const tri_chip *chip, const char *key, const char *otherwise);
/* Whether a comma-separated word such as `dtypes = bf16,f32` holds `item`. */
bool tri_chip_lists(const tri_chip *chip, const char *key, const char *item);
/* For what cannot be done without: INVALID, naming chip and key, when it is missing or no number. */
tri_status *tri_chip_require(const tri_chip *chip, const char *key, double *out_number) TRI_NODISCARD;

#endif
