tri_unit_test(emit SOURCES emit_test.c emit_rig.c LIBS trine-compiler trine-ptx-sim-core trine-amdgcn-sim-core ${CMAKE_DL_LIBS}
              LABELS long) # every op and dtype on both families: minutes of code generation
tri_unit_test(emit_golden SOURCES emit_golden_test.c emit_rig.c LIBS trine-compiler trine-ptx-sim-core trine-amdgcn-sim-core ${CMAKE_DL_LIBS})
