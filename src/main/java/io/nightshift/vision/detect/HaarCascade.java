package io.nightshift.vision.detect;

import static org.bytedeco.opencv.global.opencv_core.BORDER_REPLICATE;
import static org.bytedeco.opencv.global.opencv_core.copyMakeBorder;

import io.nightshift.config.FaceSettings;
import io.nightshift.vision.image.Mats;
import io.nightshift.vision.image.OpenCv;
import io.nightshift.vision.image.Picture;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencv.global.opencv_objdetect;
import org.bytedeco.opencv.opencv_core.FileStorage;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.RectVector;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;
import org.bytedeco.opencv.opencv_objdetect.CascadeClassifier;

/**
 * Finds faces with OpenCV's cascade of Haar-like features for frontal faces, which its artifact carries (Viola and
 * Jones, "Rapid Object Detection using a Boosted Cascade of Simple Features", 2001). Finds upright faces from the
 * front, without landmarks.
 */
final class HaarCascade implements FaceDetector {
    static {
        OpenCv.load(opencv_objdetect.class);
    }

    private static final String CASCADE = "/org/bytedeco/opencv/" + Loader.getPlatform()
            + "/share/opencv4/haarcascades/haarcascade_frontalface_default.xml";
    private static final double SCALE_STEP = 1.1;
    /** Windows that agree on a face for a confidence of one half. */
    private static final double HALF_SURE = 4;
    /** The window that the cascade was trained with. */
    private static final int LEAST_SIDE = 24;
    /**
     * Fraction of a picture's side that is added on each side if no face is found: the cascade needs what is around a
     * face.
     */
    private static final double BORDER = 0.25;

    private final CascadeClassifier cascade = new CascadeClassifier();
    private final FaceSettings settings;

    HaarCascade(FaceSettings settings) {
        this.settings = settings;
        try (InputStream in = HaarCascade.class.getResourceAsStream(CASCADE)) {
            if (in == null) {
                throw new IllegalStateException(
                        "OpenCV's artifact for " + Loader.getPlatform() + " is not on the class path");
            }
            String xml = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            try (FileStorage file = new FileStorage(xml, FileStorage.READ | FileStorage.MEMORY)) {
                if (!cascade.read(file.getFirstTopLevelNode())) {
                    throw new IllegalStateException("OpenCV cannot read its own " + CASCADE);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
        int least = Math.max(LEAST_SIDE, (int) Math.round(settings.minSidePixels() / scale));
        int agreeing = (int) Math.ceil(HALF_SURE * settings.minConfidence() / (1 - settings.minConfidence()) - 1e-9);
        List<Face> faces = new ArrayList<>();
        try (RectVector found = new RectVector();
                IntPointer windows = new IntPointer();
                Size smallest = new Size(least, least);
                Size anySize = new Size()) {
            cascade.detectMultiScale2(image, found, windows, SCALE_STEP, agreeing, 0, smallest, anySize);
            for (int i = 0; i < found.size(); i++) {
                Rect box = found.get(i);
                int side = (int) Math.round(box.width() * scale);
                faces.add(new Face(
                        (int) Math.round((box.x() - border) * scale),
                        (int) Math.round((box.y() - border) * scale),
                        side,
                        side,
                        windows.get(i) / (windows.get(i) + HALF_SURE),
                        Optional.empty()));
            }
        }
        return faces;
    }

    @Override
    public void close() {
        cascade.close();
    }
}
