if(TARGET trine-amdgcn-sim-core)
    tri_unit_test(gpu_statement SOURCES gpu_statement_test.c sm90_programs.c LIBS trine-compiler trine-ptx-sim-core trine-amdgcn-sim-core)
endif()
