/* parse_bench.c - how fast text is read, in MB/s: op lines, long lists of numbers, hexadecimal literals, and files given as arguments. The best of five. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/file.h"
#include "ir/ir.h"

static double seconds_of(const char *text, size_t n)
{
    struct timespec start, end;
    tri_arena arena;
    tri_module *module;
    tri_arena_init(&arena, 0);
    clock_gettime(CLOCK_MONOTONIC, &start);
    tri_status *status = tri_module_parse(&arena, text, n, "bench.mlir", &module);
    clock_gettime(CLOCK_MONOTONIC, &end);
    if (status) {
        tri_status_print(status, NULL, stderr);
        exit(1);
    }
    tri_arena_free(&arena);
    return (double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec);
}

static void measure(const char *name, const char *text, size_t n)
{
    double best = 1e30;
    for (int round = 0; round < 5; round++) {
        double seconds = seconds_of(text, n);
        if (seconds < best) best = seconds;
    }
    printf("%-28s %8.2f MB %8.1f MB/s\n", name, (double)n / 1e6, (double)n / 1e6 / best);
}

int main(int argc, char **argv)
{
    tri_text ops = {0}, list = {0}, hex = {0};
    tri_text_add(&ops, "func.func @f(%arg0: tensor<8x128xf32>) -> tensor<8x128xf32> {\n  %0 = stablehlo.negate %arg0 : tensor<8x128xf32>\n");
    for (int i = 1; i < 200000; i++) tri_text_addf(&ops, "  %%%d = stablehlo.add %%%d, %%arg0 : tensor<8x128xf32>\n", i, i - 1);
    tri_text_add(&ops, "  return %199999 : tensor<8x128xf32>\n}\n");
    tri_text_add(&list, "func.func @f() {\n  %0 = stablehlo.constant dense<[");
    for (int i = 0; i < 1000000; i++) tri_text_addf(&list, "%s%d.%06d", i ? ", " : "", i % 7, i);
    tri_text_add(&list, "]> : tensor<1000000xf32>\n  return\n}\n");
    tri_text_add(&hex, "func.func @f() {\n  %0 = stablehlo.constant dense<\"0x");
    for (int i = 0; i < 4000000; i++) tri_text_addf(&hex, "%08X", (unsigned)i);
    tri_text_add(&hex, "\"> : tensor<4000000xf32>\n  return\n}\n");
    measure("op lines", tri_text_string(&ops), ops.n);
    measure("list of numbers", tri_text_string(&list), list.n);
    measure("hexadecimal literal", tri_text_string(&hex), hex.n);
    for (int i = 1; i < argc; i++) {
        char *text;
        size_t n;
        tri_status *status = tri_file_read(argv[i], &text, &n);
        if (status) {
            tri_status_print(status, NULL, stderr);
            return 1;
        }
        measure(argv[i], text, n);
        free(text);
    }
    tri_text_free(&ops);
    tri_text_free(&list);
    tri_text_free(&hex);
    return 0;
}
