#!/usr/bin/env bash
# Measures the face detectors: what each finds, misses and takes for a face on pictures made of drawn heads and, if a CSV in the
# FER2013 format is named, of its faces; and milliseconds per picture. FIRST chooses other pictures and faces. DETECTOR=FILE, as
# often as there are files, is yunet=FILE or blazeface=FILE.
# Usage: bench/faces.sh [CSV.gz|- [FIRST [DETECTOR=FILE ...]]]
set -euo pipefail
cd "$(dirname "$0")/.."
mvn -B -q -ntp test-compile dependency:build-classpath -Dmdep.outputFile=target/test-classpath >&2
"${JAVA_HOME:+$JAVA_HOME/bin/}java" @conf/jvm.options -cp "target/test-classes:target/classes:$(cat target/test-classpath)" \
    io.nightshift.bench.FaceBenchmark "${1:--}" "${2:-0}" "${@:3}" 2>/dev/null
