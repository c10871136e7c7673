#!/usr/bin/env bash
# Runs the nightly job for any scheduler that starts a command.
# Usage: nightly.sh [options of retrain]
#
# Names the run by the date (UTC): a second try in the same night goes on with the first one's run. NIGHTSHIFT_RUN_ID sets
# another name. Progress goes to standard error; standard output ends with one line of JSON. The exit status is 0 unless
# somebody has to look: a challenger that was not better (5) and a lock that another job holds (75) are normal nights.
set -uo pipefail

home=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

"$home/submit.sh" retrain --run-id "${NIGHTSHIFT_RUN_ID:-$(date -u +%Y-%m-%d)}" --json "$@" &
job=$!
# A scheduler that ends this script wants the job to end: hand the signal on. The job marks its run and releases the lock.
trap 'kill -TERM "$job" 2>/dev/null' TERM INT
wait "$job"
status=$?
while kill -0 "$job" 2>/dev/null; do
    wait "$job"
    status=$?
done

case $status in
    0 | 5 | 75) exit 0 ;;
    *) exit "$status" ;;
esac
