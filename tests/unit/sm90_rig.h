/* tests/unit/sm90_rig.h - scheduled programs in text through the target of sm_90a chips: their code, what ptxas says of it, and their results in the
 * simulator. */
#ifndef TESTS_SM90_RIG_H
#define TESTS_SM90_RIG_H

#include <check.h>

#include "ir/eval.h"
#include "targets/llvm/codegen.h"
#include "targets/target.h"

typedef struct sm90_code {
    tri_kernel_code code;      /* with its texts */
    tri_codegen_result result; /* of the same IR once more: with the log */
} sm90_code;

char *sm90_read(const char *path); /* a file of the repository; the caller frees it */
/* Fails the test with the error when it does not compile. */
void sm90_compile(const char *text, const char *chip, sm90_code *out);
tri_status *sm90_try(const char *text, const char *chip, sm90_code *out) TRI_NODISCARD;
void sm90_free(sm90_code *code);

/* Runs the text's program on the chip's simulator: `buffers` are read and written in place. */
tri_status *sm90_run(const char *text, const char *chip, tri_tensor *buffers, uint32_t n) TRI_NODISCARD;
/* The same with the PTX that `change` makes of its PTX: zero-terminated, and freed by who called. Null: as it is. */
typedef char *sm90_change(const char *ptx);
tri_status *sm90_run_changed(const char *text, const char *chip, sm90_change *change, tri_tensor *buffers, uint32_t n) TRI_NODISCARD;
/* What the program means: its evaluator, from the same buffers. */
tri_status *sm90_evaluate(const char *text, tri_tensor *buffers) TRI_NODISCARD;
/* Buffers of a program with what is put in from the contract's random numbers. */
void sm90_buffers(const char *text, tri_tensor *out, uint32_t *out_n);

/* Lines of the log with a remark C75xx that costs speed: all but C7517 and C7519. */
int sm90_serialised(const sm90_code *code);
bool sm90_has_ptxas(const sm90_code *code);

#endif
