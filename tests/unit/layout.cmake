tri_unit_test(layout_chain SOURCES layout_chain_test.c LIBS trine-layout)
tri_unit_test(layout_banks SOURCES layout_banks_test.c LIBS trine-target-amdgcn)
if(TARGET trine-amdgcn-sim-core)
    tri_unit_test(layout_atoms SOURCES layout_atoms_test.c amdgcn_harness.c ptx_sim_rig.c LIBS trine-layout trine-codegen-client trine-ptx-sim-core trine-amdgcn-sim-core)
    target_compile_definitions(unit-layout_atoms PRIVATE TRINE_AMDGCN_IMAGES="") # its images are compiled as it runs
endif()
tri_unit_test(layout_arrays SOURCES layout_arrays_test.c systolic_rig.c LIBS trine-layout trine-systolic-sim-core)
