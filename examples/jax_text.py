"""Writes what JAX prints for a lowered function to a file beside the script that asked for it, with a first line that says who printed it."""
import os

import jax
import jaxlib

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def write_text(script, name, lowered, debug_info=False):
    folder = os.path.dirname(os.path.abspath(script))
    who = os.path.relpath(os.path.abspath(script), ROOT)
    text = lowered.as_text(debug_info=debug_info).replace(ROOT + "/", "")  # locations are relative to the repository
    path = os.path.join(folder, name)
    with open(path, "w") as file:
        file.write(f"// Printed by JAX {jax.__version__} (jaxlib {jaxlib.__version__}), {who}; do not edit.\n")
        file.write(text if text.endswith("\n") else text + "\n")
    print(f"{os.path.relpath(path, ROOT)}: {os.path.getsize(path)} bytes")
