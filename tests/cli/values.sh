# Values in and out on the evaluator: rules for inputs, .npy and .safetensors files, good and bad ones.
. "$(dirname "$0")/lib.sh"

cat >"$work/id.mlir" <<'X'
func.func @main(%x: tensor<2x3xf32>, %k: tensor<4xi32>, %h: tensor<3xbf16>) -> (tensor<2x3xf32>, tensor<4xi32>, tensor<3xbf16>) {
  %0 = stablehlo.add %x, %x : tensor<2x3xf32>
  %1 = stablehlo.add %k, %k : tensor<4xi32>
  %2 = stablehlo.negate %h : tensor<3xbf16>
  return %0, %1, %2 : tensor<2x3xf32>, tensor<4xi32>, tensor<3xbf16>
}
X

expect 0 run "$work/id.mlir" --device ref --input x=iota --input 1=iota --input h=zeros --output "$work/o"
out_has "device: ref"
out_has "out0: tensor<2x3xf32> 0 2 4 6 8 10"
out_has "out1: tensor<4xi32> 0 2 4 6"
out_has "out2: tensor<3xbf16> -0 -0 -0"
python3 - "$work/o" <<'X' || fail "the .npy files are not what NumPy's format says"
import ast, struct, sys
def load(name):
    data = open(sys.argv[1] + "/" + name, "rb").read()
    assert data[:8] == b"\x93NUMPY\x01\x00"
    n = struct.unpack("<H", data[8:10])[0]
    assert (10 + n) % 64 == 0 and data[9 + n] == 10
    return ast.literal_eval(data[10:10 + n].decode()), data[10 + n:]
head, data = load("out0.npy")
assert head == {"descr": "<f4", "fortran_order": False, "shape": (2, 3)}, head
assert struct.unpack("<6f", data) == (0, 2, 4, 6, 8, 10)
head, data = load("out1.npy")
assert head["descr"] == "<i4" and head["shape"] == (4,) and struct.unpack("<4i", data) == (0, 2, 4, 6)
head, data = load("out2.npy")  # bf16 as the next float npy has
assert head["descr"] == "<f4" and data == b"\0\0\0\x80" * 3
X
# What was written can be read: the bf16 result through f32.
expect 0 run "$work/id.mlir" --device ref --input x="$work/o/out0.npy" --input k="$work/o/out1.npy" --input h="$work/o/out2.npy"
out_has "out0: tensor<2x3xf32> 0 4 8 12 16 20"
out_has "out1: tensor<4xi32> 0 4 8 12"
out_has "out2: tensor<3xbf16> 0 0 0"

# Random inputs are the same every time, and other seeds are others.
sha() { "$TRINE" run "$work/id.mlir" --device ref --json "$@" | python3 -c 'import json, sys; print([r["sha256"] for r in json.load(sys.stdin)["results"]])'; }
[ "$(sha)" = "$(sha --input x=random:0 --input k=random --input 2=random:0)" ] || fail "the default is not random:0"
[ "$(sha)" != "$(sha --input x=random:1)" ] || fail "the seed does not matter"
expect 0 run "$work/id.mlir" --device ref --json --repeat 3
json "j['device'] == 'ref' and j['chip'] is None and j['check'] is None and j['cycles'] is None and j['utilisation'] == {} and j['seconds'] > 0"
json "[r['type'] for r in j['results']] == ['tensor<2x3xf32>', 'tensor<4xi32>', 'tensor<3xbf16>']"
expect 0 run "$work/id.mlir" --device ref --json --input x=zeros
json "j['results'][0]['sha256'] == '$(head -c 24 /dev/zero | sha256sum | cut -d' ' -f1)'"

expect 2 run "$work/id.mlir" --device ref --input y=zeros
err_has "there is no argument 'y'"
expect 2 run "$work/id.mlir" --device ref --input 3=zeros
expect 2 run "$work/id.mlir" --device ref --input x
expect 2 run "$work/id.mlir" --device ref --input x=ones
expect 2 run "$work/id.mlir" --device ref --input x=random:many
expect 2 run "$work/id.mlir" --device ref --input x=zeros --input 0=zeros
err_has "given twice"
expect 2 run "$work/id.mlir" --device ref --entry nothing
expect 3 run "$work/id.mlir" --device ref --input x="$work/no.npy"

# Bad .npy files: each is refused by name, none is read out of bounds.
python3 - "$work" <<'X'
import struct, sys
def npy(name, head, data, version=b"\x01\x00", length=None):
    head = head.encode() + b"\n"
    open(f"{sys.argv[1]}/{name}.npy", "wb").write(b"\x93NUMPY" + version + struct.pack("<H", len(head) if length is None else length) + head + data)
good = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"
npy("short", good, b"\0" * 23)
npy("long", good, b"\0" * 25)
npy("shape", good.replace("(2, 3)", "(3, 2)"), b"\0" * 24)
npy("rank", good.replace("(2, 3)", "(6,)"), b"\0" * 24)
npy("huge", good.replace("(2, 3)", "(99999999999999999999999, 3)"), b"\0" * 24)
npy("deep", good.replace("(2, 3)", "(1,1,1,1,1,1,1,1,1,1,1,1)"), b"\0" * 24)
npy("fortran", good.replace("False", "True"), b"\0" * 24)
npy("big", good.replace("<f4", ">f4"), b"\0" * 24)
npy("integers", good.replace("<f4", "<i4"), b"\0" * 24)
npy("object", good.replace("<f4", "|O"), b"\0" * 24)
npy("version", good, b"\0" * 24, version=b"\x09\x00")
npy("cut", good, b"", length=60000)
npy("twice", "{'descr': '<f4'", b"\0" * 24)
open(f"{sys.argv[1]}/empty.npy", "wb")
open(f"{sys.argv[1]}/magic.npy", "wb").write(b"NUMPY" * 20)
npy("double", good.replace("<f4", "<f8"), struct.pack("<6d", 1, 2, 3, 4, 5, 0.1))
npy("wide", "{'descr': '<i8', 'fortran_order': False, 'shape': (4,), }", struct.pack("<4q", 1, 2, 3, 1 << 40))
npy("raw", "{'descr': '<V2', 'fortran_order': False, 'shape': (3,), }", struct.pack("<3H", 0x3f80, 0x4000, 0xbf80))
X
for bad in short long shape rank huge deep fortran big integers object version cut twice empty magic; do
    expect 3 run "$work/id.mlir" --device ref --input x="$work/$bad.npy"
    err_has "$bad.npy"
done
expect 3 run "$work/id.mlir" --device ref --input k="$work/wide.npy"
err_has "does not fit in i32"
expect 0 run "$work/id.mlir" --device ref --input x="$work/double.npy" --input h="$work/raw.npy"
out_has "out0: tensor<2x3xf32> 2 4 6 8 10 0.2"
out_has "out2: tensor<3xbf16> -1 -2 1"

# .safetensors
python3 - "$work" <<'X'
import json, struct, sys
def st(name, head, data, length=None):
    head = (head if isinstance(head, str) else json.dumps(head)).encode()
    open(f"{sys.argv[1]}/{name}.safetensors", "wb").write(struct.pack("<Q", len(head) if length is None else length) + head + data)
x = {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}
data = struct.pack("<6f4i", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
st("good", {"__metadata__": {"made": "by \"hand\""}, "x": x, "k": {"dtype": "I32", "shape": [4], "data_offsets": [24, 40]}}, data)
st("outside", {"x": dict(x, data_offsets=[24, 48])}, data)
st("backwards", {"x": dict(x, data_offsets=[24, 0])}, data)
st("size", {"x": dict(x, data_offsets=[0, 20])}, data)
st("overflow", {"x": dict(x, shape=[1 << 40, 1 << 40, 1 << 40])}, data)
st("dtype", {"x": dict(x, dtype="Q4")}, data)
st("overlap", {"x": x, "k": {"dtype": "I32", "shape": [4], "data_offsets": [20, 36]}}, data)
st("strangers", {"y": x}, data)
st("transposed", {"x": dict(x, shape=[3, 2])}, data)
st("cut", {"x": x}, data, length=1 << 60)
st("junk", '{"x": [1, 2, {"dtype"', data)
st("unended", '{"x": {"dtype": "F32', data)
st("behind", json.dumps({"x": x}) + "}", data)
open(f"{sys.argv[1]}/empty.safetensors", "wb")
X
expect 0 run "$work/id.mlir" --device ref --weights "$work/good.safetensors" --input h=zeros
out_has "out0: tensor<2x3xf32> 2 4 6 8 10 12"
out_has "out1: tensor<4xi32> 14 16 18 20"
expect 0 run "$work/id.mlir" --device ref --weights "$work/good.safetensors" --input x=zeros
out_has "out0: tensor<2x3xf32> 0 0 0 0 0 0"
for bad in outside backwards size overflow dtype overlap strangers transposed cut junk unended behind empty; do
    expect 3 run "$work/id.mlir" --device ref --weights "$work/$bad.safetensors"
    err_has "$bad.safetensors"
done
finish
