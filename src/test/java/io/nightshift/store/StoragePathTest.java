package io.nightshift.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoragePathTest {
    private static final String EXAMPLES = ", such as /data/x or s3a://bucket/x";

    private final Storage storage = new Storage(new Configuration());

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"10:30:00.jpg", "a:b.csv", "http:faces.csv", "10:30/a:b.png", "s3a:x"})
    void aColonThatEndsNoSchemeIsPartOfAName(String name) {
        assertThat(StoragePath.of(name).toUri().getScheme()).isNull();
        assertThat(StoragePath.of(name).toUri().getPath()).endsWith(name);
    }

    @ParameterizedTest
    @CsvSource({"/a/b, ", "a/b:c, ", "file:/a, file", "s3a://bucket/a, s3a", "hdfs:///a, hdfs"})
    void aUriKeepsItsScheme(String uri, String scheme) {
        assertThat(StoragePath.of(uri).toUri().getScheme()).isEqualTo(scheme);
    }

    @Test
    void aFileWithColonsIsReadAndWritten() {
        var file = new org.apache.hadoop.fs.Path(folder.toUri().getPath() + "/10:30:00.jpg");
        storage.write(file, "x", "one".getBytes(UTF_8));
        storage.write(file, "x", "two".getBytes(UTF_8));
        assertThat(storage.read(file)).contains("two".getBytes(UTF_8));
        assertThat(folder).isDirectoryContaining("glob:**10:30:00.jpg");
    }

    @Test
    void whatIsNoPathIsOneLine() {
        refused("", "an empty name is no path or URI; name one" + EXAMPLES);
        refused("s3a://", "'s3a://' names nothing after its scheme; name a path or URI" + EXAMPLES);
        refused("s3a:///", "'s3a:///' names nothing after its scheme; name a path or URI" + EXAMPLES);
        refused("hdfs:", "'hdfs:' names nothing after its scheme; name a path or URI" + EXAMPLES);
        assertThat(StoragePath.of("file:///").toString()).isEqualTo("file:/");
    }

    private static void refused(String text, String message) {
        assertThatExceptionOfType(StoragePath.NoPathException.class)
                .isThrownBy(() -> StoragePath.of(text))
                .withMessage(message);
    }

    @Test
    void aSchemeThatNoFileSystemHasIsNamed() {
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> storage.read(StoragePath.of("foo://x/y")))
                .withMessage("cannot read foo://x/y: there is no file system for the scheme foo; name a local path, or "
                        + "a URI of file:, hdfs: or s3a:")
                .withCauseInstanceOf(ReadableFile.RefusedException.class);
    }

    @Test
    void aPipeIsRefusedAndNotWaitedFor() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> storage.read(new org.apache.hadoop.fs.Path(pipe.toString())))
                .withMessage("cannot read " + pipe + ": it is a device, a pipe or a socket, and only regular files are "
                        + "read; name a file, or write what comes out of it into one");
    }

    @Test
    void aFileIsReadUpToABound() throws Exception {
        Path file = Files.write(folder.resolve("file"), new byte[(1 << 20) + 1]);
        var path = new org.apache.hadoop.fs.Path(file.toString());
        assertThat(storage.read(path, (1 << 20) + 1)).isPresent();
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> storage.read(path, 1 << 20))
                .withMessage(
                        "cannot read " + file + ": it holds more than 1 MiB, the most that is read of such a file; "
                                + "check that it is the right file; NIGHTSHIFT_JAVA_OPTIONS=-Xmx8g lets larger ones be read");
    }
}
