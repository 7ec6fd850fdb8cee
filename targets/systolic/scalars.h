/* targets/systolic/scalars.h - how the vector engines do each scalar op: one table (maps.c), read by the reference and by scheduled programs. */
#ifndef TRI_TARGETS_SYSTOLIC_SCALARS_H
#define TRI_TARGETS_SYSTOLIC_SCALARS_H

#include "ir/ir.h"

typedef enum scalar_form {
    FORM_ALU,      /* TT, or TS with a scalar */
    FORM_UNARY,    /* TS with a unary ALU op */
    FORM_FUNCTION, /* ACT */
    FORM_OTHER,    /* a few lines of code */
} scalar_form;

/* `reversed` is the ALU op for the operands exchanged, or NONE. For i1, arithmetic is logic: `logic` replaces `op` there. */
typedef struct scalar_row {
    uint16_t scalar;
    uint8_t form, op, reversed, logic;
} scalar_row;

const scalar_row *scalar_row_of(tri_op_kind kind); /* null: no instruction does it */
/* An element type of the same size whose bits are plain integers, signed or not: for shifts of the other kind and for bitcasts. */
uint8_t integer_of_size(unsigned dtype, bool is_signed);
/* A combiner that is one ALU op on its two arguments, or NONE. */
unsigned single_alu(const tri_block *region, bool is_bool);

#endif
