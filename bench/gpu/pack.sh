#!/usr/bin/env bash
# Packs what a machine with an NVIDIA card, and no JDK, needs for the GPU checks: bench/gpu/pack.sh [FILE.tar.xz]
# On that machine: tar xf gpu-check.tar.xz && gpu-check/run.sh. Needs a JDK 17 with its jmods, and Maven, on linux-x86_64.
set -euo pipefail

home=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
archive=$(realpath -m "${1:-$home/target/gpu-check.tar.xz}")
pack=$home/target/gpu-check
# Jars larger than this travel without the classes that the check of the backend did not load.
whole_jar_bytes=3000000

cuda_version=$(sed -n 's|.*<cuda.version>\(13[^<]*\)</cuda.version>.*|\1|p' "$home/pom.xml")
javacpp_version=$(sed -n 's|.*<javacpp.version>\(.*\)</javacpp.version>.*|\1|p' "$home/pom.xml")
dl4j_version=$(sed -n 's|.*<dl4j.version>\(.*\)</dl4j.version>.*|\1|p' "$home/pom.xml")
java_home=${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")}

rm -rf "$pack"
mkdir -p "$pack/lib" "$pack/product" "$pack/classes"
copy() {
    mvn -B -q -ntp -f "$home/pom.xml" dependency:copy -Dartifact="$1" -DoutputDirectory="$2" >/dev/null
}

echo "Compiling" >&2
mvn -B -q -ntp -f "$home/pom.xml" -DskipTests -Dcluster-jar.skip package >/dev/null
for tree in classes test-classes; do
    (cd "$home/target/$tree" && find io/nightshift/engine/gpu -type f -exec cp --parents -t "$pack/classes" {} +)
done
copy "org.bytedeco:javacpp:$javacpp_version" "$pack/lib"
copy "org.bytedeco:javacpp:$javacpp_version:jar:linux-x86_64" "$pack/lib"
copy "org.bytedeco:cuda:$cuda_version" "$pack/lib"
copy "org.bytedeco:cuda:$cuda_version:jar:linux-x86_64" "$pack/lib"

echo "Making a small Java" >&2
"$java_home/bin/jlink" --output "$pack/jre" --strip-debug --no-header-files --no-man-pages --compress=0 \
    --add-modules java.base,java.desktop,java.logging,java.management,java.naming,java.security.jgss,java.sql,java.xml,jdk.unsupported

# The product, as far as `train` goes until it has chosen its backend: what it loads here with a card that nvidia-smi is made to
# report. ND4J's CUDA jar is in a build of -Pcuda; without its natives, since no card may get as far as loading them.
echo "Packing the product's choice of a backend" >&2
copy "org.nd4j:nd4j-cuda-11.6:$dl4j_version" "$pack/product"
cp "$home/target/nightshift.jar" "$pack/product"
cp "$home/conf/jvm.options" "$pack/product"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
printf '#!/bin/sh\necho "0, GPU-0, A card of tomorrow, 99.0, 580.00"\n' > "$work/bin/nvidia-smi"
chmod +x "$work/bin/nvidia-smi"
classpath=$(cat "$home/target/classpath")
for backend in cuda auto; do
    # With auto it would go on and train.
    (cd "$work" && PATH=$work/bin:$PATH timeout 60 "$java_home/bin/java" "@$home/conf/jvm.options" \
        "-Xlog:class+load:file=$work/loaded-$backend" -cp "$(printf '%s:' "$pack"/product/*.jar)$classpath" io.nightshift.cli.Nightshift train \
        --set "backend=$backend" --set demo.rows=70 --epochs 1 --output "$work/out-$backend" >/dev/null 2>"$work/said-$backend") || true
    grep -q "A card of tomorrow" "$work/said-$backend" || { echo "error: backend = $backend said nothing of the card" >&2; exit 1; }
done
sed -n 's/^.*\] \([^ ]*\) source: file:\(.*\.jar\)$/\2 \1/p' "$work/loaded-cuda" | sort -u > "$work/loaded"
cut -d' ' -f1 "$work/loaded" | sort -u | while read -r jar; do
    [[ $jar == "$pack"/* ]] && continue
    if (( $(stat -c %s "$jar") < whole_jar_bytes )); then
        cp "$jar" "$pack/product"
        continue
    fi
    slim=$work/$(basename "$jar" .jar)
    mkdir "$slim"
    grep -F "$jar " "$work/loaded" | cut -d' ' -f2 | tr . / | sed 's/$/.class/' > "$slim.list"
    unzip -Z1 "$jar" | grep -E '^META-INF/(services/.|MANIFEST)|^[^/]*\.(xml|properties|conf)$' >> "$slim.list" || true
    # unzip takes $ in a name as it is, but no list from a file.
    (cd "$slim" && xargs -d '\n' -a "$slim.list" unzip -qo "$jar")
    (cd "$slim" && "$java_home/bin/jar" cf "$pack/product/$(basename "$jar")" .)
done

cp "$home/bench/gpu/run.sh" "$home/bench/gpu/reference.py" "$pack"
tar -C "$home/target" -cf - gpu-check | xz -6 -T2 > "$archive"
du -h "$archive" >&2
