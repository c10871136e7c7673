package io.nightshift.store;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Finds the local file that a write is to replace. Only a regular file is ever replaced: a rename by root would put a
 * file in the place of a device, and break the machine.
 */
public final class ReplaceableFile {
    private ReplaceableFile() {}

    /**
     * Follows symbolic links, which stay.
     *
     * @return the regular file that is to be replaced, or the path at which there is nothing yet
     * @throws FileSystemException if there is something else, such as a folder, a device, a pipe, or a link to nothing
     */
    public static Path of(Path target) throws IOException {
        if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            return target;
        }
        if (!Files.exists(target)) {
            throw new FileSystemException(target.toString(), null, "it is a symbolic link to nothing");
        }
        if (!Files.isRegularFile(target)) {
            String kind = Files.isDirectory(target) ? "a folder" : "a device, a pipe or a socket";
            throw new FileSystemException(
                    target.toString(), null, "it is " + kind + ", and only a regular file is ever replaced");
        }
        return Files.isSymbolicLink(target) ? target.toRealPath() : target;
    }
}
