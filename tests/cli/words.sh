# Words: help of every command, wrong spellings, wrong places; the man page and completion; exit status 2 for each.
. "$(dirname "$0")/lib.sh"

expect 0 --help
for command in chips devices opt compile inspect run bench help; do
    out_has "$command"
    "$TRINE" $command --help >"$work/help" 2>&1 || fail "$command --help does not exit with 0"
    grep -q "^example: trine $command" "$work/help" || fail "$command --help has no example"
    grep -q -- "--json" "$work/help" || fail "$command --help does not name --json"
done
expect 0 --version
out_has "trine "

expect 2
err_has "a command is missing"
expect 2 cmopile
err_has "did you mean 'compile'?"
expect 2 run --devcie ref x.mlir
err_has "there is no option '--devcie'; did you mean '--device'?"
expect 2 run --device
err_has "--device needs a value"
expect 2 run x.mlir
err_has "--device DEV is missing"
expect 2 run x.mlir y.mlir --device ref
err_has "'y.mlir' is one word too many"
expect 2 run x.mlir --device ref --device sim:trn2
err_has "--device is given twice"
expect 2 run x.mlir --device ref --check=yes
err_has "--check takes no value"
expect 2 run x.mlir --device ref --repeat many
err_has "--repeat takes a number"
expect 2 run x.mlir --device ref --repeat -3
expect 2 run x.mlir --device ref --repeat 0
expect 2 run x.mlir --device ref --check
err_has "ref is what --check compares with"
expect 2 run x.mlir --device sim:trn2 --timing-only --check
expect 2 compile x.mlir --chip trn2
err_has "nothing to write"
expect 2 compile x.mlir --chip trn2 --emit nonsense=y
err_has "there is no stage 'nonsense'"
expect 2 compile x.mlir --chip trn2 --emit tensor
err_has "STAGE=FILE"
expect 2 bench evaluatr
err_has "did you mean 'evaluator'?"
expect 2 help nothing
out_is_empty

expect 0 help --man
out_has ".SH EXIT STATUS"
for command in chips devices opt compile inspect run bench help; do out_has ".SS trine $command"; done
grep -nv '^[.\\]' "$work/out" | grep -E "^[0-9]+:[.']" && fail "a line of the man page begins like a request"
if command -v groff >/dev/null; then
    groff -man -Tascii -ww "$work/out" >/dev/null 2>"$work/err"
    [ ! -s "$work/err" ] || fail "groff complains about the man page"
fi
expect 2 help --completion fish
expect 0 help --completion bash
if command -v bash >/dev/null; then
    cp "$work/out" "$work/completion"
    completed=$(bash -c '. "$1"; COMP_WORDS=(trine run --dev); COMP_CWORD=2; _trine; echo "${COMPREPLY[@]}"' - "$work/completion")
    [ "$completed" = "--device" ] || fail "bash completes --dev as '$completed'"
    completed=$(bash -c '. "$1"; COMP_WORDS=(trine insp); COMP_CWORD=1; _trine; echo "${COMPREPLY[@]}"' - "$work/completion")
    [ "$completed" = "inspect" ] || fail "bash completes insp as '$completed'"
fi
[ ! -e /dev/full ] || { "$TRINE" chips >/dev/full 2>/dev/null; [ $? = 3 ] || fail "a full output is not an error"; }
finish
