package io.nightshift.store;

import java.io.IOException;

/**
 * A place cannot be written or read, or what is there cannot be used. The message is one line that says what failed,
 * where, why, and what to do; it is shown to the user as it stands.
 */
public final class StorageException extends RuntimeException {
    public StorageException(String message, IOException cause) {
        super(message, cause);
    }

    /** Of something that was read, and is not what it has to be. */
    public static StorageException of(String message) {
        return new StorageException(message, null);
    }

    /** Of a file that is not written by {@link Storage}. */
    public static StorageException of(String message, IOException cause) {
        return new StorageException(message, cause);
    }
}
