"""Prints a two-layer perceptron with softmax as StableHLO text: the smallest model worth compiling.

    pip install jax            # once, in a virtual environment
    python examples/mlp/export.py
"""
import os
import sys

import jax
import jax.numpy as jnp

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from jax_text import write_text


def mlp(x, w1, b1, w2, b2):
    hidden = jnp.maximum(x @ w1 + b1, 0)
    return jax.nn.softmax(hidden @ w2 + b2, axis=-1)


def main():
    shapes = [(32, 64), (64, 128), (128,), (128, 10), (10,)]
    arguments = [jax.ShapeDtypeStruct(shape, jnp.float32) for shape in shapes]
    write_text(__file__, "mlp.mlir", jax.jit(mlp).lower(*arguments))


if __name__ == "__main__":
    main()
