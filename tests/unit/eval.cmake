foreach(area eval eval_bounded eval_golden eval_tile)
    tri_unit_test(${area} SOURCES ${area}_test.c LIBS trine-ir LABELS short threads)
endforeach()
