/* ptx_sim_async_test.c - mbarriers, bulk copies by tensor maps and without, clusters, pools of registers: what they do, and one smallest kernel for
 * each misuse that must be reported. */
#include <stdio.h>
#include <stdlib.h>

#include "base/dtype.h"
#include "tests/unit/ptx_sim_test.h"

/* Names of the bodies below: %r0 the thread, s the shared memory at %r2 (1024-aligned), %r1 an mbarrier that thread 0 made for one arrival and that
 * all know, %l0 to %l2 in, out and the map; p is a predicate for `not thread 0`. */
#define REGISTERS                                                                                                                                    \
    " .reg .pred %p, %q, %e; .reg .b16 %h<4>; .reg .b32 %r<20>; .reg .f32 %f<8>; .reg .b64 %l<12>; .shared .align 1024 .b8 s[32768]; "               \
    ".shared .align 8 .b8 bars[64];\n"
#define LOADS                                                                                                                                        \
    " ld.param.u64 %l0, [in]; ld.param.u64 %l1, [out]; mov.b64 %l2, map; cvta.param.u64 %l2, %l2; mov.u32 %r0, %tid.x; mov.u32 %r1, bars; "          \
    "mov.u32 %r2, s; setp.ne.u32 %p, %r0, 0;\n"
#define MADE " @%p bra made;\n mbarrier.init.shared.b64 [%r1], 1;\n fence.mbarrier_init.release.cluster;\nmade: bar.sync 0;\n"
#define ENTRY PTX_HOPPER ".visible .entry k(.param .u64 in, .param .u64 out, .param .align 64 .b8 map[128]) {\n" REGISTERS LOADS
#define WAIT0 " w0: mbarrier.try_wait.parity.shared.b64 %q, [%r1], 0;\n @!%q bra w0;\n"
#define EXPECT(n) " mbarrier.arrive.expect_tx.shared.b64 _, [%r1], " #n ";\n"
#define LOAD " cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes [%r2], [%l2, {0, 0}], [%r1];\n"
#define STORE " cp.async.bulk.tensor.2d.global.shared::cta.tile.bulk_group [%l2, {0, 0}], [%r2];\n"
#define FILL " shl.b32 %r5, %r0, 4; add.u32 %r5, %r5, %r2; st.shared.v4.u32 [%r5], {%r0, %r0, %r0, %r0};\n"

/* Blocks of 64 threads; in: 64 x 32 floats, written, viewed by the map with boxes of 8 x 32 (128 bytes wide; 1024 bytes); out: the same, not written.
 */
static const struct {
    const char *body;
    const char *words[3];
} misuses[] = {
    {" mbarrier.arrive.shared.b64 _, [%r1];", {"there is no mbarrier"}},
    {" @%p bra x; mbarrier.init.shared.b64 [%r1], 1; mbarrier.init.shared.b64 [%r1], 1; x:", {"already initialised"}},
    {" @%p bra x; mbarrier.init.shared.b64 [%r1], 0; x:", {"1 to 1048575"}},
    {" @%p bra x; mbarrier.init.shared.b64 [%r1], 1048576; x:", {"1 to 1048575"}},
    {" @%p bra x; mbarrier.init.shared.b64 [%r1+4], 1; x:", {"misaligned"}},
    {" @%p bra x; mbarrier.init.shared.b64 [%r1], 1; x: mbarrier.arrive.shared.b64 _, [%r1];", {"race", "mbarrier.init"}},
    {MADE " @%p bra x; st.shared.u32 [%r1], 0; x:", {"writes over the mbarrier"}},
    {MADE " @%p bra x; mbarrier.inval.shared.b64 [%r1]; mbarrier.arrive.shared.b64 _, [%r1]; x:", {"there is no mbarrier"}},
    {MADE " @%p bra x; mbarrier.expect_tx.shared.b64 [%r1], 16; mbarrier.arrive.shared.b64 _, [%r1]; mbarrier.arrive.shared.b64 _, [%r1]; x:",
     {"one arrival too many"}},
    {MADE " @%p bra x; mbarrier.expect_tx.shared.b64 [%r1], 1048575; mbarrier.expect_tx.shared.b64 [%r1], 1; x:", {"cannot count 1048576 bytes"}},
    {MADE " mbarrier.try_wait.parity.shared.b64 %q, [%r1], 2;", {"parity"}},
    {MADE WAIT0, {"deadlock", "phase 0 (parity 0)", "1 of 1 arrivals"}},
    {MADE " w: mbarrier.test_wait.parity.shared.b64 %q, [%r1], 0;\n @!%q bra w;", {"deadlock", "1 of 1 arrivals"}},
    {MADE " @%p bra x;" EXPECT(1024) " x: w1: mbarrier.try_wait.parity.shared.b64 %q, [%r1], 0;\n @!%q bra w1;",
     {"deadlock", "1024 bytes are missing"}},
    {MADE " @%p bra x;" EXPECT(1024) LOAD " ld.shared.u32 %r4, [%r2]; x:", {"ld.shared", "bulk copy in flight"}},
    {MADE " @%p bra x;" EXPECT(1024) LOAD " st.shared.u32 [%r2], %r0; x:", {"st.shared", "bulk copy in flight"}},
    {MADE " @%p bra x;" EXPECT(1024) LOAD LOAD " x:", {"cp.async.bulk.tensor", "bulk copy in flight"}},
    {MADE " @%p bra x;" EXPECT(1024) LOAD " x:", {"the block ends", "in flight"}},
    /* The first warp waits; the second reads without having waited or met it at a barrier. */
    {MADE " setp.ge.u32 %e, %r0, 32;\n @%e bra second;\n @%p bra y;" EXPECT(1024) LOAD
     " y:" WAIT0 " bar.arrive 1, 64; exit;\n"
     "second: mov.u32 %r9, 0; spin: add.u32 %r9, %r9, 1; setp.lt.u32 %q, %r9, 60000;\n @%q bra spin;\n ld.shared.u32 %r4, [%r2];",
     {"ld.shared", "race", "bulk copy"}},
    {" @%p bra made;\n mbarrier.init.shared.b64 [%r1], 1;\nmade: bar.sync 0;\n @%p bra x;" EXPECT(1024) LOAD " x:", {"fence.mbarrier_init"}},
    {MADE " st.shared.u32 [%r2], 0; @%p bra x;" EXPECT(1024) LOAD " x:", {"race"}},
    {MADE " @%p bra x; st.shared.u32 [%r2], 0;" EXPECT(1024) LOAD " x:", {"fence.proxy.async"}},
    {MADE " ld.shared.u32 %r4, [%r1+16];", {"nothing has written"}},
    {MADE " @%p bra x; add.u32 %r2, %r2, 64;" EXPECT(1024) LOAD " x:", {"misaligned", "128"}},
    {MADE " @%p bra x; cp.async.bulk.tensor.1d.shared::cluster.global.tile.mbarrier::complete_tx::bytes [%r2], [%l2, {0}], [%r1]; x:",
     {"2 dimensions", "1 coordinates"}},
    {MADE " @%p bra x; cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes [%r2], [%l0, {0, 0}], [%r1]; x:",
     {"no tensor map"}},
    {MADE " @%p bra x; cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%r2], [%l0], 24, [%r1]; x:", {"multiple of 16"}},
    {MADE " @%p bra x; cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%r2], [%l0], 16384, [%r1]; x:", {"'in'", "8192 bytes"}},
    {MADE " @%p bra x;" EXPECT(16) " cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%r2], [%l1], 16, [%r1]; x:" WAIT0,
     {"'out'", "nothing has written"}},
    {FILL " bar.sync 0; @%p bra x;" STORE " x:", {"fence.proxy.async"}},
    {FILL " fence.proxy.async; @%p bra x;" STORE " x:", {"nothing has written"}},
    {FILL " bar.sync 0; fence.proxy.async; @%p bra x;" STORE " x:", {"fence.proxy.async", "between the write and the barrier"}},
    {FILL " fence.proxy.async; bar.sync 0; @%p bra x;" STORE " cp.async.bulk.commit_group; x:", {"the thread ends", "wait_group"}},
    {FILL " fence.proxy.async; bar.sync 0; @%p bra x;" STORE " cp.async.bulk.wait_group 0; x:", {"the thread ends"}},
    {FILL " fence.proxy.async; bar.sync 0; @%p bra x;" STORE " cp.async.bulk.commit_group; st.shared.u32 [%r2], 1; cp.async.bulk.wait_group 0; x:",
     {"st.shared", "still reads"}},
    {FILL " fence.proxy.async; bar.sync 0; @%p bra x;" STORE
          " cp.async.bulk.commit_group; cp.async.bulk.wait_group.read 1; st.shared.u32 [%r2], 1; cp.async.bulk.wait_group 0; x:",
     {"st.shared", "still reads"}},
    {" setmaxnreg.dec.sync.aligned.u32 20;", {"24 to 256"}},
    {" setmaxnreg.dec.sync.aligned.u32 100;", {"multiple of 8"}},
    {" setmaxnreg.dec.sync.aligned.u32 64; setmaxnreg.dec.sync.aligned.u32 72;", {"setmaxnreg.dec to 72", "own 64"}},
    {" @!%p setmaxnreg.dec.sync.aligned.u32 64;", {"all threads"}},
    {" setp.lt.u32 %e, %r0, 32;\n @%e bra x; bar.sync 1, 64; exit; x: bar.sync 2, 64;", {"waits at barrier 2", "waits at barrier 1"}},
    {" setp.lt.u32 %e, %r0, 32;\n @%e bra x; barrier.cluster.arrive.aligned; barrier.cluster.arrive.aligned; x:", {"twice"}},
    {" barrier.cluster.wait.aligned;", {"without having arrived"}},
};

static const uint32_t rows = 64, columns = 32;

static tri_status *run_body(const char *entry, const char *body, const tri_tensor_map *map, uint32_t grid, uint32_t block, float *in, float *out)
{
    char text[8192];
    snprintf(text, sizeof text, "%s%s\n}\n", entry, body);
    return ptx_run_mapped(text, (ptx_shape){grid, block, 0, 1}, map, 1,
                          (ptx_buffer[]){{"in", rows * columns * 4, in, NULL}, {"out", rows * columns * 4, NULL, out}}, 2);
}

START_TEST(misuse_is_reported)
{
    float in[64 * 32] = {0};
    const char *words[6] = {"kernel k", "test.ptx line"};
    for (int i = 0; i < 3; i++) words[i + 2] = misuses[_i].words[i];
    tri_tensor_map map = ptx_map(strstr(misuses[_i].body, "tile.bulk_group") != NULL, TRI_F32, columns, rows, 32, 8, 128);
    ptx_must_fail(run_body(ENTRY, misuses[_i].body, &map, 1, 64, in, NULL), TRI_FAULT, words);
}
END_TEST

/* Boxes of up to five dimensions over the edges of a view: what lies outside is zero. The box's bytes come back as they lie in shared memory. */
typedef struct box_case {
    int rank;
    uint64_t dims[5];
    uint32_t box[5], swizzle;
    int at[5];
} box_case;
static const box_case boxes[] = {
    {1, {40}, {64}, 0, {-8}},
    {1, {256}, {256}, 0, {0}},
    {2, {40, 9}, {16, 8}, 0, {32, 4}},
    {2, {64, 16}, {16, 16}, 32, {48, -3}},
    {2, {64, 16}, {32, 16}, 64, {-5, 2}},
    {2, {128, 16}, {64, 16}, 128, {64, 3}},
    {3, {16, 6, 5}, {8, 4, 4}, 0, {4, 3, -1}},
    {3, {64, 6, 5}, {64, 4, 3}, 128, {0, 4, 3}},
    {4, {16, 3, 3, 3}, {16, 2, 2, 2}, 32, {0, 2, -1, 1}},
    {5, {16, 3, 3, 3, 3}, {16, 2, 2, 2, 2}, 0, {3, -1, 2, 1, 0}},
};

/* Element `number` of the box: its index in the view, or -1 outside; and where it lies in shared memory, both as abi/tensor_map.h has it. */
static int64_t element_of(const box_case *c, uint32_t number, uint32_t *out_place)
{
    uint64_t index = 0, stride = 1;
    uint32_t at = number * 2;
    *out_place = at;
    if (c->swizzle == 128) *out_place = at / 128 * 128 + ((at % 128 / 16) ^ (at / 128 % 8)) * 16 + at % 16;
    if (c->swizzle == 64) *out_place = at / 64 * 64 + ((at % 64 / 16) ^ (at / 128 % 4)) * 16 + at % 16;
    if (c->swizzle == 32) *out_place = at / 32 * 32 + ((at % 32 / 16) ^ (at / 128 % 2)) * 16 + at % 16;
    for (int d = 0; d < c->rank; d++) {
        int64_t i = c->at[d] + (int64_t)(number % c->box[d]);
        number /= c->box[d];
        if (i < 0 || i >= (int64_t)c->dims[d]) return -1;
        index += (uint64_t)i * stride;
        stride *= c->dims[d];
    }
    return (int64_t)index;
}

static tri_tensor_map map_of(const box_case *c, uint32_t buffer)
{
    tri_tensor_map map = {.buffer = buffer, .dtype = TRI_BF16, .rank = c->rank, .swizzle = c->swizzle};
    uint64_t stride = 2;
    for (int d = 0; d < c->rank; d++) {
        map.dims[d] = c->dims[d];
        map.strides[d] = stride;
        map.box[d] = c->box[d];
        map.steps[d] = 1;
        stride *= c->dims[d];
    }
    return map;
}

static void list_of(const box_case *c, char *text)
{
    text[0] = 0;
    for (int d = 0; d < c->rank; d++) sprintf(text + strlen(text), "%s%d", d ? ", " : "", c->at[d]);
}

START_TEST(a_box_is_loaded_as_its_map_says)
{
    const box_case *c = &boxes[_i];
    tri_tensor_map map = map_of(c, 0);
    uint32_t n = 1, size = 1;
    for (int d = 0; d < c->rank; d++) n *= c->box[d], size *= (uint32_t)c->dims[d];
    uint16_t *in = malloc(size * 2), *out = malloc(n * 2);
    for (uint32_t i = 0; i < size; i++) in[i] = (uint16_t)(i * 7 + 1);
    char list[64], text[4096];
    list_of(c, list);
    strcpy(text, ENTRY MADE);
    snprintf(text + strlen(text), sizeof text - strlen(text),
             " @%%p bra x;\n mbarrier.arrive.expect_tx.shared.b64 _, [%%r1], %u;\n"
             " cp.async.bulk.tensor.%dd.shared::cluster.global.tile.mbarrier::complete_tx::bytes.L2::cache_hint [%%r2], [%%l2, {%s}], [%%r1], 0;\nx:",
             n * 2, c->rank, list);
    strcat(text, WAIT0);
    snprintf(text + strlen(text), sizeof text - strlen(text),
             " @%%p bra end;\n cp.async.bulk.global.shared::cta.bulk_group [%%l1], [%%r2], %u;\n cp.async.bulk.commit_group;\n"
             " cp.async.bulk.wait_group 0;\nend:\n}\n",
             n * 2);
    ck_assert(ptx_assembles(text));
    tri_status *status =
        ptx_run_mapped(text, (ptx_shape){1, 32, 0, 1}, &map, 1, (ptx_buffer[]){{"in", size * 2, in, NULL}, {"out", n * 2, NULL, out}}, 2);
    ck_assert_msg(!status, "%s", status ? tri_status_message(status) : "");
    for (uint32_t i = 0; i < n; i++) {
        uint32_t at;
        int64_t index = element_of(c, i, &at);
        ck_assert_msg(out[at / 2] == (index < 0 ? 0 : in[index]), "element %u of the box is %u, not that of index %d", i, out[at / 2], (int)index);
    }
    free(in);
    free(out);
}
END_TEST

/* The other way, into a buffer that holds ones: stored, added, and the smaller and larger of both; nothing outside of the view changes. */
START_TEST(a_box_is_stored_or_reduced_as_its_map_says)
{
    static const char *const operations[] = {"", ".add", ".min", ".max"};
    const box_case *c = &boxes[_i / 4];
    int operation = _i % 4;
    tri_tensor_map map = map_of(c, 1);
    uint32_t n = 1, size = 1;
    for (int d = 0; d < c->rank; d++) n *= c->box[d], size *= (uint32_t)c->dims[d];
    uint16_t *in = malloc(n * 2), *out = malloc(size * 2), *want = malloc(size * 2);
    for (uint32_t i = 0; i < size; i++) tri_store_f64(TRI_BF16, &out[i], 1), want[i] = out[i];
    for (uint32_t i = 0; i < n; i++) {
        uint32_t at;
        int64_t index = element_of(c, i, &at);
        double v = (double)(i % 5) - 1.5;
        tri_store_f64(TRI_BF16, &in[at / 2], v);
        double result = operation == 0 ? v : operation == 1 ? v + 1 : operation == 2 ? (v < 1 ? v : 1) : (v > 1 ? v : 1);
        if (index >= 0) tri_store_f64(TRI_BF16, &want[index], result);
    }
    char list[64], text[4096];
    list_of(c, list);
    strcpy(text, ENTRY MADE);
    snprintf(text + strlen(text), sizeof text - strlen(text),
             " @%%p bra x;\n mbarrier.arrive.expect_tx.shared.b64 _, [%%r1], %u;\n"
             " cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%%r2], [%%l0], %u, [%%r1];\nx:",
             n * 2, n * 2);
    strcat(text, WAIT0);
    snprintf(text + strlen(text), sizeof text - strlen(text),
             " @%%p bra end;\n cp.%sasync.bulk.tensor.%dd.global.shared::cta%s.tile.bulk_group [%%l2, {%s}], [%%r2];\n"
             " cp.async.bulk.commit_group;\n cp.async.bulk.wait_group 0;\nend:\n}\n",
             operation ? "reduce." : "", c->rank, operations[operation], list);
    ck_assert(ptx_assembles(text));
    tri_status *status =
        ptx_run_mapped(text, (ptx_shape){1, 32, 0, 1}, &map, 1, (ptx_buffer[]){{"in", n * 2, in, NULL}, {"out", size * 2, out, out}}, 2);
    ck_assert_msg(!status, "%s", status ? tri_status_message(status) : "");
    for (uint32_t i = 0; i < size; i++) ck_assert_msg(out[i] == want[i], "element %u is 0x%x, not 0x%x", i, out[i], want[i]);
    free(in);
    free(out);
    free(want);
}
END_TEST

/* Two blocks of a cluster: block 0 loads a box into both by multicast; each adds its rank and gives its first row to the other, which stores it. */
#define CLUSTER_ENTRY                                                                                                                                \
    PTX_HOPPER ".visible .entry k(.param .u64 in, .param .u64 out, .param .align 64 .b8 map[128]) .reqnctapercluster 2, 1, 1 {\n" REGISTERS LOADS    \
               " mov.u32 %r6, %cluster_ctarank; xor.b32 %r7, %r6, 1;\n"
#define SYNC " barrier.cluster.arrive.release.aligned; barrier.cluster.wait.acquire.aligned;\n"
#define CLUSTER_MADE " @%p bra made;\n mbarrier.init.shared.b64 [%r1], 1;\n fence.mbarrier_init.release.cluster;\nmade:\n" SYNC
#define EXCHANGE                                                                                                                                     \
    " @%p bra x;\n" EXPECT(                                                                                                                          \
        1024) " setp.ne.u32 %e, %r6, 0;\n @%e bra x;\n mov.b16 %h0, 3;\n"                                                                            \
              " cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes.multicast::cluster [%r2], [%l2, {0, 8}], [%r1], "   \
              "%h0;\n"                                                                                                                               \
              "x:" WAIT0 " shl.b32 %r8, %r0, 2; add.u32 %r9, %r8, %r2; ld.shared.f32 %f0, [%r9]; cvt.rn.f32.u32 %f1, %r6; add.f32 %f0, %f0, %f1;\n"  \
              " mapa.shared::cluster.u32 %r10, %r9, %r7; st.shared::cluster.f32 [%r10+2048], %f0;\n"
#define FINISH                                                                                                                                       \
    " ld.shared.f32 %f2, [%r9+2048]; mad.lo.u32 %r11, %r6, 128, %r8; cvt.u64.u32 %l3, %r11; add.s64 %l3, %l3, %l1; st.global.f32 [%l3], %f2;\n"

START_TEST(blocks_of_a_cluster_share_their_memory)
{
    float in[64 * 32], out[64 * 32];
    for (int i = 0; i < 64 * 32; i++) in[i] = (float)i;
    tri_tensor_map map = ptx_map(0, TRI_F32, columns, rows, 32, 8, 0);
    char text[4096] = CLUSTER_ENTRY CLUSTER_MADE EXCHANGE SYNC FINISH "}\n";
    ck_assert(ptx_assembles(text));
    tri_status *status =
        ptx_run_mapped(text, (ptx_shape){2, 32, 0, 1}, &map, 1, (ptx_buffer[]){{"in", sizeof in, in, NULL}, {"out", 256, NULL, out}}, 2);
    ck_assert_msg(!status, "%s", status ? tri_status_message(status) : "");
    for (int rank = 0; rank < 2; rank++)
        for (int i = 0; i < 32; i++) ck_assert_float_eq(out[rank * 32 + i], in[8 * 32 + i] + (float)(1 - rank));
}
END_TEST

static const struct {
    const char *body;
    const char *words[3];
} cluster_misuses[] = {
    {CLUSTER_MADE EXCHANGE FINISH, {"ld.shared.f32 %f2"}},
    {CLUSTER_MADE EXCHANGE " barrier.cluster.arrive.relaxed.aligned; barrier.cluster.wait.acquire.aligned;\n" FINISH, {"race", "cluster's block"}},
    {CLUSTER_MADE " setp.eq.u32 %e, %r6, 0;\n @%e bra x;\n" SYNC "x:", {NULL}}, /* the other block has ended: it counts as arrived */
    {CLUSTER_MADE " mapa.shared::cluster.u32 %r10, %r2, 2;", {"none of rank 2"}},
    {" @%p bra made;\n mbarrier.init.shared.b64 [%r1], 1;\nmade: bar.sync 0; mapa.shared::cluster.u32 %r10, %r1, %r7; @%p bra x;\n"
     " mbarrier.arrive.release.cluster.shared::cluster.b64 _, [%r10];\nx:",
     {"mbarrier"}},
    /* A remote arrival releases; a wait at another block's mbarrier does not exist. */
    {CLUSTER_MADE " mapa.shared::cluster.u32 %r10, %r1, %r7; mbarrier.try_wait.parity.shared::cluster.b64 %q, [%r10], 0;", {"of its own block"}},
    {CLUSTER_MADE
     " mapa.shared::cluster.u32 %r10, %r1, %r7; @%p bra x;\n mbarrier.arrive.release.cluster.shared::cluster.b64 _, [%r10];\nx:" WAIT0 SYNC,
     {NULL}},
    {CLUSTER_MADE
     " st.shared.u32 [%r2], %r6; mapa.shared::cluster.u32 %r10, %r2, %r7; mapa.shared::cluster.u32 %r11, %r1, %r7; bar.warp.sync -1; @%p bra x;\n"
     " mbarrier.arrive.release.cluster.shared::cluster.b64 _, [%r11];\nx:" WAIT0 " ld.shared::cluster.u32 %r12, [%r10];" SYNC,
     {NULL}},
    {CLUSTER_MADE " @%p bra y; st.shared.u32 [%r2], %r6; y: mapa.shared::cluster.u32 %r10, %r2, %r7; ld.shared::cluster.u32 %r12, [%r10];",
     {"ld.shared::cluster"}},
    /* A block must not end before what others do to its memory is over: it has waited for them, or all have met. */
    {CLUSTER_MADE " mapa.shared::cluster.u32 %r10, %r1, %r7; @%p bra x;\n mbarrier.arrive.release.cluster.shared::cluster.b64 _, [%r10];\nx:" WAIT0,
     {NULL}},
    {CLUSTER_MADE " mapa.shared::cluster.u32 %r10, %r1, %r7; @%p bra x;\n mbarrier.arrive.release.cluster.shared::cluster.b64 _, [%r10];\nx:",
     {"mbarrier.arrive", "may have ended before"}},
    {CLUSTER_MADE " mapa.shared::cluster.u32 %r10, %r1, %r7; @%p bra x;\n mbarrier.arrive.release.cluster.shared::cluster.b64 _, [%r10];\nx:" SYNC,
     {NULL}},
    {CLUSTER_MADE " st.shared.u32 [%r2], %r6;" SYNC " mapa.shared::cluster.u32 %r10, %r2, %r7; ld.shared::cluster.u32 %r12, [%r10];",
     {"ld.shared::cluster", "may have ended before"}},
};

START_TEST(clusters_are_checked)
{
    float in[64 * 32] = {0};
    const char *words[4] = {0};
    for (int i = 0; i < 3; i++) words[i] = cluster_misuses[_i].words[i];
    tri_tensor_map map = ptx_map(0, TRI_F32, columns, rows, 32, 8, 0);
    tri_status *status = run_body(CLUSTER_ENTRY, cluster_misuses[_i].body, &map, 2, 32, in, NULL);
    if (words[0])
        ptx_must_fail(status, TRI_FAULT, words);
    else
        ck_assert_msg(!status, "%s", status ? tri_status_message(status) : "");
}
END_TEST

START_TEST(launches_with_bad_maps_or_grids_are_refused)
{
    float in[64 * 32] = {0};
    tri_tensor_map good = ptx_map(0, TRI_F32, columns, rows, 32, 8, 0), map = good;
    ptx_must_fail(run_body(CLUSTER_ENTRY, "", &good, 3, 32, in, NULL), TRI_USAGE, WORDS("does not divide into clusters"));
    map.dims[1] = 65;
    ptx_must_fail(run_body(ENTRY, "", &map, 1, 32, in, NULL), TRI_INVALID, WORDS("it reaches byte"));
    map = good, map.buffer = 2;
    ptx_must_fail(run_body(ENTRY, "", &map, 1, 32, in, NULL), TRI_USAGE, WORDS("views buffer 2"));
    map = good, map.steps[1] = 2;
    ptx_must_fail(run_body(ENTRY, "", &map, 1, 32, in, NULL), TRI_UNSUPPORTED, WORDS("steps over elements"));
    ptx_must_fail(ptx_run_mapped(ENTRY "}", (ptx_shape){1, 32, 0, 1}, NULL, 0, (ptx_buffer[]){{"in", 64, in, NULL}, {"out", 64, NULL, NULL}}, 2),
                  TRI_USAGE, WORDS("3 parameters", "0 tensor maps"));
}
END_TEST

/* 32 lanes copy by cp.async and arrive behind their copies; another warp waits at the mbarrier and reads. */
START_TEST(an_mbarrier_follows_the_copies_of_threads)
{
    float in[64 * 32], out[32];
    for (int i = 0; i < 64 * 32; i++) in[i] = (float)(i * 3);
    tri_tensor_map map = ptx_map(0, TRI_F32, columns, rows, 32, 8, 0);
    static const char text[] = ENTRY
        " @%p bra made;\n mbarrier.init.shared.b64 [%r1], 32;\nmade: bar.sync 0;\n and.b32 %r3, %r0, 31; shl.b32 %r4, %r3, 2; add.u32 %r5, %r2, %r4; "
        "cvt.u64.u32 %l3, %r4;\n setp.lt.u32 %e, %r0, 32;\n @%e bra reader;\n add.s64 %l4, %l0, %l3; cp.async.ca.shared.global [%r5], [%l4], 4;\n "
        "cp.async.mbarrier.arrive.noinc.shared.b64 [%r1];\n exit;\nreader:" WAIT0 " xor.b32 %r6, %r4, 124; add.u32 %r6, %r6, %r2; ld.shared.f32 %f0, "
        "[%r6]; add.s64 %l5, %l1, %l3; st.global.f32 [%l5], %f0;\n}\n";
    ck_assert(ptx_assembles(text));
    tri_status *status =
        ptx_run_mapped(text, (ptx_shape){1, 64, 0, 1}, &map, 1, (ptx_buffer[]){{"in", sizeof in, in, NULL}, {"out", sizeof out, NULL, out}}, 2);
    ck_assert_msg(!status, "%s", status ? tri_status_message(status) : "");
    for (int i = 0; i < 32; i++) ck_assert_float_eq(out[i], in[31 - i]);
}
END_TEST

/* Registers move from one half of a block to the other only after they are given back, whatever the order of the warps. */
START_TEST(registers_are_given_back_before_they_are_taken)
{
    ptx_must_run(PTX_HOPPER
                 ".entry k() .reqntid 256, 1, 1 {\n .reg .pred %p; .reg .b32 %r<4>;\n mov.u32 %r0, %tid.x; setp.lt.u32 %p, %r0, 128;\n @%p bra "
                 "taker;\n setmaxnreg.dec.sync.aligned.u32 240;\n exit;\ntaker: setmaxnreg.dec.sync.aligned.u32 248; "
                 "setmaxnreg.inc.sync.aligned.u32 256;\n}",
                 (ptx_shape){1, 256, 0, 1}, NULL, 0);
    ptx_must_fail(ptx_run(PTX_HOPPER ".entry k() .maxnreg 128 {\n setmaxnreg.inc.sync.aligned.u32 136;\n}", (ptx_shape){1, 128, 0, 1}, NULL, 0),
                  TRI_FAULT, WORDS("deadlock", "owns 128 a thread"));
}
END_TEST

Suite *ptx_async_suite(void)
{
    Suite *suite = suite_create("ptx_sim asynchronous copies");
    TCase *cases = tcase_create("mbarriers, bulk copies, clusters");
    tcase_set_timeout(cases, 60);
    tcase_add_loop_test(cases, misuse_is_reported, 0, sizeof misuses / sizeof *misuses);
    tcase_add_loop_test(cases, a_box_is_loaded_as_its_map_says, 0, sizeof boxes / sizeof *boxes);
    tcase_add_loop_test(cases, a_box_is_stored_or_reduced_as_its_map_says, 0, 4 * sizeof boxes / sizeof *boxes);
    tcase_add_test(cases, blocks_of_a_cluster_share_their_memory);
    tcase_add_loop_test(cases, clusters_are_checked, 0, sizeof cluster_misuses / sizeof *cluster_misuses);
    tcase_add_test(cases, launches_with_bad_maps_or_grids_are_refused);
    tcase_add_test(cases, an_mbarrier_follows_the_copies_of_threads);
    tcase_add_test(cases, registers_are_given_back_before_they_are_taken);
    suite_add_tcase(suite, cases);
    return suite;
}
