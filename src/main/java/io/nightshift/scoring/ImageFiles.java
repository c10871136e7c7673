package io.nightshift.scoring;

import io.nightshift.dataset.DataException;
import io.nightshift.store.Storage;
import io.nightshift.store.StorageException;
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
            Path file = new Path(uri);
            FileStatus status = storage.status(file).orElseThrow(ImageFiles::missing);
            if (status.isDirectory()) {
                throw new DataException("is a folder; name the images in it, or give it to score as --input");
            }
            if (status.getLen() > maxBytes) {
                throw new DataException("has " + status.getLen() + " bytes, more than image.max-bytes = " + maxBytes
                        + "; make it smaller, or raise that");
            }
            return storage.read(file).orElseThrow(ImageFiles::missing);
        } catch (StorageException e) {
            throw new DataException(e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            // Hadoop throws this for a text that is no path.
            throw new DataException("is no path or URI (" + e.getMessage() + "); correct it", e);
        }
    }

    private static DataException missing() {
        return new DataException("does not exist; name an image: PNG, JPEG, WebP or BMP");
    }
}
