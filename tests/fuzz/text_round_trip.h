/* text_round_trip.h - what must hold for any text: refused with a message, or a module whose printed text parses to a module that prints, verifies and hashes the same. */
#ifndef TRI_TEXT_ROUND_TRIP_H
#define TRI_TEXT_ROUND_TRIP_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ir/ir.h"

static tri_status *parse(tri_arena *arena, const char *text, size_t n, tri_module **out)
{
    tri_arena_init(arena, 64u << 20);
    tri_status *status = tri_module_parse(arena, text, n, "fuzz.mlir", out);
    if (status && (*out || !*tri_status_message(status))) abort();
    return status;
}

static void round_trip(const char *text, size_t n)
{
    tri_arena arena, again_arena;
    tri_module *module, *again;
    tri_status *status = parse(&arena, text, n, &module);
    if (status) {
        tri_status_free(status);
        tri_arena_free(&arena);
        return;
    }
    tri_text printed = {0}, reprinted = {0};
    tri_module_print(module, &printed);
    status = parse(&again_arena, tri_text_string(&printed), printed.n, &again);
    if (status && tri_status_code(status) == TRI_NO_MEMORY) { /* the printed text may be longer */
        tri_status_free(status);
    } else {
        if (status) {
            tri_status_print(status, printed.at, stderr);
            abort();
        }
        tri_module_print(again, &reprinted);
        if (printed.n != reprinted.n || memcmp(printed.at, reprinted.at, printed.n)) {
            fprintf(stderr, "%s\n---\n%s\n", printed.at, reprinted.at);
            abort();
        }
        for (tri_func *func = module->first, *other = again->first; func; func = func->next, other = other->next)
            if (tri_func_hash(func) != tri_func_hash(other)) abort();
        status = tri_module_verify(module, TRI_LEVEL_TENSOR);
        tri_status *verified_again = tri_module_verify(again, TRI_LEVEL_TENSOR);
        if (tri_status_count(status) != tri_status_count(verified_again)) abort();
        tri_status_free(status);
        tri_status_free(verified_again);
    }
    tri_text_free(&printed);
    tri_text_free(&reprinted);
    tri_arena_free(&arena);
    tri_arena_free(&again_arena);
}

#endif
