package io.nightshift.job;

import org.apache.hadoop.util.ShutdownHookManager;

/** Says in the manifest that a run was ended from outside (Ctrl-C, SIGTERM), before Spark and the file systems close. */
final class Interruption implements AutoCloseable {
    /** Before Spark's own hooks (50 and below). */
    private static final int PRIORITY = 100;

    private final Runnable hook;

    Interruption(Runnable onInterruption) {
        this.hook = onInterruption;
        ShutdownHookManager.get().addShutdownHook(hook, PRIORITY);
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
