/* base/arena.c - chunks from the host, handed out by moving a pointer; the newest chunk is the head of the list. */
#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>

struct tri_arena_chunk {
    tri_arena_chunk *older;
    size_t bytes;
};

enum { FIRST_CHUNK = 16 << 10, LARGEST_STEP = 8 << 20, ALIGNMENT = 16 };

void tri_arena_init(tri_arena *arena, size_t limit)
{
    memset(arena, 0, sizeof *arena);
    arena->limit = limit;
}

void tri_arena_free(tri_arena *arena)
{
    tri_arena_chunk *chunk = arena->chunks;
    while (chunk) {
        tri_arena_chunk *older = chunk->older;
        free(chunk);
        chunk = older;
    }
    arena->chunks = NULL;
    arena->next = arena->end = NULL;
    arena->used = 0;
}

size_t tri_arena_left(const tri_arena *arena)
{
    if (!arena->limit) return 0;
    return arena->used < arena->limit ? arena->limit - arena->used : 1;
}

static void refuse(tri_arena *arena, size_t bytes)
{
    arena->refused = bytes;
    if (arena->has_escape) longjmp(arena->escape, 1);
    fprintf(stderr, "trine: an arena without an escape ran out of memory (%zu bytes)\n", bytes);
    abort();
}

/* Chunks grow with the arena so that a large module needs few of them; a request larger than the step gets a chunk of its own size. */
static void add_chunk(tri_arena *arena, size_t bytes)
{
    size_t step = arena->used < FIRST_CHUNK ? FIRST_CHUNK : arena->used > LARGEST_STEP ? LARGEST_STEP : arena->used;
    if (bytes > SIZE_MAX / 2) refuse(arena, bytes);
    size_t total = sizeof(tri_arena_chunk) + ALIGNMENT + (bytes > step ? bytes : step);
    if (arena->limit && (total > arena->limit || arena->used > arena->limit - total)) {
        total = sizeof(tri_arena_chunk) + ALIGNMENT + bytes;
        if (total > arena->limit || arena->used > arena->limit - total) refuse(arena, bytes);
    }
    tri_arena_chunk *chunk = calloc(1, total);
    if (!chunk) refuse(arena, bytes);
    chunk->older = arena->chunks;
    chunk->bytes = total;
    arena->chunks = chunk;
    arena->used += total;
    uintptr_t first = ((uintptr_t)(chunk + 1) + ALIGNMENT - 1) & ~(uintptr_t)(ALIGNMENT - 1);
    arena->next = (char *)first;
    arena->end = (char *)chunk + total;
}

void *tri_arena_alloc(tri_arena *arena, size_t bytes)
{
    size_t rounded = (bytes + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (rounded < bytes) refuse(arena, bytes);
    if (!arena->chunks || rounded > (size_t)(arena->end - arena->next)) add_chunk(arena, rounded);
    void *result = arena->next;
    arena->next += rounded;
    return result;
}

void *tri_arena_alloc_array(tri_arena *arena, size_t n, size_t size)
{
    if (size && n > SIZE_MAX / size) refuse(arena, SIZE_MAX);
    return tri_arena_alloc(arena, n * size);
}

void *tri_arena_grow(tri_arena *arena, const void *old, size_t n, size_t *room, size_t size)
{
    size_t larger = *room ? *room * 2 : 8;
    void *grown = tri_arena_alloc_array(arena, larger, size);
    if (n) memcpy(grown, old, n * size);
    *room = larger;
    return grown;
}

char *tri_arena_strndup(tri_arena *arena, const char *text, size_t n)
{
    char *copy = tri_arena_alloc(arena, n + 1);
    if (n) memcpy(copy, text, n);
    copy[n] = 0;
    return copy;
}

char *tri_arena_printf(tri_arena *arena, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int n = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *text = tri_arena_alloc(arena, (size_t)(n < 0 ? 0 : n) + 1);
    vsnprintf(text, (size_t)(n < 0 ? 0 : n) + 1, format, again);
    va_end(again);
    return text;
}

tri_status *tri_arena_exhausted(const tri_arena *arena)
{
    if (arena->limit)
        return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory: %zu MiB in use of the %zu MiB allowed, %zu bytes more were asked",
                         arena->used >> 20, arena->limit >> 20, arena->refused);
    return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory: %zu MiB in use, %zu bytes more were asked", arena->used >> 20, arena->refused);
}
