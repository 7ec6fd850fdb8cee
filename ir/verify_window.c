/* ir/verify_window.c - store disjointness: no two programs, and no two steps of a loop, may set the same element of a buffer.
 *
 * Each index value gets a form: a constant plus integer multiples of variables, where a variable is a grid axis, a loop counter, or a quotient or
 * remainder of another variable by a constant. In one stored dimension, variables in ascending order of |coefficient| are *separated* as long as each
 * coefficient is at least what the window and all smaller variables cover: then two windows whose separated variables differ share nothing. A
 * variable is separated as well when its quotient and its remainder by one constant are. The rule demands that every grid axis and every counter of a
 * loop around the store is separated in some dimension.
 *
 * A coordinate that depends on fetched numbers or an index tile is table-driven: grid axes are then taken on trust (the evaluator's shadow memory
 * tests them), and within one program the fetched number counts as a constant when it is fetched outside the loop. Anything else that is not affine
 * separates nothing. */
#include "ir/verify.h"

#include <stdlib.h>

enum { MOST_TERMS = 12, MOST_VARIABLES = 1 << 16 };

typedef struct variable {
    const tri_value *value; /* an axis or counter; null for derived ones */
    int64_t extent;         /* values 0 <= x < extent (a counter's low end is in its form); INT64_MAX: unknown */
    int64_t divisor;        /* derived: of `base` */
    uint32_t base;
    bool remainder;
    bool fixed;       /* by an `if` on equality, or one value only */
    uint32_t derived; /* first derived variable + 1; they are chained */
    uint32_t sibling; /* next derived of the same base + 1 */
} variable;

typedef struct term {
    uint32_t variable;
    int64_t factor;
} term;

typedef struct form {
    int64_t constant;
    uint32_t n;
    bool opaque;       /* not affine */
    bool table;        /* depends on fetched numbers */
    int64_t low, high; /* bounds, when known: low <= high */
    bool bounded;
    term at[MOST_TERMS];
} form;

struct tri_forms {
    tri_printer numbers; /* value -> form */
    tri_text none;
    const tri_func *kernel;
    form *forms;
    size_t n_forms, forms_room;
    variable *variables;
    size_t n_variables, variables_room;
    uint32_t *open; /* variables of enclosing loops, then one entry per `if`: the variable it fixes + 1, or 0 */
    size_t n_open, open_room;
    bool failed;
};

static bool reserve(tri_forms *f, void **at, size_t n, size_t *room, size_t size)
{
    if (n < *room) return true;
    size_t larger = *room ? *room * 2 : 64;
    void *grown = realloc(*at, larger * size);
    if (!grown) {
        f->failed = true;
        return false;
    }
    *at = grown;
    *room = larger;
    return true;
}

static uint32_t add_variable(tri_forms *f, variable v)
{
    if (f->n_variables >= MOST_VARIABLES || !reserve(f, (void **)&f->variables, f->n_variables, &f->variables_room, sizeof v)) {
        f->failed = true;
        return 0;
    }
    v.fixed |= v.extent <= 1;
    f->variables[f->n_variables] = v;
    return (uint32_t)f->n_variables++;
}

static void set_form(tri_forms *f, const tri_value *value, const form *from)
{
    if (!reserve(f, (void **)&f->forms, f->n_forms, &f->forms_room, sizeof *from)) return;
    f->forms[f->n_forms] = *from;
    tri_print_name(&f->numbers, value, (uint32_t)f->n_forms++, NULL);
}

static const form unknown_form = {.opaque = true};

static form form_of(const tri_forms *f, const tri_value *value)
{
    uint32_t number;
    const char *name;
    return tri_print_find(&f->numbers, value, &number, &name) ? f->forms[number] : unknown_form;
}

static form of_variable(uint32_t variable, int64_t low, int64_t extent)
{
    form result = {.constant = low, .n = 1, .at = {{variable, 1}}};
    result.bounded = extent != INT64_MAX && !__builtin_add_overflow(low, extent - 1, &result.high);
    result.low = low;
    return result;
}

tri_forms *tri_forms_create(const tri_func *kernel)
{
    tri_forms *f = calloc(1, sizeof *f);
    if (!f) return NULL;
    f->kernel = kernel;
    f->numbers.out = &f->none;
    for (uint32_t i = 0; i < kernel->n_axes && kernel->n_buffers + i < kernel->body->n_args; i++) {
        const tri_value *axis = kernel->body->args[kernel->n_buffers + i];
        form own = of_variable(add_variable(f, (variable){.value = axis, .extent = kernel->grid[i]}), 0, kernel->grid[i]);
        set_form(f, axis, &own);
    }
    return f;
}

void tri_forms_free(tri_forms *forms)
{
    if (!forms) return;
    tri_print_end(&forms->numbers);
    free(forms->forms);
    free(forms->variables);
    free(forms->open);
    free(forms);
}

/* ---- arithmetic on forms ---- */

static form opaque_of(const form *a, const form *b) { return (form){.opaque = true, .table = a->table || b->table}; }

static form scaled(form a, int64_t factor)
{
    bool overflow = __builtin_mul_overflow(a.constant, factor, &a.constant);
    for (uint32_t i = 0; i < a.n; i++) overflow |= __builtin_mul_overflow(a.at[i].factor, factor, &a.at[i].factor);
    if (overflow) return opaque_of(&a, &a);
    int64_t x, y;
    a.bounded = a.bounded && !__builtin_mul_overflow(a.low, factor, &x) && !__builtin_mul_overflow(a.high, factor, &y);
    if (a.bounded) {
        a.low = x < y ? x : y;
        a.high = x < y ? y : x;
    }
    if (factor == 0) a.n = 0;
    return a;
}

static form sum(form a, const form *b)
{
    if (a.opaque || b->opaque || __builtin_add_overflow(a.constant, b->constant, &a.constant)) return opaque_of(&a, b);
    a.table |= b->table;
    a.bounded = a.bounded && b->bounded && !__builtin_add_overflow(a.low, b->low, &a.low) && !__builtin_add_overflow(a.high, b->high, &a.high);
    for (uint32_t j = 0; j < b->n; j++) {
        uint32_t i = 0;
        while (i < a.n && a.at[i].variable != b->at[j].variable) i++;
        if (i == MOST_TERMS) return opaque_of(&a, b);
        if (i == a.n) a.at[a.n++] = (term){b->at[j].variable, 0};
        if (__builtin_add_overflow(a.at[i].factor, b->at[j].factor, &a.at[i].factor)) return opaque_of(&a, b);
        if (a.at[i].factor == 0) a.at[i] = a.at[--a.n];
    }
    return a;
}

/* The quotient or remainder of a lone variable by a constant is a variable again; of what the constant divides evenly it is exact. */
static form divided(tri_forms *f, const form *a, int64_t divisor, bool remainder)
{
    bool exact = a->constant % divisor == 0;
    for (uint32_t i = 0; i < a->n; i++) exact &= a->at[i].factor % divisor == 0;
    if (exact) {
        form result = *a;
        if (remainder) return (form){.bounded = true, .table = a->table};
        result.constant /= divisor;
        for (uint32_t i = 0; i < a->n; i++) result.at[i].factor /= divisor;
        if (result.bounded) result.low /= divisor, result.high /= divisor;
        return result;
    }
    if (a->n != 1 || a->at[0].factor != 1 || a->constant != 0 || a->table) return opaque_of(a, a);
    uint32_t base = a->at[0].variable;
    int64_t extent = f->variables[base].extent;
    int64_t own = remainder ? (extent < divisor ? extent : divisor) : extent == INT64_MAX ? INT64_MAX : (extent + divisor - 1) / divisor;
    for (uint32_t i = f->variables[base].derived; i; i = f->variables[i - 1].sibling)
        if (f->variables[i - 1].divisor == divisor && f->variables[i - 1].remainder == remainder) return of_variable(i - 1, 0, own);
    uint32_t added =
        add_variable(f, (variable){.extent = own, .divisor = divisor, .base = base, .remainder = remainder, .sibling = f->variables[base].derived});
    if (f->failed) return opaque_of(a, a);
    f->variables[base].derived = added + 1;
    return of_variable(added, 0, own);
}

static form constant_form(int64_t value) { return (form){.constant = value, .low = value, .high = value, .bounded = true}; }

/* What is not affine still has bounds, which loops need. */
static form extreme(const form *a, const form *b, bool least)
{
    form result = opaque_of(a, b);
    result.bounded = a->bounded && b->bounded;
    result.low = least == (a->low < b->low) ? a->low : b->low;
    result.high = least == (a->high < b->high) ? a->high : b->high;
    if (a->n == 0 && b->n == 0 && !a->opaque && !b->opaque) {
        bool table = result.table;
        result = constant_form(least == (a->constant < b->constant) ? a->constant : b->constant);
        result.table = table;
    }
    return result;
}

void tri_forms_index(tri_forms *f, const tri_op *op)
{
    form result = unknown_form;
    if (op->kind == TRI_TILE_FETCH) {
        result.table = true;
        result.low = tri_op_integer(op, "low", 0);
        result.bounded = !__builtin_sub_overflow(tri_op_integer(op, "high", 0), 1, &result.high) && result.low <= result.high;
    } else if (op->fn == TRI_OP_NONE) {
        result = constant_form(tri_op_integer(op, "value", 0));
    } else if (op->n_operands == 2) {
        form a = form_of(f, op->operands[0]), b = form_of(f, op->operands[1]);
        bool a_constant = !a.opaque && !a.n && !a.table, b_constant = !b.opaque && !b.n && !b.table;
        switch (op->fn) {
        case TRI_SCALAR_ADD: result = sum(a, &b); break;
        case TRI_SCALAR_SUBTRACT:
            b = scaled(b, -1);
            result = sum(a, &b);
            break;
        case TRI_SCALAR_MULTIPLY: result = a_constant ? scaled(b, a.constant) : b_constant ? scaled(a, b.constant) : opaque_of(&a, &b); break;
        case TRI_SCALAR_DIVIDE:
        case TRI_SCALAR_REMAINDER:
            result = !a.opaque && b_constant && b.constant > 0 ? divided(f, &a, b.constant, op->fn == TRI_SCALAR_REMAINDER) : opaque_of(&a, &b);
            break;
        case TRI_SCALAR_MINIMUM:
        case TRI_SCALAR_MAXIMUM: result = extreme(&a, &b, op->fn == TRI_SCALAR_MINIMUM); break;
        default:
            result = opaque_of(&a, &b);
            result.bounded = true;
            result.high = 1;
        }
        if (a.opaque && a.bounded && b.bounded && result.opaque && op->fn == TRI_SCALAR_ADD)
            result.bounded = !__builtin_add_overflow(a.low, b.low, &result.low) && !__builtin_add_overflow(a.high, b.high, &result.high);
    }
    set_form(f, op->results[0], &result);
}

/* ---- scopes ---- */

static void push(tri_forms *f, uint32_t entry)
{
    if (reserve(f, (void **)&f->open, f->n_open, &f->open_room, sizeof *f->open)) f->open[f->n_open++] = entry;
}

void tri_forms_enter_loop(tri_forms *f, const tri_op *op)
{
    form low = form_of(f, op->operands[0]), high = form_of(f, op->operands[1]), minus_low = scaled(low, -1), trips = sum(high, &minus_low);
    int64_t extent = INT64_MAX;
    if (!trips.opaque && !trips.n)
        extent = trips.constant;
    else if (!low.bounded || !high.bounded || __builtin_sub_overflow(high.high, low.low, &extent))
        extent = INT64_MAX;
    if (extent < 0) extent = 0;
    const tri_value *counter = op->regions[0]->args[0];
    uint32_t variable = add_variable(f, (struct variable){.value = counter, .extent = extent});
    form steps = of_variable(variable, 0, extent), own = sum(low, &steps);
    if (own.opaque && low.bounded && high.bounded && low.low < high.high) {
        own.bounded = true;
        own.low = low.low;
        own.high = high.high - 1;
    }
    set_form(f, counter, &own);
    push(f, variable);
}

void tri_forms_leave_loop(tri_forms *f, const tri_op *op)
{
    (void)op;
    if (f->n_open) f->n_open--;
}

/* Inside `if x == constant` a variable x has one value. */
void tri_forms_enter_if(tri_forms *f, const tri_op *op, bool taken)
{
    uint32_t fixed = 0;
    const tri_op *test = op->operands[0]->op;
    if (taken && test && test->kind == TRI_TILE_INDEX && test->fn == TRI_SCALAR_EQ && test->n_operands == 2) {
        form a = form_of(f, test->operands[0]), b = form_of(f, test->operands[1]);
        const form *varying = !a.opaque && a.n == 1 && !b.opaque && !b.n ? &a : !b.opaque && b.n == 1 && !a.opaque && !a.n ? &b : NULL;
        if (varying && !varying->table && !f->variables[varying->at[0].variable].fixed) {
            fixed = varying->at[0].variable + 1;
            f->variables[fixed - 1].fixed = true;
        }
    }
    push(f, UINT32_MAX - fixed);
}

void tri_forms_leave_if(tri_forms *f)
{
    if (!f->n_open) return;
    uint32_t fixed = UINT32_MAX - f->open[--f->n_open];
    if (fixed) f->variables[fixed - 1].fixed = false;
}

/* ---- the rule ---- */

static int by_factor(const void *a, const void *b)
{
    uint64_t x = (uint64_t)llabs(((const term *)a)->factor), y = (uint64_t)llabs(((const term *)b)->factor);
    return x < y ? -1 : x > y;
}

/* Adds the variables that this dimension separates. */
static void separate(const tri_forms *f, const form *coordinate, int64_t covered, bool *separated)
{
    term terms[MOST_TERMS];
    uint32_t first = 0;
    memcpy(terms, coordinate->at, coordinate->n * sizeof *terms);
    qsort(terms, coordinate->n, sizeof *terms, by_factor);
    for (uint32_t i = 0; i < coordinate->n; i++) {
        const variable *x = &f->variables[terms[i].variable];
        if (x->fixed) continue;
        int64_t factor = llabs(terms[i].factor), span;
        if (factor < covered) first = i + 1; /* it blurs all smaller ones and is not separated itself */
        if (x->extent == INT64_MAX || __builtin_mul_overflow(factor, x->extent - 1, &span) || __builtin_add_overflow(covered, span, &covered))
            covered = INT64_MAX;
    }
    for (uint32_t i = first; i < coordinate->n; i++) separated[terms[i].variable] = true;
}

static bool is_separated(const tri_forms *f, const bool *separated, uint32_t variable, int depth)
{
    if (separated[variable] || f->variables[variable].fixed) return true;
    for (uint32_t i = f->variables[variable].derived; i && depth < 16; i = f->variables[i - 1].sibling) {
        if (f->variables[i - 1].remainder || !is_separated(f, separated, i - 1, depth + 1)) continue;
        for (uint32_t j = f->variables[variable].derived; j; j = f->variables[j - 1].sibling)
            if (f->variables[j - 1].remainder && f->variables[j - 1].divisor == f->variables[i - 1].divisor &&
                is_separated(f, separated, j - 1, depth + 1))
                return true;
        /* A remainder that nobody asked for is the variable itself when there is but one quotient. */
        if (f->variables[i - 1].divisor == 1) return true;
    }
    return false;
}

const char *tri_forms_overlap(tri_forms *f, const tri_op *store, uint64_t folded_axes, char room[64])
{
    bool *separated = calloc(f->n_variables + 1, sizeof *separated);
    if (!separated || f->failed) {
        free(separated);
        return NULL;
    }
    bool table = false;
    for (uint32_t i = 0; i < store->n_window; i++) {
        const tri_window_dim *dim = &store->window[i];
        form coordinate = form_of(f, store->operands[dim->operand]);
        table |= coordinate.table || dim->kind == TRI_WINDOW_GATHER;
        if (dim->kind == TRI_WINDOW_GATHER || coordinate.opaque) continue;
        int64_t covered;
        if (__builtin_mul_overflow(dim->length - 1, dim->step, &covered) || covered == INT64_MAX) covered = INT64_MAX - 1;
        separate(f, &coordinate, covered + 1, separated);
    }
    const char *found = NULL;
    for (uint32_t i = 0; i < f->kernel->n_axes && !found && !table; i++) {
        if (folded_axes >> i & 1 || is_separated(f, separated, i, 0)) continue;
        const char *name = f->variables[i].value->name;
        snprintf(room, 64, "grid axis %u%s%.40s", i, name ? ", %" : "", name ? name : "");
        found = room;
    }
    for (size_t i = 0; i < f->n_open && !found && !table; i++) {
        if (f->open[i] >= UINT32_MAX - MOST_VARIABLES || is_separated(f, separated, f->open[i], 0)) continue;
        const char *name = f->variables[f->open[i]].value->name;
        snprintf(room, 64, "loop counter%s%.40s", name ? " %" : "", name ? name : "");
        found = room;
    }
    free(separated);
    return found;
}
