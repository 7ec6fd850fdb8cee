# The numerics suite: one program, a test per chip and tier. A chip without target or simulator in this build is reported as skipped.
set(numerics ${PROJECT_SOURCE_DIR}/tests/numerics)
add_executable(numerics ${numerics}/numerics.c ${numerics}/harness.c ${numerics}/elementwise.c ${numerics}/contractions.c ${numerics}/splits.c ${numerics}/clusters.c ${numerics}/attention.c ${numerics}/files.c ${numerics}/goldens.c
    ${numerics}/random.c ${numerics}/broken.c ${PROJECT_SOURCE_DIR}/tools/check.c ${PROJECT_SOURCE_DIR}/tools/progress.c)
target_link_libraries(numerics PRIVATE trine-compiler trine-runtime)
set_target_properties(numerics PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)

function(tri_numerics chip tier label)
    set(test numerics.${chip})
    if(NOT label STREQUAL short)
        set(test numerics.${chip}.${label})
    endif()
    if(label STREQUAL split_k)
        set(label long)
    endif()
    add_test(NAME ${test} COMMAND numerics ${chip} ${tier} ${ARGN} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
    set_tests_properties(${test} PROPERTIES LABELS "${label}" TIMEOUT 1800 SKIP_RETURN_CODE 77
        ENVIRONMENT "TRINE_DRIVERS=${PROJECT_BINARY_DIR}/lib;TRINE_CODEGEN=${PROJECT_BINARY_DIR}/trine-codegen;TRINE_CHIPS=${PROJECT_SOURCE_DIR}/targets/chips")
endfunction()

foreach(chip trn2 v5e)
    tri_numerics(${chip} short short)
    tri_numerics(${chip} long long)
endforeach()
foreach(chip trn1 v6e v7x)
    tri_numerics(${chip} smoke short)
endforeach()
foreach(chip a100 h100 mi300x mi355x)
    tri_numerics(${chip} smoke long)
    tri_numerics(${chip} long split_k "x8192 form") # the longest sums, which the smoke tier leaves out
endforeach()

# Lowering and kernels without any target.
tri_unit_test(simplify SOURCES simplify_test.c LIBS trine-lowering)
tri_unit_test(lowering SOURCES lowering_test.c LIBS trine-compiler)
tri_unit_test(kernels SOURCES kernels_test.c LIBS trine-compiler)
