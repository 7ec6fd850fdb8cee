/* tests/unit/systolic_sched_attention.c - causal attention as a scheduled program (systolic_sched_programs.h). One program a head; its queries, keys
 * and values stay resident, the next head's are loaded meanwhile. A step is 128 queries by up to 1024 keys. Query tile u is paired with the one as
 * far from the end, so that every pair has the same number of steps and a step's tile is index arithmetic.
 *
 * Iteration i of the engines' loops: scores and maxima of step i, statistics of step i - 1, transposes of step i - 3, values and rescaling of step i
 * - 6 (ages; the scalar engine and the copies just follow). Rows are summed by a column of ones beside the values. */
#include "systolic_sched_programs.h"

#define LOG2E 1.4426950408889634

enum { Q = 128, D = 128, GROUPS = 8, W = GROUPS * Q };

typedef struct generator {
    tri_text *t;
    const attention_schedule *s;
    int64_t tiles, pair_steps, steps;
} generator;

/* %x.. of the step that is `age` iterations old: %tX its query tile, %jX its chunk of keys, %gX its groups of 128 keys, %lastX. */
static void step_indices(const generator *g, const char *x, int64_t age)
{
    tri_text_addf(g->t, "%%s%s = index %%i - %lld\n%%u%s = index %%s%s div %lld\n%%r%s = index %%s%s mod %lld\n", x, (long long)age, x, x,
                  (long long)g->pair_steps, x, x, (long long)g->pair_steps);
    tri_text_addf(g->t, "%%na%s = index %lld - %%u%s div %d\n%%heavy%s = index min(1, max(0, %%na%s - %%r%s))\n", x, (long long)g->tiles / GROUPS, x,
                  GROUPS, x, x, x);
    tri_text_addf(g->t, "%%t%s = index %%u%s + %%heavy%s * (%lld - 2 * %%u%s)\n%%j%s = index %%r%s - (1 - %%heavy%s) * %%na%s\n", x, x, x,
                  (long long)g->tiles - 1, x, x, x, x, x);
    tri_text_addf(g->t, "%%more%s = index min(1, %%t%s div %d - %%j%s)\n%%g%s = index %d - (1 - %%more%s) * (%d - %%t%s mod %d)\n", x, x, GROUPS, x,
                  x, GROUPS, x, GROUPS - 1, x, GROUPS);
}

/* Opens the statements of the step of an age, when there is one; closed by one brace. */
static void open_step(const generator *g, const char *x, int64_t age)
{
    tri_text_addf(g->t, "%%live%s = index min(1, max(0, %%i - %lld)) * min(1, max(0, %lld - %%i))\nif %%live%s {\n", x, (long long)age - 1,
                  (long long)(g->steps + age), x);
    step_indices(g, x, age);
}

static void open_role(const generator *g, const char *name, const char *unit)
{
    tri_text_addf(g->t, "role @%s %s[1] (%%in, %%rank) { work (%%h) {\n", name, unit);
}

static int pe_groups(const generator *g, int groups) { return groups - groups * (int)g->s->dma_quarters / 4; }

/* ---- the matrix engine ---- */

/* Scores: the last group of a tile's last chunk is masked, by adding identity times mask. */
static void scores(const generator *g, int groups, bool diagonal)
{
    int width = groups * Q, plain = diagonal ? width - Q : width;
    if (plain) {
        tri_text_addf(g->t, "%%k = part %%kk[%%ja * %d, 0] : tile<%dx%dxbf16>\n%%kt = transpose %%k : tile<%dx%dxbf16>\n", W, plain, D, D, plain);
        tri_text_addf(g->t, "%%s = mma %%q, %%kt : tile<%dx%dxf32>\nstore_into %%s -> %%S[0, 0]\n", Q, plain);
    }
    if (!diagonal) return;
    tri_text_addf(g->t, "%%kd = part %%kk[%%ja * %d + %d, 0] : tile<%dx%dxbf16>\n%%kdt = transpose %%kd : tile<%dx%dxbf16>\n", W, plain, Q, D, D, Q);
    tri_text_addf(g->t, "%%sd = mma %%q, %%kdt : tile<%dx%dxf32>\n%%sm = mma %%one, %%mask, %%sd : tile<%dx%dxf32>\nstore_into %%sm -> %%S[0, %d]\n",
                  Q, Q, Q, Q, plain);
}

static void matrix_role(const generator *g)
{
    tri_text *t = g->t;
    open_role(g, "pe", "matrix");
    tri_text_addf(t, "%%one = await %%Id : tile<%dx%dxbf16>\n%%mask = await %%Mask : tile<%dx%dxbf16>\n", Q, Q, Q, Q);
    tri_text_addf(t, "%%qq = await %%Qs : tile<%lldx%dxbf16>\n%%kk = await %%Ks : tile<%lldx%dxbf16>\n%%vv = await %%Vs : tile<%lldx%dxbf16>\n",
                  (long long)g->s->tokens, D, (long long)g->s->tokens, D, (long long)g->s->tokens, D + 1);
    tri_text_addf(t, "for %%i in 0..%lld {\n", (long long)(g->steps + g->s->age[3]));
    open_step(g, "b", g->s->age[1]);
    tri_text_addf(t, "%%p = await %%P : tile<%dx%dxbf16>\nacquire %%T\n", Q, W);
    for (int n = 1; n <= GROUPS; n++) {
        int mine = pe_groups(g, n) * Q;
        if (!mine) continue;
        tri_text_addf(t, "if %%gb == %d {\n%%x = part %%p[0, 0] : tile<%dx%dxbf16>\n%%y = transpose %%x : tile<%dx%dxbf16>\n", n, Q, mine, mine, Q);
        tri_text_addf(t, "store_into %%y -> %%T[0, 0]\n}\n");
    }
    tri_text_addf(t, "publish %%T\nrelease %%P\n}\n");
    open_step(g, "a", 0);
    tri_text_addf(t, "%%q = part %%qq[%%ta * %d, 0] : tile<%dx%dxbf16>\nacquire %%S\n", Q, Q, D);
    tri_text_addf(t, "if %%morea {\n");
    scores(g, GROUPS, false);
    tri_text_addf(t, "}\n");
    for (int n = 1; n <= GROUPS; n++) {
        tri_text_addf(t, "if (1 - %%morea) * (1 - min(1, max(%%ga - %d, %d - %%ga))) {\n", n, n);
        scores(g, n, true);
        tri_text_addf(t, "}\n");
    }
    tri_text_addf(t, "publish %%S\n}\n");
    open_step(g, "c", g->s->age[2]);
    tri_text_addf(t, "%%pg = await %%TG : tile<%dx%dxbf16>\n%%pd = await %%TD : tile<%dx%dxbf16>\nacquire %%O\n", pe_groups(g, GROUPS) * Q, Q,
                  (GROUPS - pe_groups(g, GROUPS)) * Q, Q);
    for (int n = 1; n <= GROUPS; n++) {
        int mine = pe_groups(g, n) * Q, other = n * Q - mine;
        tri_text_addf(t, "if %%gc == %d {\n", n);
        tri_text_addf(t, "%%x = part %%pg[0, 0] : tile<%dx%dxbf16>\n%%xt = transpose %%x : tile<%dx%dxbf16>\n", mine, Q, Q, mine);
        tri_text_addf(t, "%%v = part %%vv[%%jc * %d, 0] : tile<%dx%dxbf16>\n%%o1 = mma %%xt, %%v : tile<%dx%dxf32>\n", W, mine, D + 1, Q, D + 1);
        if (other) {
            tri_text_addf(t, "%%y = part %%pd[0, 0] : tile<%dx%dxbf16>\n%%yt = transpose %%y : tile<%dx%dxbf16>\n", other, Q, Q, other);
            tri_text_addf(t, "%%w = part %%vv[%%jc * %d + %d, 0] : tile<%dx%dxbf16>\n%%o2 = mma %%yt, %%w, %%o1 : tile<%dx%dxf32>\n", W, mine, other,
                          D + 1, Q, D + 1);
        }
        tri_text_addf(t, "store_into %%o%d -> %%O[0, 0]\n}\n", other ? 2 : 1);
    }
    tri_text_addf(t, "publish %%O\nrelease %%TG\nrelease %%TD\n}\n");
    tri_text_addf(t, "}\nrelease %%Id\nrelease %%Mask\nrelease %%Qs\nrelease %%Ks\nrelease %%Vs\n} }\n");
}

/* ---- the others ---- */

/* Columns of the maximum that the general engine takes, from the right. */
static int general_columns(const generator *g, int groups) { return (int)(groups * Q * g->s->general_share / 100) / 8 * 8; }

static void row_maximum(const generator *g, int groups, bool general, const char *result)
{
    int right = general_columns(g, groups), left = groups * Q - right;
    tri_text_addf(g->t, "%%part = part %%sc[0, %d] : tile<%dx%dxf32>\n%s = reduce maximum %%part dim 1 : tile<%dx1xf32>\n", general ? left : 0, Q,
                  general ? right : left, result, Q);
}

/* Transposed scores out of the accumulator. */
static void transposed(const generator *g)
{
    tri_text *t = g->t;
    open_step(g, "x", g->s->age[1]);
    tri_text_addf(t, "%%pt = await %%T : tile<%dx%dxbf16>\nacquire %%TG\n", pe_groups(g, GROUPS) * Q, Q);
    for (int n = 1; n <= GROUPS; n++) {
        int mine = pe_groups(g, n) * Q;
        tri_text_addf(t, "if %%gx == %d {\n%%w = part %%pt[0, 0] : tile<%dx%dxbf16>\n", n, mine, Q);
        tri_text_addf(t, "%%y = map(%%w) : tile<%dx%dxbf16> { ^(%%x: bf16):\nyield %%x\n}\nstore_into %%y -> %%TG[0, 0]\n}\n", mine, Q);
    }
    tri_text_addf(t, "publish %%TG\nrelease %%T\n}\n");
}

/* Maxima, rescaling, and the division of a finished tile by its row sums, one iteration later and in two pieces so that nobody waits for a result. */
static void vector_role(const generator *g)
{
    tri_text *t = g->t;
    int64_t age = g->s->age[3];
    open_role(g, "vec", "vector");
    tri_text_addf(t, "%%zero = fill 0.0 : tile<%dx%dxf32>\n%%ends = fill 0.0 : tile<%dx1xf32>\n", Q, D + 1, Q);
    tri_text_addf(t, "%%end = for %%i in 0..%lld iter(%%o = %%zero) {\n", (long long)(g->steps + age + 1));
    if (g->s->vector_copies) transposed(g);
    open_step(g, "a", 0);
    tri_text_addf(t, "%%sc = await %%S : tile<%dx%dxf32>\nacquire %%MV\n", Q, W);
    for (int n = 1; n <= GROUPS; n++) {
        tri_text_addf(t, "if %%ga == %d {\n", n);
        row_maximum(g, n, false, "%m");
        tri_text_addf(t, "store_into %%m -> %%MV[0, 0]\n}\n");
    }
    tri_text_addf(t, "publish %%MV\nrelease %%S\n}\n");
    tri_text_addf(t, "%%lived = index min(1, max(0, %%i - %lld)) * min(1, max(0, %lld - %%i))\n", (long long)age, (long long)(g->steps + age + 1));
    step_indices(g, "d", age + 1);
    tri_text_addf(t, "%%done = index %%lived * (1 - %%mored)\n%%r = if %%done : tile<%dx1xf32> {\n%%l = slice %%o[0, %d] : tile<%dx1xf32>\n", Q, D,
                  Q);
    tri_text_addf(t, "%%v = map(%%l) : tile<%dx1xf32> { ^(%%x: f32):\n%%one = constant 1.0 : f32\n%%0 = divide %%one, %%x : f32\nyield %%0\n}\n", Q);
    tri_text_addf(t, "yield %%v\n} else {\nyield %%ends\n}\n");
    tri_text_addf(t, "%%livec = index min(1, max(0, %%i - %lld)) * min(1, max(0, %lld - %%i))\n%%next = if %%livec : tile<%dx%dxf32> {\n",
                  (long long)age - 1, (long long)(g->steps + age), Q, D + 1);
    step_indices(g, "c", age);
    tri_text_addf(t, "%%pv = await %%O : tile<%dx%dxf32>\n%%o2 = if %%jc == 0 : tile<%dx%dxf32> {\n", Q, D + 1, Q, D + 1);
    tri_text_addf(t, "%%c = map(%%pv) : tile<%dx%dxf32> { ^(%%x: f32):\nyield %%x\n}\nyield %%c\n} else {\n", Q, D + 1);
    tri_text_addf(t, "%%a = await %%A : tile<%dx1xf32>\n", Q);
    tri_text_addf(t, "%%c = map(%%o, %%a, %%pv) : tile<%dx%dxf32> { ^(%%x: f32, %%s: f32, %%y: f32):\n%%0 = multiply %%x, %%s : f32\n", Q, D + 1);
    tri_text_addf(t, "%%1 = add %%0, %%y : f32\nyield %%1\n}\nrelease %%A\nyield %%c\n}\nrelease %%O\nyield %%o2\n} else {\nyield %%o\n}\n");
    tri_text_addf(t, "if %%done {\nacquire %%Y\n%%w = slice %%o[0, 0] : tile<%dx%dxf32>\n", Q, D);
    tri_text_addf(t, "%%y = map(%%w, %%r) : tile<%dx%dxbf16> { ^(%%x: f32, %%n: f32):\n%%0 = multiply %%x, %%n : f32\n", Q, D);
    tri_text_addf(t, "%%1 = convert %%0 : bf16\nyield %%1\n}\nstore_into %%y -> %%Y[0, 0]\npublish %%Y\n}\nyield %%next\n}\n} }\n");
}

static void least(const generator *g, const char *name)
{
    tri_text_addf(g->t, "%%%s = map(%%both, %%n) : tile<%dx1xf32> { ^(%%x: f32, %%y: f32):\n%%0 = minimum %%x, %%y : f32\nyield %%0\n}\n", name, Q);
}

static void general_role(const generator *g)
{
    tri_text *t = g->t;
    open_role(g, "gp", "general");
    tri_text_addf(t, "%%none = fill 0.0 : tile<%dx%dxbf16>\n%%column = fill 0.0 : tile<%dx1xf32>\nacquire %%Id\nacquire %%Mask\n", Q, Q, Q);
    tri_text_addf(
        t, "%%one = map(%%none) : tile<%dx%dxbf16> { ^(%%x: bf16):\n%%0 = coordinate 0 : i32\n%%1 = coordinate 1 : i32\n%%2 = eq %%0, %%1 : i1\n", Q,
        Q);
    tri_text_addf(t, "%%3 = constant 1.0 : bf16\n%%4 = select %%2, %%3, %%x : bf16\nyield %%4\n}\nstore_into %%one -> %%Id[0, 0]\npublish %%Id\n");
    tri_text_addf(
        t, "%%mask = map(%%none) : tile<%dx%dxbf16> { ^(%%x: bf16):\n%%0 = coordinate 0 : i32\n%%1 = coordinate 1 : i32\n%%2 = ge %%0, %%1 : i1\n", Q,
        Q);
    tri_text_addf(
        t, "%%3 = constant -1.0e38 : bf16\n%%4 = select %%2, %%x, %%3 : bf16\nyield %%4\n}\nstore_into %%mask -> %%Mask[0, 0]\npublish %%Mask\n");
    tri_text_addf(t, "%%e1, %%e2 = for %%i in 0..%lld iter(%%mg = %%column, %%n = %%column) {\n", (long long)(g->steps + g->s->age[3]));
    /* The two maxima of the older step are joined, scaled, and compared with those of the steps before: it is minus the maximum that is kept. */
    int64_t age = g->s->age[0];
    tri_text_addf(t, "%%liveb = index min(1, max(0, %%i - %lld)) * min(1, max(0, %lld - %%i))\n", (long long)age - 1, (long long)(g->steps + age));
    step_indices(g, "b", age);
    tri_text_addf(t, "%%nn = if %%liveb : tile<%dx1xf32> {\n%%mv = await %%MV : tile<%dx1xf32>\n", Q, Q);
    tri_text_addf(t, "%%n2 = if %%jb == 0 : tile<%dx1xf32> {\nacquire %%N\n", Q);
    for (int copy = 0; copy < 2; copy++) { /* for the scalar engine, and to keep */
        tri_text_addf(t,
                      "%%b%d = map(%%mg, %%mv) : tile<%dx1xf32> { ^(%%x: f32, %%y: f32):\n%%0 = maximum %%x, %%y : f32\n%%c = constant %.9g : f32\n",
                      copy, Q, -g->s->scale * LOG2E);
        tri_text_addf(t, "%%1 = multiply %%0, %%c : f32\nyield %%1\n}\n%s",
                      copy ? "yield %b1\n} else {\n" : "store_into %b0 -> %N[0, 0]\npublish %N\n");
    }
    tri_text_addf(t, "%%both = map(%%mg, %%mv) : tile<%dx1xf32> { ^(%%x: f32, %%y: f32):\n%%0 = maximum %%x, %%y : f32\n%%c = constant %.9g : f32\n",
                  Q, -g->s->scale * LOG2E);
    tri_text_addf(t, "%%1 = multiply %%0, %%c : f32\nyield %%1\n}\nacquire %%N\n");
    least(g, "l0");
    tri_text_addf(t, "store_into %%l0 -> %%N[0, 0]\npublish %%N\n");
    least(g, "l1");
    tri_text_addf(t, "yield %%l1\n}\nrelease %%MV\nyield %%n2\n} else {\nyield %%n\n}\n");
    if (!g->s->vector_copies) transposed(g);
    /* This step's own share of the maximum, */
    tri_text_addf(t, "%%livea = index min(1, max(0, %lld - %%i))\n", (long long)g->steps);
    step_indices(g, "a", 0);
    tri_text_addf(t, "%%ng = if %%livea : tile<%dx1xf32> {\n%%sc = await %%S : tile<%dx%dxf32>\n", Q, Q, W);
    for (int n = 1; n <= GROUPS; n++) {
        tri_text_addf(t, "%%m%d = if %%ga == %d : tile<%dx1xf32> {\n", n, n, Q);
        row_maximum(g, n, true, "%m");
        tri_text_addf(t, "yield %%m\n} else {\n");
        if (n == 1)
            tri_text_addf(t, "yield %%column\n}\n");
        else
            tri_text_addf(t, "yield %%m%d\n}\n", n - 1);
    }
    tri_text_addf(t, "release %%S\nyield %%m%d\n} else {\nyield %%column\n}\n", GROUPS);
    /* and what the rescaling needs. */
    tri_text_addf(t, "if %%liveb * min(1, max(0, %%jb)) {\nacquire %%DN\n%%d = map(%%nn, %%n) : tile<%dx1xf32> { ^(%%x: f32, %%y: f32):\n", Q);
    tri_text_addf(t, "%%0 = subtract %%x, %%y : f32\nyield %%0\n}\nstore_into %%d -> %%DN[0, 0]\npublish %%DN\n}\n");
    tri_text_addf(t, "yield %%ng, %%nn\n}\n} }\n");
}

static void scalar_role(const generator *g)
{
    tri_text *t = g->t;
    open_role(g, "act", "scalar");
    tri_text_addf(t, "for %%i in 0..%lld {\n", (long long)g->steps);
    step_indices(g, "a", 0);
    tri_text_addf(t, "%%sc = await %%S : tile<%dx%dxf32>\n%%n = await %%N : tile<%dx1xf32>\nacquire %%P\n", Q, W, Q);
    for (int n = 1; n <= GROUPS; n++) {
        tri_text_addf(t, "if %%ga == %d {\n%%part = part %%sc[0, 0] : tile<%dx%dxf32>\n", n, Q, n * Q);
        tri_text_addf(
            t, "%%p = map(%%part, %%n) : tile<%dx%dxbf16> { ^(%%x: f32, %%y: f32):\n%%c = constant %.9g : f32\n%%0 = multiply %%x, %%c : f32\n", Q,
            n * Q, g->s->scale * LOG2E);
        tri_text_addf(t, "%%1 = add %%0, %%y : f32\n%%2 = exp2 %%1 : f32\n%%3 = convert %%2 : bf16\nyield %%3\n}\nstore_into %%p -> %%P[0, 0]\n}\n");
    }
    tri_text_addf(t, "publish %%P\nrelease %%S\nrelease %%N\nif min(1, max(0, %%ja)) {\n%%d = await %%DN : tile<%dx1xf32>\nacquire %%A\n", Q);
    tri_text_addf(t, "%%a = map(%%d) : tile<%dx1xf32> { ^(%%x: f32):\n%%0 = exp2 %%x : f32\nyield %%0\n}\n", Q);
    tri_text_addf(t, "store_into %%a -> %%A[0, 0]\npublish %%A\nrelease %%DN\n}\n}\n} }\n");
}

static void copy_roles(const generator *g)
{
    tri_text *t = g->t;
    static const struct {
        const char *ring, *buffer;
        int columns;
    } loads[] = {{"Ks", "K", D}, {"Qs", "Q", D}, {"Vs", "V", D + 1}};
    open_role(g, "load", "copy");
    for (int k = 0; k < 3; k++)
        tri_text_addf(t, "acquire %%%s\nload_into %%%s[0, 0], %%%s[0:+%lld, %%h, 0:+%d] fill 1.0\npublish %%%s\n", loads[k].ring, loads[k].ring,
                      loads[k].buffer, (long long)g->s->tokens, loads[k].columns, loads[k].ring);
    tri_text_addf(t, "} }\n");
    open_role(g, "turn", "copy");
    tri_text_addf(t, "for %%i in 0..%lld {\n", (long long)g->steps);
    step_indices(g, "a", 0);
    tri_text_addf(t, "%%p = await %%P : tile<%dx%dxbf16>\nacquire %%TD\n", Q, W);
    for (int n = 1; n <= GROUPS; n++) {
        int mine = pe_groups(g, n) * Q, other = n * Q - mine;
        if (!other) continue;
        tri_text_addf(t, "if %%ga == %d {\n%%x = part %%p[0, %d] : tile<%dx%dxbf16>\n%%y = transpose %%x : tile<%dx%dxbf16>\n", n, mine, Q, other,
                      other, Q);
        tri_text_addf(t, "store_into %%y -> %%TD[0, 0]\n}\n");
    }
    tri_text_addf(t, "publish %%TD\nrelease %%P\n}\n} }\n");
    open_role(g, "put", "copy");
    tri_text_addf(t, "for %%i in 0..%lld {\n", (long long)g->steps);
    step_indices(g, "a", 0);
    tri_text_addf(t, "if 1 - %%morea {\n%%y = await %%Y : tile<%dx%dxbf16>\nstore %%y -> %%Out[%%ta * %d:+%d, %%h, 0:+%d]\nrelease %%Y\n}\n}\n} }\n",
                  Q, D, Q, Q, D);
}

void attention_text(tri_text *t, const attention_schedule *s)
{
    generator g = {t, s, s->tokens / Q, s->tokens / W + 1, 0};
    g.steps = g.tiles / 2 * g.pair_steps;
    long long n = s->tokens, pe = pe_groups(&g, GROUPS) * Q;
    tri_text_addf(t, "scheduled @attention(");
    for (int k = 0; k < 4; k++)
        tri_text_addf(t, "%s%%%s: %s buf<%lldx%lldx%dxbf16>", k ? ", " : "", (const char *[]){"Q", "K", "V", "Out"}[k], k < 3 ? "in" : "out", n,
                      (long long)s->heads, D);
    tri_text_addf(t, ") programs %lld workers 1 cluster 1 {\n", (long long)s->heads);
    tri_text_addf(
        t, "%%Qs = ring depth 2 : ring<%lldx%dxbf16> @q\n%%Ks = ring depth 2 : ring<%lldx%dxbf16> @k\n%%Vs = ring depth 2 : ring<%lldx%dxbf16> @v\n",
        n, D, n, D, n, D + 1);
    tri_text_addf(t, "%%Id = ring depth 1 : ring<%dx%dxbf16> @id\n%%Mask = ring depth 1 : ring<%dx%dxbf16> @mask\n", Q, Q, Q, Q);
    tri_text_addf(t, "%%S = ring depth %lld place acc : ring<%dx%dxf32> @s\n%%T = ring depth %lld place acc : ring<%lldx%dxbf16> @t\n",
                  (long long)s->s_slots, Q, W, (long long)s->t_slots, pe, Q);
    tri_text_addf(t, "%%O = ring depth %lld place acc : ring<%dx%dxf32> @o\n", (long long)s->o_slots, Q, D + 1);
    tri_text_addf(t, "%%MV = ring depth 3 : ring<%dx1xf32> @mv\n%%N = ring depth 3 : ring<%dx1xf32> @n\n%%DN = ring depth 3 : ring<%dx1xf32> @dn\n",
                  Q, Q, Q);
    tri_text_addf(t, "%%A = ring depth %lld : ring<%dx1xf32> @a\n%%P = ring depth %lld : ring<%dx%dxbf16> @p\n", (long long)s->age[3] + 2, Q,
                  (long long)s->age[1] + 2, Q, W);
    tri_text_addf(t, "%%TG = ring depth %lld : ring<%lldx%dxbf16> @tg\n%%TD = ring depth %lld : ring<%lldx%dxbf16> @td\n", (long long)s->age[2] + 1,
                  pe, Q, (long long)s->age[2] + 1, W - pe, Q);
    tri_text_addf(t, "%%Y = ring depth 2 : ring<%dx%dxbf16> @y\n", Q, D);
    copy_roles(&g);
    matrix_role(&g);
    vector_role(&g);
    general_role(&g);
    scalar_role(&g);
    tri_text_addf(t, "}\n");
}
