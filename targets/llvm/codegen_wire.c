/* targets/llvm/codegen_wire.c - frames: encoding into a growing text, decoding with a cursor that fails once and then stays failed. */
#include "targets/llvm/codegen_wire.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

const char *tri_codegen_stage_text(tri_codegen_stage stage)
{
    static const char *const texts[] = {
#define STAGE_TEXT(name, text) text,
        TRI_CODEGEN_STAGES(STAGE_TEXT)
#undef STAGE_TEXT
    };
    return stage < TRI_STAGE_COUNT ? texts[stage] : "working";
}

/* ---- writing */

static void store(unsigned char *at, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++) at[i] = (unsigned char)(value >> 8 * i);
}

static void put_number(tri_text *to, uint64_t value, int bytes)
{
    unsigned char raw[8];
    store(raw, value, bytes);
    tri_text_add_n(to, raw, (size_t)bytes);
}

static void put_u32(tri_text *to, uint32_t value) { put_number(to, value, 4); }
static void put_u64(tri_text *to, uint64_t value) { put_number(to, value, 8); }

static void put_bytes(tri_text *to, const void *bytes, size_t n)
{
    put_u64(to, n);
    tri_text_add_n(to, bytes, n);
}

static void put_string(tri_text *to, const char *string) { put_bytes(to, string, string ? strlen(string) : 0); }

/* Leaves room for the header; returns where it is. */
static size_t begin(tri_text *to)
{
    static const char header[TRI_WIRE_HEADER_BYTES];
    size_t at = to->n;
    tri_text_add_n(to, header, sizeof header);
    return at;
}

static void end(tri_text *to, size_t at, tri_wire_kind kind)
{
    if (to->failed) return;
    unsigned char *header = (unsigned char *)to->at + at;
    store(header, TRI_WIRE_MAGIC, 4);
    store(header + 4, kind, 4);
    store(header + 8, to->n - at - TRI_WIRE_HEADER_BYTES, 8);
}

static tri_status *too_large(size_t bytes, const char *what)
{
    if (bytes <= TRI_WIRE_PART_LIMIT) return NULL;
    return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "%s of %zu bytes is over the limit of %llu", what, bytes,
                     (unsigned long long)TRI_WIRE_PART_LIMIT);
}

void tri_wire_put_hello(tri_text *to, const char *llvm_version)
{
    size_t at = begin(to);
    put_u32(to, TRI_WIRE_VERSION);
    put_string(to, llvm_version);
    end(to, at, TRI_WIRE_HELLO);
}

void tri_wire_put_stage(tri_text *to, tri_codegen_stage stage)
{
    size_t at = begin(to);
    put_u32(to, stage);
    end(to, at, TRI_WIRE_STAGE);
}

tri_status *tri_wire_put_job(tri_text *to, const tri_codegen_job *job, bool use_ptxas)
{
    TRI_TRY(too_large(job->ir_bytes, "LLVM IR"));
    size_t at = begin(to);
    put_string(to, job->name);
    put_u32(to, job->kind);
    put_string(to, job->cpu);
    put_string(to, job->features);
    put_u32(to, (uint32_t)job->ptx_version);
    put_u32(to, (uint32_t)job->optimisation);
    put_u32(to, job->want_assembly);
    put_u32(to, use_ptxas);
    put_bytes(to, job->ir, job->ir_bytes);
    end(to, at, TRI_WIRE_JOB);
    return NULL;
}

tri_status *tri_wire_put_result(tri_text *to, const tri_codegen_result *result)
{
    TRI_TRY(too_large(result->assembly_bytes, "assembly"));
    TRI_TRY(too_large(result->object_bytes, "an object"));
    size_t at = begin(to);
    put_u32(to, tri_status_code(result->status));
    put_u32(to, (uint32_t)tri_status_loc(result->status).line);
    put_u32(to, (uint32_t)tri_status_loc(result->status).column);
    put_string(to, result->status ? tri_status_message(result->status) : "");
    put_u32(to, result->assembly != NULL);
    put_bytes(to, result->assembly, result->assembly ? result->assembly_bytes : 0);
    put_u32(to, result->object != NULL);
    put_bytes(to, result->object, result->object ? result->object_bytes : 0);
    put_u64(to, (uint64_t)result->registers);
    put_u64(to, (uint64_t)result->scalar_registers);
    put_u64(to, (uint64_t)result->spill_bytes);
    put_u64(to, (uint64_t)result->stack_bytes);
    put_u64(to, (uint64_t)result->shared_bytes);
    put_u64(to, (uint64_t)result->code_bytes);
    put_u32(to, (uint32_t)result->warnings);
    put_string(to, result->log);
    end(to, at, TRI_WIRE_RESULT);
    return NULL;
}

/* ---- reading */

typedef struct cursor {
    const unsigned char *at;
    size_t left;
    bool failed, no_memory;
} cursor;

static uint64_t load(const unsigned char *at, int bytes)
{
    uint64_t value = 0;
    for (int i = 0; i < bytes; i++) value |= (uint64_t)at[i] << 8 * i;
    return value;
}

static uint64_t take_number(cursor *c, int bytes)
{
    if (c->failed || c->left < (size_t)bytes) {
        c->failed = true;
        return 0;
    }
    uint64_t value = load(c->at, bytes);
    c->at += bytes;
    c->left -= (size_t)bytes;
    return value;
}

static uint32_t take_u32(cursor *c, uint32_t highest)
{
    uint32_t value = (uint32_t)take_number(c, 4);
    if (value > highest) c->failed = true;
    return c->failed ? 0 : value;
}

/* A copy with a zero byte behind it. */
static char *take_bytes(cursor *c, size_t *out_n)
{
    uint64_t n = take_number(c, 8);
    *out_n = 0;
    if (c->failed || n > c->left) {
        c->failed = true;
        return NULL;
    }
    char *copy = malloc((size_t)n + 1);
    if (!copy) {
        c->failed = c->no_memory = true;
        return NULL;
    }
    memcpy(copy, c->at, (size_t)n);
    copy[n] = 0;
    c->at += n;
    c->left -= (size_t)n;
    *out_n = (size_t)n;
    return copy;
}

/* As take_bytes, and there must be no zero inside. */
static char *take_string(cursor *c)
{
    size_t n;
    char *string = take_bytes(c, &n);
    if (string && strlen(string) != n) c->failed = true;
    return string;
}

/* Bytes that may be absent, which differs from being empty. */
static char *take_optional(cursor *c, size_t *out_n)
{
    bool there = take_u32(c, 1);
    char *bytes = take_bytes(c, out_n);
    if (!there && *out_n) c->failed = true;
    if (there) return bytes;
    free(bytes);
    return NULL;
}

static tri_status *finish(const cursor *c, const char *what)
{
    if (c->no_memory) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory while reading %s", what);
    if (c->failed || c->left) return tri_error(TRI_INVALID, TRI_NOWHERE, "%s is damaged", what);
    return NULL;
}

tri_status *tri_wire_frame(const void *bytes, size_t n, tri_wire_kind *out_kind, size_t *out_bytes)
{
    const unsigned char *header = bytes;
    *out_bytes = 0;
    if (n >= 4 && load(header, 4) != TRI_WIRE_MAGIC) return tri_error(TRI_INVALID, TRI_NOWHERE, "this is no frame of trine-codegen");
    if (n < TRI_WIRE_HEADER_BYTES) return NULL;
    uint64_t kind = load(header + 4, 4), payload = load(header + 8, 8);
    if (kind < TRI_WIRE_HELLO || kind > TRI_WIRE_RESULT) return tri_error(TRI_INVALID, TRI_NOWHERE, "a frame of unknown kind %u", (unsigned)kind);
    if (payload > TRI_WIRE_PAYLOAD_LIMIT)
        return tri_error(TRI_INVALID, TRI_NOWHERE, "a frame of %llu bytes is over the limit", (unsigned long long)payload);
    *out_kind = (tri_wire_kind)kind;
    *out_bytes = TRI_WIRE_HEADER_BYTES + (size_t)payload;
    return NULL;
}

tri_status *tri_wire_get_hello(const void *payload, size_t n, uint32_t *out_version, char out_llvm_version[32])
{
    cursor c = {.at = payload, .left = n};
    *out_version = take_u32(&c, UINT32_MAX);
    char *version = take_string(&c);
    snprintf(out_llvm_version, 32, "%s", version ? version : "");
    free(version);
    return finish(&c, "the greeting of trine-codegen");
}

tri_status *tri_wire_get_stage(const void *payload, size_t n, tri_codegen_stage *out_stage)
{
    cursor c = {.at = payload, .left = n};
    *out_stage = (tri_codegen_stage)take_u32(&c, TRI_STAGE_COUNT - 1);
    return finish(&c, "a progress report of trine-codegen");
}

tri_status *tri_wire_get_job(const void *payload, size_t n, tri_codegen_job *out_job, bool *out_use_ptxas)
{
    cursor c = {.at = payload, .left = n};
    memset(out_job, 0, sizeof *out_job);
    out_job->name = take_string(&c);
    out_job->kind = (tri_codegen_kind)take_u32(&c, TRI_CODEGEN_AMDGCN);
    out_job->cpu = take_string(&c);
    out_job->features = take_string(&c);
    out_job->ptx_version = (int)take_u32(&c, 999);
    out_job->optimisation = (int)take_u32(&c, 3);
    out_job->want_assembly = take_u32(&c, 1);
    *out_use_ptxas = take_u32(&c, 1);
    out_job->ir = take_bytes(&c, &out_job->ir_bytes);
    return finish(&c, "a job for trine-codegen");
}

void tri_wire_job_free(tri_codegen_job *job)
{
    free((void *)(uintptr_t)job->name);
    free((void *)(uintptr_t)job->cpu);
    free((void *)(uintptr_t)job->features);
    free((void *)(uintptr_t)job->ir);
    memset(job, 0, sizeof *job);
}

tri_status *tri_wire_get_result(const void *payload, size_t n, tri_codegen_result *out)
{
    cursor c = {.at = payload, .left = n};
    memset(out, 0, sizeof *out);
    tri_code code = (tri_code)take_u32(&c, TRI_BUG);
    tri_loc loc = {.line = (int32_t)take_u32(&c, INT32_MAX)};
    loc.column = (int32_t)take_u32(&c, INT32_MAX);
    char *message = take_string(&c);
    out->assembly = take_optional(&c, &out->assembly_bytes);
    out->object = take_optional(&c, &out->object_bytes);
    int64_t *const figures[] = {&out->registers,   &out->scalar_registers, &out->spill_bytes,
                                &out->stack_bytes, &out->shared_bytes,     &out->code_bytes};
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        *figures[i] = (int64_t)take_number(&c, 8);
        if (*figures[i] < TRI_CODEGEN_UNKNOWN) c.failed = true;
    }
    out->warnings = (int)take_u32(&c, INT32_MAX);
    out->log = take_string(&c);
    tri_status *status = finish(&c, "a result of trine-codegen");
    if (!status && code != TRI_OK) out->status = tri_error(code, loc, "%s", message);
    free(message);
    return status;
}

void tri_codegen_results_free(tri_codegen_result *results, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        tri_status_free(results[i].status);
        free(results[i].assembly);
        free(results[i].object);
        free(results[i].log);
        memset(&results[i], 0, sizeof results[i]);
    }
}
