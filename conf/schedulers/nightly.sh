#!/usr/bin/env bash
# Runs the nightly job for any scheduler that starts a command.
# Usage: nightly.sh [options of retrain]
#
# Names the run by the date (UTC): a second try in the same night goes on with the first one's run. NIGHTSHIFT_RUN_ID sets
# another name. Progress goes to standard error; standard output ends with one line of JSON. The exit status is 0 unless
# somebody has to look: a challenger that was not better (5) and a lock that another job holds (75) are normal nights.
# Where a try follows a crash at once, the lock may be the dead job's, which expires: NIGHTSHIFT_LOCK_PATIENCE=75 tries once
# more after so many seconds, which are more than retrain.lock-lease-seconds.
set -uo pipefail

home=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

job=
stopped=
# A scheduler that ends this script wants the job to end: hand the signal on. The job marks its run and releases the lock.
trap 'stopped=yes; kill -TERM "$job" 2>/dev/null' TERM INT

# A signal ends a wait, but not yet the job.
await() {
    job=$!
    wait "$job"
    status=$?
    while kill -0 "$job" 2>/dev/null; do
        wait "$job"
        status=$?
    done
}

run() {
    "$home/submit.sh" retrain --run-id "${NIGHTSHIFT_RUN_ID:-$(date -u +%Y-%m-%d)}" --json "$@" &
    await
}

run "$@"
if [[ $status == 75 && -n ${NIGHTSHIFT_LOCK_PATIENCE:-} ]]; then
    sleep "$NIGHTSHIFT_LOCK_PATIENCE" &
    await
    [[ -n $stopped ]] && exit 143
    run "$@"
fi

case $status in
    0 | 5 | 75) exit 0 ;;
    *) exit "$status" ;;
esac
