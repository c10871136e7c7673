package io.nightshift.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nightshift.dataset.DataException;
import io.nightshift.store.Storage;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFilesTest {
    private final ImageFiles files = new ImageFiles(new Storage(new Configuration()), 10);

    @TempDir
    private Path folder;

    private void refused(String uri, String message) {
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> files.read(uri))
                .withMessage(message);
    }

    @Test
    void whatIsNoFileOrTooLargeIsOneLine() throws Exception {
        Path large = Files.write(folder.resolve("large.png"), new byte[11]);
        Path pipe = folder.resolve("pipe.png");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();

        refused(large.toString(), "has 11 bytes, more than image.max-bytes = 10; make it smaller, or raise that");
        refused(
                pipe.toString(),
                "cannot be read: it is a device, a pipe or a socket, and only regular files are read; name a file, or "
                        + "write what comes out of it into one");
        refused(folder.toString(), "is a folder; name the images in it, or give it to score as --input");
        refused("", "is no image: an empty name is no path or URI; name one, such as /data/x or s3a://bucket/x");
        refused("/nowhere.png", "does not exist; name an image: PNG, JPEG, WebP or BMP");
    }
}
