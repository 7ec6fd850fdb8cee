/* scope.c - chained buckets, newest first, so that the innermost of equal names is found first unless an outer scope was added to later; `find`
 * compares depths for that reason. Closing a scope unlinks its symbols. */
#include "runtime/drivers/ptx_sim/scope.h"

#include "base/hash.h"

enum { FIRST_BUCKETS = 64 };

void tri_ptx_scopes_begin(tri_ptx_scopes *scopes, tri_arena *arena)
{
    memset(scopes, 0, sizeof *scopes);
    scopes->arena = arena;
    scopes->n_buckets = FIRST_BUCKETS;
    scopes->buckets = TRI_NEW_ARRAY(arena, tri_ptx_symbol *, scopes->n_buckets);
}

static void grow(tri_ptx_scopes *scopes)
{
    size_t n_buckets = scopes->n_buckets * 4;
    tri_ptx_symbol **buckets = TRI_NEW_ARRAY(scopes->arena, tri_ptx_symbol *, n_buckets);
    for (size_t i = 0; i < scopes->n_buckets; i++) {
        for (tri_ptx_symbol *s = scopes->buckets[i], *next; s; s = next) {
            next = s->next_in_bucket;
            s->next_in_bucket = buckets[s->hash % n_buckets];
            buckets[s->hash % n_buckets] = s;
        }
    }
    scopes->buckets = buckets;
    scopes->n_buckets = n_buckets;
}

bool tri_ptx_scope_open(tri_ptx_scopes *scopes)
{
    if (scopes->depth + 1 == TRI_PTX_MOST_SCOPES) return false;
    scopes->in_scope[++scopes->depth] = NULL;
    return true;
}

void tri_ptx_scope_close(tri_ptx_scopes *scopes)
{
    for (tri_ptx_symbol *s = scopes->in_scope[scopes->depth]; s; s = s->next_in_scope) {
        tri_ptx_symbol **link = &scopes->buckets[s->hash % scopes->n_buckets];
        while (*link != s) link = &(*link)->next_in_bucket;
        *link = s->next_in_bucket;
        scopes->n--;
    }
    scopes->depth--;
}

tri_ptx_symbol *tri_ptx_scope_find(const tri_ptx_scopes *scopes, const char *name, size_t n)
{
    uint64_t hash = tri_hash(TRI_HASH_SEED, name, n);
    tri_ptx_symbol *found = NULL;
    for (tri_ptx_symbol *s = scopes->buckets[hash % scopes->n_buckets]; s; s = s->next_in_bucket) {
        if (s->hash == hash && !strncmp(s->name, name, n) && !s->name[n] && (!found || s->depth > found->depth)) found = s;
    }
    return found;
}

tri_ptx_symbol *tri_ptx_scope_add(tri_ptx_scopes *scopes, int depth, const char *name, size_t n)
{
    if (scopes->n >= scopes->n_buckets) grow(scopes);
    tri_ptx_symbol *s = TRI_NEW(scopes->arena, tri_ptx_symbol);
    s->name = tri_arena_strndup(scopes->arena, name, n);
    s->hash = tri_hash(TRI_HASH_SEED, name, n);
    s->depth = depth;
    s->next_in_scope = scopes->in_scope[depth];
    scopes->in_scope[depth] = s;
    s->next_in_bucket = scopes->buckets[s->hash % scopes->n_buckets];
    scopes->buckets[s->hash % scopes->n_buckets] = s;
    scopes->n++;
    return s;
}
