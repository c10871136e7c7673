#!/usr/bin/env bash
# Measures the cost of an averaging round without training, for 1 to 16 workers.
# Usage: bench/scaling.sh
set -euo pipefail
cd "$(dirname "$0")/.."
mvn -B -q -ntp test-compile dependency:build-classpath -Dmdep.includeScope=test \
    -Dmdep.outputFile=target/test-classpath >/dev/null
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" @conf/jvm.options -Xmx4g \
    -cp "target/test-classes:target/classes:$(cat target/test-classpath)" io.nightshift.bench.AveragingBenchmark
