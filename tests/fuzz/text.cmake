tri_fuzz_test(module_text LIBS trine-ir)
tri_fuzz_test(tile_text LIBS trine-ir)
