add_executable(bench-sm90-registers ${PROJECT_SOURCE_DIR}/tests/bench/sm90_registers_bench.c ${PROJECT_SOURCE_DIR}/tests/unit/sm90_programs.c)
target_link_libraries(bench-sm90-registers PRIVATE trine-compiler m)
set_target_properties(bench-sm90-registers PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
