/* ir/parse_tile.h - what the parsers of tile programs (parse_tile.c) and of scheduled programs (parse_sched.c) share. */
#ifndef TRI_IR_PARSE_TILE_H
#define TRI_IR_PARSE_TILE_H

#include "ir/parse.h"

typedef struct tri_result_name {
    tri_token at;
    tri_name *name;
} tri_result_name;

/* One statement while it is read. */
typedef struct tri_draft {
    tri_token start;
    TRI_VEC(tri_result_name) names;
    tri_block *block; /* where expanded expressions and the op itself go */
    tri_value_vec operands;
    tri_type_vec types;
    const char *label;
} tri_draft;

/* Pieces of a statement; operands, types and label go into the draft. */
bool tri_parse_label(tri_parser *p, tri_draft *d); /* if there is one */
bool tri_parse_types(tri_parser *p, tri_draft *d);
bool tri_parse_operand(tri_parser *p, tri_draft *d);
bool tri_parse_operands(tri_parser *p, tri_draft *d);
/* An index value or an expression of operators that bind at least as strongly as `least`; its ops are appended to `block`. */
bool tri_parse_index_value(tri_parser *p, tri_block *block, int least, tri_value **out);
/* %B[window]: the buffer and then the coordinates become operands; the limits follow them. */
bool tri_parse_window(tri_parser *p, tri_draft *d, tri_window_dim *dims, uint32_t *out_rank);
void tri_parse_set_window(tri_parser *p, tri_op *op, uint32_t rank, const tri_window_dim *dims);

/* The op of the draft, appended; null after an error. Then its results are bound to their names. */
tri_op *tri_parse_finish(tri_parser *p, tri_draft *d, tri_op_kind kind);
bool tri_parse_bind_results(tri_parser *p, tri_draft *d, tri_op *op);
bool tri_parse_finish_plain(tri_parser *p, tri_draft *d, tri_op_kind kind); /* both, behind a label */

/* An argument of a region whose scope is open. */
bool tri_parse_add_arg(tri_parser *p, tri_block *region, const tri_token *at, tri_type type);
/* Up to the closing brace, which stays; errors are mended here. `scalar`: of a map's region. */
void tri_parse_statements(tri_parser *p, tri_block *block, bool scalar);
/* (%A: in buf<..>, ...) of a kernel. */
bool tri_parse_buffers(tri_parser *p, tri_func *kernel);

/* A statement of scheduled programs, behind its word: parse_sched.c. */
bool tri_parse_sched_statement(tri_parser *p, tri_draft *d, tri_op_kind kind);

#endif
