#!/usr/bin/env bash
# The rules that keep the house small and layered, as a test: which room includes which, no chip or target name above targets/, LLVM's headers only where they belong,
# no file over 900 lines, lines of at most 150 columns.
set -u
cd "$(dirname "$0")/../.."
failed=0
complain() { printf '%s\n' "$@" >&2; failed=1; }

sources() { find "$@" -name '*.c' -o -name '*.h' -o -name '*.def' 2>/dev/null | sort; }

# room: the rooms it may include (tri/ is always allowed)
allowed() {
    case $1 in
    base) echo 'base' ;;
    abi) echo 'abi|base' ;;
    ir) echo 'ir|abi|base' ;;
    kernels) echo 'kernels|ir|abi|base' ;;
    lowering) echo 'lowering|kernels|ir|abi|base' ;;
    targets) echo 'targets|lowering|kernels|ir|abi|base' ;;
    runtime) echo 'runtime|abi|base' ;;
    esac
}
for room in base abi ir kernels lowering targets runtime; do
    wrong=$(sources $room | xargs grep -nE '^#include "' | grep -vE "#include \"(tri|$(allowed $room))/" | grep -vE '#include "llvm-c/')
    [ -z "$wrong" ] || complain "includes that $room/ may not have:" "$wrong"
done

names=$(sources kernels lowering | xargs grep -nIiE '\b(nvptx|ptx|wgmma|sm_[0-9]+|amdgcn|gfx[0-9a-f]+|mfma|psum|tpu|trainium|trn[0-9]|cuda|hip|a100|h100|h200|mi300x?|v5e|v6e)\b')
[ -z "$names" ] || complain "chip or target names above targets/:" "$names"

llvm=$(git grep -nI 'llvm-c/' -- '*.c' '*.h' | grep -vE '^(targets/llvm|runtime/drivers/amdgcn_sim)/')
[ -z "$llvm" ] || complain "LLVM's headers outside targets/llvm and the AMDGCN simulator:" "$llvm"

long=$(sources base abi ir kernels lowering targets runtime tools tests include | xargs wc -l | awk '$2 != "total" && $1 > 900 {print "  " $2 ": " $1 " lines"}')
[ -z "$long" ] || complain "files over 900 lines:" "$long"

wide=$(sources base abi ir kernels lowering targets runtime tools include | xargs awk 'length($0) > 150 {print "  " FILENAME ":" FNR ": " length($0) " columns"}' | grep -v '\.def:')
[ -z "$wide" ] || complain "lines over 150 columns:" "$wide"

left=$(git grep -nIE '#if 0|\b(TODO|FIXME|XXX|HACK)\b' -- '*.c' '*.h' '*.def' '*.md' | grep -v '^tests/layers/')
[ -z "$left" ] || complain "left-overs:" "$left"
exit $failed
