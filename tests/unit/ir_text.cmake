tri_unit_test(ir_text SOURCES ${CMAKE_CURRENT_LIST_DIR}/ir_text_test.c LIBS trine-ir)
