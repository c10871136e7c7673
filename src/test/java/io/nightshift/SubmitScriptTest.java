package io.nightshift;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code submit.sh} says before any Java starts. */
class SubmitScriptTest {
    @TempDir
    private Path folder;

    private void assertRefused(Path javaHome, String line) throws IOException, InterruptedException {
        ProcessBuilder submit = new ProcessBuilder("./submit.sh", "runs").redirectErrorStream(true);
        submit.environment().put("JAVA_HOME", javaHome.toString());
        Process refused = submit.start();
        assertThat(new String(refused.getInputStream().readAllBytes(), UTF_8)).isEqualTo(line + "\n");
        assertThat(refused.waitFor()).isEqualTo(2);
    }

    @Test
    void aJavaHomeWithoutJavaIsNamed() throws IOException, InterruptedException {
        assertRefused(
                folder,
                "error: JAVA_HOME = " + folder + " has no bin/java; set it to the folder of a JDK 17, or unset it");
    }

    @Test
    void anotherJavaThan17IsRefused() throws IOException, InterruptedException {
        Path java = Files.createDirectories(folder.resolve("bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\nexit 0\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        Files.writeString(folder.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
        assertRefused(
                folder,
                "error: " + java
                        + " is Java 25, and this program needs Java 17; set JAVA_HOME to the folder of a JDK 17");
    }
}
