/* ptx_bench.c - how fast the PTX simulator is on one core: a loop of ldmatrix and mma.sync, and loops of plain instructions. Prints, asserts nothing.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "runtime/drivers/ptx_sim/driver.h"

static const char prologue[] =
    ".version 8.0\n.target sm_80\n.address_size 64\n.entry k(.param .u64 in) {\n .reg .pred %p<4>; .reg .f32 %f<40>; .reg .b32 %r<40>; .reg .b64 "
    "%l<8>; .shared .align 16 .b8 s[16384];\n"
    " ld.param.u64 %l0, [in]; mov.u32 %r0, %tid.x; mul.wide.u32 %l1, %r0, 16; mov.u64 %l2, s; add.s64 %l3, %l2, %l1; mov.u32 %r1, 0;\n"
    " mov.f32 %f0, 0f3F803F80; mov.f32 %f1, 0f3F813F80; mov.f32 %f2, 0f3F000000; mov.f32 %f3, 0f00000000;\n"
    " st.shared.v4.f32 [%l3], {%f0, %f0, %f0, %f0}; st.shared.v4.f32 [%l3+2048], {%f1, %f1, %f1, %f1}; add.s64 %l4, %l0, %l1;\n bar.sync 0;\n";
static const char loop_end[] = " add.s32 %r1, %r1, 1; setp.lt.u32 %p0, %r1, 20000;\n @%p0 bra next;\n}\n";

static const struct {
    const char *name, *body;
    double macs; /* a warp and an iteration */
} loops[] = {
    {"fma.rn.f32, dependent",
     " fma.rn.f32 %f3, %f1, %f2, %f3; fma.rn.f32 %f3, %f1, %f2, %f3; fma.rn.f32 %f3, %f1, %f2, %f3; fma.rn.f32 %f3, %f1, %f2, %f3;\n", 128},
    {"integer mixture",
     " mad.lo.s32 %r2, %r1, %r0, %r1; shl.b32 %r3, %r1, 3; xor.b32 %r4, %r2, %r3; and.b32 %r5, %r4, 255; setp.gt.s32 %p1, %r5, 3; selp.b32 %r6, %r5, "
     "%r3, %p1;\n",
     0},
    {"ld.global.v4 and st.shared.v4", " ld.global.v4.f32 {%f4, %f5, %f6, %f7}, [%l4]; st.shared.v4.f32 [%l3], {%f4, %f5, %f6, %f7};\n", 0},
    {"cp.async 16 and wait", " cp.async.cg.shared.global [%l3], [%l4], 16; cp.async.commit_group; cp.async.wait_group 0;\n", 0},
    {"ex2.approx.f32", " ex2.approx.ftz.f32 %f4, %f2; ex2.approx.ftz.f32 %f5, %f1;\n", 0},
};

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void print_and_free(tri_status *status)
{
    tri_status_print(status, NULL, stderr);
    tri_status_free(status);
}

static void measure(const char *name, const char *text, double macs)
{
    enum { WARPS = 4 };
    tri_device *device;
    tri_code_image *code;
    tri_address in;
    static char zeros[65536];
    tri_device_options options = {.threads = 1};
    tri_status *status = tri_ptx_driver.open(0, NULL, &options, &device);
    if (status) return print_and_free(status);
    status = tri_ptx_driver.allocate(device, sizeof zeros, &in);
    if (!status) status = tri_ptx_driver.write(device, in, zeros, sizeof zeros);
    if (!status) status = tri_ptx_driver.load(device, "bench", text, strlen(text), &code);
    if (!status) {
        uint64_t bytes = sizeof zeros;
        tri_launch launch = {.kernel = "k", .grid = {1, 1, 1}, .block = {32 * WARPS, 1, 1}, .n_arguments = 1, .arguments = &in, .bytes = &bytes};
        tri_launch_report report;
        double best = 1e9;
        for (int round = 0; round < 3 && !status; round++) {
            double start = seconds();
            status = tri_ptx_driver.launch(device, code, &launch, &report);
            double took = seconds() - start;
            if (took < best) best = took;
        }
        if (!status)
            printf("%-36s %8.1f M MAC/s %9.0f M lane-instructions/s\n", name, macs * 20000 * WARPS / best * 1e-6,
                   (double)report.instructions * 32 / best * 1e-6);
        tri_ptx_driver.unload(device, code);
    }
    if (status) print_and_free(status);
    tri_ptx_driver.close(device);
}

/* A warp tile of 16 x 32, k 16: one ldmatrix for A, two for B, four mma. */
static void measure_mma(const char *type)
{
    char text[4096], name[64];
    strcpy(text, prologue);
    for (int i = 10; i < 26; i++) sprintf(text + strlen(text), " mov.f32 %%f%d, 0f00000000;", i);
    strcat(text, " add.s64 %l5, %l3, 2048;\nnext: ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%r10, %r11, %r12, %r13}, [%l3];\n"
                 " ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%r14, %r15, %r16, %r17}, [%l5];\n ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%r18, "
                 "%r19, %r20, %r21}, [%l5];\n");
    for (int m = 0; m < 4; m++) {
        int f = 10 + 4 * m, b = 14 + 2 * m;
        sprintf(text + strlen(text),
                " mma.sync.aligned.m16n8k16.row.col.f32.%s.%s.f32 {%%f%d, %%f%d, %%f%d, %%f%d}, {%%r10, %%r11, %%r12, %%r13}, {%%r%d, %%r%d}, "
                "{%%f%d, %%f%d, %%f%d, %%f%d};\n",
                type, type, f, f + 1, f + 2, f + 3, b, b + 1, f, f + 1, f + 2, f + 3);
    }
    strcat(text, loop_end);
    snprintf(name, sizeof name, "ldmatrix + mma.m16n8k16 %s", type);
    measure(name, text, 4 * 2048);
}

/* A warpgroup's product of 64 x 256, k 16, from swizzled shared memory, waited for one by one. */
static void measure_wgmma(const char *type, const char *k, const char *flags, double macs)
{
    static char text[16384];
    char list[2048] = "", name[64];
    for (int i = 0; i < 128; i++) sprintf(list + strlen(list), "%s%%f%d", i ? ", " : "", i);
    snprintf(
        text, sizeof text,
        ".version 8.3\n.target sm_90a\n.address_size 64\n.entry k(.param .u64 in) {\n .reg .pred %%p<4>; .reg .f32 %%f<128>; .reg .b32 %%r<8>; .reg "
        ".b64 %%l<8>; .shared .align 1024 .b8 s[40960];\n mov.u32 %%r0, %%tid.x; shl.b32 %%r1, %%r0, 2; mov.u32 %%r2, s; add.u32 %%r1, %%r1, %%r2; "
        "add.u32 %%r3, %%r2, 40960;\nfill: st.shared.u32 [%%r1], 0; add.u32 %%r1, %%r1, 512; setp.lt.u32 %%p0, %%r1, %%r3;\n @%%p0 bra fill;\n "
        "fence.proxy.async;\n bar.sync 0;\n shr.u32 %%r4, %%r2, 4; cvt.u64.u32 %%l0, %%r4; or.b64 %%l0, %%l0, %llu; add.s64 %%l1, %%l0, 512; "
        "mov.u32 %%r1, 0;\n"
        "next: setp.ne.u32 %%p1, %%r1, 0; wgmma.fence.sync.aligned;\n wgmma.mma_async.sync.aligned.m64n256k%s.f32.%s.%s {%s}, %%l0, %%l1, %%p1, 1, "
        "1%s;\n wgmma.commit_group.sync.aligned;\n wgmma.wait_group.sync.aligned 0;\n%s",
        1ull << 62 | 64ull << 32 | 1ull << 16, k, type, type, list, flags, loop_end);
    snprintf(name, sizeof name, "wgmma m64n256k%s %s", k, type);
    measure(name, text, macs / 4);
}

int main(void)
{
    measure_wgmma("bf16", "16", ", 0, 0", 64 * 256 * 16);
    measure_wgmma("e4m3", "32", "", 64 * 256 * 32);
    measure_mma("bf16");
    measure_mma("f16");
    for (size_t i = 0; i < sizeof loops / sizeof *loops; i++) {
        char text[4096];
        snprintf(text, sizeof text, "%snext: %s%s", prologue, loops[i].body, loop_end);
        measure(loops[i].name, text, loops[i].macs);
    }
    return 0;
}
