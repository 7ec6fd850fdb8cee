/* gcn.h - the inside of the AMDGCN simulator: images, decoded instructions, waves, memory.
 *
 * The way of a launch: gcn_image.c reads the code object, gcn_decode.c turns each kernel's reachable code into an array of `gcn_inst` (LLVM's
 * disassembler gives text, `gcn_ops.def` gives text its meaning), gcn_wave.c runs workgroups over it. An instruction is a row of gcn_ops.def plus a
 * function: a lane body (lanes_*.c: pure arithmetic over 64 lanes, compiled for several host instruction sets) or a handler that sees the whole wave
 * (gcn_scalar.c, gcn_cross.c, gcn_memory.c, gcn_lds.c).
 *
 * Everything an image contains is hostile: offsets are checked before use, operands against the registers the kernel declares, accesses against the
 * buffers of the launch. What the simulator does not know stops loudly and says where. */
#ifndef TRI_AMDGCN_SIM_GCN_H
#define TRI_AMDGCN_SIM_GCN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tri/status.h"

enum {
    GCN_LANES = 64,
    GCN_SGPRS = 128, /* as encoded: 0-101 general, then the named ones */
    GCN_FLAT_SCRATCH = 102,
    GCN_XNACK_MASK = 104,
    GCN_VCC = 106,
    GCN_M0 = 124,
    GCN_EXEC = 126,
    GCN_MOST_WAVES = 16,   /* of a workgroup: 1024 work-items */
    GCN_MOST_REGIONS = 64, /* buffers of a launch, with the simulator's own */
};

/* Apertures of flat addresses: the upper 32 bits tell LDS and scratch from global memory. */
#define GCN_SHARED_BASE 0x0001000000000000ull
#define GCN_PRIVATE_BASE 0x0002000000000000ull

typedef struct gcn_inst gcn_inst;
typedef struct gcn_wave gcn_wave;

/* ---- instructions ---- */

typedef enum gcn_operand_kind {
    GCN_NONE,
    GCN_SCALAR,   /* reg: SGPR */
    GCN_VECTOR,   /* reg: VGPR, accumulation registers behind them as in the chip's unified file */
    GCN_CONSTANT, /* value, already in the operand's type */
    GCN_SCC,
    GCN_VCCZ,
    GCN_EXECZ,
    GCN_OFF,   /* "off": no address register */
    GCN_HWREG, /* value: id | offset << 8 | size << 16 */
} gcn_operand_kind;

/* A `type` is a letter of the patterns in gcn_ops.def; see there. */
typedef struct gcn_operand {
    uint8_t kind, type, dwords;
    bool negate, absolute, sign_extend;
    uint16_t reg;
    uint64_t value;
} gcn_operand;

enum { GCN_SELECT_DWORD, GCN_SELECT_WORD_0, GCN_SELECT_WORD_1, GCN_SELECT_BYTE_0, GCN_SELECT_BYTE_1, GCN_SELECT_BYTE_2, GCN_SELECT_BYTE_3 };
enum { GCN_UNUSED_PAD, GCN_UNUSED_SEXT, GCN_UNUSED_PRESERVE };

/* What stands behind the operands. */
typedef struct gcn_modifiers {
    bool clamp, offen, idxen, lds, sc0, has_dpp, has_sdwa, bound_control;
    int8_t output_scale;                       /* mul:2 -> 1, mul:4 -> 2, div:2 -> -1 */
    uint8_t op_sel, op_sel_hi, neg_lo, neg_hi; /* one bit an operand */
    uint8_t row_mask, bank_mask;               /* DPP */
    uint8_t dpp[GCN_LANES];                    /* source lane of each lane; 0xff: none */
    uint8_t select[3], dst_select, dst_unused; /* SDWA; select[0], [1] are the sources' */
    uint8_t bitop;
    uint8_t format_a, format_b; /* cbsz, blgp */
    int8_t vmcnt, lgkmcnt;      /* s_waitcnt; -1: any */
    int64_t offset, offset1;
    bool has_offset1;
} gcn_modifiers;

typedef enum gcn_step { GCN_NEXT, GCN_BARRIER, GCN_END, GCN_FAULT } gcn_step;

typedef gcn_step gcn_handler(gcn_wave *wave, const gcn_inst *inst);
/* `out` and `in` are arrays of 64 elements, 32 or 64 bits wide by the pattern's letters; out never overlaps in. */
typedef void gcn_body(void *const *out, const void *const *in, const gcn_inst *inst);
/* Matrix instructions read and write whole registers: d, a, b, c are register 0 of each operand. */
typedef void gcn_matrix_body(uint32_t (*d)[GCN_LANES], const uint32_t (*a)[GCN_LANES], const uint32_t (*b)[GCN_LANES], const uint32_t (*c)[GCN_LANES],
                             const gcn_inst *inst);

/* Scalar arithmetic: `old` is the destination's value before. */
typedef uint64_t gcn_scalar_body(uint64_t a, uint64_t b, uint64_t old, uint32_t *scc);

typedef struct gcn_op {
    const char *name;
    const char *pattern;
    gcn_handler *handler;
    gcn_scalar_body *scalar;
    int detail; /* what the handler's family needs to know: access width, condition, flags */
    uint16_t id;
} gcn_op;

/* Flags in `detail` of lane rows. */
enum { GCN_KEEPS_HIGH = 1, GCN_WRITES_EXEC = 2, GCN_READS_VCC = 4, GCN_KEEPS_DENORMALS = 8, GCN_SATURATES = 16 };
/* `detail` of memory rows: bytes in memory, sign extension, which half of a register a 16-bit value goes to (0: the whole). */
enum {
    GCN_SIGNED = 0x100,
    GCN_LOW_HALF = 0x200,
    GCN_HIGH_HALF = 0x400,
    GCN_STORE = 0x800,
    GCN_STRIDE_64 = 0x1000,
    GCN_RETURNS = 0x2000,
    GCN_WIDE = 0x4000
};

/* Registers that an instruction touches, scalar ones at 0, vector ones from GCN_SGPRS. */
typedef struct gcn_use {
    uint16_t first;
    uint8_t n;
    bool write;
} gcn_use;

enum { GCN_MOST_USES = 8 };

struct gcn_inst {
    const gcn_op *op;
    gcn_body *body;
    gcn_matrix_body *matrix;
    uint32_t pc, bytes; /* pc counts from the image's base */
    uint32_t target;    /* branches: index of the instruction */
    uint32_t text;      /* offset in the program's texts */
    uint8_t n_dst, n_src, n_uses;
    bool gfx950; /* 8-bit floats are OCP */
    gcn_operand dst[2], src[5];
    gcn_use uses[GCN_MOST_USES];
    gcn_modifiers m;
};

/* A row by name (suffixes _e32, _e64, _dpp, _sdwa stripped); null when unknown. */
const gcn_op *gcn_find_op(const char *name, size_t n);
gcn_body *gcn_find_body(const gcn_op *op); /* for this host's instruction set; null when the op has none */
gcn_matrix_body *gcn_find_matrix(const gcn_op *op);

/* ---- images ---- */

typedef struct gcn_kernel {
    char *name;
    uint32_t lds_bytes, scratch_bytes, kernarg_bytes;
    uint32_t entry; /* pc */
    uint32_t rsrc1, rsrc2, rsrc3;
    uint16_t properties, preload;
    uint32_t n_vgprs, accum_offset;
    /* decoded */
    gcn_inst *insts;
    size_t n_insts, first; /* index of the entry */
    char *texts;
    bool has_atomics;
    int lds_shift; /* log2 of the bytes of the smallest LDS access */
} gcn_kernel;

/* A row of the line table: from `pc` to the next row's. */
typedef struct gcn_row {
    uint32_t pc, line; /* line 0: of nothing */
} gcn_row;

typedef struct gcn_image {
    char *name;
    bool gfx950;
    uint64_t base; /* device address of byte 0 */
    uint8_t *bytes;
    uint8_t *flags; /* of each 4096-byte page: GCN_PAGE_* */
    size_t n;
    gcn_kernel *kernels;
    size_t n_kernels;
    gcn_row *rows; /* gcn_lines.c */
    size_t n_rows;
    char *statements; /* or null */
} gcn_image;

enum { GCN_PAGE_MAPPED = 1, GCN_PAGE_WRITE = 2, GCN_PAGE_EXECUTE = 4 };

/* Reads an ELF64 code object placed at device address `base`; kernels are found but not decoded. */
tri_status *gcn_image_read(const char *name, const void *elf, size_t n, uint64_t base, gcn_image **out_image) TRI_NODISCARD;
void gcn_image_free(gcn_image *image);
/* Which statements of tile programs its instructions serve, as far as the file says. */
void gcn_lines_read(gcn_image *image, const void *elf, size_t n);
/* " .. the tile statement `kernel line 14 @pv: %13 = mma %8, %9`" behind `before`; "" when nobody said. Returns `out`. */
const char *gcn_statement(const gcn_image *image, const gcn_kernel *kernel, uint32_t pc, const char *before, char *out, size_t room);
/* Decodes all that can be reached from the kernel's entry; UNSUPPORTED names what is not known. */
tri_status *gcn_decode_kernel(const gcn_image *image, gcn_kernel *kernel) TRI_NODISCARD;
/* Fills `inst` from one line of disassembly. The error is without place. */
tri_status *gcn_parse_text(const char *text, const gcn_kernel *kernel, bool gfx950, gcn_inst *inst) TRI_NODISCARD;

/* ---- launches ---- */

/* Memory a launch may touch. `written`: one byte a byte, 0 = never written; null: all written. */
typedef struct gcn_region {
    const char *name;
    uint64_t base, bytes;
    uint8_t *host, *written;
    bool writable;
} gcn_region;

typedef struct gcn_launch {
    const gcn_image *image;
    const gcn_kernel *kernel;
    uint32_t grid[3], block[3];
    uint32_t lds_bytes;
    uint64_t kernarg, dispatch_packet; /* device addresses */
    const gcn_region *regions;
    size_t n_regions;
    uint64_t budget; /* instructions a wave may execute */
} gcn_launch;

/* ---- waves ---- */

/* An operation that has been issued and is not yet waited for. */
typedef struct gcn_outstanding {
    uint32_t ticket;
    uint16_t first, n; /* registers that it will write; n = 0 for stores */
    uint8_t queues;    /* GCN_QUEUE_* it still counts in */
    uint8_t order;     /* GCN_ORDERED, GCN_TOUCHES_LDS */
} gcn_outstanding;

enum { GCN_QUEUE_VM = 1, GCN_QUEUE_LGKM = 2, GCN_MOST_OUTSTANDING = 256, GCN_MATRIX_RESULTS = 8 };

typedef struct gcn_workgroup gcn_workgroup;

struct gcn_wave {
    gcn_workgroup *group;
    uint32_t s[GCN_SGPRS];
    uint32_t (*v)[GCN_LANES];
    uint8_t *scratch; /* lane l's bytes from l * scratch_bytes */
    uint32_t scc;
    uint32_t mode; /* the MODE register's bits as s_getreg sees them */
    uint32_t next; /* index of the next instruction */
    int number;
    gcn_step state; /* GCN_NEXT: can run */
    uint64_t executed;

    uint32_t ticket; /* of the newest operation */
    uint32_t n_outstanding;
    gcn_outstanding outstanding[GCN_MOST_OUTSTANDING];
    uint32_t *pending; /* per register: the ticket of the operation that will write it, or 0 */

    /* Tickets up to which this wave's LDS operations had completed: now, and when it last passed a barrier. [1]: LDS writes by the memory pipe. */
    uint32_t completed[2], published[2];

    /* Results of matrix instructions may not be touched before a number of wait states that the program has to fill. */
    uint32_t clock, matrix_until; /* wait states so far; when the last result is there */
    struct {
        uint32_t ready;
        uint16_t first, n;
    } matrix[GCN_MATRIX_RESULTS];
    uint32_t next_matrix;
    uint32_t m0_ready; /* the clock from which on loads to LDS may use M0 */
};

/* Who last touched a granule of LDS. `writer`: 1 + 2 * wave, + 1 when by the memory pipe; 0: never written. */
typedef struct gcn_lds_shadow {
    uint32_t write_ticket, read_ticket;
    uint8_t writer, reader; /* reader: 1 + wave */
    bool atomic;
    uint8_t earlier_reader; /* 1 + a wave beside `reader` that read it too in `shared_epoch` */
    uint32_t shared_epoch;  /* a barrier epoch; 0: none */
    uint32_t write_pc;
} gcn_lds_shadow;

/* What a launch did besides its values. */
typedef struct gcn_counts {
    uint64_t instructions;
    uint64_t lds_accesses, lds_conflicts; /* instructions (halves of paired ones), and cycles lost to busy banks: gcn_banks.c */
} gcn_counts;

struct gcn_workgroup {
    const gcn_launch *launch;
    uint32_t id[3];
    uint64_t linear_id;
    uint32_t epoch; /* barriers passed, from 1 */
    uint8_t *lds;
    gcn_lds_shadow *shadow;
    gcn_wave *waves;
    int n_waves;
    tri_status *fault;
    gcn_counts counts;
    const gcn_region *last_region;
    void *memory;
};

/* A workgroup is made once per host thread and run for many ids. */
tri_status *gcn_workgroup_new(const gcn_launch *launch, gcn_workgroup **out_group) TRI_NODISCARD;
void gcn_workgroup_free(gcn_workgroup *group);
/* Adds to `group->counts`. */
tri_status *gcn_workgroup_run(gcn_workgroup *group, uint64_t linear_id) TRI_NODISCARD;
/* Runs the whole grid on `threads` host threads (0: all); of several faults the one of the lowest workgroup is returned. */
tri_status *gcn_run(const gcn_launch *launch, int threads, gcn_counts *out_counts) TRI_NODISCARD;

/* ---- what handlers use ---- */

static inline uint64_t gcn_s64(const gcn_wave *wave, unsigned reg) { return wave->s[reg] | (uint64_t)wave->s[reg + 1] << 32; }
static inline void gcn_set_s64(gcn_wave *wave, unsigned reg, uint64_t value)
{
    wave->s[reg] = (uint32_t)value;
    wave->s[reg + 1] = (uint32_t)(value >> 32);
}
static inline uint64_t gcn_exec(const gcn_wave *wave) { return gcn_s64(wave, GCN_EXEC); }

/* The value of a scalar operand (SGPR, constant, flag), 32 or 64 bits by its type. */
uint64_t gcn_read_scalar(const gcn_wave *wave, const gcn_operand *operand);
/* The 32 bits of a vector or scalar operand in one lane. */
static inline uint32_t gcn_read_lane(const gcn_wave *wave, const gcn_operand *operand, unsigned dword, unsigned lane)
{
    if (operand->kind == GCN_VECTOR) return wave->v[operand->reg + dword][lane];
    if (operand->kind == GCN_SCALAR) return wave->s[operand->reg + dword];
    return (uint32_t)(operand->value >> (32 * (dword & 1)));
}

/* Writes one scalar register; M0 is not there for the very next load to LDS. */
static inline void gcn_set_s32(gcn_wave *wave, unsigned reg, uint32_t value)
{
    wave->s[reg] = value;
    if (reg == GCN_M0) wave->m0_ready = wave->clock + 2;
}

/* Records a fault of the wave (the first one counts) and returns GCN_FAULT. lane < 0: none in particular. */
gcn_step gcn_fault(gcn_wave *wave, const gcn_inst *inst, int lane, const char *format, ...) TRI_PRINTF(4, 5);

/* GCN_ORDERED: completes in order with its like: vector memory and LDS do, scalar loads and flat accesses do not. */
enum { GCN_ORDERED = 1, GCN_TOUCHES_LDS = 2 };
/* Enters an operation in the wait counters; its `n` registers from `first` (in gcn_use numbering) are pending. */
gcn_step gcn_issue(gcn_wave *wave, const gcn_inst *inst, unsigned queues, unsigned order, unsigned first, unsigned n);
void gcn_wait(gcn_wave *wave, unsigned queue, unsigned most);

/* Finds `n` bytes at a device address; null after recording the fault. */
uint8_t *gcn_access(gcn_wave *wave, const gcn_inst *inst, int lane, uint64_t address, uint32_t n, bool write);

/* LDS: checks bounds, never-written bytes and races, and keeps the shadow. `pipe`: 1 when the memory pipe writes. Null after recording the fault. */
uint8_t *gcn_lds_read(gcn_wave *wave, const gcn_inst *inst, int lane, uint64_t address, uint32_t n);
uint8_t *gcn_lds_write(gcn_wave *wave, const gcn_inst *inst, int lane, uint64_t address, uint32_t n, int pipe);
uint8_t *gcn_lds_atomic(gcn_wave *wave, const gcn_inst *inst, int lane, uint64_t address, uint32_t n);

/* Counts one access of the active lanes, `bytes` each; 16 at most. */
void gcn_count_conflicts(gcn_wave *wave, const uint64_t addresses[GCN_LANES], unsigned bytes, bool write);

/* Atomic arithmetic on memory; `detail` is GCN_ATOMIC_*. `data` holds the operand, then the comparison's replacement. */
typedef enum gcn_atomic {
    GCN_ATOMIC_ADD,
    GCN_ATOMIC_SUB,
    GCN_ATOMIC_SMIN,
    GCN_ATOMIC_UMIN,
    GCN_ATOMIC_SMAX,
    GCN_ATOMIC_UMAX,
    GCN_ATOMIC_AND,
    GCN_ATOMIC_OR,
    GCN_ATOMIC_XOR,
    GCN_ATOMIC_SWAP,
    GCN_ATOMIC_CMPSWAP,
    GCN_ATOMIC_INC,
    GCN_ATOMIC_DEC,
    GCN_ATOMIC_ADD_F32,
    GCN_ATOMIC_MIN_F32,
    GCN_ATOMIC_MAX_F32,
    GCN_ATOMIC_ADD_F64,
    GCN_ATOMIC_MIN_F64,
    GCN_ATOMIC_MAX_F64,
    GCN_ATOMIC_PK_ADD_F16,
    GCN_ATOMIC_PK_ADD_BF16
} gcn_atomic;
uint64_t gcn_atomic_apply(gcn_atomic kind, bool wide, uint64_t old, uint64_t data, uint64_t replacement);

#define GCN_WAVE_HANDLERS(X)                                                                                                                         \
    X(gcn_lane_op)                                                                                                                                   \
    X(gcn_matrix_op)                                                                                                                                 \
    X(gcn_scaled_matrix_op) X(gcn_s_alu) X(gcn_s_branch) X(gcn_s_endpgm) X(gcn_s_barrier) X(gcn_s_waitcnt) X(gcn_s_nop) X(gcn_s_setreg)              \
        X(gcn_s_getreg) X(gcn_s_getpc) X(gcn_s_load) X(gcn_v_readlane) X(gcn_v_writelane) X(gcn_global) X(gcn_flat) X(gcn_scratch) X(gcn_buffer)     \
            X(gcn_global_atomic) X(gcn_buffer_atomic) X(gcn_ds_read) X(gcn_ds_write) X(gcn_ds_read_transposed) X(gcn_ds_read2) X(gcn_ds_write2)      \
                X(gcn_ds_permute) X(gcn_ds_swizzle) X(gcn_ds_atomic) X(gcn_s_saveexec)
#define GCN_DECLARE_HANDLER(name) gcn_handler name;
GCN_WAVE_HANDLERS(GCN_DECLARE_HANDLER)
#undef GCN_DECLARE_HANDLER

#endif
