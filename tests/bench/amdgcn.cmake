if(TARGET trine-amdgcn-sim-core)
    add_executable(bench-amdgcn ${PROJECT_SOURCE_DIR}/tests/bench/amdgcn_bench.c)
    target_link_libraries(bench-amdgcn PRIVATE trine-amdgcn-sim-core)
    target_compile_definitions(bench-amdgcn PRIVATE TRINE_AMDGCN_IMAGES="${PROJECT_BINARY_DIR}/tests/amdgcn") # made by tests/unit/amdgcn.cmake
    set_target_properties(bench-amdgcn PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
endif()
