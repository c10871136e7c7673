#!/usr/bin/env bash
# Measures whole epochs of the blog's CNN on two cores, in turns: `train` in local[2] with its defaults and mirrored images,
# PyTorch's fastest configuration, and Keras. A figure is the last epoch's examples/s; of several rounds the median.
# Usage: PYTHON=python-with-torch KERAS=python-with-keras bench/epochs.sh CSV [rounds, default 5] [epochs, default 2]
# Without KERAS there is no Keras; PRECISIONS may name fewer. With more epochs the lines of accuracy say how long each takes to a given one.
set -euo pipefail
csv=$(realpath "$1")
rounds=${2:-5}
epochs=${3:-2}
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$home"
python=${PYTHON:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
./submit.sh --version
"$python" -c 'import torch; print("PyTorch", torch.__version__, "with", torch.backends.cpu.get_cpu_capability())'
grep -m1 'model name' /proc/cpuinfo
for set in avx512_bf16 avx512f avx2; do grep -q -w $set /proc/cpuinfo && echo $set && break; done

ours() { # precision
    rm -rf "$work/out"
    ./submit.sh train --data "$csv" --output "$work/out" --run-id one --epochs "$epochs" --master 'local[2]' \
        --set train.precision="$1" --set train.patience-epochs=0 --set augment.flip-probability=0.5 \
        --set log.level=debug >/dev/null 2>"$work/log"
    # The columns are named in the first line.
    awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        { printf "epoch %d seconds %.2f rate %d accuracy %.4f\n", $at["epoch"], $at["seconds"], $at["examples_per_second"], $at["validation_accuracy"] }' \
        "$work/out/runs/one/metrics.csv"
    sed -n 's/.*epoch '"$epochs"': took \([0-9.]*\) s, of which a worker spent \([0-9.]*\) s .*/\1 \2/p' "$work/log" |
        awk '{ printf "%.1f %% of the last epoch is not forward, backward or update\n", 100 * (1 - $2 / $1) }'
}

torch() { # precision
    MALLOC_MMAP_THRESHOLD_=4294967296 MALLOC_TRIM_THRESHOLD_=4294967296 MALLOC_TOP_PAD_=268435456 \
        "$python" bench/torch_epochs.py "$csv" "$epochs" "$1" 2>/dev/null
}

keras() {
    TF_CPP_MIN_LOG_LEVEL=3 "$KERAS" bench/keras_epochs.py "$csv" "$epochs" 2>/dev/null
}

turn() { # name command...
    echo "$1"
    "${@:2}" | tee "$work/last"
    grep -o "^epoch $epochs .*" "$work/last" | grep -o 'rate [0-9]*' | cut -d' ' -f2 >>"$work/rates $1"
}

for ((round = 0; round < rounds; round++)); do
    for precision in ${PRECISIONS:-float32 bfloat16}; do
        turn "nightshift $precision" ours "$precision"
        turn "PyTorch $precision" torch "$precision"
    done
    [[ -z ${KERAS:-} ]] || turn "Keras float32" keras
done

for file in "$work/rates "*; do
    sort -n "$file" | awk -v name="${file##*/rates }" '
        { value[NR] = $1 }
        END { printf "%-24s %6d examples/s (%d to %d)\n", name, value[int((NR + 1) / 2)], value[1], value[NR] }'
done
