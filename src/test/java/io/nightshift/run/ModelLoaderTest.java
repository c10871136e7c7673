package io.nightshift.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.FaceSettings;
import io.nightshift.config.FaceSettings.Detector;
import io.nightshift.store.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelLoaderTest {
    private final Storage storage = new Storage(new Configuration());

    @TempDir
    private Path folder;

    private static FaceSettings settings(Detector detector, String model) {
        return new FaceSettings(detector, model, 0.6, 24, 640, 0);
    }

    @Test
    void readsTheFaceDetectorsFileIfItNeedsOne() throws IOException {
        Path file = Files.writeString(folder.resolve("yunet.onnx"), "network");
        assertThat(ModelLoader.faceDetector(storage, settings(Detector.YUNET, file.toString())))
                .asString()
                .isEqualTo("network");
        assertThat(ModelLoader.faceDetector(storage, settings(Detector.HAAR, "")))
                .isEmpty();
        assertThatThrownBy(() -> ModelLoader.faceDetector(storage, settings(Detector.YUNET, "missing.onnx")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("face.model = missing.onnx: there is no such file; name "
                        + "YuNet's ONNX file, or take face.detector = haar");
    }

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
