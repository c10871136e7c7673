#!/usr/bin/env bash
# Trains and scores in very many steps, and prints resident memory on the way. Usage: bench/soak-engine.sh [steps, default 100000]
set -euo pipefail
cd "$(dirname "$0")/.."
mvn -B -q test-compile dependency:build-classpath -Dmdep.outputFile=target/test-classpath
# The whole heap from the start: what grows is outside of it.
java @conf/jvm.options -Xms512m -Xmx512m -XX:+AlwaysPreTouch \
    -cp "target/test-classes:target/classes:$(cat target/test-classpath)" io.nightshift.bench.EngineSoak "${1:-100000}"
