package io.nightshift.vision.detect;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.FaceSettings;
import io.nightshift.vision.image.Mats;
import io.nightshift.vision.image.Picture;
import java.awt.image.BufferedImage;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;
import org.bytedeco.opencv.opencv_objdetect.FaceDetectorYN;

/**
 * Finds faces, and five landmarks of each, with a small network that OpenCV runs (Wu, Peng and Yu, "YuNet: A Tiny
 * Millisecond-level Face Detector", 2023). Its models need OpenCV 4.8 or later.
 */
final class YuNet implements FaceDetector {
    /** Boxes that share more than this are the same face. */
    private static final float SAME_FACE = 0.3f;

    private static final int MOST_FACES = 5_000;
    /** Floats of a found face: box, five points, score. */
    private static final int FIELDS = 15;

    private final FaceDetectorYN network;
    private final FaceSettings settings;

    /**
     * Loads the network.
     *
     * @throws ConfigurationException if OpenCV cannot run the file
     */
    YuNet(FaceSettings settings, byte[] onnx) {
        this.settings = settings;
        try (Size size = new Size(64, 64)) {
            network = FaceDetectorYN.create(
                    "onnx", onnx, new byte[0], size, (float) settings.minConfidence(), SAME_FACE, MOST_FACES, 0, 0);
            // A network of another kind is noticed when it is run.
            detect(Picture.of(new BufferedImage(64, 64, BufferedImage.TYPE_BYTE_GRAY)));
        } catch (RuntimeException e) {
            throw new ConfigurationException(
                    "face.model = " + settings.model() + ": OpenCV cannot run it as a YuNet face "
                            + "detector; name a file such as face_detection_yunet_2023mar.onnx, or take "
                            + "face.detector = cascades");
        }
    }

    @Override
    public List<Face> detect(Picture picture) {
        try (Mat whole = Mats.colours(picture.colours());
                Mat searched = Mats.shrunk(whole, settings.searchSidePixels());
                Mat found = new Mat();
                Size size = new Size(searched.cols(), searched.rows())) {
            network.setInputSize(size);
            network.detect(searched, found);
            return faces(found, (double) picture.width() / searched.cols());
        }
    }

    private List<Face> faces(Mat found, double scale) {
        List<Face> faces = new ArrayList<>();
        if (found.rows() == 0) {
            return faces;
        }
        FloatBuffer values = found.createBuffer();
        for (int row = 0; row < found.rows(); row++) {
            double[] face = new double[FIELDS];
            for (int i = 0; i < FIELDS; i++) {
                face[i] = values.get(row * FIELDS + i) * (i == FIELDS - 1 ? 1 : scale);
            }
            int width = (int) Math.round(face[2]);
            int height = (int) Math.round(face[3]);
            if (Math.max(width, height) >= settings.minSidePixels()) {
                faces.add(new Face(
                        (int) Math.round(face[0]),
                        (int) Math.round(face[1]),
                        width,
                        height,
                        Math.min(1, face[FIELDS - 1]),
                        Optional.of(landmarks(face))));
            }
        }
        return faces;
    }

    private static Face.Landmarks landmarks(double[] face) {
        Face.Point[] points = new Face.Point[5];
        for (int i = 0; i < points.length; i++) {
            points[i] = new Face.Point(face[4 + 2 * i], face[5 + 2 * i]);
        }
        return new Face.Landmarks(points[0], points[1], points[2], points[3], points[4]);
    }

    @Override
    public void close() {
        network.close();
    }
}
