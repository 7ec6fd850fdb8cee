/* tools/npy.h - NumPy's .npy files, versions 1 to 3: one array, row-major, little endian. A file is hostile: its header is checked before use. */
#ifndef TRI_TOOLS_NPY_H
#define TRI_TOOLS_NPY_H

#include "ir/eval.h"

/* Reads an array of the shape and type `type` into out (tri_type_bytes). The file's shape must be the same. A float may be read into another float
 * (rounded to nearest even: how bf16 and fp8, which npy lacks, are read back) and an integer into another that holds all its values; raw 2-byte or
 * 1-byte elements (NumPy's V2, V1, as ml_dtypes writes) are taken as bf16 or fp8. INVALID names file and difference. */
tri_status *npy_read(const char *path, const tri_type *type, void *out) TRI_NODISCARD;
/* Writes an array; bf16 as f4, fp8 as f2. */
tri_status *npy_write(const char *path, const tri_type *type, const void *data) TRI_NODISCARD;

#endif
