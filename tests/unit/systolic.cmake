tri_unit_test(systolic_code SOURCES systolic_code_test.c LIBS trine-systolic-sim-core)
tri_unit_test(systolic_trap SOURCES systolic_trap_test.c systolic_rig.c LIBS trine-systolic-sim-core)
tri_unit_test(systolic_value SOURCES systolic_value_test.c systolic_rig.c LIBS trine-systolic-sim-core)
tri_unit_test(systolic_time SOURCES systolic_time_test.c systolic_rig.c LIBS trine-systolic-sim-core)
