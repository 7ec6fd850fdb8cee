/* host.c - which build of the handlers this host can run. */
#include "runtime/drivers/ptx_sim/machine.h"

tri_ptx_handlers tri_ptx_host_handlers(void)
{
#if defined(__x86_64__)
    __builtin_cpu_init();
    bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl"))
        return tri_ptx_handlers_avx512;
    if (avx2) return tri_ptx_handlers_avx2;
#endif
    return tri_ptx_handlers_baseline;
}
