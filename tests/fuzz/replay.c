/* tests/fuzz/replay.c - runs a fuzz target over files: every argument that is a folder is walked, every file is one input, and each input is also tried cut
 * short and with flipped bytes, so that a plain ctest run explores a little beyond the corpus. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n);

static size_t inputs;

static void try_input(const char *bytes, size_t n)
{
    /* An exact-size copy lets the address sanitizer see a read past the end. */
    unsigned char *copy = malloc(n ? n : 1);
    if (!copy) return;
    if (n) memcpy(copy, bytes, n);
    LLVMFuzzerTestOneInput(copy, n);
    inputs++;
    uint64_t state = n * 2654435761u + 1;
    for (int round = 0; round < 24 && n; round++) {
        memcpy(copy, bytes, n);
        size_t length = n;
        for (int flip = 0; flip <= round % 3; flip++) {
            state = state * 6364136223846793005ull + 1442695040888963407ull;
            copy[(state >> 33) % n] ^= (unsigned char)(1u << (state >> 20 & 7));
        }
        if (round % 4 == 3) length = (state >> 40) % n;
        unsigned char *exact = malloc(length ? length : 1);
        if (!exact) break;
        memcpy(exact, copy, length);
        LLVMFuzzerTestOneInput(exact, length);
        free(exact);
        inputs++;
    }
    free(copy);
}

static int replay(const char *path)
{
    DIR *folder = opendir(path);
    if (folder) {
        int failed = 0;
        for (struct dirent *entry; (entry = readdir(folder));) {
            if (entry->d_name[0] == '.') continue;
            char inner[4096];
            if (snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name) < (int)sizeof inner) failed |= replay(inner);
        }
        closedir(folder);
        return failed;
    }
    char *bytes;
    size_t n;
    tri_status *status = tri_file_read(path, &bytes, &n);
    if (status) {
        tri_status_print(status, NULL, stderr);
        tri_status_free(status);
        return 1;
    }
    try_input(bytes, n);
    free(bytes);
    return 0;
}

int main(int argc, char **argv)
{
    int failed = argc < 2;
    for (int i = 1; i < argc; i++) failed |= replay(argv[i]);
    printf("%zu inputs\n", inputs);
    return failed || !inputs;
}
