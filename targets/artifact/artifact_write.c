/* targets/artifact/artifact_write.c - a program to the bytes of an artifact, through libelf.
 *
 * The sections are collected in memory, strings and code images each stored once, then libelf writes them at the offsets that artifact_layout.c gives
 * them. Nothing in the bytes depends on addresses, time or the host: the same program gives the same bytes. What was written is read back before it
 * is handed out, so a plan that the runtime would refuse is found here. */
#define _GNU_SOURCE
#include "abi/artifact.h"

#include <errno.h>
#include <libelf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "abi/artifact_format.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/text.h"

/* Blobs, each distinct one stored once at a multiple of `alignment`. Open addressing; an entry with n = 0 is free. */
typedef struct pool_entry {
    uint64_t hash, offset, n;
} pool_entry;

typedef struct pool {
    tri_text bytes;
    pool_entry *entries;
    size_t n, room; /* room: a power of two, more than twice n */
    uint64_t alignment;
    bool failed;
} pool;

typedef struct writer {
    tri_text manifest;
    pool strings, code;
    const char *no_name; /* the first that cannot be one; it comes from the user's module */
} writer;

static void pool_free(pool *p)
{
    tri_text_free(&p->bytes);
    free(p->entries);
}

/* Where the blob is, or the free place where it belongs. */
static pool_entry *pool_slot(const pool *p, uint64_t hash, const void *blob, uint64_t n)
{
    size_t i = hash & (p->room - 1);
    for (; p->entries[i].n; i = (i + 1) & (p->room - 1)) {
        const pool_entry *entry = &p->entries[i];
        if (entry->hash == hash && entry->n == n && !memcmp(p->bytes.at + entry->offset, blob, n)) break;
    }
    return &p->entries[i];
}

static bool pool_grow(pool *p)
{
    size_t room = p->room ? p->room * 2 : 64;
    pool_entry *entries = calloc(room, sizeof *entries);
    if (!entries) return false;
    for (size_t i = 0; i < p->room; i++) { /* all distinct: only a free place is looked for */
        if (!p->entries[i].n) continue;
        size_t at = p->entries[i].hash & (room - 1);
        while (entries[at].n) at = (at + 1) & (room - 1);
        entries[at] = p->entries[i];
    }
    free(p->entries);
    p->entries = entries;
    p->room = room;
    return true;
}

/* The offset of `n` > 0 bytes in the pool. */
static uint64_t pool_add(pool *p, const void *blob, uint64_t n)
{
    if (p->failed || (p->n * 2 >= p->room && !pool_grow(p))) {
        p->failed = true;
        return 0;
    }
    uint64_t hash = tri_hash(TRI_HASH_SEED, blob, n);
    pool_entry *slot = pool_slot(p, hash, blob, n);
    if (slot->n) return slot->offset;
    static const char zeros[TRI_ARTIFACT_CODE_ALIGNMENT];
    tri_text_add_n(&p->bytes, zeros, (p->alignment - p->bytes.n % p->alignment) % p->alignment);
    uint64_t offset = p->bytes.n;
    tri_text_add_n(&p->bytes, blob, n);
    if (p->bytes.failed) {
        p->failed = true;
        return 0;
    }
    *slot = (pool_entry){hash, offset, n};
    p->n++;
    return offset;
}

/* Records: the fields in the order of abi/artifact_format.h. */

static void put_u32(writer *to, uint32_t value) { tri_text_add_n(&to->manifest, &value, sizeof value); }
static void put_i32(writer *to, int32_t value) { tri_text_add_n(&to->manifest, &value, sizeof value); }
static void put_u64(writer *to, uint64_t value) { tri_text_add_n(&to->manifest, &value, sizeof value); }
static void put_i64(writer *to, int64_t value) { tri_text_add_n(&to->manifest, &value, sizeof value); }

static void put_string(writer *to, const char *string)
{
    if (!string) string = "";
    uint64_t offset = pool_add(&to->strings, string, strlen(string) + 1);
    if (offset > UINT32_MAX) to->strings.failed = true; /* 4 GiB of text */
    put_u32(to, (uint32_t)offset);
}

static void put_name(writer *to, const char *name)
{
    if (!name) name = "";
    if (!to->no_name && !tri_artifact_is_name(name)) to->no_name = name;
    put_string(to, name);
}

#define PUT(type, field) put_##type(to, record->field);
#define PUT_FUNCTION(what, c_type, FIELDS)                       \
    static void put_##what(writer *to, const c_type *record) { FIELDS(PUT) }
PUT_FUNCTION(program, tri_program, TRI_PROGRAM_FIELDS)
PUT_FUNCTION(plan_head, tri_plan, TRI_PLAN_FIELDS)
PUT_FUNCTION(tensor, tri_plan_tensor, TRI_TENSOR_FIELDS)
PUT_FUNCTION(buffer, tri_plan_buffer, TRI_BUFFER_FIELDS)
PUT_FUNCTION(image, tri_artifact_image, TRI_IMAGE_FIELDS)
PUT_FUNCTION(kernel, tri_plan_kernel, TRI_KERNEL_FIELDS)
PUT_FUNCTION(map, tri_tensor_map, TRI_MAP_FIELDS)
PUT_FUNCTION(step, tri_plan_step, TRI_STEP_FIELDS)
PUT_FUNCTION(segment, tri_plan_segment, TRI_SEGMENT_FIELDS)

static void put_plan(writer *to, const tri_plan *plan)
{
    put_plan_head(to, plan);
    for (uint32_t i = 0; i < plan->n_inputs; i++) put_tensor(to, &plan->inputs[i]);
    for (uint32_t i = 0; i < plan->n_outputs; i++) put_tensor(to, &plan->outputs[i]);
    for (uint32_t i = 0; i < plan->n_buffers; i++) put_buffer(to, &plan->buffers[i]);
    for (uint32_t i = 0; i < plan->n_codes; i++) {
        const tri_plan_code *code = &plan->codes[i];
        put_image(to, &(tri_artifact_image){.kind = code->kind, .offset = code->n ? pool_add(&to->code, code->bytes, code->n) : 0, .n = code->n});
    }
    for (uint32_t i = 0; i < plan->n_kernels; i++) {
        put_kernel(to, &plan->kernels[i]);
        for (uint32_t m = 0; m < plan->kernels[i].n_maps; m++) put_map(to, &plan->kernels[i].maps[m]);
    }
    for (uint32_t i = 0; i < plan->n_steps; i++) {
        put_step(to, &plan->steps[i]);
        for (uint32_t b = 0; b < plan->steps[i].n_buffers; b++) put_u32(to, plan->steps[i].buffers[b]);
    }
    for (uint32_t i = 0; i < plan->n_segments; i++) {
        put_segment(to, &plan->segments[i]);
        for (uint32_t b = 0; b < plan->segments[i].n_buffers; b++) put_u32(to, plan->segments[i].buffers[b]);
    }
}

static void digest(const void *bytes, size_t n, unsigned char out_digest[TRI_ARTIFACT_DIGEST])
{
    tri_sha256 sha;
    tri_sha256_begin(&sha);
    tri_sha256_add(&sha, bytes, n);
    tri_sha256_end(&sha, out_digest);
}

/* libelf. */

typedef struct section_bytes {
    const void *at;
    size_t n;
} section_bytes;

static tri_status *elf_failed(const char *doing)
{
    return tri_error(TRI_IO, TRI_NOWHERE, "libelf cannot %s the artifact: %s", doing, elf_errmsg(-1));
}

static tri_status *put_section(Elf *elf, const Elf64_Shdr *header, section_bytes contents)
{
    Elf_Scn *section = elf_newscn(elf);
    Elf_Data *data = section ? elf_newdata(section) : NULL;
    Elf64_Shdr *to = section ? elf64_getshdr(section) : NULL;
    if (!data || !to) return elf_failed("add a section to");
    *to = *header;
    *data = (Elf_Data){.d_buf = (void *)(uintptr_t)contents.at,
                       .d_type = ELF_T_BYTE,
                       .d_version = EV_CURRENT,
                       .d_size = contents.n,
                       .d_align = header->sh_addralign};
    return NULL;
}

static tri_status *put_elf(Elf *elf, const tri_artifact_layout *layout, const section_bytes sections[TRI_ARTIFACT_N_SECTIONS])
{
    Elf64_Ehdr *header = elf64_newehdr(elf);
    if (!header) return elf_failed("begin");
    *header = layout->header;
    elf_flagelf(elf, ELF_C_SET, ELF_F_LAYOUT);
    for (int i = 0; i < TRI_ARTIFACT_N_SECTIONS; i++) TRI_TRY(put_section(elf, &layout->sections[i + 1], sections[i]));
    TRI_TRY(put_section(elf, &layout->sections[TRI_ARTIFACT_N_SECTIONS + 1], (section_bytes){TRI_ARTIFACT_NAMES, sizeof TRI_ARTIFACT_NAMES}));
    if (elf_update(elf, ELF_C_WRITE) != (int64_t)layout->bytes) return elf_failed("write");
    return NULL;
}

/* libelf writes to files only; this one has no name and lives in memory. */
static tri_status *to_bytes(const tri_artifact_layout *layout, const section_bytes sections[TRI_ARTIFACT_N_SECTIONS], void **out_bytes, size_t *out_n)
{
    if (elf_version(EV_CURRENT) == EV_NONE) return elf_failed("agree on the version of");
    char *bytes = malloc(layout->bytes);
    if (!bytes) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory: an artifact of %llu bytes", (unsigned long long)layout->bytes);
    int fd = memfd_create("artifact", MFD_CLOEXEC);
    if (fd < 0) {
        free(bytes);
        return tri_error(TRI_IO, TRI_NOWHERE, "cannot make a file in memory: %s", strerror(errno));
    }
    Elf *elf = elf_begin(fd, ELF_C_WRITE, NULL);
    tri_status *status = elf ? put_elf(elf, layout, sections) : elf_failed("begin");
    elf_end(elf);
    for (size_t n = 0; !status && n < layout->bytes;) {
        ssize_t got = pread(fd, bytes + n, layout->bytes - n, (off_t)n);
        if (!got || (got < 0 && errno != EINTR)) status = tri_error(TRI_IO, TRI_NOWHERE, "cannot read the artifact back from memory");
        if (got > 0) n += (size_t)got;
    }
    close(fd);
    if (status) {
        free(bytes);
        return status;
    }
    *out_bytes = bytes;
    *out_n = layout->bytes;
    return NULL;
}

static tri_status *encode(writer *to, const tri_program *program, void **out_bytes, size_t *out_n)
{
    tri_artifact_head head = {.magic = TRI_ARTIFACT_MAGIC, .version = TRI_ARTIFACT_VERSION};
    tri_text_add_n(&to->manifest, &head, sizeof head); /* its place; filled in below */
    put_program(to, program);
    for (uint32_t i = 0; i < program->n_plans; i++) put_plan(to, &program->plans[i]);
    TRI_TRY(tri_text_status(&to->manifest));
    TRI_TRY(tri_text_status(&to->strings.bytes));
    TRI_TRY(tri_text_status(&to->code.bytes));
    if (to->no_name)
        return tri_error(TRI_INVALID, TRI_NOWHERE, "an artifact cannot store the name '%.60s': names have 1 to %d bytes and no control characters",
                         to->no_name, TRI_ARTIFACT_LONGEST_NAME);
    if (to->strings.failed || to->code.failed) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory while encoding the artifact");

    const char *source = program->source ? program->source : "";
    const section_bytes sections[TRI_ARTIFACT_N_SECTIONS] = {
        [TRI_ARTIFACT_MANIFEST] = {to->manifest.at, to->manifest.n},
        [TRI_ARTIFACT_STRINGS] = {to->strings.bytes.at, to->strings.bytes.n},
        [TRI_ARTIFACT_CODE] = {to->code.bytes.at, to->code.bytes.n},
        [TRI_ARTIFACT_CONSTANTS] = {program->constants, program->constants_bytes},
        [TRI_ARTIFACT_SOURCE] = {source, strlen(source) + 1},
    };
    uint64_t sizes[TRI_ARTIFACT_N_SECTIONS];
    for (int i = 0; i < TRI_ARTIFACT_N_SECTIONS; i++) {
        sizes[i] = sections[i].n;
        if (i) digest(sections[i].at, sections[i].n, head.sections[i - 1]);
    }
    memcpy(to->manifest.at, &head, sizeof head);
    digest(to->manifest.at + TRI_ARTIFACT_DIGESTED_FROM, to->manifest.n - TRI_ARTIFACT_DIGESTED_FROM, head.manifest);
    memcpy(to->manifest.at, &head, sizeof head);

    tri_artifact_layout layout;
    if (!tri_artifact_lay_out(sizes, &layout)) return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "the program is too large for an artifact");
    return to_bytes(&layout, sections, out_bytes, out_n);
}

static tri_status *check(const void *bytes, size_t n)
{
    tri_artifact *artifact;
    tri_status *status = tri_artifact_parse(bytes, n, "(just encoded)", &artifact);
    if (status && tri_status_code(status) == TRI_INVALID) {
        tri_status *bug = tri_error(TRI_BUG, TRI_NOWHERE, "the plan is not one that can be stored: %s", tri_status_message(status));
        tri_status_free(status);
        return bug;
    }
    if (!status) tri_artifact_close(artifact);
    return status;
}

tri_status *tri_artifact_encode(const tri_program *program, void **out_bytes, size_t *out_n)
{
    writer to = {.strings.alignment = 1, .code.alignment = TRI_ARTIFACT_CODE_ALIGNMENT};
    void *bytes = NULL;
    tri_status *status = encode(&to, program, &bytes, out_n);
    tri_text_free(&to.manifest);
    pool_free(&to.strings);
    pool_free(&to.code);
    if (!status) status = check(bytes, *out_n);
    if (status) free(bytes);
    else *out_bytes = bytes;
    return status;
}

tri_status *tri_artifact_write(const tri_program *program, const char *path)
{
    void *bytes;
    size_t n;
    TRI_TRY(tri_artifact_encode(program, &bytes, &n));
    tri_status *status = tri_file_write(path, bytes, n);
    free(bytes);
    return status;
}
