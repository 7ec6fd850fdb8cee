/* abi/artifact_format.h - the bytes of an artifact, stated once for the writer (targets/artifact/) and the reader (abi/artifact_read.c).
 *
 * The file is an ELF64 file with one possible layout: header, the five sections in the order below, section names, section headers; each section at
 * the next multiple of its alignment, gaps zero, nothing behind. Only the sections' sizes are free, so the reader can demand every other byte.
 *
 * The manifest starts with the fixed head below and goes on with records: the program, then for each plan its record and its tables in the order
 * inputs, outputs, buffers, codes, kernels, steps, segments; a kernel's record is followed by its tensor maps, a step's and a segment's by its buffer
 * numbers. A record is its fields in the order of its table here, little endian, without padding. All fields are 4 or 8 bytes, so numbers lie 4-byte
 * aligned. */
#ifndef TRI_ABI_ARTIFACT_FORMAT_H
#define TRI_ABI_ARTIFACT_FORMAT_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "artifacts are read and written on little-endian hosts");

/* enum, name, alignment in the file. The manifest stands first: it carries the digests of the others, in this order. */
#define TRI_ARTIFACT_SECTIONS(X)           \
    X(MANIFEST, ".trine.manifest", 8)      \
    X(STRINGS, ".trine.strings", 1)        \
    X(CODE, ".trine.code", 256)            \
    X(CONSTANTS, ".trine.constants", 4096) \
    X(SOURCE, ".trine.source", 1)

typedef enum tri_artifact_section {
#define TRI_ARTIFACT_SECTION_ENUM(name, text, alignment) TRI_ARTIFACT_##name,
    TRI_ARTIFACT_SECTIONS(TRI_ARTIFACT_SECTION_ENUM)
#undef TRI_ARTIFACT_SECTION_ENUM
    TRI_ARTIFACT_N_SECTIONS
} tri_artifact_section;

enum {
    TRI_ARTIFACT_N_HEADERS = TRI_ARTIFACT_N_SECTIONS + 2, /* ELF's null section before them, the section names behind */
    TRI_ARTIFACT_CODE_ALIGNMENT = 256,
    TRI_ARTIFACT_DIGEST = 32,       /* SHA-256 */
    TRI_ARTIFACT_MOST_PLANS = 1024, /* chips times entry points */
    TRI_ARTIFACT_LONGEST_NAME = 255,
};

/* Where everything lies in a file whose sections have these sizes. */
typedef struct tri_artifact_layout {
    Elf64_Ehdr header;
    Elf64_Shdr sections[TRI_ARTIFACT_N_HEADERS]; /* section s of the enum is sections[s + 1] */
    uint64_t bytes;
} tri_artifact_layout;

/* False: the sizes do not fit in 63 bits. */
bool tri_artifact_lay_out(const uint64_t sizes[TRI_ARTIFACT_N_SECTIONS], tri_artifact_layout *out_layout);
const char *tri_artifact_section_name(tri_artifact_section section);

/* Whether a string may be a name: 1 to TRI_ARTIFACT_LONGEST_NAME bytes, no control characters. The writer refuses others as the user's mistake. */
bool tri_artifact_is_name(const char *string);

/* The contents of the section of names; its size counts the zero at the end. */
#define TRI_ARTIFACT_SECTION_NAME(name, text, alignment) text "\0"
#define TRI_ARTIFACT_NAMES "\0" TRI_ARTIFACT_SECTIONS(TRI_ARTIFACT_SECTION_NAME) ".shstrtab"

#define TRI_ARTIFACT_MAGIC "trine.m" /* 8 bytes with its zero */

typedef struct tri_artifact_head {
    char magic[8];
    uint32_t version;                            /* TRI_ARTIFACT_VERSION */
    unsigned char manifest[TRI_ARTIFACT_DIGEST]; /* of everything in the manifest behind this field */
    unsigned char sections[TRI_ARTIFACT_N_SECTIONS - 1][TRI_ARTIFACT_DIGEST];
} tri_artifact_head;
enum { TRI_ARTIFACT_DIGESTED_FROM = offsetof(tri_artifact_head, sections) };

/* The records. Field types: u32, i32, u64, i64; string, a 32-bit offset into .trine.strings; name, a string that is one (tri_artifact_is_name). */
#define TRI_PROGRAM_FIELDS(X) \
    X(name, producer)         \
    X(string, tuning)         \
    X(u32, n_plans)

#define TRI_PLAN_FIELDS(X) \
    X(name, chip)          \
    X(string, chip_text)   \
    X(name, entry)         \
    X(string, graph)       \
    X(u32, n_inputs)       \
    X(u32, n_outputs)      \
    X(u32, n_buffers)      \
    X(u32, n_codes)        \
    X(u32, n_kernels)      \
    X(u32, n_steps)        \
    X(u32, n_segments)     \
    X(u64, scratch_bytes)

#define TRI_TENSOR_FIELDS(X) \
    X(name, name)            \
    X(u32, dtype)            \
    X(i32, rank)             \
    X(i64, dims[0])          \
    X(i64, dims[1])          \
    X(i64, dims[2])          \
    X(i64, dims[3])          \
    X(i64, dims[4])          \
    X(i64, dims[5])          \
    X(i64, dims[6])          \
    X(i64, dims[7])

#define TRI_BUFFER_FIELDS(X) \
    X(u32, kind)             \
    X(u32, index)            \
    X(u64, offset)           \
    X(u64, bytes)

/* A code image in the file; in memory tri_plan_code. */
typedef struct tri_artifact_image {
    const char *kind;
    uint64_t offset, n; /* in .trine.code, a multiple of TRI_ARTIFACT_CODE_ALIGNMENT */
} tri_artifact_image;

#define TRI_IMAGE_FIELDS(X) \
    X(name, kind)           \
    X(u64, offset)          \
    X(u64, n)

#define TRI_KERNEL_FIELDS(X)    \
    X(name, name)               \
    X(name, family)             \
    X(string, config)           \
    X(u32, code[0])             \
    X(u32, code[1])             \
    X(u32, grid[0])             \
    X(u32, grid[1])             \
    X(u32, grid[2])             \
    X(u32, block[0])            \
    X(u32, block[1])            \
    X(u32, block[2])            \
    X(u32, shared_bytes)        \
    X(i32, registers)           \
    X(i32, spills)              \
    X(u32, static_shared_bytes) \
    X(u64, code_bytes)          \
    X(u64, flops)               \
    X(u64, bytes_read)          \
    X(u64, bytes_written)       \
    X(u32, n_maps)

/* Entries of dims, strides, box and steps at and behind the rank are zero. */
#define TRI_MAP_FIELDS(X) \
    X(u32, buffer)        \
    X(u32, dtype)         \
    X(i32, rank)          \
    X(u64, offset)        \
    X(u64, dims[0])       \
    X(u64, dims[1])       \
    X(u64, dims[2])       \
    X(u64, dims[3])       \
    X(u64, dims[4])       \
    X(u64, strides[0])    \
    X(u64, strides[1])    \
    X(u64, strides[2])    \
    X(u64, strides[3])    \
    X(u64, strides[4])    \
    X(u32, box[0])        \
    X(u32, box[1])        \
    X(u32, box[2])        \
    X(u32, box[3])        \
    X(u32, box[4])        \
    X(u32, steps[0])      \
    X(u32, steps[1])      \
    X(u32, steps[2])      \
    X(u32, steps[3])      \
    X(u32, steps[4])      \
    X(u32, swizzle)

#define TRI_STEP_FIELDS(X) \
    X(u32, kind)           \
    X(u32, kernel)         \
    X(u32, n_buffers)      \
    X(u64, bytes)          \
    X(u32, graph_op)       \
    X(string, label)

#define TRI_SEGMENT_FIELDS(X) \
    X(u32, first)             \
    X(u32, n_steps)           \
    X(u32, kernel)            \
    X(u32, n_buffers)

enum {
    TRI_FIELD_BYTES_u32 = 4,
    TRI_FIELD_BYTES_i32 = 4,
    TRI_FIELD_BYTES_u64 = 8,
    TRI_FIELD_BYTES_i64 = 8,
    TRI_FIELD_BYTES_string = 4,
    TRI_FIELD_BYTES_name = 4,
};
#define TRI_ADD_FIELD_BYTES(type, field) +TRI_FIELD_BYTES_##type
#define TRI_RECORD_BYTES(FIELDS) ((size_t)(0 FIELDS(TRI_ADD_FIELD_BYTES)))

#endif
