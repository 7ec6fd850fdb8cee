"""Prints a 2-layer Llama stack as StableHLO text, in plain ops and with attention as the `tri.attention` composite, with JAX's source locations.

    pip install jax            # once, in a virtual environment
    python examples/llama/export.py

RMS norm, rotary positions, grouped-query attention (8 heads on 2 key-value heads), SwiGLU; width 512, vocabulary 4,096, 64 tokens, batch 1. Weights
are bf16 arguments. Matrix products take bf16 and accumulate in f32; norms, rotation and softmax compute in f32.
"""
import os
import sys

import jax
import jax.numpy as jnp

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from jax_text import write_text

VOCABULARY, WIDTH, HEADS, KV_HEADS, HEAD, HIDDEN, TOKENS, LAYERS = 4096, 512, 8, 2, 64, 1408, 64, 2
ROTARY_BASE = 10000.0


def rms_norm(x, gain):
    x = x.astype(jnp.float32)
    y = x * jax.lax.rsqrt(jnp.mean(jnp.square(x), axis=-1, keepdims=True) + 1e-5)
    return (y * gain.astype(jnp.float32)).astype(jnp.bfloat16)


def linear(x, weight):
    return jnp.einsum("btd,df->btf", x, weight, preferred_element_type=jnp.float32).astype(jnp.bfloat16)


def rotate(x):
    """Rotary positions on [batch, tokens, heads, head size]; the first half of a head pairs with the second."""
    half = x.shape[-1] // 2
    frequency = ROTARY_BASE ** (-jnp.arange(half, dtype=jnp.float32) / half)
    angle = jnp.arange(x.shape[1], dtype=jnp.float32)[:, None] * frequency[None, :]
    cosine, sine = jnp.cos(angle)[None, :, None, :], jnp.sin(angle)[None, :, None, :]
    first, second = jnp.split(x.astype(jnp.float32), 2, axis=-1)
    return jnp.concatenate([first * cosine - second * sine, second * cosine + first * sine], axis=-1).astype(x.dtype)


def plain_attention(q, k, v, *, scale, causal):
    """q: [batch, tokens, heads, head size]; k and v have fewer heads, each for a group of query heads."""
    batch, tokens, heads, size = q.shape
    groups = q.reshape(batch, tokens, k.shape[2], heads // k.shape[2], size)
    scores = jnp.einsum("btkgh,bskh->bkgts", groups, k, preferred_element_type=jnp.float32) * scale
    if causal:
        row = jax.lax.broadcasted_iota(jnp.int32, scores.shape[-2:], 0)
        column = jax.lax.broadcasted_iota(jnp.int32, scores.shape[-2:], 1)
        scores = jnp.where(column <= row, scores, -jnp.inf)
    probabilities = jax.nn.softmax(scores, axis=-1).astype(q.dtype)
    out = jnp.einsum("bkgts,bskh->btkgh", probabilities, v, preferred_element_type=jnp.float32)
    return out.reshape(q.shape).astype(q.dtype)


composite_attention = jax.lax.composite(plain_attention, name="tri.attention")


def block(x, p, attention):
    h = rms_norm(x, p["attention_norm"])
    q = rotate(linear(h, p["wq"]).reshape(1, TOKENS, HEADS, HEAD))
    k = rotate(linear(h, p["wk"]).reshape(1, TOKENS, KV_HEADS, HEAD))
    v = linear(h, p["wv"]).reshape(1, TOKENS, KV_HEADS, HEAD)
    x = x + linear(attention(q, k, v, scale=HEAD**-0.5, causal=True).reshape(1, TOKENS, HEADS * HEAD), p["wo"])
    h = rms_norm(x, p["mlp_norm"])
    gate = jax.nn.silu(linear(h, p["w_gate"]).astype(jnp.float32)).astype(jnp.bfloat16)
    return x + linear(gate * linear(h, p["w_up"]), p["w_down"])


def llama(attention):
    def forward(params, tokens):
        x = params["embedding"][tokens]
        for p in params["layers"]:
            x = block(x, p, attention)
        x = rms_norm(x, params["norm"])
        return jnp.einsum("btd,dv->btv", x, params["head"], preferred_element_type=jnp.float32)

    return forward


def parameters():
    def w(*shape):
        return jax.ShapeDtypeStruct(shape, jnp.bfloat16)

    def layer():
        return {
            "attention_norm": w(WIDTH), "wq": w(WIDTH, HEADS * HEAD), "wk": w(WIDTH, KV_HEADS * HEAD), "wv": w(WIDTH, KV_HEADS * HEAD),
            "wo": w(HEADS * HEAD, WIDTH), "mlp_norm": w(WIDTH), "w_gate": w(WIDTH, HIDDEN), "w_up": w(WIDTH, HIDDEN), "w_down": w(HIDDEN, WIDTH),
        }

    return {"embedding": w(VOCABULARY, WIDTH), "layers": [layer() for _ in range(LAYERS)], "norm": w(WIDTH), "head": w(WIDTH, VOCABULARY)}


def main():
    tokens = jax.ShapeDtypeStruct((1, TOKENS), jnp.int32)
    for suffix, attention in (("", plain_attention), ("_attention", composite_attention)):
        lowered = jax.jit(llama(attention)).lower(parameters(), tokens)
        write_text(__file__, f"llama_2layer{suffix}.mlir", lowered, debug_info=True)


if __name__ == "__main__":
    main()
