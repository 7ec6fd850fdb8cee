foreach(area eval_golden)
    tri_unit_test(${area} SOURCES ${area}_test.c LIBS trine-ir)
endforeach()
