/* abi/chip_private.h - what the three files of the chip reader share: chip_parse.c (one text into lines), chip_folder.c (names into paths) and
 * chip.c (lines of a chip and its ancestors into a chip). */
#ifndef TRI_ABI_CHIP_PRIVATE_H
#define TRI_ABI_CHIP_PRIVATE_H

#include "abi/chip.h"

enum {
    TRI_CHIP_FILE_MOST = 1 << 20,  /* bytes of one file */
    TRI_CHIP_LINE_MOST = 4096,     /* bytes of one line */
    TRI_CHIP_KEY_MOST = 64,        /* bytes of a key */
    TRI_CHIP_KEYS_MOST = 4096,     /* `key = value` lines of one file */
    TRI_CHIP_ANCESTORS_MOST = 8,   /* files a chip may inherit from, one through the other */
};

typedef struct tri_chip_line {
    tri_chip_value value;
    const char *base; /* the base unit, "" for a plain number or a word */
    int column;       /* of the value */
    int depth;        /* 0: the chip's own file, 1: what it inherits, ... */
} tri_chip_line;

typedef struct tri_chip_lines {
    tri_chip_line *at;
    size_t n, room;
} tri_chip_lines;

/* What a text says of its parent. */
typedef struct tri_chip_parent {
    const char *name; /* null: it inherits nothing */
    tri_loc loc;
} tri_chip_parent;

/* Cuts `text` into lines, in place: the values point into `text`, which must outlive them, as must `file`. text[n] must be zero. Up to eight errors
 * are joined. On error `lines` holds what was read so far. */
tri_status *tri_chip_parse_lines(char *text, size_t n, const char *file, int depth, tri_chip_lines *lines, tri_chip_parent *out_parent) TRI_NODISCARD;

/* Whether `n` bytes may be a chip's name: letters, digits, `_-.+`, no dot in front, so a name never leaves the folder. */
bool tri_chip_is_name(const char *name, size_t n);

/* The path of the chip `name`, on the heap: beside the file `from` (null: nowhere) when there is one, else in the chip folder. An unknown name is an
 * error with `code` that lists the known ones. */
tri_status *tri_chip_find_file(const char *name, const char *from, tri_code code, tri_loc loc, char **out_path) TRI_NODISCARD;

#endif
