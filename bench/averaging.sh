#!/usr/bin/env bash
# Measures the accuracy that averaging costs: trains one recipe with other numbers of workers and other settings, on equally
# many examples.
# Usage: bench/averaging.sh CSV [RECIPE] [WORKERS[:KEY=VALUE,...] ...]
# Prints a line for each: PublicTest accuracy, macro F1, recall of disgust, loss, minutes of training.
set -euo pipefail

csv=$(realpath "$1")
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
recipe=$(realpath "${2:-$home/conf/recipes/quick.conf}")
shift $(($# < 2 ? $# : 2))
(($#)) || set -- 1 2:train.batch-size=0 4:train.batch-size=0 2 4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$home"

echo "workers settings accuracy macro_f1 disgust_recall loss minutes"
for run in "$@"; do
    workers=${run%%:*} keys=${run#"${run%%:*}"} arguments=()
    for key in $(tr ':,' '  ' <<<"$keys"); do
        arguments+=(--set "$key")
    done
    ./submit.sh train --conf "$recipe" --master 'local[2]' --data "$csv" --output "$work/out" --run-id run \
        --set train.workers="$workers" "${arguments[@]}" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
    minutes=$(awk -F, 'NR > 1 { seconds += $7 } END { printf "%.1f", seconds / 60 }' "$work/out/runs/run/metrics.csv")
    python3 - "$workers" "${keys#:}" "$minutes" "$work/out/runs/run/evaluation/public_test.json" <<'PYTHON'
import json, sys
workers, keys, minutes, file = sys.argv[1:]
figures = json.load(open(file))
print(workers, keys or "-", f"{figures['accuracy']:.4f} {figures['macro_f1']:.4f} {figures['classes'][1]['recall']:.4f} "
      f"{figures['loss']:.4f}", minutes, flush=True)
PYTHON
    rm -rf "$work/out"
done
