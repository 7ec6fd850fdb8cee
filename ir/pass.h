/* ir/pass.h - running passes: verified before and behind each, timed, dumped on demand, stopped after N for bisecting.
 *
 * A pass rewrites a module in place, or each tile program of it. Tables of passes belong to the rooms that have them (lowering/passes.def). */
#ifndef TRI_IR_PASS_H
#define TRI_IR_PASS_H

#include "ir/ir.h"

typedef struct tri_pass {
    const char *name, *doc;
    tri_status *(*graph)(tri_module *module); /* one of the two is set */
    tri_status *(*kernel)(tri_func *kernel);
    tri_level level_in, level_out; /* of graph passes: what must verify before and behind it */
    bool on_request;
} tri_pass;

typedef struct tri_pass_options {
    size_t stop_after;       /* run so many passes; SIZE_MAX: all */
    const char *print_after; /* a pass's name, or "all"; null: none */
    tri_text *printed;       /* where that goes */
    bool round_trip;         /* print and parse the module behind every pass: what a pass leaves must survive its text */
    double *seconds;         /* room for one number a pass, or null */
} tri_pass_options;

/* Runs the passes in order. *module is replaced by its own text's module when round_trip is set (in the same arena). On an error the status has a
 * note that names the pass; an error of a verification behind a pass has the code BUG. */
tri_status *tri_pass_run(tri_module **module, size_t n, const tri_pass *passes, const tri_pass_options *options) TRI_NODISCARD;

#endif
