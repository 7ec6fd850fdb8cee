"""Prints small single-feature modules as StableHLO text, and what JAX itself computes for them on the CPU: independent goldens for the front end and
the evaluator. README.md beside this file states the formula of the inputs and the form of the results.

    pip install jax            # once, in a virtual environment
    python tests/golden/jax/export.py
"""
import os
import sys

os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["XLA_FLAGS"] = "--xla_allow_excess_precision=false"  # round where the graph says so

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

FOLDER = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(FOLDER)))
sys.path.insert(0, os.path.join(ROOT, "examples"))
from jax_text import write_text

bf16, f16, f32, f64 = jnp.bfloat16, jnp.float16, jnp.float32, np.float64
e4m3, e5m2 = jnp.float8_e4m3fn, jnp.float8_e5m2
i1, i8, i16, i32, i64, u8, u16, u32 = np.bool_, np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32


def scrambled(argument, n):
    """The 32-bit number of each of `n` elements; see README.md."""
    x = (np.arange(n, dtype=np.uint64) * 2654435761 + argument * 40503 + 12345) & 0xFFFFFFFF
    x ^= x >> 15
    x = x * 2246822519 & 0xFFFFFFFF
    x ^= x >> 13
    return x.astype(np.int64)


def make_input(argument, shape, dtype, kind):
    x = scrambled(argument, int(np.prod(shape)))
    if kind == "float":
        values = (x % 33 - 16) / 8
    elif kind == "positive":
        values = (x % 32 + 1) / 8
    elif kind == "coarse":
        values = (x % 9 - 4) / 4
    elif kind == "signed":
        values = x % 33 - 16
    elif kind == "unsigned":
        values = x % 33
    elif kind == "bool":
        values = x >> 4 & 1
    else:
        assert kind.startswith("index:")
        values = x % int(kind.removeprefix("index:"))
    return values.reshape(shape).astype(dtype)


def default_kind(dtype):
    if dtype in (e4m3, e5m2):
        return "coarse"
    if dtype == i1:
        return "bool"
    if np.issubdtype(np.dtype(dtype), np.unsignedinteger):
        return "unsigned"
    return "signed" if np.issubdtype(np.dtype(dtype), np.integer) else "float"


CASES = {}


def case(*arguments, **options):
    """Registers a function; an argument is (shape, dtype) or (shape, dtype, kind)."""

    def register(function):
        CASES[function.__name__] = (function, [a if len(a) == 3 else (*a, default_kind(a[1])) for a in arguments], options)
        return function

    return register


@case(((5, 7), f32), ((7, 3), f32))
def dot_plain(a, b):
    return a @ b


@case(((7, 5), f32), ((3, 7), f32))
def dot_both_transposed(a, b):
    return a.T @ b.T


@case(((2, 5, 7), bf16), ((2, 7, 3), bf16))
def dot_batch_bf16_to_f32(a, b):
    return jnp.einsum("bik,bkj->bij", a, b, preferred_element_type=f32)


@case(((2, 3, 4, 5), f32), ((2, 6, 3, 5), f32))
def dot_two_batch_dims_apart(a, b):
    return jnp.einsum("bnik,bjnk->bnij", a, b)


@case(((4, 3, 5), f32), ((5, 2, 3), f32))
def dot_two_contractions(a, b):
    return lax.dot_general(a, b, (((1, 2), (2, 0)), ((), ())))


@case(((7,), f32), ((7, 4), f32))
def dot_vector_matrix(a, b):
    return a @ b


@case(((4, 6), i8), ((6, 3), i8))
def dot_i8_to_i32(a, b):
    return lax.dot_general(a, b, (((1,), (0,)), ((), ())), preferred_element_type=i32)


@case(((3, 4), f32), ((4, 5), f32))
def dot_highest_precision(a, b):
    return jnp.matmul(a, b, precision=lax.Precision.HIGHEST)


@case(((3, 8), f16), ((8, 5), f16))
def dot_f16(a, b):
    return jnp.matmul(a, b, preferred_element_type=f32).astype(f16)


@case(((2, 3, 4), f32))
def reduce_sum_and_product_axes(x):
    return jnp.sum(x, axis=(0, 2)), jnp.sum(x), jnp.prod(x, axis=1)


@case(((4, 6), f32), ((4, 6), i32))
def reduce_max_min(x, n):
    return jnp.max(x, axis=1), jnp.min(x, axis=0), jnp.max(n), jnp.min(n, axis=1)


@case(((5, 6), i1))
def reduce_and_or(x):
    return jnp.all(x, axis=0), jnp.any(x, axis=1), jnp.all(x)


@case(((5, 9), f32))
def argmax_argmin(x):
    return jnp.argmax(x, axis=1), jnp.argmin(x, axis=0), jnp.argmax(x)


@case(((10, 6), bf16), ((2, 5), i32, "index:10"))
def embedding(table, tokens):
    return table[tokens]


@case(((4, 6), f32), ((4, 3), i32, "index:6"))
def take_along_axis(x, i):
    return jnp.take_along_axis(x, i, axis=1)


@case(((6, 3), f32), ((4,), i32))
def take_clips_out_of_range(x, i):
    return jnp.take(x, i, axis=0, mode="clip")


@case(((6, 3), f32), ((5,), i32))
def take_fills_out_of_range(x, i):
    return jnp.take(x, i, axis=0, mode="fill")


@case(((4, 5, 6), f32), ((), i32, "index:4"))
def indexing(x, i):
    return x[2], x[:, -1], x[i], x[1, 2:4, ::2], x[:, None, 0]


@case(((6, 8), f32), ((), i32), ((), i32, "index:8"))
def dynamic_slice_clamps(x, i, j):
    return lax.dynamic_slice(x, (i, j), (2, 3))


@case(((4, 8, 3), bf16), ((4, 1, 3), bf16), ((), i32, "index:8"))
def dynamic_update_slice_cache(cache, new, position):
    return lax.dynamic_update_slice(cache, new, (0, position, 0))


@case(((3, 4), f32), ((), f32))
def pad_outside_inside_and_negative(x, value):
    return lax.pad(x, value, ((1, 2, 0), (0, 1, 2))), lax.pad(x, value, ((-1, 0, 0), (2, -2, 0)))


@case(((2, 3), f32), ((2, 1), f32), ((2, 4), f32))
def concatenate_three(a, b, c):
    return jnp.concatenate([a, b, c], axis=1), jnp.stack([a[:, 0], b[:, 0]])


@case(((3, 1, 4), f32))
def reshape_transpose_reverse_slice(x):
    return x.reshape(2, 6), jnp.transpose(x, (2, 0, 1)), jnp.flip(x, 2), x[::2, :, 1:4:2], jnp.squeeze(x, 1)


@case()
def iota_kinds():
    return lax.iota(i32, 5), lax.broadcasted_iota(f32, (2, 3), 1), lax.broadcasted_iota(u8, (3, 2), 0), jnp.arange(4, dtype=bf16)


@case(((9,), f32), ((9,), f32))
def compare_floats(a, b):
    return a == b, a != b, a < b, a <= b, a > b, a >= b


@case(((9,), i32), ((9,), i32), ((9,), u8), ((9,), u8))
def compare_integers(a, b, c, d):
    return a == b, a < b, a >= b, c < d, c != d


@case(((3, 4), i1), ((3, 4), f32), ((3, 4), f32), ((), i1))
def select_and_where(mask, a, b, flag):
    return lax.select(mask, a, b), jnp.where(mask, a, -jnp.inf), jnp.where(mask[:, :1], a, 0.0), jnp.where(flag, a, b)


@case(((4, 5), f32), ((), f32, "positive"))
def clamp(x, high):
    return jnp.clip(x, -0.5, 0.75), lax.clamp(jnp.float32(-1), x, high), jax.nn.relu(x)


@case(((20,), f32))
def convert_from_f32(x):
    y = x * 37.7
    return y.astype(bf16), y.astype(f16), y.astype(i32), jnp.abs(y).astype(u8), y.astype(i1), y.astype(i8)


@case(((20,), f32), ((20,), e4m3), ((20,), e5m2))
def convert_f8(x, a, b):
    return (x * 1.3).astype(e4m3), (x * 1.3).astype(e5m2), a.astype(f32), b.astype(bf16)


@case(((20,), i32), ((20,), i1), ((20,), u8))
def convert_from_integers(n, flag, u):
    return n.astype(f32), n.astype(i8), n.astype(u16), flag.astype(f32), flag.astype(i32), u.astype(bf16), u.astype(i32)


@case(((6,), f32), ((6,), i32), ((6, 2), f16))
def bitcast_convert(x, n, h):
    return lax.bitcast_convert_type(x, i32), lax.bitcast_convert_type(n, f32), lax.bitcast_convert_type(x, u16), lax.bitcast_convert_type(h, u32)


@case(((4, 9), f32))
def softmax(x):
    return jax.nn.softmax(x, axis=-1), jax.nn.log_softmax(x, axis=0)


@case(((4, 9), bf16))
def softmax_bf16(x):
    return jax.nn.softmax(x.astype(f32), axis=-1).astype(bf16)


@case(((3, 8), f32), ((8,), f32), ((8,), f32))
def layer_norm(x, gain, bias):
    mean, variance = jnp.mean(x, -1, keepdims=True), jnp.var(x, -1, keepdims=True)
    return (x - mean) * lax.rsqrt(variance + 1e-5) * gain + bias


@case(((16,), f32))
def activations(x):
    return lax.logistic(x), jax.nn.silu(x), jax.nn.gelu(x, approximate=True), jax.nn.gelu(x, approximate=False), jnp.tanh(x), lax.erf(x)


@case(((16,), f32, "positive"))
def roots_and_logarithms(x):
    return jnp.sqrt(x), lax.rsqrt(x), jnp.square(x), jnp.log(x), jnp.log1p(x), jnp.cbrt(x)


@case(((16,), f32), ((16,), f32, "positive"))
def exponentials_and_powers(x, p):
    return jnp.exp(x), jnp.expm1(x), jnp.exp2(x), p**x, p**2.5, x**3, x**-2


@case(((16,), f32))
def sine_and_cosine(x):
    return jnp.sin(x * 3), jnp.cos(x * 3)


@case(((16,), f32), ((16,), f32, "positive"))
def arithmetic_f32(a, b):
    return a + b, a - b, a * b, a / b, -a, jnp.abs(a), jnp.maximum(a, b), jnp.minimum(a, b), lax.rem(a, b)


@case(((16,), bf16), ((16,), bf16, "positive"))
def arithmetic_bf16(a, b):
    return a + b, a * b, a / b, a - 1, 2 * a, jnp.exp(a)


@case(((16,), f32))
def rounding(x):
    y = x * 1.7
    return jnp.floor(y), jnp.ceil(y), jnp.sign(y), jnp.round(x * 4), lax.round(x * 4, lax.RoundingMethod.AWAY_FROM_ZERO), jnp.isfinite(y)


@case(((16,), i32), ((16,), i32))
def arithmetic_integers(a, b):
    c = jnp.where(b == 0, 7, b)
    return a + b, a - b, a * b, lax.div(a, c), lax.rem(a, c), a // c, a % c, -a, jnp.abs(a), jnp.sign(a), jnp.maximum(a, b), lax.integer_pow(a, 3)


@case(((16,), u32), ((16,), u32), ((16,), i32))
def bits(a, b, n):
    shift = b & 7
    return a & b, a | b, a ^ b, ~a, a << shift, a >> shift, n >> 2, lax.population_count(a), lax.clz(b)


@case(((8,), i1), ((8,), i1))
def booleans(a, b):
    return a & b, a | b, a ^ b, ~a


@case(((3, 4), f32))
def constants(x):
    row = jnp.asarray(np.array([0.5, -1.25, 3e-5, np.inf], f32))
    whole = jnp.asarray((np.arange(12) - 6).astype(i32).reshape(3, 4))
    wide = jnp.asarray(np.linspace(-1, 1, 48, dtype=f32).reshape(4, 12))
    blob = jnp.asarray((np.arange(128) % 11 - 5).astype(f32).reshape(4, 32) / 4)  # long enough to be printed as bytes
    flags = jnp.asarray(np.array([True, False, False, True]))
    return x * row, whole + 1, x @ wide, x @ blob, flags, jnp.full((2, 2), -jnp.inf, bf16), jnp.full((3,), jnp.nan, f32), jnp.zeros((0, 3), f32)


@case(((2, 3), f32), ((), f32), ((3,), f32), ((2, 1), f32))
def broadcasts(x, scalar, row, column):
    return x * scalar + 1.5, x + row, x + column, jnp.broadcast_to(row, (2, 2, 3)), row[:, None] * row[None, :]


@case(((4, 5), f64), ((5, 3), f64), ((6,), i64), x64=True)
def wide_dtypes(a, b, n):
    return a @ b, jnp.exp(a), n * 1000003 + 2**40, n.astype(f64)


@case(((1, 6, 4, 8), bf16), ((1, 6, 2, 8), bf16), ((1, 6, 2, 8), bf16))
def attention_composite(q, k, v):
    def plain(q, k, v, *, scale, causal):
        groups = q.reshape(1, 6, 2, 2, 8)
        scores = jnp.einsum("btkgh,bskh->bkgts", groups, k, preferred_element_type=f32) * scale
        if causal:
            scores = jnp.where(jnp.tri(6, dtype=bool), scores, -jnp.inf)
        p = jax.nn.softmax(scores, axis=-1).astype(bf16)
        return jnp.einsum("bkgts,bskh->btkgh", p, v, preferred_element_type=f32).reshape(q.shape).astype(bf16)

    return lax.composite(plain, name="tri.attention")(q, k, v, scale=8**-0.5, causal=True)


@case(((4, 6), f32), ((6, 6), f32), debug_info=True)
def named_parts_with_locations(x, w):
    @jax.jit
    def layer(x, w):
        with jax.named_scope("inner"):
            return jnp.tanh(x @ w)

    return {"first": layer(x, w), "second": layer(layer(x, w), w)}


@case(((4,), f32), ((4,), f32), ((), i32), donate=(0,), keep_unused=True)
def donated_and_unused_arguments(x, y, unused):
    return x + y, y


@case(((5, 3), f32), ((3, 3), f32))
def loop_over_layers(x, w):
    return lax.fori_loop(0, 4, lambda i, x: jnp.tanh(x @ w) + i.astype(f32), x)


@case(((6, 4), f32), ((5,), i32, "index:6"), ((5, 4), f32))
def scatter_add(table, rows, updates):
    return table.at[rows].add(updates)


@case(((4, 7), f32), ((4, 7), i32))
def sort_and_cumulative_sum(x, n):
    return jnp.sort(x, axis=1), jnp.argsort(n, axis=0), jnp.cumsum(n, axis=1)


def as_stored(result):
    """bfloat16 and fp8, which .npy has no name for, are stored as their bits."""
    array = np.asarray(result)
    return array.view({1: u8, 2: u16}[array.dtype.itemsize]) if array.dtype in (bf16, e4m3, e5m2) else array


def export(name, function, arguments, x64=False, debug_info=False, donate=(), keep_unused=False):
    with jax.enable_x64(x64):
        specs = [jax.ShapeDtypeStruct(shape, dtype) for shape, dtype, _ in arguments]
        jitted = jax.jit(function, donate_argnums=donate, keep_unused=keep_unused)
        write_text(__file__, f"{name}.mlir", jitted.lower(*specs), debug_info=debug_info)
        inputs = [jnp.asarray(make_input(i, *argument)) for i, argument in enumerate(arguments)]
        results = jax.tree.leaves(jitted(*inputs))
        for i, result in enumerate(results):
            path = os.path.join(FOLDER, "expected", f"{name}.{i}.npy")
            np.save(path, as_stored(result))
            assert os.path.getsize(path) < 4096, path
    return f"{name} {len(results)} {' '.join(kind for _, _, kind in arguments)}".rstrip()


def main():
    os.makedirs(os.path.join(FOLDER, "expected"), exist_ok=True)
    lines = [export(name, function, arguments, **options) for name, (function, arguments, options) in sorted(CASES.items())]
    with open(os.path.join(FOLDER, "cases.txt"), "w") as file:
        file.write("# name, number of results, kind of each input (README.md); written by export.py\n" + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
