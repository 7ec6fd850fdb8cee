add_executable(bench-systolic-bundle ${PROJECT_SOURCE_DIR}/tests/bench/systolic_bundle_bench.c ${PROJECT_SOURCE_DIR}/tests/unit/systolic_programs.c
    ${PROJECT_SOURCE_DIR}/tests/unit/systolic_rig.c)
target_include_directories(bench-systolic-bundle PRIVATE ${PROJECT_SOURCE_DIR}/tests/unit)
target_link_libraries(bench-systolic-bundle PRIVATE trine-target-systolic trine-systolic-sim-core)
set_target_properties(bench-systolic-bundle PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
