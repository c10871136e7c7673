package io.nightshift.job;

import org.apache.hadoop.util.ShutdownHookManager;

/** What is put in order when the process is ended from outside (Ctrl-C, SIGTERM), before Spark and the file systems close. */
final class Interruption implements AutoCloseable {
    /** Both before Spark's own hooks (50 and below). */
    private static final int FIRST = 100;

    private static final int THEN = 90;

    private final Runnable hook;

    private Interruption(Runnable onInterruption, int priority) {
        this.hook = onInterruption;
        ShutdownHookManager.get().addShutdownHook(hook, priority);
    }

    /** Done at once: the run's manifest says that it was interrupted. */
    static Interruption first(Runnable onInterruption) {
        return new Interruption(onInterruption, FIRST);
    }

    /** Done after the run is in order: the lock is released. */
    static Interruption then(Runnable onInterruption) {
        return new Interruption(onInterruption, THEN);
    }

    /** Whether this process is being ended from outside: what fails then fails for that reason. */
    static boolean isUnderWay() {
        return ShutdownHookManager.get().isShutdownInProgress();
    }

    @Override
    public void close() {
        if (!isUnderWay()) {
            ShutdownHookManager.get().removeShutdownHook(hook);
        }
    }
}
