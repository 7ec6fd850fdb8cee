/* module.h - PTX text as data: what the parser makes of an image and the decoder takes.
 *
 * Everything lives in the arena that was handed to tri_ptx_parse and is immutable afterwards. Names are resolved as far as scopes go: registers
 * and variables are pointers, labels (which may stand below their use) stay names until a kernel is decoded. */
#ifndef TRI_PTX_MODULE_H
#define TRI_PTX_MODULE_H

#include "base/arena.h"
#include "tri/status.h"

typedef enum tri_ptx_space { TRI_PTX_GENERIC, TRI_PTX_GLOBAL, TRI_PTX_SHARED, TRI_PTX_CONST, TRI_PTX_LOCAL, TRI_PTX_PARAM } tri_ptx_space;

/* A register that is used at least once. Predicates have 0 bytes: a warp's predicate is one 32-bit mask. */
typedef struct tri_ptx_register {
    const char *name;
    uint32_t bytes;
    uint32_t index; /* in its kernel, dense */
} tri_ptx_register;

/* A variable of the module, a block, a thread, or a parameter of a kernel. */
typedef struct tri_ptx_variable {
    const char *name;
    tri_ptx_space space;
    uint32_t align;
    uint64_t bytes;               /* 0: .extern .shared, its size is the launch's */
    uint64_t address;             /* in its space; global and const: relative to the module's memory */
    const unsigned char *initial; /* null: none */
} tri_ptx_variable;

typedef enum tri_ptx_operand_kind {
    TRI_PTX_REGISTER,
    TRI_PTX_SPECIAL,  /* %tid.x: `name` */
    TRI_PTX_INTEGER,  /* bits */
    TRI_PTX_SINGLE,   /* bits of an f32 */
    TRI_PTX_DOUBLE,   /* bits of an f64 */
    TRI_PTX_VARIABLE, /* variable + bits */
    TRI_PTX_NAME,     /* a label */
    TRI_PTX_ADDRESS,  /* [list[0] + bits] */
    TRI_PTX_LIST,     /* {list[0], ...} */
    TRI_PTX_SINK      /* _ */
} tri_ptx_operand_kind;

typedef struct tri_ptx_operand {
    tri_ptx_operand_kind kind;
    bool negated; /* !%p */
    const char *name;
    const tri_ptx_register *reg;
    const tri_ptx_variable *variable;
    uint64_t bits;
    uint32_t n;
    struct tri_ptx_operand *list;
    struct tri_ptx_operand *also; /* a|b: b */
} tri_ptx_operand;

typedef struct tri_ptx_instruction {
    const char *mnemonic; /* with all modifiers */
    const char *text;     /* as written, in the image */
    uint32_t text_bytes;
    int32_t line, column;
    int32_t statement;             /* the line of the tile program that it serves: that of the .loc in front; 0: nobody said */
    const tri_ptx_register *guard; /* @%p, or null */
    bool guard_negated;
    uint32_t n_operands;
    tri_ptx_operand *operands;
} tri_ptx_instruction;

/* A label, or the list of labels that a .branchtargets line names (`n` > 0). */
typedef struct tri_ptx_label {
    const char *name;
    uint32_t instruction;
    uint32_t n;
    const char **targets;
} tri_ptx_label;

typedef struct tri_ptx_kernel {
    const char *name;
    int32_t line;
    TRI_VEC(tri_ptx_variable *) parameters;
    uint64_t parameter_bytes;
    uint64_t shared_bytes, local_bytes; /* shared: the module's variables first, then the kernel's own */
    uint32_t required[3], most[3];      /* .reqntid, .maxntid; 0: not given */
    uint32_t cluster[3];                /* .reqnctapercluster; 0: not given */
    uint32_t most_registers;            /* .maxnreg; 0: not given */
    TRI_VEC(tri_ptx_register *) registers;
    TRI_VEC(tri_ptx_instruction) instructions;
    TRI_VEC(tri_ptx_label) labels;
} tri_ptx_kernel;

typedef struct tri_ptx_module {
    const char *name;
    const char *text; /* zero-terminated */
    TRI_VEC(tri_ptx_kernel *) kernels;
    TRI_VEC(tri_ptx_variable *) variables;
    uint64_t memory_bytes; /* of global and const variables */
    uint64_t shared_bytes; /* of shared variables outside of kernels */
} tri_ptx_module;

/* Limits on hostile text. */
enum {
    TRI_PTX_MOST_TEXT = 256 << 20,
    TRI_PTX_MOST_REGISTERS = 1 << 16,
    TRI_PTX_MOST_INSTRUCTIONS = 4 << 20,
    TRI_PTX_MOST_VARIABLE = 1 << 30,
    TRI_PTX_MOST_LOCAL = 1 << 20,
    TRI_PTX_MOST_LIST = 1024,
    TRI_PTX_MOST_WORD = 256
};

/* Parses `n` bytes. The text is copied; `name` is copied too, but the position in an error borrows the caller's. The caller has installed the
 * arena's escape. */
tri_status *tri_ptx_parse(tri_arena *arena, const char *name, const char *text, size_t n, tri_ptx_module **out_module) TRI_NODISCARD;

/* " .. the tile statement `kernel line 14 @pv: %13 = mma %8, %9`" behind `before`: what a .loc said of the instruction and, where the text has it,
 * what the comment "//tile 14 .." calls that line. "" when nobody said. Returns `out`. */
const char *tri_ptx_statement(const tri_ptx_module *module, const tri_ptx_kernel *kernel, uint32_t instruction, const char *before, char *out,
                              size_t room);

#endif
