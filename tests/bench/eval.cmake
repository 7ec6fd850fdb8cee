add_executable(bench-eval ${PROJECT_SOURCE_DIR}/tests/bench/eval_bench.c)
target_link_libraries(bench-eval PRIVATE trine-ir)
set_target_properties(bench-eval PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
