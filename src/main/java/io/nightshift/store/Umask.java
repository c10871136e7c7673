package io.nightshift.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads the umask of this process. Hadoop has one of its own, 022, whatever the process has. */
final class Umask {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String LINE = "Umask:";

    private Umask() {}

    /** Returns the umask in octal digits, such as {@code 0077}; nothing where the system does not tell. */
    static Optional<String> ofProcess() {
        try (Stream<String> lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith(LINE))
                    .map(line -> line.substring(LINE.length()).strip())
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
