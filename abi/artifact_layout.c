/* abi/artifact_layout.c - the one layout an artifact can have, from the sizes of its sections, and what a name is: the writer keeps to it, the reader
 * demands it. */
#include <string.h>

#include "abi/artifact_format.h"

static const struct {
    const char *name;
    uint64_t alignment;
} rows[TRI_ARTIFACT_N_SECTIONS] = {
#define ROW(name, text, alignment) {text, alignment},
    TRI_ARTIFACT_SECTIONS(ROW)
#undef ROW
};

const char *tri_artifact_section_name(tri_artifact_section section) { return rows[section].name; }

bool tri_artifact_is_name(const char *string)
{
    size_t n = strnlen(string, TRI_ARTIFACT_LONGEST_NAME + 1);
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)string[i] < ' ' || string[i] == 0x7f) return false;
    return n && n <= TRI_ARTIFACT_LONGEST_NAME;
}

static uint64_t align_up(uint64_t offset, uint64_t alignment) { return (offset + alignment - 1) / alignment * alignment; }

bool tri_artifact_lay_out(const uint64_t sizes[TRI_ARTIFACT_N_SECTIONS], tri_artifact_layout *out_layout)
{
    tri_artifact_layout l;
    memset(&l, 0, sizeof l);
    uint64_t end = sizeof l.header, most = INT64_MAX / (2 * TRI_ARTIFACT_N_HEADERS);
    Elf64_Word name = 1;
    for (int i = 0; i <= TRI_ARTIFACT_N_SECTIONS; i++) {
        bool names = i == TRI_ARTIFACT_N_SECTIONS;
        Elf64_Shdr *section = &l.sections[i + 1];
        section->sh_name = name;
        section->sh_type = names ? SHT_STRTAB : SHT_PROGBITS;
        section->sh_addralign = names ? 1 : rows[i].alignment;
        section->sh_offset = align_up(end, section->sh_addralign);
        section->sh_size = names ? sizeof TRI_ARTIFACT_NAMES : sizes[i];
        if (section->sh_size > most) return false;
        end = section->sh_offset + section->sh_size;
        if (!names) name += (Elf64_Word)strlen(rows[i].name) + 1;
    }
    memcpy(l.header.e_ident, ELFMAG, SELFMAG);
    l.header.e_ident[EI_CLASS] = ELFCLASS64;
    l.header.e_ident[EI_DATA] = ELFDATA2LSB;
    l.header.e_ident[EI_VERSION] = EV_CURRENT;
    l.header.e_type = ET_NONE;
    l.header.e_machine = EM_NONE;
    l.header.e_version = EV_CURRENT;
    l.header.e_shoff = align_up(end, 8);
    l.header.e_ehsize = sizeof(Elf64_Ehdr);
    l.header.e_shentsize = sizeof(Elf64_Shdr);
    l.header.e_shnum = TRI_ARTIFACT_N_HEADERS;
    l.header.e_shstrndx = TRI_ARTIFACT_N_HEADERS - 1;
    l.bytes = l.header.e_shoff + sizeof l.sections;
    *out_layout = l;
    return true;
}
