/* targets/llvm/emit_loop.c - counted loops that test at their end, so that what they repeat is one block: their labels, the counter, and what goes
 * from one iteration to the next. Needs: registers are opened first in the body, and closed last. */
#include "targets/llvm/emit_internal.h"

void tri_loop_carry(tri_emitter *e, const tri_loop *l, tri_phi *p)
{
    p->next = tri_emit_name(e);
    p->inside = tri_emit_name(e);
    tri_emit_line(e, "%s = phi %s [ %s, %%%s ], [ %s, %%latch.%s ]", p->inside, p->type, p->initial, l->entry, p->next, l->body);
}

tri_loop tri_loop_open(tri_emitter *e, tri_ref low, tri_ref high)
{
    tri_loop l = {.runs = !high, .before = e->label, .entry = e->label, .body = tri_emit_new_label(e), .counter = {.type = "i64", .initial = low}};
    if (!l.runs) {
        l.entry = tri_emit_new_label(e);
        l.skip = tri_emit_new_label(e);
        tri_ref any = tri_emit(e, "icmp slt i64 %s, %s", low, high);
        tri_emit_line(e, "br i1 %s, label %%%s, label %%%s", any, l.entry, l.skip);
        tri_emit_label(e, l.entry);
    }
    tri_emit_branch(e, l.body);
    tri_emit_label(e, l.body);
    tri_loop_carry(e, &l, &l.counter);
    return l;
}

void tri_loop_next(tri_emitter *e, tri_phi *p, tri_ref last)
{
    p->last = last;
    tri_emit_alias(e, p->next, p->type, last);
}

void tri_loop_close(tri_emitter *e, const tri_loop *l, int64_t step, tri_ref high)
{
    tri_ref latch = tri_arena_printf(e->arena, "latch.%s", l->body), end = l->runs ? tri_emit_new_label(e) : l->skip;
    tri_emit_branch(e, latch);
    tri_emit_label(e, latch);
    tri_emit_line(e, "%s = add i64 %s, %lld", l->counter.next, l->counter.inside, (long long)step);
    tri_ref more = tri_emit(e, "icmp slt i64 %s, %s", l->counter.next, high);
    tri_emit_line(e, "br i1 %s, label %%%s, label %%%s", more, l->body, end);
    tri_emit_label(e, end);
}

tri_ref tri_loop_after(tri_emitter *e, const tri_loop *l, const tri_phi *p)
{
    return l->runs ? p->last : tri_emit(e, "phi %s [ %s, %%%s ], [ %s, %%latch.%s ]", p->type, p->initial, l->before, p->last, l->body);
}
