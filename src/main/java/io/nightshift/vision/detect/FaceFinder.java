package io.nightshift.vision.detect;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.FaceSettings;
import io.nightshift.dataset.images.GreyImage;
import io.nightshift.vision.image.OpenCv;
import io.nightshift.vision.image.Picture;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.bytedeco.opencv.global.opencv_core;

/** Finds the faces of a picture and cuts them out for the network. One per thread, as its detector is. */
public final class FaceFinder implements AutoCloseable {
    static {
        OpenCv.prepare();
    }

    /** A picture without a face is taken as one if both of its sides are shorter: it has the size of one. */
    private static final int FACE_SIZED = 100;
    /** Shortest side of a face on a frame; the page's frames are 480 pixels wide. */
    private static final int FRAME_FACE = 60;

    private final FaceDetector detector;
    private final FaceCrop crop;

    /**
     * A face that was found, with its pixels.
     *
     * @param image square and grey, at the size that it has on the picture
     */
    public record FoundFace(Face face, GreyImage image) {}

    /**
     * Uses any detector, which is closed with this.
     *
     * @param margin fraction of a face's longer side that is added on each side
     */
    public FaceFinder(FaceDetector detector, double margin) {
        this.detector = detector;
        this.crop = new FaceCrop(margin);
    }

    /**
     * Opens the detector of the settings.
     *
     * @param detectorModel content of the ONNX file of YuNet or BlazeFace; not read for the other detectors
     * @throws ConfigurationException if the detector's model cannot be run
     */
    public static FaceFinder of(FaceSettings settings, byte[] detectorModel) {
        FaceDetector detector =
                switch (settings.detector()) {
                    case YUNET -> new YuNet(settings, detectorModel);
                    case BLAZEFACE -> new BlazeFace(settings, detectorModel);
                    case HAAR -> new HaarCascade(settings);
                    case CASCADES, AUTO -> new Cascades(settings);
                };
        return new FaceFinder(detector, settings.margin());
    }

    /**
     * Opens a detector for the frames of a camera, whose owner sits before it: a single cascade that looks for faces of
     * at least {@value #FRAME_FACE} pixels alone; or YuNet or BlazeFace, if the settings name one.
     *
     * @throws ConfigurationException as {@link #of} does
     */
    public static FaceFinder ofFrames(FaceSettings settings, byte[] detectorModel) {
        return switch (settings.detector()) {
            case YUNET, BLAZEFACE -> of(settings, detectorModel);
            case HAAR, CASCADES, AUTO ->
                new FaceFinder(
                        new HaarCascade(settings.withMinSide(Math.max(settings.minSidePixels(), FRAME_FACE))),
                        settings.margin());
        };
    }

    /** Limits the detectors of this process to one thread each, for callers that already run a thread per core. */
    public static void onOneThread() {
        opencv_core.setNumThreads(1);
    }

    /** Takes each whole picture as one face. */
    public static FaceFinder ofWholeImages() {
        return new FaceFinder(new WholeImage(), 0);
    }

    /**
     * Finds all faces of a picture, the largest first; of equals the one further left. A picture without a face, and of
     * less than {@value #FACE_SIZED} pixels a side, is taken as one ({@link Face#wholeImage}).
     */
    public List<FoundFace> find(Picture picture) {
        List<Face> faces = detector.detect(picture);
        if (faces.isEmpty() && Math.max(picture.width(), picture.height()) < FACE_SIZED) {
            Face whole = new Face(0, 0, picture.width(), picture.height(), 0, Optional.empty(), 0, true);
            return List.of(new FoundFace(whole, picture.grey()));
        }
        return faces.stream()
                .sorted(Comparator.comparing(Face::area)
                        .reversed()
                        .thenComparing(Face::x)
                        .thenComparing(Face::y))
                .map(face -> new FoundFace(
                        face, detector instanceof WholeImage ? picture.grey() : crop.of(picture.grey(), face)))
                .toList();
    }

    @Override
    public void close() {
        detector.close();
    }

    private static final class WholeImage implements FaceDetector {
        @Override
        public List<Face> detect(Picture picture) {
            return List.of(new Face(0, 0, picture.width(), picture.height(), 1, Optional.empty()));
        }

        @Override
        public void close() {
            // Holds nothing.
        }
    }
}
