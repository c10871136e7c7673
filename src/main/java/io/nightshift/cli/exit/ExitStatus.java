package io.nightshift.cli.exit;

import io.nightshift.config.ConfigurationException;
import io.nightshift.dataset.DataException;
import io.nightshift.store.StoragePath;
import io.nightshift.store.lock.LockHeldException;
import io.nightshift.training.TrainingDivergedException;

/** Process exit codes. */
public final class ExitStatus {
    /** Done. */
    public static final int DONE = 0;
    /** A failure of ours, or of the cluster. */
    public static final int FAILURE = 1;
    /** Wrong usage or configuration. */
    public static final int USAGE = 2;
    /** The data cannot be used. */
    public static final int DATA = 3;
    /** Training diverged. */
    public static final int DIVERGED = 4;
    /** A retrained model was not better, and the champion stands. */
    public static final int REJECTED = 5;
    /** Another run holds the lock; EX_TEMPFAIL of sysexits.h. */
    public static final int LOCKED = 75;

    private ExitStatus() {}

    /** Returns the code that a failure ends the process with. */
    public static int of(Throwable failure) {
        if (failure instanceof ConfigurationException || failure instanceof StoragePath.NoPathException) {
            return USAGE;
        }
        if (failure instanceof DataException) {
            return DATA;
        }
        if (failure instanceof LockHeldException) {
            return LOCKED;
        }
        return failure instanceof TrainingDivergedException ? DIVERGED : FAILURE;
    }
}
