# Compiling, inspecting and running on a simulated device, with the check: honest programs pass, forged ones fail with status 1 and name the kernel.
. "$(dirname "$0")/lib.sh"
: "${FORGE:?FORGE names the program that forges artifacts}"

cat >"$work/add.mlir" <<'X'
func.func @main(%x: tensor<16x128xf32>, %y: tensor<16x128xf32>) -> tensor<16x128xf32> {
  %0 = stablehlo.add %x, %y : tensor<16x128xf32>
  return %0 : tensor<16x128xf32>
}
X
sed 's/stablehlo.add/stablehlo.subtract/' "$work/add.mlir" >"$work/subtract.mlir"
cat >"$work/mm.mlir" <<'X'
func.func @main(%x: tensor<32x64xf32>, %w: tensor<64x32xf32>) -> tensor<32x32xf32> {
  %0 = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<32x64xf32>, tensor<64x32xf32>) -> tensor<32x32xf32>
  return %0 : tensor<32x32xf32>
}
X

expect 0 compile "$work/mm.mlir" --chip trn2,v5e -o "$work/mm.tri" --emit plan="$work/plan.txt" --emit tensor="$work/tensor.txt"
grep -q '^v5e ' "$work/out" || fail "compile does not name the chips it compiled for"
grep -q "step 0: " "$work/plan.txt" || fail "--emit plan holds no steps"
grep -q "tri.kernel" "$work/tensor.txt" || fail "--emit tensor holds no kernels"
cp "$work/mm.tri" "$work/again.tri"
expect 0 compile "$work/mm.mlir" --chip trn2,v5e -o "$work/mm.tri" --json
json "[c['chip'] for c in j['chips']] == ['trn2', 'v5e'] and j['output'].endswith('mm.tri') and j['seconds'] > 0"
cmp -s "$work/mm.tri" "$work/again.tri" || fail "the same model gives other bytes"
expect 4 compile "$work/mm.mlir" --chip trn2 --emit cubin="$work/x"
[ ! -e "$work/x" ] || fail "a stage that is not there left a file"

expect 0 compile "$work/mm.mlir" --chip trn2 --emit schedule=-
out_has "role @"
expect 0 compile "$work/mm.mlir" --chip trn2 --emit plan=-
out_has "step 0: "

expect 0 inspect "$work/mm.tri"
out_has "input  x: tensor<32x64xf32>"
out_has "chip v5e, entry main"
expect 0 inspect "$work/mm.tri" --steps
out_has "step 0 (dot_general)"
expect 0 inspect "$work/mm.tri" --json
json "set(j) >= {'version', 'chips', 'entries', 'constants_bytes'} and [c['chip'] for c in j['chips']] == ['trn2', 'v5e']"
json "all(set(k) >= {'name', 'family', 'config', 'registers', 'spills', 'shared_bytes', 'code_bytes'} for c in j['chips'] for k in c['kernels'])"
json "j['chips'][0]['kernels'][0]['family'] == 'matmul' and all(type(v) is int for v in j['chips'][0]['kernels'][0]['config'].values())"
json "j['chips'][0]['kernels'][0]['flops'] >= 2 * 32 * 32 * 64 and j['chips'][0]['steps'] >= 1"
json "j['entries'] == [{'name': 'main', 'inputs': [{'name': 'x', 'type': 'tensor<32x64xf32>'}, {'name': 'w', 'type': 'tensor<64x32xf32>'}], 'outputs': [{'name': 'out0', 'type': 'tensor<32x32xf32>'}]}]"

for device in sim:trn2 sim:v5e; do
    expect 0 run "$work/mm.tri" --device $device --check --trace "$work/trace.json"
    out_has "device: $device"
    out_has " cycles"
    out_has "bound by: "
    out_has "out0: tensor<32x32xf32>"
    grep -Eq '^check: pass worst=[0-9.e+-]+ at step [0-9]+ \(.*\) out0\[[0-9]+, [0-9]+\] rel_l2=[0-9.e+-]+$' "$work/out" || fail "the line of the check is not as it must be"
    cp "$work/trace.json" "$work/out"
    json "[e['cat'] for e in j['traceEvents'] if e['ph'] == 'X'][0] == 'matmul'"
    # What units did stands inside its step, on rows that are named.
    json "len(set(e['tid'] for e in j['traceEvents'] if e['ph'] == 'X' and e['cat'] == 'unit')) >= 3"
    json "all(e['tid'] in [n['tid'] for n in j['traceEvents'] if n['name'] == 'thread_name'] for e in j['traceEvents'] if e['ph'] == 'X')"
    json "all(e['ts'] + e['dur'] <= max(s['ts'] + s['dur'] for s in j['traceEvents'] if s.get('cat') == 'matmul') * 1.001 for e in j['traceEvents'] if e.get('cat') == 'unit')"
    expect 0 run "$work/mm.mlir" --device $device --check --json
    json "j['device'] == '$device' and 'sim:' + j['chip'] == j['device'] and j['cycles'] > 0 and 0 < max(j['utilisation'].values()) <= 1"
    json "j['check']['pass'] is True and 0 <= j['check']['worst'] <= 1 and j['bound_by'] in j['utilisation'] and len(j['results']) == 1"
    cp "$work/out" "$work/run.json"
    expect 0 run "$work/mm.tri" --device $device --timing-only --json
    json "j['results'] == [] and j['cycles'] == json.load(open('$work/run.json'))['cycles']"
done
expect 0 run - --device sim:trn2 --check --repeat 3 <"$work/mm.mlir"
out_has "(median of 3)"
out_has "check: pass"
# The device adds exactly: the same bits as the evaluator.
for device in ref sim:trn2; do
    expect 0 run "$work/add.mlir" --device $device --json
    cp "$work/out" "$work/$device.json"
done
json "j['results'] == json.load(open('$work/ref.json'))['results']"

# A program that subtracts under a graph that says add: the step and the kernel are named.
"$FORGE" "$work/add.mlir" "$work/subtract.mlir" trn2 graph "$work/forged.tri" || fail "the forger failed"
expect 1 run "$work/forged.tri" --device sim:trn2 --check
out_has "check: FAIL worst="
err_has "error: step 0 (subtract), kernel k0_subtract of the family generic"
err_has "1 of 1 steps are wrong"
expect 1 run "$work/forged.tri" --device sim:trn2 --check --json
json "j['check']['pass'] is False and j['check']['failed_steps'] == 1"
expect 0 run "$work/forged.tri" --device sim:trn2
# Steps that are right, of a graph that is not the source: only the whole can tell.
"$FORGE" "$work/add.mlir" "$work/subtract.mlir" trn2 source "$work/forged.tri" || fail "the forger failed"
expect 1 run "$work/forged.tri" --device sim:trn2 --check
out_has "check: FAIL worst="
err_has "end to end, output out0 is wrong"

# What cannot be done here, and damaged files.
expect 4 run "$work/mm.mlir" --device cuda:4000
expect 2 run "$work/mm.tri" --device sim:trn2 --entry other
expect 4 run "$work/mm.tri" --device sim:trn1
err_has "trn2"
expect 4 run "$work/mm.mlir" --device gpu
expect 2 run "$work/mm.mlir" --device sim:nosuchchip
expect 3 inspect "$work/mm.mlir"
expect 3 compile "$work/mm.tri" --chip trn2 -o "$work/x.tri"
err_has "this is an artifact"
expect 3 run "$work/nothing.tri" --device sim:trn2
size=$(stat -c %s "$work/mm.tri")
for at in 100 1000 $((size / 2)) $((size - 100)); do
    cp "$work/mm.tri" "$work/bad.tri"
    printf '\125' | dd of="$work/bad.tri" bs=1 seek=$at conv=notrunc 2>/dev/null
    cmp -s "$work/mm.tri" "$work/bad.tri" && continue
    expect 3 inspect "$work/bad.tri"
    expect 3 run "$work/bad.tri" --device sim:trn2
done
head -c 500 "$work/mm.tri" >"$work/bad.tri"
expect 3 inspect "$work/bad.tri"
expect 3 compile "$work/mm.mlir" --chip trn2 -o "$work/no/such/folder/x.tri"
finish
