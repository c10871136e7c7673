#!/usr/bin/env bash
# Measures the engine against PyTorch in every configuration that a user could try, on the blog's CNN: steps alone, random
# images, minibatches of 64, on two cores. All take turns; each figure is the median of the rounds.
# Usage: PYTHON=python-with-torch bench/peers.sh [rounds, default 5] [minibatches a round, default 20]
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-5}
batches=${2:-20}
python=${PYTHON:-python3}
"$python" -c 'import torch; print("PyTorch", torch.__version__, "with", torch.backends.cpu.get_cpu_capability())'
grep -m1 'model name' /proc/cpuinfo
for set in avx512_bf16 avx512f avx2; do grep -q -w $set /proc/cpuinfo && echo $set && break; done
mvn -B -q test-compile dependency:build-classpath -Dmdep.outputFile=target/test-classpath
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

torch() { # processes threads layout mode precision
    # glibc keeps its memory: without it every minibatch pays for fresh pages.
    MALLOC_MMAP_THRESHOLD_=4294967296 MALLOC_TRIM_THRESHOLD_=4294967296 MALLOC_TOP_PAD_=268435456 \
        "$python" bench/torch_peers.py "$@" "$batches" 2>/dev/null >>"$work/torch $*" || echo "failed: torch $*" >&2
}

engine() { # workers threads precision
    java @conf/jvm.options -Xmx2g -cp "target/test-classes:target/classes:$(cat target/test-classpath)" \
        io.nightshift.bench.PeerBenchmark "$@" "$batches" 2>/dev/null >>"$work/engine $*"
}

for ((round = 0; round < rounds; round++)); do
    for precision in float32 bfloat16; do
        engine 2 1 $precision
        for layout in nchw nhwc; do
            for mode in eager compiled; do
                torch 1 2 $layout $mode $precision
                torch 2 1 $layout $mode $precision
            done
        done
    done
done

for file in "$work"/*; do
    for what in train score; do
        grep -o "$what [0-9]*" "$file" | cut -d' ' -f2 | sort -n | awk -v name="$(basename "$file")" -v what=$what '
            { value[NR] = $1 }
            END { printf "%-44s %s %6d (%d to %d)\n", name, what, value[int((NR + 1) / 2)], value[1], value[NR] }'
    done
done
