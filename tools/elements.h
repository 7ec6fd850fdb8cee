/* tools/elements.h - elements of one dtype as another, where that makes sense for the inputs of a model. */
#ifndef TRI_TOOLS_ELEMENTS_H
#define TRI_TOOLS_ELEMENTS_H

#include "base/dtype.h"
#include "tri/status.h"

/* Floats round to nearest even; integers must fit; INVALID where one class would become another. `from` need not be aligned. */
tri_status *elements_convert(tri_dtype from_dtype, const void *from, tri_dtype to_dtype, void *to, size_t n) TRI_NODISCARD;

#endif
