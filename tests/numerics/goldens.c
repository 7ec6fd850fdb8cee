/* tests/numerics/goldens.c - every module of tests/golden/jax on the device, on the inputs of that folder's README.md, against what JAX computed: an
 * oracle that is not ours. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "ir/eval.h"
#include "tests/golden/jax_cases.h"
#include "tests/numerics/suite.h"

typedef struct golden {
    const char *folder, *name, *text;
    char *kinds[8];
    int n_kinds;
} golden;

static void fill(void *context, uint32_t argument, const tri_type *type, void *data)
{
    const golden *g = context;
    for (int64_t i = 0, n = tri_type_elements(type); i < n; i++)
        tri_store_f64((tri_dtype)type->dtype, (char *)data + (size_t)i * tri_dtype_bytes((tri_dtype)type->dtype),
                      jax_input_element(g->kinds[argument], argument, (uint32_t)i));
}

/* The elements of an npy file of format 1.0. */
static tri_status *read_npy(const golden *g, uint32_t result, size_t bytes, char **out)
{
    char path[300], *file;
    size_t n;
    snprintf(path, sizeof path, "%s/expected/%s.%u.npy", g->folder, g->name, result);
    TRI_TRY(tri_file_read(path, &file, &n));
    size_t header = n < 10 ? n : 10 + (size_t)(unsigned char)file[8] + 256 * (size_t)(unsigned char)file[9];
    if (n != header + bytes) {
        free(file);
        return tri_error(TRI_INVALID, TRI_NOWHERE, "%s does not hold %zu bytes of elements", path, bytes);
    }
    memmove(file, file + header, bytes);
    *out = file;
    return NULL;
}

/* What JAX computed is one honest answer and the device's is another, so they may be twice the bound of the whole function apart. */
static tri_status *compare_with_jax(const golden *g, const tri_type *types, uint32_t n, const tri_bounded *bounded, void *const *outputs)
{
    for (uint32_t r = 0; r < n; r++) {
        char *want = NULL;
        TRI_TRY(read_npy(g, r, tri_type_bytes(&types[r]), &want));
        tri_dtype dtype = (tri_dtype)types[r].dtype;
        size_t size = tri_dtype_bytes(dtype);
        tri_status *status = NULL;
        for (int64_t i = 0, count = tri_type_elements(&types[r]); i < count && !status; i++) {
            double jax = tri_load_f64(dtype, want + (size_t)i * size), ours = tri_load_f64(dtype, (char *)outputs[r] + (size_t)i * size),
                   bound = bounded[r].bound[i];
            bool same = jax == ours || (jax != jax && ours != ours);
            double apart = jax > ours ? jax - ours : ours - jax;
            if (!same && !(apart <= 2 * bound))
                status = tri_error(TRI_WRONG, TRI_NOWHERE, "result %u element %lld is %.9g, JAX computed %.9g, and the contract allows %.3g for each",
                                   r, (long long)i, ours, jax, bound);
        }
        free(want);
        TRI_TRY(status);
    }
    return NULL;
}

static tri_status *judge(void *context, const rig *rig, uint32_t n, const tri_type *types, void *const *outputs)
{
    (void)rig;
    golden *g = context;
    tri_arena arena;
    tri_arena_init(&arena, 0);
    tri_module *module;
    tri_status *status = tri_module_parse(&arena, g->text, strlen(g->text), g->name, &module);
    if (status) return status;
    const tri_func *func = tri_module_find(module, "main");
    tri_tensor in[8];
    tri_value *arguments[8];
    tri_bounded bounded[64];
    tri_func *caller = tri_func_create(module, "caller", false); /* the function as one op, for the bounds of its results */
    for (uint32_t i = 0; i < func->body->n_args; i++) {
        in[i] = (tri_tensor){func->body->args[i]->type, malloc(tri_type_bytes(&func->body->args[i]->type) + 1)};
        fill(g, i, &in[i].type, in[i].data);
        arguments[i] = tri_block_add_arg(module, caller->body, NULL, in[i].type);
    }
    tri_op *call = tri_op_create(module, TRI_OP_CALL, TRI_NOWHERE, func->body->n_args, arguments, func->n_results, func->results);
    tri_op_set_attr(module, call, "callee", tri_attr_symbol(module, "main"));
    tri_block_append(caller->body, call);
    status = tri_eval_bounded(call, in, bounded, NULL);
    if (!status) {
        status = compare_with_jax(g, types, n, bounded, outputs);
        tri_bounded_free(bounded, func->n_results);
    }
    tri_tensor_free(in, func->body->n_args);
    tri_arena_free(&arena);
    return status;
}

static void try_golden(suite *suite, const char *folder, char *line)
{
    golden g = {.folder = folder, .name = strtok(line, " \n")};
    if (jax_case_is_beyond(g.name)) return;
    strtok(NULL, " \n"); /* the number of results */
    for (char *word; g.n_kinds < 8 && (word = strtok(NULL, " \n"));) g.kinds[g.n_kinds++] = word;
    char path[300], name[100], *text;
    size_t n;
    snprintf(path, sizeof path, "%s/%s.mlir", folder, g.name);
    snprintf(name, sizeof name, "jax %s", g.name);
    tri_status *status = tri_file_read(path, &text, &n);
    if (status) {
        tri_status_print(status, NULL, stdout);
        tri_status_free(status);
        suite->failed++;
        return;
    }
    g.text = text;
    suite_try(suite, &(trial){.name = name, .text = text, .inputs = INPUTS_GIVEN, .fill = fill, .judge = judge, .context = &g});
    free(text);
}

void suite_goldens(suite *suite, const char *folder)
{
    char path[300], line[300];
    snprintf(path, sizeof path, "%s/cases.txt", folder);
    FILE *cases = fopen(path, "r");
    if (!cases) {
        printf("no %s\n", path);
        suite->failed++;
        return;
    }
    while (fgets(line, sizeof line, cases))
        if (*line != '#' && *line != '\n') try_golden(suite, folder, line);
    fclose(cases);
}
