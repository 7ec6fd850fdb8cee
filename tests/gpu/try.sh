#!/bin/sh
# tests/gpu/try.sh BUILD - tries the scripts that run on a GPU machine without one: a pack of the rows for trying, checked and measured on a simulator, then on
# the fake CUDA device of the unit tests, whose kernels do nothing (each check must say FAIL) and whose clock goes a millisecond a step.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
fail() { echo "FAILED: $*"; tail -n 40 "$scratch"/*/log.txt "$scratch/out" 2>/dev/null; exit 1; }

sh "$here/pack.sh" --build "$build" --chip h100 --uses try "$scratch/pack" || fail "the pack is not made"
[ -s "$scratch/pack/left_out.txt" ] && fail "something does not compile"
DEVICE=sim:h100 OUT=$scratch/simulated sh "$scratch/pack/run.sh" try bench >"$scratch/out" 2>&1 || fail "on the simulator"
[ "$(grep -c '| pass |' "$scratch/simulated/numerics.md")" = 3 ] || fail "not every row passes"
[ "$(grep -c ' us |' "$scratch/simulated/bench.md")" = 3 ] || fail "not every row has a time"

export LD_LIBRARY_PATH="$build/tests/fake"
DEVICE=cuda:0 USES=try OUT=$scratch/faked sh "$scratch/pack/run.sh" try bench >"$scratch/out" 2>&1 && fail "kernels that do nothing pass"
[ "$(grep -c '| FAIL |' "$scratch/faked/numerics.md")" = 3 ] || fail "a wrong answer is not called one"
[ "$(grep -c '| 1000.0 us |' "$scratch/faked/bench.md")" = 3 ] || fail "times are not those of the device's clock"
grep -q 'only ours' "$scratch/faked/bench.md" || grep -q 'PyTorch' "$scratch/faked/bench.md" || fail "the table does not say what it is compared with"
echo "three rows on two devices"
