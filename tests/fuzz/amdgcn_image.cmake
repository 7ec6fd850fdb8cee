if(TARGET trine-amdgcn-sim-core)
    tri_fuzz_test(amdgcn_image LIBS trine-amdgcn-sim-core)
endif()
