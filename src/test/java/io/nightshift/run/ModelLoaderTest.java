package io.nightshift.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.config.ConfigurationException;
import io.nightshift.store.Storage;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelLoaderTest {
    private final Storage storage = new Storage(new Configuration());

    @TempDir
    private Path folder;

    @Test
    void aMissingModelIsReportedWithItsOption() {
        assertThatThrownBy(() -> ModelLoader.load(storage, "--model", "missing.zip"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("--model missing.zip: there is no such file; a run's best model is "
                        + "<output>/runs/<run-id>/model.zip");
    }

    @Test
    void whatIsNoFileIsTheUsersMistake() throws Exception {
        Path pipe = folder.resolve("pipe.zip");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        refused(
                pipe.toString(),
                "--model " + pipe + ": cannot read " + pipe + ": it is a device, a pipe or a socket, and only regular "
                        + "files are read; name a file, or write what comes out of it into one");
        refused("", "--model : an empty name is no path or URI; name one, such as /data/x or s3a://bucket/x");
        refused(
                "s3a://",
                "--model s3a://: 's3a://' names nothing after its scheme; name a path or URI, such as /data/x or "
                        + "s3a://bucket/x");
    }

    private void refused(String uri, String message) {
        assertThatThrownBy(() -> ModelLoader.load(storage, "--model", uri))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(message);
    }
}
