if(TARGET trine-amdgcn-sim-core)
    tri_unit_test(gfx950 SOURCES gfx950_test.c amdgcn_harness.c LIBS trine-compiler trine-amdgcn-sim-core m LABELS long)
    target_compile_definitions(unit-gfx950 PRIVATE TRINE_AMDGCN_IMAGES="") # its images are compiled as it runs
endif()
