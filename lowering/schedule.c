/* lowering/schedule.c - reads the text of a schedule (schedule.h) into its structure. Needs the kernel, whose labels it checks. */
#include "lowering/schedule.h"

#include <ctype.h>
#include <stdlib.h>

typedef struct reader {
    tri_arena *arena;
    const tri_func *kernel;
    const char *at;
    tri_status *error;
} reader;

/* ---- words, numbers, marks ---- */

static void skip_space(reader *r)
{
    while (isspace((unsigned char)*r->at)) r->at++;
}

static bool fail(reader *r, const char *what)
{
    if (r->error) return false;
    int n = 0;
    while (r->at[n] && r->at[n] != '\n' && n < 24) n++;
    r->error = tri_error(TRI_INVALID, r->kernel->loc, "schedule of kernel '%s': %s, at '%.*s'", r->kernel->name, what, n, r->at);
    return false;
}

/* Words end at a border: `at` is not the beginning of `attention`. */
static bool accept(reader *r, const char *mark)
{
    skip_space(r);
    size_t n = strlen(mark);
    if (strncmp(r->at, mark, n)) return false;
    if (isalnum((unsigned char)mark[n - 1]) && (isalnum((unsigned char)r->at[n]) || r->at[n] == '_')) return false;
    r->at += n;
    return true;
}

static bool expect(reader *r, const char *mark)
{
    if (accept(r, mark)) return true;
    return fail(r, tri_arena_printf(r->arena, "expected '%s'", mark));
}

static bool at_word(reader *r)
{
    skip_space(r);
    return isalpha((unsigned char)*r->at) || *r->at == '_';
}

static const char *word(reader *r, const char *what)
{
    if (!at_word(r)) return fail(r, tri_arena_printf(r->arena, "expected %s", what)), NULL;
    const char *begin = r->at;
    while (isalnum((unsigned char)*r->at) || *r->at == '_') r->at++;
    return tri_arena_strndup(r->arena, begin, (size_t)(r->at - begin));
}

static bool number(reader *r, int64_t *out)
{
    skip_space(r);
    if (!isdigit((unsigned char)*r->at)) return fail(r, "expected a number");
    char *end;
    *out = strtoll(r->at, &end, 10);
    r->at = end;
    return *out < (int64_t)1 << 32 || fail(r, "a number below 2^32");
}

/* ---- labels ---- */

static const char *label(reader *r)
{
    skip_space(r);
    const char *begin = r->at, *text = word(r, "the label of a statement");
    if (!text) return NULL;
    if (tri_func_find_label(r->kernel, text)) return text;
    r->at = begin;
    fail(r, "no statement of the kernel has this label");
    return NULL;
}

/* ---- clauses ---- */

static bool spread(reader *r, tri_spread *out)
{
    int64_t dim;
    if (!number(r, &out->n) || !expect(r, "along")) return false;
    if (accept(r, "program")) return true;
    if (!(out->label = label(r)) || !expect(r, ".") || !number(r, &dim)) return false;
    out->dim = (int)dim;
    return out->n >= 1 && dim < TRI_MAX_RANK ? true : fail(r, "a spread over at least 1, along a dimension below 8");
}

static bool clause_cluster(reader *r, tri_schedule *s) { return spread(r, &s->cluster); }
static bool clause_groups(reader *r, tri_schedule *s) { return spread(r, &s->groups); }

static bool clause_workers(reader *r, tri_schedule *s)
{
    if (!number(r, &s->workers)) return false;
    if (!accept(r, "order")) return true;
    if (!(s->order = word(r, "an order of work"))) return false;
    if (accept(r, "(")) {
        for (int i = 0; i < TRI_ORDER_ARGS; i++) {
            if (!number(r, &s->order_args[i])) return false;
            if (!accept(r, ",")) break;
        }
        if (!expect(r, ")")) return false;
    }
    return !accept(r, "dies") || (number(r, &s->dies) && (s->dies >= 1 || fail(r, "at least one die")));
}

enum { MOST_SLOTS = 1 << 16, MOST_KEPT = 1 << 12, MOST_PIECES = 1 << 12 };

static bool clause_ring(reader *r, tri_schedule *s)
{
    size_t first = s->rings.n;
    do {
        const char *name = label(r);
        if (!name) return false;
        TRI_PUSH(r->arena, &s->rings, (tri_ring_clause){.label = name});
    } while (!accept(r, "depth"));
    int64_t depth;
    if (!number(r, &depth)) return false;
    if (depth < 1 || depth > MOST_SLOTS) return fail(r, "a ring has at least one slot and at most 65536");
    bool keep = accept(r, "keep");
    if (keep && depth > MOST_KEPT) return fail(r, "a ring keeps at most 4096 tiles");
    for (; first < s->rings.n; first++) {
        s->rings.at[first].depth = depth;
        s->rings.at[first].keep = keep;
    }
    return true;
}

static bool clause_place(reader *r, tri_schedule *s)
{
    const char *name = label(r), *place = name ? word(r, "frag, stage or acc") : NULL;
    if (!place) return false;
    if (strcmp(place, "frag") && strcmp(place, "stage") && strcmp(place, "acc")) return fail(r, "a place is frag, stage or acc");
    TRI_PUSH(r->arena, &s->places, (tri_place_clause){name, place});
    return true;
}

static bool clause_at(reader *r, tri_schedule *s)
{
    tri_at_clause entry = {0};
    do {
        if (entry.n == TRI_MOST_DEALT) return fail(r, "at most 4 roles share a statement");
        if (!(entry.roles[entry.n++] = word(r, "a role"))) return false;
    } while (accept(r, ","));
    if (!expect(r, ":")) return false;
    while (at_word(r)) {
        if (!(entry.label = label(r))) return false;
        TRI_PUSH(r->arena, &s->ats, entry);
    }
    return true;
}

static bool clause_stage(reader *r, tri_schedule *s)
{
    tri_stage_clause entry = {0};
    if (!(entry.loop = label(r)) || !number(r, &entry.stage) || !expect(r, ":")) return false;
    while (at_word(r)) {
        if (!(entry.label = label(r))) return false;
        TRI_PUSH(r->arena, &s->stages, entry);
    }
    return true;
}

static bool clause_order(reader *r, tri_schedule *s)
{
    tri_order_clause entry = {0};
    if (!(entry.loop = label(r)) || !expect(r, ":")) return false;
    while (at_word(r)) {
        tri_step_item item = {.kind = accept(r, "await(") ? TRI_ITEM_AWAIT : accept(r, "join(") ? TRI_ITEM_JOIN : TRI_ITEM_STATEMENT};
        if (!(item.label = label(r))) return false;
        if (item.kind != TRI_ITEM_STATEMENT) {
            if (accept(r, item.kind == TRI_ITEM_AWAIT ? "ahead" : "lag") && !number(r, &item.distance)) return false;
            if (!expect(r, ")")) return false;
        }
        TRI_PUSH(r->arena, &entry.items, item);
    }
    TRI_PUSH(r->arena, &s->orders, entry);
    return true;
}

static bool clause_turn(reader *r, tri_schedule *s)
{
    tri_turn_clause entry = {0};
    if (!(entry.loop = label(r)) || !expect(r, ":") || !(entry.from = label(r)) || !expect(r, "..") || !(entry.to = label(r))) return false;
    TRI_PUSH(r->arena, &s->turns, entry);
    return true;
}

static bool clause_split(reader *r, tri_schedule *s)
{
    tri_split_clause entry = {0};
    if (!(entry.label = label(r)) || !number(r, &entry.pieces[0])) return false;
    if (*r->at != 'x') return fail(r, "pieces as ROWSxCOLUMNS");
    r->at++;
    if (!number(r, &entry.pieces[1])) return false;
    for (int d = 0; d < 2; d++)
        if (entry.pieces[d] < 1 || entry.pieces[d] > MOST_PIECES) return fail(r, "at least one piece a dimension, and at most 4096");
    TRI_PUSH(r->arena, &s->splits, entry);
    return true;
}

static bool clause_regs(reader *r, tri_schedule *s)
{
    do {
        tri_regs_clause entry = {0};
        if (!(entry.role = word(r, "a role")) || !number(r, &entry.n)) return false;
        TRI_PUSH(r->arena, &s->regs, entry);
    } while (at_word(r));
    return true;
}

static const struct {
    const char *word;
    bool (*read)(reader *r, tri_schedule *s);
} clauses[] = {
    {"cluster", clause_cluster}, {"groups", clause_groups}, {"workers", clause_workers}, {"ring", clause_ring},
    {"place", clause_place},     {"at", clause_at},         {"stage", clause_stage},     {"order", clause_order},
    {"turn", clause_turn},       {"split", clause_split},   {"regs", clause_regs},
};

static bool read_schedule(reader *r, tri_schedule *s)
{
    if (!expect(r, "{")) return false;
    while (!accept(r, "}")) {
        bool known = false;
        for (size_t i = 0; i < sizeof clauses / sizeof *clauses && !known; i++) {
            if (!accept(r, clauses[i].word)) continue;
            known = true;
            if (!clauses[i].read(r, s)) return false;
        }
        if (!known) return fail(r, "expected cluster, groups, workers, ring, place, at, stage, order, turn, split or regs");
        if (!accept(r, ";")) return expect(r, "}");
    }
    return true;
}

tri_status *tri_schedule_parse(tri_arena *arena, const tri_func *kernel, tri_schedule *out)
{
    *out = (tri_schedule){.cluster = {.n = 1}, .groups = {.n = 1}, .order = "row", .dies = 1};
    if (!kernel->schedule) return NULL;
    reader r = {.arena = arena, .kernel = kernel, .at = kernel->schedule};
    read_schedule(&r, out);
    return r.error;
}

/* ---- looking up ---- */

int64_t tri_schedule_depth(const tri_schedule *schedule, const char *label_, int64_t otherwise)
{
    for (size_t i = 0; label_ && i < schedule->rings.n; i++)
        if (!strcmp(schedule->rings.at[i].label, label_)) return schedule->rings.at[i].depth;
    return otherwise;
}

const char *tri_schedule_place(const tri_schedule *schedule, const char *label_)
{
    for (size_t i = 0; label_ && i < schedule->places.n; i++)
        if (!strcmp(schedule->places.at[i].label, label_)) return schedule->places.at[i].place;
    return NULL;
}

int64_t tri_schedule_stage(const tri_schedule *schedule, const char *label_)
{
    for (size_t i = 0; label_ && i < schedule->stages.n; i++)
        if (!strcmp(schedule->stages.at[i].label, label_)) return schedule->stages.at[i].stage;
    return 0;
}

int64_t tri_schedule_regs(const tri_schedule *schedule, const char *role)
{
    for (size_t i = 0; i < schedule->regs.n; i++)
        if (!strcmp(schedule->regs.at[i].role, role)) return schedule->regs.at[i].n;
    return 0;
}

void tri_schedule_pieces(const tri_schedule *schedule, const char *label_, int64_t out_pieces[2])
{
    out_pieces[0] = out_pieces[1] = 1;
    for (size_t i = 0; label_ && i < schedule->splits.n; i++)
        if (!strcmp(schedule->splits.at[i].label, label_)) memcpy(out_pieces, schedule->splits.at[i].pieces, sizeof schedule->splits.at[i].pieces);
}
