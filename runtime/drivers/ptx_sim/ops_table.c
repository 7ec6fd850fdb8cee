/* ops_table.c - the handlers of one instruction set, in the order of ptx_ops.def. */
#include "runtime/drivers/ptx_sim/handlers.h"

tri_ptx_handler *const TRI_PTX_PASTE(tri_ptx_handlers, TRI_PTX_ISA)[] = {
#define OP(mnemonics, operands, handler) TRI_PTX_NAMED(handler),
#include "runtime/drivers/ptx_sim/ptx_ops.def"
#undef OP
};
