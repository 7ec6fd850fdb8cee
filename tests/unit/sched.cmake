tri_unit_test(sched SOURCES ${CMAKE_CURRENT_LIST_DIR}/sched_test.c LIBS trine-ir)
tri_unit_test(sched_recipe SOURCES ${CMAKE_CURRENT_LIST_DIR}/sched_recipe_test.c ${CMAKE_CURRENT_LIST_DIR}/sched_mutate.c LIBS trine-ir)
tri_unit_test(sched_expand SOURCES ${CMAKE_CURRENT_LIST_DIR}/sched_expand_test.c ${CMAKE_CURRENT_LIST_DIR}/sched_mutate.c LIBS trine-lowering)
