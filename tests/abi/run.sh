#!/bin/sh
# tests/abi/run.sh LIBTRINE.SO - what libtrine shows and needs: exactly the symbols of libtrine.symbols, no library but libc's, no global
# constructors. Prints its size. After a deliberate change of the interface, write the new list with:
#     nm -D --defined-only build/lib/libtrine.so | awk '{print $3}' | LC_ALL=C sort > tests/abi/libtrine.symbols
set -eu
library=$1
here=$(dirname "$0")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0

nm -D --defined-only "$library" | awk '{print $3}' | LC_ALL=C sort > "$scratch/symbols"
if ! diff -u "$here/libtrine.symbols" "$scratch/symbols"; then
    echo "libtrine exports other symbols than tests/abi/libtrine.symbols lists"
    failed=1
fi

for needed in $(readelf -dW "$library" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'); do
    case $needed in
    libc.so.* | libm.so.* | libdl.so.* | libpthread.so.*) ;;
    *) echo "libtrine needs $needed"; failed=1 ;;
    esac
done

# One entry of 8 bytes is the C runtime's own frame_dummy.
constructors=$(readelf -dW "$library" | sed -n 's/.*(INIT_ARRAYSZ) *\([0-9]*\).*/\1/p')
if [ "${constructors:-0}" -gt 8 ]; then
    echo "libtrine has global constructors: $((constructors / 8 - 1))"
    failed=1
fi

strip -o "$scratch/stripped" "$library"
echo "libtrine: $(stat -c %s "$scratch/stripped") bytes stripped, goal 307200; $(wc -l < "$scratch/symbols") exported symbols"
exit $failed
