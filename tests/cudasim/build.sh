#!/usr/bin/env bash
# Builds the simulated device: build.sh OUT KERNELS...
#   OUT      the folder that receives the libraries
#   KERNELS  folders of .cu files, each with its own common.cuh
# The simulator is one translation unit (its files included one after another), a quarter of the time of compiling each alone; a .cu file is
# one of its own, as it is one program for NVRTC.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=$1; shift
mkdir -p "$out/work"
work=$(cd "$out/work" && pwd)
# -Wrestrict is wrong about std::string in g++ 12.
flags=(-std=c++20 -O1 -fPIC -Wall -Wextra -Wno-restrict -Werror -pthread)
# Contraction would depend on the compiler; misaligned accesses, indices past the end of arrays and divisions by zero become the device's
# errors through g++'s own checks.
kernel_flags=("${flags[@]}" -O2 -mfma -ffp-contract=off -mtls-dialect=gnu2 -fno-extern-tls-init -fvisibility=hidden -Wno-unused-function
              -Wno-unknown-pragmas -fsanitize=alignment,bounds,integer-divide-by-zero)
jobs=()

compile() { # OBJECT SOURCE FLAGS...: in the background
  local object=$1 source=$2; shift 2
  g++ "$@" -c -o "$object" "$source" &
  jobs+=($!)
}

finish() { # waits for what is being compiled; one failure fails the build
  local job
  for job in "${jobs[@]}"; do wait "$job"; done
  jobs=()
}

unit() { # NAME FILES...: one object of these files, included one after another
  local name=$1; shift
  printf '#include "%s"\n' "$@" > "$work/$name.cpp"
  compile "$work/$name.o" "$work/$name.cpp" "${flags[@]}"
}

loops() { # NAME FILE: an object whose inner loops are to run fast
  compile "$work/$1.o" "$2" "${flags[@]}" -O3 -mavx2
}

embed() { # FILE: its text, which a program for NVRTC is compared with
  printf 'asm(R"(\n.section .rodata\ntext_of_file: .incbin "%s"\nend_of_file: .byte 0\n.text\n)");\n' "$1"
  echo 'extern "C" const char text_of_file[] __attribute__((visibility("hidden"))), end_of_file[] __attribute__((visibility("hidden")));'
}

kernel_names() { # FILE: "name bounds" of each kernel; the preprocessor sees those that macros make, and gives the bounds as numbers
  g++ -E -P -x c++ -std=c++20 -D__global__=KERNEL_HERE -D'__launch_bounds__(...)=BOUNDS_HERE(__VA_ARGS__)' \
      -include "$here/shim/cuda_shim.h" "$1" | tr '\n' ' ' |
    { grep -oE 'KERNEL_HERE +void +(BOUNDS_HERE\([^)]*\) *)?[A-Za-z_][A-Za-z0-9_]*' || true; } |
    sed -E 's/KERNEL_HERE +void +(BOUNDS_HERE\( *([0-9]+)[^)]*\) *)?([A-Za-z0-9_]+)/\3 \2/'
}

kernel_file() { # FILE: C++ of one .cu file, or of the text of a header, with its registration
  local file=$1 name kernel bounds; name=$(basename "$file")
  printf '#include "%s"\n' "$here/shim/cuda_shim.h" "$here/shim/kernel.h"
  case $file in *.cu) printf '#include "%s"\n' "$file" ;; esac
  embed "$file"
  echo "static const int registered = [] { cudasim::add_source({\"$name\", text_of_file, (size_t)(end_of_file - text_of_file)});"
  case $file in *.cu) kernel_names "$file" ;; esac | while read -r kernel bounds; do
    echo "  cudasim::add_kernel(cudasim::Describe<&$kernel>::as(\"$kernel\", ${bounds:-1024}), \"$name\");"
  done
  echo 'return 0; }();'
}

kernels() { # NAME FOLDER: the objects of one kernels library
  local name=$1 folder file; folder=$(cd "$2" && pwd)
  mkdir -p "$work/$name"
  for file in "$folder"/*.cu "$folder"/*.cuh; do
    kernel_file "$file" > "$work/$name/$(basename "$file").cpp"
    compile "$work/$name/$(basename "$file").o" "$work/$name/$(basename "$file").cpp" "${kernel_flags[@]}"
    [ ${#jobs[@]} -lt 4 ] || finish
  done
  compile "$work/$name/shared.o" "$here/shim/shared.cpp" "${kernel_flags[@]}"
}

unit simulator $(printf '%s\n' "$here"/device/*.cpp "$here"/driver/*.cpp | grep -v /device/block.cpp)
loops block "$here"/device/block.cpp
unit nvrtc "$here"/nvrtc/*.cpp
unit cublas "$here"/cublas/handle.cpp
loops gemm "$here"/cublas/gemm.cpp
finish
unit cudnn "$here"/cudnn/{status,descriptors,problem,algorithms,search,convolution}.cpp
loops convolution "$here"/cudnn/loops.cpp
unit version8 "$here"/cudnn/version8.cpp
unit version9 "$here"/cudnn/version9.cpp
index=0
for folder in "$@"; do
  kernels "kernels$index" "$folder"
  index=$((index + 1))
done
finish

g++ -shared -o "$out/libcudasim.so" "$work"/{simulator,block}.o -Wl,-soname,libcudasim.so -Wl,-Bsymbolic -ldl -pthread
ln -sf libcudasim.so "$out/libcuda.so.1"
beside=(-L"$out" -l:libcudasim.so -Wl,-rpath,'$ORIGIN:$ORIGIN/..' -Wl,-Bsymbolic)
library() { # FILE OBJECTS...
  local file=$1; shift
  g++ -shared -o "$out/$file" "$@" "${beside[@]}"
}
library libnvrtc.so.12 "$work/nvrtc.o"
library libcublas.so.12 "$work"/{cublas,gemm}.o
library libcudnn.so.9 "$work"/{cudnn,convolution,version9}.o
mkdir -p "$out/cudnn8"
library cudnn8/libcudnn.so.8 "$work"/{cudnn,convolution,version8}.o
for ((i = 0; i < index; i++)); do
  library "libcudasim_kernels$i.so" "$work/kernels$i"/*.o
done
rm -rf "$work"
