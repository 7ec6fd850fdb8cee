/* targets/layout/solve.c - tries every instruction and orientation for every group of mma (chain.h), and adds up what does not fit. Costs of pairs of
 * layouts are computed once. Guarantees: a bounded number of looks at uses of tiles, whatever the program. */
#include "targets/layout/chain.h"

#include <string.h>

enum { MOST_GROUPS = 6, MOST_LOOKS = 1 << 25, LAYOUTS = 2 * TRI_MOST_PRODUCTS, UNKNOWN = -1 };

/* A layout of a class: number of a product, twice, and one more where the class is the transpose of its result. */
typedef int layout;

/* The mma whose results meet in one class and that multiply the same dtype. */
typedef struct group {
    uint32_t class;
    tri_dtype operand, result;
    const tri_op *first;
    int n;
    layout choices[LAYOUTS], now, best;
} group;

/* A class of vectors: the links that fold into it or spread it, of matrices that have a layout. */
typedef struct vector {
    TRI_VEC(const tri_chain_link *) links;
} vector;

typedef struct solver {
    tri_arena *arena;
    const tri_chain_limits *limits;
    tri_chain_graph graph;
    tri_chain *chain;
    tri_layout_costs costs;
    int n_products, n_groups;
    group groups[MOST_GROUPS];
    int *group_of_class; /* the first; UNKNOWN: no product, so it lies wherever it is wanted */
    int *group_of_mma;   /* by index in graph.results */
    TRI_VEC(vector) vectors;
    int8_t operand[LAYOUTS][LAYOUTS][2]; /* of a class's layout, product * 2 + turned, left or right: a conversion */
    int8_t vector[LAYOUTS][LAYOUTS];     /* whether one vector is where the other is wanted: the folded dimension is the columns */
} solver;

static tri_fragment fragment_of(const solver *s, layout l)
{
    tri_fragment f = s->chain->products[l / 2].d;
    f.turned ^= l & 1;
    return f;
}

/* ---- pairs ---- */

/* An operand in the frame of (its own dimension, k). */
static const tri_operand *operand_of(const tri_product *product, bool turned, bool right, tri_fragment *out)
{
    const tri_operand *operand = right != turned ? &product->b : &product->a;
    *out = operand->fragment;
    if (operand == &product->b) *out = tri_fragment_turned(*out);
    return operand;
}

/* A class in layout `from`, seen with k across, as an operand in registers. */
static tri_conversion operand_conversion(solver *s, layout from, int product, bool turned, bool right, tri_chain_edge *edge)
{
    int8_t *known = &s->operand[from][product * 2 + turned][right];
    if (*known != UNKNOWN && !edge) return (tri_conversion)*known;
    tri_fragment a = fragment_of(s, from), b;
    const tri_operand *operand = operand_of(&s->chain->products[product], turned, right, &b);
    if (!operand->registers) return *known = TRI_CONVERT_STAGE;
    tri_fragment_meet(&a, &b);
    int order[TRI_FRAGMENT_SIDE];
    tri_conversion conversion = tri_fragment_convert(&a, &b, 1, order);
    *known = (int8_t)conversion;
    if (edge && conversion <= TRI_CONVERT_ORDER) {
        edge->n_order = tri_fragment_columns(&b);
        edge->order = memcpy(tri_arena_alloc(s->arena, (size_t)edge->n_order * sizeof *order), order, (size_t)edge->n_order * sizeof *order);
    }
    return conversion;
}

static bool vector_in_place(solver *s, layout from, layout to)
{
    int8_t *known = &s->vector[from][to];
    if (*known == UNKNOWN) {
        tri_fragment a = fragment_of(s, from), b = fragment_of(s, to);
        tri_fragment_meet(&a, &b);
        *known = tri_fragment_vector_in_place(&a, &b, 1);
    }
    return *known;
}

/* ---- edges ---- */

static void charge(solver *s, int *total, const tri_chain_link *link, tri_chain_edge edge, bool record)
{
    *total += edge.cost;
    if (!record) return;
    edge.op = link->op;
    edge.use = link->use;
    TRI_PUSH(s->arena, &s->chain->edges, edge);
}

static int group_of_spot(const solver *s, const tri_chain_spot *spot)
{
    return spot->home == TRI_HOME_CLASS ? s->group_of_class[spot->class] : UNKNOWN;
}

static bool reads_staged(const tri_operand *operand, const tri_chain_spot *spot, bool right)
{
    bool contracted = right == spot->turned; /* the last dimension of a left operand is k, of a right one its own */
    return operand->staged & (contracted ? TRI_STAGED_CONTRACTED : TRI_STAGED_OTHER);
}

/* One operand of an mma. A permutation of k is free where the other operand is staged and either read by addresses of the lanes or relaid anyway. */
static tri_chain_edge operand_edge(solver *s, const tri_chain_link *link, const tri_chain_link *other, const group *g, bool turned, bool record)
{
    bool right = link->use == TRI_CHAIN_RIGHT;
    const tri_product *product = &s->chain->products[g->now / 2];
    tri_fragment ignored;
    const tri_operand *operand = operand_of(product, turned, right, &ignored), *opposite = operand_of(product, turned, !right, &ignored);
    tri_chain_edge edge = {.staged = link->from.home == TRI_HOME_STAGED};
    int home = group_of_spot(s, &link->from);
    if (edge.staged) {
        edge.conversion = reads_staged(operand, &link->from, right) ? TRI_CONVERT_NOTHING : TRI_CONVERT_STAGE;
    } else if (home == UNKNOWN && (link->from.home == TRI_HOME_ANY || !s->limits->like_results)) {
        edge.conversion = operand->registers || link->from.home == TRI_HOME_ANY ? TRI_CONVERT_NOTHING : TRI_CONVERT_STAGE;
    } else {
        layout own = g->now / 2 * 2 + turned, from = (home == UNKNOWN ? own : s->groups[home].now ^ link->from.turned) ^ right;
        edge.conversion = operand_conversion(s, from, g->now / 2, turned, right, record ? &edge : NULL);
        bool absorbs = other->from.home == TRI_HOME_STAGED && (opposite->addressed || !reads_staged(opposite, &other->from, !right));
        if (edge.conversion == TRI_CONVERT_ORDER && !absorbs) edge.conversion = TRI_CONVERT_STAGE;
    }
    edge.cost = s->costs.conversion[edge.conversion];
    return edge;
}

static int cost_of_mmas(solver *s, bool record)
{
    int total = 0;
    size_t at = 0;
    for (size_t i = 0; i < s->graph.results.n; i++) {
        const tri_chain_link *result = &s->graph.results.at[i];
        const group *g = &s->groups[s->group_of_mma[i]];
        bool turned = (g->now & 1) ^ result->from.turned;
        while (s->graph.links.at[at].op != result->op) at++;
        const tri_chain_link *left = &s->graph.links.at[at], *right = left + 1;
        if (record) TRI_PUSH(s->arena, &s->chain->mmas, ((tri_chain_mma){result->op, &s->chain->products[g->now / 2], turned}));
        charge(s, &total, left, operand_edge(s, left, right, g, turned, record), record);
        charge(s, &total, right, operand_edge(s, right, left, g, turned, record), record);
        const group *first = &s->groups[s->group_of_class[result->from.class]];
        if (first == g) continue;
        tri_fragment from = fragment_of(s, g->now), to = fragment_of(s, first->now);
        tri_fragment_meet(&from, &to);
        tri_conversion conversion = tri_fragment_convert(&from, &to, 1, NULL);
        if (conversion == TRI_CONVERT_ORDER) conversion = TRI_CONVERT_EXCHANGE; /* nothing absorbs it here */
        tri_chain_link meet = {.op = result->op, .use = TRI_CHAIN_MEET};
        charge(s, &total, &meet, (tri_chain_edge){.conversion = conversion, .cost = s->costs.conversion[conversion]}, record);
    }
    return total;
}

/* The layout of the matrix at the end of a link, turned so that its columns are what is folded. */
static layout folded(const solver *s, const tri_chain_link *link)
{
    return s->groups[group_of_spot(s, &link->from)].now ^ link->from.turned ^ (link->dim == 0);
}

/* With the vector where `l` leaves it. */
static int cost_of_vector(solver *s, const vector *v, layout l, bool record)
{
    int total = 0;
    for (size_t i = 0; i < v->links.n; i++) {
        const tri_chain_link *link = v->links.at[i];
        layout here = folded(s, link);
        bool folds = link->use == TRI_CHAIN_FOLD, in_place = folds ? vector_in_place(s, here, l) : vector_in_place(s, l, here);
        tri_chain_edge edge = {.conversion = in_place ? TRI_CONVERT_NOTHING : TRI_CONVERT_EXCHANGE};
        edge.cost = s->costs.conversion[edge.conversion];
        if (folds) {
            tri_fragment f = fragment_of(s, here);
            int exchanges = tri_fragment_exchanges(&f, 1);
            edge.cost += s->costs.fold * (s->costs.folds_at_once ? exchanges > 0 : exchanges);
        }
        charge(s, &total, link, edge, record);
    }
    return total;
}

/* A vector lies where one of its links leaves or wants it: the best of them. */
static int cost_of_vectors(solver *s, bool record)
{
    int total = 0;
    for (size_t k = 0; k < s->vectors.n; k++) {
        const vector *v = &s->vectors.at[k];
        bool tried[LAYOUTS] = {false};
        int least = INT32_MAX;
        layout best = UNKNOWN;
        for (size_t i = 0; i < v->links.n; i++) {
            layout l = folded(s, v->links.at[i]);
            if (tried[l]) continue;
            tried[l] = true;
            int cost = cost_of_vector(s, v, l, false);
            if (cost >= least) continue;
            least = cost;
            best = l;
        }
        if (best != UNKNOWN) total += cost_of_vector(s, v, best, record);
    }
    return total;
}

/* How much one access moves of a row in memory; on partitions, whether the lanes are those that memory fills. */
static int cost_of_stores(solver *s, bool record)
{
    int total = 0;
    for (size_t i = 0; i < s->graph.links.n; i++) {
        const tri_chain_link *link = &s->graph.links.at[i];
        if (link->use != TRI_CHAIN_STORE || group_of_spot(s, &link->from) == UNKNOWN) continue;
        const group *g = &s->groups[group_of_spot(s, &link->from)];
        tri_fragment f = fragment_of(s, g->now ^ link->from.turned);
        tri_chain_edge edge = {.conversion = TRI_CONVERT_NOTHING};
        if (s->costs.access) {
            int bytes = tri_fragment_run(&f, 1) * (int)tri_dtype_bytes((tri_dtype)link->op->operands[0]->type.dtype);
            edge.cost = bytes < 16 ? s->costs.access * (16 / bytes - 1) : 0;
        } else {
            bool minor_on_lanes = tri_fragment_exchanges(&f, 1) > 0, memory_has = s->chain->products[g->now / 2].a.staged & TRI_STAGED_CONTRACTED;
            if (minor_on_lanes != memory_has) edge.conversion = TRI_CONVERT_STAGE;
            edge.cost = s->costs.conversion[edge.conversion];
        }
        charge(s, &total, link, edge, record);
    }
    return total;
}

static int cost_of_all(solver *s, bool record) { return cost_of_mmas(s, record) + cost_of_vectors(s, record) + cost_of_stores(s, record); }

/* ---- choices ---- */

static bool covers(const tri_product *p, const tri_op *op, bool turned)
{
    const tri_type *a = &op->operands[0]->type, *d = &op->results[0]->type;
    return d->dims[turned] % p->m == 0 && d->dims[!turned] % p->n == 0 && a->dims[1] % p->k == 0;
}

/* Instructions that cover the tiles exactly, or, where none does, all: what they cover beyond a tile is zero. */
static void find_choices(solver *s, int number, bool exactly)
{
    group *g = &s->groups[number];
    uint8_t allowed = s->limits->orientations ? s->limits->orientations : TRI_CHAIN_AS_WRITTEN | TRI_CHAIN_TURNED;
    for (int p = 0; p < s->n_products; p++) {
        const tri_product *product = &s->chain->products[p];
        if (product->operand != g->operand || product->result != g->result) continue;
        for (int turned = 0; turned < 2; turned++) {
            bool fits = true;
            for (size_t i = 0; i < s->graph.results.n && fits; i++) {
                if (s->group_of_mma[i] != number) continue;
                bool here = turned ^ s->graph.results.at[i].from.turned;
                fits = (allowed & (here ? TRI_CHAIN_TURNED : TRI_CHAIN_AS_WRITTEN)) && (!exactly || covers(product, s->graph.results.at[i].op, here));
            }
            if (fits) g->choices[g->n++] = p * 2 + turned;
        }
    }
}

static tri_status *find_groups(solver *s)
{
    s->group_of_class = TRI_NEW_ARRAY(s->arena, int, s->graph.n_classes);
    s->group_of_mma = TRI_NEW_ARRAY(s->arena, int, s->graph.results.n);
    memset(s->group_of_class, UNKNOWN, s->graph.n_classes * sizeof *s->group_of_class);
    for (size_t i = 0; i < s->graph.results.n; i++) {
        const tri_chain_link *result = &s->graph.results.at[i];
        tri_dtype operand = (tri_dtype)result->op->operands[0]->type.dtype, made = (tri_dtype)result->op->results[0]->type.dtype;
        int at = 0;
        while (at < s->n_groups && (s->groups[at].class != result->from.class || s->groups[at].operand != operand || s->groups[at].result != made))
            at++;
        if (at == MOST_GROUPS) return tri_error(TRI_UNSUPPORTED, result->op->loc, "a chain of more than %d different products", MOST_GROUPS);
        if (at == s->n_groups) s->groups[s->n_groups++] = (group){result->from.class, operand, made, .first = result->op};
        s->group_of_mma[i] = at;
        if (s->group_of_class[result->from.class] == UNKNOWN) s->group_of_class[result->from.class] = at;
    }
    for (int i = 0; i < s->n_groups; i++) {
        find_choices(s, i, true);
        if (!s->groups[i].n) find_choices(s, i, false);
        if (!s->groups[i].n)
            return tri_error(TRI_UNSUPPORTED, s->groups[i].first->loc, "mma%s%s: there is no product of %s into %s",
                             s->groups[i].first->label ? " @" : "", s->groups[i].first->label ? s->groups[i].first->label : "",
                             tri_dtype_name(s->groups[i].operand), tri_dtype_name(s->groups[i].result));
    }
    return NULL;
}

/* A trial looks at each use as an operand, as a store and, of a vector, once for every layout that its groups leave it in. */
static tri_status *check_looks(const solver *s)
{
    int64_t trials = 1, uses = (int64_t)(s->graph.links.n + s->graph.results.n) * (2 + 2 * s->n_groups);
    for (int i = 0; i < s->n_groups; i++) trials *= s->groups[i].n;
    if (!s->n_groups || trials <= MOST_LOOKS / uses) return NULL;
    return tri_error(TRI_UNSUPPORTED, s->groups[0].first->loc, "%lld choices of instructions for %zu uses of tiles are too many to try",
                     (long long)trials, s->graph.links.n);
}

static void find_vectors(solver *s)
{
    uint32_t *vector_of = TRI_NEW_ARRAY(s->arena, uint32_t, s->graph.n_classes); /* by class: its number, + 1 */
    for (size_t i = 0; i < s->graph.links.n; i++) {
        const tri_chain_link *link = &s->graph.links.at[i];
        bool of_vector = link->use == TRI_CHAIN_FOLD || link->use == TRI_CHAIN_SPREAD;
        if (!of_vector || group_of_spot(s, &link->from) == UNKNOWN) continue;
        uint32_t *number = &vector_of[link->vector.class];
        if (!*number) {
            TRI_PUSH(s->arena, &s->vectors, (vector){0});
            *number = (uint32_t)s->vectors.n;
        }
        TRI_PUSH(s->arena, &s->vectors.at[*number - 1].links, link);
    }
}

static void try_all(solver *s, int number, int *least)
{
    if (number == s->n_groups) {
        int cost = cost_of_all(s, false);
        if (cost >= *least) return;
        *least = cost;
        for (int i = 0; i < s->n_groups; i++) s->groups[i].best = s->groups[i].now;
        return;
    }
    group *g = &s->groups[number];
    for (int i = 0; i < g->n; i++) {
        g->now = g->choices[i];
        try_all(s, number + 1, least);
    }
}

/* Folds and contractions of registers gather a whole row (column) of the tile. */
static void note_sides(const solver *s, tri_chain *out)
{
    for (size_t i = 0; i < s->graph.links.n; i++) {
        const tri_chain_link *link = &s->graph.links.at[i];
        if (link->from.home != TRI_HOME_CLASS || link->use == TRI_CHAIN_SPREAD || link->use == TRI_CHAIN_STORE) continue;
        *(link->dim ? &out->whole_rows : &out->whole_columns) = true;
    }
}

tri_status *tri_chain_solve(tri_arena *arena, const tri_chip *chip, const tri_func *program, const tri_chain_limits *limits, tri_chain *out)
{
    static const tri_chain_limits none;
    solver *s = TRI_NEW(arena, solver);
    *s = (solver){.arena = arena, .limits = limits ? limits : &none, .chain = out, .costs = tri_layout_costs_of(chip)};
    *out = (tri_chain){0};
    memset(s->operand, UNKNOWN, sizeof s->operand);
    memset(s->vector, UNKNOWN, sizeof s->vector);
    tri_product all[TRI_MOST_PRODUCTS];
    int n = tri_products_of(chip, all);
    for (int i = 0; i < n; i++)
        if (!s->limits->takes || s->limits->takes(&all[i])) out->products[s->n_products++] = all[i];
    TRI_TRY(tri_chain_walk(arena, program, &s->graph));
    TRI_TRY(find_groups(s));
    TRI_TRY(check_looks(s));
    find_vectors(s);
    int least = INT32_MAX;
    try_all(s, 0, &least);
    for (int i = 0; i < s->n_groups; i++) s->groups[i].now = s->groups[i].best;
    out->cost = cost_of_all(s, true);
    note_sides(s, out);
    return NULL;
}

const tri_chain_mma *tri_chain_mma_of(const tri_chain *chain, const tri_op *op)
{
    for (size_t i = 0; i < chain->mmas.n; i++)
        if (chain->mmas.at[i].op == op) return &chain->mmas.at[i];
    return NULL;
}

const tri_chain_edge *tri_chain_edge_of(const tri_chain *chain, const tri_op *op, tri_chain_use use)
{
    for (size_t i = 0; i < chain->edges.n; i++)
        if (chain->edges.at[i].op == op && chain->edges.at[i].use == use) return &chain->edges.at[i];
    return NULL;
}

/* ---- text ---- */

static void print_edge(const tri_chain_edge *edge, tri_text *out)
{
    static const char *const uses[] = {"left", "right", "meets", "fold", "spread", "store"};
    tri_text_addf(out, "    %s: ", uses[edge->use]);
    if (edge->use == TRI_CHAIN_STORE)
        tri_text_add(out, edge->conversion == TRI_CONVERT_NOTHING ? "as it lies" : tri_conversion_name(edge->conversion));
    else
        tri_text_add(out, edge->staged ? edge->conversion == TRI_CONVERT_NOTHING ? "staged" : "staged the other way around"
                                       : tri_conversion_name(edge->conversion));
    tri_text_addf(out, ", %d\n", edge->cost);
    if (edge->conversion != TRI_CONVERT_ORDER) return;
    tri_text_add(out, "      k:");
    for (int i = 0; i < edge->n_order; i++) tri_text_addf(out, " %d", edge->order[i]);
    tri_text_add(out, "\n");
}

void tri_chain_print(const tri_chain *chain, tri_text *out)
{
    tri_text_addf(out, "cost %d%s%s\n", chain->cost, chain->whole_rows ? ", whole rows" : "", chain->whole_columns ? ", whole columns" : "");
    for (size_t i = 0; i < chain->mmas.n; i++) {
        const tri_chain_mma *mma = &chain->mmas.at[i];
        tri_text_addf(out, "  mma%s%s: %s, %s\n", mma->op->label ? " @" : "", mma->op->label ? mma->op->label : "", mma->product->name,
                      mma->turned ? "transposed" : "as written");
        for (size_t e = 0; e < chain->edges.n; e++)
            if (chain->edges.at[e].op == mma->op) print_edge(&chain->edges.at[e], out);
    }
    tri_text_add(out, "  vectors and stores\n");
    for (size_t e = 0; e < chain->edges.n; e++)
        if (chain->edges.at[e].use >= TRI_CHAIN_FOLD) print_edge(&chain->edges.at[e], out);
}
