package io.nightshift.spark;

/** A cluster that does not do its part; the message is one line that says what to do. */
public final class ClusterException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ClusterException(String message) {
        super(message);
    }
}
