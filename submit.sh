#!/usr/bin/env bash
# Builds what is missing and runs a command: ./submit.sh <command> [options]; ./submit.sh --help lists them.
set -euo pipefail

home=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
jar=$home/target/nightshift.jar
classpath=$home/target/classpath
cluster_jar=$home/target/nightshift-cluster.jar
class_data=$home/target/class-data.jsa

fail() {
    echo "error: $*" >&2
    exit 2
}

java=${JAVA_HOME:+$JAVA_HOME/bin/}java
[[ -z ${JAVA_HOME:-} || -x $java ]] \
    || fail "JAVA_HOME = $JAVA_HOME has no bin/java; set it to the folder of a JDK 17, or unset it"
command -v "$java" >/dev/null || fail "no Java found; install a JDK 17 (Debian: apt install openjdk-17-jdk) or set JAVA_HOME"

# Spark and its options know Java 17 alone. The JDK says its version in a file, which is quicker than to start it.
release=$(dirname "$(dirname "$(readlink -f "$(command -v "$java")")")")/release
if [[ -f $release ]]; then
    version=$(sed -n 's/^JAVA_VERSION="\(1\.\)\{0,1\}\([0-9]*\).*/\2/p' "$release")
else
    version=$("$java" -version 2>&1 | sed -n 's/.* version "\(1\.\)\{0,1\}\([0-9]*\).*/\2/p')
fi
[[ -z $version || $version == 17 ]] \
    || fail "$java is Java $version, and this program needs Java 17; set JAVA_HOME to the folder of a JDK 17"

# cron sets no locale. Java then takes file names for ASCII, and does not find those that are not.
case ${LC_ALL:-${LC_CTYPE:-${LANG:-C}}} in
    C | POSIX) export LC_ALL=C.UTF-8 ;;
esac

# Built from these sources already? Then Maven need not even start. It leaves alone what comes out the same, so that the
# newer of the two files counts.
up_to_date() {
    # A copy without sources, as in the container's image, is as it was built.
    [[ -f $jar && -f $classpath ]] && [[ ! -d $home/src ]] && return 0
    [[ -f $jar && -f $classpath ]] \
        && [[ -z $(find "$home/pom.xml" "$home/src/main" -newer "$classpath" -newer "$jar" -print -quit) ]]
}

# Does anything here name a cluster? The program knows for sure; this only decides whether its jar is worth building.
names_cluster() {
    local cluster='(spark|k8s)://|yarn' option value=
    for option in "$@"; do
        [[ $option =~ $cluster ]] && return 0
        [[ $option == --conf=* ]] && value=--conf && option=${option#--conf=}
        [[ $value == --conf && -f $option ]] && grep -qE "$cluster" "$option" && return 0
        value=$option
    done
    return 1
}

# The package ml, which no command uses, would make the first download larger.
cluster_jar_option="-Dcluster-jar.skip -Dml.skip"
if names_cluster "$@"; then
    cluster_jar_option=
fi

if ! up_to_date || [[ -z $cluster_jar_option && $jar -nt $cluster_jar ]]; then
    [[ -d $home/src ]] || fail "$home is the program for one machine: a cluster needs the whole project," \
        "or the image of conf/container that is made for Spark"
    command -v mvn >/dev/null || fail "no Maven found; install it (Debian: apt install maven)"
    echo "Building nightshift; the first time Maven downloads about 420 MB ..." >&2
    # Even in batch mode Maven prints colour codes.
    # shellcheck disable=SC2086 # one option or none
    mvn -B -q -ntp -f "$home/pom.xml" -DskipTests $cluster_jar_option package 2>&1 | sed $'s/\x1b\\[[0-9;]*m//g' >&2 \
        || { echo "error: the build failed; Maven's messages are above" >&2; exit 1; }
    touch "$classpath"
fi

# A jar that is gone, or that belongs to another user, would be a stack trace.
while IFS= read -r -d : entry; do
    [[ -r $entry ]] || fail "$entry of the class path is missing, or $(id -un) may not read it;" \
        "build again as this user, in a copy of the project: rm $classpath"
done <<<"$jar:$(<"$classpath"):"

start_options=()
if [[ $# == 0 || " $* " =~ \ (-h|--help|-V|--version)\  ]]; then
    # Help is over before the JVM's second compiler pays, and before the saved classes, most of them of networks, do.
    start_options+=(-XX:TieredStopAtLevel=1)
else
    # Java 17 crashes on a kept class that lies in META-INF/versions if an agent or the flight recorder watches.
    if [[ ! "${NIGHTSHIFT_JAVA_OPTIONS:-} ${JAVA_TOOL_OPTIONS:-} ${JDK_JAVA_OPTIONS:-}" =~ agent|Flight ]]; then
        if [[ ! $class_data -nt $jar && -w $home/target ]]; then
            # For the commands after this one, which does not wait, with the processor time that it leaves.
            (nice -n 19 "$home/conf/class-data.sh" "$java" </dev/null >/dev/null 2>&1 &)
        elif [[ -f $class_data && -s $class_data && $class_data -nt $jar ]]; then
            start_options+=(-XX:SharedArchiveFile="$class_data" -Xlog:cds=off -Xlog:cds+dynamic=off)
        fi
    fi
    # The reading of a few pictures is over before the second compiler pays, too. Of what serve does little is in Java:
    # without that compiler it starts a second sooner, and answers as many requests.
    [[ $1 == predict || $1 == serve ]] && start_options+=(-XX:TieredStopAtLevel=1)
fi

# Relative paths in arguments are the user's: the working directory stays as it is. exec hands Ctrl-C and SIGTERM on.
columns=$([[ -t 2 ]] && stty size <&2 2>/dev/null | cut -d' ' -f2 || echo 0)
# Inside of $( ) standard output is a pipe: ask a copy of it.
exec 3>&1
output_columns=$([[ -t 3 ]] && stty size <&3 2>/dev/null | cut -d' ' -f2 || echo 0)
exec 3>&-
# shellcheck disable=SC2086 # NIGHTSHIFT_JAVA_OPTIONS holds several options, such as "-Xmx8g -Dkey=value".
exec "$java" "@$home/conf/jvm.options" ${start_options[@]+"${start_options[@]}"} -Dnightshift.home="$home" \
    -Dnightshift.terminal.columns="${columns:-80}" -Dnightshift.output.columns="${output_columns:-80}" \
    ${NIGHTSHIFT_JAVA_OPTIONS:-} \
    -cp "$jar:$(<"$classpath")" io.nightshift.cli.Nightshift "$@"
