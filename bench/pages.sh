#!/usr/bin/env bash
# Measures the gain of huge memory pages, in turns. For the heap: a short job as a whole, 2 epochs of 200 rows, most of which is
# start and end. For native memory: an epoch of the deep network on 1,280 rows, whose convolutions allocate their scratch memory
# anew in every step.
# Usage: bench/pages.sh CSV [PAIRS]
set -euo pipefail

csv=$(realpath "$1")
pairs=${2:-5}
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$home"
./submit.sh --version
cat /sys/kernel/mm/transparent_hugepage/enabled

rows() {
    reader="cat"
    [[ $csv == *.gz ]] && reader="zcat"
    $reader "$csv" | awk -F, -v n="$1" 'NR == 1 || ($3 ~ /^Training/ && ++a <= n) || ($3 ~ /^PublicTest/ && ++b <= 64)'
}
rows 200 >"$work/short.csv"
rows 1280 >"$work/deep.csv"

short() { # prints seconds: elapsed, and of the processors in user and system mode
    TIMEFORMAT='short %R %U %S'
    time NIGHTSHIFT_JAVA_OPTIONS="$1" ./submit.sh train --data "$work/short.csv" --output "$work/out" --epochs 2 \
        --master 'local[2]' >/dev/null 2>&1
}
deep() { # prints examples per second, and the training loss, which must be the same
    env "$@" ./submit.sh train --conf conf/recipes/deep.conf --data "$work/deep.csv" --output "$work/out" --epochs 1 \
        --master 'local[2]' --set train.warm-up-epochs=0.2 2>&1 >/dev/null |
        sed -nE 's/^epoch 1\/1: loss ([0-9.]+), .* ([0-9]+) examples\/s, took.*/deep \2 loss \1/p'
}

for ((pair = 1; pair <= pairs; pair++)); do
    echo "small pages: $({ short -XX:-UseTransparentHugePages; } 2>&1)"
    echo "huge pages:  $({ short -XX:+UseTransparentHugePages; } 2>&1)"
done
for ((pair = 1; pair <= pairs; pair++)); do
    echo "small pages: $(deep -u GLIBC_TUNABLES)"
    echo "huge pages:  $(deep GLIBC_TUNABLES=glibc.malloc.hugetlb=1)"
done
