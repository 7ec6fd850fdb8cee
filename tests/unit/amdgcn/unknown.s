// unknown.s - an instruction the simulator does not have, where it can be reached.
.include "kernel.inc"

kernel unknown
    v_mov_b32 v1, 0
    v_cubeid_f32 v2, v1, v1, v1
end unknown, 0
