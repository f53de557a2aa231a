#!/usr/bin/env bash
# Runs a study once undisturbed and once killed by SIGKILL again and again at random moments, each time gone on with by the same command, and
# compares the two tables, times aside, and the weights.
#
#   scripts/kill-study.sh [STUDY.json [KILLS [STRAIGHT]]]     default: studies/quick.json, 5 kills
#
# STRAIGHT names the folder of an undisturbed study that is there already. GENIMG is the program; SECONDS_BETWEEN the longest time
# until a kill, so that all kills fit into the study's time; MORE further options for both.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
study=${1:-studies/quick.json} kills=${2:-5} straight=${3:-}
genimg=${GENIMG:-dotnet src/Runner/bin/Release/net10.0/genimg.dll} longest=${SECONDS_BETWEEN:-15} more=${MORE:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ -z "$straight" ]; then
  straight=$work/straight
  $genimg study "$study" --out "$straight" $more > "$work/straight.log"
fi

killed=0
while [ "$killed" -lt "$kills" ]; do
  $genimg study "$study" --out "$work/killed" $more > "$work/killed.log" &
  pid=$!
  # At least a second, so that most kills fall into training and not into the start.
  sleep "$((1 + RANDOM % longest)).$((RANDOM % 10))"
  if ! kill -KILL "$pid" 2>/dev/null; then
    echo "the study ended after $killed kills: choose a smaller SECONDS_BETWEEN"
    exit 1
  fi
  wait "$pid" 2>/dev/null || true
  killed=$((killed + 1))
  echo "kill $killed: $(tail -n 1 "$work/killed.log")"
done
$genimg study "$study" --out "$work/killed" $more > "$work/killed.log"

# Seconds are the one column that may differ. None before it has a comma as long as no row failed.
timeless() { local at; at=$(head -n 1 "$1/study.csv" | tr , '\n' | grep -nx seconds | cut -d : -f 1); cut -d , --complement -f "$at" "$1/study.csv"; }
if ! diff <(timeless "$straight") <(timeless "$work/killed"); then echo "the tables differ"; exit 1; fi
for run in "$straight"/runs/*; do
  # A checkpoint's text has the seconds of its epochs; the tensors behind it must be the same bytes.
  other=$work/killed/runs/$(basename "$run")
  tensors() { local header; header=$(od -An -tu8 -N8 "$1" | tr -d ' '); tail -c +"$((9 + header))" "$1" | sha256sum; }
  [ "$(tensors "$run/checkpoint.safetensors")" = "$(tensors "$other/checkpoint.safetensors")" ] || { echo "$run: other weights"; exit 1; }
done
echo "killed $killed times: the same table and the same weights in $(ls "$straight/runs" | wc -l) rows"
