package io.nightshift.scoring;

import io.nightshift.dataset.DataException;
import io.nightshift.store.Storage;
import io.nightshift.store.StorageException;
import io.nightshift.store.StorageFailure;
import io.nightshift.store.StoragePath;
import java.io.IOException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/** Reads image files from any storage, up to a size. */
public record ImageFiles(Storage storage, long maxBytes) {

    /**
     * Reads a file.
     *
     * @throws DataException if it is missing, too large, or cannot be read; the message does not name the file
     */
    public byte[] read(String uri) {
        try {
            Path file = StoragePath.of(uri);
            FileStatus status = storage.status(file).orElseThrow(ImageFiles::missing);
            if (status.isDirectory()) {
                throw new DataException("is a folder; name the images in it, or give it to score as --input");
            }
            if (status.getLen() > maxBytes) {
                throw new DataException("has " + status.getLen() + " bytes, more than image.max-bytes = " + maxBytes
                        + "; make it smaller, or raise that");
            }
            // Its length is not known for sure: that of a device or of a web server's file is 0 or -1.
            return storage.read(file, maxBytes).orElseThrow(ImageFiles::missing);
        } catch (StorageException e) {
            throw new DataException(
                    e.getCause() instanceof IOException cause
                            ? "cannot be read: " + StorageFailure.of(cause, "check the path and the permissions")
                            : e.getMessage(),
                    e);
        } catch (StoragePath.NoPathException e) {
            throw new DataException("is no image: " + e.getMessage(), e);
        }
    }

    private static DataException missing() {
        return new DataException("does not exist; name an image: PNG, JPEG, WebP or BMP");
    }
}
