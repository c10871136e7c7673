package io.nightshift.spark;

/** A cluster gives no executors. The message is one line for the user, with the remedy. */
public final class ClusterException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ClusterException(String message) {
        super(message);
    }
}
