/* tools/table.h - aligned tables of text. Columns are as wide as their widest cell; a column whose title begins with `>` is set to the right. */
#ifndef TRI_TOOLS_TABLE_H
#define TRI_TOOLS_TABLE_H

#include "base/text.h"

enum { TABLE_MOST_COLUMNS = 16 };

typedef struct table {
    int columns;
    const char *titles[TABLE_MOST_COLUMNS];
    tri_text cells; /* zero-terminated, one behind the other, row by row */
    size_t n_cells;
} table;

table table_begin(int columns, const char *const *titles);
void table_cell(table *table, const char *format, ...) TRI_PRINTF(2, 3);
/* Appends the table to `out`, each line behind `indent` blanks, and frees it. */
void table_end(table *table, int indent, tri_text *out);

/* Quantities for people, in a caller's room: "16.0 GiB", "1.98 TFLOP/s", "12.4 us". */
enum { QUANTITY_ROOM = 32 };
const char *format_bytes(double bytes, char room[QUANTITY_ROOM]);
const char *format_rate(double per_second, const char *unit, char room[QUANTITY_ROOM]);
const char *format_seconds(double seconds, char room[QUANTITY_ROOM]);

#endif
