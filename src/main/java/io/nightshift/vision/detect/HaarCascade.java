package io.nightshift.vision.detect;

import static org.bytedeco.opencv.global.opencv_core.BORDER_REPLICATE;
import static org.bytedeco.opencv.global.opencv_core.copyMakeBorder;

import io.nightshift.config.settings.FaceSettings;
import io.nightshift.vision.image.Mats;
import io.nightshift.vision.image.Picture;
import java.util.List;
import java.util.Optional;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;

/** Finds upright faces from the front with a single one of OpenCV's cascades, the fastest way. */
final class HaarCascade implements FaceDetector {
    /** Windows that agree on a face for a confidence of one half. */
    private static final double HALF_SURE = 4;
    /**
     * Fraction of a picture's side that is added on each side if no face is found: the cascade needs what is around a
     * face.
     */
    private static final double BORDER = 0.25;

    private final Cascade cascade = new Cascade("haarcascades/haarcascade_frontalface_default.xml");
    private final FaceSettings settings;

    HaarCascade(FaceSettings settings) {
        this.settings = settings;
    }

    @Override
    public List<Face> detect(Picture picture) {
        try (Mat whole = Mats.grey(picture.grey());
                Mat searched = Mats.shrunk(whole, settings.searchSidePixels())) {
            double scale = (double) picture.width() / searched.cols();
            List<Face> faces = search(searched, 0, scale);
            return faces.isEmpty() ? searchWithBorder(searched, scale) : faces;
        }
    }

    private List<Face> searchWithBorder(Mat searched, double scale) {
        int border = (int) (BORDER * Math.max(searched.cols(), searched.rows()));
        try (Mat framed = new Mat();
                Scalar unused = new Scalar(0)) {
            copyMakeBorder(searched, framed, border, border, border, border, BORDER_REPLICATE, unused);
            return search(framed, border, scale);
        }
    }

    private List<Face> search(Mat image, int border, double scale) {
        int least = (int) Math.round(settings.minSidePixels() / scale);
        int agreeing = (int) Math.ceil(HALF_SURE * settings.minConfidence() / (1 - settings.minConfidence()) - 1e-9);
        return cascade.search(image, least, agreeing).stream()
                .map(group -> face(group, border, scale))
                .toList();
    }

    private static Face face(Cascade.Group group, int border, double scale) {
        int side = (int) Math.round(group.side() * scale);
        return new Face(
                (int) Math.round((group.x() - group.side() / 2 - border) * scale),
                (int) Math.round((group.y() - group.side() / 2 - border) * scale),
                side,
                side,
                group.windows() / (group.windows() + HALF_SURE),
                Optional.empty());
    }

    @Override
    public void close() {
        cascade.close();
    }
}
