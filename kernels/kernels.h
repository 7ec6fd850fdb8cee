/* kernels/kernels.h - kernel families: from a fused region of the graph to a tile program.
 *
 * A family says which regions it takes (`applies`), offers a config of named integers for a problem on a chip, and builds the tile program. Regions
 * are tri.kernel ops as lowering/fuse.c makes them: one root (the region's return), every other op reaches it. A tile program is written once: what a
 * chip can do enters through the config alone. A family is one file and one row of kernels/families.c; its
 * schedules are a second file. */
#ifndef TRI_KERNELS_KERNELS_H
#define TRI_KERNELS_KERNELS_H

#include "abi/cost.h"
#include "ir/ir.h"

enum { TRI_MOST_KNOBS = 20 };

/* Named integers; the order is the family's. */
typedef struct tri_config {
    int n;
    struct {
        const char *name;
        int64_t value;
    } knobs[TRI_MOST_KNOBS];
} tri_config;

int64_t tri_config_get(const tri_config *config, const char *name, int64_t otherwise);
void tri_config_set(tri_config *config, const char *name, int64_t value);
/* "bm=64 bn=64", in an arena. */
const char *tri_config_print(const tri_config *config, tri_arena *arena);

/* A config that can be built, with what the cost model expects of it. */
typedef struct tri_candidate {
    tri_config config;
    tri_cost cost;
} tri_candidate;

typedef struct tri_family {
    const char *name, *doc;
    /* Whether the family can build a program for this region on a chip with these capabilities. */
    bool (*applies)(const tri_op *group, const tri_chip *chip);
    /* The config without tuning: a pure function of problem and capabilities. `scheduled` asks for the fast form, which has the knob schedule=1;
     * a family without one for this problem answers as if it had not been asked. */
    tri_config (*default_config)(const tri_op *group, const tri_chip *chip, bool scheduled);
    /* Adds the kernel `name` to `module`: buffers are the group's operands in order, then its results. BUG when the result does not verify. */
    tri_status *(*build)(tri_module *module, const char *name, const tri_op *group, const tri_config *config, tri_func **out_kernel);
    /* The schedule of a built and cleaned-up kernel, as text (lowering/schedule.h); labels its statements. Null: there is none. The pointer itself
     * may be null. */
    const char *(*schedule)(tri_func *kernel, const tri_config *config, const tri_chip *chip);
    /* The configs of the fast form that fit the chip by arithmetic, the fastest first by the cost model, ties in a fixed order: the best `most` of
     * them go to `out`; returns how many. The target's budget has the last word on each (targets/target.h). A large `most` is the whole space,
     * for a tuner. The pointer may be null: default_config with `scheduled` is the only candidate. */
    int (*candidates)(const tri_op *group, const tri_chip *chip, tri_candidate *out, int most);
} tri_family;

/* In the order they are asked; the last one takes everything. */
extern const tri_family *const tri_families[];
extern const int tri_n_families;

extern const tri_family tri_family_attention, tri_family_matmul, tri_family_generic;

/* Whether the attention family takes this tri.attention op, whatever the chip; else lowering/decompose.c makes contractions and a softmax of it. */
bool tri_attention_has_kernel(const tri_op *op);

/* Whether an op can stand in a region below its root, computed tile by tile on demand (kernels/demand.c); data-dependent and other anchor ops only at
 * certain places, which lowering/fuse.c knows by tri_fusion_class. */
typedef enum tri_fusion_class {
    TRI_FUSE_FREE,   /* no work of its own: copied into every consumer (splat constants, broadcasts, iota, unit reshapes, transposes, slices) */
    TRI_FUSE_LIGHT,  /* elementwise: fused where all its users are in one region */
    TRI_FUSE_ANCHOR, /* a region holds one: contractions, reductions, concatenation, padding, gathers, dynamic windows */
    TRI_FUSE_VIEW,   /* the same bytes under another type: no kernel */
    TRI_FUSE_BUFFER, /* a literal that becomes a buffer */
    TRI_FUSE_OTHER,  /* never in a region (return, barriers) */
} tri_fusion_class;
tri_fusion_class tri_classify(const tri_op *op);

/* The one dimension that a reduction folds, when it is the last of more than one element (other folded ones of size 1 do not count); else -1. */
int tri_reduced_row(const tri_op *reduce);

#endif
