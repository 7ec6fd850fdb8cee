/* gcn_salu.h - declares the scalar bodies that gcn_ops.def names. */
#ifndef TRI_AMDGCN_SIM_GCN_SALU_H
#define TRI_AMDGCN_SIM_GCN_SALU_H

#include "runtime/drivers/amdgcn_sim/gcn.h"

#define GCN_LANE(name, pattern, body, flags)
#define GCN_MATRIX(name, pattern, body, states)
#define GCN_SCALED_MATRIX(name, pattern, body, states)
#define GCN_WAVE(name, pattern, handler, detail)
#define GCN_SALU(name, pattern, body) gcn_scalar_body gcn_salu_##body;
#include "runtime/drivers/amdgcn_sim/gcn_ops.def"
#undef GCN_LANE
#undef GCN_MATRIX
#undef GCN_SCALED_MATRIX
#undef GCN_WAVE
#undef GCN_SALU

#endif
