#!/usr/bin/env bash
# What averaging costs in accuracy: one recipe, equal numbers of examples seen, other numbers of workers and minibatches between
# averagings. bench/averaging.sh CSV [RECIPE] [WORKERS:FREQUENCY ...]
# Prints a line for each: PublicTest accuracy, macro F1, recall of disgust, loss, minutes of training.
set -euo pipefail

csv=$(realpath "$1")
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
recipe=$(realpath "${2:-$home/conf/recipes/quick.conf}")
shift $(($# < 2 ? $# : 2))
(($#)) || set -- 1:10 2:10 4:10 8:10 2:1 2:50
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$home"

echo "workers frequency accuracy macro_f1 disgust_recall loss minutes"
for setting in "$@"; do
    workers=${setting%:*} frequency=${setting#*:}
    ./submit.sh train --conf "$recipe" --master 'local[2]' --data "$csv" --output "$work/out" --run-id run --set train.workers="$workers" \
        --set train.averaging-frequency="$frequency" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
    minutes=$(awk -F, 'NR > 1 { seconds += $7 } END { printf "%.1f", seconds / 60 }' "$work/out/runs/run/metrics.csv")
    python3 - "$workers" "$frequency" "$minutes" "$work/out/runs/run/evaluation/public_test.json" <<'PYTHON'
import json, sys
workers, frequency, minutes, file = sys.argv[1:]
figures = json.load(open(file))
print(workers, frequency, f"{figures['accuracy']:.4f} {figures['macro_f1']:.4f} {figures['classes'][1]['recall']:.4f} "
      f"{figures['loss']:.4f}", minutes, flush=True)
PYTHON
    rm -rf "$work/out"
done
