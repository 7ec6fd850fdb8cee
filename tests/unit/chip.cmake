tri_unit_test(chip SOURCES chip_test.c LIBS trine-abi)
