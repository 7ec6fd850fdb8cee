/* tests/unit/systolic_rig.c - see systolic_rig.h. */
#include "systolic_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void must(tri_status *status)
{
    if (!status) return;
    tri_status_print(status, NULL, stderr);
    abort();
}

void rig_open(rig *r, const char *chip)
{
    memset(r, 0, sizeof *r);
    must(tri_chip_load(chip, &r->file));
    must(tri_syssim_chip_read(r->file, &r->chip));
}

void rig_close(rig *r)
{
    for (int k = 0; k < r->n; k++) {
        free(r->block[k].data);
        free(r->block[k].init);
    }
    tri_chip_free(r->file);
}

void *rig_buffer(rig *r, const char *name, uint64_t bytes, const void *contents)
{
    int k = r->n++;
    r->address[k] = 0x10000000ull * (uint64_t)(k + 1);
    r->bytes[k] = bytes;
    r->name[k] = name;
    r->block[k] = (tri_syssim_block){r->address[k], bytes, calloc(bytes + 1, 1), calloc(bytes / 8 + 16, 1)};
    if (contents) {
        memcpy(r->block[k].data, contents, bytes);
        memset(r->block[k].init, 255, bytes / 8 + 1);
    }
    return r->block[k].data;
}

tri_status *rig_run(rig *r, tri_systolic_program *program)
{
    void *bytes = NULL;
    size_t n = 0;
    tri_syssim_code *code = NULL;
    tri_status *status = tri_systolic_finish(program, &bytes, &n);
    tri_systolic_free(program);
    if (!status) status = tri_syssim_load(&r->chip, "k", bytes, n, &code);
    free(bytes);
    if (status) return status;
    tri_launch launch = {.kernel = "k", .n_arguments = (uint32_t)r->n, .arguments = r->address, .bytes = r->bytes, .argument_names = r->name};
    status = tri_syssim_run(&r->chip, code, &launch, r->block, (size_t)r->n, &r->options, &r->report);
    tri_syssim_unload(code);
    return status;
}

tri_status *rig_run_text(rig *r, const char *body)
{
    tri_text text = {0};
    tri_text_addf(&text, "systolic 2 %s chip 0x0 params %d sp_top 0\n%s", r->chip.bundle ? "bundle" : "decoupled", r->n, body);
    tri_systolic_program *program;
    tri_status *status = tri_systolic_assemble(tri_text_string(&text), text.n, "test", &program);
    tri_text_free(&text);
    return status ? status : rig_run(r, program);
}

int rig_ap(tri_systolic_program *p, int queue, tri_systolic_space space, tri_systolic_dtype dtype, int npart, int columns)
{
    tri_systolic_ap ap = tri_systolic_tile(space, dtype, npart, columns);
    return tri_systolic_intern_ap(p, queue, &ap);
}

void rig_setr(tri_systolic_program *p, int queue, int reg, uint64_t value)
{
    tri_systolic_instruction i = tri_systolic_make(TRI_SYS_SETR);
    i.fn = TRI_SYS_SETR_IMM;
    i.dst = (uint32_t)reg;
    i.src0 = (uint32_t)value;
    i.src1 = (uint32_t)(value >> 32);
    i.flags = p->bundle ? TRI_SYS_END : 0;
    tri_systolic_append(p, queue, &i);
}

void rig_arg(tri_systolic_program *p, int queue, int reg, int argument)
{
    tri_systolic_instruction i = tri_systolic_make(TRI_SYS_SETR);
    i.fn = TRI_SYS_SETR_ARG;
    i.dst = (uint32_t)reg;
    i.src0 = (uint32_t)argument;
    i.flags = p->bundle ? TRI_SYS_END : 0;
    tri_systolic_append(p, queue, &i);
}

void rig_op(tri_systolic_program *p, int queue, tri_systolic_op op)
{
    tri_systolic_instruction i = tri_systolic_make(op);
    i.flags = p->bundle ? TRI_SYS_END : 0;
    tri_systolic_append(p, queue, &i);
}

void rig_loop(tri_systolic_program *p, int queue, uint32_t n)
{
    tri_systolic_instruction i = tri_systolic_make(TRI_SYS_LOOP);
    i.src0 = n;
    i.flags = p->bundle ? TRI_SYS_END : 0;
    tri_systolic_append(p, queue, &i);
}

bool rig_says(tri_status *status, const char *trap, const char *part)
{
    const char *message = status ? tri_status_message(status) : "(no error)";
    bool ok = status && !strncmp(message, trap, strlen(trap)) && strstr(message, part);
    if (!ok) fprintf(stderr, "wanted %s ... %s, got: %s\n", trap, part, message);
    tri_status_free(status);
    return ok;
}
