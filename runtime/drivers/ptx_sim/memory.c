/* memory.c - a list of allocations, the newest first: programs have tens of them, and a launch resolves its arguments once. */
#include "runtime/drivers/ptx_sim/memory.h"

#include <stdlib.h>

enum { ALIGNMENT = 256, GAP = 1 << 20, POISON = 0xcd };

void tri_ptx_memory_begin(tri_ptx_memory *memory, uint64_t limit)
{
    *memory = (tri_ptx_memory){.next_address = 1ull << 32, .limit = limit};
}

static void free_allocation(tri_ptx_allocation *a)
{
    free(a->host);
    free(a->valid);
    free(a);
}

void tri_ptx_memory_end(tri_ptx_memory *memory)
{
    while (memory->allocations) {
        tri_ptx_allocation *next = memory->allocations->next;
        free_allocation(memory->allocations);
        memory->allocations = next;
    }
}

tri_status *tri_ptx_allocate(tri_ptx_memory *memory, uint64_t bytes, uint64_t *out_address)
{
    uint64_t free_bytes = memory->limit - memory->used;
    if (bytes > free_bytes)
        return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of device memory: %llu bytes were asked, %llu are free", (unsigned long long)bytes,
                         (unsigned long long)free_bytes);
    tri_ptx_allocation *a = calloc(1, sizeof *a);
    uint64_t rounded = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (!rounded) rounded = ALIGNMENT;
    if (a) {
        a->host = aligned_alloc(ALIGNMENT, rounded);
        a->valid = calloc(1, rounded / 4);
    }
    if (!a || !a->host || !a->valid) {
        if (a) free_allocation(a);
        return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of host memory for the simulated device: %llu bytes were asked", (unsigned long long)bytes);
    }
    memset(a->host, POISON, rounded);
    a->bytes = bytes;
    a->address = memory->next_address;
    memory->next_address += (rounded + GAP - 1) / GAP * GAP + GAP;
    memory->used += bytes;
    a->next = memory->allocations;
    memory->allocations = a;
    *out_address = a->address;
    return NULL;
}

tri_status *tri_ptx_release(tri_ptx_memory *memory, uint64_t address)
{
    for (tri_ptx_allocation **link = &memory->allocations; *link; link = &(*link)->next) {
        tri_ptx_allocation *a = *link;
        if (a->address != address) continue;
        *link = a->next;
        memory->used -= a->bytes;
        free_allocation(a);
        return NULL;
    }
    return tri_error(TRI_USAGE, TRI_NOWHERE, "0x%llx is not the address of an allocation of this device", (unsigned long long)address);
}

tri_ptx_allocation *tri_ptx_allocation_of(const tri_ptx_memory *memory, uint64_t address, uint64_t bytes)
{
    for (tri_ptx_allocation *a = memory->allocations; a; a = a->next)
        if (address >= a->address && address - a->address <= a->bytes && bytes <= a->bytes - (address - a->address)) return a;
    return NULL;
}

void tri_ptx_mark(tri_ptx_allocation *allocation, uint64_t offset, uint64_t bytes, bool written)
{
    uint64_t at = offset, end = offset + bytes;
    while (at < end) {
        if (!(at & 3) && end - at >= 4) {
            uint64_t words = (end - at) >> 2;
            memset(allocation->valid + (at >> 2), written ? 0xf : 0, words);
            at += words << 2;
            continue;
        }
        unsigned char bit = (unsigned char)(1u << (at & 3)), *v = &allocation->valid[at >> 2];
        *v = written ? *v | bit : *v & (unsigned char)~bit;
        at++;
    }
}

uint64_t tri_ptx_first_unwritten(const tri_ptx_allocation *allocation, uint64_t offset, uint64_t bytes)
{
    for (uint64_t i = 0; i < bytes;) {
        uint64_t at = offset + i;
        if (!(at & 3) && allocation->valid[at >> 2] == 0xf) i += 4;
        else if (allocation->valid[at >> 2] >> (at & 3) & 1) i++;
        else return i;
    }
    return bytes;
}
