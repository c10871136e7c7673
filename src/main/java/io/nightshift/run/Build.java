package io.nightshift.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * Identifies the build of this program.
 *
 * @param version of the program
 * @param commit  of the sources, or {@code unknown} outside of a git checkout
 * @param dl4j    version of Deeplearning4j
 */
public record Build(String version, String commit, String dl4j) {

    /** Reads the properties that the build has filled in. */
    public static Build load() {
        Properties build = new Properties();
        try (InputStream in = Build.class.getResourceAsStream("build.properties")) {
            build.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException("a resource of this program cannot be read", e);
        }
        String commit = build.getProperty("commit");
        return new Build(
                build.getProperty("version"), commit.startsWith("$") ? "unknown" : commit, build.getProperty("dl4j"));
    }
}
