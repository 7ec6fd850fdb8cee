tri_unit_test(schedule SOURCES schedule_test.c LIBS trine-lowering)
