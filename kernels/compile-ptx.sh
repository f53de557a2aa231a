#!/usr/bin/env bash
# Compiles every kernel file to PTX with clang, no CUDA toolkit needed: compile-ptx.sh [ARCHITECTURE [FOLDER]], by default sm_75 into
# kernels/ptx, which the program carries for machines without NVRTC. CLANG names the compiler, clang-19 by default.
set -euo pipefail
kernels=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
architecture=${1:-sm_75} folder=${2:-$kernels/ptx}
# PTX 7.0 has all we use, so that drivers from CUDA 11 on load it; sm_90 came with 7.8.
case $architecture in sm_9*) version=ptx78 ;; *) version=ptx70 ;; esac
mkdir -p "$folder"
for file in "$kernels"/*.cu; do
  "${CLANG:-clang-19}" -x cuda --cuda-device-only --cuda-gpu-arch="$architecture" --cuda-feature=+$version -nocudainc -nocudalib \
    -fms-extensions -include "$kernels/clang/cuda.h" -std=c++17 -O3 -ffp-contract=off -Wall -Wextra -Werror -S \
    -o "$folder/$(basename "$file" .cu).ptx" "$file"
done
