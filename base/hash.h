/* base/hash.h - two stable hashes: 64 bits for tables, keys and structural equality, SHA-256 for what is written to disk and compared by people.
 * Both give the same value on every host and in every version of Trine. */
#ifndef TRI_BASE_HASH_H
#define TRI_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define TRI_HASH_SEED 0x9e3779b97f4a7c15ull

/* Folds `n` bytes into `hash`; start with TRI_HASH_SEED. */
uint64_t tri_hash(uint64_t hash, const void *bytes, size_t n);
static inline uint64_t tri_hash_u64(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * 0xff51afd7ed558ccdull;
    hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53ull;
    return hash ^ hash >> 29;
}

typedef struct tri_sha256 {
    uint32_t state[8];
    uint64_t bytes;
    unsigned char block[64];
} tri_sha256;

void tri_sha256_begin(tri_sha256 *sha);
void tri_sha256_add(tri_sha256 *sha, const void *bytes, size_t n);
void tri_sha256_end(tri_sha256 *sha, unsigned char out_digest[32]);
/* 64 hexadecimal digits and a zero. */
void tri_sha256_hex(const void *bytes, size_t n, char out_hex[65]);

#endif
