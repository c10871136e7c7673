package io.nightshift.job.context;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nightshift.config.ConfigurationException;
import io.nightshift.store.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {
    private final Storage storage = new Storage(new Configuration());

    @TempDir
    private Path folder;

    private void require(Path output, Path input) {
        OutputFile.require(storage, "--output", output.toString(), Map.of("--from", input.toString()));
    }

    @Test
    void anOutputThatIsTheInputIsRefusedWhateverItIsCalled() throws IOException {
        Path input = Files.writeString(folder.resolve("model.h5"), "model");
        Path link = Files.createSymbolicLink(folder.resolve("link.h5"), input);
        for (Path output : new Path[] {input, folder.resolve("no/../model.h5"), link}) {
            assertThatExceptionOfType(ConfigurationException.class)
                    .isThrownBy(() -> require(output, input))
                    .withMessage("--output " + output
                            + " is the file that --from names, and would replace it; name another file");
        }
        assertThatCode(() -> require(folder.resolve("other.zip"), input)).doesNotThrowAnyException();
    }

    @Test
    void anOutputThatIsNoFileIsRefused() throws IOException {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> require(folder, folder.resolve("model.h5")))
                .withMessage("--output: cannot write " + folder
                        + ": it is a folder, and only a regular file is ever replaced; name another file");
    }

    @Test
    void anOutputFolderThatIsNoFolderIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "kept");
        Path loose = Files.createSymbolicLink(folder.resolve("loose"), folder.resolve("nothing"));
        for (Path[] output : new Path[][] {{file, file}, {file.resolve("a/b"), file}, {loose, loose}}) {
            assertThatExceptionOfType(ConfigurationException.class)
                    .isThrownBy(() -> OutputFile.requireFolder(storage, "--output", output[0].toString()))
                    .withMessage("--output: cannot write " + output[0] + ": " + output[1]
                            + " is no folder; name a folder, or a path at which there is nothing yet");
        }
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
        for (Path output : new Path[] {folder, folder.resolve("new/folder"), link.resolve("new")}) {
            assertThatCode(() -> OutputFile.requireFolder(storage, "--output", output.toString()))
                    .doesNotThrowAnyException();
        }
    }
}
