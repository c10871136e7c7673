package io.nightshift.store.lock;

/**
 * Another process holds the lock, or has taken it over. The message is one line for the user that names the holder and
 * the expiry; the exit status is 75.
 */
public final class LockHeldException extends RuntimeException {
    LockHeldException(String message) {
        super(message);
    }
}
