#!/usr/bin/env bash
# Measures how long one face takes (EmotionModel.predict), alone and beside other work, and the processor time of one
# `predict` from start to answer. Usage: bench/predict.sh [MODEL] [PICTURE]
set -euo pipefail
cd "$(dirname "$0")/.."
model=${1:-models/compact.zip}
picture=${2:-}
mvn -B -q test-compile dependency:build-classpath -Dmdep.outputFile=target/test-classpath
java @conf/jvm.options -cp "target/test-classes:target/classes:$(cat target/test-classpath)" \
    io.nightshift.bench.PredictBenchmark "$model"
if [[ $picture ]]; then
    ./submit.sh --version
    for _ in 1 2 3 4 5; do
        (TIMEFORMAT='predict, whole program: %R s, processor time %U + %S s'
            time ./submit.sh predict --model "$model" "$picture" >/dev/null)
    done
fi
