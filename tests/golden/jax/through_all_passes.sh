#!/bin/sh
# through_all_passes.sh PROGRAM - every module of cases.txt goes through all graph passes, each verified after. The modules with an op that the tensor IR
# does not have are refused with the op's name; when one of them passes, it leaves the list below.
program=$1
folder=$(dirname "$0")
beyond=" loop_over_layers scatter_add sort_and_cumulative_sum activations bits roots_and_logarithms "
failed=0
count=0
errors=$(mktemp) || exit 1
trap 'rm -f "$errors"' EXIT
for name in $(sed -n 's/^\([a-z0-9_]*\) .*/\1/p' "$folder/cases.txt"); do
    count=$((count + 1))
    "$program" opt "$folder/$name.mlir" > /dev/null 2> "$errors"
    code=$?
    case "$beyond" in
    *" $name "*) test $code = 3 && grep -q "is not one Trine has" "$errors" && continue ;;
    *) test $code = 0 && continue ;;
    esac
    echo "$name: exit status $code"
    cat "$errors"
    failed=1
done
echo "$count modules"
test $count -ge 54 && exit $failed
echo "cases.txt lists fewer modules than there are"
exit 1
