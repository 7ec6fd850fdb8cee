tri_fuzz_test(ptx_text LIBS trine-ptx-sim-core)
