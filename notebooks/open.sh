#!/usr/bin/env bash
# Opens the notebooks in Jupyter, with a Java kernel that has this program and Spark on its class path.
# Usage: notebooks/open.sh                     opens a browser
#        notebooks/open.sh --execute NOTEBOOK [FILE]  runs a notebook and puts its outputs into it, or into a copy
# Spark's part of the class path is that of the tests: what the package ml is compiled with.
set -euo pipefail

home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
kernel=$home/target/jupyter/kernels/nightshift-java
version=3.0.1

command -v jupyter >/dev/null || {
    echo "error: no Jupyter found; install it (Debian: apt install jupyter-notebook; pip: pip install notebook)" >&2
    exit 2
}

if [[ ! -f $kernel/kernel.json || -n $(find "$home/pom.xml" "$home/src/main" -newer "$kernel/kernel.json" -print -quit) ]]; then
    mkdir -p "$kernel"
    (
        cd "$home"
        mvn -B -q -ntp -DskipTests compile dependency:build-classpath -Dmdep.includeScope=compile \
            -Dmdep.outputFile="$kernel/classpath" >&2
        mvn -B -q -ntp dependency:copy -Dartifact=io.github.padreati:rapaio-jupyter-kernel:$version \
            -DoutputDirectory="$kernel" >&2
    )
    classpath=$home/target/classes:$(<"$kernel/classpath")
    cat >"$kernel/kernel.json" <<JSON
{
  "display_name": "Java with nightshift",
  "language": "java",
  "argv": ["java", "@$home/conf/jvm.options", "-cp", "$kernel/rapaio-jupyter-kernel-$version.jar:$classpath",
           "org.rapaio.jupyter.kernel.MainApp", "{connection_file}"],
  "env": {"RJK_CLASSPATH": "$classpath"}
}
JSON
fi

export JUPYTER_PATH=$home/target/jupyter${JUPYTER_PATH:+:$JUPYTER_PATH}
cd "$home/notebooks"
if [[ ${1:-} == --execute ]]; then
    # Without a browser, and with the outputs of the cells alone.
    exec jupyter nbconvert --to notebook --execute --ExecutePreprocessor.timeout=1200 \
        --output "${3:-$home/notebooks/$(basename "$2")}" "$(basename "$2")"
fi
exec jupyter notebook "$@"
