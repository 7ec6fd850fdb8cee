tri_unit_test(sm90_code SOURCES sm90_code_test.c sm90_rig.c LIBS trine-compiler trine-ptx-sim-core ${CMAKE_DL_LIBS})
