/* artifact_test.c - the artifact as a file: what goes in comes out, the same program gives the same bytes, and nothing that is damaged or lies gets
 * through the reader. Needs a writable /tmp; readelf where there is one. */
#define _GNU_SOURCE
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "abi/artifact.h"
#include "abi/artifact_format.h"
#include "artifact_sample.h"
#include "base/file.h"
#include "base/hash.h"

static void encode(const tri_program *program, void **out_bytes, size_t *out_n)
{
    tri_status *status = tri_artifact_encode(program, out_bytes, out_n);
    ck_assert_msg(!status, "%s", tri_status_message(status));
}

static tri_artifact *parse(const void *bytes, size_t n)
{
    tri_artifact *artifact = NULL;
    tri_status *status = tri_artifact_parse(bytes, n, "test.tri", &artifact);
    ck_assert_msg(!status, "%s", tri_status_message(status));
    return artifact;
}

static void check_tensors(const tri_plan_tensor *got, const tri_plan_tensor *want, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        ck_assert_str_eq(got[i].name, want[i].name);
        ck_assert_int_eq(got[i].dtype, want[i].dtype);
        ck_assert_int_eq(got[i].rank, want[i].rank);
        ck_assert_mem_eq(got[i].dims, want[i].dims, sizeof want[i].dims);
    }
}

static void check_kernel(const tri_plan_kernel *got, const tri_plan_kernel *want)
{
    ck_assert_str_eq(got->name, want->name);
    ck_assert_str_eq(got->family, want->family);
    ck_assert_str_eq(got->config, want->config);
    ck_assert_mem_eq(got->code, want->code, sizeof want->code);
    ck_assert_mem_eq(got->grid, want->grid, sizeof want->grid);
    ck_assert_mem_eq(got->block, want->block, sizeof want->block);
    ck_assert_uint_eq(got->shared_bytes, want->shared_bytes);
    ck_assert_int_eq(got->registers, want->registers);
    ck_assert_int_eq(got->spills, want->spills);
    ck_assert_uint_eq(got->static_shared_bytes, want->static_shared_bytes);
    ck_assert_uint_eq(got->code_bytes, want->code_bytes);
    ck_assert_uint_eq(got->flops, want->flops);
    ck_assert_uint_eq(got->bytes_read, want->bytes_read);
    ck_assert_uint_eq(got->bytes_written, want->bytes_written);
    ck_assert_uint_eq(got->n_maps, want->n_maps);
    for (uint32_t i = 0; i < want->n_maps; i++) {
        const tri_tensor_map *g = &got->maps[i], *w = &want->maps[i];
        ck_assert_uint_eq(g->buffer, w->buffer);
        ck_assert_int_eq(g->dtype, w->dtype);
        ck_assert_int_eq(g->rank, w->rank);
        ck_assert_uint_eq(g->offset, w->offset);
        ck_assert_mem_eq(g->dims, w->dims, sizeof w->dims);
        ck_assert_mem_eq(g->strides, w->strides, sizeof w->strides);
        ck_assert_mem_eq(g->box, w->box, sizeof w->box);
        ck_assert_mem_eq(g->steps, w->steps, sizeof w->steps);
        ck_assert_uint_eq(g->swizzle, w->swizzle);
    }
}

/* Two views of what mul_f32 is given, different in every number: its constant as 4 x 4, its result from the fifth element on. */
static void add_maps(sample *s)
{
    static const tri_tensor_map maps[2] = {
        {.buffer = 2, .dtype = TRI_F32, .rank = 2, .dims = {4, 4}, .strides = {4, 16}, .box = {4, 2}, .steps = {1, 3}, .swizzle = 32},
        {.buffer = 0, .dtype = TRI_I32, .rank = 1, .offset = 16, .dims = {12}, .strides = {4}, .box = {8}, .steps = {2}}};
    memcpy(s->maps, maps, sizeof maps);
    s->kernels[SAMPLE_MUL].n_maps = 2;
    s->kernels[SAMPLE_MUL].maps = s->maps;
}

static void check_plan(const tri_plan *got, const tri_plan *want)
{
    ck_assert_str_eq(got->chip, want->chip);
    ck_assert_str_eq(got->chip_text, want->chip_text);
    ck_assert_str_eq(got->entry, want->entry);
    ck_assert_str_eq(got->graph, want->graph);
    ck_assert_uint_eq(got->n_inputs, want->n_inputs);
    ck_assert_uint_eq(got->n_outputs, want->n_outputs);
    ck_assert_uint_eq(got->n_buffers, want->n_buffers);
    ck_assert_uint_eq(got->n_kernels, want->n_kernels);
    ck_assert_uint_eq(got->n_codes, want->n_codes);
    ck_assert_uint_eq(got->n_steps, want->n_steps);
    ck_assert_uint_eq(got->scratch_bytes, want->scratch_bytes);
    check_tensors(got->inputs, want->inputs, want->n_inputs);
    check_tensors(got->outputs, want->outputs, want->n_outputs);
    for (uint32_t i = 0; i < want->n_buffers; i++) {
        ck_assert_int_eq(got->buffers[i].kind, want->buffers[i].kind);
        ck_assert_uint_eq(got->buffers[i].index, want->buffers[i].index);
        ck_assert_uint_eq(got->buffers[i].offset, want->buffers[i].offset);
        ck_assert_uint_eq(got->buffers[i].bytes, want->buffers[i].bytes);
    }
    for (uint32_t i = 0; i < want->n_codes; i++) {
        ck_assert_str_eq(got->codes[i].kind, want->codes[i].kind);
        ck_assert_uint_eq(got->codes[i].n, want->codes[i].n);
        ck_assert_mem_eq(got->codes[i].bytes, want->codes[i].bytes, want->codes[i].n);
    }
    for (uint32_t i = 0; i < want->n_kernels; i++) check_kernel(&got->kernels[i], &want->kernels[i]);
    for (uint32_t i = 0; i < want->n_steps; i++) {
        const tri_plan_step *g = &got->steps[i], *w = &want->steps[i];
        ck_assert_int_eq(g->kind, w->kind);
        ck_assert_uint_eq(g->kernel, w->kernel);
        ck_assert_uint_eq(g->n_buffers, w->n_buffers);
        ck_assert_mem_eq(g->buffers, w->buffers, w->n_buffers * sizeof *w->buffers);
        ck_assert_uint_eq(g->bytes, w->bytes);
        ck_assert_uint_eq(g->graph_op, w->graph_op);
        ck_assert_str_eq(g->label, w->label);
    }
    ck_assert_uint_eq(got->n_segments, want->n_segments);
    for (uint32_t i = 0; i < want->n_segments; i++) {
        const tri_plan_segment *g = &got->segments[i], *w = &want->segments[i];
        ck_assert_uint_eq(g->first, w->first);
        ck_assert_uint_eq(g->n_steps, w->n_steps);
        ck_assert_uint_eq(g->kernel, w->kernel);
        ck_assert_uint_eq(g->n_buffers, w->n_buffers);
        ck_assert_mem_eq(g->buffers, w->buffers, w->n_buffers * sizeof *w->buffers);
    }
}

START_TEST(a_program_comes_back_as_it_was)
{
    sample s;
    sample_make(&s);
    /* A different value in every number that the sample leaves alike. */
    s.program.tuning = "matmul 16x16x16 bm=64\n";
    tri_plan_kernel *k = &s.kernels[SAMPLE_MUL];
    *k = (tri_plan_kernel){.name = "mul_f32",
                           .family = "f",
                           .config = "a=1 b=2",
                           .code = {0, 0},
                           .grid = {2, 3, 4},
                           .block = {5, 6, 7},
                           .shared_bytes = 8,
                           .registers = 9,
                           .spills = 10,
                           .static_shared_bytes = 11,
                           .code_bytes = 1ull << 40,
                           .flops = 1ull << 41,
                           .bytes_read = 1ull << 42,
                           .bytes_written = 1ull << 43};
    add_maps(&s);
    sample_add_segments(&s);
    s.segments[0].n_steps = 2; /* one of both */
    s.plans[SAMPLE_MAIN].n_segments = 1;
    s.steps[SAMPLE_STEP_COPY].graph_op = 0xfffffffe;
    void *bytes;
    size_t n;
    encode(&s.program, &bytes, &n);
    tri_artifact *artifact = parse(bytes, n);
    const tri_program *got = tri_artifact_program(artifact);
    ck_assert_str_eq(got->producer, s.program.producer);
    ck_assert_str_eq(got->source, s.program.source);
    ck_assert_str_eq(got->tuning, s.program.tuning);
    ck_assert_uint_eq(got->constants_bytes, sizeof s.constants);
    ck_assert_mem_eq(got->constants, s.constants, sizeof s.constants);
    ck_assert_uint_eq(got->n_plans, SAMPLE_PLANS);
    for (int i = 0; i < SAMPLE_PLANS; i++) check_plan(&got->plans[i], &s.plans[i]);
    tri_artifact_close(artifact);
    free(bytes);
}
END_TEST

START_TEST(an_empty_program_is_an_artifact_too)
{
    void *bytes;
    size_t n;
    encode(&(tri_program){.producer = "nobody"}, &bytes, &n);
    tri_artifact *artifact = parse(bytes, n);
    ck_assert_uint_eq(tri_artifact_program(artifact)->n_plans, 0);
    ck_assert_str_eq(tri_artifact_program(artifact)->source, "");
    tri_artifact_close(artifact);
    free(bytes);
}
END_TEST

START_TEST(the_same_program_gives_the_same_bytes)
{
    sample a, b;
    sample_make(&a);
    sample_make(&b);
    void *bytes_a, *bytes_b;
    size_t n_a, n_b;
    encode(&a.program, &bytes_a, &n_a);
    encode(&b.program, &bytes_b, &n_b);
    ck_assert_uint_eq(n_a, n_b);
    ck_assert_mem_eq(bytes_a, bytes_b, n_a);
    free(bytes_a);
    free(bytes_b);
}
END_TEST

/* The file's own header says where a section is. */
static Elf64_Shdr section_header(const void *bytes, int section)
{
    Elf64_Ehdr header;
    Elf64_Shdr found;
    memcpy(&header, bytes, sizeof header);
    memcpy(&found, (const char *)bytes + header.e_shoff + (size_t)section * sizeof found, sizeof found);
    return found;
}

/* The seeds of the two fuzz targets: a whole file, and the records of its manifest. `unit-artifact --write-seeds`, from the root of the repository,
 * writes them anew. */
static const char seed_file[] = "tests/fuzz/corpus/artifact_bytes/sample.tri", seed_records[] = "tests/fuzz/corpus/artifact_records/sample",
                  seed_maps[] = "tests/fuzz/corpus/artifact_records/maps", seed_segments[] = "tests/fuzz/corpus/artifact_records/segments";

static const char *records_of(const void *bytes, size_t *out_n)
{
    Elf64_Shdr manifest = section_header(bytes, TRI_ARTIFACT_MANIFEST + 1);
    *out_n = manifest.sh_size - sizeof(tri_artifact_head);
    return (const char *)bytes + manifest.sh_offset + sizeof(tri_artifact_head);
}

static void check_seed(const char *path, const void *bytes, size_t n)
{
    char *seed;
    size_t n_seed;
    tri_status *status = tri_file_read(path, &seed, &n_seed);
    ck_assert_msg(!status, "%s", tri_status_message(status));
    ck_assert_uint_eq(n, n_seed);
    ck_assert_mem_eq(bytes, seed, n);
    free(seed);
}

START_TEST(the_seeds_of_the_fuzz_corpora_are_the_sample)
{
    sample s;
    sample_make(&s);
    void *bytes;
    size_t n, n_records;
    encode(&s.program, &bytes, &n);
    check_seed(seed_file, bytes, n);
    const char *records = records_of(bytes, &n_records);
    check_seed(seed_records, records, n_records);
    free(bytes);
    add_maps(&s);
    encode(&s.program, &bytes, &n);
    records = records_of(bytes, &n_records);
    check_seed(seed_maps, records, n_records);
    free(bytes);
    sample_add_segments(&s);
    encode(&s.program, &bytes, &n);
    records = records_of(bytes, &n_records);
    check_seed(seed_segments, records, n_records);
    free(bytes);
}
END_TEST

START_TEST(an_image_that_plans_share_is_stored_once)
{
    sample s;
    sample_make(&s);
    tri_plan_code three[3] = {s.codes[0], s.codes[0], {.kind = "null", .bytes = "copy 1\n", .n = 7}};
    s.plans[SAMPLE_TWICE].codes = three;
    s.plans[SAMPLE_TWICE].n_codes = 3;
    void *bytes;
    size_t n;
    encode(&s.program, &bytes, &n);
    ck_assert_uint_eq(section_header(bytes, TRI_ARTIFACT_CODE + 1).sh_size, 256 + 7);
    ck_assert_uint_eq(section_header(bytes, TRI_ARTIFACT_CODE + 1).sh_offset % 256, 0);
    ck_assert_uint_eq(section_header(bytes, TRI_ARTIFACT_CONSTANTS + 1).sh_offset % 4096, 0);
    ck_assert_uint_eq(section_header(bytes, TRI_ARTIFACT_CONSTANTS + 1).sh_size, sizeof s.constants);
    tri_artifact *artifact = parse(bytes, n);
    const tri_plan *plans = tri_artifact_program(artifact)->plans;
    ck_assert_ptr_eq(plans[0].codes[0].bytes, plans[1].codes[0].bytes);
    ck_assert_ptr_eq(plans[1].codes[0].bytes, plans[1].codes[1].bytes);
    ck_assert_ptr_eq(plans[0].chip_text, plans[1].chip_text);
    tri_artifact_close(artifact);
    free(bytes);
}
END_TEST

START_TEST(many_different_strings_and_images_are_kept_apart)
{
    enum { N = 500 };
    sample s;
    sample_make(&s);
    static char names[N][16];
    static tri_plan_code codes[N];
    static tri_plan_kernel kernels[N];
    for (int i = 0; i < N; i++) {
        snprintf(names[i], sizeof names[i], "kernel%d", i);
        codes[i] = (tri_plan_code){.kind = "null", .bytes = names[i], .n = strlen(names[i])};
        kernels[i] = s.kernels[SAMPLE_ADD];
        kernels[i].name = names[i];
        kernels[i].code[0] = (uint32_t)i;
    }
    s.plans[SAMPLE_MAIN].codes = codes;
    s.plans[SAMPLE_MAIN].kernels = kernels;
    s.plans[SAMPLE_MAIN].n_codes = s.plans[SAMPLE_MAIN].n_kernels = N;
    void *bytes;
    size_t n;
    encode(&s.program, &bytes, &n);
    tri_artifact *artifact = parse(bytes, n);
    check_plan(&tri_artifact_program(artifact)->plans[SAMPLE_MAIN], &s.plans[SAMPLE_MAIN]);
    tri_artifact_close(artifact);
    free(bytes);
}
END_TEST

START_TEST(a_file_is_written_whole_and_opened_again)
{
    sample s;
    sample_make(&s);
    char path[] = "/tmp/trine-artifact-test-XXXXXX";
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    close(fd);
    ck_assert_ptr_null(tri_artifact_write(&s.program, path));
    tri_artifact *artifact;
    ck_assert_ptr_null(tri_artifact_open(path, &artifact));
    check_plan(&tri_artifact_program(artifact)->plans[SAMPLE_MAIN], &s.plans[SAMPLE_MAIN]);
    ck_assert_uint_eq((uintptr_t)tri_artifact_program(artifact)->constants % 4096, 0);
    tri_artifact_close(artifact);
    unlink(path);
}
END_TEST

START_TEST(readelf_shows_the_sections)
{
    if (system("readelf --version > /dev/null 2>&1")) return;
    FILE *output = popen("readelf -SW tests/fuzz/corpus/artifact_bytes/sample.tri 2>&1", "r");
    ck_assert_ptr_nonnull(output);
    char text[8192];
    text[fread(text, 1, sizeof text - 1, output)] = 0;
    ck_assert_int_eq(pclose(output), 0);
    for (int i = 0; i < TRI_ARTIFACT_N_SECTIONS; i++) ck_assert_ptr_nonnull(strstr(text, tri_artifact_section_name(i)));
    ck_assert_msg(!strcasestr(text, "warning") && !strcasestr(text, "error"), "%s", text);
}
END_TEST

/* Which part of the file byte `i` belongs to, as messages call it; null: more than one name may be right. */
static const char *part_of(const void *bytes, size_t i)
{
    if (i < sizeof(Elf64_Ehdr)) return "ELF header";
    for (int s = 0; s < TRI_ARTIFACT_N_SECTIONS; s++) {
        Elf64_Shdr header = section_header(bytes, s + 1);
        if (i >= header.sh_offset && i < header.sh_offset + header.sh_size) return tri_artifact_section_name(s);
    }
    return NULL;
}

START_TEST(a_flipped_bit_anywhere_is_found_and_named)
{
    sample s;
    sample_make(&s);
    add_maps(&s);
    void *bytes;
    size_t n;
    encode(&s.program, &bytes, &n);
    for (size_t i = 0; i < n; i++) {
        unsigned char *byte = (unsigned char *)bytes + i, flip = (unsigned char)(1 << i % 8);
        const char *part = part_of(bytes, i);
        *byte ^= flip;
        tri_artifact *artifact = NULL;
        tri_status *status = tri_artifact_parse(bytes, n, "test.tri", &artifact);
        ck_assert_msg(status != NULL, "byte %zu (%s) was flipped and nobody saw it", i, part ? part : "between sections");
        ck_assert_int_eq(tri_status_code(status), TRI_INVALID);
        ck_assert_msg(!part || strstr(tri_status_message(status), part), "byte %zu of %s: %s", i, part, tri_status_message(status));
        tri_status_free(status);
        *byte ^= flip;
    }
    tri_artifact_close(parse(bytes, n));
    free(bytes);
}
END_TEST

START_TEST(a_file_cut_short_or_made_longer_is_refused)
{
    sample s;
    sample_make(&s);
    void *bytes;
    size_t n;
    encode(&s.program, &bytes, &n);
    char *longer = calloc(1, n + 64);
    memcpy(longer, bytes, n);
    for (size_t length = 0; length <= n + 64; length += length + 64 > n - 600 ? 1 : 37) {
        if (length == n) continue;
        tri_artifact *artifact = NULL;
        tri_status *status = tri_artifact_parse(longer, length, "test.tri", &artifact);
        ck_assert_msg(status != NULL, "%zu of %zu bytes were taken for the whole", length, n);
        ck_assert_int_eq(tri_status_code(status), TRI_INVALID);
        tri_status_free(status);
    }
    free(longer);
    free(bytes);
}
END_TEST

START_TEST(another_version_is_refused_by_its_number)
{
    sample s;
    sample_make(&s);
    void *bytes;
    size_t n;
    encode(&s.program, &bytes, &n);
    uint32_t version = 77;
    memcpy((char *)bytes + section_header(bytes, TRI_ARTIFACT_MANIFEST + 1).sh_offset + offsetof(tri_artifact_head, version), &version,
           sizeof version);
    tri_artifact *artifact;
    tri_status *status = tri_artifact_parse(bytes, n, "test.tri", &artifact);
    ck_assert_int_eq(tri_status_code(status), TRI_INVALID);
    ck_assert_ptr_nonnull(strstr(tri_status_message(status), "version 77"));
    tri_status_free(status);
    free(bytes);
}
END_TEST

START_TEST(other_files_are_no_artifacts)
{
    _Alignas(8) static const char text[] = "module @not_an_artifact { func.func @main() }, and some more text to be longer than an ELF header is";
    tri_artifact *artifact;
    tri_status *status = tri_artifact_parse(text, sizeof text, "model.mlir", &artifact);
    ck_assert_ptr_nonnull(strstr(tri_status_message(status), "not an artifact"));
    tri_status_free(status);
    status = tri_artifact_parse(NULL, 0, "empty.tri", &artifact);
    ck_assert_int_eq(tri_status_code(status), TRI_INVALID);
    tri_status_free(status);
    status = tri_artifact_parse(text + 1, sizeof text - 1, "model.mlir", &artifact);
    ck_assert_int_eq(tri_status_code(status), TRI_USAGE);
    tri_status_free(status);
    status = tri_artifact_open("/no/such/file.tri", &artifact);
    ck_assert_int_eq(tri_status_code(status), TRI_INVALID);
    tri_status_free(status);
    status = tri_artifact_open("/proc/self/exe", &artifact); /* an ELF file, but a program */
    ck_assert_int_eq(tri_status_code(status), TRI_INVALID);
    tri_status_free(status);
}
END_TEST

/* Programs that lie, with right digests: what the reader says of them. The writer reads back what it wrote, so encoding is enough. */
static void no_dtype(sample *s) { s->inputs[1].dtype = TRI_DTYPE_COUNT; }
static void rank_too_large(sample *s) { s->inputs[1].rank = 9; }
static void rank_negative(sample *s) { s->inputs[1].rank = -1; }
static void dim_negative(sample *s) { s->inputs[1].dims[0] = -16; }
static void dim_behind_rank(sample *s) { s->inputs[1].dims[1] = 1; }
static void size_overflows(sample *s)
{
    s->outputs[1].rank = 3;
    for (int i = 0; i < 3; i++) s->outputs[1].dims[i] = 1ll << 32;
}
static void buffer_kind(sample *s) { s->buffers[2].kind = TRI_BUFFER_KINDS; }
static void buffer_index(sample *s) { s->buffers[SAMPLE_Y].index = 2; }
static void buffer_size(sample *s) { s->buffers[SAMPLE_Y].bytes = 32; }
static void buffer_offset(sample *s) { s->buffers[SAMPLE_OUT0].offset = 4; }
static void constant_outside(sample *s) { s->buffers[SAMPLE_CONSTANT].offset = SAMPLE_BYTES + 1; }
static void scratch_outside(sample *s) { s->plans[0].scratch_bytes--; }
static void scratch_wraps(sample *s) { s->buffers[SAMPLE_SUM].offset = UINT64_MAX - 8; }
static void scratch_huge(sample *s) { s->plans[0].scratch_bytes = UINT64_MAX; }
static void output_without_buffer(sample *s) { s->buffers[SAMPLE_OUT1].index = 0; }
static void kernel_code(sample *s) { s->kernels[0].code[0] = 1; }
static void kernel_second_code(sample *s) { s->kernels[0].code[1] = 7; }
static void kernel_without_code(sample *s) { s->kernels[0].code[0] = UINT32_MAX; }
static void registers_negative(sample *s) { s->kernels[0].registers = -2; }
static void step_kind(sample *s) { s->steps[1].kind = TRI_STEP_KINDS; }
static void step_kernel(sample *s) { s->steps[1].kernel = SAMPLE_KERNELS; }
static void step_buffer(sample *s) { s->lists[1][2] = SAMPLE_BUFFERS; }
static void copy_of_three(sample *s) { s->steps[SAMPLE_STEP_COPY].n_buffers = 3; }
static void copy_too_much(sample *s) { s->steps[SAMPLE_STEP_COPY].bytes = SAMPLE_BYTES + 1; }
static void map_of_no_buffer(sample *s) { s->maps[0].buffer = 3; }
static void map_type(sample *s) { s->maps[1].dtype = TRI_DTYPE_COUNT; }
static void map_rank(sample *s) { s->maps[0].rank = 6; }
static void map_rank_negative(sample *s) { s->maps[0].rank = -3; }
static void map_behind_rank(sample *s) { s->maps[1].box[4] = 1; }
static void map_too_long(sample *s) { s->maps[0].dims[1] = 5; }
static void map_too_far(sample *s) { s->maps[1].offset = 32; }
static void map_box(sample *s) { s->maps[0].box[0] = 0; }
static void map_swizzle(sample *s) { s->maps[0].swizzle = 33; }
static void maps_too_many(sample *s)
{
    static tri_tensor_map many[TRI_TENSOR_MAPS_MOST + 1];
    for (size_t i = 0; i < sizeof many / sizeof *many; i++) many[i] = s->maps[0];
    s->kernels[SAMPLE_MUL].n_maps = TRI_TENSOR_MAPS_MOST + 1;
    s->kernels[SAMPLE_MUL].maps = many;
}
static void segment_kernel(sample *s) { s->segments[1].kernel = SAMPLE_KERNELS; }
static void segment_buffer(sample *s) { s->segment_list[1] = SAMPLE_BUFFERS; }
static void segment_empty(sample *s) { s->segments[0].n_steps = 0; }
static void segment_outside(sample *s) { s->segments[1].first = SAMPLE_STEPS; }
static void segment_too_long(sample *s) { s->segments[1].n_steps = SAMPLE_STEPS; }
static void segment_wraps(sample *s) { s->segments[1].n_steps = UINT32_MAX; }
static void segments_overlap(sample *s) { s->segments[0].n_steps = 2; }
static void segments_descend(sample *s) { s->segments[1].first = 0; }
static void segment_of_a_copy(sample *s) { s->segments[1].n_steps = 2; }
static void segment_map(sample *s)
{
    s->segments[1].kernel = SAMPLE_MUL; /* whose maps view buffers 0 and 2 */
    s->segments[1].n_buffers = 2;
}
static void plan_twice(sample *s) { s->plans[SAMPLE_TWICE].entry = "main"; }

static const struct {
    void (*lie)(sample *s);
    const char *says;
} lies[] = {
    {no_dtype, "plan 0, input 1: no tensor has this type"},
    {rank_too_large, "input 1: no tensor has this type"},
    {rank_negative, "input 1: no tensor has this type"},
    {dim_negative, "input 1: no tensor has this type"},
    {dim_behind_rank, "input 1: no tensor has this type"},
    {size_overflows, "output 1: no tensor has this type"},
    {buffer_kind, "buffer 2: there is no such kind"},
    {buffer_index, "buffer 1: it belongs to an argument or result that is not there"},
    {buffer_size, "buffer 1: it is not as large as its tensor"},
    {buffer_offset, "buffer 2: it is not as large as its tensor"},
    {constant_outside, "buffer 4: it lies outside of its memory"},
    {scratch_outside, "buffer 5: it lies outside of its memory"},
    {scratch_wraps, "buffer 5: it lies outside of its memory"},
    {scratch_huge, "its scratch memory is impossibly large"},
    {output_without_buffer, "output 1: no buffer holds it"},
    {kernel_code, "kernel 0: its code image is not there"},
    {kernel_second_code, "kernel 0: its code image is not there"},
    {kernel_without_code, "kernel 0: its code image is not there"},
    {registers_negative, "kernel 0: its count of registers"},
    {step_kind, "step 1: there is no such kind of step"},
    {step_kernel, "step 1: its kernel is not there"},
    {step_buffer, "step 1: a buffer it uses is not there"},
    {copy_of_three, "step 2: a copy has two buffers"},
    {copy_too_much, "step 2: it copies more than its buffers hold"},
    {map_of_no_buffer, "step 1: a tensor map of its kernel views a buffer that it does not bind"},
    {map_type, "kernel 1: tensor map: elements of an unknown type"},
    {map_rank, "kernel 1: tensor map: rank 6"},
    {map_rank_negative, "kernel 1: tensor map: rank -3"},
    {map_behind_rank, "kernel 1: a tensor map says something of dimensions it does not have"},
    {map_too_long, "step 1: tensor map: it reaches byte 80 of a buffer of 64"},
    {map_too_far, "step 1: tensor map: it reaches byte 80 of a buffer of 64"},
    {map_box, "kernel 1: tensor map: box of dimension 0"},
    {map_swizzle, "kernel 1: tensor map: there is no swizzle of 33 bytes"},
    {maps_too_many, "kernel 1: it has more tensor maps than a kernel may"},
    {segment_kernel, "segment 1: its kernel is not there"},
    {segment_buffer, "segment 1: a buffer it uses is not there"},
    {segment_empty, "segment 0: it is empty, or its steps are not there"},
    {segment_outside, "segment 1: it is empty, or its steps are not there"},
    {segment_too_long, "segment 1: it is empty, or its steps are not there"},
    {segment_wraps, "segment 1: it is empty, or its steps are not there"},
    {segments_overlap, "segment 1: it is empty, or its steps are not there"},
    {segments_descend, "segment 1: it is empty, or its steps are not there"},
    {segment_of_a_copy, "segment 1: one of its steps is no launch"},
    {segment_map, "segment 1: a tensor map of its kernel views a buffer that it does not bind"},
    {plan_twice, "plan 1, head 0: an earlier plan has the same chip and entry point"},
};

START_TEST(a_program_that_lies_is_refused_by_what_it_says)
{
    sample s;
    sample_make(&s);
    add_maps(&s);
    sample_add_segments(&s);
    lies[_i].lie(&s);
    void *bytes;
    size_t n;
    tri_status *status = tri_artifact_encode(&s.program, &bytes, &n);
    ck_assert_int_eq(tri_status_code(status), TRI_BUG);
    ck_assert_msg(strstr(tri_status_message(status), lies[_i].says), "'%s' is not in: %s", lies[_i].says, tri_status_message(status));
    tri_status_free(status);
}
END_TEST

START_TEST(a_name_that_cannot_be_stored_is_the_users_mistake)
{
    static char names[3][300];
    strcpy(names[1], "red\x1b[31m");
    memset(names[2], 'a', 256);
    for (int i = 0; i < 3; i++) {
        sample s;
        sample_make(&s);
        s.inputs[1].name = names[i];
        void *bytes;
        size_t n;
        tri_status *status = tri_artifact_encode(&s.program, &bytes, &n);
        ck_assert_int_eq(tri_status_code(status), TRI_INVALID);
        ck_assert_ptr_nonnull(strstr(tri_status_message(status), "cannot store the name"));
        tri_status_free(status);
    }
    sample s;
    sample_make(&s);
    names[2][255] = 0; /* the longest there may be */
    s.inputs[1].name = names[2];
    void *bytes;
    size_t n;
    encode(&s.program, &bytes, &n);
    free(bytes);
}
END_TEST

static void digest(const char *bytes, size_t n, char *out_digest)
{
    tri_sha256 sha;
    tri_sha256_begin(&sha);
    tri_sha256_add(&sha, bytes, n);
    tri_sha256_end(&sha, (unsigned char *)out_digest);
}

START_TEST(strings_that_lie_are_refused_behind_right_digests)
{
    sample s;
    sample_make(&s);
    void *bytes;
    size_t n;
    encode(&s.program, &bytes, &n);
    Elf64_Shdr manifest = section_header(bytes, TRI_ARTIFACT_MANIFEST + 1), strings = section_header(bytes, TRI_ARTIFACT_STRINGS + 1);
    char *head = (char *)bytes + manifest.sh_offset, *text = (char *)bytes + strings.sh_offset;
    size_t last = strings.sh_size - 1, kernel = 0;
    while (strcmp(text + kernel, "mul_f32")) kernel += strlen(text + kernel) + 1;
    const struct {
        size_t at;
        char byte;
        const char *says;
    } lies[] = {{kernel + 3, '\n', "kernel 1: a name is empty, too long, or holds control"}, /* a control character */
                {kernel, 0, "kernel 1: a name is empty"},
                {kernel - 1, 'x', "kernel 1: a string's offset is not the start of one"}, /* it is now the tail of another */
                {last, 'x', "the last string has no end"}};
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        char was = text[lies[i].at];
        text[lies[i].at] = lies[i].byte;
        digest(text, strings.sh_size, head + offsetof(tri_artifact_head, sections));
        digest(head + TRI_ARTIFACT_DIGESTED_FROM, manifest.sh_size - TRI_ARTIFACT_DIGESTED_FROM, head + offsetof(tri_artifact_head, manifest));
        tri_artifact *artifact;
        tri_status *status = tri_artifact_parse(bytes, n, "test.tri", &artifact);
        ck_assert_int_eq(tri_status_code(status), TRI_INVALID);
        ck_assert_msg(strstr(tri_status_message(status), lies[i].says), "'%s' is not in: %s", lies[i].says, tri_status_message(status));
        tri_status_free(status);
        text[lies[i].at] = was;
    }
    free(bytes);
}
END_TEST

static tri_status *write_seeds(void)
{
    sample s;
    sample_make(&s);
    void *bytes;
    size_t n, n_records;
    TRI_TRY(tri_artifact_encode(&s.program, &bytes, &n));
    const char *records = records_of(bytes, &n_records);
    tri_status *status = tri_file_write(seed_file, bytes, n);
    if (!status) status = tri_file_write(seed_records, records, n_records);
    free(bytes);
    TRI_TRY(status);
    add_maps(&s);
    TRI_TRY(tri_artifact_encode(&s.program, &bytes, &n));
    records = records_of(bytes, &n_records);
    status = tri_file_write(seed_maps, records, n_records);
    free(bytes);
    TRI_TRY(status);
    sample_add_segments(&s);
    TRI_TRY(tri_artifact_encode(&s.program, &bytes, &n));
    records = records_of(bytes, &n_records);
    status = tri_file_write(seed_segments, records, n_records);
    free(bytes);
    return status;
}

int main(int argc, char **argv)
{
    if (argc == 2 && !strcmp(argv[1], "--write-seeds")) {
        tri_status *status = write_seeds();
        tri_status_print(status, NULL, stderr);
        return tri_code_exit_status(tri_status_code(status));
    }
    Suite *suite = suite_create("artifact");
    TCase *cases = tcase_create("artifact");
    tcase_set_timeout(cases, 120);
    tcase_add_test(cases, a_program_comes_back_as_it_was);
    tcase_add_test(cases, an_empty_program_is_an_artifact_too);
    tcase_add_test(cases, the_same_program_gives_the_same_bytes);
    tcase_add_test(cases, the_seeds_of_the_fuzz_corpora_are_the_sample);
    tcase_add_test(cases, an_image_that_plans_share_is_stored_once);
    tcase_add_test(cases, many_different_strings_and_images_are_kept_apart);
    tcase_add_test(cases, a_file_is_written_whole_and_opened_again);
    tcase_add_test(cases, readelf_shows_the_sections);
    tcase_add_test(cases, a_flipped_bit_anywhere_is_found_and_named);
    tcase_add_test(cases, a_file_cut_short_or_made_longer_is_refused);
    tcase_add_test(cases, another_version_is_refused_by_its_number);
    tcase_add_test(cases, other_files_are_no_artifacts);
    tcase_add_loop_test(cases, a_program_that_lies_is_refused_by_what_it_says, 0, sizeof lies / sizeof *lies);
    tcase_add_test(cases, a_name_that_cannot_be_stored_is_the_users_mistake);
    tcase_add_test(cases, strings_that_lie_are_refused_behind_right_digests);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
