/* lanes_table.c - the bodies of one level, indexed by the row's number in gcn_ops.def. */
#include "runtime/drivers/amdgcn_sim/lanes.h"
#include "runtime/drivers/amdgcn_sim/gcn_levels.h"

#define GCN_LANE(name, pattern, body, flags) [GCN_ROW_##name] = {LANE(body), NULL},
#define GCN_MATRIX(name, pattern, body, states) [GCN_ROW_##name] = {NULL, LANE(body)},
#define GCN_SCALED_MATRIX(name, pattern, body, states) [GCN_ROW_##name] = {NULL, LANE(body)},
#define GCN_SALU(name, pattern, body)
#define GCN_WAVE(name, pattern, handler, detail)
const gcn_bodies LANE(table)[GCN_ROWS] = {
#include "runtime/drivers/amdgcn_sim/gcn_ops.def"
};
