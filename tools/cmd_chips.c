/* tools/cmd_chips.c - trine chips: all chips in a table, or every constant of one with its unit, how far to trust it, and its source. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/chip.h"
#include "tools/cli.h"
#include "tools/table.h"

typedef struct chips_options {
    const char *chip;
} chips_options;

const cli_option cmd_chips_options[] = {
    {"CHIP", NULL, "a chip's name, or the path of a chip file", CLI_ARGUMENT, false, offsetof(chips_options, chip)},
    {0},
};

/* What a chip is, from its numbers. */
static const char *describe(const tri_chip *chip, char room[96])
{
    const char *generation = tri_chip_word(chip, "generation", "");
    int64_t cores = tri_chip_integer(chip, "cores", 0), units = tri_chip_integer(chip, "units", 0);
    if (cores)
        snprintf(room, 96, "%.40s, 1 of %lld cores", generation, (long long)cores);
    else
        snprintf(room, 96, "%.40s, %lld units", generation, (long long)units);
    return room;
}

/* Files that chips only inherit from are no chips: those of an instruction set have no `units`, those of a family of systolic chips no `cores`. */
static bool is_chip(const tri_chip *chip)
{
    bool systolic = !strcmp(tri_chip_word(chip, "family", ""), "systolic");
    return tri_chip_find(chip, systolic ? "cores" : "units") != NULL;
}

static void add_json(const tri_chip *chip, bool first, tri_text *out)
{
    tri_text_add(out, first ? "" : ",");
    tri_text_add(out, "{\"name\":");
    tri_text_add_json_string(out, chip->name);
    tri_text_add(out, ",\"family\":");
    tri_text_add_json_string(out, tri_chip_word(chip, "family", ""));
    tri_text_add(out, ",\"generation\":");
    tri_text_add_json_string(out, tri_chip_word(chip, "generation", ""));
    static const char *const numbers[] = {"cores", "units", "hbm_bytes", "hbm_bandwidth", "peak_bf16"};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        tri_text_addf(out, ",\"%s\":", numbers[i]);
        tri_text_add_json_number(out, tri_chip_number(chip, numbers[i], NAN));
    }
    tri_text_add(out, "}");
}

static void add_row(const tri_chip *chip, table *t)
{
    char what[96], memory[QUANTITY_ROOM], peak[QUANTITY_ROOM], bandwidth[QUANTITY_ROOM];
    table_cell(t, "%s", chip->name);
    table_cell(t, "%s", tri_chip_word(chip, "family", ""));
    table_cell(t, "%s", describe(chip, what));
    table_cell(t, "%s", format_bytes(tri_chip_number(chip, "hbm_bytes", 0), memory));
    table_cell(t, "%s", format_rate(tri_chip_number(chip, "peak_bf16", 0), "FLOP/s", peak));
    table_cell(t, "%s", format_rate(tri_chip_number(chip, "hbm_bandwidth", 0), "B/s", bandwidth));
}

static tri_status *list_chips(bool json)
{
    char **names;
    size_t n, shown = 0;
    TRI_TRY(tri_chip_names(&names, &n));
    static const char *const titles[] = {"chip", "family", "what", ">memory", ">peak bf16", ">bandwidth"};
    table t = table_begin(6, titles);
    tri_text out = {0};
    tri_status *status = NULL;
    if (json) tri_text_add(&out, "{\"chips\":[");
    for (size_t i = 0; i < n; i++) {
        tri_chip *chip = NULL;
        if (!status) status = tri_chip_load(names[i], &chip);
        if (chip && is_chip(chip)) {
            if (json)
                add_json(chip, !shown, &out);
            else
                add_row(chip, &t);
            shown++;
        }
        tri_chip_free(chip);
        free(names[i]);
    }
    free(names);
    if (json) {
        tri_text_add(&out, "]}\n");
        tri_text_free(&t.cells);
    } else {
        table_end(&t, 0, &out);
    }
    if (!status) return cli_print(&out);
    tri_text_free(&out);
    return status;
}

static tri_status *show_chip(const char *name, bool json)
{
    tri_chip *chip;
    TRI_TRY(tri_chip_load(name, &chip));
    tri_text out = {0};
    static const char *const titles[] = {"key", ">value", "unit", "tag", "source"};
    table t = table_begin(5, titles);
    if (json) {
        tri_text_add(&out, "{\"name\":");
        tri_text_add_json_string(&out, chip->name);
        tri_text_add(&out, ",\"values\":[");
    } else {
        char what[96];
        tri_text_addf(&out, "%s: %s\n\n", chip->name, describe(chip, what));
    }
    for (size_t i = 0; i < chip->n; i++) {
        const tri_chip_value *value = &chip->values[i];
        char tag[2] = {value->tag, 0};
        if (json) {
            tri_text_addf(&out, "%s{\"key\":", i ? "," : "");
            tri_text_add_json_string(&out, value->key);
            tri_text_add(&out, ",\"value\":");
            if (isnan(value->number))
                tri_text_add_json_string(&out, value->text);
            else
                tri_text_add_json_number(&out, value->number);
            tri_text_add(&out, ",\"text\":");
            tri_text_add_json_string(&out, value->text);
            tri_text_add(&out, ",\"unit\":");
            tri_text_add_json_string(&out, value->unit);
            tri_text_add(&out, ",\"tag\":");
            tri_text_add_json_string(&out, tag);
            tri_text_add(&out, ",\"source\":");
            tri_text_add_json_string(&out, value->source);
            tri_text_addf(&out, "}");
        } else {
            table_cell(&t, "%s", value->key);
            table_cell(&t, "%s", value->text);
            table_cell(&t, "%s", value->unit);
            table_cell(&t, "%s", tag);
            table_cell(&t, "%s", value->source);
        }
    }
    if (json)
        tri_text_add(&out, "]}\n");
    else
        table_end(&t, 0, &out);
    if (!json) tri_text_add(&out, "\ntags: V vendor, M measured, D derived, E estimate or chosen, C calibrated, R recalled\n");
    tri_chip_free(chip);
    return cli_print(&out);
}

tri_status *cmd_chips(cli_session *session, int argc, char **argv)
{
    chips_options o = {0};
    TRI_TRY(cli_parse(session, argc, argv, &o));
    return o.chip ? show_chip(o.chip, session->json) : list_chips(session->json);
}
