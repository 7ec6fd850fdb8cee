tri_unit_test(sm90_code SOURCES sm90_code_test.c sm90_programs.c sm90_rig.c LIBS trine-compiler trine-ptx-sim-core ${CMAKE_DL_LIBS} m)
tri_unit_test(sm90_run SOURCES sm90_run_test.c sm90_programs.c sm90_rig.c LIBS trine-compiler trine-ptx-sim-core ${CMAKE_DL_LIBS} m LABELS long)
tri_unit_test(sm90_layout SOURCES sm90_layout_test.c LIBS trine-compiler)
