#!/usr/bin/env bash
# Images a second of score, on a folder of images, against the same images as rows that are only predicted (evaluate, whose debug
# log says its own examples a second):
#   bench/score.sh MODEL CSV FOLDER       FOLDER holds the CSV's rows as images; each is taken as one face
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[[ $# -eq 3 ]] || { echo "usage: bench/score.sh MODEL CSV FOLDER" >&2; exit 2; }

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
echo "score, the folder $3:"
./submit.sh score --model "$1" --input "$3" --output "$out/folder" --whole-image 2>&1 | grep -E 'images/s|Scored' | tail -n 2
echo "score, the CSV $2:"
./submit.sh score --model "$1" --input "$2" --output "$out/csv" 2>&1 | grep -E 'images/s|Scored' | tail -n 2
echo "the network alone:"
./submit.sh evaluate --model "$1" --data "$2" --split training --set log.level=debug 2>&1 | grep -E 'a second'
