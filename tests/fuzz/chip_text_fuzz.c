/* chip_text_fuzz.c - any bytes as a chip file: refused with an error, or a chip whose printed text parses back to the same chip. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "abi/chip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    tri_chip *chip, *again;
    tri_status *status = tri_chip_parse((const char *)data, n, "fuzz.chip", &chip);
    if (status) {
        if (!tri_status_message(status) || chip) abort();
        tri_status_free(status);
        return 0;
    }
    for (size_t i = 0; i < chip->n; i++) {
        if (tri_chip_find(chip, chip->values[i].key) != &chip->values[i]) abort();
        (void)tri_chip_integer(chip, chip->values[i].key, 0);
        (void)tri_chip_lists(chip, chip->values[i].key, "bf16");
    }
    char *text = tri_chip_print(chip);
    /* Values inherited from a file of the folder may make the flat text larger than one file can be; nothing else may be refused. */
    if (text && strlen(text) <= 1 << 20 && chip->n <= 4096) {
        status = tri_chip_parse(text, strlen(text), "printed.chip", &again);
        if (status || again->hash != chip->hash || again->n != chip->n) abort();
        tri_chip_free(again);
    }
    free(text);
    tri_chip_free(chip);
    return 0;
}
