package io.nightshift.store;

import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.s3a.S3AFileSystem;

/** Writes to an object store with a condition in the request: the store decides which of two writers loses. */
public interface ConditionalPut {

    /** Returns the conditional writes of a file system, if it is an object store. */
    static Optional<ConditionalPut> of(FileSystem files) {
        if (files instanceof S3AFileSystem store) {
            return Optional.of(new S3Condition(store));
        }
        return files instanceof ConditionalPut own ? Optional.of(own) : Optional.empty();
    }

    /** Tells whether this store checks conditions; one that does not know them ignores them silently. */
    boolean isHonoured(Path file) throws IOException;

    /** Returns the entity tag of the object, which changes with its content, or nothing if there is no object. */
    Optional<String> tag(Path file) throws IOException;

    /** Writes if there is no object yet. Returns whether it has written. */
    boolean putIfAbsent(Path file, byte[] content) throws IOException;

    /** Writes if the object still has this tag. Returns whether it has written. */
    boolean putIfTag(Path file, byte[] content, String tag) throws IOException;
}
