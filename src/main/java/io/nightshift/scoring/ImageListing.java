package io.nightshift.scoring;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.util.functional.RemoteIterators;

/** Lists the images in a folder and all folders under it, by the endings of their names. */
public final class ImageListing {
    /** What a message says of a folder without images. */
    public static final String EXPECTED = "files that end in .png, .jpg, .jpeg, .webp or .bmp";

    private static final Set<String> ENDINGS = Set.of("png", "jpg", "jpeg", "webp", "bmp");

    private ImageListing() {}

    /** Lists the images in no particular order. */
    public static RemoteIterator<FileStatus> of(FileSystem system, Path folder) throws IOException {
        return RemoteIterators.filteringRemoteIterator(
                files(system, folder), file -> isImage(file.getPath().getName()));
    }

    /** Hadoop's own listing starts a process for each local file, to read rights that are not needed here. */
    private static RemoteIterator<FileStatus> files(FileSystem system, Path folder) throws IOException {
        if (!(system instanceof LocalFileSystem)) {
            return RemoteIterators.mappingRemoteIterator(system.listFiles(folder, true), FileStatus.class::cast);
        }
        Deque<FileStatus> ahead = new ArrayDeque<>(List.of(system.listStatus(folder)));
        return new RemoteIterator<FileStatus>() {
            @Override
            public boolean hasNext() throws IOException {
                while (!ahead.isEmpty() && ahead.peek().isDirectory()) {
                    for (FileStatus below : system.listStatus(ahead.pop().getPath())) {
                        ahead.push(below);
                    }
                }
                return !ahead.isEmpty();
            }

            @Override
            public FileStatus next() throws IOException {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return ahead.pop();
            }
        };
    }

    private static boolean isImage(String name) {
        int dot = name.lastIndexOf('.');
        return dot > 0
                && !name.startsWith(".")
                && ENDINGS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
    }
}
