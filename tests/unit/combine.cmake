tri_unit_test(combine SOURCES combine_test.c LIBS trine-compiler)
