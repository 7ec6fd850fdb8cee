/* targets/systolic/bundle_stream.h - the window of micro-ops between the lowering and the program, shared by bundle_stream.c and bundle_issue.c.
 *
 * Micro-ops enter in an order that is right when executed one after another. Each waits in the window until everything it depends on has been issued;
 * what an already issued one still owes is a number of its unit (`need`). A product enters as two: the matmuls (unit STREAM_PRODUCT), and their POP,
 * which also stands for the end of their reads: whatever issues after a POP is ordered behind its matmuls (abi/systolic.h, Order). */
#ifndef TRI_TARGETS_SYSTOLIC_BUNDLE_STREAM_H
#define TRI_TARGETS_SYSTOLIC_BUNDLE_STREAM_H

#include "targets/systolic/bundle.h"

enum { SET_WORDS = MOST_WINDOW / 64, GRANULE = 64, NOBODY = -1, SLOT_DEPTH = 16 };

typedef struct slot_set {
    uint64_t at[SET_WORDS];
} slot_set;

typedef struct micro {
    uint8_t unit; /* stream_unit, or STREAM_PRODUCT */
    bool is_pop;
    tri_systolic_instruction i; /* of products: their POP */
    uint32_t third;
    product_op matmuls;                 /* of a pop: what it pops */
    const product_op *product;          /* of a product and its pop: that one */
    uint64_t version[MOST_ARRAYS];      /* of the weights' memory */
    int partner;                        /* the other one's slot */
    slot_set before, after, after_done; /* what has to be issued first; who waits for this, and those of them that wait for its result */
    uint64_t need[STREAM_UNITS];        /* the op of that number (from 1) of each unit must be complete; 0: none */
    double ready;                       /* when the results of its own unit that it reads are there */
    double cost[PORTS];                 /* of V its ports, else [0] */
} micro;

/* 64 bytes of each partition: who wrote them last, and who has read them since. Those that wait in the window by slot, the issued ones by number. */
typedef struct granule {
    slot_set readers;
    int16_t writer;
    uint8_t writer_unit;
    uint64_t writer_number, version, read_number[STREAM_UNITS];
} granule;

struct issued_op {
    double done;
    uint32_t pc;
};

typedef struct unit_state {
    double free, last_done, last_signal, slot_start[SLOT_DEPTH];
    uint64_t known; /* everything that issues now is ordered behind the ops up to this number */
    TRI_VEC(struct issued_op) issued;
} unit_state;

typedef struct weight_name {
    uint64_t version;
    uint32_t address;
    uint8_t ap, mode;
    bool turned, known;
} weight_name;

typedef struct array_state {
    double stream_end, last_start, ldw_end, slot_start[SLOT_DEPTH];
    uint64_t slots;
    weight_name weights;
    uint32_t fifo_rows, fifo_first, fifo_n; /* entries pushed and not popped */
    struct {
        double done;
        uint32_t rows;
        int pop;
    } fifo[MOST_WINDOW];
    uint32_t leaving_first, leaving_n; /* popped, perhaps not gone yet */
    struct {
        double freed;
        uint32_t rows;
    } leaving[MOST_WINDOW];
} array_state;

struct stream {
    uint64_t head, next; /* numbers of the oldest micro-op in the window and of the next to come */
    micro window[MOST_WINDOW];
    slot_set waiting, ready, popping; /* not issued; of those, with nothing before them; pops whose matmuls are issued */
    granule *granules;
    uint32_t n_granules;
    unit_state units[STREAM_UNITS];
    array_state arrays[MOST_ARRAYS];
    double time, v_port[PORTS], hbm_free;
    int64_t third_held; /* by THIRD_REGISTER; -1: nothing yet */
};

static inline bool set_has(const slot_set *set, int slot) { return set->at[slot / 64] >> slot % 64 & 1; }
static inline void set_add(slot_set *set, int slot) { set->at[slot / 64] |= 1ull << slot % 64; }
static inline void set_remove(slot_set *set, int slot) { set->at[slot / 64] &= ~(1ull << slot % 64); }
static inline bool set_empty(const slot_set *set)
{
    uint64_t any = 0;
    for (int k = 0; k < SET_WORDS; k++) any |= set->at[k];
    return !any;
}

/* Issues one micro-op of the window, the best there is. */
void stream_issue_one(bundle *b);
/* Tells those that wait for it that the op in `slot` was issued as number `number` of its unit. */
void stream_issued(bundle *b, int slot, uint64_t number, double done);
void stream_append(bundle *b, tri_systolic_instruction i, bool end);

#endif
