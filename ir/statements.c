/* ir/statements.c - see statements.h. The printer says where each statement begins; nothing is taken from the arena while it has the text. */
#include "ir/statements.h"

#include "ir/print.h"

enum { MOST_LINES = 1 << 20, MOST_TEXT = 96 };

typedef struct listed {
    const tri_op *op;
    char called[MOST_TEXT];
} listed;

typedef struct listing {
    tri_text text;
    int32_t line; /* that begins at text.at[counted] */
    size_t counted;
    listed *ops;
    size_t n, room, at; /* at: where the newest one's line begins */
} listing;

static void print(listing *l, const tri_func *kernel, void (*begins)(void *context, const tri_op *op))
{
    tri_printer printer = {.out = &l->text, .begins = begins, .context = l};
    if (kernel->is_scheduled)
        tri_print_scheduled(&printer, kernel);
    else
        tri_print_kernel(&printer, kernel);
    tri_print_end(&printer);
}

/* ---- lines ---- */

static void set_line(void *context, const tri_op *op)
{
    listing *l = context;
    if (l->text.failed) return;
    for (; l->counted < l->text.n; l->counted++) l->line += l->text.at[l->counted] == '\n';
    ((tri_op *)(uintptr_t)op)->loc = (tri_loc){.line = l->line, .column = 1};
}

void tri_kernel_number_lines(tri_func *kernel)
{
    listing l = {.line = 1};
    print(&l, kernel, set_line);
    tri_text_free(&l.text);
}

/* ---- names ---- */

/* "@pv: %9 = mma %7, %8 : tile<..>": the label in front, no regions. */
static void call_newest(listing *l)
{
    if (!l->n || l->text.failed) return;
    listed *to = &l->ops[l->n - 1];
    const char *label = to->op->label, *line = l->text.at + l->at;
    size_t n = strcspn(line, "\n"), label_n = label ? strlen(label) : 0;
    for (; n && *line == ' '; n--) line++;
    for (size_t k = 0; k + 1 < n; k++)
        if (line[k] == ' ' && line[k + 1] == '{') n = k;
    if (label && n > label_n + 2 && line[n - label_n - 1] == '@' && !memcmp(line + n - label_n, label, label_n)) n -= label_n + 2;
    int wanted = snprintf(to->called, MOST_TEXT, "%s%s%s%.*s", label ? "@" : "", label ? label : "", label ? ": " : "", (int)n, line);
    if (wanted >= MOST_TEXT) memcpy(to->called + MOST_TEXT - 3, "..", 3);
}

static void list(void *context, const tri_op *op)
{
    listing *l = context;
    call_newest(l);
    if (l->n == l->room) return;
    l->ops[l->n++].op = op;
    l->at = l->text.n;
}

static tri_status *count(void *context, tri_op *op)
{
    (void)op;
    ++*(size_t *)context;
    return NULL;
}

tri_statements tri_statements_of(tri_arena *arena, const tri_func *func)
{
    const tri_func *said = func->tiles ? func->tiles : func;
    listing l = {0};
    tri_status_free(tri_func_walk((tri_func *)(uintptr_t)said, count, &l.room));
    l.ops = TRI_NEW_ARRAY(arena, listed, l.room);
    print(&l, said, list);
    call_newest(&l);
    tri_text_free(&l.text);
    tri_statements all = {0};
    for (size_t i = 0; i < l.n; i++) {
        int32_t line = l.ops[i].op->loc.line;
        if (line > 0 && line < MOST_LINES && (uint32_t)line >= all.n) all.n = (uint32_t)line + 1;
    }
    all.at = TRI_NEW_ARRAY(arena, const char *, all.n);
    bool *is_index = TRI_NEW_ARRAY(arena, bool, all.n);
    for (size_t i = 0; i < l.n; i++) { /* in a file the index values that a statement is written with stand in front of it, on its line */
        const tri_op *op = l.ops[i].op;
        int32_t line = op->loc.line;
        if (line <= 0 || (uint32_t)line >= all.n || !*l.ops[i].called || (all.at[line] && !is_index[line])) continue;
        all.at[line] = l.ops[i].called;
        is_index[line] = op->kind == TRI_TILE_INDEX;
    }
    return all;
}
