#!/usr/bin/env bash
# Builds the program and lays out the files of its container images.
# Usage: files.sh FOLDER HOME
#
# FOLDER/app is the program without sources, for submit.sh on a machine without Maven, where it is to lie at HOME.
# FOLDER/spark is what a Spark image lacks.
set -euo pipefail

[[ $# == 2 ]] || { echo "usage: files.sh FOLDER HOME" >&2; exit 2; }
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
app=$1/app
spark=$1/spark
home=$2

mvn -B -q -ntp -f "$project/pom.xml" -DskipTests -Dmaven.test.skip package

rm -rf "$app" "$spark"
mkdir -p "$app/target/lib" "$spark"
cp -p "$project/submit.sh" "$project/LICENSE" "$app"
cp -rp "$project/conf" "$project/models" "$app"
# What conf/class-data.sh reads.
mkdir "$app/docs"
cp -p "$project/docs/demo-faces.png" "$app/docs"
cp -p "$project/target/nightshift.jar" "$project/target/THIRD-PARTY.txt" "$app/target"
cp -p "$project/LICENSE" "$project/target/nightshift-cluster.jar" "$spark"

# The same jars in the same order, at their new place.
entries=
while IFS= read -r -d : jar; do
    cp -p "$jar" "$app/target/lib"
    entries+=${entries:+:}$home/target/lib/${jar##*/}
done <<<"$(<"$project/target/classpath"):"
printf '%s' "$entries" >"$app/target/classpath"

# Whoever runs it only reads.
chmod -R u=rwX,go=rX "$app" "$spark"
