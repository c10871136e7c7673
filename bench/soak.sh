#!/usr/bin/env bash
# What one process keeps of long use: memory, file handles, threads and temporary files while it trains, retrains and
# predicts.
# Usage: bench/soak.sh [PREDICTIONS [EPOCHS [RETRAININGS]]]      (100000 200 1000)
set -euo pipefail

home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$home"

built=target/test-classes/io/nightshift/bench/Soak.class
if [[ ! -f $built || ! -f target/test-classpath || -n $(find pom.xml src bench/java -newer "$built" -print -quit) ]]; then
    mvn -B -q -ntp test-compile dependency:build-classpath -Dmdep.includeScope=test \
        -Dmdep.outputFile=target/test-classpath >&2
    touch "$built"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/temporary" "$work/files"
"${JAVA_HOME:+$JAVA_HOME/bin/}java" @conf/jvm.options -Xmx1g -Djava.io.tmpdir="$work/temporary" \
    -cp "target/test-classes:target/classes:$(cat target/test-classpath)" \
    io.nightshift.bench.Soak "$work/files" "${1:-100000}" "${2:-200}" "${3:-1000}"
