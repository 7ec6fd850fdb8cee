/* abi/systolic_private.h - what the files of the engine program's encoding share. */
#ifndef TRI_ABI_SYSTOLIC_PRIVATE_H
#define TRI_ABI_SYSTOLIC_PRIVATE_H

#include "abi/systolic.h"

/* What a statement may be called: printable bytes, UTF-8 or not. */
static inline bool tri_systolic_statement_char(uint8_t byte) { return byte >= ' ' && byte != 127; }

/* ---- systolic_statements.c: what stands behind the instructions when the program has statements ---- */
void tri_systolic_encode_statements(const tri_systolic_program *program, tri_text *out);
/* All of the bytes, or an error; every count is checked against them before memory is taken. */
tri_status *tri_systolic_decode_statements(const uint8_t *bytes, size_t n, uint32_t n_statements, tri_systolic_program *program) TRI_NODISCARD;

#endif
