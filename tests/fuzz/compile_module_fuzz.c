/* tests/fuzz/compile_module_fuzz.c - any text through the whole compiler for a systolic and a bundle chip: parse, verify, lower, plan, tile programs, engine programs.
 * Whatever comes out must be an error object or a program; memory is limited, and large modules are left to the golden tests. */
#include <stdlib.h>

#include "tri/compile.h"

enum { MOST_BYTES = 4096 };

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n);

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n)
{
    if (n > MOST_BYTES) return 0;
    static const char *const chips[] = {"trn2", "v5e"};
    tri_compile_options options = {.chips = chips, .n_chips = 2, .jobs = 1, .memory_limit = (size_t)256 << 20};
    tri_compiled *compiled = NULL;
    tri_status *status = tri_compile((const char *)bytes, n, "fuzz.mlir", &options, &compiled);
    if (!status) tri_compiled_free(compiled);
    tri_status_free(status);
    return 0;
}
