# trine opt: text in, text out; graphs and tile programs.
. "$(dirname "$0")/lib.sh"

cat >"$work/call.mlir" <<'X'
func.func public @main(%arg0: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = call @twice(%arg0) : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
func.func private @twice(%arg0: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = stablehlo.add %arg0, %arg0 : tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
X
expect 0 opt "$work/call.mlir" --passes none
out_has "@twice"
cp "$work/out" "$work/once.mlir"
expect 0 opt "$work/once.mlir" --passes none
cmp -s "$work/out" "$work/once.mlir" || fail "printing what was printed gives another text"
expect 0 opt "$work/call.mlir" --passes inline
out_lacks "@twice"
out_has "stablehlo.add"
expect 0 opt "$work/call.mlir"
out_has "tri.kernel"
expect 0 opt "$work/call.mlir" --stop-after 1
out_lacks "tri.kernel"
out_lacks "@twice"
expect 0 opt "$work/call.mlir" --stop-after 0
out_has "@twice"
expect 0 opt "$work/call.mlir" --print-after inline
err_has "// after inline"
expect 2 opt "$work/call.mlir" --passes inlin
err_has "did you mean 'inline'?"
expect 0 opt "$work/call.mlir" --json
json "'tri.kernel' in j['text']"
"$TRINE" opt - --passes none <"$work/call.mlir" >"$work/out" 2>"$work/err" || fail "standard input is not read"
cmp -s "$work/out" "$work/once.mlir" || fail "standard input gives another text than the file"

# Errors show the line and a caret, all of them at once, with status 3.
cat >"$work/bad.mlir" <<'X'
func.func @main(%a: tensor<2xf32>) -> tensor<2xf32> {
  %0 = stablehlo.frobnicate %a : tensor<2xf32>
  %1 = stablehlo.add %a, %missing : tensor<2xf32>
  return %1 : tensor<2xf32>
}
X
expect 3 opt "$work/bad.mlir"
out_is_empty
err_has "bad.mlir:2:8: error: "
err_has "frobnicate"
err_has "bad.mlir:3:"
err_has "      %0 = stablehlo.frobnicate %a : tensor<2xf32>"
grep -q '^           ^$' "$work/err" || fail "no caret under the op"
expect 3 opt "$work/none.mlir"
err_has "none.mlir: error: cannot open"

# A tile program: parsed, verified, printed.
"$TRINE" compile "$work/call.mlir" --chip trn2 --emit tile="$work/tile.txt" >"$work/out" 2>"$work/err" || fail "--emit tile does not work"
expect 0 opt "$work/tile.txt"
cp "$work/out" "$work/tile1.txt"
expect 0 opt "$work/tile1.txt" --passes merge_maps,remove_dead
out_has "kernel"
finish
