package io.nightshift.cli;

import io.nightshift.config.ConfigurationException;
import io.nightshift.dataset.DataException;
import io.nightshift.store.StoragePath;
import io.nightshift.store.lock.LockHeldException;
import io.nightshift.training.TrainingDivergedException;

/** Process exit codes. */
final class ExitStatus {
    static final int DONE = 0;
    /** A failure of ours, or of the cluster. */
    static final int FAILURE = 1;
    /** Wrong usage or configuration. */
    static final int USAGE = 2;
    /** The data cannot be used. */
    static final int DATA = 3;
    /** Training diverged. */
    static final int DIVERGED = 4;
    /** A retrained model was not better, and the champion stands. */
    static final int REJECTED = 5;
    /** Another run holds the lock; EX_TEMPFAIL of sysexits.h. */
    static final int LOCKED = 75;

    private ExitStatus() {}

    static int of(Throwable failure) {
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
