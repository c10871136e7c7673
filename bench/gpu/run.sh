#!/usr/bin/env bash
# Runs on a machine with an NVIDIA card, from the folder that pack.sh packed: run.sh [machine|step|timing]...; all but timing if none
# is named. Finds CUDA 13 and cuDNN 9 in the system or beside python3's PyTorch, with which it compares. Ends with 1 if a check fails.
#   machine  versions, the product's choice of a backend, one convolution
#   step     losses, gradients and Adam steps of the blog's CNN
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
    LD_LIBRARY_PATH=$library_path "$here/jre/bin/java" -Dorg.bytedeco.javacpp.cachedir="$work/cache" "$@" \
        2> >(grep -v '^Warning: Versions of' >&2)
}

check() {
    local class=$1
    shift
    java -cp "$here/classes:$(printf '%s:' "$here"/lib/*.jar)" "io.nightshift.engine.gpu.$class" "$@"
}

product() {
    "$here/jre/bin/java" "@$here/product/jvm.options" -cp "$(printf '%s:' "$here"/product/*.jar)" io.nightshift.cli.Nightshift \
        train --output "$work/product-$1" --set "backend=$1" 2>&1 | head -n 1
    echo "(exit status ${PIPESTATUS[0]})"
}

machine() {
    nvidia-smi --query-gpu=name,compute_cap,driver_version,memory.total --format=csv,noheader
    echo "the product, backend = cuda: $(product cuda)"
    echo "the product, backend = auto, first line: $(product auto)"
    python3 "$here/reference.py" draw "$work" 64 || return 1
    check ConvolutionCheck "$work" && python3 "$here/reference.py" convolution "$work"
}

step() {
    local result=0 settings
    for batch in 64 37; do
        settings=(float32-nchw float32-nchw-dropout float32-nhwc float32-nhwc-dropout)
        [[ $batch == 64 ]] && settings+=(tf32-nhwc-dropout)
        python3 "$here/reference.py" draw "$work/$batch" "$batch" || return 1
        check StepCheck "$work/$batch" "$batch" "${settings[@]}" || result=1
        python3 "$here/reference.py" compare "$work/$batch" "$batch" "${settings[@]}" || result=1
    done
    return "$result"
}

timing() {
    [[ -e $work/pixels ]] || python3 "$here/reference.py" draw "$work" 64 || return 1
    local ours=() theirs=() batch precision variant
    for batch in 64 256 1024; do
        for precision in float32 tf32; do
            ours+=("$precision-nchw-$batch" "$precision-nhwc-$batch")
            for variant in contiguous channels-last contiguous-one-graph channels-last-one-graph compiled graphs; do
                theirs+=("$precision-$variant-$batch")
            done
        done
    done
    # shellcheck disable=SC2206 # lists of settings
    ours=(${NIGHTSHIFT_TIMING:-${ours[@]}}) theirs=(${PYTORCH_TIMING:-${theirs[@]}})
    check StepTiming "$work" "${ours[@]}"
    python3 "$here/reference.py" timing "$work" "${theirs[@]}"
}

library_path=$(find_libraries)
[[ $# -gt 0 ]] || set -- machine step
for part in "$@"; do
    echo "== $part"
    start=$SECONDS
    "$part" || failed=1
    echo "== $part took $((SECONDS - start)) s"
done
exit "$failed"
