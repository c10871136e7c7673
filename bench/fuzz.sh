#!/bin/sh
# Feeds the program bad rows, images, models, Keras and ONNX files, configurations, options and control files, made by chance
# from good ones, in one process. Each must be read or refused in one line; others are kept in target/fuzz/.
# Usage: bench/fuzz.sh [inputs of each kind, default 2000] [seed, default by the clock] [kinds, default all]
set -eu
cd "$(dirname "$0")/.."
mvn -B -q test-compile dependency:build-classpath -Dmdep.outputFile=target/test-classpath
exec java @conf/jvm.options -Xmx2g -cp "target/test-classes:target/classes:$(cat target/test-classpath)" \
  io.nightshift.bench.fuzz.Fuzzer "$@"
