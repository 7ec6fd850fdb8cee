#!/bin/sh
# tests/install/run.sh BUILD [MODEL.tri DEVICE [ENTRY]] - installs BUILD under a new prefix and uses it as another project would: examples/hello.c
# through pkg-config and through find_package(trine), shared and static. Each hello prints its usage; then it runs a model, by default the small
# one of the fuzz corpus on the null device, whose results are known.
set -eu
source=$(cd "$(dirname "$0")/../.." && pwd)
build=$1
model=${2:-$source/tests/fuzz/corpus/artifact_bytes/sample.tri}
device=${3:-sim:installed_null}
entry=${4:-}
known=no
if [ $# -lt 2 ]; then
    entry=main
    known=yes
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
prefix=$scratch/prefix
cmake --install "$build" --prefix "$prefix" > "$scratch/install.log"
unset TRINE_DRIVERS TRINE_CHIPS # the installed plugins and chips must be found,
mv "$prefix" "$scratch/moved" # wherever the installation is moved
prefix=$scratch/moved
libraries=$(dirname "$(find "$prefix" -name libtrine.so | head -1)")
[ -f "$prefix/share/trine/chips/h100.chip" ] || { echo "no chip files in share/trine/chips"; exit 1; }
cp "$source/tests/unit/data/null.chip" "$prefix/share/trine/chips/installed_null.chip"

try() { # NAME COMMAND...: runs a hello without a model and with one
    name=$1
    shift
    "$@" > "$scratch/usage" || { echo "$name: without arguments: exit status $?"; exit 1; }
    grep -q '^usage: ' "$scratch/usage" || { echo "$name: no usage:"; cat "$scratch/usage"; exit 1; }
    "$@" "$model" "$device" $entry > "$scratch/output" || { echo "$name: exit status $?"; cat "$scratch/output"; exit 1; }
    sed "s/^/$name: /" "$scratch/output"
    if [ "$known" = yes ]; then # x = y = 0 1 2 ...: out0 = (x + y) * (i - 3), so first 0 * -3 = -0, and out1 = x + y
        grep -q '^out0: f32 16 = -0 -4 -4 0 8 20 36 56$' "$scratch/output" || { echo "$name: out0 is wrong"; exit 1; }
        grep -q '^out1: f32 16 = 0 2 4 6 8 10 12 14$' "$scratch/output" || { echo "$name: out1 is wrong"; exit 1; }
    fi
}

PKG_CONFIG_PATH=$libraries/pkgconfig
export PKG_CONFIG_PATH
${CC:-cc} -std=c11 -Wall -Wextra -Werror "$source/examples/hello.c" $(pkg-config --cflags --libs trine) -o "$scratch/hello"
try pkg-config env LD_LIBRARY_PATH="$libraries" "$scratch/hello"

mkdir "$scratch/project"
cp "$source/examples/hello.c" "$scratch/project/"
cat > "$scratch/project/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.25)
project(hello LANGUAGES C)
find_package(trine 0.1 REQUIRED)
add_executable(hello hello.c)
target_link_libraries(hello PRIVATE trine::trine)
add_executable(hello-static hello.c)
target_link_libraries(hello-static PRIVATE trine::trine-static)
END
cmake -S "$scratch/project" -B "$scratch/project/build" -DCMAKE_PREFIX_PATH="$prefix" > "$scratch/cmake.log" 2>&1 ||
    { cat "$scratch/cmake.log"; exit 1; }
cmake --build "$scratch/project/build" > "$scratch/cmake.log" 2>&1 || { cat "$scratch/cmake.log"; exit 1; }
try find_package "$scratch/project/build/hello"
try static env TRINE_DRIVERS="$libraries/trine" TRINE_CHIPS="$prefix/share/trine/chips" "$scratch/project/build/hello-static"
echo "installed, moved, and used from three programs"
