/* lowering/rules.h - the rules of simplify.def, parsed: matching a pattern against an op and building the replacement. Also for the test that
 * evaluates every rule. */
#ifndef TRI_LOWERING_RULES_H
#define TRI_LOWERING_RULES_H

#include "ir/ir.h"

typedef struct tri_rule {
    const char *name, *pattern, *replacement;
    uint8_t classes; /* TRI_CLASSES_* */
} tri_rule;
extern const tri_rule tri_rules[];
extern const int tri_n_rules;

/* The value that replaces op's result by the first rule that fits, its ops inserted before `op`; null: none fits. `out_rule` (may be null) gets the
 * rule. */
tri_value *tri_rules_apply(tri_op *op, const tri_rule **out_rule);
/* Builds `term` (a pattern or a replacement) at the end of `block`, with variables from a table by letter and numbers as splats of `type`: for the
 * test. */
tri_value *tri_rule_build(tri_block *block, const char *term, tri_type type, tri_value *const variables[26]);

#endif
