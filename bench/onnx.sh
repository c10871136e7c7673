#!/usr/bin/env bash
# Compares models that `export` writes, computed by onnxruntime, with `score` on the first rows of a CSV in the FER2013
# format: labels and largest difference of a score, for each type of pixel and for mirrored views; and the time of one image.
# Usage: PYTHON=python-with-onnxruntime bench/onnx.sh CSV MODEL... ; ROWS is 1000 by default. With the package onnx it also
# checks the files.
set -euo pipefail

[[ $# -ge 2 ]] || { echo "usage: PYTHON=python-with-onnxruntime bench/onnx.sh CSV MODEL..." >&2; exit 2; }
csv=$(realpath "$1")
rows=${ROWS:-1000}
models=()
for model in "${@:2}"; do models+=("$(realpath "$model")"); done
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$home"
python=${PYTHON:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
./submit.sh --version
grep -m1 'model name' /proc/cpuinfo

reader="cat"
[[ $csv == *.gz ]] && reader="zcat"
$reader "$csv" | awk -v rows="$rows" 'NR <= rows + 1' >"$work/rows.csv" || true

for model in "${models[@]}"; do
    for views in none flip; do
        rm -rf "$work/scores"
        ./submit.sh score --model "$model" --input "$work/rows.csv" --output "$work/scores" --master 'local[2]' \
            --set evaluate.test-time-augmentation=$views >/dev/null 2>"$work/log" || { cat "$work/log" >&2; exit 1; }
        for input in uint8 float32; do
            ./submit.sh export --model "$model" --output "$work/model.onnx" --input $input --views $views >/dev/null
            echo "$(basename "$model") $input, views $views: $("$python" bench/onnx_scores.py "$work/model.onnx" \
                "$work/rows.csv" "$work/scores")"
        done
    done
done
