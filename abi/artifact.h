/* abi/artifact.h - a program as one ELF64 file, readable with readelf.
 *
 *     .trine.manifest   versioned: producer, plans, every table of abi/plan.h with offsets into the other sections, and a digest per section
 *     .trine.strings    zero-terminated
 *     .trine.code       code images, each aligned to 256 bytes; an image that several plans share is stored once
 *     .trine.constants  aligned to 4096 so that it can be mapped
 *     .trine.source     the module's text
 *
 * Writing needs libelf and lives with the compiler (targets/artifact/); reading is ours, needs libc alone, and treats the file as hostile: every
 * offset, size, index and string is checked before use, every section against its SHA-256, a version this build does not know is refused. The same
 * program gives the same bytes. */
#ifndef TRI_ABI_ARTIFACT_H
#define TRI_ABI_ARTIFACT_H

#include "abi/plan.h"
#include "tri/status.h"

#define TRI_ARTIFACT_VERSION 3 /* 2: tensor maps of kernels; 3: segments */

typedef struct tri_artifact tri_artifact;

/* Opens and checks a file; the program it gives borrows from the artifact. INVALID says what is damaged and where. */
tri_status *tri_artifact_open(const char *path, tri_artifact **out_artifact) TRI_NODISCARD;
/* The same from memory that outlives the artifact; `name` is for messages. */
tri_status *tri_artifact_parse(const void *bytes, size_t n, const char *name, tri_artifact **out_artifact) TRI_NODISCARD;
const tri_program *tri_artifact_program(const tri_artifact *artifact);
void tri_artifact_close(tri_artifact *artifact);

/* Writes atomically (base/file.h). In targets/: not part of libtrine. */
tri_status *tri_artifact_write(const tri_program *program, const char *path) TRI_NODISCARD;
/* The same bytes in memory, freed with free(). */
tri_status *tri_artifact_encode(const tri_program *program, void **out_bytes, size_t *out_n) TRI_NODISCARD;

#endif
