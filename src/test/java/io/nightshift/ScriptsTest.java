package io.nightshift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks the shell scripts with shellcheck, where it is installed. */
class ScriptsTest {
    @Test
    void shellcheckFindsNothingInTheScripts() throws Exception {
        assumeTrue(shellcheckIsInstalled(), "shellcheck is not installed: the scripts are not checked");
        List<String> command = new ArrayList<>(List.of("shellcheck"));
        command.addAll(scripts());

        Process shellcheck =
                new ProcessBuilder(command).redirectErrorStream(true).start();

        assertThat(new String(shellcheck.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEmpty();
        assertThat(shellcheck.waitFor()).isZero();
    }

    private static boolean shellcheckIsInstalled() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "shellcheck")));
    }

    private static List<String> scripts() throws IOException {
        List<String> scripts = new ArrayList<>(List.of("submit.sh", ".ci/run", "src/it/spark-home/bin/spark-submit"));
        for (String folder : List.of("bench", "conf")) {
            try (Stream<Path> files = Files.walk(Path.of(folder))) {
                files.map(Path::toString)
                        .filter(file -> file.endsWith(".sh"))
                        .sorted()
                        .forEach(scripts::add);
            }
        }
        return scripts;
    }
}
