/* tri/compile.h - compile a model ahead of time: StableHLO text in, one artifact for any number of chips out. No device is needed.
 *
 *     const char *chips[] = {"trn2", "a100"};
 *     tri_compile_options options = {.chips = chips, .n_chips = 2};
 *     tri_compiled *compiled;
 *     TRI_TRY(tri_compile(text, n, "model.mlir", &options, &compiled));
 *     TRI_TRY(tri_compiled_write(compiled, "model.tri"));
 *     tri_compiled_free(compiled);
 *
 * Thread rule: a call uses threads and child processes of its own; several calls may run at once. */
#ifndef TRI_COMPILE_H
#define TRI_COMPILE_H

#include <stdbool.h>
#include <stddef.h>

#include "tri/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tri_compiled tri_compiled;

typedef struct tri_compile_options {
    const char *const *chips; /* names, or paths of chip files */
    size_t n_chips;
    int jobs;                                                                     /* helper processes at once; 0: one a core */
    size_t memory_limit;                                                          /* of the compiler's own data, bytes; 0: 8 GiB */
    bool want_text;                                                               /* keep the intermediate texts for tri_compiled_text */
    void (*progress)(void *context, const char *what, size_t done, size_t total); /* or null; called from the calling thread */
    void *context;
    bool match_attention;                                /* look for chains of contraction, softmax, contraction and compute them as tri.attention */
    void (*remark)(void *context, const char *text);     /* or null: lines that are no errors, such as why a chain was not taken */
} tri_compile_options;

/* `text` is borrowed during the call; `file` names it in errors. Every error that can be found at once is in the status: unknown or unsupported ops,
 * dtypes a chip lacks (UNSUPPORTED, each op with its line), verification errors. */
TRI_API tri_status *tri_compile(const char *text, size_t n, const char *file, const tri_compile_options *options,
                                tri_compiled **out_compiled) TRI_NODISCARD;
TRI_API void tri_compiled_free(tri_compiled *compiled);

/* Writes the artifact, all or nothing. The same input and options give the same bytes. */
TRI_API tri_status *tri_compiled_write(const tri_compiled *compiled, const char *path) TRI_NODISCARD;
/* The artifact in memory, freed with free(). */
TRI_API tri_status *tri_compiled_encode(const tri_compiled *compiled, void **out_bytes, size_t *out_n) TRI_NODISCARD;

/* The text of a stage: "tensor" (after fusion), "tile", "plan", "llvm", "ptx", "asm", "systolic", for all chips one after another; null when it was
 * not kept or there is none. Borrowed. */
TRI_API const char *tri_compiled_text(const tri_compiled *compiled, const char *stage);

#ifdef __cplusplus
}
#endif
#endif
