/* targets/llvm/codegen_wire.h - what the compiler and trine-codegen say to each other over the helper's standard input and output.
 *
 * A frame is a header of 16 bytes (magic, kind, bytes of payload) and its payload; numbers are little-endian, strings are a 32-bit length and
 * bytes without a zero. The helper opens with HELLO. Then for each JOB it answers any number of STAGE frames (what it is doing now) and one
 * RESULT. The end of its input ends the helper.
 *
 * Decoding trusts nothing: each length is checked against what is there, each enumeration against its range, and a payload must be used up
 * exactly. Decoded strings point into the payload or are copies, as said below. */
#ifndef TRI_TARGETS_LLVM_CODEGEN_WIRE_H
#define TRI_TARGETS_LLVM_CODEGEN_WIRE_H

#include "base/text.h"
#include "targets/llvm/codegen.h"

enum {
    TRI_WIRE_MAGIC = 0x47435254, /* "TRCG" */
    TRI_WIRE_VERSION = 1,
    TRI_WIRE_HEADER_BYTES = 16
};
#define TRI_WIRE_PAYLOAD_LIMIT ((uint64_t)256 << 20)
#define TRI_WIRE_PART_LIMIT ((uint64_t)120 << 20) /* of the IR, the assembly, the object: two of them and a log fit in a frame */

typedef enum tri_wire_kind { TRI_WIRE_HELLO = 1, TRI_WIRE_JOB, TRI_WIRE_STAGE, TRI_WIRE_RESULT } tri_wire_kind;

/* What a helper is doing, as it reads after "while": a helper that dies is blamed with the last one it named. */
#define TRI_CODEGEN_STAGES(X)                     \
    X(START, "starting")                          \
    X(PARSE, "parsing the LLVM IR")               \
    X(OPTIMISE, "optimising the LLVM IR")         \
    X(EMIT, "selecting instructions")             \
    X(PTXAS, "running ptxas")                     \
    X(LINK, "running ld.lld")

typedef enum tri_codegen_stage {
#define TRI_CODEGEN_STAGE_ENUM(name, text) TRI_STAGE_##name,
    TRI_CODEGEN_STAGES(TRI_CODEGEN_STAGE_ENUM)
#undef TRI_CODEGEN_STAGE_ENUM
    TRI_STAGE_COUNT
} tri_codegen_stage;

const char *tri_codegen_stage_text(tri_codegen_stage stage);

/* Reads the header at `bytes` if all of it is there. Returns an error for a header that no trine-codegen writes, else null and *out_bytes, the
 * size of the whole frame, or 0 while the header is incomplete. */
tri_status *tri_wire_frame(const void *bytes, size_t n, tri_wire_kind *out_kind, size_t *out_bytes) TRI_NODISCARD;

/* Each appends one whole frame; memory trouble shows in tri_text_status, a frame over the limit in the returned error. */
void tri_wire_put_hello(tri_text *to, const char *llvm_version);
void tri_wire_put_stage(tri_text *to, tri_codegen_stage stage);
tri_status *tri_wire_put_job(tri_text *to, const tri_codegen_job *job, bool use_ptxas) TRI_NODISCARD;
tri_status *tri_wire_put_result(tri_text *to, const tri_codegen_result *result) TRI_NODISCARD; /* of an error: code, position, message */

/* Each decodes one payload. */
tri_status *tri_wire_get_hello(const void *payload, size_t n, uint32_t *out_version, char out_llvm_version[32]) TRI_NODISCARD;
tri_status *tri_wire_get_stage(const void *payload, size_t n, tri_codegen_stage *out_stage) TRI_NODISCARD;
/* Strings are copies; free with tri_wire_job_free, also after an error. */
tri_status *tri_wire_get_job(const void *payload, size_t n, tri_codegen_job *out_job, bool *out_use_ptxas) TRI_NODISCARD;
void tri_wire_job_free(tri_codegen_job *job);
/* Free with tri_codegen_results_free, also after an error. */
tri_status *tri_wire_get_result(const void *payload, size_t n, tri_codegen_result *out_result) TRI_NODISCARD;

#endif
