/* ir/print_tensor.c - functions of the graph as StableHLO tools print them: arguments %arg0.., results %0.., numbered in program order; numbers used
 * inside a region are free again behind it. An op whose pretty form could not say all of it (a damaged op in a message, too) is printed in the
 * generic form. */
#include "ir/print.h"

#include <stdlib.h>

/* ---- values ---- */

void tri_print_number_block(tri_printer *printer, const tri_block *block)
{
    uint32_t value = printer->next_value, arg = printer->next_arg;
    for (uint32_t i = 0; i < block->n_args; i++) tri_print_name(printer, block->args[i], printer->next_arg++, NULL);
    for (const tri_op *op = block->first; op; op = op->next) {
        if (op->n_results) tri_print_name(printer, op, printer->next_value++, NULL);
        for (uint32_t i = 0; i < op->n_regions; i++) tri_print_number_block(printer, op->regions[i]);
    }
    printer->next_value = value;
    printer->next_arg = arg;
}

static void print_value(tri_printer *printer, const tri_value *value)
{
    uint32_t number;
    const char *name;
    if (!tri_print_find(printer, value->op ? (const void *)value->op : value, &number, &name)) {
        tri_text_add(printer->out, "%?");
        return;
    }
    tri_text_add(printer->out, value->op ? "%" : "%arg");
    tri_print_integer(printer->out, number);
    if (value->op && value->op->n_results > 1) tri_text_addf(printer->out, "#%u", value->index);
}

static void print_values(tri_printer *printer, uint32_t n, tri_value *const *values)
{
    for (uint32_t i = 0; i < n; i++) {
        if (i) tri_text_add_n(printer->out, ", ", 2);
        print_value(printer, values[i]);
    }
}

static void print_types(tri_text *out, uint32_t n, tri_value *const *values)
{
    for (uint32_t i = 0; i < n; i++) {
        if (i) tri_text_add_n(out, ", ", 2);
        tri_type_print(&values[i]->type, out);
    }
}

static void print_functional_type(tri_text *out, const tri_op *op)
{
    tri_text_add(out, " : (");
    print_types(out, op->n_operands, op->operands);
    tri_text_add(out, op->n_results == 1 ? ") -> " : ") -> (");
    print_types(out, op->n_results, op->results);
    if (op->n_results != 1) tri_text_add(out, ")");
}

static bool all_types_equal(const tri_op *op)
{
    for (uint32_t i = 0; i < op->n_operands; i++)
        if (!tri_type_equal(&op->operands[i]->type, &op->results[0]->type)) return false;
    return true;
}

/* ---- attributes ---- */

/* Walks the names of a row: the pretty one, the one in memory. */
typedef struct row_attr {
    const char *at; /* rest of the specification */
    char pretty[48], name[48];
    bool optional;
} row_attr;

static bool next_row_attr(row_attr *row)
{
    if (!*row->at) return false;
    size_t n = strcspn(row->at, ","), full = n;
    row->optional = row->at[n - 1] == '?';
    n -= row->optional;
    const char *colon = memchr(row->at, ':', n);
    size_t pretty = colon ? (size_t)(colon - row->at) : n, skip = colon ? pretty + 1 : 0;
    snprintf(row->pretty, sizeof row->pretty, "%.*s", (int)pretty, row->at);
    snprintf(row->name, sizeof row->name, "%.*s", (int)(n - skip), row->at + skip);
    row->at += full;
    row->at += *row->at == ',';
    return true;
}

enum { MOST_ATTRS = 64 };

/* The attributes of an op that are still to be printed, those of its row first, the others by name. */
typedef struct attr_list {
    tri_named_attr at[MOST_ATTRS];
    uint32_t n, of_row;
} attr_list;

static int by_name(const void *a, const void *b) { return strcmp(((const tri_named_attr *)a)->name, ((const tri_named_attr *)b)->name); }

static void list_attrs(const tri_op *op, attr_list *list)
{
    list->n = 0;
    row_attr row = {.at = tri_op_row_of(op->kind)->attributes};
    while (next_row_attr(&row) && list->n < MOST_ATTRS) {
        for (uint32_t i = 0; i < op->n_attrs; i++) {
            if (strcmp(op->attrs[i].name, row.name)) continue;
            list->at[list->n++] = op->attrs[i];
            break;
        }
    }
    list->of_row = list->n;
    for (uint32_t i = 0; i < op->n_attrs && list->n < MOST_ATTRS; i++) {
        bool listed = false;
        for (uint32_t j = 0; j < list->n && !listed; j++) listed = !strcmp(op->attrs[i].name, list->at[j].name);
        if (!listed) list->at[list->n++] = op->attrs[i];
    }
    qsort(list->at + list->of_row, list->n - list->of_row, sizeof *list->at, by_name);
}

static const tri_attr *take(attr_list *list, const char *name)
{
    for (uint32_t i = 0; i < list->n; i++) {
        if (strcmp(list->at[i].name, name)) continue;
        const tri_attr *value = list->at[i].value;
        memmove(list->at + i, list->at + i + 1, (list->n - i - 1) * sizeof *list->at);
        list->n--;
        if (i < list->of_row) list->of_row--;
        return value;
    }
    return NULL;
}

/* Whether `name = value` without a type reads back as the same. */
static bool fits_pretty(const tri_attr *value)
{
    switch ((tri_attr_kind)value->kind) {
    case TRI_ATTR_INTEGER:
    case TRI_ATTR_INTEGERS: return value->dtype == TRI_I64;
    case TRI_ATTR_FLOAT: return value->dtype == TRI_F64 && value->number - value->number == 0;
    case TRI_ATTR_BOOL:
    case TRI_ATTR_WORD:
    case TRI_ATTR_STRING:
    case TRI_ATTR_LIST:
    case TRI_ATTR_DICT: return true;
    default: return false;
    }
}

/* `, dims = [1, 0]` for what the row names; the rest stays in the list. */
static void print_row_attrs(tri_text *out, const tri_op *op, attr_list *list, bool comma)
{
    row_attr row = {.at = tri_op_row_of(op->kind)->attributes};
    while (next_row_attr(&row)) {
        const tri_attr *value = tri_op_attr(op, row.name);
        if (!value || !fits_pretty(value) || !take(list, row.name)) continue;
        tri_text_addf(out, "%s%s = ", comma ? ", " : " ", row.pretty);
        if (value->kind == TRI_ATTR_DICT) { /* an attribute of a known kind: <...> */
            tri_text dict = {0};
            tri_print_attr(&dict, value, true);
            if (dict.n) dict.at[0] = '<', dict.at[dict.n - 1] = '>';
            tri_text_add_n(out, tri_text_string(&dict), dict.n);
            out->failed |= dict.failed;
            tri_text_free(&dict);
        } else {
            tri_print_attr(out, value, false);
        }
        comma = true;
    }
}

static void print_rest(tri_text *out, const attr_list *list)
{
    if (list->n) tri_text_add(out, " ");
    tri_print_attr_dict(out, list->n, list->at);
}

/* ---- regions ---- */

static void print_block(tri_printer *printer, const tri_block *block)
{
    printer->depth++;
    for (const tri_op *op = block->first; op; op = op->next) {
        tri_print_indent(printer);
        tri_print_tensor_op(printer, op);
        tri_text_add(printer->out, "\n");
    }
    printer->depth--;
}

static void print_region(tri_printer *printer, const tri_block *block)
{
    tri_text *out = printer->out;
    tri_text_add(out, "{\n");
    if (block->n_args) {
        tri_print_indent(printer);
        tri_text_add(out, "^bb0(");
        for (uint32_t i = 0; i < block->n_args; i++) {
            if (i) tri_text_add(out, ", ");
            print_value(printer, block->args[i]);
            tri_text_add(out, ": ");
            tri_type_print(&block->args[i]->type, out);
        }
        tri_text_add(out, "):\n");
    }
    print_block(printer, block);
    tri_print_indent(printer);
    tri_text_add(out, "}");
}

/* ---- generic form ---- */

/* #stablehlo.gather<...> when its members are what they should be; else they stay single. */
static bool take_gather_numbers(tri_text *out, attr_list *list)
{
    static const char *const names[] = {"offset_dims", "collapsed_slice_dims", "operand_batching_dims", "start_indices_batching_dims",
                                        "start_index_map"};
    for (uint32_t i = 0; i < list->n; i++) {
        bool member =
            !strcmp(list->at[i].name, "index_vector_dim") && list->at[i].value->kind == TRI_ATTR_INTEGER && list->at[i].value->dtype == TRI_I64;
        for (size_t j = 0; j < 5; j++)
            if (!strcmp(list->at[i].name, names[j]) && list->at[i].value->kind != TRI_ATTR_INTEGERS) return false;
        if (!strcmp(list->at[i].name, "index_vector_dim") && !member) return false;
    }
    tri_text_add(out, "dimension_numbers = #stablehlo.gather<");
    bool comma = false;
    for (size_t i = 0; i < 5; i++) {
        const tri_attr *value = take(list, names[i]);
        if (!value || !value->integers.n) continue;
        tri_text_addf(out, "%s%s = ", comma ? ", " : "", names[i]);
        tri_print_attr(out, value, false);
        comma = true;
    }
    const tri_attr *vector = take(list, "index_vector_dim");
    if (vector) {
        tri_text_addf(out, "%sindex_vector_dim = ", comma ? ", " : "");
        tri_print_attr(out, vector, false);
    }
    tri_text_add(out, ">");
    const tri_attr *sorted = take(list, "indices_are_sorted");
    if (sorted) {
        tri_text_add(out, ", indices_are_sorted = ");
        tri_print_attr(out, sorted, true);
    }
    return true;
}

static void print_generic(tri_printer *printer, const tri_op *op, attr_list *list)
{
    tri_text *out = printer->out;
    tri_text_addf(out, "\"%s\"(", tri_op_row_of(op->kind)->text);
    print_values(printer, op->n_operands, op->operands);
    tri_text_add(out, ")");
    bool gather = op->kind == TRI_OP_GATHER;
    if (list->of_row) {
        tri_text_add(out, " <{");
        bool comma = gather && take_gather_numbers(out, list);
        for (uint32_t i = 0; i < list->of_row; i++) {
            if (comma) tri_text_add(out, ", ");
            tri_print_key(out, list->at[i].name);
            comma = true;
            if (list->at[i].value->kind == TRI_ATTR_UNIT) continue;
            tri_text_add(out, " = ");
            tri_print_attr(out, list->at[i].value, true);
        }
        tri_text_add(out, "}>");
        memmove(list->at, list->at + list->of_row, (list->n - list->of_row) * sizeof *list->at);
        list->n -= list->of_row;
    }
    for (uint32_t i = 0; i < op->n_regions; i++) {
        tri_text_add(out, i ? ", " : " (");
        print_region(printer, op->regions[i]);
        if (i + 1 == op->n_regions) tri_text_add(out, ")");
    }
    print_rest(out, list);
    print_functional_type(out, op);
}

/* ---- pretty forms ---- */

static bool has_kind(const tri_op *op, const char *name, tri_attr_kind kind)
{
    const tri_attr *attr = tri_op_attr(op, name);
    return attr && attr->kind == kind;
}

static bool is_pretty(const tri_op *op)
{
    const tri_op_row *row = tri_op_row_of(op->kind);
    if (op->kind == TRI_OP_GATHER || op->kind == TRI_OP_KERNEL) return false;
    if (op->n_regions != (uint32_t)row->regions) return false;
    if (row->operands != TRI_MANY && op->n_operands != (uint32_t)row->operands) return false;
    if (row->results != TRI_MANY && op->n_results != (uint32_t)row->results) return false;
    if (op->n_attrs > MOST_ATTRS) return false;
    switch (op->kind) {
    case TRI_OP_CONSTANT: return has_kind(op, "value", TRI_ATTR_ELEMENTS) && tri_type_equal(&tri_op_attr(op, "value")->type, &op->results[0]->type);
    case TRI_OP_COMPARE:
        return has_kind(op, "comparison_direction", TRI_ATTR_WORD) &&
               (!tri_op_attr(op, "compare_type") || has_kind(op, "compare_type", TRI_ATTR_WORD));
    case TRI_OP_CALL: return has_kind(op, "callee", TRI_ATTR_SYMBOL);
    case TRI_OP_CUSTOM_CALL:
        return has_kind(op, "call_target_name", TRI_ATTR_STRING) && *tri_op_text(op, "call_target_name", "") &&
               !strpbrk(tri_op_text(op, "call_target_name", ""), "\\\"\n");
    case TRI_OP_COMPOSITE: return has_kind(op, "name", TRI_ATTR_STRING) && op->n_operands;
    case TRI_OP_REDUCE:
        return has_kind(op, "dimensions", TRI_ATTR_INTEGERS) && op->n_operands && op->n_operands == 2 * op->n_results &&
               op->regions[0]->n_args == op->n_operands;
    case TRI_OP_OPTIMIZATION_BARRIER:
        if (op->n_operands != op->n_results) return false;
        for (uint32_t i = 0; i < op->n_results; i++)
            if (!tri_type_equal(&op->operands[i]->type, &op->results[i]->type)) return false;
        return true;
    case TRI_OP_SLICE: {
        const int64_t *at;
        size_t n = tri_op_integers(op, "start_indices", &at);
        return has_kind(op, "start_indices", TRI_ATTR_INTEGERS) && has_kind(op, "limit_indices", TRI_ATTR_INTEGERS) &&
               has_kind(op, "strides", TRI_ATTR_INTEGERS) && n == tri_op_integers(op, "limit_indices", &at) &&
               n == tri_op_integers(op, "strides", &at) && n <= TRI_MAX_RANK;
    }
    case TRI_OP_DOT_GENERAL: {
        static const char *const names[] = {"lhs_batching_dimensions", "rhs_batching_dimensions", "lhs_contracting_dimensions",
                                            "rhs_contracting_dimensions"};
        for (size_t i = 0; i < 4; i++)
            if (tri_op_attr(op, names[i]) && !has_kind(op, names[i], TRI_ATTR_INTEGERS)) return false;
        return true;
    }
    default: return true;
    }
}

static void print_slice_ranges(tri_text *out, const tri_op *op, attr_list *list)
{
    const int64_t *start, *limit, *stride;
    size_t n = tri_op_integers(op, "start_indices", &start);
    (void)tri_op_integers(op, "limit_indices", &limit);
    (void)tri_op_integers(op, "strides", &stride);
    tri_text_add(out, " [");
    for (size_t i = 0; i < n; i++) {
        if (i) tri_text_add(out, ", ");
        tri_print_integer(out, start[i]);
        tri_text_add(out, ":");
        tri_print_integer(out, limit[i]);
        if (stride[i] == 1) continue;
        tri_text_add(out, ":");
        tri_print_integer(out, stride[i]);
    }
    tri_text_add(out, "]");
    (void)take(list, "start_indices");
    (void)take(list, "limit_indices");
    (void)take(list, "strides");
}

static void print_pair(tri_text *out, attr_list *list, const char *name, const char *lhs, const char *rhs, bool always)
{
    static const tri_attr none = {.kind = TRI_ATTR_INTEGERS, .dtype = TRI_I64};
    const tri_attr *a = take(list, lhs), *b = take(list, rhs);
    if (!a) a = &none;
    if (!b) b = &none;
    if (!always && !a->integers.n && !b->integers.n) return;
    tri_text_addf(out, ", %s = ", name);
    tri_print_attr(out, a, false);
    tri_text_add(out, " x ");
    tri_print_attr(out, b, false);
}

/* The op a reducer consists of: applied to its two arguments in order and returned. */
static const tri_op *applied(const tri_op *op)
{
    const tri_block *block = op->regions[0];
    const tri_op *apply = block->first, *end = block->last;
    if (op->n_results != 1 || !apply || apply->next != end || apply == end || end->kind != TRI_OP_REGION_RETURN) return NULL;
    if (!tri_op_row_of(apply->kind)->scalar || !tri_is_tensor_op(apply->kind) || apply->n_operands != 2 || apply->n_attrs || apply->n_results != 1)
        return NULL;
    if (apply->operands[0] != block->args[0] || apply->operands[1] != block->args[1] || end->n_operands != 1 || end->operands[0] != apply->results[0])
        return NULL;
    if (end->n_attrs) return NULL;
    tri_type type = tri_tensor_of((tri_dtype)op->results[0]->type.dtype, 0, NULL);
    for (int i = 0; i < 2; i++)
        if (!tri_type_equal(&block->args[i]->type, &type)) return NULL;
    return tri_type_equal(&apply->results[0]->type, &type) ? apply : NULL;
}

static void print_reduce(tri_printer *printer, const tri_op *op, attr_list *list)
{
    tri_text *out = printer->out;
    const tri_block *region = op->regions[0];
    uint32_t n = op->n_results;
    for (uint32_t i = 0; i < n; i++) {
        tri_text_add(out, i ? ", (" : "(");
        print_value(printer, op->operands[i]);
        tri_text_add(out, " init: ");
        print_value(printer, op->operands[n + i]);
        tri_text_add(out, ")");
    }
    const tri_op *apply = applied(op);
    if (apply) tri_text_addf(out, " applies %s", tri_op_row_of(apply->kind)->text);
    tri_text_add(out, " across dimensions = ");
    tri_print_attr(out, take(list, "dimensions"), false);
    print_rest(out, list);
    print_functional_type(out, op);
    if (apply) return;
    tri_text_add(out, "\n");
    printer->depth++;
    tri_print_indent(printer);
    tri_text_add(out, "reducer");
    for (uint32_t i = 0; i < n; i++) {
        tri_text_add(out, i ? " (" : "(");
        for (uint32_t side = 0; side < 2; side++) {
            const tri_value *arg = region->args[side * n + i];
            if (side) tri_text_add(out, ", ");
            print_value(printer, arg);
            tri_text_add(out, ": ");
            tri_type_print(&arg->type, out);
        }
        tri_text_add(out, ")");
    }
    tri_text_add(out, " {\n");
    print_block(printer, region);
    tri_print_indent(printer);
    tri_text_add(out, "}");
    printer->depth--;
}

static void print_pretty_types(tri_text *out, const tri_op *op)
{
    const tri_op_row *row = tri_op_row_of(op->kind);
    bool unary_or_more = op->n_operands > 0 && op->n_results == 1;
    if (op->kind == TRI_OP_RETURN || op->kind == TRI_OP_REGION_RETURN || op->kind == TRI_OP_OPTIMIZATION_BARRIER) {
        if (op->n_operands) tri_text_add(out, " : ");
        print_types(out, op->n_operands, op->operands);
    } else if (op->kind == TRI_OP_IOTA) {
        tri_text_add(out, " : ");
        tri_type_print(&op->results[0]->type, out);
    } else if (!strncmp(row->text, "chlo.", 5) && op->n_operands == 1) {
        tri_text_add(out, " : ");
        tri_type_print(&op->operands[0]->type, out);
        tri_text_add(out, " -> ");
        tri_type_print(&op->results[0]->type, out);
    } else if (unary_or_more && (row->scalar || op->kind == TRI_OP_CONVERT || op->kind == TRI_OP_REVERSE || op->kind == TRI_OP_CLAMP) &&
               all_types_equal(op)) {
        tri_text_add(out, " : ");
        tri_type_print(&op->results[0]->type, out);
    } else if (op->kind == TRI_OP_SELECT && tri_type_equal(&op->operands[1]->type, &op->results[0]->type) &&
               tri_type_equal(&op->operands[2]->type, &op->results[0]->type)) {
        tri_text_add(out, " : ");
        print_types(out, 2, op->operands);
    } else {
        print_functional_type(out, op);
    }
}

static void print_pretty(tri_printer *printer, const tri_op *op, attr_list *list)
{
    tri_text *out = printer->out;
    const char *text = tri_op_row_of(op->kind)->text;
    if (op->kind == TRI_OP_CALL || op->kind == TRI_OP_RETURN) text += strlen("func.");
    tri_text_add(out, text);
    switch (op->kind) {
    case TRI_OP_CONSTANT: {
        const tri_attr *value = take(list, "value");
        print_rest(out, list);
        tri_text_add(out, " ");
        tri_print_attr(out, value, true);
        return;
    }
    case TRI_OP_REDUCE: print_reduce(printer, op, list); return;
    case TRI_OP_CALL:
    case TRI_OP_CUSTOM_CALL:
        tri_text_add(out, " ");
        tri_print_symbol(out, take(list, op->kind == TRI_OP_CALL ? "callee" : "call_target_name")->text);
        tri_text_add(out, "(");
        print_values(printer, op->n_operands, op->operands);
        tri_text_add(out, ")");
        break;
    case TRI_OP_COMPOSITE:
        tri_text_add(out, " ");
        tri_print_string(out, take(list, "name")->text);
        tri_text_add(out, " ");
        print_values(printer, op->n_operands, op->operands);
        break;
    case TRI_OP_COMPARE: {
        const tri_attr *type = take(list, "compare_type");
        tri_text_addf(out, " %s, ", take(list, "comparison_direction")->text);
        print_values(printer, op->n_operands, op->operands);
        if (type) tri_text_addf(out, ", %s", type->text);
        break;
    }
    default:
        if (op->n_operands) tri_text_add(out, " ");
        print_values(printer, op->n_operands, op->operands);
        if (op->kind == TRI_OP_SLICE) print_slice_ranges(out, op, list);
        if (op->kind == TRI_OP_DOT_GENERAL) {
            print_pair(out, list, "batching_dims", "lhs_batching_dimensions", "rhs_batching_dimensions", false);
            print_pair(out, list, "contracting_dims", "lhs_contracting_dimensions", "rhs_contracting_dimensions", true);
        }
        print_row_attrs(out, op, list, op->n_operands > 0);
        break;
    }
    print_rest(out, list);
    print_pretty_types(out, op);
}

void tri_print_tensor_op(tri_printer *printer, const tri_op *op)
{
    tri_text *out = printer->out;
    attr_list list;
    list_attrs(op, &list);
    if (op->n_results) {
        uint32_t number;
        const char *name;
        tri_text_add(out, "%");
        if (tri_print_find(printer, op, &number, &name))
            tri_print_integer(out, number);
        else
            tri_text_add(out, "?");
        if (op->n_results > 1) tri_text_addf(out, ":%u", op->n_results);
        tri_text_add(out, " = ");
    }
    if (is_pretty(op))
        print_pretty(printer, op, &list);
    else
        print_generic(printer, op, &list);
}

void tri_print_func(tri_printer *printer, const tri_func *func)
{
    tri_text *out = printer->out;
    tri_print_number_block(printer, func->body);
    tri_print_indent(printer);
    tri_text_add(out, func->is_private ? "func.func private " : "func.func public ");
    tri_print_symbol(out, func->name);
    tri_text_add(out, "(");
    for (uint32_t i = 0; i < func->body->n_args; i++) {
        if (i) tri_text_add(out, ", ");
        print_value(printer, func->body->args[i]);
        tri_text_add(out, ": ");
        tri_type_print(&func->body->args[i]->type, out);
        if (!func->arg_attrs || !func->n_arg_attrs[i]) continue;
        tri_text_add(out, " ");
        tri_print_attr_dict(out, func->n_arg_attrs[i], func->arg_attrs[i]);
    }
    tri_text_add(out, ")");
    bool bare = func->n_results == 1 && !(func->result_attrs && func->n_result_attrs[0]);
    if (func->n_results) tri_text_add(out, bare ? " -> " : " -> (");
    for (uint32_t i = 0; i < func->n_results; i++) {
        if (i) tri_text_add(out, ", ");
        tri_type_print(&func->results[i], out);
        if (!func->result_attrs || !func->n_result_attrs[i]) continue;
        tri_text_add(out, " ");
        tri_print_attr_dict(out, func->n_result_attrs[i], func->result_attrs[i]);
    }
    tri_text_add(out, func->n_results && !bare ? ") {\n" : " {\n");
    print_block(printer, func->body);
    tri_print_indent(printer);
    tri_text_add(out, "}\n");
}
