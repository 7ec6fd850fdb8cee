/* base/classes.h - things 0 .. n - 1 in classes whose members are alike or turned, one against the other (union-find with a parity). */
#ifndef TRI_BASE_CLASSES_H
#define TRI_BASE_CLASSES_H

#include "base/arena.h"

typedef struct tri_classes {
    uint32_t *parent;
    bool *turned; /* against the parent */
} tri_classes;

tri_classes tri_classes_create(tri_arena *arena, uint32_t n); /* each alone */
/* The representative of the class, and whether `member` is turned against it. */
uint32_t tri_class_of(tri_classes *classes, uint32_t member, bool *out_turned);
/* Two representatives' classes become one, represented by `into`. */
void tri_classes_join(tri_classes *classes, uint32_t into, uint32_t other, bool turned);

#endif
