#!/usr/bin/env bash
# Compiles every kernel file to PTX with clang, no CUDA toolkit needed: compile-ptx.sh FOLDER [sm_75 | sm_90 ...]
# FOLDER gets NAME.sm_75.ptx for each file and architecture. CLANG names the compiler, clang-19 by default.
set -euo pipefail
kernels=$(dirname "${BASH_SOURCE[0]}")
out=$1; shift
mkdir -p "$out"
for arch in "${@:-sm_75}"; do
  # PTX 7.0 is the oldest that knows sm_75 with all we use, so that drivers from CUDA 11 on load it; sm_90 came with 7.8.
  case $arch in sm_9*) ptx=ptx78 ;; *) ptx=ptx70 ;; esac
  for file in "$kernels"/*.cu; do
    "${CLANG:-clang-19}" -x cuda --cuda-device-only --cuda-gpu-arch="$arch" --cuda-feature=+$ptx -nocudainc -nocudalib \
      -fms-extensions -include "$kernels/clang/cuda.h" -std=c++17 -O3 -ffp-contract=off -Wall -Wextra -Werror -S \
      -o "$out/$(basename "$file" .cu).$arch.ptx" "$file"
  done
done
