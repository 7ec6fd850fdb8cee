/* ir/print.h - what the files of the printer share: where text goes, and what values are called. */
#ifndef TRI_IR_PRINT_H
#define TRI_IR_PRINT_H

#include "ir/ir.h"

typedef struct tri_printer {
    tri_text *out;
    struct { /* from a block argument, or the op that defines a value, to its number or name */
        const void *key;
        uint32_t number;
        const char *name;
    } * names;
    size_t n_names, room; /* room is a power of two; the table is on the heap */
    uint32_t next_value, next_arg;
    uint32_t depth; /* of indentation */
    void (*begins)(void *context, const tri_op *op); /* told of every statement in front of its line; or null */
    void *context;
} tri_printer;

void tri_print_end(tri_printer *printer);
void tri_print_name(tri_printer *printer, const void *key, uint32_t number, const char *name);
bool tri_print_find(const tri_printer *printer, const void *key, uint32_t *out_number, const char **out_name);
void tri_print_indent(tri_printer *printer);

void tri_print_integer(tri_text *out, int64_t value);
void tri_print_element(tri_text *out, tri_dtype dtype, const void *element);      /* true, -3, 1.500000e+00, 0x7FC0 */
void tri_print_string(tri_text *out, const char *text);                           /* quoted */
void tri_print_symbol(tri_text *out, const char *name);                           /* @name, @"any name" */
void tri_print_attr(tri_text *out, const tri_attr *attr, bool typed);             /* typed: numbers carry their types */
void tri_print_attr_dict(tri_text *out, uint32_t n, const tri_named_attr *attrs); /* {a = 1 : i64}; nothing when empty */
void tri_print_key(tri_text *out, const char *name);

void tri_print_func(tri_printer *printer, const tri_func *func);      /* print_tensor.c */
void tri_print_kernel(tri_printer *printer, const tri_func *func);    /* print_tile.c */
void tri_print_scheduled(tri_printer *printer, const tri_func *func); /* print_sched.c */
void tri_print_tensor_op(tri_printer *printer, const tri_op *op);
void tri_print_tile_op(tri_printer *printer, const tri_op *op);
void tri_print_number_block(tri_printer *printer, const tri_block *block); /* names for all values of a function of the graph */
void tri_print_name_kernel(tri_printer *printer, const tri_func *kernel);

/* Pieces of statements of tile programs and of scheduled ones. */
void tri_print_value(tri_printer *printer, const tri_value *value);
void tri_print_values(tri_printer *printer, uint32_t n, tri_value *const *values);
void tri_print_types(tri_printer *printer, const tri_op *op); /* of its results */
void tri_print_label(tri_printer *printer, const tri_op *op);
void tri_print_number(tri_text *out, double value);
void tri_print_window(tri_printer *printer, const tri_op *op, uint32_t buffer); /* `buffer`: the operand in front of the coordinates */
void tri_print_buffers(tri_printer *printer, const tri_func *kernel);
void tri_print_statements(tri_printer *printer, const tri_block *block);
/* What stands behind the op's word; its operands and regions are those its form prints. */
void tri_print_sched_op(tri_printer *printer, const tri_op *op);
bool tri_print_sched_is_whole(const tri_op *op);

#endif
