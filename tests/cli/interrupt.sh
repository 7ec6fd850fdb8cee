# Ctrl-C in the middle of a compilation: nothing under the output's name, nothing beside it.
. "$(dirname "$0")/lib.sh"

model=$(dirname "$0")/../../examples/gpt2/gpt2_2layer.mlir
mkdir "$work/folder"
TRINE_CODEGEN=${TRINE_CODEGEN:-} timeout -s INT 0.4 "$TRINE" compile "$model" --chip a100,mi300x -o "$work/folder/out.tri" >"$work/said" 2>&1
status=$?
[ "$status" -ne 0 ] || fail "the compilation ended before it could be interrupted"
[ -z "$(ls -A "$work/folder")" ] || fail "an interrupted compilation left: $(ls -A "$work/folder")"

# A full disk: the same.
if [ -e /dev/full ]; then
    "$TRINE" compile "$(dirname "$0")/../../examples/mlp/mlp.mlir" --chip trn2 -o /dev/full >"$work/said" 2>&1
    status=$?
    [ "$status" -eq 3 ] || fail "writing to a full disk exits $status, not 3"
    grep -q "No space left" "$work/said" || fail "the error does not say that the disk is full"
fi
finish
