package io.nightshift.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageTest {
    private final Storage storage = new Storage(new Configuration());

    @TempDir
    private Path folder;

    private org.apache.hadoop.fs.Path at(String name) {
        return new org.apache.hadoop.fs.Path(folder.resolve(name).toString());
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void writesAFileAndItsFoldersAndNothingElse() throws IOException {
        StoredFile entry = storage.write(at("a/b/file.txt"), "b/file.txt", "abc".getBytes(UTF_8));
        assertThat(entry)
                .isEqualTo(new StoredFile(
                        "b/file.txt", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
        assertThat(folder.resolve("a/b/file.txt")).hasContent("abc");
        assertThat(names(folder.resolve("a/b"))).containsExactly("file.txt");
        assertThat(names(folder.resolve("a"))).containsExactly("b");
    }

    @Test
    void replacesAFile() throws IOException {
        storage.write(at("file.txt"), "file.txt", "a long old content".getBytes(UTF_8));
        storage.write(at("file.txt"), "file.txt", "new".getBytes(UTF_8));
        assertThat(storage.read(at("file.txt"))).contains("new".getBytes(UTF_8));
        assertThat(names(folder)).containsExactly("file.txt");
    }

    @Test
    void anOpenReaderReadsTheOldFileToItsEnd() throws IOException {
        storage.write(at("file.txt"), "file.txt", "old".getBytes(UTF_8));
        try (var reader = Files.newInputStream(folder.resolve("file.txt"))) {
            storage.write(at("file.txt"), "file.txt", "new".getBytes(UTF_8));
            assertThat(reader.readAllBytes()).asString(UTF_8).isEqualTo("old");
        }
    }

    @Test
    void aWriteThatFailsHalfwayLeavesTheOldContentAndNothingElse() throws IOException {
        storage.write(at("file.txt"), "file.txt", "old".getBytes(UTF_8));
        Configuration full = new Configuration();
        full.setClass("fs.file.impl", FullDisk.class, org.apache.hadoop.fs.FileSystem.class);
        full.setBoolean("fs.file.impl.disable.cache", true);
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> new Storage(full).write(at("file.txt"), "file.txt", new byte[100]))
                .withMessage(
                        "cannot write " + folder + "/file.txt: No space left on device; check space and permissions, "
                                + "or choose another directory with --output");
        assertThat(names(folder)).containsExactly("file.txt");
        assertThat(folder.resolve("file.txt")).hasContent("old");
    }

    @Test
    void aWriteOverAFolderFailsAndLeavesNothing() throws IOException {
        Files.createDirectory(folder.resolve("file.txt"));
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> storage.write(at("file.txt"), "file.txt", new byte[100]))
                .withMessageStartingWith("cannot write " + folder + "/file.txt: ")
                .withMessageNotContaining("\n");
        assertThat(names(folder)).containsExactly("file.txt");
        assertThat(names(folder.resolve("file.txt"))).isEmpty();
    }

    /** With a device of the test's own: those of the machine are not for tests. */
    @Test
    void onlyARegularFileIsReplaced() throws Exception {
        Path device = folder.resolve("device");
        boolean root = new ProcessBuilder("mknod", device.toString(), "c", "1", "3")
                        .start()
                        .waitFor()
                == 0;
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Files.createSymbolicLink(folder.resolve("link-to-pipe"), pipe);
        for (String name : root ? List.of("device", "pipe", "link-to-pipe") : List.of("pipe", "link-to-pipe")) {
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> storage.write(at(name), name, new byte[100]))
                    .withMessage("cannot write " + folder + "/" + name + ": it is a device, a pipe or a socket, and "
                            + "only a regular file is ever replaced; check space and permissions, or choose another "
                            + "directory with --output");
            assertThat(Files.readAttributes(folder.resolve(name), BasicFileAttributes.class)
                            .isOther())
                    .isTrue();
        }
        Files.createSymbolicLink(folder.resolve("link-to-nothing"), folder.resolve("nothing"));
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> storage.write(at("link-to-nothing"), "link", new byte[100]))
                .withMessageContaining(": it is a symbolic link to nothing; ");
        assertThat(names(folder)).noneMatch(name -> name.endsWith(".tmp"));
    }

    @Test
    void filesAndFoldersHonourTheUmask() throws IOException {
        Configuration hadoop = new Configuration();
        hadoop.setBoolean("fs.file.impl.disable.cache", true);
        for (var expected : Map.of("0077", "rwx------ rw-------", "0027", "rwxr-x--- rw-r-----")
                .entrySet()) {
            String mask = expected.getKey();
            new Storage(hadoop, Optional.of(mask)).write(at(mask + "/new/report.html"), "report.html", new byte[1]);
            assertThat(permissions(folder.resolve(mask + "/new")) + " "
                            + permissions(folder.resolve(mask + "/new/report.html")))
                    .isEqualTo(expected.getValue());
        }
    }

    @Test
    void theUmaskIsTheOneOfTheProcess() throws IOException {
        String mask = Umask.ofProcess().orElseThrow();
        Set<PosixFilePermission> withheld = PosixFilePermissions.fromString("rw-rw-rw-");
        withheld.removeAll(Files.getPosixFilePermissions(Files.createFile(folder.resolve("new"))));
        int bits = Integer.parseInt(mask, 8) & 0666;
        assertThat(withheld).hasSize(Integer.bitCount(bits));
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void aSymbolicLinkToAFileStaysAndTheFileIsReplaced() throws IOException {
        Files.createDirectory(folder.resolve("data"));
        Files.writeString(folder.resolve("data/file.txt"), "old");
        Files.createSymbolicLink(folder.resolve("link.txt"), folder.resolve("data/file.txt"));
        storage.write(at("link.txt"), "link.txt", "new".getBytes(UTF_8));
        assertThat(folder.resolve("link.txt")).isSymbolicLink();
        assertThat(folder.resolve("data/file.txt")).hasContent("new");
        assertThat(names(folder)).containsExactly("data", "link.txt");
    }

    @Test
    void aWriteBelowAFileFails() throws IOException {
        Files.writeString(folder.resolve("file"), "old");
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> storage.write(at("file/run.json"), "run.json", new byte[1]))
                .withMessageStartingWith("cannot write " + folder + "/file/run.json: ")
                .withMessageNotContaining("\n");
        assertThat(folder.resolve("file")).hasContent("old");
    }

    @Test
    void aMissingFileReadsAsNothing() {
        assertThat(storage.read(at("nowhere.txt"))).isEmpty();
        assertThat(storage.folders(at("nowhere"))).isEmpty();
    }

    @Test
    void listsFoldersByName() throws IOException {
        for (String name : List.of("b", "a", "c")) {
            Files.createDirectory(folder.resolve(name));
        }
        Files.writeString(folder.resolve("file"), "");
        assertThat(storage.folders(at("."))).containsExactly("a", "b", "c");
    }

    /** A local disk that is full after ten bytes. */
    public static final class FullDisk extends LocalFileSystem {
        @Override
        public FSDataOutputStream create(
                org.apache.hadoop.fs.Path file,
                FsPermission permission,
                boolean overwrite,
                int bufferSize,
                short replication,
                long blockSize,
                Progressable progress)
                throws IOException {
            OutputStream out = super.create(file, permission, overwrite, bufferSize, replication, blockSize, progress);
            return new FSDataOutputStream(
                    new OutputStream() {
                        @Override
                        public void write(int b) throws IOException {
                            out.write(b);
                        }

                        @Override
                        public void write(byte[] bytes, int offset, int length) throws IOException {
                            out.write(bytes, offset, Math.min(length, 10));
                            out.flush();
                            throw new IOException("No space left on device");
                        }

                        @Override
                        public void close() throws IOException {
                            out.close();
                        }
                    },
                    null);
        }
    }
}
