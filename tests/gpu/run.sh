#!/bin/sh
# run.sh - on the device machine, in the folder that pack.sh made: numerics first, each against the evaluator on this machine's processor, then models, then the
# table of times. Needs the GPU's driver; the table also python3, and compares with PyTorch where that is installed.
#     DEVICE=cuda:0 OUT=results [USES=bench] ./run.sh [numerics|models|try|bench]...
# Writes numerics.md, bench.md, bench.json and log.txt under $OUT and prints the tables last. Exit status 1: something is wrong or did not run.
set -u
here=$(cd "$(dirname "$0")" && pwd)
device=${DEVICE:-cuda:0}
out=${OUT:-$here/results}
parts=${*:-numerics models bench}
limit=${LIMIT:-20}        # seconds a launch may take before it counts as hung
patience=${PATIENCE:-300} # seconds for one program, its check on the processor included
mkdir -p "$out"
log=$out/log.txt
: >"$log"
LD_LIBRARY_PATH=$here/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
TRINE_DRIVERS=$here/drivers
TRINE_CHIPS=$here/chips
export LD_LIBRARY_PATH TRINE_DRIVERS TRINE_CHIPS
failed=0

{
    echo "made from $(tr '\n' ' ' <"$here/made_from.txt")"
    cat "$here/left_out.txt"
    "$here/bin/trine" devices
    command -v nvidia-smi >/dev/null && nvidia-smi
} >>"$log" 2>&1

# check USE: every artifact of the use, a row each.
check() {
    while read -r use name; do
        [ "$use" = "$1" ] || continue
        if [ ! -f "$here/artifacts/$name.tri" ]; then
            echo "| $name | not compiled | | | |" >>"$table"
            failed=1
            continue
        fi
        printf '\n== %s\n' "$name" >>"$log"
        timeout "$patience" "$here/bin/trine" run "$here/artifacts/$name.tri" --device "$device" --check --limit "$limit" >"$out/one" 2>"$out/one.err"
        status=$?
        cat "$out/one" "$out/one.err" >>"$log"
        case $status in
        0) verdict=pass ;;
        1) verdict=FAIL ;;
        5) verdict='fault or hang' ;;
        124) verdict="not done in $patience s" ;;
        *) verdict="exit status $status" ;;
        esac
        [ $status = 0 ] || failed=1
        worst=$(sed -n 's/^check: .*worst=\([^ ]*\).*/\1/p' "$out/one")
        rel_l2=$(sed -n 's/^check: .*rel_l2=\([^ ]*\).*/\1/p' "$out/one")
        time=$(sed -n 's/^time: *//p' "$out/one" | head -1)
        said=$(sed -n 's/.*error: //p' "$out/one.err" | head -1 | cut -c1-120 | tr '|' '/')
        echo "| $name | $verdict | $worst | $rel_l2 | ${said:-$time} |" >>"$table"
        echo "$name: $verdict ${said:-}" >&2
    done <"$here/names.txt"
    rm -f "$out/one" "$out/one.err"
}

table=$out/numerics.md
{
    echo "| on $device | check | worst error / bound | rel. L2 | time, or what was said |"
    echo "|---|---|---|---|---|"
} >"$table"
for part in $parts; do
    case $part in
    numerics) check numerics ;;
    models) check model ;;
    try) check try ;;
    bench)
        uses=${USES:-bench}
        case $device in sim:*) uses=${USES:-try} ;; esac
        if ! command -v python3 >/dev/null; then
            echo "bench: there is no python3 here, so no table" | tee -a "$log" >&2
            failed=1
        elif ! timeout 600 python3 "$here/bench.py" --device "$device" --uses "$uses" --limit "$limit" --out "$out" ${BENCH_OPTIONS:-} 2>>"$log"; then
            echo "bench: it did not finish; the end of its log:" >&2
            tail -n 20 "$log" >&2
            failed=1
        fi
        ;;
    *) echo "run.sh: there is no part $part" >&2; exit 2 ;;
    esac
done
cat "$table"
[ -f "$out/bench.md" ] && cat "$out/bench.md"
exit $failed
