/* tools/table.c - aligned tables, and quantities for people. */
#include "tools/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

table table_begin(int columns, const char *const *titles)
{
    table t = {.columns = columns};
    for (int c = 0; c < columns; c++) t.titles[c] = titles[c];
    return t;
}

void table_cell(table *table, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char room[256];
    int n = vsnprintf(room, sizeof room, format, arguments);
    va_end(arguments);
    if (n < 0) n = 0;
    if ((size_t)n >= sizeof room) { /* long cells are cut: no line of a table is worth more */
        n = sizeof room - 1;
        memcpy(room + n - 3, "...", 3);
    }
    tri_text_add_n(&table->cells, room, (size_t)n + 1);
    table->n_cells++;
}

static void add_cell(tri_text *out, const char *text, int width, bool right, bool last)
{
    if (right)
        tri_text_addf(out, "%*s", width, text);
    else if (last)
        tri_text_add(out, text);
    else
        tri_text_addf(out, "%-*s", width, text);
    tri_text_add(out, last ? "\n" : "  ");
}

void table_end(table *table, int indent, tri_text *out)
{
    int widths[TABLE_MOST_COLUMNS];
    for (int c = 0; c < table->columns; c++) widths[c] = (int)strlen(table->titles[c] + (*table->titles[c] == '>'));
    const char *cell = tri_text_string(&table->cells);
    size_t n = table->cells.failed ? 0 : table->n_cells / (size_t)table->columns * (size_t)table->columns;
    for (size_t i = 0; i < n; i++, cell += strlen(cell) + 1) {
        int length = (int)strlen(cell), c = (int)(i % (size_t)table->columns);
        if (length > widths[c]) widths[c] = length;
    }
    cell = tri_text_string(&table->cells);
    for (size_t i = 0; i < n + (size_t)table->columns; i++) {
        int c = (int)(i % (size_t)table->columns);
        bool right = *table->titles[c] == '>';
        if (!c) tri_text_addf(out, "%*s", indent, "");
        add_cell(out, i < (size_t)table->columns ? table->titles[c] + right : cell, widths[c], right, c + 1 == table->columns);
        if (i >= (size_t)table->columns) cell += strlen(cell) + 1;
    }
    out->failed |= table->cells.failed;
    tri_text_free(&table->cells);
}

static const char *format_scaled(double value, double base, const char *const *units, int n, const char *suffix, char room[QUANTITY_ROOM])
{
    int u = 0;
    while (u + 1 < n && value >= base) {
        value /= base;
        u++;
    }
    snprintf(room, QUANTITY_ROOM, value >= 999.5 ? "%.0f %s%s" : "%.3g %s%s", value, units[u], suffix);
    return room;
}

const char *format_bytes(double bytes, char room[QUANTITY_ROOM])
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    return format_scaled(bytes, 1024, units, 5, "", room);
}

const char *format_rate(double per_second, const char *unit, char room[QUANTITY_ROOM])
{
    static const char *const units[] = {"", "K", "M", "G", "T", "P"};
    return format_scaled(per_second, 1000, units, 6, unit, room);
}

const char *format_seconds(double seconds, char room[QUANTITY_ROOM])
{
    static const char *const units[] = {"ns", "us", "ms", "s"};
    return format_scaled(seconds * 1e9, 1000, units, 4, "", room);
}
