/* gcn_text.c - from a line of disassembly to a `gcn_inst`: mnemonic, operands by the row's pattern, modifiers.
 *
 * The text is LLVM's, but the bytes behind it are anyone's, so register numbers are checked against what the kernel declares, widths against the
 * pattern, counts against the arrays. What is not understood is UNSUPPORTED, never guessed. */
#include "runtime/drivers/amdgcn_sim/gcn.h"

#include <stdlib.h>
#include <string.h>

#include "base/dtype.h"

enum { MOST_OPERANDS = 6, MOST_TEXT = 512 };

static tri_status *unknown(const char *what, const char *text) { return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "%s \"%s\"", what, text); }

static bool take(const char **at, const char *prefix)
{
    size_t n = strlen(prefix);
    if (strncmp(*at, prefix, n)) return false;
    *at += n;
    return true;
}

static bool take_number(const char **at, int64_t *out)
{
    char *end;
    bool negative = **at == '-';
    const char *digits = *at + negative;
    if (*digits < '0' || *digits > '9') return false;
    uint64_t value = strtoull(digits, &end, 0);
    *out = negative ? (int64_t)(0 - value) : (int64_t)value;
    *at = end;
    return true;
}

static int letter_dwords(char letter)
{
    if (strchr("iwfhbpxk", letter)) return 1;
    if (strchr("IFPMK", letter)) return 2;
    if (letter == 'g') return 16;
    if (letter == 'G') return 32;
    return letter >= '2' && letter <= '8' ? letter - '0' : 0;
}

/* A number as the operand's type sees it: floats are inline constants written with a point, the rest are bits. */
static bool parse_constant(const char *text, char type, uint64_t *out)
{
    const char *at = text;
    int64_t bits;
    if (!strchr(text, '.')) {
        if (!take_number(&at, &bits) || *at) return false;
        bool is_hex = strstr(text, "0x") != NULL;
        *out = (uint64_t)bits;
        if (type == 'F' && is_hex && !((uint64_t)bits >> 32)) *out = (uint64_t)bits << 32; /* a literal is the upper half */
        if (letter_dwords(type) == 1) *out = (uint32_t)bits;
        return true;
    }
    char *end;
    double value = strtod(text, &end);
    if (*end) return false;
    float narrow = (float)value;
    uint32_t narrow_bits;
    if (type == 'h' || type == 'p') {
        *out = (uint64_t)tri_f64_to_small_float(value, 5, 11, true);
    } else if (type == 'F' || type == 'I' || type == 'K') {
        memcpy(out, &value, sizeof value);
    } else if (type == 'w') {
        return false;
    } else {
        memcpy(&narrow_bits, &narrow, sizeof narrow);
        *out = narrow_bits;
    }
    return true;
}

/* "5" or "[4:7]" behind a register's letter. */
static bool parse_range(const char **at, int64_t *first, int64_t *n)
{
    if (!take(at, "[")) {
        *n = 1;
        return take_number(at, first);
    }
    int64_t last;
    if (!take_number(at, first)) return false;
    last = *first;
    if (take(at, ":") && !take_number(at, &last)) return false;
    *n = last - *first + 1;
    return take(at, "]") && *n >= 1 && *n <= 32;
}

static const struct named_register {
    const char *name;
    uint16_t reg;
    uint8_t dwords;
} named_registers[] = {
    {"vcc_lo", GCN_VCC, 1},
    {"vcc_hi", GCN_VCC + 1, 1},
    {"vcc", GCN_VCC, 2},
    {"exec_lo", GCN_EXEC, 1},
    {"exec_hi", GCN_EXEC + 1, 1},
    {"exec", GCN_EXEC, 2},
    {"m0", GCN_M0, 1},
    {"flat_scratch_lo", GCN_FLAT_SCRATCH, 1},
    {"flat_scratch_hi", GCN_FLAT_SCRATCH + 1, 1},
    {"flat_scratch", GCN_FLAT_SCRATCH, 2},
    {"xnack_mask_lo", GCN_XNACK_MASK, 1},
    {"xnack_mask_hi", GCN_XNACK_MASK + 1, 1},
    {"xnack_mask", GCN_XNACK_MASK, 2},
};

static bool parse_hwreg(const char *at, uint64_t *out)
{
    static const char *const names[] = {"", "HW_REG_MODE", "HW_REG_STATUS", "HW_REG_TRAPSTS", "HW_REG_HW_ID", "HW_REG_GPR_ALLOC", "HW_REG_LDS_ALLOC"};
    uint64_t id = 0;
    int64_t offset = 0, size = 32;
    for (uint64_t i = 1; i < sizeof names / sizeof *names; i++)
        if (take(&at, names[i])) {
            id = i;
            break;
        }
    if (take(&at, ", ") && (!take_number(&at, &offset) || !take(&at, ", ") || !take_number(&at, &size))) return false;
    *out = id | (uint64_t)offset << 8 | (uint64_t)size << 16;
    return id != 0 && offset >= 0 && size >= 1 && offset + size <= 32 && !strcmp(at, ")");
}

static tri_status *parse_register(const char **at, const gcn_kernel *kernel, gcn_operand *operand)
{
    const char *start = *at;
    for (size_t i = 0; i < sizeof named_registers / sizeof *named_registers; i++)
        if (take(at, named_registers[i].name)) {
            operand->kind = GCN_SCALAR;
            operand->reg = named_registers[i].reg;
            operand->dwords = named_registers[i].dwords;
            return NULL;
        }
    char file = **at;
    int64_t first, n;
    ++*at;
    if (!parse_range(at, &first, &n) || first < 0) return unknown("operand", start);
    operand->dwords = (uint8_t)n;
    if (file == 's') {
        if (first + n > GCN_FLAT_SCRATCH) return unknown("there is no scalar register", start);
        operand->kind = GCN_SCALAR;
        operand->reg = (uint16_t)first;
        return NULL;
    }
    if (file == 'a') first += kernel->accum_offset;
    if (first + n > kernel->n_vgprs)
        return tri_error(TRI_INVALID, TRI_NOWHERE, "operand \"%s\" is beyond the %u vector registers that the kernel declares", start,
                         kernel->n_vgprs);
    operand->kind = GCN_VECTOR;
    operand->reg = (uint16_t)first;
    return NULL;
}

static tri_status *parse_operand(const char *text, char type, const gcn_kernel *kernel, gcn_operand *operand)
{
    static const struct {
        const char *name;
        uint8_t kind;
        uint64_t value;
    } specials[] = {{"off", GCN_OFF, 0},
                    {"scc", GCN_SCC, 0},
                    {"src_scc", GCN_SCC, 0},
                    {"vccz", GCN_VCCZ, 0},
                    {"src_vccz", GCN_VCCZ, 0},
                    {"execz", GCN_EXECZ, 0},
                    {"src_execz", GCN_EXECZ, 0},
                    {"src_shared_base", GCN_CONSTANT, GCN_SHARED_BASE},
                    {"src_private_base", GCN_CONSTANT, GCN_PRIVATE_BASE},
                    {"src_shared_limit", GCN_CONSTANT, GCN_SHARED_BASE | 0xffffffff},
                    {"src_private_limit", GCN_CONSTANT, GCN_PRIVATE_BASE | 0xffffffff}};
    *operand = (gcn_operand){.type = (uint8_t)type};
    for (size_t i = 0; i < sizeof specials / sizeof *specials; i++)
        if (!strcmp(text, specials[i].name)) {
            operand->kind = specials[i].kind;
            operand->value = specials[i].value;
            return NULL;
        }
    const char *at = text;
    if (take(&at, "hwreg(")) {
        operand->kind = GCN_HWREG;
        return parse_hwreg(at, &operand->value) ? NULL : unknown("hardware register", text);
    }
    if (parse_constant(text, type, &operand->value)) {
        operand->kind = GCN_CONSTANT;
        return NULL;
    }
    bool sext = take(&at, "sext("), closes = sext;
    if (*at == '-' || take(&at, "neg(")) {
        operand->negate = true;
        if (*at == '-')
            at++;
        else
            closes = true;
    }
    operand->absolute = take(&at, "|");
    operand->sign_extend = sext;
    bool is_number = (*at >= '0' && *at <= '9') || *at == '-';
    if (is_number) { /* |0x3f...| or -(1.0): a literal with modifiers */
        char number[64];
        size_t n = strcspn(at, "|)");
        if (n >= sizeof number) return unknown("operand", text);
        memcpy(number, at, n);
        number[n] = 0;
        at += n;
        if (!parse_constant(number, type, &operand->value)) return unknown("operand", text);
        operand->kind = GCN_CONSTANT;
    } else {
        if (!strchr("svamvefx", *at) || !*at) return unknown("operand", text);
        TRI_TRY(parse_register(&at, kernel, operand));
    }
    if (operand->absolute && !take(&at, "|")) return unknown("operand", text);
    if (closes && !take(&at, ")")) return unknown("operand", text);
    if (*at) return unknown("operand", text);
    int dwords = letter_dwords(type);
    if (operand->kind != GCN_CONSTANT && dwords && operand->dwords != dwords) return unknown("operand of unexpected width", text);
    bool floating = strchr("fhFxpP", type) != NULL;
    if ((operand->negate || operand->absolute) && !floating) return unknown("sign modifier on an integer operand", text);
    return NULL;
}

/* "[0,1,1]" to bits. */
static bool parse_bits(const char *at, uint8_t *out)
{
    *out = 0;
    if (!take(&at, "[")) return false;
    for (int i = 0; i < 5; i++) {
        if (*at != '0' && *at != '1') return false;
        *out |= (uint8_t)((*at++ - '0') << i);
        if (take(&at, "]")) return !*at;
        if (!take(&at, ",")) return false;
    }
    return false;
}

static bool parse_select(const char *at, uint8_t *out)
{
    static const char *const names[] = {"DWORD", "WORD_0", "WORD_1", "BYTE_0", "BYTE_1", "BYTE_2", "BYTE_3"};
    for (uint8_t i = 0; i < 7; i++)
        if (!strcmp(at, names[i])) {
            *out = i;
            return true;
        }
    return false;
}

/* Which lane each lane reads under a DPP control; 0xff: none. */
static bool parse_dpp(const char *text, uint8_t *lanes)
{
    const char *at = text;
    int64_t n = 0;
    int quad[4] = {0, 0, 0, 0};
    enum { QUAD, SHL, SHR, ROR, WAVE_SHL, WAVE_SHR, WAVE_ROL, WAVE_ROR, MIRROR, HALF_MIRROR, BCAST, NEWBCAST } control;
    if (take(&at, "quad_perm:[")) {
        control = QUAD;
        for (int i = 0; i < 4; i++) {
            if (*at < '0' || *at > '3') return false;
            quad[i] = *at++ - '0';
            if (*at++ != (i < 3 ? ',' : ']')) return false;
        }
        if (*at) return false;
    } else {
        static const struct {
            const char *name;
            int control;
            bool has_number;
        } controls[] = {{"row_shl:", SHL, true},       {"row_shr:", SHR, true},          {"row_ror:", ROR, true},
                        {"wave_shl:", WAVE_SHL, true}, {"wave_shr:", WAVE_SHR, true},    {"wave_rol:", WAVE_ROL, true},
                        {"wave_ror:", WAVE_ROR, true}, {"row_mirror", MIRROR, false},    {"row_half_mirror", HALF_MIRROR, false},
                        {"row_bcast:", BCAST, true},   {"row_newbcast:", NEWBCAST, true}};
        size_t i = 0, n_controls = sizeof controls / sizeof *controls;
        while (i < n_controls && !take(&at, controls[i].name)) i++;
        if (i == n_controls || (controls[i].has_number && (!take_number(&at, &n) || n < 0 || n > 31)) || *at) return false;
        control = controls[i].control;
    }
    for (int lane = 0; lane < GCN_LANES; lane++) {
        int row = lane & ~15, in_row = lane & 15, from = -1;
        switch (control) {
        case QUAD: from = (lane & ~3) + quad[lane & 3]; break;
        case SHL: from = in_row + n < 16 ? lane + (int)n : -1; break;
        case SHR: from = in_row >= n ? lane - (int)n : -1; break;
        case ROR: from = row + ((in_row - (int)n) & 15); break;
        case WAVE_SHL: from = lane < 63 ? lane + 1 : -1; break;
        case WAVE_SHR: from = lane > 0 ? lane - 1 : -1; break;
        case WAVE_ROL: from = (lane + 1) & 63; break;
        case WAVE_ROR: from = (lane - 1) & 63; break;
        case MIRROR: from = row + 15 - in_row; break;
        case HALF_MIRROR: from = (lane & ~7) + 7 - (lane & 7); break;
        case BCAST: from = n == 15 ? (row ? row - 1 : -1) : (lane >= 32 ? 31 : -1); break;
        case NEWBCAST: from = row + ((int)n & 15); break;
        }
        lanes[lane] = from < 0 ? 0xff : (uint8_t)from;
    }
    return true;
}

static bool parse_count(const char *at, int8_t *out)
{
    int64_t n;
    if (!take_number(&at, &n) || n < 0 || n > 63 || strcmp(at, ")")) return false;
    *out = (int8_t)n;
    return true;
}

static bool parse_value(const char *at, int64_t low, int64_t high, int64_t *out)
{
    return take_number(&at, out) && !*at && *out >= low && *out <= high;
}

static bool parse_swizzle(const char *at, int64_t *out);

static bool parse_modifier(const char *word, gcn_modifiers *m)
{
    static const char *const ignored[] = {"nt", "sc1", "glc", "slc", "scc", "gds_off", "&"}; /* cache policy: no caches here */
    const char *at = word;
    int64_t n;
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
        if (!strcmp(word, ignored[i])) return true;
    if (!strcmp(word, "sc0")) return m->sc0 = true;
    if (!strcmp(word, "offen")) return m->offen = true;
    if (!strcmp(word, "idxen")) return m->idxen = true;
    if (!strcmp(word, "lds")) return m->lds = true;
    if (!strcmp(word, "clamp")) return m->clamp = true;
    if (take(&at, "offset:swizzle(")) return parse_swizzle(at, &m->offset);
    if (take(&at, "offset:") || take(&at, "offset0:")) return parse_value(at, -(1 << 23), 1 << 23, &m->offset);
    if (take(&at, "offset1:")) return (m->has_offset1 = true) && parse_value(at, 0, 255, &m->offset1);
    if (take(&at, "op_sel_hi:")) return parse_bits(at, &m->op_sel_hi);
    if (take(&at, "op_sel:")) return parse_bits(at, &m->op_sel);
    if (take(&at, "neg_lo:")) return parse_bits(at, &m->neg_lo);
    if (take(&at, "neg_hi:")) return parse_bits(at, &m->neg_hi);
    if (take(&at, "vmcnt(")) return parse_count(at, &m->vmcnt);
    if (take(&at, "lgkmcnt(")) return parse_count(at, &m->lgkmcnt);
    if (take(&at, "expcnt(")) return true; /* exports and GDS: none here */
    if (take(&at, "src0_sel:")) return (m->has_sdwa = true) && parse_select(at, &m->select[0]);
    if (take(&at, "src1_sel:")) return (m->has_sdwa = true) && parse_select(at, &m->select[1]);
    if (take(&at, "dst_sel:")) return (m->has_sdwa = true) && parse_select(at, &m->dst_select);
    if (take(&at, "dst_unused:UNUSED_")) {
        m->dst_unused = !strcmp(at, "PAD") ? GCN_UNUSED_PAD : !strcmp(at, "SEXT") ? GCN_UNUSED_SEXT : GCN_UNUSED_PRESERVE;
        return m->has_sdwa = true;
    }
    if (take(&at, "row_mask:")) return parse_value(at, 0, 15, &n) && ((m->row_mask = (uint8_t)n), true);
    if (take(&at, "bank_mask:")) return parse_value(at, 0, 15, &n) && ((m->bank_mask = (uint8_t)n), true);
    if (take(&at, "bound_ctrl:")) return m->bound_control = true;
    if (take(&at, "bitop3:")) return parse_value(at, 0, 255, &n) && ((m->bitop = (uint8_t)n), true);
    if (take(&at, "cbsz:")) return parse_value(at, 0, 7, &n) && ((m->format_a = (uint8_t)n), true);
    if (take(&at, "blgp:")) return parse_value(at, 0, 7, &n) && ((m->format_b = (uint8_t)n), true);
    if (take(&at, "mul:")) return parse_value(at, 2, 4, &n) && n != 3 && ((m->output_scale = n == 2 ? 1 : 2), true);
    if (take(&at, "div:")) return parse_value(at, 2, 2, &n) && ((m->output_scale = -1), true);
    return (m->has_dpp = true) && parse_dpp(word, m->dpp);
}

/* The mnemonics of ds_swizzle's patterns, back to its 16 bits: bit 15 set: a permutation of each quad; else and, or, xor masks of 5 bits each. */
static bool parse_swizzle(const char *at, int64_t *out)
{
    int64_t a, b;
    char pattern[5];
    if (take(&at, "SWAP,")) return take_number(&at, &a) && ((*out = a << 10 | 0x1f), !strcmp(at, ")")) && a < 32;
    if (take(&at, "REVERSE,")) return take_number(&at, &a) && ((*out = (a - 1) << 10 | 0x1f), !strcmp(at, ")")) && a <= 32;
    if (take(&at, "BROADCAST,"))
        return take_number(&at, &a) && take(&at, ",") && take_number(&at, &b) && ((*out = (32 - a) | b << 5), !strcmp(at, ")")) && a <= 32 && b < a;
    if (take(&at, "QUAD_PERM,")) {
        *out = 0x8000;
        for (int i = 0; i < 4; i++) {
            if (*at < '0' || *at > '3') return false;
            *out |= (int64_t)(*at++ - '0') << (2 * i);
            if (*at++ != (i < 3 ? ',' : ')')) return false;
        }
        return !*at;
    }
    if (!take(&at, "BITMASK_PERM,\"") || strlen(at) != 7) return false;
    memcpy(pattern, at, 5);
    *out = 0;
    for (int i = 0; i < 5; i++) { /* first letter: bit 4; 0, 1: set, p: keep, i: invert */
        int bit = 4 - i;
        if (pattern[i] == '1') *out |= 1 << (bit + 5);
        if (pattern[i] == 'p' || pattern[i] == 'i') *out |= 1 << bit;
        if (pattern[i] == 'i') *out |= 1 << (bit + 10);
    }
    return true;
}

/* Splits "v0, hwreg(A, 1, 2), |v1| offset:4" at commas outside of brackets; what follows the last operand's word is left in *rest. */
static size_t split(char *text, char *operands[MOST_OPERANDS], char **rest)
{
    size_t n = 0;
    int depth = 0;
    char *at = text;
    *rest = text + strlen(text);
    while (*at) {
        while (*at == ' ') at++;
        if (!*at || n == MOST_OPERANDS) return *at ? MOST_OPERANDS + 1 : n;
        operands[n++] = at;
        for (depth = 0; *at && (depth || (*at != ',' && *at != ' ')); at++) depth += (*at == '(' || *at == '[') - (*at == ')' || *at == ']');
        if (!*at) return n;
        bool last = *at == ' ';
        *at++ = 0;
        if (last) {
            *rest = at;
            return n;
        }
    }
    return n;
}

/* Rows whose operands are only modifiers ("s_waitcnt vmcnt(0)") have an empty pattern. */
static tri_status *parse_modifiers(char *at, gcn_modifiers *m)
{
    while (*at) {
        while (*at == ' ' || *at == ',') at++;
        if (!*at) break;
        char *word = at;
        for (int depth = 0; *at && (depth || *at != ' '); at++) depth += (*at == '(' || *at == '[') - (*at == ')' || *at == ']');
        if (*at) *at++ = 0;
        if (!parse_modifier(word, m)) return unknown("modifier", word);
    }
    return NULL;
}

static void use(gcn_inst *inst, const gcn_operand *operand, bool write)
{
    if ((operand->kind != GCN_SCALAR && operand->kind != GCN_VECTOR) || inst->n_uses == GCN_MOST_USES) return;
    uint16_t first = (uint16_t)(operand->reg + (operand->kind == GCN_VECTOR ? GCN_SGPRS : 0));
    inst->uses[inst->n_uses++] = (gcn_use){first, operand->dwords, write};
}

static tri_status *parse_operands(char **texts, size_t n, const char *pattern, const gcn_kernel *kernel, gcn_inst *inst)
{
    bool is_source = false;
    size_t next = 0;
    if (*pattern == '~') {
        if (n > 4) return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "too many operands");
        for (; next < n; next++) TRI_TRY(parse_operand(texts[next], '*', kernel, &inst->src[next]));
        inst->n_src = (uint8_t)n;
        return NULL;
    }
    for (; *pattern; pattern++) {
        if (*pattern == '=') {
            is_source = true;
        } else if (*pattern == '@') {
            gcn_operand tied = inst->dst[inst->n_dst > 1 ? inst->n_src : 0];
            inst->src[inst->n_src++] = tied;
        } else {
            gcn_operand *operand = is_source ? &inst->src[inst->n_src++] : &inst->dst[inst->n_dst++];
            if (next == n) return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "an operand is missing");
            TRI_TRY(parse_operand(texts[next++], *pattern, kernel, operand));
            if (!is_source && operand->kind != GCN_SCALAR && operand->kind != GCN_VECTOR && operand->kind != GCN_HWREG)
                return unknown("destination", texts[next - 1]);
        }
    }
    return next == n ? NULL : tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "unexpected operand \"%s\"", texts[next]);
}

static size_t base_name(const char *text, size_t n)
{
    static const char *const suffixes[] = {"_dpp", "_sdwa", "_e32", "_e64"};
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        size_t m = strlen(suffixes[i]);
        if (n > m && !memcmp(text + n - m, suffixes[i], m)) return n - m;
    }
    return n;
}

static bool is_lane_row(const gcn_op *op)
{
    return op->handler == gcn_lane_op || op->handler == gcn_matrix_op || op->handler == gcn_scaled_matrix_op;
}

/* Registers must be of the file that the handler expects; the handlers rely on this. */
static tri_status *check_files(const gcn_inst *inst)
{
    bool lanes = is_lane_row(inst->op);
    for (int i = 0; i < inst->n_dst + inst->n_src; i++) {
        bool is_dst = i < inst->n_dst;
        const gcn_operand *operand = is_dst ? &inst->dst[i] : &inst->src[i - inst->n_dst];
        char type = (char)operand->type;
        bool scalar_type = type == 'M' || type == 'k' || type == 'K' || (type == 'g' && !lanes) || (inst->op->handler == gcn_s_load);
        if (operand->kind == GCN_VECTOR && scalar_type)
            return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "a vector register where a scalar is expected");
        if (operand->kind == GCN_SCALAR && is_dst && !scalar_type && type != '*')
            return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "a scalar register where a vector is expected");
        if ((operand->kind == GCN_OFF || operand->kind == GCN_HWREG) && type != '*')
            return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "unexpected operand");
    }
    return NULL;
}

/* A modifier that the row's body would ignore is refused. */
static tri_status *check_modifiers(const gcn_inst *inst)
{
    const gcn_op *op = inst->op;
    const gcn_modifiers *m = &inst->m;
    bool lanes = op->handler == gcn_lane_op, halves = strpbrk(op->pattern, "hwpPx") != NULL, fp8 = strstr(op->name, "8_f32") != NULL;
    bool floating = strchr("fFhpP", op->pattern[0]) && op->pattern[0];
    if (lanes && m->op_sel && !halves && !fp8) return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "op_sel is not supported here");
    if (m->clamp && !(lanes && (floating || op->detail & GCN_SATURATES)))
        return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "clamp is not supported here");
    if (m->output_scale && op->pattern[0] != 'f') return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "an output modifier is not supported here");
    if ((m->has_dpp || m->has_sdwa) && !lanes) return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "DPP and SDWA are not supported here");
    bool matrix = op->handler == gcn_matrix_op;
    if ((matrix && (m->format_a || m->format_b)) || (is_lane_row(op) && !lanes && (m->neg_lo || m->neg_hi)))
        return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "cbsz, abid, blgp and neg are not supported here");
    bool to_lds = m->lds || (op->handler == gcn_global && inst->n_dst == 0 && !(op->detail & GCN_STORE));
    if (to_lds && !inst->gfx950 && (op->detail & 0xff) > 4)
        return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "gfx942 loads at most 4 bytes a lane to LDS");
    return NULL;
}

tri_status *gcn_parse_text(const char *text, const gcn_kernel *kernel, bool gfx950, gcn_inst *inst)
{
    char copy[MOST_TEXT], *operands[MOST_OPERANDS], *rest;
    while (*text == ' ' || *text == '\t') text++;
    size_t n = strlen(text), n_name = strcspn(text, " \t");
    if (n >= sizeof copy) return unknown("too long an instruction", text);
    memcpy(copy, text, n + 1);
    inst->op = gcn_find_op(copy, base_name(copy, n_name));
    if (!inst->op) return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "the simulator does not know this instruction");
    inst->body = gcn_find_body(inst->op);
    inst->matrix = gcn_find_matrix(inst->op);
    inst->gfx950 = gfx950;
    inst->m = (gcn_modifiers){.op_sel_hi = 0xff, .row_mask = 15, .bank_mask = 15, .vmcnt = -1, .lgkmcnt = -1};
    if (strchr(inst->op->pattern, 'x')) inst->m.op_sel_hi = 0;

    char *tail = copy + n_name;
    while (*tail == ' ' || *tail == '\t') tail++;
    size_t n_operands = 0;
    const char *pattern = inst->op->pattern;
    if (!strcmp(pattern, "="))
        rest = tail;
    else
        n_operands = split(tail, operands, &rest);
    if (n_operands > MOST_OPERANDS) return unknown("too many operands", text);
    TRI_TRY(parse_modifiers(rest, &inst->m));
    if (inst->m.lds && inst->op->handler == gcn_buffer && pattern[0] == '*') pattern = "=*4*";
    TRI_TRY(parse_operands(operands, n_operands, pattern, kernel, inst));
    TRI_TRY(check_files(inst));
    TRI_TRY(check_modifiers(inst));

    bool atomic = pattern[0] == '~';
    if (atomic && inst->m.sc0) { /* returns the old value: in its first operand */
        inst->dst[inst->n_dst++] = inst->src[0];
        if (inst->op->handler == gcn_global_atomic) {
            memmove(inst->src, inst->src + 1, 3 * sizeof *inst->src);
            inst->n_src--;
        }
    }
    if (atomic && inst->n_src != (inst->op->handler == gcn_global_atomic ? 3 : 4)) return unknown("operands of", text);
    for (int i = 0; i < inst->n_dst; i++) use(inst, &inst->dst[i], true);
    for (int i = 0; i < inst->n_src; i++) use(inst, &inst->src[i], false);
    return NULL;
}
