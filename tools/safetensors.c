/* tools/safetensors.c - the header of a .safetensors file: 8 bytes of length, then {"name":{"dtype":"BF16","shape":[2,3],"data_offsets":[0,12]},...}
 * with an optional "__metadata__" of strings. */
#include "tools/safetensors.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"

static const struct {
    const char *text;
    tri_dtype dtype;
} dtypes[] = {{"BOOL", TRI_I1}, {"U8", TRI_U8},   {"I8", TRI_I8},   {"F8_E4M3", TRI_F8E4M3FN}, {"F8_E5M2", TRI_F8E5M2},
              {"I16", TRI_I16}, {"U16", TRI_U16}, {"F16", TRI_F16}, {"BF16", TRI_BF16},        {"I32", TRI_I32},
              {"U32", TRI_U32}, {"F32", TRI_F32}, {"F64", TRI_F64}, {"I64", TRI_I64},          {"U64", TRI_U64}};

enum { MOST_HEADER = 100 << 20, MOST_NAME = 1024 }; /* the limit of the format's own library */

typedef struct reader {
    const char *begin, *at, *end;
    const char *path;
    tri_arena *arena;
    TRI_VEC(safetensor) tensors;
} reader;

static tri_status *damaged(const reader *r, const char *what)
{
    return tri_error(TRI_INVALID, (tri_loc){.file = r->path}, "the header is damaged at byte %zu: %s", (size_t)(r->at - r->begin) + 8, what);
}

static void skip_blanks(reader *r)
{
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\t' || *r->at == '\r' || *r->at == '\n')) r->at++;
}

static bool accept(reader *r, char c)
{
    skip_blanks(r);
    if (r->at == r->end || *r->at != c) return false;
    r->at++;
    return true;
}

/* Escapes other than \" \\ \/ do not occur in names that anybody gives to a tensor; they are refused. */
static tri_status *read_string(reader *r, char out[MOST_NAME])
{
    if (!accept(r, '"')) return damaged(r, "expected a string");
    size_t n = 0;
    while (r->at < r->end && *r->at != '"') {
        if (*r->at == '\\') {
            r->at++;
            if (r->at == r->end || !strchr("\"\\/", *r->at) || !*r->at) return damaged(r, "an escape in a string that is not read here");
        }
        if ((unsigned char)*r->at < 32) return damaged(r, "a control character in a string");
        if (n + 1 == MOST_NAME) return damaged(r, "a string of more than 1023 bytes");
        out[n++] = *r->at++;
    }
    out[n] = 0;
    return accept(r, '"') ? NULL : damaged(r, "a string without an end");
}

static tri_status *read_numbers(reader *r, int most, int64_t *out, int *out_n)
{
    if (!accept(r, '[')) return damaged(r, "expected a list");
    for (*out_n = 0; !accept(r, ']');) {
        if (*out_n && !accept(r, ',')) return damaged(r, "expected a comma");
        skip_blanks(r);
        const char *begin = r->at;
        int64_t n = 0;
        for (; r->at < r->end && *r->at >= '0' && *r->at <= '9'; r->at++) {
            if (n > INT64_MAX / 16) return damaged(r, "a number that is too large");
            n = n * 10 + (*r->at - '0');
        }
        if (r->at == begin) return damaged(r, "expected a number");
        if (*out_n == most) return damaged(r, "a list that is too long");
        out[(*out_n)++] = n;
    }
    return NULL;
}

static tri_status *read_metadata(reader *r)
{
    char word[MOST_NAME];
    if (!accept(r, '{')) return damaged(r, "expected {");
    for (bool first = true; !accept(r, '}'); first = false) {
        if (!first && !accept(r, ',')) return damaged(r, "expected a comma");
        TRI_TRY(read_string(r, word));
        if (!accept(r, ':')) return damaged(r, "expected a colon");
        /* values may be long and hold any escape: skipped */
        if (!accept(r, '"')) return damaged(r, "expected a string");
        for (; r->at < r->end && *r->at != '"'; r->at++)
            if (*r->at == '\\' && ++r->at == r->end) break;
        if (!accept(r, '"')) return damaged(r, "a string without an end");
    }
    return NULL;
}

/* Whether a type's bytes are `bytes`, without overflow. */
static bool has_bytes(tri_dtype dtype, int rank, const int64_t *dims, uint64_t bytes)
{
    uint64_t n = tri_dtype_bytes(dtype);
    for (int i = 0; i < rank; i++)
        if (!dims[i]) return bytes == 0;
    for (int i = 0; i < rank; i++) {
        if ((uint64_t)dims[i] > bytes / n) return false;
        n *= (uint64_t)dims[i];
    }
    return n == bytes;
}

static tri_status *read_tensor(reader *r, const char *name, uint64_t data_bytes)
{
    char key[MOST_NAME], word[MOST_NAME];
    tri_dtype dtype = TRI_DTYPE_COUNT;
    int64_t dims[TRI_MAX_RANK], offsets[2];
    int rank = -1, n_offsets = 0, seen = 0;
    if (!accept(r, '{')) return damaged(r, "expected {");
    for (bool first = true; !accept(r, '}'); first = false) {
        if (!first && !accept(r, ',')) return damaged(r, "expected a comma");
        TRI_TRY(read_string(r, key));
        if (!accept(r, ':')) return damaged(r, "expected a colon");
        if (!strcmp(key, "dtype")) {
            TRI_TRY(read_string(r, word));
            for (size_t i = 0; i < sizeof dtypes / sizeof *dtypes; i++)
                if (!strcmp(dtypes[i].text, word)) dtype = dtypes[i].dtype;
            if (dtype == TRI_DTYPE_COUNT) return damaged(r, "a dtype that Trine does not know");
            seen |= 1;
        } else if (!strcmp(key, "shape")) {
            TRI_TRY(read_numbers(r, TRI_MAX_RANK, dims, &rank));
            seen |= 2;
        } else if (!strcmp(key, "data_offsets")) {
            TRI_TRY(read_numbers(r, 2, offsets, &n_offsets));
            seen |= 4;
        } else {
            return damaged(r, "a key that is not dtype, shape or data_offsets");
        }
    }
    if (seen != 7 || n_offsets != 2) return damaged(r, "a tensor needs dtype, shape and two data_offsets");
    if (offsets[0] > offsets[1] || (uint64_t)offsets[1] > data_bytes) return damaged(r, "a tensor that lies outside of the file");
    if (!has_bytes(dtype, rank, dims, (uint64_t)(offsets[1] - offsets[0])))
        return damaged(r, "a tensor whose bytes are not those of its dtype and shape");
    TRI_PUSH(r->arena, &r->tensors,
             (safetensor){tri_arena_strndup(r->arena, name, strlen(name)), tri_tensor_of(dtype, rank, dims), r->end + offsets[0],
                          (uint64_t)offsets[0], (uint64_t)offsets[1]});
    return NULL;
}

static int by_offset(const void *a, const void *b)
{
    const safetensor *x = a, *y = b;
    if (x->from != y->from) return x->from < y->from ? -1 : 1;
    return x->to < y->to ? -1 : x->to > y->to;
}

static tri_status *read_header(reader *r, uint64_t data_bytes)
{
    char name[MOST_NAME];
    if (!accept(r, '{')) return damaged(r, "expected {");
    for (bool first = true; !accept(r, '}'); first = false) {
        if (!first && !accept(r, ',')) return damaged(r, "expected a comma");
        TRI_TRY(read_string(r, name));
        if (!accept(r, ':')) return damaged(r, "expected a colon");
        if (!strcmp(name, "__metadata__"))
            TRI_TRY(read_metadata(r));
        else
            TRI_TRY(read_tensor(r, name, data_bytes));
    }
    skip_blanks(r); /* they pad the header */
    if (r->at != r->end) return damaged(r, "something behind the closing bracket");
    if (r->tensors.n) qsort(r->tensors.at, r->tensors.n, sizeof *r->tensors.at, by_offset);
    for (size_t i = 1; i < r->tensors.n; i++)
        if (r->tensors.at[i].from < r->tensors.at[i - 1].to)
            return tri_error(TRI_INVALID, (tri_loc){.file = r->path}, "the tensors '%s' and '%s' overlap", r->tensors.at[i - 1].name,
                             r->tensors.at[i].name);
    return NULL;
}

tri_status *safetensors_open(const char *path, tri_arena *arena, safetensors *out)
{
    *out = (safetensors){.path = path, .arena = arena};
    TRI_TRY(tri_file_map(path, &out->bytes, &out->n_bytes));
    const unsigned char *bytes = out->bytes;
    uint64_t length = 0;
    tri_status *status = NULL;
    if (out->n_bytes >= 8)
        for (int i = 0; i < 8; i++) length |= (uint64_t)bytes[i] << 8 * i;
    if (out->n_bytes < 8 || length > out->n_bytes - 8 || length > MOST_HEADER)
        status = tri_error(TRI_INVALID, (tri_loc){.file = path}, "this is no .safetensors file: its first 8 bytes are no length of a header");
    const char *begin = (const char *)bytes + 8;
    reader r = {.begin = begin, .at = begin, .end = begin + length, .path = path, .arena = arena};
    if (!status) status = read_header(&r, out->n_bytes - 8 - length);
    if (status) {
        safetensors_close(out);
        return status;
    }
    out->n = r.tensors.n;
    out->at = r.tensors.at;
    return NULL;
}

void safetensors_close(safetensors *file)
{
    tri_file_unmap(file->bytes, file->n_bytes);
    file->bytes = NULL;
}

const safetensor *safetensors_find(const safetensors *file, const char *name)
{
    for (size_t i = 0; i < file->n; i++)
        if (!strcmp(file->at[i].name, name)) return &file->at[i];
    return NULL;
}
