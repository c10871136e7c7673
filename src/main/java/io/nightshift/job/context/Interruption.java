package io.nightshift.job.context;

import org.apache.hadoop.util.ShutdownHookManager;

/** Runs an action when the process is ended from outside (Ctrl-C, SIGTERM), before Spark and the file systems close. */
public final class Interruption implements AutoCloseable {
    /** Priorities of the shutdown hooks, both above Spark's own (50 and below). */
    private static final int FIRST = 100;

    private static final int THEN = 90;

    private final Runnable hook;

    private Interruption(Runnable onInterruption, int priority) {
        this.hook = onInterruption;
        ShutdownHookManager.get().addShutdownHook(hook, priority);
    }

    /** Registers an action to run at once, such as marking the run as interrupted. */
    public static Interruption first(Runnable onInterruption) {
        return new Interruption(onInterruption, FIRST);
    }

    /** Registers an action to run after those of {@link #first}, such as releasing the lock. */
    public static Interruption then(Runnable onInterruption) {
        return new Interruption(onInterruption, THEN);
    }

    /** Tells whether this process is being ended from outside; a failure at that time has this cause. */
    public static boolean isUnderWay() {
        return ShutdownHookManager.get().isShutdownInProgress();
    }

    @Override
    public void close() {
        if (!isUnderWay()) {
            ShutdownHookManager.get().removeShutdownHook(hook);
        }
    }
}
