#!/bin/sh
# tests/gpu/pack.sh [--build DIR] [--chip CHIP] [--uses LIST] [OUT] - makes a folder that needs nothing but a GPU's driver to run tests/gpu/run.sh: trine,
# libtrine, the drivers, the chip files, and an artifact of every row of problems.txt whose use is listed. What does not compile is left out and named in
# left_out.txt. Default: build, h200, numerics,model,bench,try, BUILD/gpu-pack. Fails when the folder is larger than what travels to the device machine.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
build=$root/build
chip=h200
uses=numerics,model,bench,try
limit_mib=60
while [ $# -gt 0 ]; do
    case $1 in
    --build) build=$2; shift 2 ;;
    --chip) chip=$2; shift 2 ;;
    --uses) uses=$2; shift 2 ;;
    -*) echo "pack.sh: there is no option $1" >&2; exit 2 ;;
    *) break ;;
    esac
done
out=${1:-$build/gpu-pack}
texts=$(mktemp -d)
trap 'rm -rf "$texts"' EXIT

rm -rf "$out"
mkdir -p "$out/bin" "$out/lib" "$out/drivers" "$out/chips" "$out/artifacts"
strip -o "$out/bin/trine" "$build/trine"
strip -o "$out/lib/libtrine.so" "$(readlink -f "$build/lib/libtrine.so")"
for driver in cuda ptx-sim; do strip -o "$out/drivers/libtrine-driver-$driver.so" "$build/lib/libtrine-driver-$driver.so"; done
cp "$root"/targets/chips/*.chip "$out/chips/"
cp "$here/run.sh" "$here/bench.py" "$here/problems.py" "$here/problems.txt" "$out/"
# Libraries of trine that a machine may lack; libc's own are everywhere.
ldd "$build/trine" | awk '$3 ~ /^\// && $1 !~ /^(libc|libm|libdl|libpthread|librt)\.so/ {print $3}' | while read -r library; do cp -L "$library" "$out/lib/"; done
{ git -C "$root" rev-parse HEAD 2>/dev/null || echo unknown; echo "$chip"; } >"$out/made_from.txt"

: >"$out/left_out.txt"
python3 "$here/problems.py" texts "$uses" "$texts" "$root" >"$out/names.txt"
while read -r use name; do
    if ! TRINE_CHIPS=$root/targets/chips TRINE_CODEGEN=$build/trine-codegen "$build/trine" compile "$texts/$name.mlir" --chip "$chip" \
        -o "$out/artifacts/$name.tri" >"$texts/log" 2>&1; then
        echo "$name ($use): $(grep -m1 'error:' "$texts/log" || tail -n 1 "$texts/log")" | tee -a "$out/left_out.txt" >&2
    fi
done <"$out/names.txt"

size=$(du -sm "$out" | cut -f1)
echo "$out: $(ls "$out/artifacts" | wc -l) artifacts for $chip, $(wc -l <"$out/left_out.txt") left out, $size MiB"
[ "$size" -le $limit_mib ] || { echo "pack.sh: more than the $limit_mib MiB that travel" >&2; exit 1; }
