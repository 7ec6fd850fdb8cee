tri_fuzz_test(artifact_bytes LIBS trine-abi)
