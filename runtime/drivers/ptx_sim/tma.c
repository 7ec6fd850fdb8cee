/* tma.c - bulk copies between device and shared memory: boxes of tensor maps (abi/tensor_map.h) and plain ranges, stores and reductions.
 *
 * A load is checked when it is issued - the place it will write must be free - and reads its source when it is brought in; a store is checked when it
 * is issued, its source is read when a thread waits for it. */
#include <stdlib.h>

#include "base/dtype.h"
#include "runtime/drivers/ptx_sim/async.h"

/* What the 128 bytes of a map hold here: tri_tensor_map without what is fixed, and where the view begins. */
typedef struct image {
    uint32_t magic, region;
    uint64_t base;
    uint64_t strides[TRI_TENSOR_MAP_RANK - 1];
    uint32_t last[TRI_TENSOR_MAP_RANK]; /* dims - 1 */
    uint16_t box[TRI_TENSOR_MAP_RANK];
    uint8_t dtype, rank, swizzle;
} image;
enum { MAGIC = 0x70616d74 };
_Static_assert(sizeof(image) <= TRI_TENSOR_MAP_BYTES, "a map's image fits");

void tri_ptx_map_encode(const tri_tensor_map *map, uint32_t region, uint64_t base, unsigned char *out)
{
    image i = {.magic = MAGIC, .region = region, .base = base + map->offset};
    i.dtype = (uint8_t)map->dtype;
    i.rank = (uint8_t)map->rank;
    i.swizzle = (uint8_t)map->swizzle;
    for (int d = 0; d < map->rank; d++) {
        if (d) i.strides[d - 1] = map->strides[d];
        i.last[d] = (uint32_t)(map->dims[d] - 1);
        i.box[d] = (uint16_t)map->box[d];
    }
    for (int d = map->rank; d < TRI_TENSOR_MAP_RANK; d++) i.box[d] = 1;
    memset(out, 0, TRI_TENSOR_MAP_BYTES);
    memcpy(out, &i, sizeof i);
}

static bool map_read(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, uint64_t address, image *out)
{
    const tri_ptx_region *r = tri_ptx_find(warp, op, lane, address, TRI_TENSOR_MAP_BYTES, "takes a tensor map of");
    if (!r) return false;
    if (r->host) memcpy(out, r->host + (address - r->storage_address), sizeof *out);
    if (address % TRI_TENSOR_MAP_ALIGN || out->magic != MAGIC || out->region >= warp->block->launch->n_regions) {
        tri_ptx_fault(warp, op, lane, "there is no tensor map at 0x%llx ('%s'): it must be the address of a parameter that holds one",
                      (unsigned long long)address, r->name);
        return false;
    }
    return true;
}

static uint32_t box_bytes(const image *map)
{
    uint32_t bytes = (uint32_t)tri_dtype_bytes((tri_dtype)map->dtype);
    for (int d = 0; d < TRI_TENSOR_MAP_RANK; d++) bytes *= map->box[d];
    return bytes;
}

static uint32_t swizzled(uint32_t address, uint32_t bytes) { return address ^ ((address >> 7 & (bytes / 16 - 1)) << 4); }

/* One row of a box: its place in the view, and the elements [low, high) of it that lie inside. */
typedef struct row {
    uint32_t linear, low, high;
    uint64_t address; /* of element 0 of the row; elements below `low` may lie before the buffer */
} row;

static row row_at(const image *map, const int32_t at[TRI_TENSOR_MAP_RANK], uint32_t number, uint32_t row_bytes)
{
    int64_t element = (int64_t)tri_dtype_bytes((tri_dtype)map->dtype);
    row r = {.linear = number * row_bytes, .address = map->base + (uint64_t)(at[0] * element)};
    int64_t before = at[0] < 0 ? -(int64_t)at[0] : 0, size = (int64_t)map->last[0] + 1, inside = size - at[0];
    r.low = before > map->box[0] ? map->box[0] : (uint32_t)before;
    r.high = inside < (int64_t)r.low ? r.low : inside > map->box[0] ? map->box[0] : (uint32_t)inside;
    for (int d = 1; d < map->rank; d++) {
        int64_t i = (int64_t)at[d] + number % map->box[d];
        number /= map->box[d];
        if (i < 0 || i > (int64_t)map->last[d])
            r.high = r.low;
        else
            r.address += (uint64_t)i * map->strides[d - 1];
    }
    return r;
}

static bool source_written(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, const tri_ptx_region *r, uint64_t at, uint64_t bytes)
{
    for (uint64_t i = 0; i < bytes;) {
        uint8_t valid = __atomic_load_n(&r->valid[(at + i) >> 2], __ATOMIC_RELAXED);
        if (!((at + i) & 3) && bytes - i >= 4 && valid == 0xf) {
            i += 4;
        } else if (valid >> ((at + i) & 3) & 1) {
            i++;
        } else {
            tri_ptx_fault_uninitialised(warp, op, lane, r, r->storage_address + at + i, 1);
            return false;
        }
    }
    return true;
}

static void mark_written(const tri_ptx_region *r, uint64_t at, uint64_t bytes)
{
    for (uint64_t i = 0; i < bytes;) {
        if (!((at + i) & 3) && bytes - i >= 4) {
            r->valid[(at + i) >> 2] = 0xf;
            i += 4;
        } else {
            __atomic_fetch_or(&r->valid[(at + i) >> 2], (unsigned char)(1u << ((at + i) & 3)), __ATOMIC_RELAXED);
            i++;
        }
    }
}

static bool load_box(tri_ptx_block *block, const tri_ptx_load *load)
{
    image map = {0};
    unsigned char *shared = block->shared.host;
    if (!map_read(load->warp, load->op, load->lane, load->from, &map)) return false;
    const tri_ptx_region *r = &block->launch->regions[map.region];
    uint32_t element = (uint32_t)tri_dtype_bytes((tri_dtype)map.dtype), row_bytes = map.box[0] * element;
    for (uint32_t n = 0; n < load->bytes / row_bytes; n++) {
        row line = row_at(&map, load->at, n, row_bytes);
        uint32_t low = line.low * element, high = line.high * element;
        uint64_t from = line.address - r->storage_address;
        if (high > low && !source_written(load->warp, load->op, load->lane, r, from + low, high - low)) return false;
        for (uint32_t c = 0; c < row_bytes; c += 16) {
            uint32_t to = load->to + line.linear + c, first = low > c ? low - c : 0, end = high < c + 16 ? (high > c ? high - c : 0) : 16;
            if (map.swizzle) to = swizzled(to, map.swizzle);
            if (first == 0 && end == 16) {
                memcpy(shared + to, r->host + (from + c), 16);
                continue;
            }
            memset(shared + to, 0, 16);
            if (end > first) memcpy(shared + to + first, r->host + (from + c + first), end - first);
        }
    }
    return true;
}

static bool load_range(tri_ptx_block *block, const tri_ptx_load *load)
{
    const tri_ptx_region *r = tri_ptx_find(load->warp, load->op, load->lane, load->from, load->bytes, "copies");
    if (!r || !source_written(load->warp, load->op, load->lane, r, load->from - r->storage_address, load->bytes)) return false;
    memcpy(block->shared.host + load->to, r->host + (load->from - r->storage_address), load->bytes);
    return true;
}

bool tri_ptx_load_deliver(tri_ptx_block *block, tri_ptx_mbarrier *barrier, const tri_ptx_load *load, uint32_t stamp)
{
    if (!(load->tensor ? load_box(block, load) : load_range(block, load))) return false;
    tri_ptx_load_landed(block, barrier, load, stamp);
    return true;
}

static bool range_is_good(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, uint64_t device, uint32_t bytes)
{
    if (!bytes || bytes % 16 || device % 16) {
        tri_ptx_fault(warp, op, lane, "a bulk copy moves a multiple of 16 bytes between addresses that are multiples of 16, not %u bytes at 0x%llx",
                      bytes, (unsigned long long)device);
        return false;
    }
    const tri_ptx_region *r = tri_ptx_find(warp, op, lane, device, bytes, "copies");
    if (r && (r->shared || r->per_lane)) tri_ptx_fault(warp, op, lane, "copies %s as if it were global", r->name);
    return r && !r->shared && !r->per_lane;
}

/* Checks the map and sets the bytes of the box, if it has as many dimensions as the instruction. */
static bool box_is_good(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, uint64_t address, uint32_t rank, uint32_t *out_bytes, image *map)
{
    if (!map_read(warp, op, lane, address, map)) return false;
    *out_bytes = box_bytes(map);
    if (map->rank == rank) return true;
    tri_ptx_fault(warp, op, lane, "the tensor map has %u dimensions, the instruction names %u coordinates", map->rank, rank);
    return false;
}

static const tri_ptx_region *shared_place(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, uint64_t address, uint32_t bytes, uint32_t align,
                                          const char *verb)
{
    const tri_ptx_region *r = tri_ptx_find(warp, op, lane, address, bytes, verb);
    if (!r) return NULL;
    if (!r->shared) return tri_ptx_fault(warp, op, lane, "this side of a bulk copy is shared memory, not '%s'", r->name), NULL;
    if ((address - r->address) % align)
        return tri_ptx_fault(warp, op, lane, "misaligned: this side of the copy lies at a multiple of %u bytes, not at offset %llu of shared memory",
                             align, (unsigned long long)(address - r->address)),
               NULL;
    return r;
}

/* The load into one block. */
static void start_in(tri_ptx_warp *warp, tri_ptx_load load, tri_ptx_block *block, tri_ptx_mbarrier *b)
{
    if (!tri_ptx_note_load(warp, load.op, load.lane, block, load.to, load.bytes)) return;
    if (b->n_loads == b->room_loads) {
        uint32_t room = b->room_loads ? b->room_loads * 2 : 8;
        tri_ptx_load *grown = room > TRI_PTX_MOST_FLIGHT ? NULL : realloc(b->loads, room * sizeof *grown);
        if (!grown) return tri_ptx_fault(warp, load.op, load.lane, "too many bulk copies in flight for one mbarrier");
        b->loads = grown;
        b->room_loads = room;
    }
    load.warp = warp;
    b->loads[b->n_loads++] = load;
    block->cluster->events++;
}

void tri_ptx_load_start(tri_ptx_warp *warp, const tri_ptx_load *given, uint64_t to, uint64_t mbarrier, const uint16_t *blocks)
{
    tri_ptx_load load = *given;
    const tri_ptx_op *op = load.op;
    tri_ptx_cluster *cluster = warp->block->cluster;
    image map = {0};
    if (load.tensor ? !box_is_good(warp, op, load.lane, load.from, load.bytes, &load.bytes, &map)
                    : !range_is_good(warp, op, load.lane, load.from, load.bytes))
        return;
    const tri_ptx_region *place = shared_place(warp, op, load.lane, to, load.bytes, load.tensor ? 128 : 16, "copies to");
    if (!place) return;
    tri_ptx_mbarrier *b = tri_ptx_mbarrier_find(warp, op, load.lane, mbarrier);
    if (!b) return;
    if (b->block != place->block) return tri_ptx_fault(warp, op, load.lane, "a bulk copy and its mbarrier lie in different blocks");
    if (!b->known)
        return tri_ptx_fault(warp, op, load.lane,
                             "the mbarrier at offset %u is not known to the asynchronous proxy: fence.mbarrier_init or fence.proxy.async must follow "
                             "its mbarrier.init in the same thread",
                             b->offset);
    load.to = (uint32_t)(to - place->address);
    if (!blocks) return start_in(warp, load, place->block, b);
    for (uint32_t rank = 0; rank < 16; rank++) {
        if (!(*blocks >> rank & 1)) continue;
        if (rank >= cluster->n_blocks)
            return tri_ptx_fault(warp, op, load.lane, "the multicast mask 0x%x names block %u, the cluster has %u", *blocks, rank, cluster->n_blocks);
        uint64_t shift = TRI_PTX_SHARED_WINDOW + ((uint64_t)(rank + 1) << TRI_PTX_RANK_SHIFT);
        tri_ptx_mbarrier *there = tri_ptx_mbarrier_find(warp, op, load.lane, shift + b->offset);
        if (!there) return;
        start_in(warp, load, &cluster->blocks[rank], there);
        if (cluster->fault) return;
    }
}

void tri_ptx_bulk_start(tri_ptx_warp *warp, const tri_ptx_bulk *given, uint64_t from)
{
    tri_ptx_bulk bulk = *given;
    const tri_ptx_op *op = bulk.op;
    tri_ptx_block *block = warp->block;
    image map = {0};
    if (bulk.tensor ? !box_is_good(warp, op, bulk.lane, bulk.to, bulk.bytes, &bulk.bytes, &map)
                    : !range_is_good(warp, op, bulk.lane, bulk.to, bulk.bytes))
        return;
    if (bulk.operation && map.dtype != TRI_F32 && map.dtype != TRI_F16 && map.dtype != TRI_BF16)
        return tri_ptx_fault(warp, op, bulk.lane, "a bulk reduction of elements that are not f32, f16 or bf16 is not simulated");
    const tri_ptx_region *place = shared_place(warp, op, bulk.lane, from, bulk.bytes, bulk.tensor ? 128 : 16, "copies from");
    if (!place) return;
    if (place->block != block) return tri_ptx_fault(warp, op, bulk.lane, "a bulk store reads the shared memory of its own block only");
    bulk.from = (uint32_t)(from - place->address);
    warp->seen[warp->agent] = block->cluster->now;
    if (!tri_ptx_check_async_read(warp, op, bulk.lane, warp->seen, block, bulk.from, bulk.bytes)) return;
    if (warp->n_bulks == warp->room_bulks) {
        uint32_t room = warp->room_bulks ? warp->room_bulks * 2 : 8;
        tri_ptx_bulk *grown = room > TRI_PTX_MOST_FLIGHT ? NULL : realloc(warp->bulks, room * sizeof *grown);
        if (!grown) return tri_ptx_fault(warp, op, bulk.lane, "too many bulk stores that nobody has waited for");
        warp->bulks = grown;
        warp->room_bulks = room;
    }
    for (uint32_t at = bulk.from >> 4; at < (bulk.from + bulk.bytes) >> 4; at++) block->chunks[at].reads++;
    bulk.group = warp->bulk_committed[bulk.lane];
    warp->bulks[warp->n_bulks++] = bulk;
}

static void reduce(tri_dtype dtype, int operation, unsigned char *to, const unsigned char *from, uint32_t bytes)
{
    uint32_t element = (uint32_t)tri_dtype_bytes(dtype);
    for (uint32_t i = 0; i < bytes; i += element) {
        double old = tri_load_f64(dtype, to + i), v = tri_load_f64(dtype, from + i);
        double result = operation == TRI_PTX_REDUCE_ADD                  ? old + v
                        : old != old                                     ? v
                        : v != v                                         ? old
                        : (v < old) == (operation == TRI_PTX_REDUCE_MIN) ? v
                                                                         : old;
        tri_store_f64(dtype, to + i, result);
    }
}

static void store_bytes(tri_ptx_warp *warp, const tri_ptx_bulk *bulk, const tri_ptx_region *r, tri_dtype dtype, uint64_t at,
                        const unsigned char *from, uint32_t bytes)
{
    if (bulk->operation) {
        if (!source_written(warp, bulk->op, bulk->lane, r, at, bytes)) return;
        reduce(dtype, bulk->operation, r->host + at, from, bytes);
        return;
    }
    memcpy(r->host + at, from, bytes);
    mark_written(r, at, bytes);
}

static void finish_bulk(tri_ptx_warp *warp, const tri_ptx_bulk *bulk)
{
    tri_ptx_block *block = warp->block;
    const unsigned char *shared = block->shared.host;
    for (uint32_t at = bulk->from; at < bulk->from + bulk->bytes; at += 16) {
        block->chunks[at >> 4].reads--;
        if (!tri_ptx_note_read(warp, bulk->op, bulk->lane, block, at, 16)) return;
    }
    if (!bulk->tensor) {
        const tri_ptx_region *r = tri_ptx_find(warp, bulk->op, bulk->lane, bulk->to, bulk->bytes, "copies");
        if (r) store_bytes(warp, bulk, r, TRI_F32, bulk->to - r->storage_address, shared + bulk->from, bulk->bytes);
        return;
    }
    image map = {0};
    if (!map_read(warp, bulk->op, bulk->lane, bulk->to, &map)) return;
    const tri_ptx_region *r = &block->launch->regions[map.region];
    uint32_t element = (uint32_t)tri_dtype_bytes((tri_dtype)map.dtype), row_bytes = map.box[0] * element;
    for (uint32_t n = 0; n < bulk->bytes / row_bytes; n++) {
        row line = row_at(&map, bulk->at, n, row_bytes);
        uint32_t low = line.low * element, high = line.high * element;
        for (uint32_t c = low & ~15u; c < high; c += 16) {
            uint32_t from = bulk->from + line.linear + c, first = low > c ? low - c : 0, end = high < c + 16 ? high - c : 16;
            if (map.swizzle) from = swizzled(from, map.swizzle);
            store_bytes(warp, bulk, r, (tri_dtype)map.dtype, line.address - r->storage_address + c + first, shared + from + first, end - first);
        }
    }
}

void tri_ptx_bulk_wait(tri_ptx_warp *warp, uint32_t mask, uint32_t but)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < warp->n_bulks; i++) {
        tri_ptx_bulk bulk = warp->bulks[i];
        bool due = mask >> bulk.lane & 1 && (uint64_t)bulk.group + but < warp->bulk_committed[bulk.lane];
        if (due)
            finish_bulk(warp, &bulk);
        else
            warp->bulks[kept++] = bulk;
    }
    warp->n_bulks = kept;
}
