/* codegen_test.h - what the test files of code generation share. */
#ifndef CODEGEN_TEST_H
#define CODEGEN_TEST_H

#include <check.h>

#include "targets/llvm/codegen.h"

/* A fresh folder for each test, its value of TMPDIR too; teardown removes it. */
extern char folder[64];

/* A kernel k that swaps neighbours through 256 floats of shared memory; `body` is spliced in, reads %v and defines %w. */
char *ptx_ir(const char *body);
char *amdgcn_ir(const char *body);
#define PLAIN_BODY "  %w = fadd float %v, 1.0\n"

tri_codegen_job ptx_job(const char *ir);
tri_codegen_job amdgcn_job(const char *ir);

/* Runs one job that must not be an error of the whole run. */
tri_codegen_result run_one(tri_codegen_job job, const tri_codegen_options *options);
/* How many files the test's folder holds. */
int files_in_folder(void);
/* Whether a process runs whose command line holds `text`. */
bool process_exists(const char *text);
/* Writes an executable script into the folder; returns its path. */
char *script(const char *name, const char *text);

Suite *limits_suite(SFun setup, SFun teardown);
Suite *readers_suite(void);
#endif
