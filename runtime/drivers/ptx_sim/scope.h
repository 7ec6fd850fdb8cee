/* scope.h - the names of a PTX text: nested scopes of registers and variables over one growing hash table. */
#ifndef TRI_PTX_SCOPE_H
#define TRI_PTX_SCOPE_H

#include "runtime/drivers/ptx_sim/module.h"

enum { TRI_PTX_MOST_SCOPES = 64 };

/* A name stands for a register, a variable, or a family of registers (`%r<14>`), whose members are made when they are first used. */
typedef struct tri_ptx_symbol {
    struct tri_ptx_symbol *next_in_bucket, *next_in_scope;
    const char *name;
    uint64_t hash;
    int depth;
    const tri_ptx_variable *variable;
    const tri_ptx_register *reg;
    uint32_t family, register_bytes; /* family: how many members */
} tri_ptx_symbol;

typedef struct tri_ptx_scopes {
    tri_arena *arena;
    tri_ptx_symbol **buckets;
    size_t n_buckets, n;
    int depth;
    tri_ptx_symbol *in_scope[TRI_PTX_MOST_SCOPES];
} tri_ptx_scopes;

void tri_ptx_scopes_begin(tri_ptx_scopes *scopes, tri_arena *arena);
bool tri_ptx_scope_open(tri_ptx_scopes *scopes); /* false: too deep */
void tri_ptx_scope_close(tri_ptx_scopes *scopes);
/* The innermost symbol of that name, or null. */
tri_ptx_symbol *tri_ptx_scope_find(const tri_ptx_scopes *scopes, const char *name, size_t n);
/* Adds at `depth`, a scope that is open. The name is copied. */
tri_ptx_symbol *tri_ptx_scope_add(tri_ptx_scopes *scopes, int depth, const char *name, size_t n);

#endif
