/* ir/eval_contract_type.h - the routines of the blocked matrix product for one TYPE of sums: NAME(r) is the name of routine r, LANE the member of
 * tri_lane that operands come in. Included by eval_contract.c once for each type; undefines its parameters. */

typedef TYPE NAME(vector) __attribute__((vector_size(sizeof(TYPE) * COLUMNS), aligned(sizeof(TYPE)), may_alias));

/* Lays rows (of A, or columns of B) out in panels of `width`, k by k, with zeros behind the last row. */
static void NAME(pack)(tri_dtype dtype, const char *base, const int64_t *rows, bool rows_run, size_t n_rows, const int64_t *ks, bool ks_run,
                       size_t n_k, size_t width, TYPE *out)
{
    tri_lane run[TRI_LANES];
    int64_t bytes = (int64_t)tri_dtype_bytes(dtype);
    size_t padded = (n_rows + width - 1) / width * width;
    for (size_t r = n_rows; r < padded; r++)
        for (size_t k = 0; k < n_k; k++) out[r / width * width * n_k + k * width + r % width] = 0;
    if (rows_run && !ks_run) {
        for (size_t k = 0; k < n_k; k++) {
            tri_lanes_gather(dtype, base + ks[k] * bytes, rows, true, n_rows, run);
            for (size_t panel = 0; panel < n_rows; panel += width) {
                TYPE *to = out + panel * n_k + k * width;
                for (size_t r = 0; r < width && panel + r < n_rows; r++) to[r] = (TYPE)run[panel + r].LANE;
            }
        }
        return;
    }
    for (size_t r = 0; r < n_rows; r++) {
        tri_lanes_gather(dtype, base + rows[r] * bytes, ks, ks_run, n_k, run);
        TYPE *to = out + r / width * width * n_k + r % width;
        for (size_t k = 0; k < n_k; k++) to[k * width] = (TYPE)run[k].LANE;
    }
}

/* Adds the products of one panel of A and one of B to ROWS x COLUMNS sums. */
CLONES static void NAME(tile)(size_t n_k, const TYPE *restrict a, const TYPE *restrict b, TYPE *restrict c)
{
    typedef NAME(vector) vector;
    vector c0 = *(const vector *)(c + 0 * BLOCK_N), c1 = *(const vector *)(c + 1 * BLOCK_N), c2 = *(const vector *)(c + 2 * BLOCK_N);
    vector c3 = *(const vector *)(c + 3 * BLOCK_N), c4 = *(const vector *)(c + 4 * BLOCK_N), c5 = *(const vector *)(c + 5 * BLOCK_N);
    for (size_t k = 0; k < n_k; k++, a += ROWS, b += COLUMNS) {
        vector row = *(const vector *)b;
        c0 += a[0] * row, c1 += a[1] * row, c2 += a[2] * row, c3 += a[3] * row, c4 += a[4] * row, c5 += a[5] * row;
    }
    *(vector *)(c + 0 * BLOCK_N) = c0, *(vector *)(c + 1 * BLOCK_N) = c1, *(vector *)(c + 2 * BLOCK_N) = c2;
    *(vector *)(c + 3 * BLOCK_N) = c3, *(vector *)(c + 4 * BLOCK_N) = c4, *(vector *)(c + 5 * BLOCK_N) = c5;
}

/* One block of the result, whole: all of k, then one rounding. */
static void NAME(block)(const product *p, int64_t batch, int64_t m, int64_t n)
{
    const tri_contraction *t = &p->c;
    TYPE a[BLOCK_M * BLOCK_K], b[BLOCK_N * BLOCK_K], c[BLOCK_M * BLOCK_N];
    memset(c, 0, sizeof c);
    size_t n_m = (size_t)(t->m - m < BLOCK_M ? t->m - m : BLOCK_M), n_n = (size_t)(t->n - n < BLOCK_N ? t->n - n : BLOCK_N);
    int64_t out = batch * t->m * t->n + m * p->out_row + n;
    if (p->add)
        for (size_t r = 0; r < n_m; r++)
            for (size_t j = 0; j < n_n; j++)
                c[r * BLOCK_N + j] = (TYPE)((const double *)(const void *)p->out)[out + (int64_t)r * p->out_row + (int64_t)j];
    const char *a_at = p->a + t->a_batch[batch] * (int64_t)tri_dtype_bytes(p->a_dtype),
               *b_at = p->b + t->b_batch[batch] * (int64_t)tri_dtype_bytes(p->b_dtype);
    for (int64_t k = 0; k < t->k; k += BLOCK_K) {
        size_t n_k = (size_t)(t->k - k < BLOCK_K ? t->k - k : BLOCK_K);
        NAME(pack)(p->a_dtype, a_at, t->a_m + m, p->a_m_runs, n_m, t->a_k + k, p->a_k_runs, n_k, ROWS, a);
        NAME(pack)(p->b_dtype, b_at, t->b_n + n, p->b_n_runs, n_n, t->b_k + k, p->b_k_runs, n_k, COLUMNS, b);
        for (size_t j = 0; j < n_n; j += COLUMNS)
            for (size_t r = 0; r < n_m; r += ROWS) NAME(tile)(n_k, a + r * n_k, b + j * n_k, c + r * BLOCK_N + j);
    }
    tri_lane row[BLOCK_N];
    for (size_t r = 0; r < n_m; r++) {
        for (size_t j = 0; j < n_n; j++) row[j].LANE = c[r * BLOCK_N + j];
        tri_lanes_store(p->out_dtype, p->out + (out + (int64_t)r * p->out_row) * (int64_t)tri_dtype_bytes(p->out_dtype), n_n, row);
    }
}

#undef TYPE
#undef LANE
#undef NAME
