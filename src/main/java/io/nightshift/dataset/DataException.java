package io.nightshift.dataset;

/**
 * The data cannot be used: unreadable, empty, or with too many bad rows. The message is one line that says what is
 * wrong, where, what was expected and what to do; it is shown to the user as it stands, with exit status 3.
 */
public final class DataException extends RuntimeException {
    public DataException(String message) {
        super(message);
    }

    public DataException(String message, Throwable cause) {
        super(message, cause);
    }
}
