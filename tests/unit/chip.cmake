tri_unit_test(chip SOURCES ${CMAKE_CURRENT_LIST_DIR}/chip_test.c LIBS trine-abi)
