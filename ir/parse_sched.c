/* ir/parse_sched.c - scheduled programs in text (docs/scheduled-programs.md): their head and the statements that they add to those of tile programs.
 *
 *     scheduled @name(%A: in buf<..>, ...) programs 128 workers 132 cluster 1 { statements }
 *     %q = ring depth 4 place acc private multicast : ring<64x64xbf16> @q        %t = turns @t
 *     role @load copy[1] (%i, %rank) regs 40 { statements }                      work (%p) { statements }
 *     load_into %q[%o, %o], %A[window] fill 0.0 multicast @ld                    store_into %t -> %q[%o, %o] @st
 *     %a = await %q : tile<..>     %b = part %a[%o, %o] : tile<..>               %f = read %a : tile<..>
 *     acquire %q    publish %q    release %q    join 1    take %t    give %t
 *
 * Offsets may be index expressions, which are expanded in front of the statement. */
#include "ir/parse_tile.h"
#include "ir/sched.h"

enum { MOST_RANKS = 64 };

/* A number between two bounds, behind a word that has been read. */
static bool parse_number_in(tri_parser *p, const char *what, int64_t low, int64_t high, int64_t *out)
{
    tri_token at = p->token;
    if (!tri_parse_integer(p, out)) return false;
    if (*out >= low && *out <= high) return true;
    return tri_parse_fail(p, &at, "%s is %lld to %lld, not %lld", what, (long long)low, (long long)high, (long long)*out);
}

static void set_integer(tri_parser *p, tri_op *op, const char *name, int64_t value)
{
    tri_op_set_attr(p->module, op, name, tri_attr_integer(p->module, value));
}

static void set_unit(tri_parser *p, tri_op *op, const char *name, bool present)
{
    if (present) tri_op_set_attr(p->module, op, name, tri_attr_unit(p->module));
}

/* [%i, %j * 16]: index values that become operands. */
static bool parse_offsets(tri_parser *p, tri_draft *d)
{
    if (!tri_parse_expect(p, '[', "[ and an offset for each dimension")) return false;
    for (int n = 0; p->token.kind != ']'; n++) {
        tri_value *offset;
        if (n == TRI_MAX_RANK) return tri_parse_fail(p, &p->token, "more than %d offsets", TRI_MAX_RANK);
        if (!tri_parse_index_value(p, d->block, 0, &offset)) return false;
        TRI_PUSH(&p->scratch, &d->operands, offset);
        if (!tri_parse_accept(p, ',')) break;
    }
    return tri_parse_expect(p, ']', "] or ,");
}

static bool parse_ring(tri_parser *p, tri_draft *d)
{
    int64_t depth;
    bool is_private = false, multicast = false, acc = false;
    if (!tri_parse_accept_word(p, "depth")) return tri_parse_fail(p, &p->token, "expected depth and how many slots the ring has");
    if (!parse_number_in(p, "a depth", 1, 1 << 16, &depth)) return false;
    if (tri_parse_accept_word(p, "place")) {
        acc = tri_parse_accept_word(p, "acc");
        if (!acc && !tri_parse_accept_word(p, "stage")) return tri_parse_fail(p, &p->token, "a ring's place is stage or acc");
    }
    is_private = tri_parse_accept_word(p, "private");
    multicast = tri_parse_accept_word(p, "multicast");
    if (!tri_parse_types(p, d) || !tri_parse_label(p, d)) return false;
    tri_op *op = tri_parse_finish(p, d, TRI_SCHED_RING);
    if (!op) return false;
    set_integer(p, op, "depth", depth);
    if (acc) tri_op_set_attr(p->module, op, "place", tri_attr_word(p->module, "acc"));
    set_unit(p, op, "private", is_private);
    set_unit(p, op, "multicast", multicast);
    return tri_parse_bind_results(p, d, op);
}

static bool parse_turns(tri_parser *p, tri_draft *d)
{
    TRI_PUSH(&p->scratch, &d->types, ((tri_type){.kind = TRI_TYPE_TURNS}));
    return tri_parse_finish_plain(p, d, TRI_SCHED_TURNS);
}

/* (%i, %rank) { statements }: `n` index arguments. The statements stand behind what `op` still reads. */
static bool parse_arguments(tri_parser *p, int n, tri_token *out_names)
{
    if (!tri_parse_expect(p, '(', "( and the arguments of the region")) return false;
    for (int i = 0; i < n; i++) {
        if (i && !tri_parse_expect(p, ',', ", and another argument")) return false;
        out_names[i] = p->token;
        if (!tri_parse_expect(p, TRI_TOKEN_VALUE, "an argument such as %i")) return false;
    }
    return tri_parse_expect(p, ')', ")");
}

static bool parse_region(tri_parser *p, tri_op *op, int n, const tri_token *names)
{
    if (!tri_parse_expect(p, '{', "{ and statements") || !tri_parse_enter(p)) return false;
    tri_block *region = tri_op_add_region(p->func, op);
    size_t mark = tri_parse_open_scope(p);
    bool good = true;
    for (int i = 0; i < n && good; i++) good = tri_parse_add_arg(p, region, &names[i], tri_index_type());
    if (good) tri_parse_statements(p, region, false);
    tri_parse_close_scope(p, mark);
    tri_parse_leave(p);
    return good && tri_parse_expect(p, '}', "} at the end of the statements");
}

static bool parse_role(tri_parser *p, tri_draft *d)
{
    tri_token names[2];
    int64_t instances, regs = 0;
    if (p->token.kind != TRI_TOKEN_SYMBOL) return tri_parse_expect(p, TRI_TOKEN_SYMBOL, "the role's name such as @load");
    if (!tri_parse_label(p, d)) return false;
    tri_unit unit = 0;
    while (unit < TRI_UNITS && !tri_parse_is_word(p, tri_unit_name(unit))) unit++;
    if (unit == TRI_UNITS) return tri_parse_fail(p, &p->token, "expected a unit: threads, copy, matrix, vector, scalar, general or core");
    tri_parse_advance(p);
    if (!tri_parse_expect(p, '[', "[ and how many instances the role has") || !parse_number_in(p, "the number of instances", 1, 1024, &instances) ||
        !tri_parse_expect(p, ']', "]") || !parse_arguments(p, 2, names))
        return false;
    if (tri_parse_accept_word(p, "regs") && !parse_number_in(p, "the number of registers", 0, 1 << 16, &regs)) return false;
    tri_op *op = tri_parse_finish(p, d, TRI_SCHED_ROLE);
    if (!op) return false;
    tri_op_set_attr(p->module, op, "unit", tri_attr_word(p->module, tri_unit_name(unit)));
    set_integer(p, op, "instances", instances);
    if (regs) set_integer(p, op, "regs", regs);
    return parse_region(p, op, 2, names);
}

static bool parse_work(tri_parser *p, tri_draft *d)
{
    tri_token names[1];
    if (!parse_arguments(p, 1, names) || !tri_parse_label(p, d)) return false;
    tri_op *op = tri_parse_finish(p, d, TRI_SCHED_WORK);
    return op && parse_region(p, op, 1, names);
}

static bool parse_load_into(tri_parser *p, tri_draft *d)
{
    tri_window_dim dims[TRI_MAX_RANK];
    uint32_t rank;
    double fill = 0;
    if (!tri_parse_operand(p, d) || !parse_offsets(p, d) || !tri_parse_expect(p, ',', ", and the window that is loaded")) return false;
    if (!tri_parse_window(p, d, dims, &rank)) return false;
    if (tri_parse_accept_word(p, "fill") && !tri_parse_number(p, &fill)) return false;
    bool multicast = tri_parse_accept_word(p, "multicast");
    if (!tri_parse_label(p, d)) return false;
    tri_op *op = tri_parse_finish(p, d, TRI_SCHED_LOAD_INTO);
    if (!op) return false;
    tri_parse_set_window(p, op, rank, dims);
    tri_op_set_attr(p->module, op, "fill", tri_attr_number(p->module, TRI_F64, fill));
    set_unit(p, op, "multicast", multicast);
    return true;
}

static bool parse_store_into(tri_parser *p, tri_draft *d)
{
    return tri_parse_operand(p, d) && tri_parse_expect(p, TRI_TOKEN_ARROW, "-> and where to") && tri_parse_operand(p, d) && parse_offsets(p, d) &&
           tri_parse_finish_plain(p, d, TRI_SCHED_STORE_INTO);
}

static bool parse_join(tri_parser *p, tri_draft *d)
{
    int64_t lag;
    if (!parse_number_in(p, "how many mma a join leaves under way", 0, 1 << 16, &lag) || !tri_parse_label(p, d)) return false;
    tri_op *op = tri_parse_finish(p, d, TRI_SCHED_JOIN);
    if (op) set_integer(p, op, "lag", lag);
    return op != NULL;
}

bool tri_parse_sched_statement(tri_parser *p, tri_draft *d, tri_op_kind kind)
{
    switch ((int)kind) {
    case TRI_SCHED_RING: return parse_ring(p, d);
    case TRI_SCHED_TURNS: return parse_turns(p, d);
    case TRI_SCHED_ROLE: return parse_role(p, d);
    case TRI_SCHED_WORK: return parse_work(p, d);
    case TRI_SCHED_LOAD_INTO: return parse_load_into(p, d);
    case TRI_SCHED_STORE_INTO: return parse_store_into(p, d);
    case TRI_SCHED_PART: return tri_parse_operand(p, d) && parse_offsets(p, d) && tri_parse_types(p, d) && tri_parse_finish_plain(p, d, kind);
    case TRI_SCHED_AWAIT:
    case TRI_SCHED_READ: return tri_parse_operand(p, d) && tri_parse_types(p, d) && tri_parse_finish_plain(p, d, kind);
    case TRI_SCHED_JOIN: return parse_join(p, d);
    default: /* acquire, publish, release, take, give */ return tri_parse_operand(p, d) && tri_parse_finish_plain(p, d, kind);
    }
}

/* programs 128 workers 132 cluster 2; what is left out: one program, one a program, 1. */
static bool parse_extent(tri_parser *p, tri_func *func)
{
    int64_t cluster = 1;
    func->programs = 1;
    if (tri_parse_accept_word(p, "programs") && !parse_number_in(p, "the number of programs", 1, (int64_t)1 << 40, &func->programs)) return false;
    if (tri_parse_accept_word(p, "workers") && !parse_number_in(p, "the number of workers", 0, (int64_t)1 << 40, &func->workers)) return false;
    if (tri_parse_accept_word(p, "cluster") && !parse_number_in(p, "a cluster", 1, MOST_RANKS, &cluster)) return false;
    func->cluster = (int32_t)cluster;
    return true;
}

bool tri_parse_scheduled(tri_parser *p)
{
    tri_parse_advance(p);
    tri_token at = p->token;
    tri_name *name;
    if (!tri_parse_symbol(p, &name)) return false;
    if (name->func) return tri_parse_fail(p, &at, "@%s is defined a second time", name->text);
    tri_func *func = p->func = name->func = tri_scheduled_create(p->module, name->text, 1, 0, 1);
    func->loc = tri_parse_loc(p, &at);
    uint32_t isolated = p->isolated_depth;
    size_t mark = tri_parse_open_scope(p);
    p->isolated_depth = p->depth;
    bool good = tri_parse_buffers(p, func) && parse_extent(p, func) && tri_parse_expect(p, '{', "{ and the rings and roles") && tri_parse_enter(p);
    if (good) {
        tri_parse_statements(p, func->body, false);
        tri_parse_leave(p);
        good = tri_parse_expect(p, '}', "} at the end of the scheduled program");
    }
    tri_parse_close_scope(p, mark);
    p->isolated_depth = isolated;
    p->func = NULL;
    return good;
}
