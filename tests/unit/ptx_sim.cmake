tri_unit_test(ptx_sim SOURCES ptx_sim_test.c ptx_sim_rig.c ptx_sim_arithmetic_test.c ptx_sim_matrix_test.c ptx_sim_memory_test.c
              ptx_sim_async_test.c ptx_sim_gemm_test.c ptx_sim_wgmma_test.c
              LIBS trine-ptx-sim-core LABELS short threads)
