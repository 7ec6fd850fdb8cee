/* gcn_levels.h - the rows of gcn_ops.def as numbers, and the tables of lane bodies, one for each host instruction set that was compiled. */
#ifndef TRI_AMDGCN_SIM_GCN_LEVELS_H
#define TRI_AMDGCN_SIM_GCN_LEVELS_H

#include "runtime/drivers/amdgcn_sim/gcn.h"

enum {
#define GCN_LANE(name, pattern, body, flags) GCN_ROW_##name,
#define GCN_MATRIX(name, pattern, body, states) GCN_ROW_##name,
#define GCN_SCALED_MATRIX(name, pattern, body, states) GCN_ROW_##name,
#define GCN_SALU(name, pattern, body) GCN_ROW_##name,
#define GCN_WAVE(name, pattern, handler, detail) GCN_ROW_##name,
#include "runtime/drivers/amdgcn_sim/gcn_ops.def"
#undef GCN_LANE
#undef GCN_MATRIX
#undef GCN_SCALED_MATRIX
#undef GCN_SALU
#undef GCN_WAVE
    GCN_ROWS
};

typedef struct gcn_bodies {
    gcn_body *body;
    gcn_matrix_body *matrix;
} gcn_bodies;

extern const gcn_bodies gcn_base_table[GCN_ROWS];
#ifdef GCN_X86_LEVELS
extern const gcn_bodies gcn_v3_table[GCN_ROWS], gcn_v4_table[GCN_ROWS];
#endif

#endif
