#!/usr/bin/env bash
# Measures score to JSON lines against score to Parquet, in turns, with two workers of one thread, and compares the sums
# of the rows of both.
# Usage: bench/score-formats.sh MODEL FOLDER [PAIRS [OPTION...]]
# FOLDER holds images, such as FER2013's rows as PNGs. Options go to score: --whole-image takes each image as one face.
set -euo pipefail

[[ $# -ge 2 ]] || { echo "usage: bench/score-formats.sh MODEL FOLDER [PAIRS [OPTION...]]" >&2; exit 2; }
model=$(realpath "$1")
folder=$(realpath "$2")
pairs=${3:-3}
options=("${@:4}")
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
cd "$home"

built=target/test-classes/io/nightshift/bench/ScoredRows.class
if [[ ! -f $built || ! -f target/test-classpath || -n $(find pom.xml src/main bench/java -newer "$built" -print -quit) ]]; then
    mvn -B -q -ntp test-compile dependency:build-classpath -Dmdep.includeScope=test \
        -Dmdep.outputFile=target/test-classpath >&2
    touch "$built"
fi

score() {
    rm -rf "${out:?}/$1"
    ./submit.sh score --model "$model" --input "$folder" --output "$out/$1" --format "$1" --master 'local[2]' \
        "${options[@]}" >"$out/result" 2>"$out/log"
    grep 'images/s' "$out/log" | tail -n 1 | sed 's/.* \([0-9]*\) images\/s/\1/'
}
sums() {
    "${JAVA_HOME:+$JAVA_HOME/bin/}java" @conf/jvm.options \
        -cp "target/test-classes:target/classes:$(cat target/test-classpath)" \
        io.nightshift.bench.ScoredRows "$out/$1" 2>/dev/null
}

for ((pair = 1; pair <= pairs; pair++)); do
    lines=$(score jsonl)
    parquet=$(score parquet)
    echo "JSON lines $lines images/s, $(du -sm "$out/jsonl" | cut -f 1) MB; Parquet $parquet images/s, $(du -sm "$out/parquet" | cut -f 1) MB: $((100 * parquet / lines)) %"
done
[[ $(sums jsonl) == "$(sums parquet)" ]] || { echo "the rows differ: $(sums jsonl) and $(sums parquet)" >&2; exit 1; }
echo "the same in both: $(sums parquet)"
