add_executable(bench-cost ${PROJECT_SOURCE_DIR}/tests/bench/cost_bench.c)
target_link_libraries(bench-cost PRIVATE trine-compiler trine-runtime)
set_target_properties(bench-cost PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
