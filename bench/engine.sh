#!/bin/sh
# Measures the engine against DL4J's own layers in examples per second, training and inference, on random images:
# once as two workers of one thread (as in Spark's local[2]), once as one worker of two threads.
# Usage: bench/engine.sh [pairs of runs, default 5] [architecture, default blog-cnn]
set -eu
cd "$(dirname "$0")/.."
pairs=${1:-5}
architecture=${2:-blog-cnn}
mvn -B -q test-compile dependency:build-classpath -Dmdep.outputFile=target/test-classpath
for shape in "2 1" "1 2"; do
  # shellcheck disable=SC2086 # workers and threads are two arguments
  java @conf/jvm.options -Xmx2g -cp "target/test-classes:target/classes:$(cat target/test-classpath)" \
    io.nightshift.bench.EngineBenchmark $shape "$pairs" "$architecture"
done
