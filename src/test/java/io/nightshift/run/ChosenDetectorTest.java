package io.nightshift.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.FaceSettings;
import io.nightshift.config.settings.FaceSettings.Detector;
import io.nightshift.store.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChosenDetectorTest {
    private final Storage storage = new Storage(new Configuration());

    @TempDir
    private Path folder;

    private ChosenDetector chosen(Detector detector, String model) {
        return ChosenDetector.of(storage, new FaceSettings(detector, model, 0.6, 24, 640, 0), folder);
    }

    private Path yunet() throws IOException {
        return Files.writeString(folder.resolve("face_detection_yunet_2023mar.onnx"), "network");
    }

    private static void assertIs(ChosenDetector chosen, Detector detector, String content, String note) {
        assertThat(chosen.settings().detector()).isEqualTo(detector);
        assertThat(chosen.content()).asString().isEqualTo(content);
        assertThat(chosen.note()).isEqualTo(note);
    }

    @Test
    void autoIsTheCascadesUntilAFileLiesInTheFolderAndSaysSo() throws IOException {
        assertIs(chosen(Detector.AUTO, ""), Detector.CASCADES, "", "");
        Path file = yunet();
        assertIs(chosen(Detector.AUTO, ""), Detector.YUNET, "network", "YuNet finds the faces: " + file);
        assertThat(chosen(Detector.AUTO, "").settings().model()).isEqualTo(file.toString());
    }

    @Test
    void whatIsChosenStaysWhateverLiesInTheFolder() throws IOException {
        Path file = yunet();
        assertIs(chosen(Detector.CASCADES, ""), Detector.CASCADES, "", "");
        assertIs(chosen(Detector.HAAR, file.toString()), Detector.HAAR, "", "");
        assertIs(chosen(Detector.YUNET, ""), Detector.YUNET, "network", "");
    }

    @Test
    void aNamedFileComesBeforeThatInTheFolder() throws IOException {
        yunet();
        Path other = Files.writeString(folder.resolve("other.onnx"), "another");
        assertIs(chosen(Detector.AUTO, other.toString()), Detector.YUNET, "another", "");
        assertIs(chosen(Detector.YUNET, other.toString()), Detector.YUNET, "another", "");
    }

    @Test
    void blazeFaceIsUsedOnlyIfItIsNamed() throws IOException {
        Path front = Files.writeString(folder.resolve("face_detection_front_128x128_barracuda.onnx"), "front");
        assertIs(chosen(Detector.AUTO, ""), Detector.CASCADES, "", "");
        assertIs(chosen(Detector.BLAZEFACE, ""), Detector.BLAZEFACE, "front", "");
        Files.writeString(folder.resolve("face_detection_back_256x256_barracuda.onnx"), "back");
        assertIs(chosen(Detector.BLAZEFACE, ""), Detector.BLAZEFACE, "back", "");
        assertIs(chosen(Detector.BLAZEFACE, front.toString()), Detector.BLAZEFACE, "front", "");
    }

    @Test
    void aMissingFileOfBlazeFaceIsTheUsersMistake() throws IOException {
        yunet();
        assertThatThrownBy(() -> chosen(Detector.BLAZEFACE, ""))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("face.detector = blazeface needs a file: put face_detection_back_256x256_barracuda.onnx "
                        + "into " + folder + ", or name it with --set face.model=FILE; --set face.detector=cascades "
                        + "needs none");
        assertThatThrownBy(() -> chosen(Detector.BLAZEFACE, "missing.onnx"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("face.model = missing.onnx: there is no such file; name BlazeFace's ONNX file, or take "
                        + "face.detector = cascades");
    }

    @Test
    void aMissingFileIsTheUsersMistake() {
        assertThatThrownBy(() -> chosen(Detector.YUNET, ""))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("face.detector = yunet needs a file: put face_detection_yunet_2023mar.onnx into " + folder
                        + ", or name it with --set face.model=FILE; --set face.detector=cascades needs none");
        for (Detector detector : new Detector[] {Detector.AUTO, Detector.YUNET}) {
            assertThatThrownBy(() -> chosen(detector, "missing.onnx"))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessage("face.model = missing.onnx: there is no such file; name "
                            + "YuNet's ONNX file, or take face.detector = cascades");
        }
    }
}
