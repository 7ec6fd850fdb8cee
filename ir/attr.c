/* ir/attr.c - attributes: making them, and reading them off an op. They are immutable once made; ops share them freely. */
#include "ir/ir.h"

static tri_attr *new_attr(tri_module *module, tri_attr_kind kind)
{
    tri_attr *attr = TRI_NEW(module->arena, tri_attr);
    attr->kind = (uint8_t)kind;
    return attr;
}

const tri_attr *tri_attr_unit(tri_module *module) { return new_attr(module, TRI_ATTR_UNIT); }

const tri_attr *tri_attr_integer(tri_module *module, int64_t value)
{
    tri_attr *attr = new_attr(module, TRI_ATTR_INTEGER);
    attr->dtype = TRI_I64;
    attr->integer = value;
    return attr;
}

const tri_attr *tri_attr_number(tri_module *module, tri_dtype dtype, double value)
{
    tri_attr *attr = new_attr(module, TRI_ATTR_FLOAT);
    attr->dtype = (uint8_t)dtype;
    attr->number = value;
    return attr;
}

const tri_attr *tri_attr_bool(tri_module *module, bool value)
{
    tri_attr *attr = new_attr(module, TRI_ATTR_BOOL);
    attr->dtype = TRI_I1;
    attr->integer = value;
    return attr;
}

static const tri_attr *text_attr(tri_module *module, tri_attr_kind kind, const char *text)
{
    tri_attr *attr = new_attr(module, kind);
    attr->text = tri_arena_strndup(module->arena, text, strlen(text));
    return attr;
}

const tri_attr *tri_attr_string(tri_module *module, const char *text) { return text_attr(module, TRI_ATTR_STRING, text); }
const tri_attr *tri_attr_word(tri_module *module, const char *text) { return text_attr(module, TRI_ATTR_WORD, text); }
const tri_attr *tri_attr_symbol(tri_module *module, const char *text) { return text_attr(module, TRI_ATTR_SYMBOL, text); }

const tri_attr *tri_attr_integers(tri_module *module, size_t n, const int64_t *at)
{
    tri_attr *attr = new_attr(module, TRI_ATTR_INTEGERS);
    int64_t *copy = TRI_NEW_ARRAY(module->arena, int64_t, n);
    if (n) memcpy(copy, at, n * sizeof *copy);
    attr->dtype = TRI_I64;
    attr->integers.n = n;
    attr->integers.at = copy;
    return attr;
}

const tri_attr *tri_attr_elements(tri_module *module, tri_type type, bool splat, const void *data)
{
    tri_attr *attr = new_attr(module, TRI_ATTR_ELEMENTS);
    size_t bytes = splat ? tri_dtype_bytes((tri_dtype)type.dtype) : tri_type_bytes(&type);
    void *copy = tri_arena_alloc(module->arena, bytes);
    if (bytes) memcpy(copy, data, bytes);
    attr->type = type;
    attr->dtype = type.dtype;
    attr->splat = splat;
    attr->data = copy;
    return attr;
}

void tri_op_set_attr(tri_module *module, tri_op *op, const char *name, const tri_attr *value)
{
    for (uint32_t i = 0; i < op->n_attrs; i++) {
        if (!strcmp(op->attrs[i].name, name)) {
            tri_named_attr *copy = TRI_NEW_ARRAY(module->arena, tri_named_attr, op->n_attrs); /* a clone shares the array */
            memcpy(copy, op->attrs, op->n_attrs * sizeof *copy);
            copy[i].value = value;
            op->attrs = copy;
            return;
        }
    }
    tri_named_attr *grown = TRI_NEW_ARRAY(module->arena, tri_named_attr, op->n_attrs + 1);
    if (op->n_attrs) memcpy(grown, op->attrs, op->n_attrs * sizeof *grown);
    grown[op->n_attrs++] = (tri_named_attr){tri_arena_strndup(module->arena, name, strlen(name)), value};
    op->attrs = grown;
}

const tri_attr *tri_op_attr(const tri_op *op, const char *name)
{
    for (uint32_t i = 0; i < op->n_attrs; i++)
        if (!strcmp(op->attrs[i].name, name)) return op->attrs[i].value;
    return NULL;
}

const tri_attr *tri_attr_find(const tri_attr *dict, const char *name)
{
    if (!dict || dict->kind != TRI_ATTR_DICT) return NULL;
    for (size_t i = 0; i < dict->dict.n; i++)
        if (!strcmp(dict->dict.at[i].name, name)) return dict->dict.at[i].value;
    return NULL;
}

int64_t tri_op_integer(const tri_op *op, const char *name, int64_t otherwise)
{
    const tri_attr *attr = tri_op_attr(op, name);
    return attr && (attr->kind == TRI_ATTR_INTEGER || attr->kind == TRI_ATTR_BOOL) ? attr->integer : otherwise;
}

double tri_op_number(const tri_op *op, const char *name, double otherwise)
{
    const tri_attr *attr = tri_op_attr(op, name);
    if (attr && attr->kind == TRI_ATTR_FLOAT) return attr->number;
    return attr && attr->kind == TRI_ATTR_INTEGER ? (double)attr->integer : otherwise;
}

const char *tri_op_text(const tri_op *op, const char *name, const char *otherwise)
{
    const tri_attr *attr = tri_op_attr(op, name);
    return attr && (attr->kind == TRI_ATTR_STRING || attr->kind == TRI_ATTR_WORD || attr->kind == TRI_ATTR_SYMBOL) ? attr->text : otherwise;
}

size_t tri_op_integers(const tri_op *op, const char *name, const int64_t **out_at)
{
    const tri_attr *attr = tri_op_attr(op, name);
    if (!attr || attr->kind != TRI_ATTR_INTEGERS) {
        *out_at = NULL;
        return 0;
    }
    *out_at = attr->integers.at;
    return attr->integers.n;
}
