#!/usr/bin/env bash
# Measures the cost of the whole training job beside the arithmetic: time to the first iteration, the share of an epoch that
# is not forward, backward or update, and peak resident memory on the whole CSV; time per epoch against rows; resident
# memory over 30 epochs.
# Usage: bench/job.sh CSV
set -euo pipefail

csv=$(realpath "$1")
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$home"
./submit.sh --version

# Runs a training; leaves its debug log in $work/log and a line "seconds epoch-lines resident-kB peak-kB" a second.
train() {
    local data=$1 epochs=$2
    : >"$work/log"
    : >"$work/memory"
    local begin=$EPOCHREALTIME
    ./submit.sh train --data "$data" --output "$work/out" --epochs "$epochs" --master 'local[2]' \
        --set log.level=debug --set train.patience-epochs=0 >/dev/null 2>"$work/log" &
    local pid=$!
    while kill -0 $pid 2>/dev/null; do
        awk -v begin="$begin" -v now="$EPOCHREALTIME" -v epochs="$(grep -c 'epoch [0-9]*: begins' "$work/log" || true)" \
            '/VmHWM/ { peak = $2 } /VmRSS/ { resident = $2 } END { print now - begin, epochs, resident, peak }' \
            /proc/$pid/status >>"$work/memory" 2>/dev/null || true
        sleep 0.5
    done
    wait $pid
}
epoch_seconds() { sed -n "s/.*epoch $1: took \([0-9.]*\) s, .*/\1/p" "$work/log"; }
head_of() {
    local reader="cat"
    [[ $csv == *.gz ]] && reader="zcat"
    $reader "$csv" | awk -F, -v rows="$1" \
        'NR == 1 || ($3 ~ /^Training/ && ++a <= rows) || ($3 ~ /^PublicTest/ && ++b <= 500)' >"$work/rows-$1.csv"
}

train "$csv" 2
echo "whole CSV: $(awk '$2 > 0 { print $1; exit }' "$work/memory") s from start to the first iteration," \
    "peak resident memory $(awk '$4 > peak { peak = $4 } END { printf "%.2f", peak / 1048576 }' "$work/memory") GiB"
sed -n 's/.*epoch 2: took \([0-9.]*\) s, of which a worker spent \([0-9.]*\) s .*/\1 \2/p' "$work/log" |
    awk '{ printf "whole CSV, second epoch: %.1f s, of which %.1f %% is not forward, backward or update\n", $1, 100 * (1 - $2 / $1) }'

head_of 6000
head_of 24000
train "$work/rows-6000.csv" 3
few=$(epoch_seconds 3)
train "$work/rows-24000.csv" 3
many=$(epoch_seconds 3)
echo "third epoch: 6,000 rows $few s, 24,000 rows $many s: $(awk "BEGIN { printf \"%.2f\", $many / $few }") times"

# The JVM takes its whole heap at the start: what grows is memory outside of it.
head_of 2000
NIGHTSHIFT_JAVA_OPTIONS="-Xms2g -XX:+AlwaysPreTouch" train "$work/rows-2000.csv" 30
awk '$2 > last { last = $2; if (last % 5 == 1 || last == 30) printf "epoch %d begins with %.2f GiB resident\n", last, $3 / 1048576 }' \
    "$work/memory"
