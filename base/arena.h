/* base/arena.h - memory that is freed together.
 *
 * A module, a pass, a compilation each own an arena; nothing in it is freed alone. When memory runs out (of the host, or the limit that the
 * owner set) the arena jumps to the `tri_escape` its owner installed, so the code that builds IR needs no check at each allocation and a hostile
 * input cannot take the machine down. Whoever enters the compile half installs one:
 *
 *     tri_arena arena;
 *     tri_arena_init(&arena, limit_bytes);
 *     if (setjmp(arena.escape)) { tri_status *s = tri_arena_exhausted(&arena); tri_arena_free(&arena); return s; }
 *
 * Between that line and tri_arena_free no other resource (file, lock, child) may be held across an allocation; keep such things in functions of
 * their own. Arenas belong to one thread at a time. */
#ifndef TRI_BASE_ARENA_H
#define TRI_BASE_ARENA_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "tri/status.h"

typedef struct tri_arena_chunk tri_arena_chunk;

typedef struct tri_arena {
    tri_arena_chunk *chunks; /* newest first */
    char *next, *end;        /* free part of the newest chunk */
    size_t used, limit;      /* bytes taken from the host; 0 = no limit */
    size_t refused;          /* the request that did not fit */
    bool has_escape;         /* set with TRI_ARENA_GUARD */
    jmp_buf escape;
} tri_arena;

void tri_arena_init(tri_arena *arena, size_t limit);
void tri_arena_free(tri_arena *arena);
size_t tri_arena_left(const tri_arena *arena); /* bytes that it may still take from the host, at least 1; 0: no limit */

/* Never returns null: see the head of this file. 16-byte aligned; the bytes are zero. */
void *tri_arena_alloc(tri_arena *arena, size_t bytes);
/* A copy of `n` bytes with a zero byte behind it. */
char *tri_arena_strndup(tri_arena *arena, const char *text, size_t n);
char *tri_arena_printf(tri_arena *arena, const char *format, ...) TRI_PRINTF(2, 3);

/* The error for a caller that came back through `escape`: says how much was in use and what was asked. */
tri_status *tri_arena_exhausted(const tri_arena *arena) TRI_NODISCARD;

#define TRI_NEW(arena, type) ((type *)tri_arena_alloc((arena), sizeof(type)))
#define TRI_NEW_ARRAY(arena, type, n) ((type *)tri_arena_alloc_array((arena), (size_t)(n), sizeof(type)))
void *tri_arena_alloc_array(tri_arena *arena, size_t n, size_t size); /* checks n * size */

/* Installs the escape; true when memory ran out somewhere below. */
#define TRI_ARENA_EXHAUSTED(arena) ((arena)->has_escape = true, setjmp((arena)->escape) != 0)

/* Growable arrays in an arena: `struct { T *at; size_t n, room; } v;` and TRI_PUSH(arena, v, item). Growing leaves the old copy to the arena. */
#define TRI_VEC(type) \
    struct {          \
        type *at;     \
        size_t n, room; \
    }
#define TRI_PUSH(arena, v, ...)                                                                                                    \
    do {                                                                                                                           \
        if ((v)->n == (v)->room)                                                                                                   \
            (v)->at = tri_arena_grow((arena), (v)->at, (v)->n, &(v)->room, sizeof *(v)->at);                                      \
        (v)->at[(v)->n++] = __VA_ARGS__;                                                                                           \
    } while (0)
void *tri_arena_grow(tri_arena *arena, const void *old, size_t n, size_t *room, size_t size);

#endif
