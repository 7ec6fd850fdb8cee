# The scripts of tests/gpu, tried without a GPU.
if(TARGET trine-program AND TARGET trine-artifact-write AND NOT TRINE_SANITIZE)
    add_test(NAME gpu.scripts COMMAND sh ${PROJECT_SOURCE_DIR}/tests/gpu/try.sh ${PROJECT_BINARY_DIR})
    set_tests_properties(gpu.scripts PROPERTIES LABELS short TIMEOUT 300)
endif()
