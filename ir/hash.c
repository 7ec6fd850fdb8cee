/* ir/hash.c - structural hashes: equal for functions whose text is equal up to the names of values and functions, positions, annotations that mean
 * nothing here (attributes such as mhlo.sharding) and, where no schedule speaks of them, labels. Values are counted in order of first sight. The name
 * of a called function does count. */
#include "base/hash.h"
#include "ir/print.h"

typedef struct hasher {
    tri_printer seen; /* value -> number */
    tri_text out;     /* of the printer; stays empty */
    uint64_t hash;
    uint32_t n_seen;
    bool with_labels;
} hasher;

static void add(hasher *h, uint64_t value) { h->hash = tri_hash_u64(h->hash, value); }
static void add_text(hasher *h, const char *text) { h->hash = tri_hash(h->hash, text, strlen(text) + 1); }

static void add_type(hasher *h, const tri_type *type)
{
    add(h, (uint64_t)type->kind << 16 | (uint64_t)type->dtype << 8 | (uint8_t)type->rank);
    for (int i = 0; i < type->rank; i++) add(h, (uint64_t)type->dims[i]);
}

/* Whether one element stands for all, whichever way the literal is stored. */
static bool is_splat(const tri_attr *attr, size_t elements, size_t bytes)
{
    return attr->splat || (elements && !memcmp(attr->data, (const char *)attr->data + bytes, (elements - 1) * bytes));
}

static void add_attr(hasher *h, const tri_attr *attr)
{
    add(h, attr->kind);
    switch ((tri_attr_kind)attr->kind) {
    case TRI_ATTR_UNIT: break;
    case TRI_ATTR_BOOL:
    case TRI_ATTR_INTEGER:
        add(h, attr->dtype);
        add(h, (uint64_t)attr->integer);
        break;
    case TRI_ATTR_FLOAT: {
        uint64_t bits;
        memcpy(&bits, &attr->number, sizeof bits);
        add(h, attr->dtype);
        add(h, attr->number != attr->number ? UINT64_MAX : bits);
        break;
    }
    case TRI_ATTR_STRING:
    case TRI_ATTR_WORD:
    case TRI_ATTR_SYMBOL:
    case TRI_ATTR_RAW: add_text(h, attr->text); break;
    case TRI_ATTR_INTEGERS:
        add(h, attr->integers.n);
        for (size_t i = 0; i < attr->integers.n; i++) add(h, (uint64_t)attr->integers.at[i]);
        break;
    case TRI_ATTR_ELEMENTS: {
        size_t elements = (size_t)tri_type_elements(&attr->type), bytes = tri_dtype_bytes((tri_dtype)attr->dtype);
        bool splat = elements && is_splat(attr, elements, bytes);
        add_type(h, &attr->type);
        add(h, splat);
        if (elements) h->hash = tri_hash(h->hash, attr->data, splat ? bytes : elements * bytes);
        break;
    }
    case TRI_ATTR_TYPE: add_type(h, &attr->type); break;
    case TRI_ATTR_LIST:
        add(h, attr->list.n);
        for (size_t i = 0; i < attr->list.n; i++) add_attr(h, attr->list.at[i]);
        break;
    case TRI_ATTR_DICT:
        add(h, attr->dict.n);
        for (size_t i = 0; i < attr->dict.n; i++) {
            add_text(h, attr->dict.at[i].name);
            add_attr(h, attr->dict.at[i].value);
        }
        break;
    }
}

/* Attributes count in any order: their hashes are summed. An empty list of integers says what none says: a pretty form cannot tell them apart. */
static void add_attrs(hasher *h, const tri_op *op)
{
    uint64_t sum = 0, before = h->hash;
    for (uint32_t i = 0; i < op->n_attrs; i++) {
        if (strchr(op->attrs[i].name, '.')) continue;
        if (op->kind == TRI_OP_KERNEL && !strcmp(op->attrs[i].name, "label")) continue;
        if (op->attrs[i].value->kind == TRI_ATTR_INTEGERS && op->attrs[i].value->integers.n == 0) continue;
        h->hash = TRI_HASH_SEED;
        add_text(h, op->attrs[i].name);
        add_attr(h, op->attrs[i].value);
        sum += h->hash;
    }
    h->hash = before;
    add(h, sum);
}

static void add_value(hasher *h, const tri_value *value)
{
    uint32_t number;
    const char *name;
    if (!tri_print_find(&h->seen, value, &number, &name)) {
        number = h->n_seen++;
        tri_print_name(&h->seen, value, number, NULL);
        add_type(h, &value->type);
    }
    add(h, number);
}

static void add_block(hasher *h, const tri_block *block);

static void add_op(hasher *h, const tri_op *op)
{
    add(h, (uint64_t)op->kind << 16 | op->fn);
    add(h, op->n_operands);
    for (uint32_t i = 0; i < op->n_operands; i++) add_value(h, op->operands[i]);
    add_attrs(h, op);
    add(h, op->n_window);
    for (uint32_t i = 0; i < op->n_window; i++) {
        const tri_window_dim *dim = &op->window[i];
        add(h, (uint64_t)dim->kind << 32 | (uint64_t)dim->operand << 16 | dim->lim);
        add(h, (uint64_t)dim->length);
        add(h, (uint64_t)dim->step);
    }
    if (h->with_labels && op->label) add_text(h, op->label);
    add(h, op->n_regions);
    for (uint32_t i = 0; i < op->n_regions; i++) add_block(h, op->regions[i]);
    add(h, op->n_results);
    for (uint32_t i = 0; i < op->n_results; i++) add_value(h, op->results[i]);
}

static void add_block(hasher *h, const tri_block *block)
{
    add(h, block->n_args);
    for (uint32_t i = 0; i < block->n_args; i++) add_value(h, block->args[i]);
    for (const tri_op *op = block->first; op; op = op->next) add_op(h, op);
    add(h, UINT64_MAX); /* the end of the block */
}

uint64_t tri_func_hash(const tri_func *func)
{
    hasher h = {.hash = TRI_HASH_SEED, .with_labels = func->schedule != NULL};
    h.seen.out = &h.out;
    add(&h, func->is_kernel + (uint64_t)func->is_scheduled);
    for (uint32_t i = 0; i < func->n_buffers; i++) add(&h, func->access[i]);
    for (uint32_t i = 0; i < func->n_axes; i++) add(&h, (uint64_t)func->grid[i]);
    add(&h, func->n_results);
    for (uint32_t i = 0; i < func->n_results; i++) add_type(&h, &func->results[i]);
    if (func->schedule) add_text(&h, func->schedule);
    if (func->is_scheduled) {
        add(&h, (uint64_t)func->programs);
        add(&h, (uint64_t)func->workers);
        add(&h, (uint64_t)func->cluster);
    }
    add_block(&h, func->body);
    tri_print_end(&h.seen);
    return h.hash;
}

uint64_t tri_op_hash(const tri_op *op)
{
    hasher h = {.hash = TRI_HASH_SEED};
    h.seen.out = &h.out;
    add_op(&h, op);
    tri_print_end(&h.seen);
    return h.hash;
}
