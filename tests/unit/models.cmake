# Whole models as JAX printed them, compiled, run and checked step by step and end to end on a chip of each kind.
if(TARGET trine-program)
    foreach(model gpt2/gpt2_2layer gpt2/gpt2_2layer_attention llama/llama_2layer llama/llama_2layer_attention mlp/mlp)
        cmake_path(GET model STEM name)
        foreach(chip trn2 v5e a100 mi300x mi355x)
            add_test(NAME models.${name}.${chip} COMMAND trine-program run ${PROJECT_SOURCE_DIR}/examples/${model}.mlir --device sim:${chip} --check)
            set_tests_properties(models.${name}.${chip} PROPERTIES LABELS long TIMEOUT 600
                ENVIRONMENT "TRINE_DRIVERS=${PROJECT_BINARY_DIR}/lib;TRINE_CODEGEN=${PROJECT_BINARY_DIR}/trine-codegen;TRINE_CHIPS=${PROJECT_SOURCE_DIR}/targets/chips")
        endforeach()
    endforeach()
    # Attention found in plain ops.
    foreach(model gpt2/gpt2_2layer llama/llama_2layer)
        cmake_path(GET model STEM name)
        foreach(chip trn2 v5e)
            add_test(NAME models.${name}.matched.${chip}
                COMMAND trine-program run ${PROJECT_SOURCE_DIR}/examples/${model}.mlir --device sim:${chip} --match-attention --check)
            set_tests_properties(models.${name}.matched.${chip} PROPERTIES LABELS long TIMEOUT 600
                ENVIRONMENT "TRINE_DRIVERS=${PROJECT_BINARY_DIR}/lib;TRINE_CODEGEN=${PROJECT_BINARY_DIR}/trine-codegen;TRINE_CHIPS=${PROJECT_SOURCE_DIR}/targets/chips")
        endforeach()
    endforeach()
endif()
