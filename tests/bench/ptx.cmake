add_executable(bench-ptx ${PROJECT_SOURCE_DIR}/tests/bench/ptx_bench.c)
target_link_libraries(bench-ptx PRIVATE trine-ptx-sim-core)
set_target_properties(bench-ptx PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
