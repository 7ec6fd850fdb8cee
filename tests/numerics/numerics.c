/* tests/numerics/numerics.c - the numerics suite of one chip.
 *
 *     numerics CHIP TIER [FILTER]      TIER: smoke (a few forms), short, long
 *
 * Exit status: 0 all passed, 1 some failed, 77 the chip has no target or simulator in this build (ctest reports it as skipped). Runs in the
 * repository root. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/numerics/suite.h"

bool suite_wants(const suite *suite, const char *name) { return !suite->filter || strstr(name, suite->filter); }

/* Whether the module names an element type that the chip has not. */
static bool asks_beyond(const suite *suite, const char *text)
{
    for (int d = 0; d < TRI_DTYPE_COUNT; d++) {
        if (rig_has(&suite->rig, (tri_dtype)d)) continue;
        const char *name = tri_dtype_name((tri_dtype)d);
        for (const char *at = text; (at = strstr(at, name)); at++)
            if ((at[-1] == 'x' || at[-1] == '<') && at[strlen(name)] == '>') return true;
    }
    return false;
}

static void count(suite *suite, const trial *trial, tri_status *status)
{
    if (!status) {
        suite->passed++;
        return;
    }
    suite->failed++;
    printf("FAILED %s on %s\n", trial->name, suite->rig.name);
    tri_status_print(status, NULL, stdout);
    if (suite->filter) printf("%s\n", trial->text);
    fflush(stdout);
    tri_status_free(status);
}

void suite_try(suite *suite, const trial *trial)
{
    if (!suite_wants(suite, trial->name)) return;
    if (asks_beyond(suite, trial->text)) {
        suite->beyond++;
        return;
    }
    count(suite, trial, trial_run(&suite->rig, trial));
}

void suite_try_with(suite *suite, const trial *trial, const tri_config_source *source, const char *want)
{
    if (!suite_wants(suite, trial->name)) return;
    const char *chips[] = {suite->rig.name};
    tri_compile_options options = {.chips = chips, .n_chips = 1, .jobs = 1};
    tri_compiled *compiled;
    tri_status *status = tri_compile_with(trial->text, strlen(trial->text), trial->name, &options, source, &compiled);
    if (!status) {
        const tri_program *program = tri_compiled_program(compiled);
        const char *config = program->plans[0].kernels[0].config;
        status = trial_run_program(&suite->rig, trial, program);
        if (!status && !strstr(config, want)) status = tri_error(TRI_WRONG, TRI_NOWHERE, "the config is %s, without %s", config, want);
        tri_compiled_free(compiled);
    }
    count(suite, trial, status);
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: numerics CHIP smoke|short|long [FILTER]\n");
        return 2;
    }
    suite s = {.thorough = !strcmp(argv[2], "long"), .filter = argc > 3 ? argv[3] : NULL};
    tri_status *status = rig_open(argv[1], &s.rig);
    if (status) {
        bool absent = tri_status_code(status) == TRI_UNSUPPORTED || tri_status_code(status) == TRI_UNAVAILABLE;
        tri_status_print(status, NULL, stdout);
        tri_status_free(status);
        return absent ? 77 : 1;
    }
    suite_broken(&s);
    suite_files(&s, "tests/numerics/cases");
    suite_attention(&s);
    suite_splits(&s);
    suite_clusters(&s);
    if (strcmp(argv[2], "smoke")) {
        suite_elementwise(&s);
        suite_contractions(&s);
        suite_goldens(&s, "tests/golden/jax");
        suite_random(&s);
    }
    printf("%s: %d passed, %d failed, %d ask for an element type that %s has not\n", s.rig.name, s.passed, s.failed, s.beyond, s.rig.name);
    rig_close(&s.rig);
    return s.failed || !s.passed;
}
