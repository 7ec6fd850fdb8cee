tri_fuzz_test(systolic_program LIBS trine-systolic-sim-core)
