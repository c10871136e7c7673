#!/usr/bin/env bash
# Tells Spark which GPUs training can use, in the format of Spark's resource discovery:
# {"name": "gpu", "addresses": ["0","1"]}. Cards that cannot be used are left out, and named on standard error: those older than
# CUDA 13 supports, or with NIGHTSHIFT_CUDA=11, for a build of -Pcuda-11, those that ND4J has no code for.
set -euo pipefail

cards=$(nvidia-smi --query-gpu=index,uuid,name,compute_cap --format=csv,noheader) || {
    echo "nvidia-smi failed: $cards" >&2
    cards=
}
case ${NIGHTSHIFT_CUDA:-13} in
    11) least=3.7 below=9.0 range="3.7 to 8.9" ;;
    *) least=7.5 below=1000 range="7.5 and above" ;;
esac
awk -F', *' -v visible="${CUDA_VISIBLE_DEVICES-all}" -v least="$least" -v below="$below" -v range="$range" '
    function is_visible(index_, uuid,    devices, i, n) {
        if (visible == "all") return 1
        n = split(visible, devices, ",")
        for (i = 1; i <= n; i++) if (devices[i] == index_ || devices[i] ~ /^GPU-/ && index(uuid, devices[i]) == 1) return 1
        return 0
    }
    NF == 4 && is_visible($1, $2) {
        if ($4 + 0 >= least && $4 + 0 < below) addresses = addresses (addresses == "" ? "" : ",") "\"" $1 "\""
        else print "left out: GPU " $1 " (" $3 "), compute capability " $4 "; " range " can be used" >"/dev/stderr"
    }
    END { print "{\"name\": \"gpu\", \"addresses\": [" addresses "]}" }' <<<"$cards"
