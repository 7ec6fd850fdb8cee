/* runtime/drivers/cuda/cuda_library.c - libcuda.so.1 at run time: its functions, and its errors as ours. */
#include <dlfcn.h>
#include <string.h>

#include "runtime/drivers/cuda/cuda_driver.h"

/* ISO C has no cast from an object pointer to a function pointer. */
static bool resolve(void *library, const char *name, void *function)
{
    void *symbol = dlsym(library, name);
    memcpy(function, &symbol, sizeof symbol);
    return symbol != NULL;
}

tri_status *tri_cuda_open_library(tri_cuda_calls *out_calls)
{
    void *library = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (!library) {
        const char *why = dlerror();
        return tri_error(TRI_UNAVAILABLE, TRI_NOWHERE, "there is no NVIDIA driver here: %s", why ? why : "libcuda.so.1 cannot be loaded");
    }
    const char *missing = NULL;
#define CALL(name, required, ...)                                                                                                                    \
    if (!resolve(library, #name, &out_calls->name) && (required) && !missing) missing = #name;
#include "runtime/drivers/cuda/cuda_calls.def"
#undef CALL
    dlclose(library); /* RTLD_NODELETE: it stays mapped, its threads would not outlive it */
    if (missing)
        return tri_error(TRI_UNAVAILABLE, TRI_NOWHERE, "the NVIDIA driver here is too old: its libcuda.so.1 has no %s; install a newer one", missing);
    return tri_cuda_error(out_calls, out_calls->cuInit(0), "cuInit");
}

static tri_code code_of(cu_result result)
{
    switch (result) {
#define CU_RESULT_CODE(name, number, code, ends)                                                                                                     \
    case number: return TRI_##code;
        CU_RESULTS(CU_RESULT_CODE)
#undef CU_RESULT_CODE
    default: return TRI_FAULT;
    }
}

tri_status *tri_cuda_error(const tri_cuda_calls *calls, cu_result result, const char *call)
{
    if (result == TRI_CUDA_SUCCESS) return NULL;
    const char *name = NULL, *text = NULL;
    if (calls->cuGetErrorName(result, &name) || !name) name = "an error it has no name for";
    if (calls->cuGetErrorString(result, &text) || !text) text = "no explanation";
    return tri_error(code_of(result), TRI_NOWHERE, "%s of the NVIDIA driver: %s (%u, %s)", call, name, result, text);
}
