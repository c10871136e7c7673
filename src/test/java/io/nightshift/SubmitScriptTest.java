package io.nightshift;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code submit.sh} says before any Java starts. */
class SubmitScriptTest {
    private static final FileTime EARLIER = FileTime.from(Instant.parse("2026-01-02T00:00:00Z"));
    private static final FileTime MUCH_EARLIER = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));

    @TempDir
    private Path folder;

    private void assertRefused(Path javaHome, String line) throws IOException, InterruptedException {
        assertSays(Path.of("submit.sh"), Map.of("JAVA_HOME", javaHome.toString()), line, 2);
    }

    private static void assertSays(
            Path script, Map<String, String> environment, String line, int status, String... options)
            throws IOException, InterruptedException {
        ProcessBuilder submit =
                new ProcessBuilder(script.toAbsolutePath().toString(), "runs").redirectErrorStream(true);
        submit.command().addAll(List.of(options));
        submit.environment().keySet().removeIf(name -> name.equals("LANG") || name.startsWith("LC_"));
        submit.environment().putAll(environment);
        Process started = submit.start();
        assertThat(new String(started.getInputStream().readAllBytes(), UTF_8)).isEqualTo(line + "\n");
        assertThat(started.waitFor()).isEqualTo(status);
    }

    /** A Java that is a script. */
    private Path java(String script) throws IOException {
        Path java = Files.createDirectories(folder.resolve("bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\n" + script + "\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        return java;
    }

    /** A project that is built already. */
    private Path built(String classPath) throws IOException {
        Path project = Files.createDirectories(folder.resolve("project"));
        Files.createDirectories(project.resolve("src/main"));
        Files.createDirectories(project.resolve("target"));
        Files.createFile(project.resolve("pom.xml"));
        Files.createFile(project.resolve("target/nightshift.jar"));
        Files.writeString(project.resolve("target/classpath"), classPath);
        return Files.copy(Path.of("submit.sh"), project.resolve("submit.sh"), StandardCopyOption.COPY_ATTRIBUTES);
    }

    @Test
    void aJavaHomeWithoutJavaIsNamed() throws IOException, InterruptedException {
        assertRefused(
                folder,
                "error: JAVA_HOME = " + folder + " has no bin/java; set it to the folder of a JDK 17, or unset it");
    }

    @Test
    void anotherJavaThan17IsRefused() throws IOException, InterruptedException {
        Path java = java("exit 0");
        Files.writeString(folder.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
        assertRefused(
                folder,
                "error: " + java
                        + " is Java 25, and this program needs Java 17; set JAVA_HOME to the folder of a JDK 17");
    }

    @Test
    void aJavaWithoutAReleaseFileIsAskedForItsVersion() throws IOException, InterruptedException {
        Path java = java("echo 'openjdk version \"1.8.0_292\"' >&2");
        assertRefused(
                folder,
                "error: " + java
                        + " is Java 8, and this program needs Java 17; set JAVA_HOME to the folder of a JDK 17");
    }

    @Test
    void aClassPathThatCannotBeReadIsOneLine() throws IOException, InterruptedException {
        java("exit 0");
        Path script = built(folder.resolve("gone.jar").toString());
        assertSays(
                script,
                Map.of("JAVA_HOME", folder.toString()),
                "error: " + folder.resolve("gone.jar") + " of the class path is missing, or "
                        + System.getProperty("user.name")
                        + " may not read it; build again as this user, in a copy of the project: rm "
                        + folder.resolve("project/target/classpath"),
                2);
    }

    /** As in the container's image. */
    @Test
    void aCopyWithoutSourcesStartsAndSaysThatItHasNoJarForACluster() throws IOException, InterruptedException {
        java("echo started");
        Path script = built(folder.resolve("bin/java").toString());
        Files.delete(folder.resolve("project/src/main"));
        Files.delete(folder.resolve("project/src"));
        Files.delete(folder.resolve("project/pom.xml"));
        Map<String, String> environment = Map.of("JAVA_HOME", folder.toString());
        assertSays(script, environment, "started", 0);
        assertSays(
                script,
                environment,
                "error: " + folder.resolve("project") + " is the program for one machine: a cluster needs the whole "
                        + "project, or the image of conf/container that is made for Spark",
                2,
                "--master=k8s://https://cluster:6443");
    }

    /** Where cron starts it, no locale is set. */
    @Test
    void namesOfFilesAreUtf8WithoutALocaleAndTheUsersLocaleStays() throws IOException, InterruptedException {
        java("echo \"locale $LC_ALL\"");
        Path script = built(folder.resolve("bin/java").toString());
        String home = folder.toString();
        assertSays(script, Map.of("JAVA_HOME", home), "locale C.UTF-8", 0);
        assertSays(script, Map.of("JAVA_HOME", home, "LANG", "C"), "locale C.UTF-8", 0);
        assertSays(script, Map.of("JAVA_HOME", home, "LC_ALL", "POSIX"), "locale C.UTF-8", 0);
        assertSays(script, Map.of("JAVA_HOME", home, "LC_ALL", "C.utf8"), "locale C.utf8", 0);
    }

    /** Built, with the script that keeps classes, and a Java that counts how often it is to write them. */
    private Path builtWithClassData(String writeClasses) throws IOException {
        java("""
                case "$*" in
                *ArchiveClassesAtExit=*)
                    file=${*##*ArchiveClassesAtExit=}
                    file=${file%% *}
                    echo x >>"$JAVA_HOME/calls"
                    WRITE ;;
                *SharedArchiveFile*) echo kept ;;
                *) echo read ;;
                esac""".replace("WRITE", writeClasses));
        Path script = built(folder.resolve("bin/java").toString());
        Path conf = Files.createDirectories(script.resolveSibling("conf"));
        Files.copy(Path.of("conf/class-data.sh"), conf.resolve("class-data.sh"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.setLastModifiedTime(script.resolveSibling("target/nightshift.jar"), EARLIER);
        Files.setLastModifiedTime(script.resolveSibling("target/classpath"), EARLIER);
        Files.setLastModifiedTime(script.resolveSibling("pom.xml"), MUCH_EARLIER);
        Files.setLastModifiedTime(script.resolveSibling("src/main"), MUCH_EARLIER);
        return script;
    }

    /** Waits until the script in the background is over: it deletes its folder last. */
    private void awaitClassData(Path script, int calls) throws IOException, InterruptedException {
        Path target = script.resolveSibling("target");
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (System.nanoTime() < deadline) {
            try (DirectoryStream<Path> working = Files.newDirectoryStream(target, "start-*")) {
                if (!working.iterator().hasNext() && calls() == calls) {
                    return;
                }
            }
            Thread.sleep(5);
        }
        throw new AssertionError("the script in the background does not end");
    }

    private int calls() throws IOException {
        Path calls = folder.resolve("calls");
        return Files.exists(calls) ? Files.readAllLines(calls).size() : 0;
    }

    /** As after a build by Maven alone, which keeps none. */
    @Test
    void theFirstCommandOfABuildKeepsTheClassesForTheNextOnes() throws IOException, InterruptedException {
        Path script = builtWithClassData("echo classes >\"$file\"");
        Map<String, String> environment = Map.of("JAVA_HOME", folder.toString());
        assertSays(script, environment, "read", 0);
        awaitClassData(script, 1);
        assertSays(script, environment, "kept", 0);
        assertSays(script, environment, "read", 0, "--help");

        Path kept = Files.writeString(script.resolveSibling("target/class-data.jsa"), "mapped");
        Files.setLastModifiedTime(kept, MUCH_EARLIER);
        // A running JVM has mapped the file before: it must stay whole until that JVM ends.
        try (InputStream mapped = Files.newInputStream(kept)) {
            assertSays(script, environment, "read", 0);
            awaitClassData(script, 2);
            assertThat(mapped).hasContent("mapped");
        }
        assertThat(kept).hasContent("classes");
        assertSays(script, environment, "kept", 0);
    }

    @Test
    void classesThatCannotBeKeptAreTriedOnceForABuild() throws IOException, InterruptedException {
        Path script = builtWithClassData("exit 1");
        Map<String, String> environment = Map.of("JAVA_HOME", folder.toString());
        assertSays(script, environment, "read", 0);
        awaitClassData(script, 1);
        assertSays(script, environment, "read", 0);
        assertThat(calls()).isEqualTo(1);
    }

    /** Java 17 crashes on some kept classes then. */
    @Test
    void anAgentOrTheFlightRecorderGetsNoKeptClasses() throws IOException, InterruptedException {
        java("case \"$*\" in *SharedArchiveFile*) echo kept ;; *) echo read ;; esac");
        Path script = built(folder.resolve("bin/java").toString());
        Path kept = Files.writeString(script.resolveSibling("target/class-data.jsa"), "classes");
        Files.setLastModifiedTime(kept, FileTime.from(Instant.now().plusSeconds(10)));
        String home = folder.toString();
        assertSays(script, Map.of("JAVA_HOME", home), "kept", 0);
        assertSays(script, Map.of("JAVA_HOME", home, "NIGHTSHIFT_JAVA_OPTIONS", "-Xmx8g"), "kept", 0);
        assertSays(
                script,
                Map.of("JAVA_HOME", home, "NIGHTSHIFT_JAVA_OPTIONS", "-XX:StartFlightRecording=filename=x.jfr"),
                "read",
                0);
        assertSays(script, Map.of("JAVA_HOME", home, "JAVA_TOOL_OPTIONS", "-javaagent:/opt/agent.jar"), "read", 0);
        assertSays(script, Map.of("JAVA_HOME", home, "JDK_JAVA_OPTIONS", "-agentpath:/opt/agent.so"), "read", 0);
    }
}
