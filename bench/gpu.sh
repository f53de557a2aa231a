#!/usr/bin/env bash
# Measures training steps on an NVIDIA GPU, beside PyTorch where Python has it, and keeps each row as it is done.
#
#   bench/gpu.sh [--all] [--out FILE]
#
# Needs no .NET SDK and no data: only the program, published with all it needs, and for the first part the tests:
#   dotnet publish src/Runner -c Release -r linux-x64 --self-contained -o publish/genimg
#   dotnet publish tests/GeneratingImages.Tests -c Release -r linux-x64 --self-contained -o publish/tests
# GENIMG and GENIMG_TESTS name the two programs if they lie elsewhere; GENIMG_CUDA the folders of CUDA's libraries, which are otherwise
# looked for, those of Python's packages among them. --all also times PyTorch's compiled form for every data set and precision.
# Takes under nine minutes; what there was no time for is named.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
all="" out=""
while [ $# -gt 0 ]; do
  case "$1" in
    --all) all=--all ;;
    --out) out=${2:?--out: a file must follow}; shift ;;
    *) echo "gpu.sh: unknown option '$1': use --all or --out FILE" >&2; exit 2 ;;
  esac
  shift
done

genimg=${GENIMG:-publish/genimg/genimg}
tests=${GENIMG_TESTS:-publish/tests/GeneratingImages.Tests}
[ -x "$genimg" ] || { echo "gpu.sh: $genimg: not found; publish it as the head of this file says, or name it in GENIMG" >&2; exit 2; }

# CUDA's libraries out of Python's packages, in the layouts of CUDA 12 and 13.
if [ -z "${GENIMG_CUDA:-}" ] && command -v python3 > /dev/null; then
  GENIMG_CUDA=$(python3 - 2> /dev/null <<'PYTHON'
import glob, os, nvidia
root = list(nvidia.__path__)[0]
print(":".join(sorted(glob.glob(os.path.join(root, "*", "lib")))))
PYTHON
  ) && export GENIMG_CUDA
fi

device=$("$genimg" devices --json 2> /dev/null | tr -d '\n' | sed -n 's/.*"devices":[^]]*"name": *"\([^"]*\)".*/\1/p' | tr ' /' '--')
out=${out:-bench/Results/${device:-gpu}.md}
begin=$SECONDS
left() { echo $((500 - (SECONDS - begin))); }
say() { printf '%s\n' "$*" | tee -a "$out"; }
code() { say '```'; "$@" 2>&1 | tee -a "$out"; local status=${PIPESTATUS[0]}; say '```'; return "$status"; }

mkdir -p "$(dirname "$out")"
: > "$out"
say "# Training steps on ${device:-a GPU}"
say ""
say "$(date -u +%Y-%m-%d) (UTC), \`bench/gpu.sh${all:+ $all}\`"
say ""
code "$genimg" devices
"$genimg" bench step --device cuda --model basic --steps 1 > /dev/null 2>&1 || { say "no GPU can be used: nothing was measured"; exit 1; }

say ""
say "## Every operation and the whole step on the device"
say ""
for precision in fp32 tf32 bf16; do
  if [ ! -x "$tests" ]; then say "not run: $tests is not there"; break; fi
  say "$precision: $(GENIMG_TEST_GPU=$precision "$tests" --filter-trait tier=gpu 2>&1 | awk '$1 == "total:" || $1 == "failed:" || $1 == "succeeded:" || $1 == "skipped:" { printf "%s %s  ", $1, $2 }')"
done

say ""
say "## Steps of the deep model"
say ""
say "| data set | kernel | batch | precision | form | ms a step (median) | least ms |"
say "|---|--:|--:|---|---|--:|--:|"
row() { # data set, kernel, batch, precision, words for the form, more options
  local times
  if [ "$(left)" -lt 30 ]; then say "| $1 | $2 | $3 | $4 | $5 | not begun, time was up | |"; return; fi
  times=$("$genimg" bench step --device cuda --dataset "$1" --model deep --kernel "$2" --batch "$3" --precision "$4" --steps 200 "${@:6}" 2>&1) \
    && say "| $1 | $2 | $3 | $4 | $5 | $(printf '%s' "$times" | sed -n 's/^\([0-9.]*\) ms a step (median), \([0-9.]*\) ms at best.*/\1 | \2/p') |" \
    || say "| $1 | $2 | $3 | $4 | $5 | failed: $(printf '%s' "$times" | tail -n 1) | |"
}
for kernel in 3 5; do
  for batch in 32 128 512; do
    for dataset in cifar100 mnist lfw; do
      row $dataset $kernel $batch tf32 "one captured graph"
      row $dataset $kernel $batch tf32 "call by call" --no-graph
    done
    row cifar100 $kernel $batch fp32 "one captured graph"
    row cifar100 $kernel $batch bf16 "one captured graph"
  done
done

say ""
if command -v python3 > /dev/null && python3 -c 'import torch, sys; sys.exit(not torch.cuda.is_available())' 2> /dev/null; then
  say "## PyTorch, the same shapes, in the same run"
  say ""
  python3 bench/gpu/torch_steps.py $all --deadline "$(left)" 2> /dev/null | tee -a "$out"
else
  say "PyTorch with CUDA is not there: its rows were not run."
fi

say ""
say "## Where the time goes"
say ""
for precision in tf32 bf16; do
  code "$genimg" profile --device cuda --dataset cifar100 --model deep --kernel 3 --batch 128 --precision $precision --steps 20
done
echo "written to $out"
