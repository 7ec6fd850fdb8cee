/* tools/npy.c - .npy files. The header is a Python dict in one fixed order of keys in practice, in any order by the format: both are read. */
#include "tools/npy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "tools/elements.h"

/* NumPy's letters and the dtypes they are; the first row of a dtype is how it is written. */
static const struct {
    const char *descr; /* behind the byte order */
    tri_dtype dtype;
} letters[] = {{"b1", TRI_I1},  {"i1", TRI_I8},  {"i2", TRI_I16}, {"i4", TRI_I32}, {"i8", TRI_I64}, {"u1", TRI_U8},
               {"u2", TRI_U16}, {"u4", TRI_U32}, {"u8", TRI_U64}, {"f2", TRI_F16}, {"f4", TRI_F32}, {"f8", TRI_F64}};
enum { N_LETTERS = sizeof letters / sizeof *letters };

typedef struct header {
    char descr[8];
    bool fortran;
    int rank;
    int64_t dims[TRI_MAX_RANK];
} header;

typedef struct cursor {
    const char *at, *end;
} cursor;

static void skip_blanks(cursor *c)
{
    while (c->at < c->end && (*c->at == ' ' || *c->at == '\n')) c->at++;
}

static bool accept(cursor *c, const char *word)
{
    skip_blanks(c);
    size_t n = strlen(word);
    if ((size_t)(c->end - c->at) < n || memcmp(c->at, word, n)) return false;
    c->at += n;
    return true;
}

static bool read_string(cursor *c, char *out, size_t room)
{
    skip_blanks(c);
    if (c->at == c->end || (*c->at != '\'' && *c->at != '"')) return false;
    char quote = *c->at++;
    size_t n = 0;
    while (c->at < c->end && *c->at != quote && n + 1 < room) out[n++] = *c->at++;
    out[n] = 0;
    return c->at < c->end && *c->at++ == quote;
}

static bool read_shape(cursor *c, header *out)
{
    if (!accept(c, "(")) return false;
    while (!accept(c, ")")) {
        skip_blanks(c);
        int64_t n = 0;
        const char *begin = c->at;
        for (; c->at < c->end && *c->at >= '0' && *c->at <= '9'; c->at++) {
            if (n > INT64_MAX / 16) return false;
            n = n * 10 + (*c->at - '0');
        }
        if (c->at == begin || out->rank == TRI_MAX_RANK) return false;
        out->dims[out->rank++] = n;
        if (!accept(c, ",") && (skip_blanks(c), c->at == c->end || *c->at != ')')) return false;
    }
    return true;
}

static bool read_dict(cursor *c, header *out)
{
    char key[16];
    int seen = 0;
    if (!accept(c, "{")) return false;
    while (!accept(c, "}")) {
        if (!read_string(c, key, sizeof key) || !accept(c, ":")) return false;
        if (!strcmp(key, "descr") && read_string(c, out->descr, sizeof out->descr))
            seen |= 1;
        else if (!strcmp(key, "fortran_order") && ((out->fortran = accept(c, "True")) || accept(c, "False")))
            seen |= 2;
        else if (!strcmp(key, "shape") && read_shape(c, out))
            seen |= 4;
        else
            return false;
        if (!accept(c, ",") && (skip_blanks(c), c->at == c->end || *c->at != '}')) return false;
    }
    return seen == 7;
}

/* The header of a file, and where the elements begin. */
static tri_status *read_header(const char *path, const unsigned char *bytes, size_t n, header *out, size_t *out_from)
{
    tri_loc loc = {.file = path};
    *out = (header){.rank = 0};
    if (n < 10 || memcmp(bytes, "\x93NUMPY", 6)) return tri_error(TRI_INVALID, loc, "this is no .npy file");
    size_t fixed = bytes[6] == 1 ? 10 : 12, length = bytes[8] | (size_t)bytes[9] << 8;
    if (bytes[6] < 1 || bytes[6] > 3) return tri_error(TRI_INVALID, loc, "version %u of the .npy format is not known here; 1 to 3 are", bytes[6]);
    if (fixed == 12 && n >= 12) length |= (size_t)bytes[10] << 16 | (size_t)bytes[11] << 24;
    if (n < fixed || length > n - fixed) return tri_error(TRI_INVALID, loc, "the header is cut short");
    cursor c = {(const char *)bytes + fixed, (const char *)bytes + fixed + length};
    if (!read_dict(&c, out)) return tri_error(TRI_INVALID, loc, "the header is damaged: not a dict of descr, fortran_order and shape");
    *out_from = fixed + length;
    return NULL;
}

static bool find_dtype(const header *h, tri_dtype want, tri_dtype *out)
{
    const char *letter = h->descr + (*h->descr && strchr("<|=", *h->descr));
    for (int i = 0; i < N_LETTERS; i++) {
        if (strcmp(letters[i].descr, letter)) continue;
        *out = letters[i].dtype;
        return true;
    }
    bool raw2 = !strcmp(letter, "V2") && want == TRI_BF16, raw1 = !strcmp(letter, "V1") && (want == TRI_F8E4M3FN || want == TRI_F8E5M2);
    *out = want;
    return raw2 || raw1;
}

static tri_status *read_elements(const char *path, const unsigned char *bytes, size_t n, const tri_type *type, void *out)
{
    tri_loc loc = {.file = path};
    header h;
    size_t from = 0;
    TRI_TRY(read_header(path, bytes, n, &h, &from));
    tri_dtype dtype;
    if (!find_dtype(&h, (tri_dtype)type->dtype, &dtype))
        return tri_error(TRI_INVALID, loc, "elements of type '%s' cannot be an argument of type %s", h.descr, tri_dtype_name((tri_dtype)type->dtype));
    if (h.fortran && h.rank > 1) return tri_error(TRI_INVALID, loc, "the array is in Fortran order; save numpy.ascontiguousarray of it");
    tri_type found = tri_tensor_of(dtype, h.rank, h.dims);
    if (!tri_shape_equal(&found, type)) {
        tri_text want = {0}, got = {0};
        tri_type_print(type, &want);
        for (int i = 0; i < h.rank; i++) tri_text_addf(&got, "%s%lld", i ? "x" : "", (long long)h.dims[i]);
        tri_status *status = tri_error(TRI_INVALID, loc, "the array's shape is (%s), %s is needed", tri_text_string(&got), tri_text_string(&want));
        tri_text_free(&want);
        tri_text_free(&got);
        return status;
    }
    uint64_t bytes_found = tri_type_bytes(&found); /* the shape is the argument's: it cannot overflow */
    if (n - from != bytes_found)
        return tri_error(TRI_INVALID, loc, "the file holds %zu bytes of elements, its header says %llu", n - from, (unsigned long long)bytes_found);
    return tri_note(elements_convert(dtype, bytes + from, (tri_dtype)type->dtype, out, (size_t)tri_type_elements(type)), "while reading %s", path);
}

tri_status *npy_read(const char *path, const tri_type *type, void *out)
{
    const void *bytes = NULL;
    size_t n;
    TRI_TRY(tri_file_map(path, &bytes, &n));
    tri_status *status = read_elements(path, bytes, n, type, out);
    tri_file_unmap(bytes, n);
    return status;
}

static tri_dtype writable(tri_dtype dtype)
{
    if (dtype == TRI_BF16) return TRI_F32;
    return dtype == TRI_F8E4M3FN || dtype == TRI_F8E5M2 ? TRI_F16 : dtype;
}

tri_status *npy_write(const char *path, const tri_type *type, const void *data)
{
    tri_dtype dtype = writable((tri_dtype)type->dtype);
    const char *descr = "";
    for (int i = 0; i < N_LETTERS; i++)
        if (letters[i].dtype == dtype) descr = letters[i].descr;
    tri_text file = {0};
    tri_text_addf(&file, "{'descr': '%c%s', 'fortran_order': False, 'shape': (", tri_dtype_bytes(dtype) == 1 ? '|' : '<', descr);
    for (int i = 0; i < type->rank; i++) tri_text_addf(&file, "%s%lld", i ? ", " : "", (long long)type->dims[i]);
    tri_text_add(&file, type->rank == 1 ? ",), }" : "), }");
    while ((10 + file.n + 1) % 64) tri_text_add(&file, " ");
    tri_text_add(&file, "\n");
    size_t head = file.n, elements = (size_t)tri_type_elements(type), bytes = elements * tri_dtype_bytes(dtype);
    unsigned char *whole = malloc(10 + head + bytes);
    if (!whole || file.failed) {
        free(whole);
        tri_text_free(&file);
        return tri_error(TRI_NO_MEMORY, (tri_loc){.file = path}, "out of memory while writing an array of %zu bytes", bytes);
    }
    memcpy(whole, "\x93NUMPY\1", 8);
    whole[8] = head & 255;
    whole[9] = (unsigned char)(head >> 8);
    memcpy(whole + 10, file.at, head);
    tri_status *status = elements_convert((tri_dtype)type->dtype, data, dtype, whole + 10 + head, elements);
    if (!status) status = tri_file_write(path, whole, 10 + head + bytes);
    free(whole);
    tri_text_free(&file);
    return status;
}
