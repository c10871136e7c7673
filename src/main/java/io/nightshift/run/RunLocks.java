package io.nightshift.run;

import io.nightshift.store.ConditionalWrites;
import io.nightshift.store.StoragePath;
import io.nightshift.store.lock.JobLock;
import java.time.Duration;
import org.apache.hadoop.fs.Path;

/**
 * Gives each run of an output directory to one process at a time. The lock is the hidden file
 * {@code runs/.<run-id>.lock}, beside the run's folder, so that it outlives a run that is deleted.
 */
public final class RunLocks {
    private final ConditionalWrites writes;
    private final String outputUri;
    private final Duration lease;

    /** @param lease how long a run belongs to a process that does not renew its lock */
    public RunLocks(ConditionalWrites writes, String outputUri, Duration lease) {
        this.writes = writes;
        this.outputUri = outputUri;
        this.lease = lease;
    }

    /**
     * Takes a run, which need not exist.
     *
     * @throws io.nightshift.store.lock.LockHeldException if another process works on it
     * @throws io.nightshift.store.StorageException  if the lock cannot be read or written
     */
    public JobLock take(String runId) {
        Path file = new Path(new Path(StoragePath.of(outputUri), "runs"), "." + runId + ".lock");
        return JobLock.take(writes, file, runId, lease);
    }
}
