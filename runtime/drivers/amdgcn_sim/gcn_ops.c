/* gcn_ops.c - the table of instructions: gcn_ops.def as an array, a search by name, the choice of the host's lane bodies. */
#include <string.h>

#include "runtime/drivers/amdgcn_sim/gcn.h"
#include "runtime/drivers/amdgcn_sim/gcn_levels.h"
#include "runtime/drivers/amdgcn_sim/gcn_salu.h"

#define GCN_LANE(name, pattern, body, flags) {#name, pattern, gcn_lane_op, NULL, flags, GCN_ROW_##name},
#define GCN_MATRIX(name, pattern, body, states) {#name, pattern, gcn_matrix_op, NULL, states, GCN_ROW_##name},
#define GCN_SCALED_MATRIX(name, pattern, body, states) {#name, pattern, gcn_scaled_matrix_op, NULL, states, GCN_ROW_##name},
#define GCN_SALU(name, pattern, body) {#name, pattern, gcn_s_alu, gcn_salu_##body, 0, GCN_ROW_##name},
#define GCN_WAVE(name, pattern, handler, detail) {#name, pattern, handler, NULL, detail, GCN_ROW_##name},
static const gcn_op ops[GCN_ROWS] = {
#include "runtime/drivers/amdgcn_sim/gcn_ops.def"
};

const gcn_op *gcn_find_op(const char *name, size_t n)
{
    for (size_t i = 0; i < GCN_ROWS; i++)
        if (!strncmp(ops[i].name, name, n) && !ops[i].name[n]) return &ops[i];
    return NULL;
}

static const gcn_bodies *host_bodies(void)
{
#ifdef GCN_X86_LEVELS
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512dq"))
        return gcn_v4_table;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2")) return gcn_v3_table;
#endif
    return gcn_base_table;
}

gcn_body *gcn_find_body(const gcn_op *op) { return host_bodies()[op->id].body; }
gcn_matrix_body *gcn_find_matrix(const gcn_op *op) { return host_bodies()[op->id].matrix; }
