package io.nightshift.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Abortable;
import org.apache.hadoop.fs.CommonConfigurationKeys;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;

/**
 * Reads and writes whole files on any Hadoop file system. A reader sees a file as it was before a write or as it is
 * after it, never a part of one, even if the writer crashes. Thread-safe.
 */
public final class Storage {
    private static final String PERMISSIONS = "check the path and the permissions";

    private static final Optional<String> UMASK = Umask.ofProcess();

    /** A file is held twice for a moment, and its content then becomes a network. */
    private static final long LARGEST_FILE = Runtime.getRuntime().maxMemory() / 3;

    private final Configuration hadoop;
    private final Optional<String> umask;

    public Storage(Configuration hadoop) {
        this(hadoop, UMASK);
    }

    /** @param umask for local files, in octal digits; nothing for Hadoop's own */
    Storage(Configuration hadoop, Optional<String> umask) {
        this.hadoop = hadoop;
        this.umask = umask;
    }

    /**
     * Writes a file, and replaces an earlier one.
     *
     * @param name the path in the entry that is returned
     * @throws StorageException if it could not be written; an earlier file is then still there
     */
    public StoredFile write(Path target, String name, byte[] content) {
        try (SlowStorageNotice waiting = SlowStorageNotice.on(target)) {
            FileSystem files = fileSystem(target);
            if (files.hasPathCapability(target, StreamCapabilities.ABORTABLE_STREAM)) {
                putObject(files, target, content);
            } else {
                writeAndRename(files, target, content, Options.Rename.OVERWRITE);
            }
            return new StoredFile(name, content.length, sha256(content));
        } catch (IOException e) {
            throw unwritable(target, e);
        } catch (FSError e) {
            // Hadoop's error for a local disk that is full.
            throw unwritable(target, e.getCause() instanceof IOException cause ? cause : new IOException(e));
        }
    }

    /** Writes a file that does not exist yet. Returns false, and changes nothing, if there is one. */
    boolean writeNew(FileSystem files, Path target, byte[] content) throws IOException {
        try {
            writeAndRename(files, target, content, Options.Rename.NONE);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }

    static StorageException unwritable(Path target, IOException e) {
        return unwritable(target, e, "check space and permissions, or choose another directory with --output");
    }

    private static StorageException unwritable(Path target, IOException e, String remedy) {
        return new StorageException("cannot write " + target + ": " + StorageFailure.of(e, remedy), e);
    }

    /** An object appears when its stream is closed, and not at all if that is aborted. */
    private static void putObject(FileSystem files, Path target, byte[] content) throws IOException {
        FSDataOutputStream out = files.create(target, true);
        try {
            out.write(content);
        } catch (IOException | RuntimeException e) {
            ((Abortable) out.getWrappedStream()).abort();
            throw e;
        }
        out.close();
        long length = files.getFileStatus(target).getLen();
        if (length != content.length) {
            throw new IOException("the store holds " + length + " of " + content.length + " bytes");
        }
    }

    private void writeAndRename(FileSystem files, Path file, byte[] content, Options.Rename how) throws IOException {
        Path target = files instanceof LocalFileSystem local ? replaceable(local, file) : file;
        // Hadoop takes what stands before a colon for a scheme.
        String name = target.getName().replace(':', '_');
        Path aside = new Path(target.getParent(), "." + name + "." + UUID.randomUUID() + ".tmp");
        try {
            try (FSDataOutputStream out = files.create(aside, false)) {
                out.write(content);
                out.hsync();
            }
            if (files instanceof LocalFileSystem local) {
                // Hadoop's renames of local files delete the target first, or copy when they cannot rename, or move
                // into a folder of that name; the system's own replaces the file or fails.
                Files.move(
                        local.pathToFile(aside).toPath(),
                        local.pathToFile(target).toPath(),
                        StandardCopyOption.ATOMIC_MOVE);
            } else {
                FileContext.getFileContext(target.toUri(), hadoop).rename(aside, target, how);
            }
        } catch (IOException | RuntimeException | FSError e) {
            files.delete(aside, false);
            throw e;
        }
    }

    /**
     * Checks that a write can replace what is at a path: a regular file, or nothing.
     *
     * @throws StorageException if there is something else, such as a folder or a device
     */
    public void requireReplaceable(Path file) {
        try {
            FileSystem files = fileSystem(file);
            if (files instanceof LocalFileSystem local) {
                replaceable(local, file);
            } else if (status(file).filter(FileStatus::isDirectory).isPresent()) {
                throw new IOException("it is a folder");
            }
        } catch (IOException e) {
            throw unwritable(file, e, "name another file");
        }
    }

    /**
     * Checks that files can lie at a path: it is a folder, or there is nothing yet.
     *
     * @throws StorageException if there is something else, such as a file or a device, or, on a local file system, if
     *                          a part of the path is something else
     */
    public void requireFolder(Path folder) {
        try {
            if (fileSystem(folder) instanceof LocalFileSystem local) {
                java.nio.file.Path there = local.pathToFile(folder).toPath();
                while (there != null && !Files.exists(there, LinkOption.NOFOLLOW_LINKS)) {
                    there = there.getParent();
                }
                if (there != null && !Files.isDirectory(there)) {
                    throw new IOException(there + " is no folder");
                }
            } else if (status(folder).filter(FileStatus::isFile).isPresent()) {
                throw new IOException("it is a file");
            }
        } catch (IOException e) {
            throw unwritable(folder, e, "name a folder, or a path at which there is nothing yet");
        }
    }

    /**
     * Tells whether two paths lead to the same file, also through symbolic links.
     *
     * @throws StorageException if the file systems do not answer
     */
    public boolean isSameFile(Path one, Path other) {
        try {
            FileSystem files = fileSystem(one);
            if (files instanceof LocalFileSystem local && fileSystem(other) instanceof LocalFileSystem) {
                java.nio.file.Path first = local.pathToFile(one).toPath();
                java.nio.file.Path second = local.pathToFile(other).toPath();
                return Files.exists(first) && Files.exists(second)
                        ? Files.isSameFile(first, second)
                        : first.normalize().equals(second.normalize());
            }
            return files.makeQualified(one).equals(fileSystem(other).makeQualified(other));
        } catch (IOException e) {
            throw new StorageException("cannot read " + other + ": " + StorageFailure.of(e, PERMISSIONS), e);
        }
    }

    private static Path replaceable(LocalFileSystem local, Path file) throws IOException {
        java.nio.file.Path target = local.pathToFile(file).toPath();
        try {
            java.nio.file.Path replaced = ReplaceableFile.of(target);
            return replaced.equals(target) ? file : new Path(replaced.toUri());
        } catch (FileSystemException e) {
            // Without the path, which the caller names.
            throw e.getReason() == null ? e : new IOException(e.getReason(), e);
        }
    }

    /**
     * Reads a file of at most a third of the heap, or returns nothing if there is none.
     *
     * @throws StorageException if it exists and cannot be read
     */
    public Optional<byte[]> read(Path file) {
        return read(file, LARGEST_FILE);
    }

    /**
     * Reads a file, or returns nothing if there is none.
     *
     * @param most bytes that it may have
     * @throws StorageException if it exists and cannot be read, is no regular file, or is larger; the cause is then a
     *                          {@link ReadableFile.RefusedException}
     */
    public Optional<byte[]> read(Path file, long most) {
        try (SlowStorageNotice waiting = SlowStorageNotice.on(file)) {
            FileSystem files = fileSystem(file);
            try (InputStream in = ReadableFile.open(files, file)) {
                return Optional.of(ReadableFile.read(in, most));
            } catch (FileNotFoundException e) {
                // An object store tells a missing bucket from a missing object only when it is asked to list.
                files.exists(file);
                return Optional.empty();
            }
        } catch (IOException e) {
            throw new StorageException("cannot read " + file + ": " + StorageFailure.of(e, PERMISSIONS), e);
        }
    }

    /**
     * Returns size and kind of the file or folder at a path, or nothing if there is none.
     *
     * @throws StorageException if the file system does not answer
     */
    public Optional<FileStatus> status(Path path) {
        try (SlowStorageNotice waiting = SlowStorageNotice.on(path)) {
            return Optional.of(fileSystem(path).getFileStatus(path));
        } catch (FileNotFoundException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new StorageException("cannot read " + path + ": " + StorageFailure.of(e, PERMISSIONS), e);
        }
    }

    /**
     * Deletes a file, or a folder with all its content, if it exists.
     *
     * @throws StorageException if some of it is still there
     */
    public void delete(Path path) {
        try (SlowStorageNotice waiting = SlowStorageNotice.on(path)) {
            fileSystem(path).delete(path, true);
        } catch (IOException e) {
            throw new StorageException("cannot delete " + path + ": " + StorageFailure.of(e, PERMISSIONS), e);
        }
    }

    /** Lists the folders in a folder by name, in alphabetical order; none if it does not exist. */
    public List<String> folders(Path folder) {
        List<String> names = new ArrayList<>();
        try (SlowStorageNotice waiting = SlowStorageNotice.on(folder)) {
            for (FileStatus status : fileSystem(folder).listStatus(folder)) {
                if (status.isDirectory()) {
                    names.add(status.getPath().getName());
                }
            }
        } catch (FileNotFoundException e) {
            return List.of();
        } catch (IOException e) {
            throw new StorageException("cannot list " + folder + ": " + StorageFailure.of(e, PERMISSIONS), e);
        }
        names.sort(null);
        return names;
    }

    FileSystem fileSystem(Path path) throws IOException {
        FileSystem files = StoragePath.fileSystem(path, hadoop);
        if (files instanceof LocalFileSystem local) {
            // Hadoop would write a hidden checksum file beside each local file; the manifest has checksums already.
            local.setWriteChecksum(false);
            umask.ifPresent(mask -> local.getConf().set(CommonConfigurationKeys.FS_PERMISSIONS_UMASK_KEY, mask));
        }
        return files;
    }

    /** Returns the SHA-256 of some bytes in lower-case hexadecimal digits. */
    public static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
