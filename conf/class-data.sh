#!/usr/bin/env bash
# Keeps the classes that commands load in the form in which the JVM maps them: predict starts a second sooner, and what needs
# Spark two or three. It takes as long as a few commands. submit.sh runs it in the background, once for each build.
# Usage: class-data.sh [JAVA]
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
java=${1:-java}
kept=$home/target/class-data.jsa

# An empty file tells other commands that this build's are being made, or cannot be. The one before is left as it is for the
# JVMs that have mapped it, and only its name taken.
rm -f "$kept"
: >"$kept"
work=$(mktemp -d "$home/target/start-XXXXXX")
# Whoever ends this early wants another try.
ended=
trap 'rm -rf "$work"; [[ -n $ended ]] || rm -f "$kept"' EXIT
"$java" "@$home/conf/jvm.options" -XX:TieredStopAtLevel=1 -XX:ArchiveClassesAtExit="$work/jsa" -Xlog:disable \
    -cp "$home/target/nightshift.jar:$(<"$home/target/classpath")" io.nightshift.cli.StartClasses \
    "$home/models/compact.zip" "$home/docs/demo-faces.png" "$work" >/dev/null 2>&1 || true
[[ ! -f $work/jsa ]] || mv -f "$work/jsa" "$kept"
ended=yes
