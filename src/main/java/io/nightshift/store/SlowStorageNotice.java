package io.nightshift.store;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs that the job waits for a storage, after five seconds and then every ten, until it is closed. Without it a job
 * that waits looks like one that hangs.
 */
public final class SlowStorageNotice implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SlowStorageNotice.class);
    private static final long FIRST_SECONDS = 5;
    private static final long EVERY_SECONDS = 10;

    private static final ScheduledThreadPoolExecutor CLOCK = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "storage-waiting");
        thread.setDaemon(true);
        return thread;
    });

    static {
        // Else each notice would stay in memory for five seconds after its end.
        CLOCK.setRemoveOnCancelPolicy(true);
    }

    private final ScheduledFuture<?> notes;

    private SlowStorageNotice(ScheduledFuture<?> notes) {
        this.notes = notes;
    }

    /** Opens a notice about a file or folder. */
    public static SlowStorageNotice on(Object uri) {
        long start = System.nanoTime();
        return new SlowStorageNotice(CLOCK.scheduleAtFixedRate(
                () -> LOG.info(
                        "still waiting for {} ({} s)", uri, TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start)),
                FIRST_SECONDS,
                EVERY_SECONDS,
                TimeUnit.SECONDS));
    }

    @Override
    public void close() {
        notes.cancel(false);
    }
}
