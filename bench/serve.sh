#!/usr/bin/env bash
# Measures serve from another process on this machine: the time until it is ready, one client's median, and the requests per
# second of many clients, beside the network alone on one thread (PredictBenchmark).
# Usage: bench/serve.sh [MODEL [CLIENTS [REQUESTS]]]
set -euo pipefail
cd "$(dirname "$0")/.."
model=${1:-models/compact.zip}
clients=${2:-50}
requests=${3:-20000}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
mvn -B -q -ntp test-compile dependency:build-classpath -Dmdep.outputFile=target/test-classpath >&2
./submit.sh --version >&2
conf/class-data.sh
bench() {
    local class=$1
    shift
    "${JAVA_HOME:+$JAVA_HOME/bin/}java" @conf/jvm.options -cp "target/test-classes:target/classes:$(cat target/test-classpath)" \
        "io.nightshift.bench.$class" "$@" 2>/dev/null
}

bench PredictBenchmark "$model" | grep 'many at once'
begin=$(date +%s%N)
./submit.sh serve --model "$model" --port 0 >"$out/url" 2>"$out/log" &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -rf "$out"' EXIT
until grep -q '^Serving on' "$out/url"; do
    kill -0 "$server" 2>/dev/null || { cat "$out/log" >&2; exit 1; }
    sleep 0.02
done
echo "ready after $((($(date +%s%N) - begin) / 1000000)) ms"
bench ServeBenchmark "$(sed 's/^Serving on //' "$out/url")" "$clients" "$requests"
awk '/VmRSS|VmHWM/ { printf "%s %d MiB\n", $1, $2 / 1024 }' "/proc/$server/status"
