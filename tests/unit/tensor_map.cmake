tri_unit_test(tensor_map SOURCES tensor_map_test.c LIBS trine-abi)
