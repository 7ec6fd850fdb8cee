/* tests/unit/sm90_programs.c - see sm90_programs.h. */
#include "sm90_programs.h"

#include <math.h>

static int up(int a, int b) { return (a + b - 1) / b; }

/* ---- matmul ---- */

static void gemm_position(const sm90_gemm *g, tri_text *t)
{
    tri_text_addf(t, "      %%row = index %%p div %d * %d + %%rank * %d\n      %%column = index %%p mod %d * %d\n", up(g->n, g->bn),
                  g->bm * g->cluster, g->bm, up(g->n, g->bn), g->bn);
}

static void gemm_load(const sm90_gemm *g, tri_text *t)
{
    int share = g->bk / g->cluster, columns = g->bn / g->cluster; /* of B, which the ranks bring for each other */
    const char *multicast = g->cluster > 1 ? " multicast" : "";
    tri_text_addf(t, "  role @load copy[1] (%%i, %%rank) regs %d {\n    work (%%p) {\n", g->load_regs);
    gemm_position(g, t);
    tri_text_addf(t,
                  "      for %%k in 0..%d {\n        acquire %%qa\n        load_into %%qa[0, 0], %%A[%%row:+%d, %%k*%d:+%d]\n        publish %%qa\n",
                  up(g->k, g->bk), g->bm, g->bk, g->bk);
    if (g->transposed)
        tri_text_addf(
            t, "        acquire %%qb\n        load_into %%qb[%%rank*%d, 0], %%B[%%column + %%rank*%d:+%d, %%k*%d:+%d]%s\n        publish %%qb\n",
            columns, columns, columns, g->bk, g->bk, multicast);
    else
        tri_text_addf(
            t, "        acquire %%qb\n        load_into %%qb[%%rank*%d, 0], %%B[%%k*%d + %%rank*%d:+%d, %%column:+%d]%s\n        publish %%qb\n",
            share, g->bk, share, share, g->bn, multicast);
    tri_text_add(t, "      }\n    }\n  }\n");
}

/* One step: the product with the next slots, on %c or on nothing. */
static void gemm_step(const sm90_gemm *g, tri_text *t, const char *result, const char *c)
{
    int rows = g->bm / g->groups;
    tri_text_addf(t, "        %%a_%s = await %%qa : tile<%dx%dx%s>\n        %%r_%s = part %%a_%s[%%i*%d, 0] : tile<%dx%dx%s>\n", result, g->bm, g->bk,
                  g->dtype, result, result, rows, rows, g->bk, g->dtype);
    if (g->transposed)
        tri_text_addf(t, "        %%t_%s = await %%qb : tile<%dx%dx%s>\n        %%b_%s = transpose %%t_%s : tile<%dx%dx%s>\n", result, g->bn, g->bk,
                      g->dtype, result, result, g->bk, g->bn, g->dtype);
    else
        tri_text_addf(t, "        %%b_%s = await %%qb : tile<%dx%dx%s>\n", result, g->bk, g->bn, g->dtype);
    tri_text_addf(t, "        %%%s = mma async %%r_%s, %%b_%s%s : tile<%dx%dxf32> @mma\n", result, result, result, c, rows, g->bn);
}

static void gemm_math(const sm90_gemm *g, tri_text *t)
{
    int rows = g->bm / g->groups, steps = up(g->k, g->bk), columns = g->bn / g->pieces, first = g->lag < steps ? g->lag : steps;
    tri_text_addf(t, "  role @math threads[%d] (%%i, %%rank) regs %d {\n    work (%%p) {\n", g->groups, g->math_regs);
    gemm_position(g, t);
    tri_text_addf(t, "      %%z = fill 0 : tile<%dx%dxf32>\n", rows, g->bn);
    for (int step = 0; step < first; step++) { /* as many as a join leaves under way */
        char result[24], c[24] = "";
        snprintf(result, sizeof result, "first%d", step);
        if (step) snprintf(c, sizeof c, ", %%first%d", step - 1);
        gemm_step(g, t, result, c);
    }
    tri_text_addf(t, "      %%acc = for %%k in %d..%d iter(%%c = ", first, steps);
    if (first)
        tri_text_addf(t, "%%first%d", first - 1);
    else
        tri_text_add(t, "%z");
    tri_text_add(t, ") {\n");
    gemm_step(g, t, "d", ", %c");
    tri_text_addf(t, "        join %d\n        release %%qa\n        release %%qb\n        yield %%d\n      }\n      join 0\n", first);
    for (int step = 0; step < first; step++) tri_text_add(t, "      release %qa\n      release %qb\n");
    for (int j = 0; j < g->pieces; j++) {
        tri_text_addf(t, "      %%s%d = slice %%acc[0, %d] : tile<%dx%dxf32>\n", j, columns * j, rows, columns);
        if (g->bias) {
            tri_text_addf(t,
                          "      %%v%d = load %%bias[%%column + %d:+%d] fill 0 : tile<%dxf32>\n      %%w%d = reshape %%v%d : tile<1x%dxf32>\n"
                          "      %%y%d = map(%%s%d, %%w%d) : tile<%dx%dx%s> { ^(%%x: f32, %%o: f32):\n        %%sum = add %%x, %%o : f32\n",
                          j, columns * j, columns, columns, j, j, columns, j, j, j, rows, columns, g->out);
            if (g->function)
                tri_text_addf(t, "        %%u = %s %%sum : f32\n", g->function);
            else
                tri_text_add(t, "        %zero = constant 0.0 : f32\n        %u = maximum %sum, %zero : f32\n");
        } else {
            tri_text_addf(t, "      %%y%d = map(%%s%d) : tile<%dx%dx%s> { ^(%%u: f32):\n", j, j, rows, columns, g->out);
        }
        tri_text_addf(t,
                      "        %%n = convert %%u : %s\n        yield %%n\n      }\n      acquire %%qy\n      store_into %%y%d -> %%qy[0, 0]\n      "
                      "publish %%qy\n",
                      g->out, j);
    }
    tri_text_add(t, "    }\n  }\n");
}

void sm90_gemm_text(const sm90_gemm *g, tri_text *t)
{
    int rows = g->bm / g->groups, columns = g->bn / g->pieces;
    tri_text_addf(t, "scheduled @gemm(%%A: in buf<%dx%dx%s>, %%B: in buf<%dx%dx%s>, ", g->m, g->k, g->dtype, g->transposed ? g->n : g->k,
                  g->transposed ? g->k : g->n, g->dtype);
    if (g->bias) tri_text_addf(t, "%%bias: in buf<%dxf32>, ", g->n);
    tri_text_addf(t, "%%C: out buf<%dx%dx%s>) programs %d workers %d cluster %d {\n", g->m, g->n, g->out,
                  up(g->m, g->bm * g->cluster) * up(g->n, g->bn), g->workers, g->cluster);
    tri_text_addf(t,
                  "  %%qa = ring depth %d : ring<%dx%dx%s> @a\n  %%qb = ring depth %d%s : ring<%dx%dx%s> @b\n  %%qy = ring depth 2 private : "
                  "ring<%dx%dx%s> @y\n",
                  g->depth, g->bm, g->bk, g->dtype, g->depth, g->cluster > 1 ? " multicast" : "", g->transposed ? g->bn : g->bk,
                  g->transposed ? g->bk : g->bn, g->dtype, rows, columns, g->out);
    gemm_load(g, t);
    gemm_math(g, t);
    tri_text_addf(t, "  role @store copy[%d] (%%i, %%rank) regs %d {\n    work (%%p) {\n", g->groups, g->load_regs);
    gemm_position(g, t);
    tri_text_addf(
        t,
        "      for %%j in 0..%d {\n        %%y = await %%qy : tile<%dx%dx%s>\n        store %%y -> %%C[%%row + %%i*%d:+%d, %%column + %%j*%d:+%d]\n"
        "        release %%qy\n      }\n    }\n  }\n}\n",
        g->pieces, rows, columns, g->out, rows, rows, columns, columns);
}

/* ---- attention ---- */

static void attention_position(const sm90_attention *a, tri_text *t)
{
    int pairs = a->heads * a->batch;
    tri_text_addf(t, "      %%x = index %d - %%p div %d\n      %%h = index %%p mod %d\n      %%b = index %%p div %d mod %d\n",
                  up(a->queries, a->bm) - 1, pairs, a->heads, a->heads, a->batch); /* the longest first */
    if (a->causal)
        tri_text_addf(t, "      %%n = index (min((%%x + 1) * %d, %d) + %d) div %d\n", a->bm, a->keys, a->bn - 1, a->bn);
    else
        tri_text_addf(t, "      %%n = index %d\n", up(a->keys, a->bn));
}

static void attention_fetch(const sm90_attention *a, tri_text *t, const char *ring, const char *buffer, const char *block)
{
    tri_text_addf(t, "        acquire %%%s\n        load_into %%%s[0, 0], %%%s[%%b, (%s)*%d:+%d, %%h, 0:+%d]\n        publish %%%s\n", ring, ring,
                  buffer, block, a->bn, a->bn, a->size, ring);
}

static void attention_load(const sm90_attention *a, tri_text *t)
{
    tri_text_addf(t, "  role @load copy[1] (%%i, %%rank) regs %d {\n    work (%%p) {\n", a->load_regs);
    attention_position(a, t);
    tri_text_addf(t, "        acquire %%qq\n        load_into %%qq[0, 0], %%Q[%%b, %%x*%d:+%d, %%h, 0:+%d]\n        publish %%qq\n", a->bm, a->bm,
                  a->size);
    attention_fetch(a, t, "qk", "K", "%n - 1");
    tri_text_add(t, "      for %t in 1..%n {\n");
    attention_fetch(a, t, "qk", "K", "%n - 1 - %t");
    attention_fetch(a, t, "qv", "V", "%n - %t");
    tri_text_add(t, "      }\n        acquire %qk\n        publish %qk\n");
    attention_fetch(a, t, "qv", "V", "0");
    tri_text_add(t, "    }\n  }\n");
}

static double scale_of(const sm90_attention *a) { return 1 / sqrt(a->size); }

static void attention_mask(const sm90_attention *a, tri_text *t)
{
    int rows = a->bm / a->groups;
    tri_text_addf(t, "      %%key0 = index (%%n - 1)*%d\n      %%row0 = index %%x*%d + %%i*%d\n      %%keys = fill %%key0 : tile<1x1xi32>\n", a->bn,
                  a->bm, rows);
    tri_text_addf(
        t,
        "      %%rows = fill %%row0 : tile<1x1xi32>\n      %%u0 = map(%%s0, %%keys, %%rows) : tile<%dx%dxf32> { ^(%%s: f32, %%k: i32, %%r: i32):\n",
        rows, a->bn);
    tri_text_add(t, "        %c = coordinate 1 : i32\n        %key = add %c, %k : i32\n        %low = constant -inf : f32\n");
    tri_text_addf(t, "        %%end = constant %d : i32\n        %%there = lt %%key, %%end : i1\n        %%v = select %%there, %%s, %%low : f32\n",
                  a->keys);
    if (a->causal)
        tri_text_add(t, "        %d = coordinate 0 : i32\n        %row = add %d, %r : i32\n        %in = le %key, %row : i1\n"
                        "        %e = select %in, %v, %low : f32\n        yield %e\n      }\n");
    else
        tri_text_add(t, "        yield %v\n      }\n");
}

static void attention_exp(const sm90_attention *a, tri_text *t, const char *to, const char *from, const char *most)
{
    tri_text_addf(t,
                  "        %%%s = map(%%%s, %%%s) : tile<%dx%dxf32> { ^(%%s: f32, %%m: f32):\n          %%c = constant %.9g : f32\n"
                  "          %%w = multiply %%m, %%c : f32\n          %%neg = negate %%w : f32\n          %%g = fma %%s, %%c, %%neg : f32\n"
                  "          %%e = exp2 %%g : f32\n          yield %%e\n        }\n",
                  to, from, most, a->bm / a->groups, a->bn, scale_of(a) * 0x1.71547652b82fep+0);
}

static void attention_pack(const sm90_attention *a, tri_text *t, const char *to, const char *from)
{
    tri_text_addf(t, "        %%%s = map(%%%s) : tile<%dx%dx%s> { ^(%%s: f32):\n          %%e = convert %%s : %s\n          yield %%e\n        }\n",
                  to, from, a->bm / a->groups, a->bn, a->dtype, a->dtype);
}

static void attention_step(const sm90_attention *a, tri_text *t)
{
    int rows = a->bm / a->groups;
    tri_text_add(t, "      %kl, %m, %l, %o, %pb = for %t in 1..%n iter(%kc = %k1, %mc = %m0, %lc = %l0, %oc = %z, %pc = %b0) {\n");
    if (a->turns) tri_text_add(t, "        take %turn\n");
    tri_text_addf(t, "        %%kt = transpose %%kc : tile<%dx%dx%s>\n        %%sc = mma async %%q, %%kt : tile<%dx%dxf32> @qk\n", a->size, a->bn,
                  a->dtype, rows, a->bn);
    tri_text_addf(t, "        %%v = await %%qv : tile<%dx%dx%s>\n        %%o1 = mma async %%pc, %%v, %%oc : tile<%dx%dxf32> @pv\n", a->bn, a->size,
                  a->dtype, rows, a->size);
    if (a->turns) tri_text_add(t, "        give %turn\n");
    tri_text_addf(t, "        join 1\n        release %%qk\n        %%x1 = reduce maximum %%sc dim 1 : tile<%dx1xf32>\n", rows);
    tri_text_addf(t,
                  "        %%m1 = map(%%mc, %%x1) : tile<%dx1xf32> { ^(%%a: f32, %%c: f32):\n          %%e = maximum %%a, %%c : f32\n          yield "
                  "%%e\n        }\n",
                  rows);
    tri_text_addf(t,
                  "        %%al = map(%%mc, %%m1) : tile<%dx1xf32> { ^(%%a: f32, %%d: f32):\n          %%c = constant %.9g : f32\n"
                  "          %%f = subtract %%a, %%d : f32\n          %%g = multiply %%f, %%c : f32\n          %%e = exp2 %%g : f32\n          yield "
                  "%%e\n        }\n",
                  rows, scale_of(a) * 0x1.71547652b82fep+0);
    attention_exp(a, t, "e1", "sc", "m1");
    tri_text_addf(t,
                  "        %%x2 = reduce add %%e1 dim 1 : tile<%dx1xf32>\n        %%l1 = map(%%lc, %%al, %%x2) : tile<%dx1xf32> { ^(%%a: f32, %%d: "
                  "f32, %%s: f32):\n"
                  "          %%e = fma %%a, %%d, %%s : f32\n          yield %%e\n        }\n",
                  rows, rows);
    tri_text_addf(t, "        %%kn = await %%qk : tile<%dx%dx%s>\n        join 0\n        release %%qv\n", a->bn, a->size, a->dtype);
    attention_pack(a, t, "b1", "e1");
    tri_text_addf(t,
                  "        %%o2 = map(%%o1, %%al) : tile<%dx%dxf32> { ^(%%a: f32, %%d: f32):\n          %%e = multiply %%a, %%d : f32\n          "
                  "yield %%e\n        }\n"
                  "        yield %%kn, %%m1, %%l1, %%o2, %%b1\n      }\n",
                  rows, a->size);
}

static void attention_math(const sm90_attention *a, tri_text *t)
{
    int rows = a->bm / a->groups;
    const char *dtype = a->dtype;
    tri_text_addf(t, "  role @math threads[%d] (%%i, %%rank) regs %d {\n    work (%%p) {\n", a->groups, a->math_regs);
    attention_position(a, t);
    tri_text_addf(t, "      %%qt = await %%qq : tile<%dx%dx%s>\n      %%q = part %%qt[%%i*%d, 0] : tile<%dx%dx%s>\n", a->bm, a->size, dtype, rows,
                  rows, a->size, dtype);
    tri_text_addf(t, "      %%k0 = await %%qk : tile<%dx%dx%s>\n      %%kt0 = transpose %%k0 : tile<%dx%dx%s>\n", a->bn, a->size, dtype, a->size,
                  a->bn, dtype);
    tri_text_addf(t, "      %%s0 = mma async %%q, %%kt0 : tile<%dx%dxf32> @qk\n      join 0\n      release %%qk\n", rows, a->bn);
    attention_mask(a, t);
    tri_text_addf(t, "      %%m0 = reduce maximum %%u0 dim 1 : tile<%dx1xf32>\n", rows);
    attention_exp(a, t, "p0", "u0", "m0");
    tri_text_addf(t, "      %%l0 = reduce add %%p0 dim 1 : tile<%dx1xf32>\n      %%k1 = await %%qk : tile<%dx%dx%s>\n", rows, a->bn, a->size, dtype);
    attention_pack(a, t, "b0", "p0");
    tri_text_addf(t, "      %%z = fill 0 : tile<%dx%dxf32>\n", rows, a->size);
    attention_step(a, t);
    tri_text_addf(t,
                  "      release %%qk\n      release %%qq\n      %%vl = await %%qv : tile<%dx%dx%s>\n      %%of = mma async %%pb, %%vl, %%o : "
                  "tile<%dx%dxf32> @pv\n",
                  a->bn, a->size, dtype, rows, a->size);
    tri_text_addf(t,
                  "      join 0\n      release %%qv\n      %%li = map(%%l) : tile<%dx1xf32> { ^(%%d: f32):\n        %%one = constant 1.0 : f32\n"
                  "        %%e = divide %%one, %%d : f32\n        yield %%e\n      }\n",
                  rows);
    tri_text_addf(
        t,
        "      %%y = map(%%of, %%li) : tile<%dx%dx%s> { ^(%%a: f32, %%d: f32):\n        %%e = multiply %%a, %%d : f32\n"
        "        %%g = convert %%e : %s\n        yield %%g\n      }\n      acquire %%qy\n      store_into %%y -> %%qy[0, 0]\n      publish %%qy\n",
        rows, a->size, dtype, dtype);
    tri_text_addf(
        t,
        "      %%ls = map(%%m, %%l) : tile<%dx1xf32> { ^(%%a: f32, %%d: f32):\n        %%c = constant %.9g : f32\n        %%f = multiply %%a, %%c : "
        "f32\n"
        "        %%g = log %%d : f32\n        %%e = add %%f, %%g : f32\n        yield %%e\n      }\n      %%lr = reshape %%ls : tile<%dxf32>\n"
        "      store %%lr -> %%L[%%b, %%h, %%x*%d + %%i*%d:+%d]\n    }\n  }\n",
        rows, scale_of(a), rows, a->bm, rows, rows);
}

void sm90_attention_text(const sm90_attention *a, tri_text *t)
{
    int rows = a->bm / a->groups;
    static const char *const names[] = {"Q", "K", "V", "O"};
    tri_text_add(t, "scheduled @attention(");
    for (int i = 0; i < 4; i++)
        tri_text_addf(t, "%%%s: %s buf<%dx%dx%dx%dx%s>, ", names[i], i < 3 ? "in" : "out", a->batch, i == 0 || i == 3 ? a->queries : a->keys,
                      a->heads, a->size, a->dtype);
    tri_text_addf(t, "%%L: out buf<%dx%dx%dxf32>) programs %d workers %d cluster 1 {\n", a->batch, a->heads, a->queries,
                  up(a->queries, a->bm) * a->heads * a->batch, a->workers);
    tri_text_addf(
        t, "  %%qq = ring depth 1 : ring<%dx%dx%s> @q\n  %%qk = ring depth %d : ring<%dx%dx%s> @k\n  %%qv = ring depth %d : ring<%dx%dx%s> @v\n",
        a->bm, a->size, a->dtype, a->depth, a->bn, a->size, a->dtype, a->depth, a->bn, a->size, a->dtype);
    tri_text_addf(t, "  %%qy = ring depth 1 private : ring<%dx%dx%s> @y\n", rows, a->size, a->dtype);
    if (a->turns) tri_text_add(t, "  %turn = turns\n");
    attention_load(a, t);
    attention_math(a, t);
    tri_text_addf(t, "  role @store copy[%d] (%%i, %%rank) regs %d {\n    work (%%p) {\n", a->groups, a->load_regs);
    attention_position(a, t);
    tri_text_addf(
        t,
        "      %%y = await %%qy : tile<%dx%dx%s>\n      store %%y -> %%O[%%b, %%x*%d + %%i*%d:+%d, %%h, 0:+%d]\n      release %%qy\n    }\n  }\n}\n",
        rows, a->size, a->dtype, a->bm, rows, rows, a->size);
}
