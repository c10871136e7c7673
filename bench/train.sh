#!/usr/bin/env bash
# Measures training and scoring of the blog's CNN against its peers, in turns, on two cores: minibatches of 64, Adam, real rows.
# Peers: PyTorch of /usr/bin/python3 (PYTHON names another; give its version with the figures) as one process of two threads and
# as two processes of one thread, and dl4j-spark as it is.
# Usage: bench/train.sh CSV [PAIRS]
set -euo pipefail

csv=$(realpath "$1")
pairs=${2:-5}
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$home"

mvn -B -q -ntp test-compile dependency:build-classpath -Dmdep.includeScope=test \
    -Dmdep.outputFile=target/test-classpath >/dev/null
./submit.sh --version

# A header and 12,000 training and 2,000 test rows are enough for an epoch to be steady.
reader="cat"
[[ $csv == *.gz ]] && reader="zcat"
$reader "$csv" | awk -F, 'NR == 1 || ($3 ~ /^Training/ && ++a <= 12000) || ($3 ~ /^PublicTest/ && ++b <= 2000)' >"$work/rows.csv"

ours() {
    ./submit.sh train --data "$work/rows.csv" --output "$work/out" --epochs 3 --master 'local[2]' \
        --set log.level=debug >/dev/null 2>"$work/log"
    # The last epoch: the JVM warms up in the first ones.
    awk '/epoch 3\/3: loss/ { for (i = 2; i <= NF; i++) if ($i ~ /^examples\/s/) train = $(i - 1) }
         / training: predicted/ { score = $(NF - 2) } END { print "train", train, "score", score }' "$work/log"
}
stock() {
    java @conf/jvm.options -Xmx6g -cp "target/test-classes:target/classes:$(cat target/test-classpath)" \
        io.nightshift.bench.StockBenchmark "$work/rows.csv" 2>/dev/null
}
torch() {
    "${PYTHON:-/usr/bin/python3}" bench/torch_blog_cnn.py "$work/rows.csv" "$1" "$2" 60
}

for ((pair = 1; pair <= pairs; pair++)); do
    for peer in ours 'torch 1 2' 'torch 2 1' stock; do
        echo "$peer: $($peer)" | tee -a "$work/figures"
    done
done

median() { sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
for peer in ours 'torch 1 2' 'torch 2 1' stock; do
    echo "median of $pairs, $peer: train $(sed -n "s/^$peer: train \([0-9]*\).*/\1/p" "$work/figures" | median)" \
        "score $(sed -n "s/^$peer: .*score \([0-9]*\)/\1/p" "$work/figures" | median) examples/s"
done
