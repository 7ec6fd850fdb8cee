/* base/classes.c - see base/classes.h. */
#include "base/classes.h"

tri_classes tri_classes_create(tri_arena *arena, uint32_t n)
{
    tri_classes classes = {TRI_NEW_ARRAY(arena, uint32_t, n), TRI_NEW_ARRAY(arena, bool, n)};
    for (uint32_t i = 0; i < n; i++) classes.parent[i] = i;
    return classes;
}

uint32_t tri_class_of(tri_classes *classes, uint32_t member, bool *out_turned)
{
    bool turned = false;
    uint32_t root = member;
    for (; classes->parent[root] != root; root = classes->parent[root]) turned ^= classes->turned[root];
    *out_turned = turned;
    while (classes->parent[member] != member) { /* point everybody at the representative */
        uint32_t next = classes->parent[member];
        bool step = classes->turned[member];
        classes->parent[member] = root;
        classes->turned[member] = turned;
        turned ^= step;
        member = next;
    }
    return root;
}

void tri_classes_join(tri_classes *classes, uint32_t into, uint32_t other, bool turned)
{
    classes->parent[other] = into;
    classes->turned[other] = turned;
}
