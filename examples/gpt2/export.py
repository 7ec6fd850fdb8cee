"""Prints GPT-2 as StableHLO text: 12 layers (GPT-2 small) and its 2-layer cut, each in plain ops and with attention as the `tri.attention` composite.

    pip install jax            # once, in a virtual environment
    python examples/gpt2/export.py

Width 768, 12 heads, vocabulary 50,257, 64 tokens, batch 1. Weights are bf16 arguments, the embedding is tied to the output. Matrix products take bf16
and accumulate in f32; layer norm, softmax and gelu compute in f32. The four .mlir files beside this script are its output; never edit them.
"""
import os
import sys

import jax
import jax.numpy as jnp

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from jax_text import write_text

VOCABULARY, WIDTH, HEADS, TOKENS, CONTEXT = 50257, 768, 12, 64, 1024
HEAD = WIDTH // HEADS


def layer_norm(x, gain, bias):
    x = x.astype(jnp.float32)
    mean = jnp.mean(x, axis=-1, keepdims=True)
    variance = jnp.mean(jnp.square(x - mean), axis=-1, keepdims=True)
    y = (x - mean) * jax.lax.rsqrt(variance + 1e-5)
    return (y * gain.astype(jnp.float32) + bias.astype(jnp.float32)).astype(jnp.bfloat16)


def linear(x, weight, bias):
    y = jnp.einsum("btd,df->btf", x, weight, preferred_element_type=jnp.float32)
    return y + bias.astype(jnp.float32)


def plain_attention(q, k, v, *, scale, causal):
    """q, k, v: [batch, tokens, heads, head size]."""
    scores = jnp.einsum("btnh,bsnh->bnts", q, k, preferred_element_type=jnp.float32) * scale
    if causal:
        row = jax.lax.broadcasted_iota(jnp.int32, scores.shape[-2:], 0)
        column = jax.lax.broadcasted_iota(jnp.int32, scores.shape[-2:], 1)
        scores = jnp.where(column <= row, scores, -jnp.inf)
    probabilities = jax.nn.softmax(scores, axis=-1).astype(q.dtype)
    return jnp.einsum("bnts,bsnh->btnh", probabilities, v, preferred_element_type=jnp.float32).astype(q.dtype)


composite_attention = jax.lax.composite(plain_attention, name="tri.attention")


def block(x, p, attention):
    h = layer_norm(x, p["ln_1"]["g"], p["ln_1"]["b"])
    qkv = linear(h, p["attn"]["w_qkv"], p["attn"]["b_qkv"]).astype(jnp.bfloat16)
    q, k, v = (part.reshape(part.shape[:-1] + (HEADS, HEAD)) for part in jnp.split(qkv, 3, axis=-1))
    h = attention(q, k, v, scale=HEAD**-0.5, causal=True)
    h = linear(h.reshape(x.shape), p["attn"]["w_out"], p["attn"]["b_out"])
    x = x + h.astype(jnp.bfloat16)
    h = layer_norm(x, p["ln_2"]["g"], p["ln_2"]["b"])
    h = jax.nn.gelu(linear(h, p["mlp"]["w_in"], p["mlp"]["b_in"]), approximate=True).astype(jnp.bfloat16)
    h = linear(h, p["mlp"]["w_out"], p["mlp"]["b_out"])
    return x + h.astype(jnp.bfloat16)


def gpt2(attention):
    def forward(params, tokens):
        x = params["wte"][tokens] + params["wpe"][: tokens.shape[1]]
        for p in params["layers"]:
            x = block(x, p, attention)
        x = layer_norm(x, params["ln_f"]["g"], params["ln_f"]["b"])
        return jnp.einsum("btd,vd->btv", x, params["wte"], preferred_element_type=jnp.float32)

    return forward


def parameters(layers):
    def w(*shape):
        return jax.ShapeDtypeStruct(shape, jnp.bfloat16)

    def norm():
        return {"g": w(WIDTH), "b": w(WIDTH)}

    def layer():
        return {
            "ln_1": norm(),
            "attn": {"w_qkv": w(WIDTH, 3 * WIDTH), "b_qkv": w(3 * WIDTH), "w_out": w(WIDTH, WIDTH), "b_out": w(WIDTH)},
            "ln_2": norm(),
            "mlp": {"w_in": w(WIDTH, 4 * WIDTH), "b_in": w(4 * WIDTH), "w_out": w(4 * WIDTH, WIDTH), "b_out": w(WIDTH)},
        }

    return {"wte": w(VOCABULARY, WIDTH), "wpe": w(CONTEXT, WIDTH), "layers": [layer() for _ in range(layers)], "ln_f": norm()}


def main():
    tokens = jax.ShapeDtypeStruct((1, TOKENS), jnp.int32)
    for name, layers in (("small", 12), ("2layer", 2)):
        for suffix, attention in (("", plain_attention), ("_attention", composite_attention)):
            lowered = jax.jit(gpt2(attention)).lower(parameters(layers), tokens)
            write_text(__file__, f"gpt2_{name}{suffix}.mlir", lowered)


if __name__ == "__main__":
    main()
