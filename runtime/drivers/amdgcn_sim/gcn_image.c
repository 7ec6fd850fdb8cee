/* gcn_image.c - reads an AMDGPU code object: ELF64, little endian, as ld.lld makes it.
 *
 * The file is hostile: every offset, size and count is checked before use, the memory it asks for is bounded. The loadable segments are laid out in
 * one array at a device address; kernels are the dynamic symbols NAME.kd, each a 64-byte kernel descriptor in that array. */
#include "runtime/drivers/amdgcn_sim/gcn.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST_IMAGE_BYTES = 256 << 20,
    MOST_KERNELS = 1 << 16,
    MOST_SCRATCH = 1 << 18, /* bytes of a work-item */
    PAGE = 4096,
    EM_AMDGPU = 224,
    ELFOSABI_AMDGPU_HSA = 64,
    EF_MACH_MASK = 0xff,
    MACH_GFX942 = 0x4c,
    MACH_GFX950 = 0x4f,
    PT_LOAD = 1,
    PT_DYNAMIC = 2,
    SHT_SYMTAB = 2,
    SHT_DYNSYM = 11,
    DT_RELA = 7,
    DT_RELASZ = 8,
    R_AMDGPU_RELATIVE64 = 13,
};

typedef struct elf_file {
    const char *name;
    const uint8_t *at;
    size_t n;
} elf_file;

static uint16_t u16(const uint8_t *p) { return (uint16_t)(p[0] | p[1] << 8); }
static uint32_t u32(const uint8_t *p) { return u16(p) | (uint32_t)u16(p + 2) << 16; }
static uint64_t u64(const uint8_t *p) { return u32(p) | (uint64_t)u32(p + 4) << 32; }

static bool inside(uint64_t offset, uint64_t bytes, uint64_t n) { return offset <= n && bytes <= n - offset; }

static tri_status *damaged(const elf_file *elf, const char *what)
{
    return tri_error(TRI_INVALID, TRI_NOWHERE, "code object %s is damaged: %s", elf->name, what);
}

static tri_status *check_header(const elf_file *elf, bool *out_gfx950)
{
    static const uint8_t magic[] = {0x7f, 'E', 'L', 'F', 2, 1, 1};
    if (elf->n < 64 || memcmp(elf->at, magic, sizeof magic)) return damaged(elf, "it does not begin with a little-endian ELF64 header");
    if (u16(elf->at + 18) != EM_AMDGPU || elf->at[7] != ELFOSABI_AMDGPU_HSA) return damaged(elf, "it is not for an AMD GPU");
    if (u16(elf->at + 16) != 3) return damaged(elf, "it is not linked (ELF type is not a shared object); run ld.lld -shared");
    uint32_t mach = u32(elf->at + 48) & EF_MACH_MASK;
    if (mach != MACH_GFX942 && mach != MACH_GFX950)
        return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "code object %s is for machine 0x%" PRIx32 "; the simulator runs gfx942 and gfx950", elf->name,
                         mach);
    *out_gfx950 = mach == MACH_GFX950;
    return NULL;
}

static tri_status *load_segments(const elf_file *elf, gcn_image *image, uint64_t *out_dynamic, uint64_t *out_dynamic_bytes)
{
    uint64_t table = u64(elf->at + 32), entry = u16(elf->at + 54), count = u16(elf->at + 56);
    if (count == 0 || entry < 56 || !inside(table, entry * count, elf->n)) return damaged(elf, "the program headers lie outside of the file");
    uint64_t end = 0;
    for (uint64_t i = 0; i < count; i++) {
        const uint8_t *header = elf->at + table + i * entry;
        uint64_t offset = u64(header + 8), address = u64(header + 16), in_file = u64(header + 32), in_memory = u64(header + 40);
        if (u32(header) != PT_LOAD) continue;
        if (!inside(offset, in_file, elf->n) || in_memory < in_file) return damaged(elf, "a segment lies outside of the file");
        if (!inside(address, in_memory, MOST_IMAGE_BYTES)) return damaged(elf, "a segment's address is out of reach (256 MiB)");
        if (address + in_memory > end) end = address + in_memory;
    }
    if (end == 0) return damaged(elf, "nothing is to be loaded");
    image->n = (end + PAGE - 1) / PAGE * PAGE;
    image->bytes = calloc(1, image->n);
    image->flags = calloc(1, image->n / PAGE);
    if (!image->bytes || !image->flags)
        return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "code object %s needs %zu bytes of host memory", elf->name, image->n);
    for (uint64_t i = 0; i < count; i++) {
        const uint8_t *header = elf->at + table + i * entry;
        uint64_t address = u64(header + 16), in_memory = u64(header + 40);
        if (u32(header) == PT_DYNAMIC) *out_dynamic = address, *out_dynamic_bytes = in_memory;
        if (u32(header) != PT_LOAD) continue;
        memcpy(image->bytes + address, elf->at + u64(header + 8), u64(header + 32));
        for (uint64_t page = address / PAGE; page * PAGE < address + in_memory; page++) {
            image->flags[page] |= GCN_PAGE_MAPPED;
            if (u32(header + 4) & 2) image->flags[page] |= GCN_PAGE_WRITE;
            if (u32(header + 4) & 1) image->flags[page] |= GCN_PAGE_EXECUTE;
        }
    }
    return NULL;
}

/* Addresses in tables (a global offset table): only "base + addend" is needed in an image that refers to nothing outside of it. */
static tri_status *relocate(const elf_file *elf, gcn_image *image, uint64_t dynamic, uint64_t dynamic_bytes)
{
    if (!inside(dynamic, dynamic_bytes, image->n)) return damaged(elf, "the dynamic section lies outside of the segments");
    uint64_t table = 0, bytes = 0;
    for (uint64_t at = dynamic; dynamic_bytes >= 16 && at <= dynamic + dynamic_bytes - 16; at += 16) {
        uint64_t tag = u64(image->bytes + at), value = u64(image->bytes + at + 8);
        if (tag == 0) break;
        if (tag == DT_RELA) table = value;
        if (tag == DT_RELASZ) bytes = value;
    }
    if (!inside(table, bytes, image->n)) return damaged(elf, "the relocations lie outside of the segments");
    for (uint64_t at = table; at + 24 <= table + bytes; at += 24) {
        uint64_t where = u64(image->bytes + at), value = image->base + u64(image->bytes + at + 16);
        if (u32(image->bytes + at + 8) != R_AMDGPU_RELATIVE64)
            return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE,
                             "code object %s refers to a symbol outside of it (relocation type %" PRIu32 "); link with --no-undefined", elf->name,
                             u32(image->bytes + at + 8));
        if (!inside(where, 8, image->n)) return damaged(elf, "a relocation lies outside of the segments");
        for (int i = 0; i < 8; i++) image->bytes[where + (uint64_t)i] = (uint8_t)(value >> (8 * i));
    }
    return NULL;
}

static tri_status *read_descriptor(const elf_file *elf, gcn_image *image, const char *name, size_t n_name, uint64_t address)
{
    if (address % 4 || !inside(address, 64, image->n)) return damaged(elf, "a kernel descriptor lies outside of the segments");
    const uint8_t *d = image->bytes + address;
    gcn_kernel kernel = {.lds_bytes = u32(d),
                         .scratch_bytes = u32(d + 4),
                         .kernarg_bytes = u32(d + 8),
                         .rsrc3 = u32(d + 44),
                         .rsrc1 = u32(d + 48),
                         .rsrc2 = u32(d + 52),
                         .properties = u16(d + 56),
                         .preload = u16(d + 58)};
    uint64_t entry = address + u64(d + 16);         /* signed; wraps as it should */
    if ((kernel.preload & 0x7f) != 0) entry += 256; /* behind the code that loads the arguments where the hardware cannot */
    if (entry % 4 || !inside(entry, 4, image->n) || !(image->flags[entry / PAGE] & GCN_PAGE_EXECUTE))
        return damaged(elf, "a kernel's entry lies outside of the code");
    kernel.entry = (uint32_t)entry;
    kernel.n_vgprs = ((kernel.rsrc1 & 0x3f) + 1) * 8;
    kernel.accum_offset = ((kernel.rsrc3 & 0x3f) + 1) * 4;
    if (kernel.scratch_bytes > MOST_SCRATCH)
        return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE,
                         "kernel %.*s of %s asks for %" PRIu32 " bytes of scratch a work-item; the simulator gives at most %d", (int)n_name, name,
                         elf->name, kernel.scratch_bytes, MOST_SCRATCH);
    kernel.scratch_bytes = (kernel.scratch_bytes + 15) / 16 * 16;
    kernel.name = malloc(n_name + 1);
    if (!kernel.name) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory reading %s", elf->name);
    memcpy(kernel.name, name, n_name);
    kernel.name[n_name] = 0;
    image->kernels[image->n_kernels++] = kernel;
    return NULL;
}

static tri_status *find_kernels(const elf_file *elf, gcn_image *image)
{
    uint64_t table = u64(elf->at + 40), entry = u16(elf->at + 58), count = u16(elf->at + 60);
    if (entry < 64 || !inside(table, entry * count, elf->n)) return damaged(elf, "the section headers lie outside of the file");
    const uint8_t *symbols = NULL;
    for (uint64_t i = 0; i < count; i++) {
        const uint8_t *header = elf->at + table + i * entry;
        uint32_t type = u32(header + 4);
        if (type == SHT_DYNSYM || (type == SHT_SYMTAB && !symbols)) symbols = header;
    }
    if (!symbols) return damaged(elf, "it has no symbol table");
    uint64_t at = u64(symbols + 24), bytes = u64(symbols + 32), link = u32(symbols + 40);
    if (link >= count || !inside(at, bytes, elf->n)) return damaged(elf, "the symbol table lies outside of the file");
    const uint8_t *strings = elf->at + table + link * entry;
    uint64_t text = u64(strings + 24), text_bytes = u64(strings + 32);
    if (!inside(text, text_bytes, elf->n)) return damaged(elf, "the symbol names lie outside of the file");

    uint64_t n_symbols = bytes / 24;
    image->kernels = calloc(n_symbols < MOST_KERNELS ? n_symbols + 1 : MOST_KERNELS, sizeof *image->kernels);
    if (!image->kernels) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory reading %s", elf->name);
    for (uint64_t i = 0; i < n_symbols; i++) {
        const uint8_t *symbol = elf->at + at + i * 24;
        uint64_t name = u32(symbol);
        if (name >= text_bytes) return damaged(elf, "a symbol's name lies outside of the names");
        const char *string = (const char *)elf->at + text + name;
        const char *end = memchr(string, 0, text_bytes - name);
        if (!end) return damaged(elf, "a symbol's name has no end");
        size_t n = (size_t)(end - string);
        if (n <= 3 || n > 4096 || memcmp(end - 3, ".kd", 3) || u16(symbol + 6) == 0) continue;
        if (image->n_kernels == MOST_KERNELS) return damaged(elf, "it has too many kernels");
        TRI_TRY(read_descriptor(elf, image, string, n - 3, u64(symbol + 8)));
    }
    return NULL;
}

static tri_status *read_image(const elf_file *elf, gcn_image *image)
{
    uint64_t dynamic = 0, dynamic_bytes = 0;
    TRI_TRY(check_header(elf, &image->gfx950));
    TRI_TRY(load_segments(elf, image, &dynamic, &dynamic_bytes));
    TRI_TRY(relocate(elf, image, dynamic, dynamic_bytes));
    return find_kernels(elf, image);
}

tri_status *gcn_image_read(const char *name, const void *bytes, size_t n, uint64_t base, gcn_image **out_image)
{
    elf_file elf = {name, bytes, n};
    gcn_image *image = calloc(1, sizeof *image);
    if (image) image->name = malloc(strlen(name) + 1);
    if (!image || !image->name) {
        free(image);
        return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory reading %s", name);
    }
    memcpy(image->name, name, strlen(name) + 1);
    image->base = base;
    tri_status *status = read_image(&elf, image);
    if (status) {
        gcn_image_free(image);
        return status;
    }
    gcn_lines_read(image, bytes, n);
    *out_image = image;
    return NULL;
}

void gcn_image_free(gcn_image *image)
{
    if (!image) return;
    for (size_t i = 0; i < image->n_kernels; i++) {
        free(image->kernels[i].name);
        free(image->kernels[i].insts);
        free(image->kernels[i].texts);
    }
    free(image->kernels);
    free(image->rows);
    free(image->statements);
    free(image->name);
    free(image->bytes);
    free(image->flags);
    free(image);
}
