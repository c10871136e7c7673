package io.nightshift.store;

import java.io.IOException;

/**
 * A file cannot be written or read, or its content cannot be used. The message is one line for the user that names the
 * file, the cause and the remedy.
 */
public final class StorageException extends RuntimeException {
    public StorageException(String message, IOException cause) {
        super(message, cause);
    }

    /** Creates the exception for content that cannot be used. */
    public static StorageException of(String message) {
        return new StorageException(message, null);
    }

    /** Creates the exception for a file that is not written by {@link Storage}. */
    public static StorageException of(String message, IOException cause) {
        return new StorageException(message, cause);
    }
}
