/* tests/unit/systolic_sched_programs.c - see systolic_sched_programs.h. */
#include "systolic_sched_programs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "targets/target.h"

enum { BANKS = 8, ROWS = 128, COLUMNS = 512, BM = BANKS * ROWS };

static int64_t parts(int64_t n, int64_t size) { return (n + size - 1) / size; }

/* %x0, %x1, ... with a prefix and a suffix each. */
static void names(tri_text *t, const char *format, const char *between)
{
    for (int m = 0; m < BANKS; m++) {
        tri_text_addf(t, "%s", m ? between : "");
        tri_text_addf(t, format, m, m);
    }
}

static void bank_types(tri_text *t) { names(t, "tile<128x512xf32>", ", "); }

/* One chunk's products on all banks: %out of its own number from %in, rows of %a, %b. The first acquires, the last hands over: bank by bank, or all
 * before and all behind. */
static void products(tri_text *t, const matmul_schedule *s, const char *in, const char *out, int64_t kc, bool first, bool last)
{
    for (int m = 0; first && s->all_at_once && m < BANKS; m++) tri_text_addf(t, "acquire %%c%d\n", m);
    for (int m = 0; m < BANKS; m++) {
        if (first && !s->all_at_once) tri_text_addf(t, "acquire %%c%d\n", m);
        tri_text_addf(t, "%%p%s%d = part %%a%s[%d, 0] : tile<128x%lldxbf16>\n", out, m, out, m * ROWS, (long long)kc);
        tri_text_addf(t, "%%%s%d = mma %%p%s%d, %%b%s, ", out, m, out, m, out);
        tri_text_addf(t, first ? "%%z : tile<128x512xf32>\n" : "%%%s%d : tile<128x512xf32>\n", in, m);
        if (last && !s->all_at_once) tri_text_addf(t, "store_into %%%s%d -> %%c%d[0, 0]\npublish %%c%d\n", out, m, m, m);
    }
    for (int m = 0; last && s->all_at_once && m < BANKS; m++) tri_text_addf(t, "store_into %%%s%d -> %%c%d[0, 0]\npublish %%c%d\n", out, m, m, m);
}

static void await_chunk(tri_text *t, const char *ring, const char *name, int64_t kc)
{
    tri_text_addf(t, "%%a%s = await %%%sa : tile<%dx%lldxbf16>\n%%b%s = await %%%sb : tile<%lldx%dxbf16>\n", name, ring, BM, (long long)kc, name,
                  ring, (long long)kc, COLUMNS);
}

static void release_chunk(tri_text *t, const char *ring) { tri_text_addf(t, "release %%%sa\nrelease %%%sb\n", ring, ring); }

static void load_chunk(tri_text *t, const char *ring, const char *k, int64_t kc)
{
    tri_text_addf(t, "acquire %%%sa\nload_into %%%sa[0, 0], %%A[%%m:+%d, %s:+%lld]\npublish %%%sa\n", ring, ring, BM, k, (long long)kc, ring);
    tri_text_addf(t, "acquire %%%sb\nload_into %%%sb[0, 0], %%B[%s:+%lld, %%n:+%d]\npublish %%%sb\n", ring, ring, k, (long long)kc, COLUMNS, ring);
}

static void matrix_role(tri_text *t, const matmul_schedule *s)
{
    int64_t chunks = parts(s->k, s->kc), tiles = s->kc / ROWS;
    bool one = chunks == 1;
    tri_text_addf(t, "role @pe matrix[1] (%%i, %%r) { work (%%p) {\n%%z = fill 0.0 : tile<128x512xf32>\n");
    if (s->first_in_tiles) {
        names(t, "%%f%d", ", ");
        tri_text_addf(t, " = if %%p == 0 : ");
        bank_types(t);
        tri_text_addf(t, " {\n");
        char in[32] = "z", out[32];
        for (int64_t j = 0; j < tiles; j++) {
            snprintf(out, sizeof out, "t%lld_", (long long)j);
            await_chunk(t, "f", out, ROWS);
            products(t, s, in, out, ROWS, j == 0, false);
            release_chunk(t, "f");
            memcpy(in, out, sizeof in);
        }
        tri_text_addf(t, "yield ");
        for (int m = 0; m < BANKS; m++) tri_text_addf(t, "%s%%%s%d", m ? ", " : "", out, m);
        tri_text_addf(t, "\n} else {\n");
        await_chunk(t, "q", "w", s->kc);
        products(t, s, "z", "w", s->kc, true, false);
        release_chunk(t, "q");
        tri_text_addf(t, "yield ");
        names(t, "%%w%d", ", ");
        tri_text_addf(t, "\n}\n");
        for (int m = 0; one && m < BANKS; m++) tri_text_addf(t, "store_into %%f%d -> %%c%d[0, 0]\npublish %%c%d\n", m, m, m);
    } else {
        await_chunk(t, "q", "f", s->kc);
        products(t, s, "z", "f", s->kc, true, one);
        release_chunk(t, "q");
    }
    if (!one) {
        names(t, "%%g%d", ", ");
        tri_text_addf(t, " = for %%k in 1..%lld iter(", (long long)chunks - 1);
        names(t, "%%h%d = %%f%d", ", ");
        tri_text_addf(t, ") {\n");
        await_chunk(t, "q", "k", s->kc);
        products(t, s, "h", "k", s->kc, false, false);
        release_chunk(t, "q");
        tri_text_addf(t, "yield ");
        names(t, "%%k%d", ", ");
        tri_text_addf(t, "\n}\n");
        await_chunk(t, "q", "l", s->kc);
        products(t, s, "g", "l", s->kc, false, true);
        release_chunk(t, "q");
    }
    tri_text_addf(t, "} }\n");
}

static void evacuating_role(tri_text *t, const matmul_schedule *s, const char *name, const char *unit, const char *ring, int first, int step)
{
    tri_text_addf(t, "role @%s %s[1] (%%i, %%r) { work (%%p) {\n", name, unit);
    if (s->bias) tri_text_addf(t, "%%bias = await %%qbias : tile<1x512xf32>\n");
    for (int m = first; m < BANKS; m += step) {
        tri_text_addf(t, "%%t%d = await %%c%d : tile<128x512xf32>\nacquire %%%s\n", m, m, ring);
        if (s->bias)
            tri_text_addf(t, "%%y%d = map(%%t%d, %%bias) : tile<128x512xbf16> { ^(%%x: f32, %%b: f32):\n%%0 = add %%x, %%b : f32\n", m, m);
        else
            tri_text_addf(t, "%%y%d = map(%%t%d) : tile<128x512xbf16> { ^(%%0: f32):\n", m, m);
        tri_text_addf(t, "%%1 = convert %%0 : bf16\nyield %%1\n}\n");
        tri_text_addf(t, "store_into %%y%d -> %%%s[0, 0]\npublish %%%s\nrelease %%c%d\n", m, ring, ring, m);
    }
    if (s->bias) tri_text_addf(t, "release %%qbias\n");
    tri_text_addf(t, "} }\n");
}

static void storing_role(tri_text *t, const char *name, const char *ring, int64_t columns, int first, int step)
{
    tri_text_addf(t, "role @%s copy[1] (%%i, %%r) { work (%%p) {\n%%m = index %%p div %lld * %d\n%%n = index %%p mod %lld * %d\n", name,
                  (long long)columns, BM, (long long)columns, COLUMNS);
    for (int m = first; m < BANKS; m += step)
        tri_text_addf(t, "%%t%d = await %%%s : tile<128x512xbf16>\nstore %%t%d -> %%C[%%m + %d:+128, %%n:+512]\nrelease %%%s\n", m, ring, m, m * ROWS,
                      ring);
    tri_text_addf(t, "} }\n");
}

void matmul_text(tri_text *t, const matmul_schedule *s)
{
    int64_t rows = parts(s->m, BM), columns = parts(s->n, COLUMNS), chunks = parts(s->k, s->kc);
    tri_text_addf(t, "scheduled @matmul(%%A: in buf<%lldx%lldxbf16>, %%B: in buf<%lldx%lldxbf16>, ", (long long)s->m, (long long)s->k,
                  (long long)s->k, (long long)s->n);
    if (s->bias) tri_text_addf(t, "%%V: in buf<1x%lldxf32>, ", (long long)s->n);
    tri_text_addf(t, "%%C: out buf<%lldx%lldxbf16>) programs %lld workers 1 cluster 1 {\n", (long long)s->m, (long long)s->n,
                  (long long)(rows * columns));
    const char *kinds[] = {"q", "f"};
    for (int f = 0; f <= s->first_in_tiles; f++) {
        long long kc = f ? ROWS : (long long)s->kc, depth = f ? (long long)(s->kc / ROWS) : (long long)s->depth;
        tri_text_addf(t, "%%%sa = ring depth %lld : ring<%dx%lldxbf16> @%sa\n", kinds[f], depth, BM, kc, kinds[f]);
        tri_text_addf(t, "%%%sb = ring depth %lld : ring<%lldx%dxbf16> @%sb\n", kinds[f], depth, kc, COLUMNS, kinds[f]);
    }
    if (s->bias) tri_text_addf(t, "%%qbias = ring depth 2 : ring<1x512xf32> @bias\n");
    for (int m = 0; m < BANKS; m++) tri_text_addf(t, "%%c%d = ring depth 1 place acc : ring<128x512xf32> @c%d\n", m, m);
    tri_text_addf(t, "%%yv = ring depth %lld : ring<128x512xbf16> @yv\n", (long long)s->stages);
    if (!s->vector_only) tri_text_addf(t, "%%ya = ring depth %lld : ring<128x512xbf16> @ya\n", (long long)s->stages);

    tri_text_addf(t, "role @load copy[1] (%%i, %%r) { work (%%p) {\n%%m = index %%p div %lld * %d\n%%n = index %%p mod %lld * %d\n",
                  (long long)columns, BM, (long long)columns, COLUMNS);
    if (s->bias) tri_text_addf(t, "acquire %%qbias\nload_into %%qbias[0, 0], %%V[0:+1, %%n:+512]\npublish %%qbias\n");
    if (s->first_in_tiles) {
        tri_text_addf(t, "if %%p == 0 {\nfor %%k in 0..%lld {\n", (long long)(s->kc / ROWS));
        load_chunk(t, "f", "%k * 128", ROWS);
        tri_text_addf(t, "}\n} else {\n");
        load_chunk(t, "q", "0", s->kc);
        tri_text_addf(t, "}\n");
    }
    char at[64];
    snprintf(at, sizeof at, "%%k * %lld", (long long)s->kc);
    tri_text_addf(t, "for %%k in %d..%lld {\n", s->first_in_tiles, (long long)chunks);
    load_chunk(t, "q", at, s->kc);
    tri_text_addf(t, "}\n} }\n");
    matrix_role(t, s);
    evacuating_role(t, s, "vec", "vector", "yv", 0, s->vector_only ? 1 : 2);
    if (!s->vector_only) evacuating_role(t, s, "act", s->bias ? "general" : "scalar", "ya", 1, 2);
    storing_role(t, "put_v", "yv", columns, 0, s->vector_only ? 1 : 2);
    if (!s->vector_only) storing_role(t, "put_a", "ya", columns, 1, 2);
    tri_text_addf(t, "}\n");
}

/* ---- running ---- */

enum { MOST_BUFFERS = 8 };

static tri_status *run_image(const tri_chip *file, const tri_kernel_code *code, const sched_data *data, int n, bool timing_only,
                             tri_syssim_report *out_report)
{
    tri_syssim_chip chip;
    tri_syssim_code *loaded;
    tri_syssim_block blocks[MOST_BUFFERS];
    uint64_t addresses[MOST_BUFFERS], bytes[MOST_BUFFERS], at = 1 << 20;
    const char *labels[MOST_BUFFERS] = {"A", "B", "C", "D", "E", "F", "G", "H"};
    TRI_TRY(tri_syssim_chip_read(file, &chip));
    TRI_TRY(tri_syssim_load(&chip, "program", code->images[0], code->sizes[0], &loaded));
    uint8_t *inits[MOST_BUFFERS] = {0};
    for (int i = 0; i < n; i++) {
        addresses[i] = at;
        bytes[i] = data[i].bytes;
        inits[i] = timing_only ? NULL : calloc(data[i].bytes / 8 + 16, 1);
        if (inits[i] && data[i].written) memset(inits[i], 255, data[i].bytes / 8 + 1);
        blocks[i] = (tri_syssim_block){at, data[i].bytes, data[i].data, inits[i]};
        at += (data[i].bytes + (1 << 20)) / (1 << 20) * (1 << 20);
    }
    tri_launch launch = {.kernel = "program", .n_arguments = (uint32_t)n, .arguments = addresses, .bytes = bytes, .argument_names = labels};
    tri_syssim_options options = {.timing_only = timing_only, .one_thread = true};
    tri_status *status = tri_syssim_run(&chip, loaded, &launch, blocks, (size_t)n, &options, out_report);
    for (int i = 0; i < n; i++) {
        bool complete = !timing_only && !data[i].written && !status;
        for (uint64_t b = 0; complete && b < data[i].bytes; b++)
            if (!(inits[i][b / 8] >> (b % 8) & 1)) {
                status = tri_error(TRI_INVALID, TRI_NOWHERE, "byte %llu of buffer %s was not written", (unsigned long long)b, labels[i]);
                complete = false;
            }
        free(inits[i]);
    }
    tri_syssim_unload(loaded);
    return status;
}

static tri_status *compile_and_run(tri_arena *arena, const tri_chip *chip, const char *text, size_t n_text, const sched_data *data, int n,
                                   bool timing_only, tri_syssim_report *out_report, char **out_listing)
{
    tri_module *module;
    TRI_TRY(tri_module_parse(arena, text, n_text, "program", &module));
    TRI_TRY(tri_module_verify(module, TRI_LEVEL_TILE));
    tri_func *func = module->first;
    tri_kernel_code code;
    tri_target_options options = {.want_text = out_listing != NULL};
    TRI_TRY(tri_target_systolic.compile(chip, 1, (const tri_func *const[]){func}, &options, &code));
    tri_status *status = run_image(chip, &code, data, n, timing_only, out_report);
    if (out_listing) {
        *out_listing = code.text;
        code.text = NULL;
    }
    tri_kernel_code_free(&code);
    return status;
}

tri_status *sched_run(const char *chip, const char *text, size_t n_text, const sched_data *data, int n, bool timing_only,
                      tri_syssim_report *out_report, char **out_listing)
{
    tri_arena arena;
    tri_chip *file;
    if (out_listing) *out_listing = NULL;
    TRI_TRY(strchr(chip, '\n') ? tri_chip_parse(chip, strlen(chip), "test.chip", &file) : tri_chip_load(chip, &file));
    tri_arena_init(&arena, 0);
    tri_status *status = compile_and_run(&arena, file, text, n_text, data, n, timing_only, out_report, out_listing);
    tri_arena_free(&arena);
    tri_chip_free(file);
    return status;
}
