package io.nightshift.run;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.FaceSettings;
import io.nightshift.config.settings.FaceSettings.Detector;
import io.nightshift.store.Storage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The face detector that a job uses, with the content of its file: executors need not have the file.
 *
 * @param settings never of {@link Detector#AUTO}; they name the file that was read
 * @param content  of the file; empty for a detector that needs none
 * @param note     says which detector it is if nobody chose it; else empty
 */
public record ChosenDetector(FaceSettings settings, byte[] content, String note) {
    private static final NetworkFile YUNET =
            new NetworkFile(Detector.YUNET, "YuNet", List.of("face_detection_yunet_2023mar.onnx"));

    private static final NetworkFile BLAZEFACE = new NetworkFile(
            Detector.BLAZEFACE,
            "BlazeFace",
            List.of("face_detection_back_256x256_barracuda.onnx", "face_detection_front_128x128_barracuda.onnx"));

    private static final byte[] NO_FILE = {};

    /**
     * The file that a detector needs.
     *
     * @param names under which it is published; the first one that lies in the folder is taken
     */
    private record NetworkFile(Detector detector, String network, List<String> names) {
        Optional<Path> in(Path folder) {
            return names.stream()
                    .map(folder::resolve)
                    .filter(Files::isRegularFile)
                    .findFirst();
        }
    }

    /** Returns the folder of the user in which detectors are looked for. */
    public static Path userFolder() {
        return Path.of(
                System.getProperty("nightshift.models", System.getProperty("user.home") + "/.nightshift/models"));
    }

    /**
     * Chooses the detector of the settings. {@code auto} is YuNet if its file is named, or lies in the folder, and else
     * OpenCV's cascades. BlazeFace has two files, of which the one that finds smaller faces comes first.
     *
     * @param folder in which a file is found without being named
     * @throws ConfigurationException if the file that it needs does not exist
     */
    public static ChosenDetector of(Storage storage, FaceSettings settings, Path folder) {
        Detector wanted = settings.detector();
        if (wanted == Detector.HAAR || wanted == Detector.CASCADES) {
            return new ChosenDetector(settings, NO_FILE, "");
        }
        NetworkFile needed = wanted == Detector.BLAZEFACE ? BLAZEFACE : YUNET;
        if (!settings.model().isEmpty()) {
            return read(storage, settings, needed, settings.model(), "");
        }
        Optional<Path> file = needed.in(folder);
        if (file.isPresent()) {
            String note = wanted == Detector.AUTO ? needed.network() + " finds the faces: " + file.get() : "";
            return read(storage, settings, needed, file.get().toString(), note);
        }
        if (wanted == Detector.AUTO) {
            return new ChosenDetector(settings.with(Detector.CASCADES, ""), NO_FILE, "");
        }
        throw new ConfigurationException("face.detector = " + wanted.name().toLowerCase(Locale.ROOT)
                + " needs a file: put " + needed.names().get(0) + " into " + folder
                + ", or name it with --set face.model=FILE; --set face.detector=cascades needs none");
    }

    private static ChosenDetector read(
            Storage storage, FaceSettings settings, NetworkFile needed, String file, String note) {
        byte[] content = ModelLoader.named(storage, "face.model = " + file, file)
                .orElseThrow(() -> new ConfigurationException("face.model = " + file + ": there is no such file; name "
                        + needed.network() + "'s ONNX file, or take face.detector = cascades"));
        return new ChosenDetector(settings.with(needed.detector(), file), content, note);
    }
}
