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
}
