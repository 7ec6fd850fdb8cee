/* tools/safetensors.h - reads a .safetensors file: mapped, so tensors that nobody asks for cost nothing. The header is hostile and read strictly:
 * JSON of the one shape the format has, every tensor inside of the file, of the size that its dtype and shape say, none overlapping another. */
#ifndef TRI_TOOLS_SAFETENSORS_H
#define TRI_TOOLS_SAFETENSORS_H

#include "base/arena.h"
#include "ir/ir.h"

typedef struct safetensor {
    const char *name;
    tri_type type;
    const void *data;  /* in the mapping, not aligned */
    uint64_t from, to; /* in the data part */
} safetensor;

typedef struct safetensors {
    const char *path;
    const void *bytes;
    size_t n_bytes;
    size_t n;
    safetensor *at; /* by offset */
    tri_arena *arena;
} safetensors;

/* The tables live in the arena, which has an escape; the mapping until safetensors_close. On an error nothing stays open. */
tri_status *safetensors_open(const char *path, tri_arena *arena, safetensors *out) TRI_NODISCARD;
void safetensors_close(safetensors *file);
const safetensor *safetensors_find(const safetensors *file, const char *name); /* null: it has none of this name */

#endif
