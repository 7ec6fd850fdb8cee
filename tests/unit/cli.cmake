# The command line, run as users run it: tests/cli/NAME.sh.
if(TARGET trine-program)
    find_program(TRINE_PYTHON3 python3 REQUIRED)
    add_executable(cli-forge ${PROJECT_SOURCE_DIR}/tests/cli/forge.c)
    target_link_libraries(cli-forge PRIVATE trine-compiler)
    set_target_properties(cli-forge PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
    foreach(part words chips opt values device cuda interrupt)
        add_test(NAME cli.${part} COMMAND sh ${PROJECT_SOURCE_DIR}/tests/cli/${part}.sh WORKING_DIRECTORY ${PROJECT_BINARY_DIR})
        set_tests_properties(cli.${part} PROPERTIES LABELS short TIMEOUT 300
            ENVIRONMENT "TRINE=$<TARGET_FILE:trine-program>;FORGE=$<TARGET_FILE:cli-forge>;FAKE_CUDA=${PROJECT_BINARY_DIR}/tests/fake;TRINE_DRIVERS=${PROJECT_BINARY_DIR}/lib;TRINE_CODEGEN=${PROJECT_BINARY_DIR}/trine-codegen;TRINE_CHIPS=${PROJECT_SOURCE_DIR}/targets/chips")
    endforeach()
endif()
