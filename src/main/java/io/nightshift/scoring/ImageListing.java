package io.nightshift.scoring;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.util.functional.RemoteIterators;

/**
 * Lists the images in a folder and all folders under it, by the endings of their names, in no particular order. Counts
 * the files that it passes over.
 */
public final class ImageListing implements RemoteIterator<FileStatus> {
    /** What a message says of a folder without images. */
    public static final String EXPECTED = "files that end in .png, .jpg, .jpeg, .webp or .bmp";

    private static final Set<String> ENDINGS = Set.of("png", "jpg", "jpeg", "webp", "bmp");

    private final RemoteIterator<FileStatus> files;
    private FileStatus ahead;
    private long passedOver;
    private String example;

    private ImageListing(RemoteIterator<FileStatus> files) {
        this.files = files;
    }

    /** Begins to list a folder. */
    public static ImageListing of(FileSystem system, Path folder) throws IOException {
        // Hadoop's own listing starts a process for each local file, to read rights that are not needed here.
        return new ImageListing(
                system instanceof LocalFileSystem local
                        ? new LocalFiles(local, folder)
                        : RemoteIterators.mappingRemoteIterator(
                                system.listFiles(folder, true), FileStatus.class::cast));
    }

    @Override
    public boolean hasNext() throws IOException {
        while (ahead == null && files.hasNext()) {
            FileStatus file = files.next();
            String name = file.getPath().getName();
            if (isImage(name)) {
                ahead = file;
            } else if (!name.startsWith(".")) {
                passedOver++;
                example = example == null ? name : example;
            }
        }
        return ahead != null;
    }

    @Override
    public FileStatus next() throws IOException {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        FileStatus file = ahead;
        ahead = null;
        return file;
    }

    /** Says which files were passed over so far because their names are no images'; empty if none was. */
    public Optional<String> passedOver() {
        return passedOver == 0
                ? Optional.empty()
                : Optional.of(passedOver + (passedOver == 1 ? " file" : " files") + " passed over, such as " + example
                        + ": images are " + EXPECTED);
    }

    private static boolean isImage(String name) {
        int dot = name.lastIndexOf('.');
        return dot > 0
                && !name.startsWith(".")
                && ENDINGS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
    }

    /**
     * All files of a folder of this machine. Symbolic links are followed, but none that leads back to a folder above
     * it: such a circle would be listed until its names are too long.
     */
    private static final class LocalFiles implements RemoteIterator<FileStatus> {
        private final LocalFileSystem system;
        private final Deque<Entry> ahead = new ArrayDeque<>();

        /** @param above the real folders that lead to it, and its own */
        private record Entry(FileStatus file, Set<java.nio.file.Path> above) {}

        LocalFiles(LocalFileSystem system, Path folder) throws IOException {
            this.system = system;
            push(folder, Set.of(real(folder)));
        }

        private java.nio.file.Path real(Path path) throws IOException {
            return system.pathToFile(path).toPath().toRealPath();
        }

        private void push(Path folder, Set<java.nio.file.Path> above) throws IOException {
            for (FileStatus file : system.listStatus(folder)) {
                ahead.push(new Entry(file, above));
            }
        }

        @Override
        public boolean hasNext() throws IOException {
            while (!ahead.isEmpty() && ahead.peek().file().isDirectory()) {
                Entry entry = ahead.pop();
                Path folder = entry.file().getPath();
                java.nio.file.Path real = real(folder);
                if (!entry.above().contains(real)) {
                    Set<java.nio.file.Path> above = new HashSet<>(entry.above());
                    above.add(real);
                    push(folder, above);
                }
            }
            return !ahead.isEmpty();
        }

        @Override
        public FileStatus next() throws IOException {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return ahead.pop().file();
        }
    }
}
