#!/usr/bin/env bash
# Runs on a machine with an NVIDIA card, from the folder that pack.sh packed: run.sh [machine|images|step|job|timing]...; all but
# timing if none is named. Finds CUDA 13 and cuDNN 9 in the system or beside python3's PyTorch, with which it compares. Ends with 1
# if a check fails.
#   machine  versions, and what the program chooses
#   images   changed images against those of the processor
#   step     losses, gradients and Adam steps against PyTorch in float64 (networks in NETWORKS)
#   job      trainings by the program, options in JOBS, one a line
#   timing   the step beside PyTorch's (settings in NIGHTSHIFT_TIMING and PYTORCH_TIMING)
# shellcheck disable=SC2317 # the parts are called by their names
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=${WORK:-$here/work}
libraries=(libcudart.so.13 libcublas.so.13 libnvrtc.so.13 libcudnn.so.9)
failed=0
mkdir -p "$work"

# The folders in which a library may lie, the system's first.
folders() {
    tr ':' '\n' <<< "${LD_LIBRARY_PATH:-}"
    ldconfig -p 2>/dev/null | sed -n 's/.* => \(.*\)\/[^/]*$/\1/p' | sort -u
    printf '%s\n' /usr/local/cuda-13*/lib64 /usr/local/cuda/lib64 /usr/local/nvidia/lib64 /usr/lib/wsl/lib
    python3 -c 'import site, sys; print("\n".join(site.getsitepackages() + sys.path))' 2>/dev/null \
        | while read -r packages; do printf '%s\n' "$packages"/nvidia/*/lib; done
}

find_libraries() {
    local all library folder found=
    all=$(folders | grep . | awk '!seen[$0]++')
    for library in libcuda.so.1 "${libraries[@]}"; do
        folder=$(while read -r one; do [[ -e $one/$library ]] && { echo "$one"; break; }; done <<< "$all")
        if [[ -z $folder ]]; then
            echo "error: $library was not found" >&2
        else
            echo "$library: $folder ($(basename "$(readlink -f "$folder/$library")"))" >&2
            [[ :$found: == *:$folder:* ]] || found=$found${found:+:}$folder
        fi
    done
    echo "$found"
}

java() {
    LD_LIBRARY_PATH=$library_path "$here/jre/bin/java" "@$here/program/jvm.options" \
        -Dorg.bytedeco.javacpp.cachedir="$work/cache" \
        -cp "$here/classes:$(printf '%s:' "$here"/program/*.jar "$here"/natives/*.jar)" "$@" \
        2> >(grep -v '^Warning: Versions of' >&2)
}

nightshift() {
    java io.nightshift.cli.Nightshift "$@"
}

check() {
    local class=$1
    shift
    java "io.nightshift.engine.gpu.$class" "$@"
}

machine() {
    nvidia-smi --query-gpu=name,compute_cap,driver_version,memory.total --format=csv,noheader
    grep -m1 'model name' /proc/cpuinfo
    nightshift train --epochs 1 --set demo.rows=140 --set backend=cuda --output "$work/machine" 2>&1
}

images() {
    check ImagesCheck
}

step() {
    local result=0 settings network
    for batch in 64 37; do
        settings=()
        for network in ${NETWORKS:-blog-cnn compact deep}; do
            settings+=("float32-$network")
            [[ $batch == 64 ]] && settings+=("tf32-$network" "bfloat16-$network")
        done
        python3 "$here/reference.py" draw "$work/$batch" "$batch" || return 1
        check StepCheck "$work/$batch" "$batch" "${settings[@]}" || result=1
        python3 "$here/reference.py" compare "$work/$batch" "$batch" "${settings[@]}" || result=1
    done
    return "$result"
}

job() {
    local result=0 options
    while read -r options; do
        echo "-- train $options"
        # shellcheck disable=SC2086 # several options
        nightshift train --set log.level=debug --output "$work/job" $options 2>&1 || result=1
    done <<< "${JOBS:---epochs 3 --set demo.rows=3000 --set train.workers=auto --set train.batch-size-per-worker=64 --set backend=cuda}"
    return "$result"
}

timing() {
    local ours=() theirs=() batch precision variant
    for batch in 64 256 1024; do
        for precision in tf32 bfloat16; do
            for network in blog-cnn compact deep; do
                ours+=("$precision-$network-$batch")
                for variant in channels-last contiguous-one-graph channels-last-one-graph compiled; do
                    theirs+=("$precision-$network-$variant-$batch")
                done
            done
        done
    done
    # shellcheck disable=SC2206 # lists of settings
    ours=(${NIGHTSHIFT_TIMING:-${ours[@]}}) theirs=(${PYTORCH_TIMING:-${theirs[@]}})
    check StepTiming "${ours[@]}"
    python3 "$here/reference.py" timing "${theirs[@]}"
}

library_path=$(find_libraries)
[[ $# -gt 0 ]] || set -- machine images step job
for part in "$@"; do
    echo "== $part"
    start=$SECONDS
    "$part" || failed=1
    echo "== $part took $((SECONDS - start)) s"
done
exit "$failed"
