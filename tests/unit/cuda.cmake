# The CUDA driver against a libcuda.so.1 of our own, which lies in a folder where nobody finds it by accident.
if(TARGET trine-artifact-write)
    add_library(trine-fake-cuda SHARED ${PROJECT_SOURCE_DIR}/tests/unit/fake_cuda.c)
    target_link_libraries(trine-fake-cuda PRIVATE Threads::Threads)
    set_target_properties(trine-fake-cuda PROPERTIES OUTPUT_NAME cuda SUFFIX .so.1 NO_SONAME OFF LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests/fake
        C_EXTENSIONS ON)
    tri_unit_test(cuda SOURCES cuda_test.c artifact_sample.c LIBS trine-fake-cuda trine-cuda-core trine-artifact-write trine-runtime)
    tri_unit_test(cuda_threads SOURCES cuda_threads_test.c LIBS trine-fake-cuda trine-cuda-core LABELS short threads)
    add_dependencies(unit-cuda trine-driver-cuda)
endif()

find_path(TRINE_CUDA_H cuda.h HINTS /usr/local/cuda/include)
if(TRINE_CUDA_H)
    add_executable(unit-cuda_abi ${PROJECT_SOURCE_DIR}/tests/unit/cuda_abi_test.c)
    target_include_directories(unit-cuda_abi SYSTEM PRIVATE ${TRINE_CUDA_H})
    set_target_properties(unit-cuda_abi PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
    add_test(NAME unit.cuda_abi COMMAND unit-cuda_abi)
    set_tests_properties(unit.cuda_abi PROPERTIES LABELS short)
endif()
