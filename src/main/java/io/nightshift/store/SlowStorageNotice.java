package io.nightshift.store;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
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

    /** All that are waited for. One thread looks at them each second: a timer for each request would cost more. */
    private static final Set<SlowStorageNotice> OPEN = ConcurrentHashMap.newKeySet();

    static {
        Executors.newSingleThreadScheduledExecutor(task -> {
                    Thread thread = new Thread(task, "storage-waiting");
                    thread.setDaemon(true);
                    return thread;
                })
                .scheduleAtFixedRate(() -> OPEN.forEach(SlowStorageNotice::logIfDue), 1, 1, TimeUnit.SECONDS);
    }

    private final Object uri;
    private final long start = System.nanoTime();
    private long dueSeconds = FIRST_SECONDS;

    private SlowStorageNotice(Object uri) {
        this.uri = uri;
    }

    /** Opens a notice about a file or folder. */
    public static SlowStorageNotice on(Object uri) {
        SlowStorageNotice notice = new SlowStorageNotice(uri);
        OPEN.add(notice);
        return notice;
    }

    private void logIfDue() {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
        if (seconds >= dueSeconds) {
            dueSeconds += EVERY_SECONDS;
            LOG.info("still waiting for {} ({} s)", uri, seconds);
        }
    }

    @Override
    public void close() {
        OPEN.remove(this);
    }
}
