/* abi/systolic_statements.c - which statement each instruction serves, encoded. First what the statements are called: a byte of length and so many
 * bytes each. Then each queue as runs of instructions of one statement until all are told: how many, and how far the statement's number is from that
 * of the run before (of 0, in a queue's first), twice the number or, where it falls, twice less one. Numbers are written seven bits a byte, low ones
 * first, the eighth says that more follow. One spelling: runs next to each other differ, no number has a last byte of 0 behind others. */
#include <stdlib.h>
#include <string.h>

#include "abi/systolic_private.h"

static void put_number(uint64_t value, tri_text *out)
{
    do {
        uint8_t byte = (uint8_t)((value & 127) | (value > 127 ? 128 : 0));
        tri_text_add_n(out, &byte, 1);
        value >>= 7;
    } while (value);
}

void tri_systolic_encode_statements(const tri_systolic_program *p, tri_text *out)
{
    if (!p->n_statements) return;
    for (uint32_t k = 0; k < p->n_statements; k++) {
        uint8_t n = (uint8_t)strlen(p->statements[k]);
        tri_text_add_n(out, &n, 1);
        tri_text_add_n(out, p->statements[k], n);
    }
    for (uint32_t k = 0; k < p->n_queues; k++) {
        const tri_systolic_queue *q = &p->queues[k];
        int64_t before = 0;
        for (uint32_t pc = 0, end; pc < q->n; pc = end) {
            int64_t statement = q->at[pc].statement, by = statement - before;
            for (end = pc + 1; end < q->n && q->at[end].statement == q->at[pc].statement;) end++;
            put_number(end - pc, out);
            put_number(by < 0 ? (uint64_t)(-2 * by - 1) : (uint64_t)(2 * by), out);
            before = statement;
        }
    }
}

typedef struct reader {
    const uint8_t *at, *end;
    bool bad;
} reader;

static int64_t take_number(reader *r)
{
    int64_t value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
        if (r->at == r->end) break;
        uint8_t byte = *r->at++;
        value |= (int64_t)(byte & 127) << shift;
        if (!(byte & 128)) {
            if (shift && !byte) break;
            return value;
        }
    }
    r->bad = true;
    return 0;
}

static bool take_runs(reader *r, uint32_t n_statements, tri_systolic_queue *q)
{
    int64_t statement = 0;
    for (uint32_t pc = 0; pc < q->n;) {
        int64_t n = take_number(r), by = take_number(r);
        if (r->bad || !n || n > q->n - pc || (pc && !by)) return false;
        statement += by & 1 ? -(by + 1) / 2 : by / 2;
        if (statement < 0 || statement > n_statements) return false;
        for (int64_t k = 0; k < n; k++) q->at[pc++].statement = (uint32_t)statement;
    }
    return true;
}

static tri_status *take_called(reader *r, uint32_t n_statements, tri_systolic_program *p)
{
    for (uint32_t k = 0; k < n_statements; k++) {
        char called[TRI_SYS_STATEMENT_BYTES + 1];
        size_t n = r->at < r->end ? *r->at++ : 0;
        r->bad = !n || n > (size_t)(r->end - r->at);
        for (size_t c = 0; c < n && !r->bad; c++) r->bad = !tri_systolic_statement_char(r->at[c]);
        if (r->bad) return NULL;
        memcpy(called, r->at, n);
        called[n] = 0;
        r->at += n;
        if (!tri_systolic_add_statement(p, called)) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory for %u statements", n_statements);
    }
    return NULL;
}

tri_status *tri_systolic_decode_statements(const uint8_t *bytes, size_t n, uint32_t n_statements, tri_systolic_program *p)
{
    reader r = {bytes, bytes + n, n_statements > TRI_SYS_MOST_STATEMENTS};
    if (!r.bad) TRI_TRY(take_called(&r, n_statements, p));
    for (uint32_t k = 0; k < p->n_queues && n_statements && !r.bad; k++) r.bad = !take_runs(&r, n_statements, &p->queues[k]);
    if (r.bad || r.at != r.end)
        return tri_error(TRI_INVALID, TRI_NOWHERE, "ILLEGAL: the statements of the engine program are damaged at byte %zu of %zu",
                         (size_t)(r.at - bytes), n);
    return NULL;
}
