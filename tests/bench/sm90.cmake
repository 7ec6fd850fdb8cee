add_executable(bench-sm90-registers ${PROJECT_SOURCE_DIR}/tests/bench/sm90_registers_bench.c ${PROJECT_SOURCE_DIR}/tests/unit/sm90_programs.c)
target_link_libraries(bench-sm90-registers PRIVATE trine-compiler m)
set_target_properties(bench-sm90-registers PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)

# Counts of predictions that are far off, not times; they need ptxas.
find_program(TRINE_PTXAS ptxas HINTS /usr/local/cuda/bin)
if(TRINE_PTXAS AND TARGET trine-codegen)
    add_test(NAME bench.sm90-registers COMMAND bench-sm90-registers 10)
    set_tests_properties(bench.sm90-registers PROPERTIES LABELS long TIMEOUT 600
        ENVIRONMENT "TRINE_CODEGEN=$<TARGET_FILE:trine-codegen>;TRINE_CHIPS=${PROJECT_SOURCE_DIR}/targets/chips")
endif()
