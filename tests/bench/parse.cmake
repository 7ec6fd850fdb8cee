add_executable(bench-parse ${PROJECT_SOURCE_DIR}/tests/bench/parse_bench.c)
target_link_libraries(bench-parse PRIVATE trine-ir)
set_target_properties(bench-parse PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
