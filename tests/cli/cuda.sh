# The command line on NVIDIA devices that are not real (tests/unit/fake_cuda.c): their kernels do nothing, so every answer is wrong, and is said to be.
. "$(dirname "$0")/lib.sh"
: "${FAKE_CUDA:?FAKE_CUDA names the folder of the fake libcuda.so.1}"
LD_LIBRARY_PATH=$FAKE_CUDA${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export LD_LIBRARY_PATH

cat >"$work/add.mlir" <<'X'
func.func @main(%x: tensor<16x128xf32>, %y: tensor<16x128xf32>) -> tensor<16x128xf32> {
  %0 = stablehlo.add %x, %y : tensor<16x128xf32>
  return %0 : tensor<16x128xf32>
}
X
expect 0 devices
out_has "NVIDIA_H200"
expect 0 devices --json
json "[(d['available'], d['driver'], d['chip'], d['memory_bytes']) for d in j['devices'] if d['name'] == 'cuda:0'] == [(True, 'cuda', 'h200', 143771 << 20)]"
json "[d['chip'] for d in j['devices'] if d['name'] == 'cuda:1'] == ['h100']"

# A model is compiled for the chip that the device is; time comes from the device's clock, which goes a millisecond a step here.
expect 0 run "$work/add.mlir" --device cuda:0 --limit 5 --repeat 3 --json
json "j['device'] == 'cuda:0' and j['chip'] == 'h200' and abs(j['seconds'] - 1e-3) < 1e-9 and j['cycles'] in (0, None)"
expect 1 run "$work/add.mlir" --device cuda:0 --check
out_has "check: FAIL"
err_has "k0_add"
expect 4 run "$work/add.mlir" --device cuda:2
err_has "there are 2 cuda devices"
expect 4 run "$work/add.mlir" --device cuda:0 --timing-only

# An artifact: the plan of the very chip, else of one of its instruction set, else none.
expect 0 compile "$work/add.mlir" --chip h100,a100 -o "$work/add.tri"
expect 0 run "$work/add.tri" --device cuda:0 --json
json "j['chip'] == 'h100'"
expect 0 compile "$work/add.mlir" --chip trn2 -o "$work/trn2.tri"
expect 4 run "$work/trn2.tri" --device cuda:0
err_has "it was compiled for: trn2"
err_has "--chip h200"
finish
