package io.nightshift.spark;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Checks what Spark needs of the JVM in which it starts. Spark itself names options that this program does not have, or
 * ends the JVM with a status of its own.
 */
final class DriverRequirements {
    /** Of {@code UnifiedMemoryManager}: one and a half times what it reserves for itself. */
    private static final long LEAST_HEAP = 450L << 20;

    private static final String LOCAL_FOLDERS = "spark.local.dir";

    private DriverRequirements() {}

    /**
     * Checks the JVM of a job whose Spark runs in it.
     *
     * @throws ConfigurationException if the heap is too small, or no folder for temporary files can be written
     */
    static void require(Settings settings) {
        requireHeap(Runtime.getRuntime().maxMemory());
        requireFolders(settings.spark(), System.getenv());
    }

    static void requireHeap(long bytes) {
        if (bytes < LEAST_HEAP) {
            throw new ConfigurationException("the heap of " + (bytes >> 20) + " MiB is too small: Spark needs at least "
                    + (LEAST_HEAP >> 20) + " MiB; set NIGHTSHIFT_JAVA_OPTIONS=-Xmx2g");
        }
    }

    static void requireFolders(Map<String, String> spark, Map<String, String> environment) {
        Optional<String> ofEnvironment =
                Optional.ofNullable(environment.get("SPARK_LOCAL_DIRS")).filter(folders -> !folders.isBlank());
        String temporary = System.getProperty("java.io.tmpdir");
        String key = ofEnvironment.isPresent()
                ? "SPARK_LOCAL_DIRS"
                : spark.containsKey(LOCAL_FOLDERS) ? LOCAL_FOLDERS : "java.io.tmpdir";
        List<String> folders = Stream.of(ofEnvironment
                        .orElse(spark.getOrDefault(LOCAL_FOLDERS, temporary))
                        .split(","))
                .map(String::strip)
                .toList();
        // Libraries unpack into the one, Spark spills into the others, of which one is enough.
        if (folders.stream().noneMatch(DriverRequirements::isWritable)) {
            throw unwritable(key, String.join(",", folders));
        }
        if (!isWritable(temporary)) {
            throw unwritable("java.io.tmpdir", temporary);
        }
    }

    private static ConfigurationException unwritable(String key, String folders) {
        return new ConfigurationException(key + " = " + folders
                + " cannot be written, and temporary files belong there; make room or give the right to write, or set "
                + "NIGHTSHIFT_JAVA_OPTIONS=-Djava.io.tmpdir=FOLDER");
    }

    private static boolean isWritable(String folder) {
        try {
            Path inside = Files.createTempDirectory(Files.createDirectories(Path.of(folder)), "nightshift");
            Files.delete(inside);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
