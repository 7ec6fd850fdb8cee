/* lowering/rules.c - the little term language of simplify.def. Terms are read straight from their text while matching: they are a few dozen bytes
 * long. */
#include "lowering/rules.h"

#include <math.h>
#include <stdlib.h>

#include "kernels/demand.h"

enum { F = TRI_CLASSES_FLOAT, I = TRI_CLASSES_INTEGER, B = TRI_CLASSES_BOOL };

const tri_rule tri_rules[] = {
#define RULE(name, pattern, replacement, classes) {name, pattern, replacement, classes},
#include "lowering/simplify.def"
};
const int tri_n_rules = sizeof tri_rules / sizeof *tri_rules;

static const char *skip_blanks(const char *at) { return at + strspn(at, " "); }

static tri_op_kind read_op(const char **at)
{
    char name[64];
    size_t n = strcspn(*at, " )");
    int length = snprintf(name, sizeof name, "stablehlo.%.*s", (int)n, *at);
    *at += n;
    return tri_op_kind_tensor(name, (size_t)length);
}

static bool is_variable(const char *at) { return *at >= 'a' && *at <= 'z' && (at[1] == ' ' || at[1] == ')' || !at[1]); }

static uint8_t class_of(const tri_type *type)
{
    switch (tri_dtype_classify((tri_dtype)type->dtype)) {
    case TRI_CLASS_FLOAT: return F;
    case TRI_CLASS_BOOL: return B;
    default: return I;
    }
}

static bool is_commutative(tri_op_kind kind)
{
    switch (kind) {
    case TRI_OP_ADD:
    case TRI_OP_MULTIPLY:
    case TRI_OP_MAXIMUM:
    case TRI_OP_MINIMUM:
    case TRI_OP_AND:
    case TRI_OP_OR:
    case TRI_OP_XOR: return true;
    default: return false;
    }
}

static bool matches_number(const tri_value *value, double number)
{
    const tri_attr *literal = tri_splat_of(value);
    if (!literal) return false;
    double is = tri_load_f64((tri_dtype)literal->type.dtype, literal->data);
    return is == number && signbit(is) == signbit(number);
}

/* Matches the term at *at against a value and moves *at behind the term. On a mismatch *at is anywhere. */
static bool match(const char **at, tri_value *value, tri_value *variables[26])
{
    *at = skip_blanks(*at);
    if (**at == '(') {
        ++*at;
        tri_op_kind kind = read_op(at);
        if (!value->op || value->op->kind != kind) return false;
        const char *operands_at = *at;
        tri_value *before[26];
        memcpy(before, variables, sizeof before);
        for (int order = 0; order < (is_commutative(kind) ? 2 : 1); order++) {
            const char *next = operands_at;
            bool ok = true;
            memcpy(variables, before, sizeof before);
            for (uint32_t i = 0; i < value->op->n_operands && ok; i++)
                ok = match(&next, value->op->operands[order ? value->op->n_operands - 1 - i : i], variables);
            if (!ok) continue;
            *at = skip_blanks(next) + 1;
            return true;
        }
        return false;
    }
    if (is_variable(*at)) {
        int letter = *(*at)++ - 'a';
        if (variables[letter] && variables[letter] != value) return false;
        variables[letter] = value;
        return true;
    }
    char *end;
    double number = strtod(*at, &end);
    *at = end;
    return matches_number(value, number);
}

typedef struct builder {
    tri_block *block;
    tri_op *before; /* null: at the end of the block */
} builder;

static tri_value *place(builder *b, tri_op *op)
{
    if (b->before)
        tri_op_insert_before(op, b->before);
    else
        tri_block_append(b->block, op);
    return op->results[0];
}

static tri_value *build(builder *b, const char **at, tri_type type, tri_value *const variables[26])
{
    tri_module *module = b->block->func->module;
    *at = skip_blanks(*at);
    if (**at == '(') {
        ++*at;
        tri_op_kind kind = read_op(at);
        tri_value *operands[3];
        int n = 0;
        for (*at = skip_blanks(*at); **at != ')'; *at = skip_blanks(*at)) {
            /* The condition of select is i1, whatever the rest is. */
            tri_type operand = type;
            if (kind == TRI_OP_SELECT && n == 0) operand.dtype = TRI_I1;
            operands[n++] = build(b, at, operand, variables);
        }
        ++*at;
        return place(b, tri_op_create(module, kind, b->before ? b->before->loc : TRI_NOWHERE, (uint32_t)n, operands, 1, &type));
    }
    if (is_variable(*at)) return variables[*(*at)++ - 'a'];
    char *end;
    unsigned char element[8];
    double number = strtod(*at, &end);
    *at = end;
    tri_store_f64((tri_dtype)type.dtype, element, number);
    tri_op *constant = tri_op_create(module, TRI_OP_CONSTANT, TRI_NOWHERE, 0, NULL, 1, &type);
    tri_op_set_attr(module, constant, "value", tri_attr_elements(module, type, true, element));
    return place(b, constant);
}

tri_value *tri_rules_apply(tri_op *op, const tri_rule **out_rule)
{
    if (op->n_results != 1) return NULL;
    for (int i = 0; i < tri_n_rules; i++) {
        tri_value *variables[26] = {NULL};
        const char *at = tri_rules[i].pattern;
        if (!(tri_rules[i].classes & class_of(&op->results[0]->type)) || !match(&at, op->results[0], variables)) continue;
        builder b = {op->parent, op};
        at = tri_rules[i].replacement;
        if (out_rule) *out_rule = &tri_rules[i];
        return build(&b, &at, op->results[0]->type, variables);
    }
    return NULL;
}

tri_value *tri_rule_build(tri_block *block, const char *term, tri_type type, tri_value *const variables[26])
{
    builder b = {block, NULL};
    return build(&b, &term, type, variables);
}
