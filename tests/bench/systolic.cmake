add_executable(bench-systolic ${PROJECT_SOURCE_DIR}/tests/bench/systolic_bench.c)
target_link_libraries(bench-systolic PRIVATE trine-systolic-sim-core)
set_target_properties(bench-systolic PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
