/* runtime/drivers/cuda/cuda_abi.h - what of the CUDA driver's interface is used, declared by us: building needs nothing of the toolkit. The functions
 * are the rows of cuda_calls.def, by the names libcuda.so.1 exports, version suffix included.
 * tests/unit/cuda_abi_test.c holds every name, number and type here against cuda.h where one is installed. */
#ifndef TRI_CUDA_ABI_H
#define TRI_CUDA_ABI_H

#include <stddef.h>
#include <stdint.h>

typedef unsigned int cu_result;
typedef int cu_device;
typedef unsigned long long cu_address;
typedef struct CUctx_st *cu_context;
typedef struct CUmod_st *cu_module;
typedef struct CUfunc_st *cu_function;
typedef struct CUstream_st *cu_stream;
typedef struct CUevent_st *cu_event;
struct CUtensorMap_st; /* TRI_TENSOR_MAP_BYTES */
enum { TRI_CUDA_MAP_ALIGN = 128 /* on the host: what cuda.h of 13.0 gives its type, older ones 64 */ };

/* Name, number, the code of the error we make of it, and whether it ends the context: then every later call gives it again. Others are FAULT, and do
 * not end it. */
#define CU_RESULTS(X)                                                                                                                                \
    X(SUCCESS, 0, OK, 0)                                                                                                                             \
    X(ERROR_INVALID_VALUE, 1, UNSUPPORTED, 0)                                                                                                        \
    X(ERROR_OUT_OF_MEMORY, 2, NO_MEMORY, 0)                                                                                                          \
    X(ERROR_NO_DEVICE, 100, UNAVAILABLE, 0)                                                                                                          \
    X(ERROR_INVALID_IMAGE, 200, INVALID, 0)                                                                                                          \
    X(ERROR_NO_BINARY_FOR_GPU, 209, UNSUPPORTED, 0)                                                                                                  \
    X(ERROR_ECC_UNCORRECTABLE, 214, FAULT, 1)                                                                                                        \
    X(ERROR_INVALID_PTX, 218, INVALID, 0)                                                                                                            \
    X(ERROR_NVLINK_UNCORRECTABLE, 220, FAULT, 1)                                                                                                     \
    X(ERROR_JIT_COMPILER_NOT_FOUND, 221, UNSUPPORTED, 0)                                                                                             \
    X(ERROR_UNSUPPORTED_PTX_VERSION, 222, UNSUPPORTED, 0)                                                                                            \
    X(ERROR_CONTAINED, 226, FAULT, 1)                                                                                                                \
    X(ERROR_INVALID_SOURCE, 300, INVALID, 0)                                                                                                         \
    X(ERROR_NOT_FOUND, 500, INVALID, 0)                                                                                                              \
    X(ERROR_NOT_READY, 600, FAULT, 0)                                                                                                                \
    X(ERROR_ILLEGAL_ADDRESS, 700, FAULT, 1)                                                                                                          \
    X(ERROR_LAUNCH_OUT_OF_RESOURCES, 701, UNSUPPORTED, 0)                                                                                            \
    X(ERROR_LAUNCH_TIMEOUT, 702, FAULT, 1)                                                                                                           \
    X(ERROR_CONTEXT_IS_DESTROYED, 709, FAULT, 1)                                                                                                     \
    X(ERROR_ASSERT, 710, FAULT, 1)                                                                                                                   \
    X(ERROR_HARDWARE_STACK_ERROR, 714, FAULT, 1)                                                                                                     \
    X(ERROR_ILLEGAL_INSTRUCTION, 715, FAULT, 1)                                                                                                      \
    X(ERROR_MISALIGNED_ADDRESS, 716, FAULT, 1)                                                                                                       \
    X(ERROR_INVALID_ADDRESS_SPACE, 717, FAULT, 1)                                                                                                    \
    X(ERROR_INVALID_PC, 718, FAULT, 1)                                                                                                               \
    X(ERROR_LAUNCH_FAILED, 719, FAULT, 1)                                                                                                            \
    X(ERROR_TENSOR_MEMORY_LEAK, 721, FAULT, 1)                                                                                                       \
    X(ERROR_UNKNOWN, 999, FAULT, 1)

#define CU_NUMBERS(X)                                                                                                                                \
    X(DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT, 16)                                                                                                     \
    X(DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, 75)                                                                                                 \
    X(DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, 76)                                                                                                 \
    X(DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN, 97)                                                                                        \
    X(FUNC_ATTRIBUTE_SHARED_SIZE_BYTES, 1)                                                                                                           \
    X(FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, 8)                                                                                               \
    X(FUNC_ATTRIBUTE_REQUIRED_CLUSTER_WIDTH, 11)                                                                                                     \
    X(FUNC_ATTRIBUTE_REQUIRED_CLUSTER_HEIGHT, 12)                                                                                                    \
    X(FUNC_ATTRIBUTE_REQUIRED_CLUSTER_DEPTH, 13)                                                                                                     \
    X(FUNC_ATTRIBUTE_NON_PORTABLE_CLUSTER_SIZE_ALLOWED, 14)                                                                                          \
    X(JIT_INFO_LOG_BUFFER, 3)                                                                                                                        \
    X(JIT_INFO_LOG_BUFFER_SIZE_BYTES, 4)                                                                                                             \
    X(JIT_ERROR_LOG_BUFFER, 5)                                                                                                                       \
    X(JIT_ERROR_LOG_BUFFER_SIZE_BYTES, 6)                                                                                                            \
    X(STREAM_NON_BLOCKING, 1)                                                                                                                        \
    X(EVENT_DEFAULT, 0)                                                                                                                              \
    X(TENSOR_MAP_DATA_TYPE_UINT8, 0)                                                                                                                 \
    X(TENSOR_MAP_DATA_TYPE_UINT16, 1)                                                                                                                \
    X(TENSOR_MAP_DATA_TYPE_UINT32, 2)                                                                                                                \
    X(TENSOR_MAP_DATA_TYPE_INT32, 3)                                                                                                                 \
    X(TENSOR_MAP_DATA_TYPE_UINT64, 4)                                                                                                                \
    X(TENSOR_MAP_DATA_TYPE_INT64, 5)                                                                                                                 \
    X(TENSOR_MAP_DATA_TYPE_FLOAT16, 6)                                                                                                               \
    X(TENSOR_MAP_DATA_TYPE_FLOAT32, 7)                                                                                                               \
    X(TENSOR_MAP_DATA_TYPE_FLOAT64, 8)                                                                                                               \
    X(TENSOR_MAP_DATA_TYPE_BFLOAT16, 9)                                                                                                              \
    X(TENSOR_MAP_INTERLEAVE_NONE, 0)                                                                                                                 \
    X(TENSOR_MAP_SWIZZLE_NONE, 0)                                                                                                                    \
    X(TENSOR_MAP_SWIZZLE_32B, 1)                                                                                                                     \
    X(TENSOR_MAP_SWIZZLE_64B, 2)                                                                                                                     \
    X(TENSOR_MAP_SWIZZLE_128B, 3)                                                                                                                    \
    X(TENSOR_MAP_L2_PROMOTION_L2_128B, 2)                                                                                                            \
    X(TENSOR_MAP_FLOAT_OOB_FILL_NONE, 0)

enum {
#define CU_RESULT_ENUM(name, number, code, ends) TRI_CUDA_##name = number,
    CU_RESULTS(CU_RESULT_ENUM)
#undef CU_RESULT_ENUM
#define CU_NUMBER_ENUM(name, number) TRI_CU_##name = number,
        CU_NUMBERS(CU_NUMBER_ENUM)
#undef CU_NUMBER_ENUM
};

/* The functions, filled in by cuda_library.c. One that is not required may be null in an old driver. */
typedef struct tri_cuda_calls {
#define CALL(name, required, ...) cu_result (*name)(__VA_ARGS__);
#include "runtime/drivers/cuda/cuda_calls.def"
#undef CALL
} tri_cuda_calls;

#endif
