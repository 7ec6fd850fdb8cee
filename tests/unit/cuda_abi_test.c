/* cuda_abi_test.c - runtime/drivers/cuda/cuda_abi.h against NVIDIA's own cuda.h: built where one is installed; if it compiles, they agree. */
#include <cuda.h>
#include <stdalign.h>

#include "abi/tensor_map.h"
#include "runtime/drivers/cuda/cuda_abi.h"

#define RESULT_AGREES(name, number, code, ends) _Static_assert(CUDA_##name == number, #name);
CU_RESULTS(RESULT_AGREES)
#define NUMBER_AGREES(name, number) _Static_assert((int)CU_##name == number, #name);
CU_NUMBERS(NUMBER_AGREES)

_Static_assert(sizeof(CUresult) == sizeof(cu_result), "results");
_Static_assert(sizeof(CUdeviceptr) == sizeof(cu_address), "addresses");
_Static_assert(sizeof(CUdevice) == sizeof(cu_device), "devices");
_Static_assert(sizeof(CUtensorMap) == TRI_TENSOR_MAP_BYTES && TRI_CUDA_MAP_ALIGN % alignof(CUtensorMap) == 0, "tensor maps");

/* Enumerations are compatible with unsigned int, so the types of the functions are ours exactly. cuda.h declares the newest forms under their
 * exported names; cuEventElapsedTime is an older one, of the same type as its successor. */
#define CALL(name, required, ...) _Static_assert(_Generic(&name, cu_result(*)(__VA_ARGS__) : 1, default : 0), #name);
#include "runtime/drivers/cuda/cuda_calls.def"
#undef CALL

int main(void) { return 0; }
