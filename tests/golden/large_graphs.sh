#!/bin/sh
# large_graphs.sh PROGRAM - 200000 ops in a row go through each graph pass: no pass may take time with the square of the ops, nor stack with their number.
# A test that hangs or crashes fails by its time limit or exit status.
program=$1
text=$(mktemp) || exit 1
trap 'rm -f "$text"' EXIT
failed=0

# chain OP-BEHIND-THE-OPERAND: %i = OP %i-1
chain() {
    awk -v op="$1" -v rest="$2" 'BEGIN {
        print "func.func public @main(%arg: tensor<8x8xf32>) -> tensor<8x8xf32> {"
        value = "%arg"
        for (i = 0; i < 200000; i++) { printf "  %%%d = %s %s%s\n", i, op, value, rest; value = "%" i }
        printf "  %%last = stablehlo.negate %s : tensor<8x8xf32>\n  return %%last : tensor<8x8xf32>\n}\n", value
    }' > "$text"
}

# through PASS MOST: the printed text has at most MOST lines
through() {
    lines=$("$program" opt --passes "$1" "$text" | wc -l)
    test "$lines" -ge 5 && test "$lines" -le "$2" && return
    echo "$1: $lines lines, expected 5 to $2"
    failed=1
}

chain stablehlo.tanh " : tensor<8x8xf32>"
through inline 200010
through decompose 200010
through simplify 200010
through fuse 210000 # a few lines for each kernel
chain stablehlo.abs " : tensor<8x8xf32>"
through simplify 10 # one abs is left
chain stablehlo.transpose ", dims = [1, 0] : (tensor<8x8xf32>) -> tensor<8x8xf32>"
through simplify 10
through fuse 220000
exit $failed
