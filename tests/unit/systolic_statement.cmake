if(TARGET trine-artifact-write)
    tri_unit_test(systolic_statement SOURCES systolic_statement_test.c systolic_rig.c LIBS trine-compiler trine-systolic-sim-core)
endif()
