package io.nightshift.store;

/**
 * Another process holds the lock, or has taken it over. The message is one line that says who and until when; it is shown
 * to the user as it stands, with exit status 75.
 */
public final class LockHeldException extends RuntimeException {
    LockHeldException(String message) {
        super(message);
    }
}
