/* ir/print.c - the ground of the printer: numbers, types, attributes, and modules. One spelling for everything; floats in the fewest digits that read
 * back to the same bits, NaN and infinities as bits, long literals as hexadecimal bytes. No output depends on the locale or on addresses. */
#include "ir/print.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/hash.h"
#include "ir/lex.h"

/* ---- names ---- */

void tri_print_end(tri_printer *printer)
{
    free(printer->names);
    printer->names = NULL;
    printer->n_names = printer->room = 0;
}

static size_t slot_of(const tri_printer *printer, const void *key)
{
    size_t slot = tri_hash_u64(TRI_HASH_SEED, (uint64_t)(uintptr_t)key) & (printer->room - 1);
    while (printer->names[slot].key && printer->names[slot].key != key) slot = (slot + 1) & (printer->room - 1);
    return slot;
}

void tri_print_name(tri_printer *printer, const void *key, uint32_t number, const char *name)
{
    if (printer->n_names * 2 >= printer->room) {
        tri_printer larger = {.room = printer->room ? printer->room * 2 : 256};
        larger.names = calloc(larger.room, sizeof *larger.names);
        if (!larger.names) {
            printer->out->failed = true;
            return;
        }
        for (size_t i = 0; i < printer->room; i++)
            if (printer->names[i].key) larger.names[slot_of(&larger, printer->names[i].key)] = printer->names[i];
        free(printer->names);
        printer->names = larger.names;
        printer->room = larger.room;
    }
    size_t slot = slot_of(printer, key);
    printer->n_names += !printer->names[slot].key;
    printer->names[slot].key = key;
    printer->names[slot].number = number;
    printer->names[slot].name = name;
}

bool tri_print_find(const tri_printer *printer, const void *key, uint32_t *out_number, const char **out_name)
{
    if (!printer->room) return false;
    size_t slot = slot_of(printer, key);
    if (!printer->names[slot].key) return false;
    *out_number = printer->names[slot].number;
    *out_name = printer->names[slot].name;
    return true;
}

void tri_print_indent(tri_printer *printer)
{
    for (uint32_t i = 0; i < printer->depth; i++) tri_text_add_n(printer->out, "  ", 2);
}

/* ---- numbers and strings ---- */

void tri_print_integer(tri_text *out, int64_t value)
{
    char digits[24];
    size_t n = 0;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do digits[sizeof digits - ++n] = (char)('0' + rest % 10);
    while (rest /= 10);
    if (value < 0) digits[sizeof digits - ++n] = '-';
    tri_text_add_n(out, digits + sizeof digits - n, n);
}

/* The decimal digits of a finite value, `n` of them, correctly rounded; the exponent belongs to the first. */
static void digits_of(double value, int n, char digits[20], int *out_exponent)
{
    char text[40];
    snprintf(text, sizeof text, "%.*e", n - 1, value);
    char *at = text, *e = strchr(text, 'e');
    int count = 0;
    for (; at < e; at++)
        if (*at >= '0' && *at <= '9') digits[count++] = *at;
    while (count > 1 && digits[count - 1] == '0') count--;
    digits[count] = 0;
    *out_exponent = atoi(e + 1);
}

static void print_float(tri_text *out, tri_dtype dtype, double value)
{
    char digits[20], text[48];
    int exponent = 0;
    for (int n = 1; n <= 17; n++) {
        digits_of(fabs(value), n, digits, &exponent);
        snprintf(text, sizeof text, "%se%d", digits, exponent - (int)strlen(digits) + 1);
        if (tri_round_to(dtype, strtod(text, NULL)) == fabs(value)) break;
    }
    size_t n = strlen(digits);
    if (signbit(value)) tri_text_add(out, "-");
    if (n <= 7) { /* as other tools print them */
        tri_text_addf(out, "%c.%s%.*se%c%02d", digits[0], digits + 1, (int)(7 - n), "000000", exponent < 0 ? '-' : '+', abs(exponent));
    } else if (exponent >= -4 && exponent < 0) {
        tri_text_addf(out, "0.%.*s%s", -exponent - 1, "000", digits);
    } else if (exponent >= 0 && (size_t)exponent + 1 < n) {
        tri_text_addf(out, "%.*s.%s", exponent + 1, digits, digits + exponent + 1);
    } else {
        tri_text_addf(out, "%c.%sE%c%d", digits[0], digits + 1, exponent < 0 ? '-' : '+', abs(exponent));
    }
}

void tri_print_element(tri_text *out, tri_dtype dtype, const void *element)
{
    if (dtype == TRI_I1) {
        tri_text_add(out, tri_load_i64(dtype, element) ? "true" : "false");
    } else if (!tri_dtype_is_float(dtype)) {
        int64_t value = tri_load_i64(dtype, element);
        if (dtype == TRI_U64)
            tri_text_addf(out, "%" PRIu64, (uint64_t)value);
        else
            tri_print_integer(out, value);
    } else {
        double value = tri_load_f64(dtype, element);
        if (isfinite(value)) {
            print_float(out, dtype, value);
            return;
        }
        tri_text_add(out, "0x");
        for (size_t i = tri_dtype_bytes(dtype); i-- > 0;) tri_text_addf(out, "%02X", ((const unsigned char *)element)[i]);
    }
}

static const char hex_digits[] = "0123456789ABCDEF";

void tri_print_string(tri_text *out, const char *text)
{
    tri_text_add(out, "\"");
    for (const char *at = text; *at; at++) {
        unsigned char c = (unsigned char)*at;
        if (c == '\\')
            tri_text_add(out, "\\\\");
        else if (c == '"' || c < 32 || c == 127)
            tri_text_addf(out, "\\%c%c", hex_digits[c >> 4], hex_digits[c & 15]);
        else
            tri_text_add_n(out, at, 1);
    }
    tri_text_add(out, "\"");
}

static bool is_plain_name(const char *name, bool may_start_with_digit)
{
    if (!*name || (!may_start_with_digit && !TRI_IS(*name, TRI_CHAR_NAME_START))) return false;
    for (const char *at = name; *at; at++)
        if (!TRI_IS(*at, TRI_CHAR_NAME) || (*at == '.' && at[1] == '.')) return false;
    return true;
}

void tri_print_symbol(tri_text *out, const char *name) { tri_text_addf(out, is_plain_name(name, true) ? "@%s" : "@\"%s\"", name); }

void tri_print_key(tri_text *out, const char *name) { tri_text_addf(out, is_plain_name(name, false) ? "%s" : "\"%s\"", name); }

/* ---- types ---- */

void tri_type_print(const tri_type *type, tri_text *out)
{
    static const char *const heads[] = {
        [TRI_TYPE_NONE] = "none", [TRI_TYPE_TENSOR] = "tensor<", [TRI_TYPE_BUFFER] = "buf<", [TRI_TYPE_TILE] = "tile<", [TRI_TYPE_INDEX] = "index",
        [TRI_TYPE_SCALAR] = "",   [TRI_TYPE_FLAGS] = "flags<",   [TRI_TYPE_RING] = "ring<",  [TRI_TYPE_TURNS] = "turns"};
    tri_text_add(out, heads[type->kind]);
    if (type->kind == TRI_TYPE_NONE || type->kind == TRI_TYPE_INDEX || type->kind == TRI_TYPE_TURNS) return;
    if (type->kind == TRI_TYPE_FLAGS) {
        for (int i = 0; i < type->rank; i++) {
            if (i) tri_text_add(out, "x");
            tri_print_integer(out, type->dims[i]);
        }
        tri_text_add(out, ">");
        return;
    }
    for (int i = 0; i < type->rank; i++) {
        tri_print_integer(out, type->dims[i]);
        tri_text_add_n(out, "x", 1);
    }
    tri_text_add(out, tri_dtype_name((tri_dtype)type->dtype));
    if (type->kind != TRI_TYPE_SCALAR) tri_text_add_n(out, ">", 1);
}

/* ---- attributes ---- */

/* Beyond this many elements a literal is printed as bytes. i1 is always a list: tools disagree about how its bits are packed. */
enum { MOST_LISTED = 100 };

static void print_list(tri_text *out, const tri_attr *attr, int depth, const char **at)
{
    tri_text_add(out, "[");
    for (int64_t i = 0; i < attr->type.dims[depth]; i++) {
        if (i) tri_text_add_n(out, ", ", 2);
        if (depth + 1 < attr->type.rank) {
            print_list(out, attr, depth + 1, at);
        } else {
            tri_print_element(out, (tri_dtype)attr->dtype, *at);
            *at += tri_dtype_bytes((tri_dtype)attr->dtype);
        }
    }
    tri_text_add(out, "]");
}

static void print_hex(tri_text *out, const unsigned char *bytes, size_t n)
{
    char piece[512];
    tri_text_add(out, "\"0x");
    for (size_t i = 0; i < n;) {
        size_t filled = 0;
        for (; i < n && filled < sizeof piece; i++) {
            piece[filled++] = hex_digits[bytes[i] >> 4];
            piece[filled++] = hex_digits[bytes[i] & 15];
        }
        tri_text_add_n(out, piece, filled);
    }
    tri_text_add(out, "\"");
}

static void print_elements(tri_text *out, const tri_attr *attr)
{
    size_t elements = (size_t)tri_type_elements(&attr->type), bytes = tri_dtype_bytes((tri_dtype)attr->dtype);
    const char *data = attr->data;
    bool splat = elements && (attr->splat || elements == 1 || !memcmp(data, data + bytes, (elements - 1) * bytes));
    tri_text_add(out, "dense<");
    if (splat)
        tri_print_element(out, (tri_dtype)attr->dtype, data);
    else if (elements > MOST_LISTED && attr->dtype != TRI_I1)
        print_hex(out, attr->data, elements * bytes);
    else if (elements)
        print_list(out, attr, 0, &data);
    tri_text_add(out, "> : ");
    tri_type_print(&attr->type, out);
}

static void print_integers(tri_text *out, const tri_attr *attr, bool typed)
{
    tri_text_add(out, typed ? "array<" : "[");
    if (typed) tri_text_addf(out, "%s%s", tri_dtype_name((tri_dtype)attr->dtype), attr->integers.n ? ": " : "");
    for (size_t i = 0; i < attr->integers.n; i++) {
        if (i) tri_text_add_n(out, ", ", 2);
        if (attr->dtype == TRI_I1)
            tri_text_add(out, attr->integers.at[i] ? "true" : "false");
        else if (attr->dtype == TRI_U64)
            tri_text_addf(out, "%" PRIu64, (uint64_t)attr->integers.at[i]);
        else
            tri_print_integer(out, attr->integers.at[i]);
    }
    tri_text_add(out, typed ? ">" : "]");
}

void tri_print_attr(tri_text *out, const tri_attr *attr, bool typed)
{
    unsigned char element[8];
    switch ((tri_attr_kind)attr->kind) {
    case TRI_ATTR_UNIT: tri_text_add(out, "unit"); break;
    case TRI_ATTR_BOOL: tri_text_add(out, attr->integer ? "true" : "false"); break;
    case TRI_ATTR_INTEGER:
        tri_store_i64((tri_dtype)attr->dtype, element, attr->integer);
        tri_print_element(out, (tri_dtype)attr->dtype, element);
        if (typed) tri_text_addf(out, " : %s", tri_dtype_name((tri_dtype)attr->dtype));
        break;
    case TRI_ATTR_FLOAT:
        tri_store_f64((tri_dtype)attr->dtype, element, attr->number);
        tri_print_element(out, (tri_dtype)attr->dtype, element);
        if (typed) tri_text_addf(out, " : %s", tri_dtype_name((tri_dtype)attr->dtype));
        break;
    case TRI_ATTR_STRING: tri_print_string(out, attr->text); break;
    case TRI_ATTR_WORD:
    case TRI_ATTR_RAW: tri_text_add(out, attr->text); break;
    case TRI_ATTR_SYMBOL: tri_print_symbol(out, attr->text); break;
    case TRI_ATTR_INTEGERS: print_integers(out, attr, typed); break;
    case TRI_ATTR_ELEMENTS: print_elements(out, attr); break;
    case TRI_ATTR_TYPE: tri_type_print(&attr->type, out); break;
    case TRI_ATTR_LIST:
        tri_text_add(out, "[");
        for (size_t i = 0; i < attr->list.n; i++) {
            if (i) tri_text_add(out, ", ");
            tri_print_attr(out, attr->list.at[i], true);
        }
        tri_text_add(out, "]");
        break;
    case TRI_ATTR_DICT:
        if (!attr->dict.n) tri_text_add(out, "{}");
        tri_print_attr_dict(out, (uint32_t)attr->dict.n, attr->dict.at);
        break;
    }
}

void tri_print_attr_dict(tri_text *out, uint32_t n, const tri_named_attr *attrs)
{
    for (uint32_t i = 0; i < n; i++) {
        tri_text_add(out, i ? ", " : "{");
        tri_print_key(out, attrs[i].name);
        if (attrs[i].value->kind == TRI_ATTR_UNIT) continue;
        tri_text_add(out, " = ");
        tri_print_attr(out, attrs[i].value, true);
    }
    if (n) tri_text_add(out, "}");
}

/* ---- functions and modules ---- */

static void print_at_depth(const tri_func *func, tri_text *out, uint32_t depth)
{
    tri_printer printer = {.out = out, .depth = depth};
    if (func->is_scheduled)
        tri_print_scheduled(&printer, func);
    else if (func->is_kernel)
        tri_print_kernel(&printer, func);
    else
        tri_print_func(&printer, func);
    tri_print_end(&printer);
}

void tri_func_print(const tri_func *func, tri_text *out) { print_at_depth(func, out, 0); }

void tri_module_print(const tri_module *module, tri_text *out)
{
    tri_text_add(out, "module ");
    if (*module->name) {
        tri_print_symbol(out, module->name);
        tri_text_add(out, " ");
    }
    if (module->n_attrs) {
        tri_text_add(out, "attributes ");
        tri_print_attr_dict(out, module->n_attrs, module->attrs);
        tri_text_add(out, " ");
    }
    tri_text_add(out, "{\n");
    for (const tri_func *func = module->first; func; func = func->next) print_at_depth(func, out, 1);
    tri_text_add(out, "}\n");
}

void tri_op_print(const tri_op *op, tri_text *out)
{
    tri_printer printer = {.out = out};
    const tri_func *func = op->parent ? op->parent->func : NULL;
    if (func && func->is_kernel)
        tri_print_name_kernel(&printer, func);
    else if (func)
        tri_print_number_block(&printer, func->body);
    if (tri_is_tensor_op(op->kind))
        tri_print_tensor_op(&printer, op);
    else
        tri_print_tile_op(&printer, op);
    tri_print_end(&printer);
}

tri_status *tri_op_error_v(const tri_op *op, tri_code code, const char *format, va_list arguments)
{
    tri_status *status = tri_error_v(code, op ? op->loc : TRI_NOWHERE, format, arguments);
    if (!op) return status;
    tri_text text = {0};
    tri_op_print(op, &text);
    status = tri_note(status, "in the statement: %s", tri_text_string(&text));
    tri_text_free(&text);
    return status;
}
