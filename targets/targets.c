/* targets/targets.c - the targets, one row each. */
#include "targets/target.h"

#include <stdlib.h>
#include <string.h>

static const tri_target *const targets[] = {&tri_target_systolic, &tri_target_nvptx, &tri_target_amdgcn, &tri_target_null};

const tri_target *tri_target_find(const tri_chip *chip)
{
    const char *family = tri_chip_word(chip, "family", "");
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
        if (!strcmp(targets[i]->family, family)) return targets[i];
    return NULL;
}

void tri_kernel_code_free(tri_kernel_code *code)
{
    for (int i = 0; i < code->n_images; i++) free(code->images[i]);
    free(code->llvm);
    free(code->text);
    free(code->maps);
    memset(code, 0, sizeof *code);
}
