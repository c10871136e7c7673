#!/usr/bin/env bash
# Measures the rows per second of reading a CSV; without one it draws one of FER2013's size.
# Usage: bench/read.sh [CSV]
set -euo pipefail

home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
csv=${1:+$(realpath "$1")}
cd "$home"

built=target/test-classes/io/nightshift/bench/ReadBenchmark.class
if [[ ! -f $built || ! -f target/test-classpath || -n $(find pom.xml src bench/java -newer "$built" -print -quit) ]]; then
    mvn -B -q -ntp test-compile dependency:build-classpath -Dmdep.includeScope=test \
        -Dmdep.outputFile=target/test-classpath >&2
    touch "$built"
fi

exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" @conf/jvm.options -Xmx3g \
    -cp "target/test-classes:target/classes:$(cat target/test-classpath)" \
    io.nightshift.bench.ReadBenchmark ${csv:+"$csv"}
