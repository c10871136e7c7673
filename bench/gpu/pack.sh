#!/usr/bin/env bash
# Packs what a machine with an NVIDIA card, and no JDK, needs for the GPU checks: bench/gpu/pack.sh [FOLDER]
# It makes FOLDER/natives.tar.xz (libraries of ND4J and oneDNN) and FOLDER/program.tar.xz (a small Java, the program built with
# -Pcuda, the checks), in target unless a folder is given. On that machine: unpack both, then gpu-check/run.sh.
# Needs a JDK 17 with its jmods, and Maven, on linux-x86_64.
set -euo pipefail

home=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
folder=$(realpath -m "${1:-$home/target}")
pack=$home/target/gpu-check
# Jars travel whole up to the one size, and up to the other if a training here loaded something of them; of the rest only the
# packages of which it loaded a class.
small_jar_bytes=100000
large_jar_bytes=8000000
java_home=${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")}

rm -rf "$pack"
mkdir -p "$pack"/{program,natives,classes} "$folder"

echo "Building" >&2
mvn -B -q -ntp -f "$home/pom.xml" -Pcuda -DskipTests -Dcluster-jar.skip package >/dev/null
cp "$home/target/nightshift.jar" "$home/conf/jvm.options" "$pack/program"
(cd "$home/target/test-classes" && find io/nightshift/engine/gpu io/nightshift/config/TestSettings.class -type f \
    -exec cp --parents -t "$pack/classes" {} +)

echo "Making a small Java" >&2
"$java_home/bin/jlink" --output "$pack/jre" --strip-debug --no-header-files --no-man-pages --compress=0 \
    --add-modules java.se,jdk.unsupported,jdk.security.auth,jdk.management,jdk.httpserver,jdk.zipfs,jdk.crypto.ec

echo "Training here, to see which classes that takes" >&2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
classpath=$(cat "$home/target/classpath")
# No card is here: with auto it trains on the processor.
(cd "$work" && "$java_home/bin/java" "@$home/conf/jvm.options" -Xshare:off "-Xlog:class+load:file=$work/log" \
    -cp "$home/target/nightshift.jar:$classpath" io.nightshift.cli.Nightshift train \
    --set demo.rows=140 --epochs 2 --set model.architecture=compact --set augment.flip-probability=0.5 --output "$work/out" >&2)
(cd "$work" && "$java_home/bin/java" "@$home/conf/jvm.options" -Xshare:off "-Xlog:class+load:file=$work/log2" \
    -cp "$home/target/nightshift.jar:$classpath" io.nightshift.cli.Nightshift demo-data --output "$work/faces.csv" >&2)
cat "$work/log" "$work/log2" | sed -n 's/^.*\] \([^ ]*\) source: file:\(.*\.jar\)$/\2 \1/p' | sort -u > "$work/loaded"

# Whole: the program's own, small ones, and what the card's side loads. Of natives, those that training loads.
echo "Packing" >&2
tr ':' '\n' <<< "$classpath" | while read -r jar; do
    name=$(basename "$jar")
    case $name in
        ffmpeg-*linux* | opencv-*linux* | hdf5-*linux*) continue ;;
        nd4j-native-*linux* | dnnl-*linux* | openblas-*linux*)
            mkdir "$work/$name"
            (cd "$work/$name" && unzip -qo "$jar" && "$java_home/bin/jar" -c -f "$pack/natives/$name" -0 .)
            continue ;;
    esac
    size=$(stat -c %s "$jar")
    if [[ $name == cuda-* || $name == javacpp-* ]] || (( size < small_jar_bytes )); then
        cp "$jar" "$pack/program"
        continue
    fi
    slim=$work/${name%.jar}
    mkdir "$slim"
    # What is no class, but libraries of other platforms.
    unzip -Z1 "$jar" | grep -vE '\.class$|/$|\.(dll|dylib|jnilib|SF|RSA|DSA)$|^(darwin|win|freebsd|aix|.*(aarch64|ppc|s390|arm|loongarch|riscv|i386))' \
        > "$slim.list" || true
    grep -F "$jar " "$work/loaded" | cut -d' ' -f2 | sed 's/\.[^.]*$//' | tr . / | sort -u > "$slim.packages" || true
    if [[ -s $slim.packages ]] && (( size < large_jar_bytes )); then
        unzip -Z1 "$jar" | grep '\.class$' >> "$slim.list"
    elif [[ -s $slim.packages ]]; then
        unzip -Z1 "$jar" | grep '\.class$' | awk 'NR == FNR { wanted[$0]; next }
            { package = $0; sub("/[^/]*$", "", package) } package in wanted' "$slim.packages" - >> "$slim.list"
    fi
    # unzip takes $ in a name as it is, but no list from a file. It ends with a warning where two names are one.
    (cd "$slim" && { xargs -d '\n' -a "$slim.list" unzip -qo "$jar" 2>/dev/null || true; })
    (cd "$slim" && "$java_home/bin/jar" -c -f "$pack/program/$name" -0 .)
done

cp "$home/bench/gpu/run.sh" "$home/bench/gpu/reference.py" "$pack"
tar -C "$home/target" -cf - gpu-check/natives | xz -2 -T2 > "$folder/natives.tar.xz"
rm -rf "$pack/natives"
tar -C "$home/target" -cf - gpu-check | xz -6 -T2 > "$folder/program.tar.xz"
du -h "$folder/natives.tar.xz" "$folder/program.tar.xz" >&2
