if(TARGET trine-artifact-write)
    tri_unit_test(artifact SOURCES artifact_test.c artifact_sample.c LIBS trine-artifact-write trine-abi)
endif()
