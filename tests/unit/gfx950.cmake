if(TARGET trine-amdgcn-sim-core)
    tri_unit_test(gfx950 SOURCES gfx950_test.c gfx950_rig.c amdgcn_harness.c LIBS trine-compiler trine-amdgcn-sim-core m LABELS long)
    tri_unit_test(gfx950_loop SOURCES gfx950_loop_test.c gfx950_rig.c LIBS trine-compiler trine-amdgcn-sim-core m)
    find_program(TRINE_LLVM_MCA NAMES llvm-mca-22 llvm-mca) # counts cycles of a loop; not needed
    target_compile_definitions(unit-gfx950 PRIVATE TRINE_AMDGCN_IMAGES="") # its images are compiled as it runs
    target_compile_definitions(unit-gfx950_loop PRIVATE TRINE_LLVM_MCA="$<$<BOOL:${TRINE_LLVM_MCA}>:${TRINE_LLVM_MCA}>")
endif()
