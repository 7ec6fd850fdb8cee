/* tile_text_fuzz.c - any bytes as the statements of a kernel. */
#include "text_round_trip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const char head[] = "kernel @k(%A: in buf<64x64xf32>, %T: in buf<8xi32>, %C: out buf<64x64xf32>, %W: work buf<64xf32>, %F: inout flags<4>) grid(%m: 2, %n: 4) {\n";
    char *text = malloc(sizeof head + n + 2);
    if (!text) return 0;
    memcpy(text, head, sizeof head - 1);
    if (n) memcpy(text + sizeof head - 1, data, n);
    memcpy(text + sizeof head - 1 + n, "\n}", 2);
    round_trip(text, sizeof head + 1 + n);
    free(text);
    return 0;
}
