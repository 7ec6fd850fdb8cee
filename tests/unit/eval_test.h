/* tests/unit/eval_test.h - what the tests of the evaluators share: modules from text, tensors from numbers, status checks. */
#ifndef TESTS_EVAL_TEST_H
#define TESTS_EVAL_TEST_H

#include <check.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ir/eval.h"

static inline void must(tri_status *status)
{
    if (!status) return;
    char message[600];
    snprintf(message, sizeof message, "%s", tri_status_message(status));
    tri_status_free(status);
    ck_abort_msg("%s", message);
}

/* Checks that there is an error whose message contains `part`. */
static inline void must_fail(tri_status *status, const char *part)
{
    ck_assert_msg(status != NULL, "no error, expected one with '%s'", part);
    ck_assert_msg(strstr(tri_status_message(status), part) != NULL, "'%s' does not say '%s'", tri_status_message(status), part);
    tri_status_free(status);
}

static inline tri_module *parse(tri_arena *arena, const char *text)
{
    tri_module *module = NULL;
    must(tri_module_parse(arena, text, strlen(text), "test.mlir", &module));
    return module;
}

/* A tensor of `type` holding `n` numbers. */
static inline tri_tensor tensor_of(tri_type type, const double *numbers)
{
    tri_tensor t = {.type = type, .data = malloc(tri_type_bytes(&type) + 1)};
    tri_store_f64_n((tri_dtype)type.dtype, t.data, (size_t)tri_type_elements(&type), numbers);
    return t;
}

static inline double number_at(const tri_tensor *t, int64_t i)
{
    tri_dtype dtype = (tri_dtype)t->type.dtype;
    return tri_load_f64(dtype, (const char *)t->data + (size_t)i * tri_dtype_bytes(dtype));
}

/* Runs the first function of a module in the text; inputs by number. Returns result 0 (others are freed). */
static inline tri_tensor run_text(const char *text, const double *const *inputs, tri_eval_mode mode)
{
    tri_arena arena;
    tri_arena_init(&arena, 0);
    tri_module *module = parse(&arena, text);
    const tri_func *func = module->first;
    tri_tensor in[8], out[8];
    for (uint32_t i = 0; i < func->body->n_args; i++) in[i] = tensor_of(func->body->args[i]->type, inputs[i]);
    must(tri_eval_func(func, in, out, &(tri_eval_options){.mode = mode}));
    tri_tensor_free(in, func->body->n_args);
    tri_tensor_free(out + 1, func->n_results - 1);
    tri_arena_free(&arena);
    return out[0];
}

/* Checks every element of result 0 by value; NaN equals NaN, and the sign of zeros counts. */
static inline void expect(const char *text, const double *const *inputs, const double *want)
{
    tri_tensor got = run_text(text, inputs, TRI_EVAL_MEANING);
    for (int64_t i = 0; i < tri_type_elements(&got.type); i++) {
        double g = number_at(&got, i);
        bool same = (isnan(g) && isnan(want[i])) || (g == want[i] && !signbit(g) == !signbit(want[i]));
        ck_assert_msg(same, "element %lld is %.17g, expected %.17g, in\n%s", (long long)i, g, want[i], text);
    }
    tri_tensor_free(&got, 1);
}

#define NUMBERS(...) ((const double[]){__VA_ARGS__})
#define INPUTS(...) ((const double *const[]){__VA_ARGS__})

#endif
