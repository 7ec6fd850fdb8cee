tri_fuzz_test(sched_run LIBS trine-ir)
