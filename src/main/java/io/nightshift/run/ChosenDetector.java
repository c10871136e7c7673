package io.nightshift.run;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.FaceSettings;
import io.nightshift.config.FaceSettings.Detector;
import io.nightshift.store.Storage;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The face detector that a job uses, with the content of its file: executors need not have the file.
 *
 * @param settings never of {@link Detector#AUTO}; they name the file that was read
 * @param content  of the file; empty for a detector that needs none
 * @param note     says which detector it is if nobody chose it; else empty
 */
public record ChosenDetector(FaceSettings settings, byte[] content, String note) {
    /** As OpenCV's model zoo calls it. */
    public static final String YUNET_FILE = "face_detection_yunet_2023mar.onnx";

    private static final byte[] NO_FILE = {};

    /** Returns the folder of the user in which detectors are looked for. */
    public static Path userFolder() {
        return Path.of(
                System.getProperty("nightshift.models", System.getProperty("user.home") + "/.nightshift/models"));
    }

    /**
     * Chooses the detector of the settings. {@code auto} is YuNet if its file is named, or lies in the folder, and else
     * OpenCV's cascades.
     *
     * @param folder in which a file is found without being named
     * @throws ConfigurationException if the file that it needs does not exist
     */
    public static ChosenDetector of(Storage storage, FaceSettings settings, Path folder) {
        Detector wanted = settings.detector();
        if (wanted == Detector.HAAR || wanted == Detector.CASCADES) {
            return new ChosenDetector(settings, NO_FILE, "");
        }
        if (!settings.model().isEmpty()) {
            return yunet(storage, settings, settings.model(), "");
        }
        Path file = folder.resolve(YUNET_FILE);
        if (Files.isRegularFile(file)) {
            String note = wanted == Detector.AUTO ? "YuNet finds the faces: " + file : "";
            return yunet(storage, settings, file.toString(), note);
        }
        if (wanted == Detector.YUNET) {
            throw new ConfigurationException("face.detector = yunet needs a file: put " + YUNET_FILE + " into " + folder
                    + ", or name it with --set face.model=FILE; --set face.detector=cascades needs none");
        }
        return new ChosenDetector(settings.with(Detector.CASCADES, ""), NO_FILE, "");
    }

    private static ChosenDetector yunet(Storage storage, FaceSettings settings, String file, String note) {
        byte[] content = ModelLoader.named(storage, "face.model = " + file, file)
                .orElseThrow(() -> new ConfigurationException("face.model = " + file
                        + ": there is no such file; name YuNet's ONNX file, or take face.detector = cascades"));
        return new ChosenDetector(settings.with(Detector.YUNET, file), content, note);
    }
}
