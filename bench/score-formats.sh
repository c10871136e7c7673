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

# Prints seconds from the start of the command to its end, and the images a second that it says.
score() {
    local begin end
    rm -rf "${out:?}/$1"
    begin=$(date +%s%N)
    ./submit.sh score --model "$model" --input "$folder" --output "$out/$1" --format "$1" --master 'local[2]' \
        "${options[@]}" >"$out/result" 2>"$out/log"
    end=$(date +%s%N)
    awk -v ns=$((end - begin)) '/images\/s/ { said = $(NF - 1) } END { printf "%.2f %d\n", ns / 1e9, said }' "$out/log"
}
sums() {
    "${JAVA_HOME:+$JAVA_HOME/bin/}java" @conf/jvm.options \
        -cp "target/test-classes:target/classes:$(cat target/test-classpath)" \
        io.nightshift.bench.ScoredRows "$out/$1" 2>/dev/null
}

# What comes second in a pair comes first in the next.
formats=(jsonl parquet)
for ((pair = 1; pair <= pairs; pair++)); do
    for format in "${formats[@]}"; do
        read -r "${format}_seconds" "${format}_said" < <(score "$format")
    done
    formats=("${formats[1]}" "${formats[0]}")
    # shellcheck disable=SC2154 # read above
    awk -v lines="$jsonl_seconds" -v parquet="$parquet_seconds" -v said="$jsonl_said $parquet_said" \
        'BEGIN { split(said, s, " "); printf "JSON lines %.1f s, %d images/s; Parquet %.1f s, %d images/s: %.0f %% as fast\n",
                 lines, s[1], parquet, s[2], 100 * lines / parquet }'
done
echo "$(du -sm "$out/jsonl" | cut -f 1) MB of JSON lines, $(du -sm "$out/parquet" | cut -f 1) MB of Parquet"
[[ $(sums jsonl) == "$(sums parquet)" ]] || { echo "the rows differ: $(sums jsonl) and $(sums parquet)" >&2; exit 1; }
echo "the same in both: $(sums parquet)"
