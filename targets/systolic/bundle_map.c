/* targets/systolic/bundle_map.c - scalar regions as expressions of MAP: one pass of the vector unit for each result where the expression fits, and
 * reductions: blocks fold onto one another in the vector unit, then the lane unit folds the 128 lanes and spreads the result.
 *
 * An expression computes in f32 from end to end: values inside a region are not rounded to a narrower type on the way, only the result is. Integers
 * occur as coordinates and numbers below 2^24 alone, where f32 is exact. */
#include "targets/systolic/bundle.h"

enum { PIECE = 1024, EXACT = 1 << 24, MOST_SOURCES = 24, MOST_KNOWN = 128 };

/* A value of the region that stands in memory: an argument, or what did not fit into the expression. */
typedef struct source {
    const tri_value *value;
    view v;
} source;

/* What is known of a value: how the expression names it, and between which integers it lies when it is a coordinate or a number. */
typedef struct known {
    const tri_value *value;
    double low, high;
    uint8_t code;
    bool bounded, constant;
} known;

typedef struct expression {
    bundle *b;
    const tri_op *statement;
    source *sources;
    int n_sources;
    tri_systolic_expr e;
    int inputs[3], n_inputs; /* numbers of sources */
    known seen[MOST_KNOWN];
    int n_seen;
    int64_t row, column, n_rows, n_columns; /* the piece, for coordinates */
    bool coordinates, full;                 /* full: does not fit */
} expression;

static known unknown(void) { return (known){.code = TRI_SYS_IN_NONE}; }

static known number(expression *x, double value)
{
    float single = (float)value;
    uint32_t bits;
    memcpy(&bits, &single, 4);
    int k = 0;
    while (k < x->e.n_constants && x->e.constant[k] != bits) k++;
    if (k == TRI_SYS_MOST_CONSTANTS) {
        x->full = true;
        return unknown();
    }
    if (k == x->e.n_constants) x->e.constant[x->e.n_constants++] = bits;
    return (known){.code = (uint8_t)(TRI_SYS_IN_CONSTANT + k), .low = value, .high = value, .bounded = true, .constant = true};
}

static known node(expression *x, unsigned op, known a, known b, known c)
{
    if (x->e.n_nodes == TRI_SYS_MOST_NODES) x->full = true;
    if (x->full) return unknown();
    x->e.node[x->e.n_nodes].op = (uint8_t)op;
    x->e.node[x->e.n_nodes].a = a.code;
    x->e.node[x->e.n_nodes].b = b.code;
    x->e.node[x->e.n_nodes].c = c.code;
    return (known){.code = (uint8_t)(TRI_SYS_IN_NODE + x->e.n_nodes++)};
}

/* An ALU op; what coordinates and numbers decide is decided here. */
static known alu(expression *x, unsigned op, known a, known b)
{
    bool bounded = a.bounded && b.bounded;
    double low = 0, high = 0;
    if (bounded) {
        switch (op) {
        case TRI_SYS_ALU_ADD:
            low = a.low + b.low;
            high = a.high + b.high;
            break;
        case TRI_SYS_ALU_SUB:
            low = a.low - b.high;
            high = a.high - b.low;
            break;
        case TRI_SYS_ALU_LT:
        case TRI_SYS_ALU_GE:
            if (a.high < b.low) return number(x, op == TRI_SYS_ALU_LT);
            if (a.low >= b.high) return number(x, op == TRI_SYS_ALU_GE);
            bounded = false;
            break;
        case TRI_SYS_ALU_GT:
        case TRI_SYS_ALU_LE:
            if (a.low > b.high) return number(x, op == TRI_SYS_ALU_GT);
            if (a.high <= b.low) return number(x, op == TRI_SYS_ALU_LE);
            bounded = false;
            break;
        default: bounded = false;
        }
        if (bounded && low == high && low == (float)low) return number(x, low);
    }
    known result = node(x, op, a, b, unknown());
    result.bounded = bounded;
    result.low = low;
    result.high = high;
    return result;
}

static known coordinate(expression *x, bool of_columns)
{
    x->coordinates = true;
    known index = {.code = (uint8_t)(of_columns ? TRI_SYS_IN_PARTITION : TRI_SYS_IN_INDEX), .bounded = true};
    index.high = (double)(of_columns ? x->n_columns : x->n_rows) - 1;
    return alu(x, TRI_SYS_ALU_ADD, index, number(x, (double)(of_columns ? x->column : x->row)));
}

/* The node that means a scalar op in f32, where i1 is 0 or 1; 0: none does. */
static unsigned name_of(tri_op_kind scalar, bool is_bool)
{
    const scalar_row *row = scalar_row_of(scalar);
    if (!row || row->form == FORM_OTHER) return 0;
    if (row->form == FORM_FUNCTION) return TRI_SYS_NODE_FUNCTION + row->op;
    unsigned op = is_bool ? row->logic : row->op;
    if (is_bool && row->form == FORM_ALU)
        op = op == TRI_SYS_ALU_AND ? TRI_SYS_ALU_MUL : op == TRI_SYS_ALU_OR ? TRI_SYS_ALU_MAX : op == TRI_SYS_ALU_XOR ? TRI_SYS_ALU_NE : op;
    bool bits = op == TRI_SYS_ALU_AND || op == TRI_SYS_ALU_OR || op == TRI_SYS_ALU_XOR || op == TRI_SYS_ALU_SHL || op == TRI_SYS_ALU_SHR ||
                op == TRI_SYS_ALU_NOT;
    return bits ? 0 : op;
}

static known say(expression *x, const tri_value *value);

static known say_op(expression *x, const tri_op *op)
{
    tri_dtype from = op->n_operands ? (tri_dtype)op->operands[op->kind == TRI_SCALAR_SELECT]->type.dtype : TRI_F32,
              to = (tri_dtype)op->results[0]->type.dtype;
    bool rank_one = x->statement->results[0]->type.rank < 2, whole = !tri_dtype_is_float(from) && from != TRI_I1;
    switch (op->kind) {
    case TRI_SCALAR_CONSTANT: {
        const tri_attr *a = tri_op_attr(op, "value");
        return number(x, tri_load_f64((tri_dtype)a->type.dtype, a->data));
    }
    case TRI_SCALAR_COORDINATE: return coordinate(x, rank_one || tri_op_integer(op, "dim", 0) == 1);
    case TRI_SCALAR_CONVERT:
        if (tri_dtype_is_float(to) || to == from) return say(x, op->operands[0]);
        break;
    case TRI_SCALAR_NEGATE:
        if (!whole) {
            known a = say(x, op->operands[0]);
            return alu(x, TRI_SYS_ALU_MUL, a, number(x, -1));
        }
        break;
    case TRI_SCALAR_SQUARE:
        if (!whole) {
            known a = say(x, op->operands[0]);
            return node(x, TRI_SYS_ALU_MUL, a, a, unknown());
        }
        break;
    case TRI_SCALAR_NOT:
        if (from == TRI_I1) {
            known a = say(x, op->operands[0]);
            return node(x, TRI_SYS_ALU_EQ, a, number(x, 0), unknown());
        }
        break;
    case TRI_SCALAR_FMA:
    case TRI_SCALAR_CLAMP: {
        bool clamps = op->kind == TRI_SCALAR_CLAMP;
        if (clamps && whole) break;
        known a = say(x, op->operands[0]), b = say(x, op->operands[1]), c = say(x, op->operands[2]);
        return clamps ? alu(x, TRI_SYS_ALU_MIN, alu(x, TRI_SYS_ALU_MAX, b, a), c) : alu(x, TRI_SYS_ALU_ADD, alu(x, TRI_SYS_ALU_MUL, a, b), c);
    }
    case TRI_SCALAR_SELECT: {
        known condition = say(x, op->operands[0]);
        if (condition.constant) return say(x, op->operands[condition.low != 0 ? 1 : 2]);
        known yes = say(x, op->operands[1]), no = say(x, op->operands[2]);
        return node(x, TRI_SYS_NODE_SELECT, condition, yes, no);
    }
    default: {
        unsigned name = name_of(op->kind, from == TRI_I1);
        if (!name) break;
        known a = say(x, op->operands[0]), b = op->n_operands > 1 ? say(x, op->operands[1]) : unknown();
        bool exact = a.bounded && b.bounded && -EXACT < a.low && a.high < EXACT && -EXACT < b.low && b.high < EXACT;
        if (!x->full && whole && !exact) break;
        return op->n_operands > 1 ? alu(x, name, a, b) : node(x, name, a, b, unknown());
    }
    }
    bundle_fail(x->b, x->statement, TRI_UNSUPPORTED, "%s has no expression for '%s' of %s in scheduled programs", x->b->chip.name,
                tri_op_row_of((tri_op_kind)op->kind)->text, tri_dtype_name(from));
    x->full = true;
    return unknown();
}

static known say_source(expression *x, int k)
{
    const view *v = &x->sources[k].v;
    if (v->constant) return number(x, v->value);
    int input = 0;
    while (input < x->n_inputs && x->inputs[input] != k) input++;
    if (input == 3) {
        x->full = true;
        return unknown();
    }
    if (input == x->n_inputs) x->inputs[x->n_inputs++] = k;
    return (known){.code = (uint8_t)(TRI_SYS_IN_SRC0 + input)};
}

static known say(expression *x, const tri_value *value)
{
    if (x->full || x->b->error) return unknown();
    for (int k = 0; k < x->n_seen; k++)
        if (x->seen[k].value == value) return x->seen[k];
    known result = unknown();
    int k = 0;
    while (k < x->n_sources && x->sources[k].value != value) k++;
    result = k < x->n_sources ? say_source(x, k) : say_op(x, value->op);
    result.value = value;
    if (x->n_seen < MOST_KNOWN) x->seen[x->n_seen++] = result;
    return result;
}

/* Leaves the nodes that the result needs, which is the last of them. */
static void tidy(expression *x, known *result)
{
    uint8_t moved[TRI_SYS_MOST_NODES];
    bool used[TRI_SYS_MOST_NODES] = {false};
    tri_systolic_expr *e = &x->e;
    int kept = 0;
    if (result->code >= TRI_SYS_IN_NODE && result->code < TRI_SYS_IN_PARTITION) used[result->code - TRI_SYS_IN_NODE] = true;
    for (int k = e->n_nodes; k-- > 0;) {
        const uint8_t in[3] = {e->node[k].a, e->node[k].b, e->node[k].c};
        for (int j = 0; used[k] && j < 3; j++)
            if (in[j] >= TRI_SYS_IN_NODE && in[j] < TRI_SYS_IN_PARTITION) used[in[j] - TRI_SYS_IN_NODE] = true;
    }
    for (int k = 0; k < e->n_nodes; k++) {
        if (!used[k]) continue;
        uint8_t *in[3] = {&e->node[k].a, &e->node[k].b, &e->node[k].c};
        for (int j = 0; j < 3; j++)
            if (*in[j] >= TRI_SYS_IN_NODE && *in[j] < TRI_SYS_IN_PARTITION) *in[j] = (uint8_t)(TRI_SYS_IN_NODE + moved[*in[j] - TRI_SYS_IN_NODE]);
        moved[k] = (uint8_t)kept;
        e->node[kept++] = e->node[k];
    }
    memset(&e->node[kept], 0, sizeof e->node[0] * (size_t)(TRI_SYS_MOST_NODES - kept));
    e->n_nodes = (uint8_t)kept;
    if (kept) result->code = (uint8_t)(TRI_SYS_IN_NODE + kept - 1);
}

/* The expression of `root` over a piece. */
static known begin(expression *x, bundle *b, const tri_op *statement, source *sources, int n_sources, const tri_value *root, const piece *p)
{
    *x = (expression){.b = b,
                      .statement = statement,
                      .sources = sources,
                      .n_sources = n_sources,
                      .row = p->row,
                      .n_rows = p->rows,
                      .column = p->block * LANES,
                      .n_columns = p->lanes};
    known result = say(x, root);
    if (!x->full) tidy(x, &result);
    return result;
}

static void emit_map(bundle *b, expression *x, const view *into, const piece *p)
{
    tri_systolic_instruction map = tri_systolic_make(TRI_SYS_MAP);
    uint32_t third = 0;
    for (int k = 0; k < x->n_inputs; k++)
        if (!tri_dtype_is_float(tri_systolic_dtype_base(x->sources[x->inputs[k]].v.dtype)))
            bundle_fail(b, x->statement, TRI_UNSUPPORTED, "expressions of integer tiles are not lowered in scheduled programs for %s", b->chip.name);
    map.ap_dst = view_piece(b, into, p, &map.dst);
    if (!x->n_inputs) { /* the op wants a source, whatever is in it */
        tri_systolic_instruction set = tri_systolic_make(TRI_SYS_MEMSET);
        set.dst = map.dst;
        set.ap_dst = map.ap_dst;
        set.ap_src1 = TRI_SYS_IMMEDIATE;
        stream_add(b, STREAM_V, &set, 0);
        map.src0 = map.dst;
        map.ap_src0 = map.ap_dst;
    }
    if (x->n_inputs > 0) map.ap_src0 = view_piece(b, &x->sources[x->inputs[0]].v, p, &map.src0);
    if (x->n_inputs > 1) map.ap_src1 = view_piece(b, &x->sources[x->inputs[1]].v, p, &map.src1);
    if (x->n_inputs > 2) map.x = view_piece(b, &x->sources[x->inputs[2]].v, p, &third);
    int expr = tri_systolic_intern_expr(b->program, &x->e);
    if (expr < 0) bundle_fail(b, x->statement, TRI_UNSUPPORTED, "%s needs more than 256 expressions on %s", b->func->name, b->chip.name);
    map.fn = (uint8_t)(expr < 0 ? 0 : expr);
    stream_add(b, STREAM_V, &map, third);
}

static int64_t ops_below(const expression *x, const tri_value *value)
{
    for (int k = 0; k < x->n_sources; k++)
        if (x->sources[k].value == value) return 0;
    int64_t n = 1;
    for (uint32_t i = 0; i < value->op->n_operands && n < EXACT; i++) n += ops_below(x, value->op->operands[i]);
    return n;
}

static bool evaluate(bundle *b, const tri_op *statement, source *sources, int *n_sources, const tri_value *root, const view *into);

/* The largest operand of `root` gets memory of its own. */
static bool cut(bundle *b, const expression *x, const tri_op *statement, source *sources, int *n_sources, const tri_value *root, const view *into)
{
    const tri_value *largest = NULL;
    int64_t most = 0;
    for (uint32_t i = 0; root->op && i < root->op->n_operands; i++) {
        int64_t n = ops_below(x, root->op->operands[i]);
        if (n <= most || root->op->operands[i]->op->kind == TRI_SCALAR_CONSTANT) continue;
        most = n;
        largest = root->op->operands[i];
    }
    if (!largest || *n_sources == MOST_SOURCES) {
        bundle_fail(b, statement, TRI_UNSUPPORTED, "the region does not fit into expressions of %s", b->chip.name);
        return false;
    }
    view v = into->spread ? view_new(b, statement, into->dims, TRI_SYS_F32) : view_plain(b, statement, into->dims, TRI_SYS_F32);
    if (b->error || !evaluate(b, statement, sources, n_sources, largest, &v)) return false;
    sources[(*n_sources)++] = (source){largest, v};
    return true;
}

static bool evaluate(bundle *b, const tri_op *statement, source *sources, int *n_sources, const tri_value *root, const view *into)
{
    expression space, *x = &space;
    piece whole = {.rows = into->dims[0], .lanes = into->dims[1]};
    known result = begin(x, b, statement, sources, *n_sources, root, &whole);
    while (x->full && !b->error) {
        if (!cut(b, x, statement, sources, n_sources, root, into)) return false;
        result = begin(x, b, statement, sources, *n_sources, root, &whole);
    }
    if (b->error) return false;
    if (!x->coordinates && result.constant) {
        bundle_set(b, into, result.low);
    } else if (!x->coordinates && !x->e.n_nodes) {
        bundle_copy(b, statement, into, &sources[x->inputs[result.code]].v);
    } else if (!x->coordinates) {
        for (piece p = {0}; view_next(into, PIECE, &p) && !b->error;) emit_map(b, x, into, &p);
    } else { /* a block at a time, so that the partition tells the column */
        for (piece p = {0}; view_next(into, into->dims[0] < PIECE ? into->dims[0] : PIECE, &p) && !b->error;) {
            result = begin(x, b, statement, sources, *n_sources, root, &p);
            view part = view_part(b, statement, into, (const int64_t[]){p.row, p.block * LANES}, (const int64_t[]){p.rows, p.lanes});
            if (result.constant)
                bundle_set(b, &part, result.low);
            else if (x->e.n_nodes)
                emit_map(b, x, into, &p);
            else {
                const view *from = &sources[x->inputs[result.code]].v;
                tri_systolic_instruction copy = tri_systolic_make(TRI_SYS_COPY);
                copy.ap_dst = view_piece(b, into, &p, &copy.dst);
                copy.ap_src0 = view_piece(b, from, &p, &copy.src0);
                stream_add(b, STREAM_V, &copy, 0);
            }
        }
    }
    return !b->error;
}

void bundle_map_into(bundle *b, const tri_op *op, uint32_t result, const view *into)
{
    source sources[MOST_SOURCES];
    int n = 0;
    const tri_block *region = op->regions[0];
    if (op->n_operands > MOST_SOURCES / 2) {
        bundle_fail(b, op, TRI_UNSUPPORTED, "a map of more than %d tiles", MOST_SOURCES / 2);
        return;
    }
    for (uint32_t i = 0; i < op->n_operands && !b->error; i++)
        sources[n++] = (source){region->args[i], settle(b, op, &b->views[op->operands[i]->id])};
    if (!b->error) evaluate(b, op, sources, &n, region->last->operands[result], into);
    for (int i = 0; i < n; i++) view_drop(b, &sources[i].v);
}

bool map_widens(const bundle *b, const tri_op *op)
{
    const tri_op *convert = op->regions[0]->first;
    if (op->n_results != 1 || op->n_operands != 1 || convert->kind != TRI_SCALAR_CONVERT || convert->next != op->regions[0]->last) return false;
    const view *v = &b->views[op->operands[0]->id];
    int64_t dims[2];
    normal_shape(&op->results[0]->type, dims);
    return op->results[0]->type.dtype == TRI_F32 && tri_dtype_is_float((tri_dtype)op->operands[0]->type.dtype) && !v->map && v->dims[0] == dims[0] &&
           v->dims[1] == dims[1];
}

bool map_can_wait(const bundle *b, const tri_op *op)
{
    if (op->n_results != 1 || b->uses[op->results[0]->id] != 1) return false;
    const tri_op *user = b->last_use[op->results[0]->id];
    if (user->kind != TRI_SCHED_STORE_INTO || user->parent != op->parent) return false;
    for (uint32_t i = 0; i < op->n_operands; i++) {
        const view *v = &b->views[op->operands[i]->id];
        if (v->map || (!v->constant && v->memory < 0)) return false; /* a slot may be gone by then */
    }
    return true;
}

/* ---- copies ---- */

void bundle_set(bundle *b, const view *into, double value)
{
    float single = (float)value;
    for (piece p = {0}; view_next(into, PIECE, &p) && !b->error;) {
        tri_systolic_instruction set = tri_systolic_make(TRI_SYS_MEMSET);
        set.ap_dst = view_piece(b, into, &p, &set.dst);
        set.ap_src1 = TRI_SYS_IMMEDIATE;
        if (tri_dtype_is_float(tri_systolic_dtype_base(into->dtype)))
            memcpy(&set.src1, &single, 4);
        else
            set.src1 = (uint32_t)(int32_t)value;
        stream_add(b, STREAM_V, &set, 0);
    }
}

void bundle_copy(bundle *b, const tri_op *op, const view *into, const view *from)
{
    if (from->constant) {
        bundle_set(b, into, from->value);
        return;
    }
    view settled = settle(b, op, from);
    for (piece p = {0}; view_next(into, PIECE, &p) && !b->error;) {
        tri_systolic_instruction copy = tri_systolic_make(TRI_SYS_COPY);
        copy.ap_dst = view_piece(b, into, &p, &copy.dst);
        copy.ap_src0 = view_piece(b, &settled, &p, &copy.src0);
        stream_add(b, STREAM_V, &copy, 0);
    }
    view_drop(b, &settled);
}

/* Blocks of 128 x 128 through the transposing unit. */
static view straightened(bundle *b, const tri_op *op, const view *v)
{
    view to = view_plain(b, op, v->dims, v->dtype);
    for (int64_t r = 0; r < v->dims[0] && !b->error; r += LANES) {
        for (int64_t c = 0; c < v->dims[1] && !b->error; c += LANES) {
            int64_t n_r = v->dims[0] - r < LANES ? v->dims[0] - r : LANES, n_c = v->dims[1] - c < LANES ? v->dims[1] - c : LANES;
            tri_systolic_instruction turn = tri_systolic_make(TRI_SYS_XPOSE);
            tri_systolic_ap src = tri_systolic_tile(TRI_SYS_SP, (tri_systolic_dtype)v->dtype, (int)n_r, (int)n_c),
                            dst = tri_systolic_tile(TRI_SYS_SP, (tri_systolic_dtype)v->dtype, (int)n_c, (int)n_r);
            turn.src0 = TRI_SYS_AT(0, v->byte + r / LANES * v->stride + c * view_size(v));
            turn.dst = TRI_SYS_AT(0, to.byte + c / LANES * to.stride + r * view_size(v));
            turn.ap_src0 = ap_of(b, &src);
            turn.ap_dst = ap_of(b, &dst);
            stream_add(b, STREAM_X, &turn, 0);
        }
    }
    return to;
}

view settle(bundle *b, const tri_op *op, const view *v)
{
    view now = *v;
    view_keep(b, &now);
    if (b->error || v->constant) return now;
    if (now.turned) {
        now = straightened(b, op, v);
        view_drop(b, v);
    }
    if (now.dims[1] != 1 || now.spread || b->error) return now;
    view wide = view_new(b, op, now.dims, now.dtype);
    for (int64_t r = 0; r < now.dims[0] && !b->error; r += PIECE) {
        piece p = {.row = r, .rows = now.dims[0] - r < PIECE ? now.dims[0] - r : PIECE, .groups = 1, .lanes = 1};
        tri_systolic_instruction copy = tri_systolic_make(TRI_SYS_COPY);
        copy.flags = TRI_SYS_T;
        copy.ap_src0 = view_piece(b, &now, &p, &copy.src0);
        p.lanes = LANES;
        copy.ap_dst = view_piece(b, &wide, &p, &copy.dst);
        stream_add(b, STREAM_X, &copy, 0);
    }
    view_drop(b, &now);
    return wide;
}

/* ---- reductions ---- */

static tri_systolic_instruction reduction(bundle *b, unsigned alu_op, const view *to, const piece *into, const view *from, const piece *of)
{
    tri_systolic_instruction red = tri_systolic_make(TRI_SYS_RED);
    red.fn = TRI_SYS_ALU_FN(alu_op, TRI_SYS_ALU_NONE);
    red.ap_dst = view_piece(b, to, into, &red.dst);
    red.ap_src0 = view_piece(b, from, of, &red.src0);
    return red;
}

/* Along the columns, for some rows: blocks onto `partial` in the vector unit, its lanes in the lane unit. */
static void fold_rows(bundle *b, unsigned alu_op, const view *result, const view *partial, const view *from, int64_t row, int64_t n_rows)
{
    int64_t full = from->dims[1] / LANES, left = from->dims[1] % LANES;
    piece blocks = {.row = row, .rows = n_rows, .groups = full, .lanes = LANES, .groups_inside = true};
    piece one = {.row = row, .rows = n_rows, .groups = 1, .lanes = LANES},
          rest = {.row = row, .rows = n_rows, .block = full, .groups = 1, .lanes = left};
    if (partial) {
        tri_systolic_instruction red = reduction(b, alu_op, partial, &one, from, &blocks);
        stream_add(b, STREAM_V, &red, 0);
        if (left) {
            tri_systolic_instruction add = tri_systolic_make(TRI_SYS_TT);
            piece lanes = one;
            lanes.lanes = left;
            add.fn = TRI_SYS_ALU_FN(alu_op, TRI_SYS_ALU_NONE);
            add.ap_dst = view_piece(b, partial, &lanes, &add.dst);
            add.src0 = add.dst;
            add.ap_src0 = add.ap_dst;
            add.ap_src1 = view_piece(b, from, &rest, &add.src1);
            stream_add(b, STREAM_V, &add, 0);
        }
    }
    tri_systolic_instruction lanes =
        partial ? reduction(b, alu_op, result, &one, partial, &one) : reduction(b, alu_op, result, &one, from, full ? &one : &rest);
    lanes.flags = TRI_SYS_T;
    stream_add(b, STREAM_X, &lanes, 0);
}

view bundle_reduce(bundle *b, const tri_op *op)
{
    const tri_value *operand = op->operands[0];
    bool along_columns = operand->type.rank < 2 || tri_op_integer(op, "dim", 0) == 1;
    unsigned alu_op = op->n_operands == 1 ? single_alu(op->regions[0], false) : TRI_SYS_ALU_NONE;
    view result = {.memory = NO_MEMORY_COUNTED};
    int64_t dims[2];
    normal_shape(&op->results[0]->type, dims);
    if (alu_op == TRI_SYS_ALU_NONE || !tri_dtype_is_float((tri_dtype)operand->type.dtype)) {
        bundle_fail(b, op, TRI_UNSUPPORTED, "reductions on %s add, multiply, or take the largest or smallest of floats", b->chip.name);
        return result;
    }
    view from = settle(b, op, &b->views[operand->id]);
    if (from.constant) {
        from = view_new(b, op, from.dims, (unsigned)sys_dtype_of(b, op, operand->type.dtype));
        bundle_set(b, &from, b->views[operand->id].value);
    }
    result = view_new(b, op, dims, (unsigned)sys_dtype_of(b, op, op->results[0]->type.dtype));
    int64_t full = from.dims[1] / LANES, left = from.dims[1] % LANES;
    if (b->error || (along_columns ? from.dims[1] : from.dims[0]) == 1) {
        bundle_copy(b, op, &result, &from);
    } else if (along_columns) {
        enum { STEP = 32 }; /* rows of two bytes in a granule of the race detector */
        int64_t most = full > 1 ? 2 * PIECE / full / STEP * STEP : PIECE;
        bool folds = full + (left != 0) > 1;
        view partial = {.memory = NO_MEMORY_COUNTED};
        if (folds) partial = view_plain(b, op, (const int64_t[]){from.dims[0], LANES}, TRI_SYS_F32);
        if (most < STEP) most = STEP;
        for (int64_t r = 0; r < from.dims[0] && !b->error; r += most)
            fold_rows(b, alu_op, &result, folds ? &partial : NULL, &from, r, from.dims[0] - r < most ? from.dims[0] - r : most);
        view_drop(b, &partial);
    } else {
        for (piece p = {0}; view_next(&result, from.dims[0] < 4 * PIECE ? 4 * PIECE / from.dims[0] : 1, &p) && !b->error;) {
            piece column = p;
            column.row = 0;
            column.rows = from.dims[0];
            tri_systolic_instruction red = reduction(b, alu_op, &result, &p, &from, &column);
            stream_add(b, STREAM_V, &red, 0);
        }
    }
    view_drop(b, &from);
    return result;
}
