/* ir/print_sched.c - scheduled programs as text: their head and the statements they add to those of tile programs. The forms stand in parse_sched.c.
 */
#include "ir/print.h"
#include "ir/sched.h"

/* The operand that is the buffer of a load_into: the coordinates follow it. */
static uint32_t buffer_of(const tri_op *op) { return op->n_window ? op->window[0].operand - 1u : op->n_operands - 1; }

bool tri_print_sched_is_whole(const tri_op *op)
{
    switch ((int)op->kind) {
    case TRI_SCHED_RING:
    case TRI_SCHED_TURNS:
    case TRI_SCHED_JOIN: return !op->n_operands;
    case TRI_SCHED_ROLE: return !op->n_operands && op->n_regions == 1 && op->regions[0]->n_args == 2 && op->label && tri_role_unit(op) < TRI_UNITS;
    case TRI_SCHED_WORK: return !op->n_operands && op->n_regions == 1 && op->regions[0]->n_args == 1;
    case TRI_SCHED_LOAD_INTO: return op->n_operands >= 2 && (!op->n_window || op->window[0].operand >= 2);
    case TRI_SCHED_STORE_INTO: return op->n_operands >= 2;
    default: return op->n_operands >= 1;
    }
}

static void print_offsets(tri_printer *printer, const tri_op *op, uint32_t first, uint32_t end)
{
    tri_text_add(printer->out, "[");
    tri_print_values(printer, end - first, op->operands + first);
    tri_text_add(printer->out, "]");
}

static void print_ring(tri_printer *printer, const tri_op *op)
{
    tri_text *out = printer->out;
    tri_text_addf(out, " depth %lld", (long long)tri_op_integer(op, "depth", 1));
    if (!strcmp(tri_op_text(op, "place", "stage"), "acc")) tri_text_add(out, " place acc");
    if (tri_op_attr(op, "private")) tri_text_add(out, " private");
    if (tri_op_attr(op, "multicast")) tri_text_add(out, " multicast");
    tri_print_types(printer, op);
}

/* (%i, %rank) .. { statements } */
static void print_arguments(tri_printer *printer, const tri_block *region)
{
    tri_text_add(printer->out, " (");
    tri_print_values(printer, region->n_args, region->args);
    tri_text_add(printer->out, ")");
}

static void print_body(tri_printer *printer, const tri_block *region)
{
    tri_text_add(printer->out, " {\n");
    tri_print_statements(printer, region);
    tri_print_indent(printer);
    tri_text_add(printer->out, "}");
}

static void print_role(tri_printer *printer, const tri_op *op)
{
    int64_t regs = tri_op_integer(op, "regs", 0);
    tri_print_label(printer, op);
    tri_text_addf(printer->out, " %s[%lld]", tri_unit_name(tri_role_unit(op)), (long long)tri_role_instances(op));
    print_arguments(printer, op->regions[0]);
    if (regs) tri_text_addf(printer->out, " regs %lld", (long long)regs);
    print_body(printer, op->regions[0]);
}

static void print_load_into(tri_printer *printer, const tri_op *op)
{
    tri_text *out = printer->out;
    uint32_t buffer = buffer_of(op);
    tri_text_add(out, " ");
    tri_print_value(printer, op->operands[0]);
    print_offsets(printer, op, 1, buffer);
    tri_text_add(out, ", ");
    tri_print_window(printer, op, buffer);
    tri_text_add(out, " fill ");
    tri_print_number(out, tri_op_number(op, "fill", 0));
    if (tri_op_attr(op, "multicast")) tri_text_add(out, " multicast");
}

void tri_print_sched_op(tri_printer *printer, const tri_op *op)
{
    tri_text *out = printer->out;
    switch ((int)op->kind) {
    case TRI_SCHED_RING: print_ring(printer, op); break;
    case TRI_SCHED_TURNS: break;
    case TRI_SCHED_ROLE: print_role(printer, op); return;
    case TRI_SCHED_WORK:
        print_arguments(printer, op->regions[0]);
        tri_print_label(printer, op);
        print_body(printer, op->regions[0]);
        return;
    case TRI_SCHED_LOAD_INTO: print_load_into(printer, op); break;
    case TRI_SCHED_STORE_INTO:
        tri_text_add(out, " ");
        tri_print_value(printer, op->operands[0]);
        tri_text_add(out, " -> ");
        tri_print_value(printer, op->operands[1]);
        print_offsets(printer, op, 2, op->n_operands);
        break;
    case TRI_SCHED_PART:
        tri_text_add(out, " ");
        tri_print_value(printer, op->operands[0]);
        print_offsets(printer, op, 1, op->n_operands);
        tri_print_types(printer, op);
        break;
    case TRI_SCHED_JOIN: tri_text_addf(out, " %lld", (long long)tri_op_integer(op, "lag", 0)); break;
    default:
        tri_text_add(out, " ");
        tri_print_values(printer, op->n_operands, op->operands);
        tri_print_types(printer, op);
        break;
    }
    tri_print_label(printer, op);
}

void tri_print_scheduled(tri_printer *printer, const tri_func *func)
{
    tri_text *out = printer->out;
    tri_print_name_kernel(printer, func);
    tri_print_indent(printer);
    tri_text_add(out, "scheduled ");
    tri_print_symbol(out, func->name);
    tri_print_buffers(printer, func);
    tri_text_addf(out, " programs %lld workers %lld cluster %d {\n", (long long)func->programs, (long long)func->workers, (int)func->cluster);
    tri_print_statements(printer, func->body);
    tri_print_indent(printer);
    tri_text_add(out, "}\n");
}
