#!/usr/bin/env bash
# Measures the images per second of score against those of the network alone, in turns, with two workers of one thread, and the
# resident memory of score over its run, in MiB.
# Usage: bench/score.sh MODEL FOLDER [PAIRS [OPTION...]]
# FOLDER holds images, such as FER2013's rows as PNGs. Options go to score: --whole-image takes each image as one face.
set -euo pipefail

[[ $# -ge 2 ]] || { echo "usage: bench/score.sh MODEL FOLDER [PAIRS [OPTION...]]" >&2; exit 2; }
model=$(realpath "$1")
folder=$(realpath "$2")
pairs=${3:-3}
options=("${@:4}")
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
cd "$home"

built=target/test-classes/io/nightshift/bench/ScoreBenchmark.class
if [[ ! -f $built || ! -f target/test-classpath || -n $(find pom.xml src/main bench/java -newer "$built" -print -quit) ]]; then
    mvn -B -q -ntp test-compile dependency:build-classpath -Dmdep.includeScope=test \
        -Dmdep.outputFile=target/test-classpath >&2
    touch "$built"
fi

network() {
    "${JAVA_HOME:+$JAVA_HOME/bin/}java" @conf/jvm.options \
        -cp "target/test-classes:target/classes:$(cat target/test-classpath)" \
        io.nightshift.bench.ScoreBenchmark "$model" "$folder" 2 64 60 2>/dev/null | awk '{ print $1 }'
}
score() {
    rm -rf "$out/scores"
    ./submit.sh score --model "$model" --input "$folder" --output "$out/scores" --master 'local[2]' "${options[@]}" \
        >"$out/result" 2>"$out/log" &
    local program=$!
    : >"$out/memory"
    while kill -0 "$program" 2>/dev/null; do
        # From the first progress on: before it the program starts.
        if grep -q 'images in' "$out/log"; then
            awk '/VmRSS/ { printf "%d\n", $2 / 1024 }' "/proc/$program/status" >>"$out/memory" || true
        fi
        sleep 1
    done
    wait "$program"
    grep 'images/s' "$out/log" | tail -n 1 | sed 's/.* \([0-9]*\) images\/s/\1/'
}

for ((pair = 1; pair <= pairs; pair++)); do
    alone=$(network)
    scored=$(score)
    echo "network alone $alone images/s, score $scored images/s: $((100 * scored / alone)) %; memory at a quarter, half, three quarters and the end: $(awk '{ a[NR] = $1 } END { print a[int(NR / 4) + 1], a[int(NR / 2) + 1], a[int(NR * 3 / 4) + 1], a[NR] }' "$out/memory") MiB; $(cat "$out/result")"
done
