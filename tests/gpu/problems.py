#!/usr/bin/env python3
"""The table problems.txt: names, texts and costs of its rows. As a program: `problems.py texts USES FOLDER [ROOT]` writes the text of each row whose use is listed
(comma separated) as FOLDER/NAME.mlir and prints `USE NAME`; models are copied from ROOT."""
import os
import shutil
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


class Problem:
    def __init__(self, line):
        self.use, self.kind, *words = line.split()
        self.values = dict(word.split("=", 1) for word in words)
        self.dtype = self.values.get("dtype", "bf16")
        if self.kind == "model":
            self.name = os.path.splitext(os.path.basename(self.values["file"]))[0]
            return
        if self.kind == "matmul":
            self.m, self.n, self.k = (int(self.values[key]) for key in "mnk")
            self.name = f"matmul_{self.m}x{self.n}x{self.k}_{self.dtype}"
            self.shapes = [(self.m, self.k), (self.k, self.n)]
            self.flops = 2 * self.m * self.n * self.k
        elif self.kind == "attention":
            self.batch, self.queries, self.heads, self.size = (int(self.values[key]) for key in ("batch", "queries", "heads", "size"))
            self.keys = int(self.values.get("keys", self.queries))
            self.group = int(self.values.get("group", 1))
            self.causal = self.values.get("causal") == "1"
            self.name = f"attention_{self.batch}x{self.queries}x{self.keys}_h{self.heads}g{self.group}d{self.size}{'_causal' if self.causal else ''}_{self.dtype}"
            query, key = (self.batch, self.queries, self.heads * self.group, self.size), (self.batch, self.keys, self.heads, self.size)
            self.shapes = [query, key, key]
            pairs = self.queries * self.keys // (2 if self.causal else 1)  # as everyone counts them
            self.flops = 4 * self.batch * self.heads * self.group * pairs * self.size
        else:
            raise ValueError(f"problems.txt: there is no kind '{self.kind}'")

    def text(self):
        def tensor(shape, dtype):
            return f"tensor<{'x'.join(map(str, shape))}x{dtype}>"

        inputs = [tensor(shape, self.dtype) for shape in self.shapes]
        if self.kind == "matmul":
            result = tensor((self.m, self.n), "i32" if self.dtype == "i8" else self.dtype)
            op = f"stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : ({', '.join(inputs)}) -> {result}"
        else:
            result = inputs[0]
            causal = ", causal = true" if self.causal else ""
            op = f'"tri.attention"(%a, %b, %c) {{scale = {self.size ** -0.5!r} : f64{causal}}} : ({", ".join(inputs)}) -> {result}'
        arguments = ", ".join(f"%{'abc'[i]}: {kind}" for i, kind in enumerate(inputs))
        return f"func.func public @main({arguments}) -> {result} {{\n  %0 = {op}\n  return %0 : {result}\n}}\n"


def load(uses, path=os.path.join(HERE, "problems.txt")):
    with open(path) as file:
        lines = [line for line in file if line.strip() and not line.startswith("#")]
    return [problem for problem in map(Problem, lines) if problem.use in uses]


def main():
    _, command, uses, folder, *root = sys.argv
    assert command == "texts"
    for problem in load(uses.split(",")):
        path = os.path.join(folder, problem.name + ".mlir")
        if problem.kind == "model":
            shutil.copyfile(os.path.join(*root, problem.values["file"]), path)
        else:
            with open(path, "w") as file:
                file.write(problem.text())
        print(problem.use, problem.name)


if __name__ == "__main__":
    main()
