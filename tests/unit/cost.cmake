tri_unit_test(cost SOURCES cost_test.c LIBS trine-kernels)
