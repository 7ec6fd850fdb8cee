#!/usr/bin/env python3
"""Times of the artifacts of a pack (pack.sh) on a device, through libtrine's public interface; beside PyTorch's of the same problems in the same process, where
PyTorch is installed and sees the device: the ratio of two times on one machine is the result, not the time.

Both sides work in one stream on the same tensors and are timed alike: the work is captured in a graph where it can be, and its replays are timed with events, over
several sets of inputs so that they do not lie in the cache. Ours is measured before and after the others; the two say how much to trust a figure. Results are also
compared with float32 ones. Writes bench.json and bench.md into --out after every row, so that a run cut short keeps what it has; a fault of the device ends the
process, and a new one goes on behind it."""
import argparse
import array
import ctypes
import json
import os
import random
import statistics
import sys
import time

import problems

HERE = os.path.dirname(os.path.abspath(__file__))
c_status = ctypes.c_void_p


class TensorType(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("dtype", ctypes.c_char_p), ("rank", ctypes.c_int32), ("dims", ctypes.c_int64 * 8), ("bytes", ctypes.c_uint64)]


class Unit(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char * 16), ("busy", ctypes.c_double)]


class RunReport(ctypes.Structure):
    _fields_ = [("seconds", ctypes.c_double), ("cycles", ctypes.c_uint64), ("n_steps", ctypes.c_size_t), ("steps", ctypes.c_void_p),
                ("n_units", ctypes.c_int), ("units", Unit * 12)]


class TrineError(Exception):
    pass


class Trine:
    """include/tri/runtime.h, as far as it is used here; every status becomes an exception."""

    def __init__(self, path):
        self.library = ctypes.CDLL(path)
        self.library.tri_status_message.restype = ctypes.c_char_p
        self.library.tri_status_message.argtypes = [c_status]
        self.library.tri_status_free.argtypes = [c_status]
        self.library.tri_status_free.restype = None
        for name in ("tri_executable_input", "tri_executable_output"):
            function = getattr(self.library, name)
            function.restype, function.argtypes = TensorType, [ctypes.c_void_p, ctypes.c_size_t]
        for name in ("tri_executable_input_address", "tri_executable_output_address"):
            function = getattr(self.library, name)
            function.restype, function.argtypes = ctypes.c_uint64, [ctypes.c_void_p, ctypes.c_size_t]
        for name in ("tri_executable_inputs", "tri_executable_outputs"):
            function = getattr(self.library, name)
            function.restype, function.argtypes = ctypes.c_size_t, [ctypes.c_void_p]
        for name in ("tri_close", "tri_device_close", "tri_executable_destroy"):
            function = getattr(self.library, name)
            function.restype, function.argtypes = None, [ctypes.c_void_p]

    def call(self, name, *arguments):
        function = getattr(self.library, name)
        function.restype = c_status
        status = function(*arguments)
        if status:
            message = self.library.tri_status_message(status).decode()
            self.library.tri_status_free(status)
            raise TrineError(message)

    def open(self, name, *arguments):
        handle = ctypes.c_void_p()
        self.call(name, *arguments, ctypes.byref(handle))
        return handle


class Executable:
    def __init__(self, trine, device, path):
        self.trine, self.device = trine, device
        self.file = trine.open("tri_open", path.encode())
        self.handle = None
        try:
            self.handle = trine.open("tri_executable_create", self.file, device, None)
        except TrineError:
            self.close()
            raise
        self.n_inputs = trine.library.tri_executable_inputs(self.handle)

    def input(self, i):
        return self.trine.library.tri_executable_input(self.handle, i)

    def bind(self, which, i, address):
        self.trine.call(f"tri_executable_bind_{which}", self.handle, ctypes.c_size_t(i), ctypes.c_uint64(address))

    def enqueue(self):
        self.trine.call("tri_executable_enqueue", self.handle)

    def finish(self):
        self.trine.call("tri_device_finish", self.device)

    def run(self, inputs=None):
        """Seconds of the device; `inputs` are buffers, or None where all are bound."""
        report = RunReport()
        pointers = (ctypes.c_void_p * self.n_inputs)(*[ctypes.addressof(each) for each in inputs]) if inputs else None
        self.trine.call("tri_executable_run", self.handle, pointers, None, None, ctypes.byref(report))
        return report.seconds

    def close(self):
        if self.handle:
            self.trine.library.tri_executable_destroy(self.handle)
        self.trine.library.tri_close(self.file)


# ---- without PyTorch: ours alone ----


def random_bytes(tensor, seed):
    """Values between -1 and 1, a block of them again and again: exact randomness does not matter for a time, zeros and NaNs would."""
    generator = random.Random(seed)
    dtype = tensor.dtype.decode()
    values = [generator.uniform(-1, 1) for _ in range(1 << 14)]
    if dtype == "bf16":
        words = array.array("I", array.array("f", values).tobytes())
        block = array.array("H", [word >> 16 for word in words]).tobytes()
    elif dtype == "f32":
        block = array.array("f", values).tobytes()
    else:
        raise TrineError(f"bench.py makes no inputs of {dtype}")
    buffer = ctypes.create_string_buffer(tensor.bytes)
    for at in range(0, tensor.bytes, len(block)):
        piece = block[: tensor.bytes - at]
        ctypes.memmove(ctypes.addressof(buffer) + at, piece, len(piece))
    return buffer


def measure_alone(executable, budget):
    executable.run([random_bytes(executable.input(i), i + 1) for i in range(executable.n_inputs)])
    for i in range(executable.n_inputs):
        executable.bind("input", i, executable.trine.library.tri_executable_input_address(executable.handle, i))
    seconds, begin = [], time.monotonic()
    while len(seconds) < 5 or (len(seconds) < 200 and time.monotonic() - begin < budget):
        seconds.append(executable.run())
        if time.monotonic() - begin > 10 * budget:
            break
    return statistics.median(seconds)


# ---- with PyTorch ----


class Clock:
    """Times functions that queue work in one stream of PyTorch's."""

    def __init__(self, torch, stream, budget):
        self.torch, self.stream, self.budget = torch, stream, budget

    def events(self, function, n):
        begin, end = (self.torch.cuda.Event(enable_timing=True) for _ in range(2))
        begin.record(self.stream)
        for i in range(n):
            function(i)
        end.record(self.stream)
        end.synchronize()
        return begin.elapsed_time(end) / 1e3 / n

    def capture(self, function, n):
        """A function of no use for its argument that replays `function` n times, or None where it cannot be captured."""
        graph = self.torch.cuda.CUDAGraph()
        try:
            with self.torch.cuda.graph(graph, stream=self.stream):
                for i in range(n):
                    function(i)
        except Exception as error:  # whatever a library refuses to have captured
            print(f"not captured: {error}", file=sys.stderr)
            self.torch.cuda.synchronize()
            return None
        return graph

    def seconds(self, function):
        """Of one call, the median over replays; `function` takes the number of the call, to choose its inputs."""
        with self.torch.cuda.stream(self.stream):
            function(0)
            once = self.events(function, 1)
            n = max(1, min(64, int(0.02 / max(once, 1e-6))))
            rounds = max(3, min(30, int(self.budget / max(once * n, 1e-6))))
            graph = self.capture(function, n) if n > 1 else None
            if graph is None:
                return statistics.median(self.events(function, n) for _ in range(rounds))
            graph.replay()
            return statistics.median(self.events(lambda _: graph.replay(), 1) / n for _ in range(rounds))


def contenders(torch, problem, sets):
    """name -> function of the number of the call."""
    if problem.kind == "matmul":
        outs = [torch.empty((problem.m, problem.n), device="cuda", dtype=s[0].dtype) for s in sets]

        def product(library):
            def run(i):
                torch.backends.cuda.preferred_blas_library(library)
                torch.matmul(*sets[i % len(sets)], out=outs[i % len(sets)])
            return run

        return {library: product(library) for library in ("cublas", "cublaslt")}
    from torch.nn.attention import SDPBackend, sdpa_kernel

    def attention(backend):
        def run(i):
            q, k, v = (x.transpose(1, 2) for x in sets[i % len(sets)])
            with sdpa_kernel([backend]):
                torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=problem.causal, enable_gqa=problem.group > 1)
        return run

    found = {"flash": SDPBackend.FLASH_ATTENTION, "efficient": SDPBackend.EFFICIENT_ATTENTION, "cudnn": SDPBackend.CUDNN_ATTENTION}
    if problem.batch * problem.heads * problem.group * problem.queries * problem.keys < 1 << 31:
        found["math"] = SDPBackend.MATH
    return {name: attention(backend) for name, backend in found.items()}


def exact(torch, problem, tensors):
    torch.backends.cuda.matmul.allow_tf32 = False
    inputs = [x.float() for x in tensors]
    if problem.kind == "matmul":
        return inputs[0] @ inputs[1]
    q, k, v = (x.transpose(1, 2) for x in inputs)
    return torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=problem.causal, enable_gqa=problem.group > 1).transpose(1, 2)


def measure_beside(torch, clock, executable, problem, row):
    dtype = {"bf16": torch.bfloat16, "f16": torch.float16, "f32": torch.float32}[problem.dtype]
    n_bytes = sum(executable.input(i).bytes for i in range(executable.n_inputs))
    n_sets = max(1, min(16, -(-(256 << 20) // n_bytes)))
    generator = torch.Generator(device="cuda").manual_seed(1)
    sets = [[torch.randn(shape, device="cuda", generator=generator).to(dtype) for shape in problem.shapes] for _ in range(n_sets)]
    shape = (problem.m, problem.n) if problem.kind == "matmul" else problem.shapes[0]
    out = torch.full(shape, float("nan"), device="cuda", dtype=dtype)
    torch.cuda.synchronize()
    executable.bind("output", 0, out.data_ptr())

    def ours(i):
        for number, tensor in enumerate(sets[i % n_sets]):
            executable.bind("input", number, tensor.data_ptr())
        executable.enqueue()

    ours(0)
    executable.finish()  # notices a hang, which PyTorch does not
    try:
        want = exact(torch, problem, sets[0])
        row["rel_l2"] = ((out.float() - want).norm() / want.norm()).item()
        del want
    except RuntimeError as error:  # no room for it in float32
        print(f"{problem.name}: not compared: {error}", file=sys.stderr)
    row["ours"] = clock.seconds(ours)
    row["peers"] = {}
    for name, function in contenders(torch, problem, sets).items():
        try:
            row["peers"][name] = clock.seconds(function)
        except Exception as error:  # a back end that does not take the problem
            print(f"{problem.name}: {name}: {error}", file=sys.stderr)
            torch.cuda.synchronize()
    row["ours_again"] = clock.seconds(ours)


# ---- the table ----


def write(rows, notes, out):
    with open(os.path.join(out, "bench.json"), "w") as file:
        json.dump({"notes": notes, "rows": rows}, file, indent=1)
    lines = [*notes, "", "| problem | ours | again | TFLOP/s | best peer | its time | peer / ours | rel. L2 |", "|---|---|---|---|---|---|---|---|"]
    for row in rows:
        if "error" in row:
            lines.append(f"| {row['name']} | {row['error'].replace('|', '/')} | | | | | | |")
            continue
        peer = min(row.get("peers", {}).items(), key=lambda each: each[1], default=None)
        best = min(row["ours"], row.get("ours_again", row["ours"]))
        row["ratio"] = peer and peer[1] / best
        again = f"{row['ours_again'] * 1e6:.1f} us" if "ours_again" in row else ""
        cells = [row["name"], f"{row['ours'] * 1e6:.1f} us", again, f"{row['flops'] / best / 1e12:.3g}"]
        cells += [peer[0], f"{peer[1] * 1e6:.1f} us", f"{row['ratio']:.3f}"] if peer else ["", "", ""]
        lines.append(f"| {' | '.join(cells)} | {row['rel_l2']:.2e} |" if "rel_l2" in row else f"| {' | '.join(cells)} | |")
    with open(os.path.join(out, "bench.md"), "w") as file:
        file.write("\n".join(lines) + "\n")


def find_torch(device):
    if not device.startswith("cuda:"):
        return None, "PyTorch is not asked: the device is simulated"
    try:
        import torch
    except ImportError:
        return None, "PyTorch is not installed: only ours"
    if not torch.cuda.is_available():
        return None, "PyTorch sees no device: only ours"
    torch.cuda.set_device(int(device[5:]))
    return torch, f"PyTorch {torch.__version__}, CUDA {torch.version.cuda}, {torch.cuda.get_device_name()}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="cuda:0")
    parser.add_argument("--uses", default="bench", help="rows of problems.txt with these uses, comma separated")
    parser.add_argument("--only", default="", help="rows whose name holds this")
    parser.add_argument("--out", default=".")
    parser.add_argument("--limit", type=int, default=20, help="seconds after which a launch counts as hung")
    parser.add_argument("--budget", type=float, default=0.3, help="seconds to spend on one figure")
    parser.add_argument("--seconds", type=float, default=480, help="seconds for all rows; those left over are named")
    parser.add_argument("--resume", action="store_true", help="go on behind the rows of --out/bench.json")
    o = parser.parse_args()
    trine = Trine(os.path.join(HERE, "lib", "libtrine.so"))
    torch, note = find_torch(o.device)
    options, clock = f"limit={o.limit}", None
    if o.device.startswith("sim:"):
        options = "threads=0"
    if torch:
        clock = Clock(torch, torch.cuda.Stream(), o.budget)
        options += f" stream={clock.stream.cuda_stream}"
    device = trine.open("tri_device_open", o.device.encode(), options.encode())
    rows, notes, begin = [], [f"{o.device}; {note}"], time.monotonic()
    if o.resume:
        with open(os.path.join(o.out, "bench.json")) as file:
            rows = json.load(file)["rows"]
    done = {row["name"] for row in rows}
    for problem in problems.load(o.uses.split(",")):
        path = os.path.join(HERE, "artifacts", problem.name + ".tri")
        if o.only not in problem.name or problem.name in done or not os.path.exists(path):
            continue
        row = {"name": problem.name, "flops": problem.flops}
        rows.append(row)
        if time.monotonic() - begin > o.seconds:
            row["error"] = "no time left"
            continue
        executable = None
        try:
            executable = Executable(trine, device, path)
            if torch:
                measure_beside(torch, clock, executable, problem, row)
            else:
                row["ours"] = measure_alone(executable, o.budget)
        except (TrineError, RuntimeError) as error:  # RuntimeError: PyTorch's, out of memory among them
            row["error"] = (str(error) or type(error).__name__).splitlines()[0]
        finally:
            if executable:
                executable.close()
        print(f"{problem.name}: {row.get('error') or row['ours']}", file=sys.stderr)
        write(rows, notes, o.out)
        if "can do nothing more" in row.get("error", ""):
            left = max(1, o.seconds - (time.monotonic() - begin))
            os.execv(sys.executable, [sys.executable, *(word for word in sys.argv if word != "--resume"), "--resume", f"--seconds={left:.0f}"])
    write(rows, notes, o.out)
    trine.library.tri_device_close(device)
    sys.exit(0 if rows and not any("error" in row for row in rows) else 1)


if __name__ == "__main__":
    main()
