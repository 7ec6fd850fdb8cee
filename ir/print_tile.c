/* ir/print_tile.c - kernels as text. A value keeps its name when that is a plain word nobody before it in the kernel has (in a scheduled program:
 * nobody before it in its role, or outside of roles); all others are numbered in program order, over the whole kernel. One op a line; what a parser
 * expands (expressions, shorthand regions but the one for reductions) is never printed. */
#include "ir/print.h"

#include <stdlib.h>

#include "base/hash.h"
#include "ir/lex.h"

/* ---- names ---- */

/* The names that are taken: a table of pointers, at most half full, on the heap. */
typedef struct taken {
    const char **at;
    size_t n, room;
    const struct taken *outside; /* of a role: what is taken around it; else null */
} taken;

static bool is_word(const char *name)
{
    if (!TRI_IS(*name, TRI_CHAR_NAME_START)) return false;
    while (TRI_IS(*name, TRI_CHAR_NAME) && *name != '.') name++;
    return !*name;
}

static bool is_taken(const taken *names, const char *name)
{
    for (; names; names = names->outside) {
        if (!names->room) continue;
        for (size_t slot = tri_hash(TRI_HASH_SEED, name, strlen(name)) & (names->room - 1); names->at[slot]; slot = (slot + 1) & (names->room - 1))
            if (!strcmp(names->at[slot], name)) return true;
    }
    return false;
}

/* False when the name is there already, or there is no memory. */
static bool take(taken *names, const char *name)
{
    if (is_taken(names->outside, name)) return false;
    if (names->n * 2 >= names->room) {
        taken larger = {.room = names->room ? names->room * 2 : 256, .outside = names->outside};
        larger.at = calloc(larger.room, sizeof *larger.at);
        if (!larger.at) return false;
        for (size_t i = 0; i < names->room; i++)
            if (names->at[i]) (void)take(&larger, names->at[i]);
        free(names->at);
        *names = larger;
    }
    size_t slot = tri_hash(TRI_HASH_SEED, name, strlen(name)) & (names->room - 1);
    for (; names->at[slot]; slot = (slot + 1) & (names->room - 1))
        if (!strcmp(names->at[slot], name)) return false;
    names->at[slot] = name;
    names->n++;
    return true;
}

static void name_value(tri_printer *printer, taken *names, const tri_value *value)
{
    bool keep = value->name && is_word(value->name) && take(names, value->name);
    tri_print_name(printer, value, keep ? 0 : printer->next_value++, keep ? value->name : NULL);
}

static void name_block(tri_printer *printer, taken *names, const tri_block *block)
{
    for (uint32_t i = 0; i < block->n_args; i++) name_value(printer, names, block->args[i]);
    for (const tri_op *op = block->first; op; op = op->next) {
        /* A loop's results are named in front of it. */
        for (uint32_t i = 0; i < op->n_results; i++) name_value(printer, names, op->results[i]);
        taken own = {.outside = names};
        for (uint32_t i = 0; i < op->n_regions; i++) name_block(printer, op->kind == TRI_SCHED_ROLE ? &own : names, op->regions[i]);
        free(own.at);
    }
}

void tri_print_name_kernel(tri_printer *printer, const tri_func *kernel)
{
    taken names = {0};
    name_block(printer, &names, kernel->body);
    free(names.at);
}

void tri_print_value(tri_printer *printer, const tri_value *value)
{
    uint32_t number;
    const char *name;
    tri_text_add_n(printer->out, "%", 1);
    if (!tri_print_find(printer, value, &number, &name))
        tri_text_add(printer->out, "?");
    else if (name)
        tri_text_add(printer->out, name);
    else
        tri_print_integer(printer->out, number);
}

void tri_print_values(tri_printer *printer, uint32_t n, tri_value *const *values)
{
    for (uint32_t i = 0; i < n; i++) {
        if (i) tri_text_add(printer->out, ", ");
        tri_print_value(printer, values[i]);
    }
}

void tri_print_types(tri_printer *printer, const tri_op *op)
{
    for (uint32_t i = 0; i < op->n_results; i++) {
        tri_text_add(printer->out, i ? ", " : " : ");
        tri_type_print(&op->results[i]->type, printer->out);
    }
}

void tri_print_label(tri_printer *printer, const tri_op *op)
{
    if (!op->label) return;
    tri_text_add(printer->out, " ");
    tri_print_symbol(printer->out, op->label);
}

/* ---- pieces ---- */

void tri_print_number(tri_text *out, double value)
{
    unsigned char element[8];
    if (value != value)
        tri_text_add(out, "nan");
    else if (value - value != 0)
        tri_text_add(out, value < 0 ? "-inf" : "inf");
    else {
        tri_store_f64(TRI_F64, element, value);
        tri_print_element(out, TRI_F64, element);
    }
}

/* Operands as the op's window says; `buffer` is the operand in front of the coordinates. */
void tri_print_window(tri_printer *printer, const tri_op *op, uint32_t buffer)
{
    tri_text *out = printer->out;
    tri_print_value(printer, op->operands[buffer]);
    tri_text_add(out, "[");
    for (uint32_t i = 0; i < op->n_window; i++) {
        const tri_window_dim *dim = &op->window[i];
        if (i) tri_text_add(out, ", ");
        if (dim->kind == TRI_WINDOW_GATHER) tri_text_add(out, "[");
        tri_print_value(printer, op->operands[dim->operand]);
        if (dim->kind == TRI_WINDOW_GATHER) tri_text_add(out, "]");
        if (dim->kind == TRI_WINDOW_SLICE) {
            tri_text_add(out, ":+");
            tri_print_integer(out, dim->length);
            if (dim->step != 1) {
                tri_text_add(out, " step ");
                tri_print_integer(out, dim->step);
            }
        }
        if (!dim->lim) continue;
        tri_text_add(out, " lim ");
        tri_print_value(printer, op->operands[dim->lim]);
    }
    tri_text_add(out, "]");
}

void tri_print_statements(tri_printer *printer, const tri_block *block)
{
    printer->depth++;
    for (const tri_op *op = block->first; op; op = op->next) {
        if (printer->begins) printer->begins(printer->context, op);
        tri_print_indent(printer);
        tri_print_tile_op(printer, op);
        tri_text_add(printer->out, "\n");
    }
    printer->depth--;
}

static void print_region(tri_printer *printer, const tri_block *block, bool with_args)
{
    tri_text *out = printer->out;
    tri_text_add(out, " {");
    if (with_args && block->n_args) {
        tri_text_add(out, " ^(");
        for (uint32_t i = 0; i < block->n_args; i++) {
            if (i) tri_text_add(out, ", ");
            tri_print_value(printer, block->args[i]);
            tri_text_add(out, ": ");
            tri_type_print(&block->args[i]->type, out);
        }
        tri_text_add(out, "):");
    }
    tri_text_add(out, "\n");
    tri_print_statements(printer, block);
    tri_print_indent(printer);
    tri_text_add(out, "}");
}

/* The scalar op that a fold's region consists of. */
static const tri_op *applied(const tri_op *op)
{
    const tri_block *block = op->regions[0];
    const tri_op *apply = block->first, *end = block->last;
    if (op->n_operands != 1 || op->n_results != 1 || block->n_args != 2 || !apply || apply->next != end || end->kind != TRI_TILE_YIELD) return NULL;
    if (!tri_is_scalar_op(apply->kind) || apply->n_operands != 2 || apply->n_results != 1 || tri_op_row_of(apply->kind)->operands != 2) return NULL;
    if (apply->operands[0] != block->args[0] || apply->operands[1] != block->args[1] || end->n_operands != 1 || end->operands[0] != apply->results[0])
        return NULL;
    tri_type type = tri_scalar_of((tri_dtype)op->results[0]->type.dtype);
    if (!tri_type_equal(&apply->results[0]->type, &type) || !tri_type_equal(&block->args[0]->type, &type) ||
        !tri_type_equal(&block->args[1]->type, &type))
        return NULL;
    return block->args[0]->name || block->args[1]->name || apply->results[0]->name ? NULL : apply;
}

static void print_fold(tri_printer *printer, const tri_op *op)
{
    tri_text *out = printer->out;
    const tri_op *apply = op->n_regions == 1 ? applied(op) : NULL;
    if (apply) {
        tri_text_addf(out, " %s ", tri_op_row_of(apply->kind)->text);
        tri_print_value(printer, op->operands[0]);
    } else {
        tri_text_add(out, "(");
        tri_print_values(printer, op->n_operands, op->operands);
        tri_text_add(out, ")");
    }
    if (op->kind == TRI_TILE_COMBINE) {
        const tri_func *kernel = op->parent->func;
        int64_t axis = tri_op_integer(op, "axis", 0);
        tri_text_add(out, " over ");
        if (axis >= 0 && axis < (int64_t)kernel->n_axes)
            tri_print_value(printer, kernel->body->args[kernel->n_buffers + (uint32_t)axis]);
        else
            tri_text_add(out, "%?");
    } else {
        tri_text_addf(out, " dim %lld", (long long)tri_op_integer(op, "dim", 0));
    }
    tri_print_types(printer, op);
    tri_print_label(printer, op);
    if (!apply)
        for (uint32_t i = 0; i < op->n_regions; i++) print_region(printer, op->regions[i], true);
}

static void print_index(tri_printer *printer, const tri_op *op)
{
    tri_text *out = printer->out;
    tri_text_add(out, " ");
    if (op->fn == TRI_OP_NONE) {
        tri_print_integer(out, tri_op_integer(op, "value", 0));
        return;
    }
    tri_text_addf(out, "%s ", tri_op_row_of(op->fn)->text);
    tri_print_values(printer, op->n_operands, op->operands);
}

static void print_for(tri_printer *printer, const tri_op *op)
{
    tri_text *out = printer->out;
    const tri_block *body = op->regions[0];
    tri_print_label(printer, op);
    tri_text_add(out, " ");
    tri_print_value(printer, body->args[0]);
    tri_text_add(out, " in ");
    tri_print_value(printer, op->operands[0]);
    tri_text_add(out, "..");
    tri_print_value(printer, op->operands[1]);
    for (uint32_t i = 0; i + 1 < body->n_args && i + 2 < op->n_operands; i++) {
        tri_text_add(out, i ? ", " : " iter(");
        tri_print_value(printer, body->args[i + 1]);
        tri_text_add(out, " = ");
        tri_print_value(printer, op->operands[i + 2]);
        tri_text_add(out, " : ");
        tri_type_print(&body->args[i + 1]->type, out);
    }
    if (op->n_operands > 2) tri_text_add(out, ")");
    print_region(printer, body, false);
}

static void print_scalar(tri_printer *printer, const tri_op *op)
{
    tri_text *out = printer->out;
    tri_text_addf(out, "%s", tri_op_row_of(op->kind)->text);
    if (op->kind == TRI_SCALAR_CONSTANT) {
        const tri_attr *value = tri_op_attr(op, "value");
        tri_text_add(out, " ");
        if (value && value->kind == TRI_ATTR_ELEMENTS)
            tri_print_element(out, (tri_dtype)value->dtype, value->data);
        else if (value)
            tri_print_attr(out, value, false);
    } else if (op->kind == TRI_SCALAR_COORDINATE) {
        tri_text_addf(out, " %lld", (long long)tri_op_integer(op, "dim", 0));
    } else {
        tri_text_add(out, " ");
        tri_print_values(printer, op->n_operands, op->operands);
    }
    tri_print_types(printer, op);
}

/* Whether the operands and regions are those its form prints; a damaged op is printed as its name and operands. */
static bool is_whole(const tri_op *op)
{
    for (uint32_t i = 0; i < op->n_window; i++)
        if (op->window[i].operand >= op->n_operands || op->window[i].lim >= op->n_operands) return false;
    switch (op->kind) {
    case TRI_TILE_FOR: return op->n_operands >= 2 && op->n_regions == 1 && op->regions[0]->n_args == op->n_operands - 1;
    case TRI_TILE_IF: return op->n_operands == 1 && op->n_regions == 2;
    case TRI_TILE_STORE: return op->n_operands >= 2;
    case TRI_TILE_SIGNAL:
    case TRI_TILE_WAIT: return op->n_operands == 3;
    case TRI_TILE_LOAD:
    case TRI_TILE_FETCH:
    case TRI_TILE_SLICE:
    case TRI_TILE_REDUCE:
    case TRI_TILE_SCAN:
    case TRI_TILE_COMBINE: return op->n_operands >= 1 && op->parent;
    case TRI_TILE_MAP: return op->n_regions == 1;
    default: return !tri_is_sched_op(op->kind) || tri_print_sched_is_whole(op);
    }
}

void tri_print_tile_op(tri_printer *printer, const tri_op *op)
{
    tri_text *out = printer->out;
    const tri_op_row *row = tri_op_row_of(op->kind);
    if (op->n_results) {
        tri_print_values(printer, op->n_results, op->results);
        tri_text_add(out, " = ");
    }
    if (tri_is_scalar_op(op->kind)) {
        print_scalar(printer, op);
        return;
    }
    tri_text_add(out, row->text);
    if (!is_whole(op)) {
        tri_text_add(out, " ");
        tri_print_values(printer, op->n_operands, op->operands);
        return;
    }
    if (tri_is_sched_op(op->kind)) {
        tri_print_sched_op(printer, op);
        return;
    }
    switch (op->kind) {
    case TRI_TILE_INDEX: print_index(printer, op); return;
    case TRI_TILE_FOR: print_for(printer, op); return;
    case TRI_TILE_REDUCE:
    case TRI_TILE_SCAN:
    case TRI_TILE_COMBINE: print_fold(printer, op); return;
    case TRI_TILE_LOAD:
        tri_text_add(out, " ");
        tri_print_window(printer, op, 0);
        tri_text_add(out, " fill ");
        tri_print_number(out, tri_op_number(op, "fill", 0));
        tri_print_types(printer, op);
        break;
    case TRI_TILE_STORE: {
        const char *mode = tri_op_text(op, "mode", "set");
        tri_text_add(out, " ");
        tri_print_value(printer, op->operands[0]);
        tri_text_add(out, " -> ");
        tri_print_window(printer, op, 1);
        if (strcmp(mode, "set")) tri_text_addf(out, " %s", mode);
        break;
    }
    case TRI_TILE_FETCH:
        tri_text_add(out, " ");
        tri_print_window(printer, op, 0);
        tri_text_addf(out, " in %lld..%lld", (long long)tri_op_integer(op, "low", 0), (long long)tri_op_integer(op, "high", 0));
        break;
    case TRI_TILE_FILL:
        tri_text_add(out, " ");
        if (op->n_operands)
            tri_print_value(printer, op->operands[0]);
        else
            tri_print_number(out, tri_op_number(op, "value", 0));
        tri_print_types(printer, op);
        break;
    case TRI_TILE_SLICE: {
        const int64_t *offsets;
        size_t n = tri_op_integers(op, "offsets", &offsets);
        tri_text_add(out, " ");
        tri_print_value(printer, op->operands[0]);
        for (size_t i = 0; i < n; i++) tri_text_addf(out, "%s%lld", i ? ", " : "[", (long long)offsets[i]);
        tri_text_add(out, n ? "]" : "[]");
        tri_print_types(printer, op);
        break;
    }
    case TRI_TILE_MAP:
        tri_text_add(out, "(");
        tri_print_values(printer, op->n_operands, op->operands);
        tri_text_add(out, ")");
        tri_print_types(printer, op);
        tri_print_label(printer, op);
        print_region(printer, op->regions[0], true);
        return;
    case TRI_TILE_IF: {
        const tri_block *otherwise = op->regions[1];
        tri_text_add(out, " ");
        tri_print_value(printer, op->operands[0]);
        tri_print_types(printer, op);
        tri_print_label(printer, op);
        print_region(printer, op->regions[0], false);
        if (otherwise->first && otherwise->first == otherwise->last && otherwise->first->kind == TRI_TILE_YIELD && !op->n_results) return;
        tri_text_add(out, " else");
        print_region(printer, otherwise, false);
        return;
    }
    case TRI_TILE_SIGNAL:
    case TRI_TILE_WAIT:
        tri_text_add(out, " ");
        tri_print_value(printer, op->operands[0]);
        tri_text_add(out, "[");
        tri_print_value(printer, op->operands[1]);
        tri_text_add(out, op->kind == TRI_TILE_WAIT ? "] >= " : "] peer ");
        tri_print_value(printer, op->operands[2]);
        break;
    default:
        if (tri_op_attr(op, "async")) tri_text_add(out, " async");
        if (op->n_operands) tri_text_add(out, " ");
        tri_print_values(printer, op->n_operands, op->operands);
        tri_print_types(printer, op);
        break;
    }
    tri_print_label(printer, op);
}

void tri_print_buffers(tri_printer *printer, const tri_func *kernel)
{
    static const char *const accesses[] = {"?", "in", "out", "inout", "work"};
    tri_text *out = printer->out;
    tri_text_add(out, "(");
    for (uint32_t i = 0; i < kernel->n_buffers; i++) {
        if (i) tri_text_add(out, ", ");
        tri_print_value(printer, kernel->body->args[i]);
        tri_text_addf(out, ": %s ", accesses[kernel->access[i]]);
        tri_type_print(&kernel->body->args[i]->type, out);
    }
    tri_text_add(out, ")");
}

void tri_print_kernel(tri_printer *printer, const tri_func *kernel)
{
    tri_text *out = printer->out;
    tri_print_name_kernel(printer, kernel);
    tri_print_indent(printer);
    tri_text_add(out, "kernel ");
    tri_print_symbol(out, kernel->name);
    tri_print_buffers(printer, kernel);
    tri_text_add(out, " grid(");
    for (uint32_t i = 0; i < kernel->n_axes; i++) {
        if (i) tri_text_add(out, ", ");
        tri_print_value(printer, kernel->body->args[kernel->n_buffers + i]);
        tri_text_add(out, ": ");
        tri_print_integer(out, kernel->grid[i]);
    }
    tri_text_add(out, ") {\n");
    tri_print_statements(printer, kernel->body);
    tri_print_indent(printer);
    tri_text_add(out, "}");
    if (kernel->schedule) tri_text_addf(out, " schedule %s", kernel->schedule);
    tri_text_add(out, "\n");
}
