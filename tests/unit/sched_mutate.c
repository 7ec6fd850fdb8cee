/* tests/unit/sched_mutate.c - mutants of scheduled programs, and runs of them against the bits of their tile program (sched_mutate.h). */
#include "sched_mutate.h"

#include <check.h>
#include <stdlib.h>

#include "base/random.h"

const char *const sched_mutation_names[SCHED_MUTATIONS] = {"a token dropped",      "a join dropped",    "a join later",       "a ring less deep",
                                                           "statements exchanged", "a release earlier", "a multicast for one"};

/* ---- where a mutation can be made ---- */

static bool uses(const tri_op *op, const tri_op *of)
{
    for (uint32_t i = 0; i < op->n_operands; i++)
        if (op->operands[i]->op == of) return true;
    return false;
}

static bool matters(const tri_op *op) { return tri_is_sched_op(op->kind) || tri_op_attr(op, "async"); }

static bool fits(const tri_op *op, sched_mutation kind)
{
    bool plain = !op->n_regions && op->kind != TRI_TILE_YIELD && op->kind != TRI_TILE_INDEX, in_work = op->parent->owner;
    switch (kind) {
    case SCHED_DROP_TOKEN:
        return op->kind == TRI_SCHED_ACQUIRE || op->kind == TRI_SCHED_PUBLISH || op->kind == TRI_SCHED_AWAIT || op->kind == TRI_SCHED_RELEASE ||
               op->kind == TRI_SCHED_TAKE || op->kind == TRI_SCHED_GIVE;
    case SCHED_DROP_JOIN:
    case SCHED_LATER_JOIN: return op->kind == TRI_SCHED_JOIN;
    case SCHED_LESS_DEPTH: return op->kind == TRI_SCHED_RING && tri_op_integer(op, "depth", 1) > 1;
    case SCHED_SWAP: {
        const tri_op *next = op->next;
        return plain && in_work && next && !next->n_regions && next->kind != TRI_TILE_YIELD && next->kind != TRI_TILE_INDEX && !uses(next, op) &&
               (matters(op) || matters(next)) && op->kind != next->kind;
    }
    case SCHED_MOVE_RELEASE: return op->kind == TRI_SCHED_RELEASE && op->prev && !op->prev->n_regions;
    case SCHED_LESS_MULTICAST: return op->kind == TRI_SCHED_LOAD_INTO && tri_op_attr(op, "multicast");
    default: return false;
    }
}

typedef struct search {
    sched_mutation kind;
    uint32_t left;
    tri_op *found;
} search;

static tri_status *visit(void *context, tri_op *op)
{
    search *s = context;
    if (!fits(op, s->kind)) return NULL;
    if (!s->left--) s->found = op;
    return NULL;
}

static uint32_t count(tri_func *func, sched_mutation kind, uint32_t which, tri_op **out)
{
    search s = {.kind = kind, .left = which};
    tri_status_free(tri_func_walk(func, visit, &s));
    if (out) *out = s.found;
    return which - s.left;
}

uint32_t sched_mutants(const tri_func *scheduled, sched_mutation kind) { return count((tri_func *)(uintptr_t)scheduled, kind, UINT32_MAX, NULL); }

/* ---- mutating ---- */

static void add_what(const tri_op *op, tri_text *what)
{
    tri_text line = {0};
    if (!op->n_regions) tri_op_print(op, &line);
    tri_text_addf(what, "%s (line %d)", op->n_regions ? tri_op_row_of(op->kind)->text : tri_text_string(&line), op->loc.line);
    tri_text_free(&line);
}

static void remove_attr(tri_op *op, const char *name)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < op->n_attrs; i++)
        if (strcmp(op->attrs[i].name, name)) op->attrs[n++] = op->attrs[i];
    op->n_attrs = n;
}

static void drop(tri_func *func, tri_op *op)
{
    if (op->n_results) {
        tri_op *zero = tri_op_create(func->module, TRI_TILE_FILL, op->loc, 0, NULL, 1, &op->results[0]->type);
        tri_op_set_attr(func->module, zero, "value", tri_attr_number(func->module, TRI_F64, 0));
        tri_op_insert_before(zero, op);
        tri_replace_uses(func, op->results[0], zero->results[0]);
    }
    tri_op_remove(op);
}

tri_func *sched_mutant(tri_module *module, const tri_func *scheduled, sched_mutation kind, uint32_t which, tri_text *what)
{
    tri_func *func = tri_func_clone(module, scheduled, "mutant");
    tri_op *op = NULL;
    (void)count(func, kind, which, &op);
    ck_assert_ptr_nonnull(op);
    tri_text_addf(what, "%s: ", sched_mutation_names[kind]);
    add_what(op, what);
    switch (kind) {
    case SCHED_DROP_TOKEN:
    case SCHED_DROP_JOIN: drop(func, op); break;
    case SCHED_LATER_JOIN: tri_op_set_attr(module, op, "lag", tri_attr_integer(module, tri_op_integer(op, "lag", 0) + 1)); break;
    case SCHED_LESS_MULTICAST: remove_attr(op, "multicast"); break;
    case SCHED_LESS_DEPTH: tri_op_set_attr(module, op, "depth", tri_attr_integer(module, tri_op_integer(op, "depth", 1) - 1)); break;
    case SCHED_SWAP: {
        tri_op *next = op->next;
        tri_text_add(what, " and ");
        add_what(next, what);
        tri_op_remove(next);
        tri_op_insert_before(next, op);
        break;
    }
    case SCHED_MOVE_RELEASE: {
        tri_op *before = op->prev;
        while (before->prev && !before->prev->n_regions && (before->kind == TRI_SCHED_RELEASE || before->kind == TRI_TILE_INDEX))
            before = before->prev;
        tri_text_add(what, " before ");
        add_what(before, what);
        tri_op_remove(op);
        tri_op_insert_before(op, before);
        break;
    }
    default: ck_abort();
    }
    return func;
}

/* ---- running ---- */

static tri_tensor copy_of(const tri_tensor *from)
{
    size_t bytes = tri_type_bytes(&from->type);
    tri_tensor copy = {from->type, malloc(bytes + 1)};
    ck_assert_ptr_nonnull(copy.data);
    memcpy(copy.data, from->data, bytes);
    return copy;
}

static void free_tensors(tri_tensor *tensors, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) free(tensors[i].data);
    free(tensors);
}

static tri_tensor *copies_of(const tri_tensor *from, uint32_t n)
{
    tri_tensor *copies = calloc(n + 1, sizeof *copies);
    ck_assert_ptr_nonnull(copies);
    for (uint32_t i = 0; i < n; i++) copies[i] = copy_of(&from[i]);
    return copies;
}

static tri_tensor filled(tri_type type, uint32_t stream, bool zero)
{
    tri_tensor t = {type, calloc(1, tri_type_bytes(&type) + 1)};
    tri_dtype dtype = (tri_dtype)type.dtype;
    ck_assert_ptr_nonnull(t.data);
    if (zero) return t;
    if (tri_dtype_is_float(dtype)) {
        tri_random_fill(17, stream, dtype, type.rank, type.dims, t.data);
        return t;
    }
    for (int64_t i = 0; i < tri_type_elements(&type); i++) tri_store_i64(dtype, (char *)t.data + (size_t)i * tri_dtype_bytes(dtype), i % 4);
    return t;
}

sched_case sched_case_open(const tri_func *kernel)
{
    sched_case c = {.kernel = kernel, .n_buffers = kernel->n_buffers};
    c.inputs = calloc(kernel->n_buffers + 1, sizeof *c.inputs);
    ck_assert_ptr_nonnull(c.inputs);
    for (uint32_t i = 0; i < kernel->n_buffers; i++) c.inputs[i] = filled(kernel->body->args[i]->type, i, kernel->access[i] != TRI_ACCESS_IN);
    c.wants = copies_of(c.inputs, c.n_buffers);
    tri_status *status = tri_eval_kernel(kernel, c.wants, NULL);
    ck_assert_msg(!status, "%s", status ? tri_status_message(status) : "");
    return c;
}

void sched_case_close(sched_case *c)
{
    free_tensors(c->inputs, c->n_buffers);
    free_tensors(c->wants, c->n_buffers);
}

static bool is_right(const sched_case *c, const tri_tensor *got, tri_text *why)
{
    for (uint32_t i = 0; i < c->n_buffers; i++) {
        size_t bytes = tri_dtype_bytes((tri_dtype)got[i].type.dtype);
        if (c->kernel->access[i] == TRI_ACCESS_WORK) continue;
        for (int64_t e = 0; e < tri_type_elements(&got[i].type); e++) {
            size_t at = (size_t)e * bytes;
            if (!memcmp((const char *)got[i].data + at, (const char *)c->wants[i].data + at, bytes)) continue;
            tri_text_addf(why, "element %lld of buffer %u differs from the tile program's", (long long)e, i);
            return false;
        }
    }
    return true;
}

sched_outcome sched_case_run(const sched_case *c, const tri_func *scheduled, uint64_t first, uint64_t n, bool unchecked, tri_text *why)
{
    sched_outcome outcome = SCHED_RIGHT;
    ck_assert_uint_eq(scheduled->n_buffers, c->n_buffers);
    for (uint64_t seed = first; seed < first + n && outcome == SCHED_RIGHT; seed++) {
        for (int mode = TRI_COMPLETE_LATEST; mode <= TRI_COMPLETE_RANDOM && outcome == SCHED_RIGHT; mode++) {
            tri_tensor *buffers = copies_of(c->inputs, c->n_buffers);
            tri_status *status = tri_eval_scheduled(
                scheduled, buffers, &(tri_sched_options){.seed = seed, .completion = (tri_sched_completion)mode, .unchecked = unchecked});
            if (status) {
                outcome = SCHED_REPORTED;
                tri_text_addf(why, "seed %llu, mode %d: %s", (unsigned long long)seed, mode, tri_status_message(status));
                tri_status_free(status);
            } else if (!is_right(c, buffers, why)) {
                outcome = SCHED_WRONG;
            }
            free_tensors(buffers, c->n_buffers);
        }
    }
    return outcome;
}

/* ---- judging ---- */

/* Through the verifier, through the evaluator alone and, if refused, through the evaluator without its checks. */
static void try_mutant(const sched_case *c, const tri_func *scheduled, sched_mutation kind, uint32_t which, uint64_t interleavings,
                       bool must_be_reported, sched_tally *tally)
{
    tri_arena arena;
    tri_text what = {0}, why = {0}, seen = {0};
    tri_arena_init(&arena, 0);
    const tri_func *mutant = sched_mutant(tri_module_create(&arena, "mutants"), scheduled, kind, which, &what);
    tri_status *refused = tri_scheduled_verify(mutant);
    sched_outcome outcome = sched_case_run(c, mutant, 0, interleavings, false, &why), happened = SCHED_RIGHT;
    ck_assert_msg(refused || outcome != SCHED_WRONG, "%s: goes unnoticed: %s", tri_text_string(&what), tri_text_string(&why));
    ck_assert_msg(!must_be_reported || refused, "%s: the verifier does not mind", tri_text_string(&what));
    ck_assert_msg(!must_be_reported || outcome == SCHED_REPORTED, "%s: the evaluator does not report it (%s): %s", tri_text_string(&what),
                  outcome == SCHED_RIGHT ? "right" : tri_text_string(&why), refused ? tri_status_message(refused) : "");
    if (refused) happened = sched_case_run(c, mutant, 0, interleavings, true, &seen);
    tally->mutants++;
    tally->verifier += refused != NULL;
    tally->evaluator += outcome == SCHED_REPORTED;
    tally->right += !refused && outcome == SCHED_RIGHT;
    tally->happened += happened != SCHED_RIGHT;
    if (getenv("SCHED_VERBOSE"))
        printf("%s\n    verifier: %s\n    evaluator: %s\n    unchecked: %s\n", tri_text_string(&what), refused ? tri_status_message(refused) : "-",
               outcome == SCHED_RIGHT ? "right" : tri_text_string(&why), happened == SCHED_RIGHT ? "-" : tri_text_string(&seen));
    tri_status_free(refused);
    tri_text_free(&what);
    tri_text_free(&why);
    tri_text_free(&seen);
    tri_arena_free(&arena);
}

void sched_try_mutants(const sched_case *c, const tri_func *scheduled, sched_mutation kind, uint32_t most, uint64_t interleavings,
                       bool must_be_reported, sched_tally *tally)
{
    sched_tally own = {0};
    uint32_t n = sched_mutants(scheduled, kind), step = n > most ? (n + most - 1) / most : 1;
    for (uint32_t which = 0; which < n; which += step) try_mutant(c, scheduled, kind, which, interleavings, must_be_reported, &own);
    printf("%s, %s: %u mutants tried, the verifier refuses %u, the evaluator reports %u, unchecked goes wrong %u, legal %u\n", scheduled->name,
           sched_mutation_names[kind], own.mutants, own.verifier, own.evaluator, own.happened, own.right);
    tally->mutants += own.mutants;
    tally->verifier += own.verifier;
    tally->evaluator += own.evaluator;
    tally->right += own.right;
    tally->happened += own.happened;
}
