if(TARGET trine-artifact-write)
    tri_unit_test(systolic_join SOURCES systolic_join_test.c LIBS trine-compiler trine-runtime)
    add_dependencies(unit-systolic_join trine-driver-systolic-sim)
endif()
