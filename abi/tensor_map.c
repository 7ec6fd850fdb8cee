/* abi/tensor_map.c - the limits of tensor maps (tensor_map.h), checked before any engine sees one. */
#include "abi/tensor_map.h"

#include <stdbool.h>

static tri_status *bad(const char *what, int d, uint64_t value)
{
    return tri_error(TRI_INVALID, TRI_NOWHERE, "tensor map: %s of dimension %d cannot be %llu", what, d, (unsigned long long)value);
}

tri_status *tri_tensor_map_check(const tri_tensor_map *map, uint64_t bytes)
{
    if (map->rank < 1 || map->rank > TRI_TENSOR_MAP_RANK)
        return tri_error(TRI_INVALID, TRI_NOWHERE, "tensor map: rank %d is not 1 to 5", (int)map->rank);
    if ((unsigned)map->dtype >= TRI_DTYPE_COUNT) return tri_error(TRI_INVALID, TRI_NOWHERE, "tensor map: elements of an unknown type");
    uint64_t element = tri_dtype_bytes(map->dtype);
    if (map->offset % 16)
        return tri_error(TRI_INVALID, TRI_NOWHERE, "tensor map: offset %llu is not a multiple of 16", (unsigned long long)map->offset);
    if (map->swizzle && map->swizzle != 32 && map->swizzle != 64 && map->swizzle != 128)
        return tri_error(TRI_INVALID, TRI_NOWHERE, "tensor map: there is no swizzle of %u bytes", map->swizzle);
    if (map->strides[0] != element) return bad("stride", 0, map->strides[0]);
    uint64_t last = map->offset; /* of the last element; each term stays below 2^72 only if checked: dims <= 2^32, strides < 2^40 */
    for (int d = 0; d < map->rank; d++) {
        if (!map->dims[d] || map->dims[d] > UINT64_C(1) << 32) return bad("size", d, map->dims[d]);
        if (d && (map->strides[d] % 16 || map->strides[d] >= UINT64_C(1) << 40)) return bad("stride", d, map->strides[d]);
        if (!map->box[d] || map->box[d] > 256) return bad("box", d, map->box[d]);
        if (!map->steps[d] || map->steps[d] > 8) return bad("step", d, map->steps[d]);
        uint64_t reach;
        if (__builtin_mul_overflow(map->dims[d] - 1, map->strides[d], &reach) || __builtin_add_overflow(last, reach, &last))
            return bad("reach", d, map->strides[d]);
    }
    if (map->box[0] * element % 16) return bad("box", 0, map->box[0]);
    if (map->swizzle && map->box[0] * element > map->swizzle) return bad("box", 0, map->box[0]);
    if (last > bytes || bytes - last < element)
        return tri_error(TRI_INVALID, TRI_NOWHERE, "tensor map: it reaches byte %llu of a buffer of %llu", (unsigned long long)(last + element),
                         (unsigned long long)bytes);
    return NULL;
}

/* `what [a x b]` of the map's dimensions; `at` holds 4- or 8-byte numbers. */
static void print_list(const char *what, const void *at, size_t size, int32_t rank, const char *between, tri_text *out)
{
    tri_text_addf(out, "%s [", what);
    for (int32_t d = 0; d < rank && d < TRI_TENSOR_MAP_RANK; d++) {
        unsigned long long value = size == 8 ? ((const uint64_t *)at)[d] : ((const uint32_t *)at)[d];
        tri_text_addf(out, "%s%llu", d ? between : "", value);
    }
    tri_text_add(out, "]");
}

void tri_tensor_map_print(const tri_tensor_map *map, tri_text *out)
{
    tri_text_addf(out, "parameter %u +%llu: %s", map->buffer, (unsigned long long)map->offset, tri_dtype_name(map->dtype));
    print_list("", map->dims, 8, map->rank, " x ", out);
    print_list(" strides", map->strides, 8, map->rank, ", ", out);
    print_list(" box", map->box, 4, map->rank, " x ", out);
    print_list(" steps", map->steps, 4, map->rank, " x ", out);
    tri_text_addf(out, " swizzle %u", map->swizzle);
}
