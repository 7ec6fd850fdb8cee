tri_unit_test(systolic_sched SOURCES systolic_sched_test.c systolic_sched_programs.c systolic_sched_attention.c LIBS trine-compiler trine-systolic-sim-core)
tri_unit_test(systolic_sched_value SOURCES systolic_sched_value_test.c systolic_sched_programs.c systolic_sched_attention.c LIBS trine-compiler trine-systolic-sim-core)
