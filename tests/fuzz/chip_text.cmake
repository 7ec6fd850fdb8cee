tri_fuzz_test(chip_text LIBS trine-abi)
