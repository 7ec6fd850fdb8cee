/* abi/chip.c - a chip from its file and the files it inherits from; questions about it; its flat text.
 *
 * Needs base/ only. A chip owns the texts it was read from and its values point into them. The unit table is chip_units.def, the syntax of one line
 * is in chip_parse.c, the folder in chip_folder.c. */
#include "abi/chip_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/text.h"

/* One file of the chip, newest ancestor first. */
typedef struct owned_text {
    struct owned_text *next;
    char *bytes;
    char file[];
} owned_text;

typedef struct owned_chip {
    tri_chip chip; /* first: a tri_chip * that we handed out is the owned_chip */
    tri_chip_value *values;
    char *name;
    owned_text *texts;
} owned_chip;

void tri_chip_free(tri_chip *chip)
{
    owned_chip *owned = (owned_chip *)chip;
    if (!owned) return;
    for (owned_text *text = owned->texts, *next; text; text = next) {
        next = text->next;
        free(text->bytes);
        free(text);
    }
    free(owned->values);
    free(owned->name);
    free(owned);
}

/* Gives the chip a text; takes `bytes`, also on failure. */
static tri_status *own_text(owned_chip *owned, char *bytes, const char *file)
{
    size_t n = strlen(file) + 1;
    owned_text *text = malloc(sizeof *text + n);
    if (!text) {
        free(bytes);
        return tri_error(TRI_NO_MEMORY, (tri_loc){.file = file}, "no memory for a chip");
    }
    text->bytes = bytes;
    memcpy(text->file, file, n);
    text->next = owned->texts;
    owned->texts = text;
    return NULL;
}

static tri_status *read_text(owned_chip *owned, const char *path, size_t *out_n)
{
    struct stat info;
    char *bytes;
    /* Asked before reading: a device or a huge file must not fill the memory. */
    if (!stat(path, &info) && !S_ISDIR(info.st_mode) && (!S_ISREG(info.st_mode) || info.st_size > TRI_CHIP_FILE_MOST))
        return tri_error(TRI_INVALID, (tri_loc){.file = path}, "a chip file is a regular file of at most %d bytes", TRI_CHIP_FILE_MOST);
    TRI_TRY(tri_file_read(path, &bytes, out_n));
    return own_text(owned, bytes, path);
}

static tri_status *no_cycle(const owned_chip *owned, const char *path, tri_loc loc)
{
    int ancestors = 0;
    for (const owned_text *text = owned->texts; text; text = text->next, ancestors++)
        if (!strcmp(text->file, path)) return tri_error(TRI_INVALID, loc, "a chip may not inherit from itself: this leads back to %s", path);
    if (ancestors > TRI_CHIP_ANCESTORS_MOST)
        return tri_error(TRI_INVALID, loc, "more than %d files inherit from each other here", TRI_CHIP_ANCESTORS_MOST);
    return NULL;
}

/* By key, the line that counts last: ancestors before descendants, then in the order of the file. */
static int by_key(const void *a, const void *b)
{
    const tri_chip_line *x = a, *y = b;
    int order = strcmp(x->value.key, y->value.key);
    if (order) return order;
    if (x->depth != y->depth) return x->depth > y->depth ? -1 : 1;
    return x->value.line < y->value.line ? -1 : x->value.line > y->value.line;
}

static uint64_t hash_value(uint64_t hash, const tri_chip_value *value, const char *base)
{
    hash = tri_hash(hash, value->key, strlen(value->key) + 1);
    if (isnan(value->number)) return tri_hash(hash, value->text, strlen(value->text) + 1);
    uint64_t bits;
    memcpy(&bits, &value->number, sizeof bits);
    hash = tri_hash(hash, base, strlen(base) + 1);
    return tri_hash_u64(hash, bits);
}

/* Sorts, lets the last line of a key win and folds the hash. */
static tri_status *settle(owned_chip *owned, tri_chip_lines *lines)
{
    if (lines->n) qsort(lines->at, lines->n, sizeof *lines->at, by_key);
    owned->values = malloc((lines->n + 1) * sizeof *owned->values);
    if (!owned->values) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "no memory for the %zu values of a chip", lines->n);
    uint64_t hash = TRI_HASH_SEED;
    size_t n = 0;
    for (size_t i = 0; i < lines->n; i++) {
        const tri_chip_line *line = &lines->at[i], *next = i + 1 < lines->n ? line + 1 : NULL;
        if (next && !strcmp(next->value.key, line->value.key)) {
            if (strcmp(next->base, line->base))
                return tri_note(tri_error(TRI_INVALID, (tri_loc){next->value.file, next->value.line, next->column},
                                          "'%s' changes its kind of unit, from '%s' to '%s'", next->value.key, line->base, next->base),
                                "it replaces %s:%d", line->value.file, line->value.line);
            continue;
        }
        hash = hash_value(hash, &line->value, line->base);
        owned->values[n++] = line->value;
    }
    owned->chip.n = n;
    owned->chip.values = owned->values;
    owned->chip.hash = hash;
    return NULL;
}

/* Reads the newest text of `owned` and its ancestors into `lines`. `on_disk`: the first text is a file, whose parent may lie beside it. */
static tri_status *read_ancestry(owned_chip *owned, size_t n, bool on_disk, tri_chip_lines *lines)
{
    for (int depth = 0;; depth++) {
        tri_chip_parent parent;
        const char *file = owned->texts->file;
        char *path;
        TRI_TRY(tri_chip_parse_lines(owned->texts->bytes, n, file, depth, lines, &parent));
        if (!parent.name) return NULL;
        TRI_TRY(tri_chip_find_file(parent.name, on_disk || depth ? file : NULL, TRI_INVALID, parent.loc, &path));
        tri_status *status = no_cycle(owned, path, parent.loc);
        if (!status) status = tri_note(read_text(owned, path, &n), "%s:%d inherits it", parent.loc.file, parent.loc.line);
        free(path);
        if (status) return status;
    }
}

static char *name_of(const char *file)
{
    const char *slash = strrchr(file, '/'), *start = slash ? slash + 1 : file;
    size_t n = strlen(start);
    if (n > 5 && !strcmp(start + n - 5, ".chip")) n -= 5;
    return strndup(start, n);
}

/* Makes the chip of the text that `owned` holds; takes `owned`. */
static tri_status *finish(owned_chip *owned, size_t n, bool on_disk, tri_chip **out_chip)
{
    tri_chip_lines lines = {0};
    tri_status *status = NULL;
    owned->chip.name = owned->name = name_of(owned->texts->file);
    if (!owned->name) status = tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "no memory for the name of a chip");
    if (!status) status = read_ancestry(owned, n, on_disk, &lines);
    if (!status) status = settle(owned, &lines);
    free(lines.at);
    if (status) tri_chip_free(&owned->chip);
    else *out_chip = &owned->chip;
    return status;
}

static tri_status *new_chip(owned_chip **out)
{
    *out = calloc(1, sizeof **out);
    return *out ? NULL : tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "no memory for a chip");
}

tri_status *tri_chip_parse(const char *text, size_t n, const char *file, tri_chip **out_chip)
{
    owned_chip *owned;
    *out_chip = NULL;
    if (n > TRI_CHIP_FILE_MOST)
        return tri_error(TRI_INVALID, (tri_loc){.file = file}, "%zu bytes are too many for a chip file; the most is %d", n, TRI_CHIP_FILE_MOST);
    TRI_TRY(new_chip(&owned));
    char *bytes = malloc(n + 1);
    tri_status *status = bytes ? NULL : tri_error(TRI_NO_MEMORY, (tri_loc){.file = file}, "no memory for a chip");
    if (bytes) {
        if (n) memcpy(bytes, text, n);
        bytes[n] = 0;
        status = own_text(owned, bytes, file);
    }
    if (status) {
        tri_chip_free(&owned->chip);
        return status;
    }
    return finish(owned, n, false, out_chip);
}

tri_status *tri_chip_load(const char *name, tri_chip **out_chip)
{
    owned_chip *owned;
    size_t n = strlen(name);
    char *path = NULL;
    *out_chip = NULL;
    bool is_path = strchr(name, '/') || (n > 5 && !strcmp(name + n - 5, ".chip"));
    if (!is_path) TRI_TRY(tri_chip_find_file(name, NULL, TRI_USAGE, TRI_NOWHERE, &path));
    tri_status *status = new_chip(&owned);
    if (!status) {
        status = read_text(owned, is_path ? name : path, &n);
        if (status) tri_chip_free(&owned->chip);
    }
    free(path);
    return status ? status : finish(owned, n, true, out_chip);
}

char *tri_chip_print(const tri_chip *chip)
{
    tri_text text = {0};
    tri_text_add(&text, "# the whole description of one chip, inheritance resolved\n");
    for (size_t i = 0; i < chip->n; i++) {
        const tri_chip_value *value = &chip->values[i];
        tri_text_addf(&text, "%s = %s", value->key, value->text);
        if (*value->unit) tri_text_addf(&text, " %s", value->unit);
        if (value->tag) tri_text_addf(&text, " [%c]", value->tag);
        if (*value->source) tri_text_addf(&text, " \"%s\"", value->source);
        tri_text_add(&text, "\n");
    }
    if (text.failed) tri_text_free(&text);
    return text.at;
}

static int find_key(const void *key, const void *value) { return strcmp(key, ((const tri_chip_value *)value)->key); }

const tri_chip_value *tri_chip_find(const tri_chip *chip, const char *key)
{
    return chip->n ? bsearch(key, chip->values, chip->n, sizeof *chip->values, find_key) : NULL;
}

double tri_chip_number(const tri_chip *chip, const char *key, double otherwise)
{
    const tri_chip_value *value = tri_chip_find(chip, key);
    return value && !isnan(value->number) ? value->number : otherwise;
}

int64_t tri_chip_integer(const tri_chip *chip, const char *key, int64_t otherwise)
{
    const tri_chip_value *value = tri_chip_find(chip, key);
    if (!value || !(fabs(value->number) < 0x1p63)) return otherwise;
    return (int64_t)round(value->number);
}

const char *tri_chip_word(const tri_chip *chip, const char *key, const char *otherwise)
{
    const tri_chip_value *value = tri_chip_find(chip, key);
    return value ? value->text : otherwise;
}

bool tri_chip_lists(const tri_chip *chip, const char *key, const char *item)
{
    const tri_chip_value *value = tri_chip_find(chip, key);
    size_t n = strlen(item);
    for (const char *at = value && n ? value->text : NULL; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
        if (!strncmp(at, item, n) && (!at[n] || at[n] == ',')) return true;
    return false;
}

tri_status *tri_chip_require(const tri_chip *chip, const char *key, double *out_number)
{
    const tri_chip_value *value = tri_chip_find(chip, key);
    if (!value)
        return tri_error(TRI_INVALID, TRI_NOWHERE, "the chip '%s' says nothing of '%s'; add a line `%s = NUMBER UNIT [TAG] \"SOURCE\"` to its file",
                         chip->name, key, key);
    if (isnan(value->number))
        return tri_error(TRI_INVALID, (tri_loc){value->file, value->line, 1}, "the chip '%s' needs a number for '%s', not the word '%s'", chip->name,
                         key, value->text);
    *out_number = value->number;
    return NULL;
}
