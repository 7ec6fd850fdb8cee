/* runtime/drivers/systolic_sim/chip.c - the constants of a chip file, read once into a struct. Only this file knows the keys. */
#include <math.h>
#include <string.h>

#include "runtime/drivers/systolic_sim/machine.h"

static tri_status *bad(const tri_chip *chip, const char *what)
{
    return tri_error(TRI_INVALID, TRI_NOWHERE, "chip %s cannot be simulated: %s", chip->name, what);
}

tri_status *tri_syssim_chip_read(const tri_chip *chip, tri_syssim_chip *out)
{
    memset(out, 0, sizeof *out);
    out->chip = chip;
    size_t n = strlen(chip->name);
    memcpy(out->name, chip->name, n < sizeof out->name ? n : sizeof out->name - 1);
    static const struct {
        size_t offset;
        const char *key;
        double otherwise;
    } rows[] = {
#define ROW(field, key, otherwise) {offsetof(tri_syssim_chip, field), key, otherwise},
        TRI_SYSSIM_CONSTANTS(ROW)
#undef ROW
    };
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        double value = rows[k].otherwise;
        if (isnan(value))
            TRI_TRY(tri_chip_require(chip, rows[k].key, &value));
        else
            value = tri_chip_number(chip, rows[k].key, value);
        if (!(value >= 0 && value <= 1e18))
            return tri_error(TRI_INVALID, TRI_NOWHERE, "chip %s: %s = %g is out of range", chip->name, rows[k].key, value);
        *(double *)((char *)out + rows[k].offset) = value;
    }
    const char *style = tri_chip_word(chip, "style", "");
    out->bundle = !strcmp(style, "bundle");
    if (!out->bundle && strcmp(style, "decoupled")) return bad(chip, "`style` must be decoupled or bundle");
    out->ldw_free = !strcmp(tri_chip_word(chip, "ldw_contract", "part"), "free");
    out->align_rule = tri_chip_integer(chip, "align_rule", 0) != 0;
    out->expr = tri_chip_integer(chip, "vec_expr", 0) != 0;
    for (unsigned k = 0; k < TRI_SYS_DTYPE_COUNT; k++) {
        tri_dtype dtype = tri_systolic_dtype_base(k);
        if (dtype != TRI_DTYPE_COUNT && tri_chip_lists(chip, "dtypes", tri_dtype_name(dtype))) out->dtypes |= (uint16_t)(1u << k);
    }
    if (tri_chip_lists(chip, "dtypes", "i1")) out->dtypes |= 1u << TRI_SYS_U8;
    if (out->partitions != TRI_SYS_PARTITIONS) return bad(chip, "`partitions` must be 128");
    if (out->arrays < 1 || out->arrays > MOST_ARRAYS || (!out->bundle && out->arrays != 1))
        return bad(chip, "`arrays` must be 1 to 4, and 1 for decoupled chips");
    if ((out->array_rows != 128 && out->array_rows != 256) || out->array_cols != out->array_rows)
        return bad(chip, "arrays must be 128x128 or 256x256");
    if (out->acc_banks < 1 || out->acc_banks * out->arrays > MOST_BANKS || out->acc_bank_bytes < 64 || out->acc_bank_bytes > 65536)
        return bad(chip, "`acc_banks`, `acc_bank_bytes` are out of range");
    if (out->sp_bytes < 64 || out->sp_bytes > 1 << 20) return bad(chip, "`sp_bytes` must be 64 B to 1 MiB: bytes of one partition");
    if (out->mm_most_n < 1 || out->mm_most_n > 4096) return bad(chip, "`mm_most_n` must be 1 to 4096");
    if (out->smem_bytes > 1 << 24) return bad(chip, "`smem_bytes` is above 16 MiB");
    if (!out->clock || !out->vec_clock || !out->hbm_bandwidth || !out->hbm_sustained || !out->rows_per_cycle || !out->mm_sustain)
        return bad(chip, "a clock, bandwidth or rate is zero");
    if (!out->bundle && (!out->dma_engine_rate || out->dma_engines < 1 || !out->ldw_speed))
        return bad(chip, "`dma_engine_rate`, `dma_engines` or `ldw_speed` is zero");
    if (out->bundle && (!out->port_ld || !out->port_st || !out->port_alu || !out->port_pop || !out->port_eup))
        return bad(chip, "a port count is zero");
    if (!out->act_clock) out->act_clock = out->vec_clock;
    if (!out->gp_clock) out->gp_clock = out->vec_clock;
    return NULL;
}
