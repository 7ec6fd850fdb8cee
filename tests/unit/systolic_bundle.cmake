tri_unit_test(systolic_bundle SOURCES systolic_bundle_test.c systolic_programs.c systolic_rig.c LIBS trine-target-systolic trine-systolic-sim-core)
tri_unit_test(systolic_bundle_program SOURCES systolic_bundle_program_test.c systolic_rig.c LIBS trine-target-systolic trine-systolic-sim-core)
