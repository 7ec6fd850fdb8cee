/* gcn_decode.c - decodes what can be reached from a kernel's entry.
 *
 * LLVM's disassembler turns bytes into text; gcn_text.c turns text into instructions. Branch targets are resolved to indices, so running needs no
 * program counter. An instruction that is reachable and not known is an error here, before anything runs. */
#include "runtime/drivers/amdgcn_sim/gcn.h"

#include <inttypes.h>
#include <llvm-c/Disassembler.h>
#include <llvm-c/Target.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_INSTRUCTIONS = 1 << 20, MOST_LINE = 512, PAGE = 4096 };

/* LLVM keeps a registry of targets; it is filled once. */
static void register_target(void)
{
    LLVMInitializeAMDGPUTargetInfo();
    LLVMInitializeAMDGPUTargetMC();
    LLVMInitializeAMDGPUDisassembler();
}

typedef struct decoder {
    const gcn_image *image;
    gcn_kernel *kernel;
    LLVMDisasmContextRef llvm;
    uint32_t *index_of; /* per dword of the image: 1 + index in insts; 0: not reached */
    uint32_t *stack;    /* pcs to visit */
    size_t n_stack, room_stack, room_insts, n_texts, room_texts;
} decoder;

static tri_status *no_memory(const decoder *d) { return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory decoding kernel %s", d->kernel->name); }

static bool grow(void *array, size_t *room, size_t need, size_t size)
{
    void **at = array;
    if (need <= *room) return true;
    size_t next = *room * 2 > need ? *room * 2 : need + 64;
    void *bigger = realloc(*at, next * size);
    if (!bigger) return false;
    *at = bigger;
    *room = next;
    return true;
}

static tri_status *push(decoder *d, uint32_t pc)
{
    if (d->index_of[pc / 4]) return NULL;
    if (!grow(&d->stack, &d->room_stack, d->n_stack + 1, sizeof *d->stack)) return no_memory(d);
    d->stack[d->n_stack++] = pc;
    return NULL;
}

/* How many bytes from `pc` on are code. */
static size_t code_bytes(const gcn_image *image, uint64_t pc)
{
    size_t n = 0;
    while (n < 16 && pc + n < image->n && image->flags[(pc + n) / PAGE] & GCN_PAGE_EXECUTE) n += 4;
    return n;
}

static bool ends_flow(const gcn_op *op) { return op->handler == gcn_s_endpgm || (op->handler == gcn_s_branch && op->detail == 0); }

static tri_status *decode_one(decoder *d, uint32_t pc, gcn_inst *inst)
{
    char line[MOST_LINE];
    gcn_kernel *kernel = d->kernel;
    size_t available = pc % 4 ? 0 : code_bytes(d->image, pc);
    *inst = (gcn_inst){.pc = pc};
    size_t bytes = available ? LLVMDisasmInstruction(d->llvm, d->image->bytes + pc, available, pc, line, sizeof line) : 0;
    if (bytes == 0 || bytes > available || bytes % 4)
        return tri_error(TRI_INVALID, TRI_NOWHERE, "kernel %s of %s: the bytes at pc 0x%" PRIx32 " are no instruction", kernel->name, d->image->name,
                         pc);
    inst->bytes = (uint32_t)bytes;
    const char *text = line;
    while (*text == '\t' || *text == ' ') text++;
    tri_status *status = gcn_parse_text(text, kernel, d->image->gfx950, inst);
    if (status) return tri_note(status, "kernel %s of %s, pc 0x%" PRIx32 ": `%s`", kernel->name, d->image->name, pc, text);
    size_t n = strlen(text) + 1;
    if (!grow(&kernel->texts, &d->room_texts, d->n_texts + n, 1)) return no_memory(d);
    memcpy(kernel->texts + d->n_texts, text, n);
    inst->text = (uint32_t)d->n_texts;
    d->n_texts += n;
    return NULL;
}

static void note_needs(gcn_kernel *kernel, const gcn_inst *inst)
{
    const gcn_op *op = inst->op;
    if (op->handler == gcn_global_atomic || op->handler == gcn_buffer_atomic) kernel->has_atomics = true;
    bool lds_access = op->handler == gcn_ds_read || op->handler == gcn_ds_write || inst->m.lds || op->handler == gcn_flat;
    int bytes = op->detail & 0xff;
    if (lds_access && bytes < 4 && kernel->lds_shift > bytes / 2) kernel->lds_shift = bytes / 2;
}

static tri_status *decode_reachable(decoder *d)
{
    gcn_kernel *kernel = d->kernel;
    TRI_TRY(push(d, kernel->entry));
    while (d->n_stack) {
        uint32_t pc = d->stack[--d->n_stack];
        while (!d->index_of[pc / 4]) {
            if (kernel->n_insts == MOST_INSTRUCTIONS)
                return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "kernel %s has more than %d instructions", kernel->name, MOST_INSTRUCTIONS);
            if (!grow(&kernel->insts, &d->room_insts, kernel->n_insts + 1, sizeof *kernel->insts)) return no_memory(d);
            gcn_inst *inst = &kernel->insts[kernel->n_insts];
            TRI_TRY(decode_one(d, pc, inst));
            d->index_of[pc / 4] = (uint32_t)++kernel->n_insts;
            note_needs(kernel, inst);
            if (inst->op->handler == gcn_s_branch) {
                int64_t target = (int64_t)pc + 4 + 4 * (int16_t)inst->src[0].value;
                if (inst->src[0].kind != GCN_CONSTANT || target < 0 || (uint64_t)target >= d->image->n)
                    return tri_error(TRI_INVALID, TRI_NOWHERE, "kernel %s, pc 0x%" PRIx32 ": a branch out of the image", kernel->name, pc);
                inst->target = (uint32_t)target;
                TRI_TRY(push(d, (uint32_t)target));
            }
            if (ends_flow(inst->op)) break;
            pc += inst->bytes;
            if (pc >= d->image->n) return tri_error(TRI_INVALID, TRI_NOWHERE, "kernel %s runs off its code at pc 0x%" PRIx32, kernel->name, pc);
        }
    }
    return NULL;
}

static int by_pc(const void *a, const void *b)
{
    uint32_t x = ((const gcn_inst *)a)->pc, y = ((const gcn_inst *)b)->pc;
    return (x > y) - (x < y);
}

static tri_status *resolve(decoder *d)
{
    gcn_kernel *kernel = d->kernel;
    qsort(kernel->insts, kernel->n_insts, sizeof *kernel->insts, by_pc);
    for (size_t i = 0; i < kernel->n_insts; i++) d->index_of[kernel->insts[i].pc / 4] = (uint32_t)i + 1;
    for (size_t i = 0; i < kernel->n_insts; i++) {
        gcn_inst *inst = &kernel->insts[i];
        if (inst->op->handler == gcn_s_branch) inst->target = d->index_of[inst->target / 4] - 1;
        bool next_follows = i + 1 < kernel->n_insts && kernel->insts[i + 1].pc == inst->pc + inst->bytes;
        if (!ends_flow(inst->op) && !next_follows)
            return tri_error(TRI_INVALID, TRI_NOWHERE, "kernel %s jumps into the middle of the instruction at pc 0x%" PRIx32, kernel->name, inst->pc);
    }
    kernel->first = d->index_of[kernel->entry / 4] - 1;
    return NULL;
}

tri_status *gcn_decode_kernel(const gcn_image *image, gcn_kernel *kernel)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, register_target);
    decoder d = {.image = image, .kernel = kernel};
    d.llvm = LLVMCreateDisasmCPUFeatures("amdgcn-amd-amdhsa", image->gfx950 ? "gfx950" : "gfx942", "", NULL, 0, NULL, NULL);
    d.index_of = calloc(image->n / 4, sizeof *d.index_of);
    kernel->lds_shift = 2;
    tri_status *status = NULL;
    if (!d.llvm)
        status = tri_error(TRI_UNAVAILABLE, TRI_NOWHERE, "LLVM has no disassembler for %s", image->gfx950 ? "gfx950" : "gfx942");
    else if (!d.index_of)
        status = no_memory(&d);
    if (!status) status = decode_reachable(&d);
    if (!status) status = resolve(&d);
    if (d.llvm) LLVMDisasmDispose(d.llvm);
    free(d.index_of);
    free(d.stack);
    return status;
}
