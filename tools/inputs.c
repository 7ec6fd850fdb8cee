/* tools/inputs.c - the arguments of a run. */
#include "tools/inputs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "tools/elements.h"
#include "tools/npy.h"
#include "tools/safetensors.h"

tri_type tensor_type_of(const tri_plan_tensor *tensor) { return tri_tensor_of(tensor->dtype, tensor->rank, tensor->dims); }

/* 0, 1, 2, ... in row-major order, as far as the dtype counts: it starts over where an integer would overflow. */
static void fill_iota(const tri_tensor *tensor)
{
    tri_dtype dtype = (tri_dtype)tensor->type.dtype;
    size_t bytes = tri_dtype_bytes(dtype);
    int64_t n = tri_type_elements(&tensor->type);
    for (int64_t i = 0; i < n; i++) tri_store_i64(dtype, (char *)tensor->data + (size_t)i * bytes, dtype == TRI_I1 ? i & 1 : i);
}

static tri_status *fill(const tri_plan_tensor *argument, size_t number, const char *spec, const tri_tensor *tensor)
{
    if (!strcmp(spec, "zeros")) {
        memset(tensor->data, 0, tri_type_bytes(&tensor->type));
    } else if (!strcmp(spec, "iota")) {
        fill_iota(tensor);
    } else if (!strcmp(spec, "random") || !strncmp(spec, "random:", 7)) {
        char *end = NULL;
        errno = 0;
        unsigned long long seed = spec[6] ? strtoull(spec + 7, &end, 10) : 0;
        if (spec[6] && (spec[7] < '0' || spec[7] > '9' || *end || errno))
            return tri_error(TRI_USAGE, TRI_NOWHERE, "--input %s=%s: the seed behind random: is a number, 0 or more", argument->name, spec);
        tri_random_fill(seed, number, argument->dtype, argument->rank, argument->dims, tensor->data);
    } else {
        size_t n = strlen(spec);
        if (n < 4 || strcmp(spec + n - 4, ".npy"))
            return tri_error(TRI_USAGE, TRI_NOWHERE, "--input %s=%s: write FILE.npy, random[:SEED], zeros or iota behind =", argument->name, spec);
        return tri_note(npy_read(spec, &tensor->type, tensor->data), "for the argument %s", argument->name);
    }
    return NULL;
}

/* Which argument `word`, n bytes long, is: a name, or a number. */
static tri_status *find_argument(const tri_plan_tensor *arguments, size_t n_arguments, const char *word, size_t n, size_t *out)
{
    size_t number = 0;
    bool is_number = n > 0 && n < 8;
    for (size_t i = 0; i < n && is_number; i++) {
        is_number = word[i] >= '0' && word[i] <= '9';
        number = number * 10 + (size_t)(word[i] - '0');
    }
    for (*out = 0; *out < n_arguments; ++*out)
        if (strlen(arguments[*out].name) == n && !memcmp(arguments[*out].name, word, n)) return NULL;
    *out = number;
    if (is_number && number < n_arguments) return NULL;
    return tri_error(TRI_USAGE, TRI_NOWHERE, "there is no argument '%.*s'; there are %zu, from %s to %s", (int)n, word, n_arguments,
                     n_arguments ? arguments[0].name : "-", n_arguments ? arguments[n_arguments - 1].name : "-");
}

static tri_status *take_weight(const safetensors *weights, const tri_plan_tensor *argument, const tri_tensor *tensor, bool *out_taken)
{
    const safetensor *found = weights ? safetensors_find(weights, argument->name) : NULL;
    *out_taken = found != NULL;
    if (!found) return NULL;
    if (!tri_shape_equal(&found->type, &tensor->type))
        return tri_error(TRI_INVALID, (tri_loc){.file = weights->path}, "the tensor '%s' has another shape than the argument of this name",
                         argument->name);
    return tri_note(
        elements_convert((tri_dtype)found->type.dtype, found->data, argument->dtype, tensor->data, (size_t)tri_type_elements(&tensor->type)),
        "for the argument %s, from %s", argument->name, weights->path);
}

static tri_status *fill_all(cli_session *session, const tri_plan_tensor *arguments, size_t n, const cli_list *specs, const safetensors *weights,
                            const tri_tensor *tensors)
{
    const char **spec_of = TRI_NEW_ARRAY(&session->arena, const char *, n);
    for (size_t i = 0; i < specs->n; i++) {
        const char *equals = strchr(specs->at[i], '=');
        size_t which;
        if (!equals) return tri_error(TRI_USAGE, TRI_NOWHERE, "--input takes ARG=SPEC, not '%s'", specs->at[i]);
        TRI_TRY(find_argument(arguments, n, specs->at[i], (size_t)(equals - specs->at[i]), &which));
        if (spec_of[which]) return tri_error(TRI_USAGE, TRI_NOWHERE, "the argument %s is given twice", arguments[which].name);
        spec_of[which] = equals + 1;
    }
    size_t taken = 0;
    for (size_t i = 0; i < n; i++) {
        bool is_weight = false;
        if (!spec_of[i]) TRI_TRY(take_weight(weights, &arguments[i], &tensors[i], &is_weight));
        if (!is_weight) TRI_TRY(fill(&arguments[i], i, spec_of[i] ? spec_of[i] : "random:0", &tensors[i]));
        taken += is_weight;
    }
    if (weights && !taken)
        return tri_error(TRI_INVALID, (tri_loc){.file = weights->path}, "none of the %zu tensors has the name of an argument; arguments are %s to %s",
                         weights->n, n ? arguments[0].name : "-", n ? arguments[n - 1].name : "-");
    return NULL;
}

tri_status *inputs_make(cli_session *session, const tri_plan_tensor *arguments, size_t n, const cli_list *specs, const char *weights,
                        tri_tensor **out)
{
    safetensors file;
    if (weights) TRI_TRY(safetensors_open(weights, &session->arena, &file));
    tri_tensor *tensors = calloc(n ? n : 1, sizeof *tensors);
    tri_status *status = tensors ? NULL : tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory");
    for (size_t i = 0; !status && i < n; i++) {
        tensors[i].type = tensor_type_of(&arguments[i]);
        uint64_t bytes = tri_type_bytes(&tensors[i].type);
        tensors[i].data = malloc(bytes ? bytes : 1);
        if (!tensors[i].data)
            status =
                tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "no memory for the %llu bytes of argument %s", (unsigned long long)bytes, arguments[i].name);
    }
    if (!status) status = fill_all(session, arguments, n, specs, weights ? &file : NULL, tensors);
    if (weights) safetensors_close(&file);
    if (status) {
        if (tensors) tri_tensor_free(tensors, n);
        free(tensors);
        return status;
    }
    *out = tensors;
    return NULL;
}
