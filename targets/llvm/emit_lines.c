/* targets/llvm/emit_lines.c - which statement of the tile program an instruction serves, as LLVM's debug locations: line numbers and nothing more, so
 * that code generation does not change. PTX gets `.loc` directives of them, objects a line table. What the statements are called goes beside them, a
 * line each, "14 @pv: %13 = mma %8, %9": in PTX comments that begin with "//tile ", in objects the section .tile. Needs: an emitter with arena,
 * kernel and family. */
#include "ir/statements.h"
#include "targets/llvm/emit_internal.h"

/* Metadata: a location has FIRST + its line, numbers below are other files'. */
enum { UNIT = 900, FILE_OF, FUNCTION, VERSION, DWARF, FIRST = 1000 };

void tri_lines_begin(tri_emitter *e)
{
    tri_statements said = tri_statements_of(e->arena, e->kernel);
    e->statements = said.at;
    e->n_lines = said.n;
    e->line_used = TRI_NEW_ARRAY(e->arena, bool, said.n);
}

int32_t tri_lines_at(tri_emitter *e, const tri_op *op)
{
    int32_t before = e->line;
    bool known = op->loc.line > 0 && (uint32_t)op->loc.line < e->n_lines && e->statements[op->loc.line];
    e->line = known ? op->loc.line : 0;
    return before;
}

void tri_lines_end_instruction(tri_emitter *e)
{
    if (e->line) {
        e->line_used[e->line] = true;
        tri_text_addf(e->out, ", !dbg !%d", FIRST + (int)e->line);
    }
    tri_text_add(e->out, "\n");
}

void tri_lines_open_body(tri_emitter *e) { tri_text_addf(e->out, ") #0 !dbg !%d {\n", FUNCTION); }

/* In a string of assembly that is in a string of LLVM's. */
static void add_quoted(tri_text *out, const char *text)
{
    for (; *text; text++) {
        bool plain = *text >= ' ' && *text < 127 && *text != '"' && *text != '\\';
        tri_text_add_n(out, plain ? text : "'", 1);
    }
}

void tri_lines_end(tri_emitter *e)
{
    tri_text *out = e->out;
    bool comments = e->family->kind == TRI_CODEGEN_PTX;
    e->line = 0;
    tri_text_addf(out, "!llvm.dbg.cu = !{!%d}\n!llvm.module.flags = !{!%d, !%d}\n", UNIT, VERSION, DWARF);
    tri_text_addf(out, "!%d = distinct !DICompileUnit(language: DW_LANG_C11, file: !%d, isOptimized: true, emissionKind: DebugDirectivesOnly)\n",
                  UNIT, FILE_OF);
    tri_text_addf(out, "!%d = !DIFile(filename: \"%s\", directory: \"\")\n", FILE_OF, e->kernel->name);
    tri_text_addf(out, "!%d = distinct !DISubprogram(name: \"%s\", file: !%d, unit: !%d, spFlags: DISPFlagDefinition)\n", FUNCTION, e->kernel->name,
                  FILE_OF, UNIT);
    tri_text_addf(out, "!%d = !{i32 2, !\"Debug Info Version\", i32 3}\n!%d = !{i32 7, !\"Dwarf Version\", i32 4}\n", VERSION, DWARF);
    for (uint32_t line = 1; line < e->n_lines; line++)
        if (e->line_used[line]) tri_text_addf(out, "!%u = !DILocation(line: %u, scope: !%d)\n", FIRST + line, line, FUNCTION);
    if (!comments) tri_text_add(out, "module asm \".section .tile,\\22\\22,@progbits\"\n");
    for (uint32_t line = 1; line < e->n_lines; line++) {
        if (!e->line_used[line]) continue;
        tri_text_addf(out, comments ? "module asm \"//tile %u " : "module asm \".ascii \\22%u ", line);
        add_quoted(out, e->statements[line]);
        tri_text_add(out, comments ? "\"\n" : "\\5Cn\\22\"\n");
    }
    if (!comments) tri_text_add(out, "module asm \".text\"\n");
}
