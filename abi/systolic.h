/* abi/systolic.h - the engine program: what the systolic compiler writes and the systolic machine runs.
 *
 * One core has 128 partitions. SP[128][sp_bytes] is its scratchpad (SBUF, VMEM), ACC[128][...] its accumulators, SMEM a flat scalar memory, HBM the
 * device memory. The op, dtype, ALU, function and trap tables stand in abi/systolic_ops.def. A program is a set of queues, each with its own
 * instructions, 32 registers of 64 bits (all zero at the start), loop stack and table of access patterns:
 *
 *   decoupled (Trainium)  up to one queue each of SEQ, PE, VEC, ACT, GP, and one DMA queue per ring 0..15. Every queue runs by itself.
 *   bundle (TPU)          one BUNDLE queue. Instructions up to one with flag END are one bundle: at most one V, X, D, S op and one M op per array.
 *                         All waits of a bundle are met before any of its ops issues; then the ops run by themselves on their units: M0..M3, V, X
 *                         and the DMA rings; its S op acts last, so the others read the registers as they were. LOOP, ENDLOOP, BR, BAR, HALT carry
 *                         END (they end their bundle).
 *
 * Addresses. An operand is (word, register selector, pattern index). Selector 15 means no register; else the register's value is added. HBM needs
 * the register: address = word + 64-bit register. On chip the sum is taken modulo 2^32 and read as
 *     bits 0-19 byte in the partition | 20-21 zero | 22-23 plane (ACC of 256-wide arrays only, else 0) | 24-31 start partition;
 * SMEM: a plain byte address. ACC's byte in the partition is array * (acc_banks * acc_bank_bytes) + bank * acc_bank_bytes + offset.
 *
 * Patterns (`tri_systolic_ap`). `npart` partitions from the start partition, and in each up to 4 free axes, size[0] outermost, with strides in
 * bytes (negative ones are fine, 0 in what is only read); ndim 0 is one element. Elements are visited partition by partition, then in axis order.
 * On chip the partition step is one partition; partition 128 + p (npart up to 256, 256-wide arrays) is partition p at byte + plane_stride in SP, in
 * the next plane in ACC. In HBM and SMEM, partition p is at address + p * plane_stride. Operands of one elementwise op have the same npart and the
 * same number of free elements; their axes may differ. A scalar operand has one free element; it is per partition ([P,1]), or with npart 1 that of
 * its only partition, the same for all. ROWACC is the row register of the queue that executes: one f32 a partition, word and strides 0.
 *
 * Dtypes. The elements of an operand have the dtype of its pattern. The instruction's dtype_in must be that of src0's pattern (for RED, SEL, COPY,
 * ... as well; IOTA and MEMSET: i32 resp. that of dst), dtype_out that of dst's. Ops work in f32 when src0 is a float, else exactly in src0's
 * dtype, which must then be src1's and the scalars' too; floats may mix. The result is converted to dst's dtype by the rules of base/dtype.h (RNE;
 * float to integer truncates and saturates, NaN gives 0; integers wrap). i1 is a u8 holding 0 or 1.
 *
 * Operands by op. "scalar src1": ap_src1 a [P,1] pattern, or IMMEDIATE with src1 the bits of an f32 (float ops) or i32, or NONE where said.
 * "third": pattern x at the address in register `extra` (15: address 0); with x = 255 the low 32 bits of register `extra` are an immediate; both
 * 255 and 15: absent. Fields that an op does not use are 0, selectors 15, patterns and x 255, dtypes 0; decode refuses anything else.
 *
 *   SETR   fn = tri_systolic_setr. dst: register 0..31. IMM: src1 << 32 | src0. ARG: launch argument number src0. LOAD_*: SMEM at src0 (+ r),
 *          extended. The fetch of a scalar is DMA HBM -> SMEM, then SETR LOAD with a wait for the DMA's signal.
 *   ALU    dst, src0: register numbers; src1: register number (ap_src1 NONE) or sign-extended i32 (ap_src1 IMMEDIATE). 64-bit two's complement,
 *          division as for integers below, compares signed, shr arithmetic. fn: op0 only; no pow, atan2.
 *   LOOP   count = (i32) src0 + register sel_src0. Loops nest 8 deep and stand within one queue.
 *   BR     skips dst >= 1 instructions when register[src0] op0 (i32) src1; op0 is a compare. Skipped instructions and the BR lie in the same loop
 *          body; the target may be the ENDLOOP. Bundle: the target begins a bundle.
 *   SETAP  ap_dst in the queue's table = pattern src0 of the program's own list (tri_systolic_program_ap).
 *   DMA    dst and src0 anywhere in HBM, SP, ACC, SMEM; same element count; same dtype, or another one (a cast). fn = tri_systolic_dma. ADD: dst =
 *          dst + src0, f32 or integer arithmetic, rounded to dst. T: the source's elements are visited with the partition axis innermost, which
 *          transposes; 2-byte elements on Trainium. GATHER, SCATTER, SCATTER_ADD: src1 gives i32 or u32 indices, as many as src0's (dst's) npart;
 *          index i stands for partition number i of the HBM source (of the HBM dst). Register `extra` holds the number of rows: an index outside
 *          [0, rows) is OOB, or with flag SKIP that row is not moved; without it only the buffer's bounds count. Remote copies are not part of this
 *          version.
 *   LDW    src0 = weights [K][M]: K on partitions and M free, or with `ldw_contract = free` M on partitions and K free (flag T: the other way
 *          round; bundle only). Fills the shadow buffer; the next MM makes it active. fn: MM mode. x: array (bundle), 0.
 *   MM     src0 = moving operand, K partitions x N free; dst = [M][N] in ACC, f32 (int8: i32), one bank; or pushed to array x's FIFO when the chip
 *          has acc_rmw = 0 (dst unused). Each output adds its K products in ascending k to the old value (flag ACC) or to 0, each product and sum
 *          rounded to f32. LAST closes the group. M, K of the active weights. M <= 128 x planes, N <= bank.
 *   TT STT TS RED SCAN SEL COPY MEMSET IOTA ACT MAP POP XPOSE: doc strings of the op table, and:
 *   TS     op1 NONE: no third. src1 NONE allowed when op0 is unary or NONE. Flag REDUCE adds the results (f32, before rounding) of each row into
 *          ROWACC, which is first zeroed unless flag ACC; ACT likewise.
 *   RED    n elements a partition into m: each group of n/m consecutive elements. op0: add mul max min and or xor. Order in floats: element i goes
 *          to partial i mod 16; then partials i and i+8, i+4, i+2, i+1 are combined. T: elementwise over partitions; dst has 1 partition, or more,
 *          which all get the result; partitions add in ascending order.
 *   SEL    fn 0: third is what false gives, absent: dst keeps its value; src0 is a mask of any dtype. fn 1..6 (tri_systolic_compare): third's
 *          pattern x gives strides: value = (i32) low half of register extra + partition * plane_stride + sum of index k * stride[k]; sizes of x =
 *          free shape of dst (the number of elements counts); src0 and src1 (pattern or IMMEDIATE in dst's class) are the two values.
 *   IOTA   the same value with base (i32) src0 + register sel_src0; pattern x; dst any dtype (the i32 is converted).
 *   ACT    src1 bias: [P,1], IMMEDIATE or NONE; third scale: [P,1] or immediate or absent (1).
 *   MAP    src1 may be a full pattern, IMMEDIATE or NONE; so may third; see tri_systolic_expr.
 *   POP    dst [M][N]: f32 sum over the arrays in mask x, plus the old dst with flag ACC; then converted.
 *          Its issue waits for the products, like a wait: what issues later is ordered behind those matmuls and all before them on their arrays.
 *   XPOSE  src0 [P][F], dst [F][P], P and F <= 128, 1-, 2- and 4-byte elements. Trainium: dst in ACC, a closed group; the weights are lost.
 *
 * Order. An instruction starts when both waits hold: semaphore >= value; then value is subtracted (flags KEEP0/1: not). One queue only waits on a
 * semaphore. At completion it adds 1..255 to up to two semaphores. Signals of one queue (of one ring, of one unit in a bundle) happen in program
 * order. A later op of the same queue that reads what an earlier one wrote waits for it; across queues, rings and units only semaphores order. All
 * of a queue's work is complete when HALT is; semaphores must be 0 at the end.
 *
 * Statements. A program may say which statement of which tile program each instruction serves, for reports alone: instruction.statement is a number
 * in the program's table, from 1; 0: none.
 *
 * Encoding: little endian, no padding, all lists back to back: header 56 bytes, queues 16 each, patterns 32 each (the program's own list, then each
 * queue's table), expressions 104 each, instructions 32 each, and when there are statements those (abi/systolic_statements.c). encode(decode(bytes))
 * gives the same bytes.
 *
 * A program is built by one thread; a finished one is read by any number. */
#ifndef TRI_ABI_SYSTOLIC_H
#define TRI_ABI_SYSTOLIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/dtype.h"
#include "base/text.h"
#include "tri/status.h"

#define TRI_SYSTOLIC_VERSION 2
#define TRI_SYSTOLIC_SECTION ".sys" /* the artifact's section is .sys.CHIP */

enum {
    TRI_ON_SEQ = 1, TRI_ON_PE = 2, TRI_ON_VEC = 4, TRI_ON_ACT = 8, TRI_ON_GP = 16, TRI_ON_DMA = 32, /* decoupled engines */
    TRI_SLOT_S = 1, TRI_SLOT_D = 2, TRI_SLOT_M = 4, TRI_SLOT_V = 8, TRI_SLOT_X = 16                  /* bundle slots */
};

typedef enum tri_systolic_op {
#define TRI_SYSTOLIC_OP(name, engines, slots, doc) TRI_SYS_##name,
#include "abi/systolic_ops.def"
#undef TRI_SYSTOLIC_OP
    TRI_SYS_OP_COUNT
} tri_systolic_op;

typedef enum tri_systolic_dtype {
#define TRI_SYSTOLIC_DTYPE(name, text, bits, dtype) TRI_SYS_##name,
#include "abi/systolic_ops.def"
#undef TRI_SYSTOLIC_DTYPE
    TRI_SYS_DTYPE_COUNT
} tri_systolic_dtype;

typedef enum tri_systolic_alu {
#define TRI_SYSTOLIC_ALU(name, text, operands, doc) TRI_SYS_ALU_##name,
#include "abi/systolic_ops.def"
#undef TRI_SYSTOLIC_ALU
    TRI_SYS_ALU_COUNT
} tri_systolic_alu;

typedef enum tri_systolic_function {
#define TRI_SYSTOLIC_FUNCTION(name, text, expression, transcendental) TRI_SYS_FN_##name,
#include "abi/systolic_ops.def"
#undef TRI_SYSTOLIC_FUNCTION
    TRI_SYS_FN_COUNT
} tri_systolic_function;

typedef enum tri_systolic_mm_mode {
#define TRI_SYSTOLIC_MM_MODE(name, text, pack, doc) TRI_SYS_MODE_##name,
#include "abi/systolic_ops.def"
#undef TRI_SYSTOLIC_MM_MODE
    TRI_SYS_MODE_COUNT
} tri_systolic_mm_mode;

typedef enum tri_systolic_setr {
    TRI_SYS_SETR_IMM, TRI_SYS_SETR_ARG, TRI_SYS_SETR_LOAD_I8, TRI_SYS_SETR_LOAD_U8, TRI_SYS_SETR_LOAD_I16, TRI_SYS_SETR_LOAD_U16,
    TRI_SYS_SETR_LOAD_I32, TRI_SYS_SETR_LOAD_U32, TRI_SYS_SETR_LOAD_64, TRI_SYS_SETR_COUNT
} tri_systolic_setr;

typedef enum tri_systolic_dma {
    TRI_SYS_DMA_COPY, TRI_SYS_DMA_ADD, TRI_SYS_DMA_GATHER, TRI_SYS_DMA_SCATTER, TRI_SYS_DMA_SCATTER_ADD, TRI_SYS_DMA_COUNT
} tri_systolic_dma;

/* SEL's fn: 0 a mask, else how the affine value is compared with 0. */
typedef enum tri_systolic_compare {
    TRI_SYS_SEL_MASK, TRI_SYS_SEL_GE, TRI_SYS_SEL_GT, TRI_SYS_SEL_EQ, TRI_SYS_SEL_NE, TRI_SYS_SEL_LT, TRI_SYS_SEL_LE, TRI_SYS_SEL_COUNT
} tri_systolic_compare;

enum tri_systolic_flag {
    TRI_SYS_ACC = 1, TRI_SYS_LAST = 2, TRI_SYS_T = 4, TRI_SYS_KEEP0 = 8, TRI_SYS_KEEP1 = 16, TRI_SYS_SKIP = 32, TRI_SYS_REDUCE = 64, TRI_SYS_END = 128
};

typedef enum tri_systolic_space {
    TRI_SYS_HBM, TRI_SYS_SP, TRI_SYS_ACC_SPACE, TRI_SYS_SMEM, TRI_SYS_REMOTE, TRI_SYS_ROWACC, TRI_SYS_SPACE_COUNT
} tri_systolic_space;

typedef enum tri_systolic_queue_kind {
    TRI_SYS_SEQ, TRI_SYS_PE, TRI_SYS_VEC, TRI_SYS_ACT_QUEUE, TRI_SYS_GP, TRI_SYS_DMA_QUEUE, TRI_SYS_BUNDLE, TRI_SYS_QUEUE_KIND_COUNT
} tri_systolic_queue_kind;

enum {
    TRI_SYS_NO_REGISTER = 15,  /* selector */
    TRI_SYS_NO_AP = 255,
    TRI_SYS_IMMEDIATE = 254,   /* ap_src1 */
    TRI_SYS_NO_SEMAPHORE = 255,
    TRI_SYS_SEMAPHORES = 255,  /* 0..254 */
    TRI_SYS_REGISTERS = 32,
    TRI_SYS_LOOP_DEPTH = 8,
    TRI_SYS_MOST_RINGS = 16,
    TRI_SYS_MOST_QUEUES = 21,
    TRI_SYS_MOST_APS = 254,    /* in one queue's table */
    TRI_SYS_MOST_STATEMENTS = 65535,
    TRI_SYS_STATEMENT_BYTES = 255, /* of what one is called, at most */
    TRI_SYS_PARTITIONS = 128
};

/* One decoded instruction. fn: see TRI_SYS_ALU_FN for TT, TS, STT, RED, SCAN, ALU, BR; a function for ACT; an expression number for MAP. */
typedef struct tri_systolic_instruction {
    uint8_t op, flags, dtype_in, dtype_out, fn;
    struct { uint8_t semaphore; uint16_t value; } wait[2];
    struct { uint8_t semaphore, add; } signal[2];
    uint8_t sel_dst, sel_src0, sel_src1, extra; /* registers 0..14, or 15 */
    uint32_t dst, src0, src1;
    uint8_t ap_dst, ap_src0, ap_src1, x;
    uint32_t statement; /* none of the 32 bytes */
} tri_systolic_instruction;

#define TRI_SYS_ALU_FN(op0, op1) ((uint8_t)((op0) | (op1) << 5)) /* op1 one of the first eight ALU ops */
#define TRI_SYS_OP0(fn) ((fn) & 31)
#define TRI_SYS_OP1(fn) ((fn) >> 5)
/* An on-chip address word. */
#define TRI_SYS_AT(partition, byte) ((uint32_t)(partition) << 24 | (uint32_t)(byte))

typedef struct tri_systolic_ap {
    uint8_t space, dtype, ndim; /* ndim 0..4 */
    uint16_t npart;             /* >= 1 */
    uint16_t size[4];           /* >= 1 below ndim, 0 above */
    int32_t stride[4];          /* bytes; 0 above ndim */
    int32_t plane_stride;
} tri_systolic_ap;

/* An expression of MAP: nodes in topological order, the last one is the result. A node's op is an ALU op, TRI_SYS_NODE_FUNCTION + a function, or
 * TRI_SYS_NODE_SELECT (a != 0 ? b : c). All arithmetic is in MAP's compute type (f32, or src0's integer dtype). Operands: */
enum {
    TRI_SYS_IN_SRC0, TRI_SYS_IN_SRC1, TRI_SYS_IN_THIRD, TRI_SYS_IN_DST, /* the old dst */
    TRI_SYS_IN_NODE = 4,      /* + number of an earlier node */
    TRI_SYS_IN_PARTITION = 20, /* the partition number within the op, from 0 */
    TRI_SYS_IN_INDEX = 21,    /* + k: index along axis k of dst's pattern */
    TRI_SYS_IN_CONSTANT = 32, /* + number of a constant: bits of an f32 or i32 */
    TRI_SYS_IN_NONE = 255,
    TRI_SYS_NODE_FUNCTION = 64,
    TRI_SYS_NODE_SELECT = 128,
    TRI_SYS_MOST_NODES = 16,
    TRI_SYS_MOST_CONSTANTS = 8
};
typedef struct tri_systolic_expr {
    uint8_t n_nodes, n_constants;
    struct { uint8_t op, a, b, c; } node[TRI_SYS_MOST_NODES];
    uint32_t constant[TRI_SYS_MOST_CONSTANTS];
} tri_systolic_expr;

typedef struct tri_systolic_queue {
    uint8_t kind, ring;
    uint32_t n, room;
    tri_systolic_instruction *at;
    uint32_t n_aps, ap_room;
    tri_systolic_ap *aps;
} tri_systolic_queue;

typedef struct tri_systolic_program {
    bool bundle;          /* the issue style */
    uint64_t chip_hash;   /* 0: any chip */
    uint16_t params;      /* launch arguments */
    uint32_t sp_top;      /* bytes of a partition of SP in use */
    uint32_t n_queues, n_aps, ap_room, n_exprs, expr_room;
    tri_systolic_queue queues[TRI_SYS_MOST_QUEUES];
    tri_systolic_ap *aps; /* the program's own list, for SETAP */
    tri_systolic_expr *exprs;
    uint32_t n_statements, statement_room;
    char **statements;    /* what number i + 1 is called */
    uint32_t statement;   /* while building: the number of what is appended without one */
    bool failed;          /* memory ran out while building; finish says so */
} tri_systolic_program;

/* Building. Nothing here fails before tri_systolic_finish, except that a table may be full (-1). */
tri_systolic_program *tri_systolic_new(bool bundle, uint64_t chip_hash, uint16_t params); /* null: no memory */
void tri_systolic_free(tri_systolic_program *program);
/* The queue's number; the same one when it exists; -1: there are 21. */
int tri_systolic_add_queue(tri_systolic_program *program, tri_systolic_queue_kind kind, int ring);
int tri_systolic_intern_ap(tri_systolic_program *program, int queue, const tri_systolic_ap *ap);   /* index in the queue's table; -1: 254 are there */
/* The same without looking for an equal one: for entries that SETAP replaces. Queue -1: the program's list. */
int tri_systolic_push_ap(tri_systolic_program *program, int queue, const tri_systolic_ap *ap);
int tri_systolic_program_ap(tri_systolic_program *program, const tri_systolic_ap *ap);             /* number in the program's list, for SETAP */
int tri_systolic_intern_expr(tri_systolic_program *program, const tri_systolic_expr *expr);        /* number; -1: 256 are there */
/* Fills in dtype_in and dtype_out from the patterns and gives the pc; the instruction may be patched later at queues[queue].at[pc]. */
uint32_t tri_systolic_append(tri_systolic_program *program, int queue, const tri_systolic_instruction *instruction);
/* The number of a new statement: no control characters, cut at 255 bytes. 0: 65535 are there. */
uint32_t tri_systolic_add_statement(tri_systolic_program *program, const char *called);
const char *tri_systolic_statement_of(const tri_systolic_program *program, const tri_systolic_instruction *instruction); /* null: none */
/* An instruction with every field absent. */
tri_systolic_instruction tri_systolic_make(tri_systolic_op op);
/* A pattern of 1..2 free axes over `npart` partitions, contiguous in the last. */
tri_systolic_ap tri_systolic_tile(tri_systolic_space space, tri_systolic_dtype dtype, int npart, int columns);

/* Checks the program, as decode does, and encodes it; the caller frees the bytes with free(). */
tri_status *tri_systolic_finish(const tri_systolic_program *program, void **out_bytes, size_t *out_n) TRI_NODISCARD;
/* Strict: every count, index, unused field. The message begins with ILLEGAL. What depends on the chip is checked by the machine's loader. */
tri_status *tri_systolic_decode(const void *bytes, size_t n, tri_systolic_program **out_program) TRI_NODISCARD;
tri_status *tri_systolic_verify(const tri_systolic_program *program) TRI_NODISCARD;

void tri_systolic_encode_instruction(const tri_systolic_instruction *instruction, uint8_t out[32]);
tri_systolic_instruction tri_systolic_decode_instruction(const uint8_t in[32]);

/* Text: one line an instruction, a pattern, an expression; assemble(disassemble(p)) is p. `file` names the text in errors. */
void tri_systolic_disassemble(const tri_systolic_program *program, tri_text *out_text);
void tri_systolic_print_instruction(const tri_systolic_instruction *instruction, tri_text *out_text);
tri_status *tri_systolic_assemble(const char *text, size_t n, const char *file, tri_systolic_program **out_program) TRI_NODISCARD;

typedef struct tri_systolic_op_row {
    const char *name, *doc;
    uint8_t engines, slots;
} tri_systolic_op_row;
extern const tri_systolic_op_row tri_systolic_ops[TRI_SYS_OP_COUNT];
const char *tri_systolic_dtype_name(unsigned dtype);
tri_dtype tri_systolic_dtype_base(unsigned dtype);  /* TRI_DTYPE_COUNT: none */
unsigned tri_systolic_dtype_bytes(unsigned dtype);  /* 0: less than a byte, not addressable */
int tri_systolic_dtype_of(tri_dtype dtype);         /* -1: these chips have no such elements */
const char *tri_systolic_alu_name(unsigned op);
int tri_systolic_alu_operands(unsigned op);
const char *tri_systolic_function_name(unsigned function);
bool tri_systolic_function_transcendental(unsigned function);
const char *tri_systolic_mode_name(unsigned mode);
const char *tri_systolic_space_name(unsigned space);
const char *tri_systolic_queue_kind_name(unsigned kind);
uint64_t tri_systolic_ap_elements(const tri_systolic_ap *ap); /* a partition */

#endif
