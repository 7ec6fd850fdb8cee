/* tools/cmd_devices.c - trine devices: what can run here, and for what cannot, why. */
#include <stdlib.h>

#include "base/parallel.h"
#include "tools/cli.h"
#include "tools/table.h"
#include "tri/runtime.h"

const cli_option cmd_devices_options[] = {{0}};

static void add_json(const tri_device_info *info, tri_text *out)
{
    tri_text_add(out, ",{\"name\":");
    tri_text_add_json_string(out, info->name);
    tri_text_addf(out, ",\"available\":%s,\"driver\":", info->available ? "true" : "false");
    tri_text_add_json_string(out, info->driver);
    tri_text_add(out, ",\"chip\":");
    tri_text_add_json_string(out, info->chip);
    tri_text_addf(out, ",\"memory_bytes\":%llu,\"peak_flops\":", (unsigned long long)info->memory_bytes);
    tri_text_add_json_number(out, info->peak_flops);
    tri_text_add(out, ",\"note\":");
    tri_text_add_json_string(out, info->note);
    tri_text_add(out, "}");
}

static void add_row(const tri_device_info *info, table *t)
{
    char memory[QUANTITY_ROOM], peak[QUANTITY_ROOM];
    table_cell(t, "%s", info->name);
    table_cell(t, "%s", info->available ? info->driver : "absent");
    table_cell(t, "%s", info->memory_bytes ? format_bytes((double)info->memory_bytes, memory) : "-");
    table_cell(t, "%s", info->peak_flops > 0 ? format_rate(info->peak_flops, "FLOP/s", peak) : "-");
    table_cell(t, "%s", info->note);
}

tri_status *cmd_devices(cli_session *session, int argc, char **argv)
{
    TRI_TRY(cli_parse(session, argc, argv, NULL));
    tri_device_info *infos;
    size_t n;
    TRI_TRY(tri_device_list(&infos, &n));
    static const char *const titles[] = {"device", "driver", ">memory", ">peak bf16", "note"};
    table t = table_begin(5, titles);
    tri_text out = {0};
    int threads = tri_parallel_threads();
    if (session->json) {
        tri_text_addf(
            &out,
            "{\"devices\":[{\"name\":\"ref\",\"available\":true,\"driver\":\"evaluator\",\"chip\":null,\"memory_bytes\":null,\"peak_flops\":null,"
            "\"note\":\"%d host threads\"}",
            threads);
        for (size_t i = 0; i < n; i++) add_json(&infos[i], &out);
        tri_text_add(&out, "]}\n");
        tri_text_free(&t.cells);
    } else {
        table_cell(&t, "ref");
        table_cell(&t, "evaluator");
        table_cell(&t, "-");
        table_cell(&t, "-");
        table_cell(&t, "what a graph means, on %d host threads", threads);
        for (size_t i = 0; i < n; i++) add_row(&infos[i], &t);
        table_end(&t, 0, &out);
    }
    free(infos);
    return cli_print(&out);
}
