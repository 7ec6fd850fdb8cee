/* ops_memory.c - loads, stores, atomics and asynchronous copies. Every lane's access is checked: region, alignment, whether what it reads was
 * written, and in shared memory the race rules. A lane that stays in the region of the lane before costs a comparison. */
#include "base/dtype.h"
#include "runtime/drivers/ptx_sim/handlers.h"

enum { SPACE_GLOBAL = 1, SPACE_SHARED, SPACE_LOCAL, SPACE_CONST, SPACE_SHARED_CTA, SPACE_SHARED_CLUSTER };
static const uint8_t element_bytes[] = {0, 1, 1, 1, 2, 2, 2, 2, 2, 4, 4, 4, 4, 8, 8, 8, 8};
static inline bool element_signed(int element) { return element == 3 || element == 6 || element == 11; }

static inline uint64_t window_of(int space)
{
    return space == SPACE_SHARED || space >= SPACE_SHARED_CTA ? TRI_PTX_SHARED_WINDOW : space == SPACE_LOCAL ? TRI_PTX_LOCAL_WINDOW : 0;
}

/* The addresses of the operand whose slots begin at `k`. */
static inline void addresses_of(const tri_ptx_warp *warp, const tri_ptx_op *op, int k, uint64_t window, uint64_t *out)
{
    const unsigned char *base = warp->registers + op->slot[k];
    uint64_t offset = (op->slot[k + 2] | (uint64_t)op->slot[k + 3] << 32) + window;
    if (op->slot[k + 1] == 8)
        EACH_LANE out[i] = ((const u64 *)(const void *)base)[i] + offset;
    else
        EACH_LANE out[i] = ((const u32 *)(const void *)base)[i] + offset;
}

/* The region that an access of one lane lies in; *known is the last answer. Null: faulted. */
static inline const tri_ptx_region *region_of(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, int space, uint64_t address, uint32_t bytes,
                                              const char *verb, const tri_ptx_region **known)
{
    const tri_ptx_region *r = *known;
    if (!r || r->per_lane || address - r->address > r->bytes - bytes || r->bytes < bytes) {
        r = tri_ptx_find(warp, op, lane, address, bytes, verb);
        if (!r) return NULL;
        if ((space == SPACE_GLOBAL || space == SPACE_CONST) && (r->shared || r->per_lane)) {
            tri_ptx_fault(warp, op, lane, "%s address 0x%llx of %s as if it were global", verb, (unsigned long long)address, r->name);
            return NULL;
        }
        *known = r;
    }
    if (address & (bytes - 1)) {
        tri_ptx_fault(warp, op, lane, "misaligned: %s %u bytes at offset %llu of '%s' (address 0x%llx)", verb, bytes,
                      (unsigned long long)(address - r->address), r->name, (unsigned long long)address);
        return NULL;
    }
    return r;
}

static inline bool is_valid(const tri_ptx_region *r, uint64_t at, uint32_t bytes)
{
    const unsigned char *v = r->valid + (at >> 2);
    uint32_t four;
    uint16_t two;
    uint8_t needed;
    switch (bytes) {
    case 16: memcpy(&four, v, 4); return four == 0x0f0f0f0f;
    case 8: memcpy(&two, v, 2); return two == 0x0f0f;
    case 4: return *v == 0xf;
    default: needed = (uint8_t)(((1u << bytes) - 1) << (at & 3)); return (__atomic_load_n(v, __ATOMIC_RELAXED) & needed) == needed;
    }
}

/* Blocks on other threads may write the other bytes of a word, so less than a word is marked by an atomic operation. */
static inline void set_valid(const tri_ptx_region *r, uint64_t at, uint32_t bytes)
{
    if (bytes >= 4)
        memset(r->valid + (at >> 2), 0xf, bytes >> 2);
    else
        __atomic_fetch_or(r->valid + (at >> 2), (unsigned char)(((1u << bytes) - 1) << (at & 3)), __ATOMIC_RELAXED);
}

/* LLVM joins neighbouring loads into vectors and fills gaps between them with elements that it never uses, so a vector of `element` bytes each is
 * refused only when none of its elements was written, or one is still under way. */
static inline bool is_valid_in_part(const tri_ptx_region *r, uint64_t at, uint32_t bytes, uint32_t element)
{
    bool any = false;
    for (uint32_t i = 0; i < bytes; i += element) {
        if (r->valid[(at + i) >> 2] & TRI_PTX_PENDING) return false;
        any |= is_valid(r, at + i, element);
    }
    return any;
}

static inline const unsigned char *readable(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, int space, uint64_t address, uint32_t bytes,
                                            uint32_t element, const tri_ptx_region **known)
{
    const tri_ptx_region *r = region_of(warp, op, lane, space, address, bytes, "reads", known);
    if (!r) return NULL;
    uint64_t at = address - r->storage_address;
    if (r->shared && !tri_ptx_note_read(warp, op, lane, r->block, at, bytes)) return NULL;
    if (!is_valid(r, at, bytes) && !(element < bytes && is_valid_in_part(r, at, bytes, element))) {
        tri_ptx_fault_uninitialised(warp, op, lane, r, address, bytes);
        return NULL;
    }
    return r->host + at;
}

static inline unsigned char *writable(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, int space, uint64_t address, uint32_t bytes,
                                      const tri_ptx_region **known)
{
    const tri_ptx_region *r = region_of(warp, op, lane, space, address, bytes, "writes", known);
    if (!r) return NULL;
    if (r->constant) {
        tri_ptx_fault(warp, op, lane, "writes to the constant '%s'", r->name);
        return NULL;
    }
    uint64_t at = address - r->storage_address;
    if (r->shared && !tri_ptx_note_write(warp, op, lane, r->block, at, bytes)) return NULL;
    set_valid(r, at, bytes);
    return r->host + at;
}

/* One element into a register that may be wider than it. */
static inline void fill_register(unsigned char *reg, uint32_t reg_bytes, uint32_t lane, const unsigned char *from, uint32_t bytes, bool is_signed)
{
    uint64_t v = 0;
    memcpy(&v, from, bytes);
    if (is_signed && reg_bytes > bytes) v = (uint64_t)((int64_t)(v << (64 - 8 * bytes)) >> (64 - 8 * bytes));
    memcpy(reg + lane * reg_bytes, &v, reg_bytes);
}

static inline void load(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t mask, uint32_t n)
{
    int space = op->choice[0], element = op->choice[1];
    uint32_t bytes = element_bytes[element], total = bytes * n;
    uint64_t address[TRI_PTX_LANES];
    const tri_ptx_region *known = NULL;
    if (total > 16) return tri_ptx_fault(warp, op, 0, "an access of more than 16 bytes a thread does not exist");
    addresses_of(warp, op, (int)(2 * n), window_of(space), address);
    SET_LANES(lane)
    {
        const unsigned char *from = readable(warp, op, lane, space, address[lane], total, bytes, &known);
        if (!from) return;
        if (bytes == 4 && op->slot[1] == 4) {
            for (uint32_t k = 0; k < n; k++) memcpy(warp->registers + op->slot[2 * k] + lane * 4, from + k * 4, 4);
            continue;
        }
        for (uint32_t k = 0; k < n; k++) {
            uint32_t reg_bytes = op->slot[2 * k + 1];
            if (reg_bytes < bytes) return tri_ptx_fault(warp, op, lane, "a register of %u bytes cannot hold an element of %u", reg_bytes, bytes);
            fill_register(warp->registers + op->slot[2 * k], reg_bytes, lane, from + k * bytes, bytes, element_signed(element));
        }
    }
}
HANDLER(ld_1) { load(warp, op, mask, 1); }
HANDLER(ld_2) { load(warp, op, mask, 2); }
HANDLER(ld_4) { load(warp, op, mask, 4); }

HANDLER(ld_param)
{
    int element = op->choice[0];
    uint32_t bytes = element_bytes[element], n = op->n_slots / 2, at = op->slot[op->n_slots - 1];
    if ((uint64_t)at + bytes * n > warp->program->kernel->parameter_bytes || at % bytes)
        return tri_ptx_fault(warp, op, 0, "reads %u bytes at offset %u of the parameters, which have %llu bytes", bytes * n, at,
                             (unsigned long long)warp->program->kernel->parameter_bytes);
    SET_LANES(lane)
    {
        for (uint32_t k = 0; k < n; k++) {
            uint32_t reg_bytes = op->slot[2 * k + 1];
            if (reg_bytes < bytes) return tri_ptx_fault(warp, op, lane, "a register of %u bytes cannot hold an element of %u", reg_bytes, bytes);
            fill_register(warp->registers + op->slot[2 * k], reg_bytes, lane, warp->block->launch->parameters + at + k * bytes, bytes,
                          element_signed(element));
        }
    }
}

static inline void store(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t mask, uint32_t n)
{
    int space = op->choice[0];
    uint32_t bytes = element_bytes[op->choice[1]], total = bytes * n;
    uint64_t address[TRI_PTX_LANES];
    const tri_ptx_region *known = NULL;
    if (total > 16) return tri_ptx_fault(warp, op, 0, "an access of more than 16 bytes a thread does not exist");
    for (uint32_t k = 0; k < n; k++)
        if (op->slot[5 + 2 * k] < bytes)
            return tri_ptx_fault(warp, op, 0, "a register of %u bytes does not hold an element of %u", op->slot[5 + 2 * k], bytes);
    addresses_of(warp, op, 0, window_of(space), address);
    SET_LANES(lane)
    {
        unsigned char *to = writable(warp, op, lane, space, address[lane], total, &known);
        if (!to) return;
        for (uint32_t k = 0; k < n; k++) memcpy(to + k * bytes, warp->registers + op->slot[4 + 2 * k] + lane * op->slot[5 + 2 * k], bytes);
    }
}
HANDLER(st_1) { store(warp, op, mask, 1); }
HANDLER(st_2) { store(warp, op, mask, 2); }
HANDLER(st_4) { store(warp, op, mask, 4); }

/* Atomic types from 1 and what they are; the operation is done on bits in a uint64_t. */
enum { ATOM_B32 = 1, ATOM_U32, ATOM_S32, ATOM_F32, ATOM_B64, ATOM_U64, ATOM_S64, ATOM_F64, ATOM_F16, ATOM_BF16, ATOM_F16X2, ATOM_BF16X2, ATOM_B16 };
static const uint8_t atom_bytes[] = {0, 4, 4, 4, 4, 8, 8, 8, 8, 2, 2, 4, 4, 2};
enum { ADD = 1, MIN, MAX, AND, OR, XOR, EXCH, INC, DEC };
/* red has no exch, so its numbers behind XOR are one less. */
static inline int red_operation(int choice) { return choice > XOR ? choice + 1 : choice; }

static uint64_t float_sum(int type, uint64_t a, uint64_t b)
{
    double x, y;
    switch (type) {
    case ATOM_F32: return bits_of(canonical(float_of((uint32_t)a) + float_of((uint32_t)b)));
    case ATOM_F16: return to_f16(of_f16((uint16_t)a) + of_f16((uint16_t)b));
    case ATOM_BF16: return to_bf16(of_bf16((uint16_t)a) + of_bf16((uint16_t)b));
    case ATOM_F16X2: return float_sum(ATOM_F16, a >> 16, b >> 16) << 16 | float_sum(ATOM_F16, a & 0xffff, b & 0xffff);
    case ATOM_BF16X2: return float_sum(ATOM_BF16, a >> 16, b >> 16) << 16 | float_sum(ATOM_BF16, a & 0xffff, b & 0xffff);
    default:
        memcpy(&x, &a, 8);
        memcpy(&y, &b, 8);
        x += y;
        memcpy(&a, &x, 8);
        return a;
    }
}

static bool less(int type, uint64_t a, uint64_t b)
{
    if (type == ATOM_S32) return (int32_t)a < (int32_t)b;
    if (type == ATOM_S64) return (int64_t)a < (int64_t)b;
    return a < b;
}

static bool atomic_exists(int operation, int type)
{
    bool is_float = type == ATOM_F32 || type == ATOM_F64 || (type >= ATOM_F16 && type <= ATOM_BF16X2), bits = type == ATOM_B32 || type == ATOM_B64;
    if (operation == ADD) return !bits && type != ATOM_B16;
    if (operation == MIN || operation == MAX) return !bits && !is_float && type != ATOM_B16;
    if (operation == INC || operation == DEC) return type == ATOM_U32;
    return bits;
}

static uint64_t combine(int operation, int type, uint64_t old, uint64_t v)
{
    switch (operation) {
    case ADD: return type == ATOM_F32 || type >= ATOM_F64 ? float_sum(type, old, v) : old + v;
    case MIN: return less(type, v, old) ? v : old;
    case MAX: return less(type, old, v) ? v : old;
    case AND: return old & v;
    case OR: return old | v;
    case XOR: return old ^ v;
    case EXCH: return v;
    case INC: return old >= v ? 0 : old + 1;
    default: return old == 0 || old > v ? v : old - 1;
    }
}

static inline uint64_t register_bits(const tri_ptx_warp *warp, const tri_ptx_op *op, int k, uint32_t lane, uint32_t bytes)
{
    uint64_t bits = 0;
    memcpy(&bits, warp->registers + op->slot[k] + lane * op->slot[k + 1], bytes < op->slot[k + 1] ? bytes : op->slot[k + 1]);
    return bits;
}

/* The lanes one after the other. In shared memory an atomic counts as a read: it races with another warp's plain write, not with other atomics. */
static void atomic(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t mask, int operation, int type, int address_at, int value_at, bool is_cas,
                   bool returns)
{
    uint32_t bytes = atom_bytes[type];
    uint64_t address[TRI_PTX_LANES];
    const tri_ptx_region *known = NULL;
    if (!is_cas && !atomic_exists(operation, type)) return tri_ptx_fault(warp, op, 0, "this atomic does not exist for this type");
    addresses_of(warp, op, address_at, window_of(op->choice[0]), address);
    SET_LANES(lane)
    {
        const unsigned char *from = readable(warp, op, lane, op->choice[0], address[lane], bytes, bytes, &known);
        if (!from) return;
        if (known->constant) return tri_ptx_fault(warp, op, lane, "writes to the constant '%s'", known->name);
        unsigned char *at = known->host + (from - known->host);
        uint64_t old = 0, v = register_bits(warp, op, value_at, lane, bytes), next;
        memcpy(&old, at, bytes);
        next = !is_cas ? combine(operation, type, old, v) : old == v ? register_bits(warp, op, value_at + 2, lane, bytes) : old;
        memcpy(at, &next, bytes);
        if (returns)
            fill_register(warp->registers + op->slot[0], op->slot[1], lane, (const unsigned char *)&old, bytes < op->slot[1] ? bytes : op->slot[1],
                          false);
    }
}
HANDLER(atom) { atomic(warp, op, mask, op->choice[1], op->choice[2], 2, 6, false, true); }
HANDLER(atom_cas) { atomic(warp, op, mask, 0, op->choice[2], 2, 6, true, true); }
HANDLER(red) { atomic(warp, op, mask, red_operation(op->choice[1]), op->choice[2], 0, 4, false, false); }

/* The copy is noted, the destination poisoned; deliver in access.c does the rest when the thread waits. */
static void start_copy(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t mask, const u32 *from_bytes)
{
    uint32_t bytes = op->slot[8];
    uint64_t to[TRI_PTX_LANES], from[TRI_PTX_LANES];
    const tri_ptx_region *known_to = NULL;
    if (bytes != 4 && bytes != 8 && bytes != 16) return tri_ptx_fault(warp, op, 0, "cp.async copies 4, 8 or 16 bytes, not %u", bytes);
    addresses_of(warp, op, 0, TRI_PTX_SHARED_WINDOW, to);
    addresses_of(warp, op, 4, 0, from);
    tri_ptx_copy *copy = tri_ptx_new_copy(warp);
    if (!copy) return tri_ptx_fault(warp, op, 0, "too many cp.async without a wait");
    copy->mask = mask;
    copy->bytes = bytes;
    copy->line_op = (uint32_t)(op - warp->program->ops);
    SET_LANES(lane)
    {
        uint32_t n = from_bytes ? from_bytes[lane] : bytes;
        if (n > bytes) return tri_ptx_fault(warp, op, lane, "the source size %u is larger than the copy, %u bytes", n, bytes);
        if (n && !tri_ptx_find(warp, op, lane, from[lane], n, "copies")) return;
        if (n && from[lane] & (bytes - 1))
            return tri_ptx_fault(warp, op, lane, "misaligned: copies %u bytes from address 0x%llx", bytes, (unsigned long long)from[lane]);
        const tri_ptx_region *r = region_of(warp, op, lane, SPACE_SHARED, to[lane], bytes, "writes", &known_to);
        if (!r) return;
        uint64_t at = to[lane] - r->storage_address;
        if (!tri_ptx_note_write(warp, op, lane, r->block, at, bytes)) return;
        memset(r->valid + (at >> 2), TRI_PTX_PENDING, bytes >> 2);
        copy->to[lane] = (uint32_t)at;
        copy->from[lane] = from[lane];
        copy->from_bytes[lane] = (uint8_t)n;
        copy->group[lane] = warp->committed[lane];
    }
}
HANDLER(cp_async) { start_copy(warp, op, mask, NULL); }
HANDLER(cp_async_fill) { start_copy(warp, op, mask, SLOT(u32, 9)); }
HANDLER(cp_async_commit)
{
    (void)op;
    SET_LANES(lane) warp->committed[lane]++;
}
HANDLER(cp_async_wait) { tri_ptx_deliver(warp, op, mask, op->slot[0], false); }
HANDLER(cp_async_wait_all) { tri_ptx_deliver(warp, op, mask, 0, true); }
