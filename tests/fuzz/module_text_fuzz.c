/* module_text_fuzz.c - any bytes as a module. */
#include "text_round_trip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    round_trip((const char *)data, n);
    return 0;
}
