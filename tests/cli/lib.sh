# tests/cli/lib.sh - what the tests of the command line share. A test is `sh tests/cli/NAME.sh`, with $TRINE the program; it sources this file, calls the
# functions below and ends with `finish`. Every expectation that does not hold is printed; all are tried.
set -u
: "${TRINE:?TRINE names the program}"
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

fail() {
    printf 'FAILED: %s\n' "$*"
    sed 's/^/    out: /' "$work/out" 2>/dev/null | head -20
    sed 's/^/    err: /' "$work/err" 2>/dev/null | head -20
    failures=$((failures + 1))
}

# expect STATUS words...: runs trine with the words; its output is in $work/out and $work/err.
expect() {
    wanted=$1
    shift
    what="trine $*"
    "$TRINE" "$@" >"$work/out" 2>"$work/err"
    got=$?
    [ "$got" = "$wanted" ] || fail "$what: exit status $got, not $wanted"
}

# Of the last command.
out_has() { grep -qF -- "$1" "$work/out" || fail "$what: standard output lacks: $1"; }
err_has() { grep -qF -- "$1" "$work/err" || fail "$what: standard error lacks: $1"; }
out_lacks() { ! grep -qF -- "$1" "$work/out" || fail "$what: standard output has: $1"; }
out_is_empty() { [ ! -s "$work/out" ] || fail "$what: standard output is not empty"; }

# json EXPRESSION: a Python expression over `j`, the last command's output as JSON, that must be true.
json() {
    python3 -c 'import json, sys; j = json.load(open(sys.argv[1])); sys.exit(0 if eval(sys.argv[2]) else 1)' "$work/out" "$1" 2>>"$work/err" || fail "$what: not so: $1"
}

finish() {
    [ "$failures" = 0 ] || { echo "$failures expectations failed"; exit 1; }
    exit 0
}
