/* abi/artifact_read.c - the strict reader: libc alone, the file is hostile.
 *
 * First the frame: the sizes of the sections decide the whole layout (artifact_layout.c), so header, section headers, names and gaps must be the
 * expected bytes. Then the digests: the manifest's own, and with it those of the other sections. Then the records, read in order with a cursor that
 * cannot leave the manifest; a table is allocated only after the bytes for all its records are known to be there, so memory stays within a small
 * multiple of the file's size. Strings, code, constants and lists of buffers are borrowed from the file. */
#include "abi/artifact.h"

#include <stdlib.h>
#include <string.h>

#include "abi/artifact_format.h"
#include "base/arena.h"
#include "base/file.h"
#include "base/hash.h"

struct tri_artifact {
    const void *mapped; /* null: the caller owns the bytes */
    size_t mapped_bytes;
    tri_arena arena;
    tri_program program;
};

typedef struct reader {
    const char *file;
    tri_arena *arena;
    const unsigned char *bytes; /* the whole file */
    uint64_t n;
    const unsigned char *section[TRI_ARTIFACT_N_SECTIONS];
    uint64_t section_bytes[TRI_ARTIFACT_N_SECTIONS];
    const unsigned char *at, *end; /* records to come */
    const char *table;             /* what is being read, for messages */
    uint32_t plan, row;
    tri_status *error; /* the first; from then on every read gives 0 */
} reader;

static tri_status *damaged(const reader *in, const char *where, const char *what)
{
    return tri_error(TRI_INVALID, (tri_loc){.file = in->file}, "damaged artifact: %s: %s; compile it again", where, what);
}

/* The frame. */

static tri_status *check_zero(const reader *in, uint64_t from, uint64_t to, const char *where)
{
    for (uint64_t i = from; i < to; i++)
        if (in->bytes[i]) return damaged(in, where, "the gap before it is not zero");
    return NULL;
}

static tri_status *check_frame(reader *in)
{
    Elf64_Ehdr header;
    if (in->n < sizeof header || memcmp(in->bytes, ELFMAG, SELFMAG))
        return tri_error(TRI_INVALID, (tri_loc){.file = in->file}, "not an artifact of Trine: it does not start with an ELF header");
    memcpy(&header, in->bytes, sizeof header);
    Elf64_Shdr found[TRI_ARTIFACT_N_HEADERS];
    if (in->n < sizeof header + sizeof found || header.e_shoff != in->n - sizeof found)
        return damaged(in, "ELF header", "the section headers are not where they must be; the file is cut short, or is another kind of ELF file");
    memcpy(found, in->bytes + header.e_shoff, sizeof found);
    for (int i = 0; i < TRI_ARTIFACT_N_SECTIONS; i++) {
        in->section_bytes[i] = found[i + 1].sh_size;
        if (found[i + 1].sh_size > in->n) return damaged(in, tri_artifact_section_name(i), "its size is beyond that of the file");
    }
    tri_artifact_layout want;
    if (!tri_artifact_lay_out(in->section_bytes, &want)) return damaged(in, "section headers", "the sizes are impossible");
    for (int i = 0; i < TRI_ARTIFACT_N_HEADERS; i++) {
        const char *where = i == 0 ? "null section header" : i <= TRI_ARTIFACT_N_SECTIONS ? tri_artifact_section_name(i - 1) : ".shstrtab";
        if (memcmp(&found[i], &want.sections[i], sizeof found[i])) return damaged(in, where, "its section header is not what this kind of file has");
    }
    if (want.bytes != in->n) return damaged(in, "section headers", "the sizes of the sections do not add up to that of the file");
    if (memcmp(&header, &want.header, sizeof header)) return damaged(in, "ELF header", "it is not the one of an artifact");

    uint64_t end = sizeof header;
    for (int i = 0; i <= TRI_ARTIFACT_N_SECTIONS; i++) {
        const Elf64_Shdr *section = &want.sections[i + 1];
        bool names = i == TRI_ARTIFACT_N_SECTIONS;
        TRI_TRY(check_zero(in, end, section->sh_offset, names ? ".shstrtab" : tri_artifact_section_name(i)));
        if (names && memcmp(in->bytes + section->sh_offset, TRI_ARTIFACT_NAMES, sizeof TRI_ARTIFACT_NAMES))
            return damaged(in, ".shstrtab", "the names of the sections are not the expected ones");
        if (!names) in->section[i] = in->bytes + section->sh_offset;
        end = section->sh_offset + section->sh_size;
    }
    return check_zero(in, end, want.header.e_shoff, "section headers");
}

static bool digest_is(const unsigned char want[TRI_ARTIFACT_DIGEST], const unsigned char *bytes, uint64_t n)
{
    unsigned char digest[TRI_ARTIFACT_DIGEST];
    tri_sha256 sha;
    tri_sha256_begin(&sha);
    tri_sha256_add(&sha, bytes, n);
    tri_sha256_end(&sha, digest);
    return !memcmp(digest, want, sizeof digest);
}

static tri_status *check_digests(reader *in)
{
    tri_artifact_head head;
    const unsigned char *manifest = in->section[TRI_ARTIFACT_MANIFEST];
    uint64_t n = in->section_bytes[TRI_ARTIFACT_MANIFEST];
    const char *name = tri_artifact_section_name(TRI_ARTIFACT_MANIFEST);
    if (n < sizeof head) return damaged(in, name, "it is too short");
    memcpy(&head, manifest, sizeof head);
    if (memcmp(head.magic, TRI_ARTIFACT_MAGIC, sizeof head.magic)) return damaged(in, name, "it does not start as a manifest does");
    if (head.version != TRI_ARTIFACT_VERSION)
        return tri_error(TRI_INVALID, (tri_loc){.file = in->file},
                         "%s has version %u, this build of Trine reads version %d: compile it again, or use the Trine that made it", name,
                         head.version, TRI_ARTIFACT_VERSION);
    if (!digest_is(head.manifest, manifest + TRI_ARTIFACT_DIGESTED_FROM, n - TRI_ARTIFACT_DIGESTED_FROM))
        return damaged(in, name, "its bytes do not match their digest");
    for (int i = 1; i < TRI_ARTIFACT_N_SECTIONS; i++)
        if (!digest_is(head.sections[i - 1], in->section[i], in->section_bytes[i]))
            return damaged(in, tri_artifact_section_name(i), "its bytes do not match their digest");

    uint64_t strings = in->section_bytes[TRI_ARTIFACT_STRINGS], source = in->section_bytes[TRI_ARTIFACT_SOURCE];
    if (!strings || in->section[TRI_ARTIFACT_STRINGS][strings - 1])
        return damaged(in, tri_artifact_section_name(TRI_ARTIFACT_STRINGS), "the last string has no end");
    if (!source || memchr(in->section[TRI_ARTIFACT_SOURCE], 0, source) != in->section[TRI_ARTIFACT_SOURCE] + source - 1)
        return damaged(in, tri_artifact_section_name(TRI_ARTIFACT_SOURCE), "it is not one text");
    in->at = manifest + sizeof head;
    in->end = manifest + n;
    return NULL;
}

/* Records. */

static void refuse(reader *in, const char *what)
{
    if (in->error) return;
    char where[96];
    if (in->plan == UINT32_MAX)
        snprintf(where, sizeof where, "%s: %s", tri_artifact_section_name(TRI_ARTIFACT_MANIFEST), in->table);
    else
        snprintf(where, sizeof where, "%s: plan %u, %s %u", tri_artifact_section_name(TRI_ARTIFACT_MANIFEST), in->plan, in->table, in->row);
    in->error = damaged(in, where, what);
}

static bool demand(reader *in, bool holds, const char *otherwise)
{
    if (!holds) refuse(in, otherwise);
    return holds && !in->error;
}

static const unsigned char *take(reader *in, size_t n)
{
    if (!demand(in, (size_t)(in->end - in->at) >= n, "the manifest ends here")) return NULL;
    in->at += n;
    return in->at - n;
}

#define GETTER(type, c_type)                                                                                                                         \
    static c_type get_##type(reader *in)                                                                                                             \
    {                                                                                                                                                \
        c_type value = 0;                                                                                                                            \
        const void *from = take(in, sizeof value);                                                                                                   \
        if (from) memcpy(&value, from, sizeof value);                                                                                                \
        return value;                                                                                                                                \
    }
GETTER(u32, uint32_t)
GETTER(i32, int32_t)
GETTER(u64, uint64_t)
GETTER(i64, int64_t)
#undef GETTER

static const char *get_string(reader *in)
{
    uint32_t offset = get_u32(in);
    const char *strings = (const char *)in->section[TRI_ARTIFACT_STRINGS];
    bool starts = offset < in->section_bytes[TRI_ARTIFACT_STRINGS] && (!offset || !strings[offset - 1]);
    return demand(in, starts, "a string's offset is not the start of one") ? strings + offset : "";
}

static const char *get_name(reader *in)
{
    const char *name = get_string(in);
    return demand(in, tri_artifact_is_name(name), "a name is empty, too long, or holds control characters") ? name : "";
}

#define GET(type, field) record->field = get_##type(in);

/* Whether `n` records of `bytes` are still to come: asked before memory for them is. */
static bool enter_table(reader *in, const char *table, uint32_t n, size_t bytes)
{
    in->table = table;
    in->row = 0;
    return demand(in, n <= (size_t)(in->end - in->at) / bytes, "the table is longer than the manifest");
}
#define ROWS(in, table, n, FIELDS, type) (enter_table((in), (table), (n), TRI_RECORD_BYTES(FIELDS)) ? TRI_NEW_ARRAY((in)->arena, type, (n)) : NULL)

/* The bytes of a tensor; false when it is none that can be. */
static bool tensor_bytes(const tri_plan_tensor *tensor, uint64_t *out_bytes)
{
    if ((unsigned)tensor->dtype >= TRI_DTYPE_COUNT || tensor->rank < 0 || tensor->rank > TRI_MOST_DIMS) return false;
    uint64_t bytes = tri_dtype_bytes(tensor->dtype);
    for (int i = 0; i < TRI_MOST_DIMS; i++) {
        if (tensor->dims[i] < 0 || (i >= tensor->rank && tensor->dims[i])) return false;
        if (i < tensor->rank && __builtin_mul_overflow(bytes, (uint64_t)tensor->dims[i], &bytes)) return false;
    }
    *out_bytes = bytes;
    return bytes <= INT64_MAX;
}

static const tri_plan_tensor *read_tensors(reader *in, const char *table, uint32_t n)
{
    tri_plan_tensor *tensors = ROWS(in, table, n, TRI_TENSOR_FIELDS, tri_plan_tensor);
    for (in->row = 0; in->row < n && !in->error; in->row++) {
        tri_plan_tensor *record = &tensors[in->row];
        TRI_TENSOR_FIELDS(GET)
        uint64_t bytes;
        if (!in->error) demand(in, tensor_bytes(record, &bytes), "no tensor has this type");
    }
    return tensors;
}

static void check_buffer(reader *in, const tri_plan *plan, const tri_plan_buffer *buffer, bool *output_has_buffer)
{
    uint64_t end, whole, within = 0;
    switch (buffer->kind) {
    case TRI_BUFFER_INPUT:
    case TRI_BUFFER_OUTPUT: {
        bool input = buffer->kind == TRI_BUFFER_INPUT;
        if (!demand(in, buffer->index < (input ? plan->n_inputs : plan->n_outputs), "it belongs to an argument or result that is not there")) return;
        bool sized = tensor_bytes(input ? &plan->inputs[buffer->index] : &plan->outputs[buffer->index], &whole);
        demand(in, sized && !buffer->offset && buffer->bytes == whole, "it is not as large as its tensor");
        if (!input) output_has_buffer[buffer->index] = true;
        return;
    }
    case TRI_BUFFER_CONSTANT: within = in->section_bytes[TRI_ARTIFACT_CONSTANTS]; break;
    case TRI_BUFFER_SCRATCH: within = plan->scratch_bytes; break;
    case TRI_BUFFER_KINDS: break;
    }
    if (!demand(in, (unsigned)buffer->kind < TRI_BUFFER_KINDS, "there is no such kind of buffer")) return;
    demand(in, !__builtin_add_overflow(buffer->offset, buffer->bytes, &end) && end <= within, "it lies outside of its memory");
}

static const tri_plan_buffer *read_buffers(reader *in, const tri_plan *plan)
{
    bool *output_has_buffer = TRI_NEW_ARRAY(in->arena, bool, plan->n_outputs);
    tri_plan_buffer *buffers = ROWS(in, "buffer", plan->n_buffers, TRI_BUFFER_FIELDS, tri_plan_buffer);
    for (in->row = 0; in->row < plan->n_buffers && !in->error; in->row++) {
        tri_plan_buffer *record = &buffers[in->row];
        TRI_BUFFER_FIELDS(GET)
        if (!in->error) check_buffer(in, plan, record, output_has_buffer);
    }
    in->table = "output";
    for (in->row = 0; in->row < plan->n_outputs && !in->error; in->row++) {
        uint64_t bytes = 0;
        tensor_bytes(&plan->outputs[in->row], &bytes);
        demand(in, output_has_buffer[in->row] || !bytes, "no buffer holds it");
    }
    return buffers;
}

static const tri_plan_code *read_codes(reader *in, uint32_t n)
{
    tri_plan_code *codes = ROWS(in, "code image", n, TRI_IMAGE_FIELDS, tri_plan_code);
    uint64_t all = in->section_bytes[TRI_ARTIFACT_CODE];
    for (in->row = 0; in->row < n && !in->error; in->row++) {
        tri_artifact_image image, *record = &image;
        TRI_IMAGE_FIELDS(GET)
        bool inside = image.offset % TRI_ARTIFACT_CODE_ALIGNMENT == 0 && image.offset <= all && image.n <= all - image.offset;
        if (!demand(in, inside, "it lies outside of .trine.code")) break;
        codes[in->row] = (tri_plan_code){.kind = image.kind, .bytes = in->section[TRI_ARTIFACT_CODE] + image.offset, .n = image.n};
    }
    return codes;
}

/* Refuses with what `status`, which it takes, says; null is fine. */
static void demand_ok(reader *in, tri_status *status)
{
    if (!status) return;
    refuse(in, tri_status_message(status));
    tri_status_free(status);
}

static bool is_clear_behind_rank(const tri_tensor_map *map)
{
    for (int d = map->rank; d < TRI_TENSOR_MAP_RANK; d++)
        if (d >= 0 && (map->dims[d] || map->strides[d] || map->box[d] || map->steps[d])) return false;
    return true;
}

/* Whether they lie inside of their buffers is asked of each launch that binds some: check_launch. */
static const tri_tensor_map *read_maps(reader *in, uint32_t n)
{
    if (!demand(in, n <= TRI_TENSOR_MAPS_MOST, "it has more tensor maps than a kernel may")) return NULL;
    if (!demand(in, n <= (size_t)(in->end - in->at) / TRI_RECORD_BYTES(TRI_MAP_FIELDS), "its tensor maps are longer than the manifest")) return NULL;
    tri_tensor_map *maps = TRI_NEW_ARRAY(in->arena, tri_tensor_map, n);
    for (uint32_t i = 0; i < n && !in->error; i++) {
        tri_tensor_map *record = &maps[i];
        TRI_MAP_FIELDS(GET)
        if (in->error) break;
        demand_ok(in, tri_tensor_map_check(record, UINT64_MAX));
        demand(in, is_clear_behind_rank(record), "a tensor map says something of dimensions it does not have");
    }
    return maps;
}

static const tri_plan_kernel *read_kernels(reader *in, const tri_plan *plan)
{
    tri_plan_kernel *kernels = ROWS(in, "kernel", plan->n_kernels, TRI_KERNEL_FIELDS, tri_plan_kernel);
    for (in->row = 0; in->row < plan->n_kernels && !in->error; in->row++) {
        tri_plan_kernel *record = &kernels[in->row];
        TRI_KERNEL_FIELDS(GET)
        if (in->error) break;
        bool coded = record->code[0] < plan->n_codes && (record->code[1] < plan->n_codes || record->code[1] == UINT32_MAX);
        demand(in, coded, "its code image is not there");
        demand(in, record->registers >= -1 && record->spills >= -1, "its count of registers or spills is impossible");
        if (!in->error) record->maps = read_maps(in, record->n_maps);
    }
    return kernels;
}

/* A launch: its buffers and its kernel are there, and each tensor map of the kernel views one of these buffers, and no more than that has. */
static void check_launch(reader *in, const tri_plan *plan, uint32_t k, uint32_t n_buffers, const uint32_t *buffers)
{
    if (!demand(in, k < plan->n_kernels, "its kernel is not there")) return;
    const tri_plan_kernel *kernel = &plan->kernels[k];
    for (uint32_t i = 0; i < kernel->n_maps && !in->error; i++) {
        const tri_tensor_map *map = &kernel->maps[i];
        if (!demand(in, map->buffer < n_buffers, "a tensor map of its kernel views a buffer that it does not bind")) return;
        demand_ok(in, tri_tensor_map_check(map, plan->buffers[buffers[map->buffer]].bytes));
    }
}

static const uint32_t *read_numbers(reader *in, const tri_plan *plan, uint32_t n)
{
    if (!demand(in, n <= (size_t)(in->end - in->at) / sizeof(uint32_t), "its list of buffers is longer than the manifest")) return NULL;
    const uint32_t *numbers = (const uint32_t *)(const void *)take(in, n * sizeof(uint32_t));
    for (uint32_t i = 0; i < n && !in->error; i++) demand(in, numbers[i] < plan->n_buffers, "a buffer it uses is not there");
    return numbers;
}

static void check_step(reader *in, const tri_plan *plan, const tri_plan_step *step)
{
    if (!demand(in, (unsigned)step->kind < TRI_STEP_KINDS, "there is no such kind of step")) return;
    if (step->kind == TRI_STEP_LAUNCH) {
        check_launch(in, plan, step->kernel, step->n_buffers, step->buffers);
        return;
    }
    if (!demand(in, step->n_buffers == 2, "a copy has two buffers")) return;
    uint64_t to = plan->buffers[step->buffers[0]].bytes, from = plan->buffers[step->buffers[1]].bytes;
    demand(in, step->bytes <= to && step->bytes <= from, "it copies more than its buffers hold");
}

static const tri_plan_step *read_steps(reader *in, const tri_plan *plan)
{
    tri_plan_step *steps = ROWS(in, "step", plan->n_steps, TRI_STEP_FIELDS, tri_plan_step);
    for (in->row = 0; in->row < plan->n_steps && !in->error; in->row++) {
        tri_plan_step *record = &steps[in->row];
        TRI_STEP_FIELDS(GET)
        record->buffers = read_numbers(in, plan, record->n_buffers);
        if (!in->error) check_step(in, plan, record);
    }
    return steps;
}

static const tri_plan_segment *read_segments(reader *in, const tri_plan *plan)
{
    tri_plan_segment *segments = ROWS(in, "segment", plan->n_segments, TRI_SEGMENT_FIELDS, tri_plan_segment);
    uint32_t next = 0;
    for (in->row = 0; in->row < plan->n_segments && !in->error; in->row++) {
        tri_plan_segment *record = &segments[in->row];
        TRI_SEGMENT_FIELDS(GET)
        record->buffers = read_numbers(in, plan, record->n_buffers);
        bool inside = record->first >= next && record->first <= plan->n_steps && record->n_steps <= plan->n_steps - record->first;
        if (!demand(in, inside && record->n_steps, "it is empty, or its steps are not there, or are also those of an earlier one")) break;
        for (uint32_t s = record->first; s < record->first + record->n_steps; s++)
            demand(in, plan->steps[s].kind == TRI_STEP_LAUNCH, "one of its steps is no launch");
        if (!in->error) check_launch(in, plan, record->kernel, record->n_buffers, record->buffers);
        next = record->first + record->n_steps;
    }
    return segments;
}

static void read_plan(reader *in, tri_plan *plans)
{
    tri_plan *record = &plans[in->plan];
    in->table = "head";
    in->row = 0;
    TRI_PLAN_FIELDS(GET)
    for (uint32_t i = 0; i < in->plan && !in->error; i++)
        demand(in, strcmp(plans[i].chip, record->chip) || strcmp(plans[i].entry, record->entry), "an earlier plan has the same chip and entry point");
    demand(in, record->scratch_bytes <= INT64_MAX, "its scratch memory is impossibly large");
    if (!in->error) record->inputs = read_tensors(in, "input", record->n_inputs);
    if (!in->error) record->outputs = read_tensors(in, "output", record->n_outputs);
    if (!in->error) record->buffers = read_buffers(in, record);
    if (!in->error) record->codes = read_codes(in, record->n_codes);
    if (!in->error) record->kernels = read_kernels(in, record);
    if (!in->error) record->steps = read_steps(in, record);
    if (!in->error) record->segments = read_segments(in, record);
}

static void read_program(reader *in, tri_program *record)
{
    in->table = "program";
    in->plan = UINT32_MAX;
    TRI_PROGRAM_FIELDS(GET)
    record->source = (const char *)in->section[TRI_ARTIFACT_SOURCE];
    record->constants = in->section[TRI_ARTIFACT_CONSTANTS];
    record->constants_bytes = in->section_bytes[TRI_ARTIFACT_CONSTANTS];
    if (!demand(in, record->n_plans <= TRI_ARTIFACT_MOST_PLANS, "it has more plans than an artifact may")) return;
    tri_plan *plans = ROWS(in, "program", record->n_plans, TRI_PLAN_FIELDS, tri_plan);
    for (uint32_t i = 0; i < record->n_plans && !in->error; i++) {
        in->plan = i;
        read_plan(in, plans);
    }
    record->plans = plans;
    in->table = "program";
    in->plan = UINT32_MAX;
    demand(in, in->at == in->end, "there are bytes behind the last record");
}

static tri_status *read_all(const void *bytes, size_t n, const char *name, tri_artifact *artifact)
{
    reader in = {.file = name, .arena = &artifact->arena, .bytes = bytes, .n = n};
    TRI_TRY(check_frame(&in));
    TRI_TRY(check_digests(&in));
    if (TRI_ARENA_EXHAUSTED(&artifact->arena)) return tri_note(tri_arena_exhausted(&artifact->arena), "while reading %s", name);
    read_program(&in, &artifact->program);
    artifact->arena.has_escape = false;
    return in.error;
}

/* The interface. */

tri_status *tri_artifact_parse(const void *bytes, size_t n, const char *name, tri_artifact **out_artifact)
{
    if ((uintptr_t)bytes % 8) return tri_error(TRI_USAGE, (tri_loc){.file = name}, "the bytes of an artifact must lie 8-byte aligned in memory");
    tri_artifact *artifact = calloc(1, sizeof *artifact);
    if (!artifact) return tri_error(TRI_NO_MEMORY, (tri_loc){.file = name}, "out of memory while opening the artifact");
    tri_arena_init(&artifact->arena, 0);
    tri_status *status = read_all(bytes, n, name, artifact);
    if (status) {
        tri_artifact_close(artifact);
        return status;
    }
    *out_artifact = artifact;
    return NULL;
}

tri_status *tri_artifact_open(const char *path, tri_artifact **out_artifact)
{
    const void *bytes = NULL;
    size_t n = 0;
    TRI_TRY(tri_file_map(path, &bytes, &n));
    tri_status *status = tri_artifact_parse(bytes, n, path, out_artifact);
    if (status) {
        tri_file_unmap(bytes, n);
        return status;
    }
    (*out_artifact)->mapped = bytes;
    (*out_artifact)->mapped_bytes = n;
    return NULL;
}

const tri_program *tri_artifact_program(const tri_artifact *artifact) { return &artifact->program; }

void tri_artifact_close(tri_artifact *artifact)
{
    if (!artifact) return;
    tri_file_unmap(artifact->mapped, artifact->mapped_bytes);
    tri_arena_free(&artifact->arena);
    free(artifact);
}
