/* kernels/families.c - the list of families, configs as text, and where each tensor op may stand in a region. */
#include "kernels/kernels.h"

#include "kernels/demand.h"

const tri_family *const tri_families[] = {&tri_family_attention, &tri_family_matmul, &tri_family_generic};
const int tri_n_families = sizeof tri_families / sizeof *tri_families;

int64_t tri_config_get(const tri_config *config, const char *name, int64_t otherwise)
{
    for (int i = 0; i < config->n; i++)
        if (!strcmp(config->knobs[i].name, name)) return config->knobs[i].value;
    return otherwise;
}

void tri_config_set(tri_config *config, const char *name, int64_t value)
{
    for (int i = 0; i < config->n; i++) {
        if (!strcmp(config->knobs[i].name, name)) {
            config->knobs[i].value = value;
            return;
        }
    }
    if (config->n == TRI_MOST_KNOBS) return;
    config->knobs[config->n].name = name;
    config->knobs[config->n++].value = value;
}

const char *tri_config_print(const tri_config *config, tri_arena *arena)
{
    const char *text = "";
    for (int i = 0; i < config->n; i++)
        text = tri_arena_printf(arena, "%s%s%s=%lld", text, i ? " " : "", config->knobs[i].name, (long long)config->knobs[i].value);
    return text;
}

/* Dimensions of size 1 come and go, nothing else changes. */
static bool only_unit_dimensions(const tri_type *from, const tri_type *to)
{
    int i = 0, j = 0;
    for (;;) {
        while (i < from->rank && from->dims[i] == 1) i++;
        while (j < to->rank && to->dims[j] == 1) j++;
        if (i == from->rank || j == to->rank) return i == from->rank && j == to->rank;
        if (from->dims[i++] != to->dims[j++]) return false;
    }
}

tri_fusion_class tri_classify(const tri_op *op)
{
    const int64_t *at;
    switch (op->kind) {
    case TRI_OP_CONSTANT: return tri_splat_of(op->results[0]) ? TRI_FUSE_FREE : TRI_FUSE_BUFFER;
    case TRI_OP_IOTA:
    case TRI_OP_BROADCAST_IN_DIM:
    case TRI_OP_TRANSPOSE: return TRI_FUSE_FREE;
    case TRI_OP_RESHAPE: return only_unit_dimensions(&op->operands[0]->type, &op->results[0]->type) ? TRI_FUSE_FREE : TRI_FUSE_VIEW;
    case TRI_OP_BITCAST_CONVERT: return tri_op_scalar(op) ? TRI_FUSE_LIGHT : TRI_FUSE_VIEW;
    case TRI_OP_SLICE:
        for (size_t n = tri_op_integers(op, "strides", &at); n-- > 0;)
            if (at[n] != 1) return TRI_FUSE_ANCHOR;
        return TRI_FUSE_FREE;
    case TRI_OP_CONCATENATE:
    case TRI_OP_PAD:
    case TRI_OP_REVERSE:
    case TRI_OP_DYNAMIC_SLICE:
    case TRI_OP_DYNAMIC_UPDATE_SLICE:
    case TRI_OP_GATHER:
    case TRI_OP_DOT_GENERAL:
    case TRI_OP_ATTENTION:
    case TRI_OP_REDUCE: return TRI_FUSE_ANCHOR;
    default: return tri_op_scalar(op) ? TRI_FUSE_LIGHT : TRI_FUSE_OTHER;
    }
}

int tri_reduced_row(const tri_op *reduce)
{
    const tri_type *from = &reduce->operands[0]->type;
    const int64_t *dims;
    size_t n = tri_op_integers(reduce, "dimensions", &dims);
    int row = -1, last = -1;
    for (int d = 0; d < from->rank; d++) {
        if (from->dims[d] == 1) continue;
        last = d;
        for (size_t i = 0; i < n; i++) {
            if (dims[i] != d) continue;
            if (row >= 0) return -1;
            row = d;
        }
    }
    return row == last ? row : -1;
}
