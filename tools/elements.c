/* tools/elements.c - elements of one dtype as another. */
#include "tools/elements.h"

#include <string.h>

tri_status *elements_convert(tri_dtype from_dtype, const void *from, tri_dtype to_dtype, void *to, size_t n)
{
    size_t from_bytes = tri_dtype_bytes(from_dtype), to_bytes = tri_dtype_bytes(to_dtype);
    if (from_dtype == TRI_I1 && to_dtype == TRI_I1) {
        for (size_t i = 0; i < n; i++) ((unsigned char *)to)[i] = ((const unsigned char *)from)[i] != 0;
        return NULL;
    }
    if (from_dtype == to_dtype) {
        if (n) memcpy(to, from, n * to_bytes);
        return NULL;
    }
    bool floats = tri_dtype_is_float(from_dtype);
    if (floats != tri_dtype_is_float(to_dtype))
        return tri_error(TRI_INVALID, TRI_NOWHERE, "elements of type %s cannot be an argument of type %s", tri_dtype_name(from_dtype),
                         tri_dtype_name(to_dtype));
    for (size_t i = 0; i < n; i++) {
        char element[8], *put = (char *)to + i * to_bytes;
        memcpy(element, (const char *)from + i * from_bytes, from_bytes);
        if (floats) {
            tri_store_f64(to_dtype, put, tri_load_f64(from_dtype, element));
            continue;
        }
        int64_t value = tri_load_i64(from_dtype, element);
        tri_store_i64(to_dtype, put, value);
        bool sign_changes = value < 0 && (from_dtype == TRI_U64) != (to_dtype == TRI_U64);
        if (tri_load_i64(to_dtype, put) != value || sign_changes)
            return tri_error(TRI_INVALID, TRI_NOWHERE, "element %zu does not fit in %s", i, tri_dtype_name(to_dtype));
    }
    return NULL;
}
