package io.nightshift.vision.detect;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencv.opencv_core.FileStorage;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.RectVector;
import org.bytedeco.opencv.opencv_core.Size;
import org.bytedeco.opencv.opencv_objdetect.CascadeClassifier;

/**
 * A cascade that OpenCV's artifact carries (Viola and Jones, "Rapid Object Detection using a Boosted Cascade of Simple
 * Features", 2001). Moves a window over the image in all sizes, and groups the windows in which it sees its object.
 */
final class Cascade implements AutoCloseable {
    private static final String FOLDER = "/org/bytedeco/opencv/" + Loader.getPlatform() + "/share/opencv4/";
    private static final double SCALE_STEP = 1.1;
    /** The smallest window that a cascade was trained with. */
    private static final int LEAST_SIDE = 20;

    private final CascadeClassifier classifier = new CascadeClassifier();

    /**
     * A group of windows.
     *
     * @param x       middle of the group, in pixels of the image
     * @param side    of the mean window, which is square
     * @param windows in the group
     */
    record Group(double x, double y, double side, int windows) {}

    /** Opens the cascade in a file of the artifact, such as {@code haarcascades/haarcascade_frontalface_alt2.xml}. */
    Cascade(String file) {
        try (InputStream in = Cascade.class.getResourceAsStream(FOLDER + file)) {
            if (in == null) {
                throw new IllegalStateException(
                        "OpenCV's artifact for " + Loader.getPlatform() + " is not on the class path");
            }
            String xml = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            try (FileStorage storage = new FileStorage(xml, FileStorage.READ | FileStorage.MEMORY)) {
                if (!classifier.read(storage.getFirstTopLevelNode())) {
                    throw new IllegalStateException("OpenCV cannot read its own " + file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Searches a grey image.
     *
     * @param least    shortest side of a window; less than the cascade's own is none
     * @param agreeing groups of at most so many windows do not count
     */
    List<Group> search(Mat image, int least, int agreeing) {
        List<Group> groups = new ArrayList<>();
        int side = Math.max(LEAST_SIDE, least);
        try (RectVector found = new RectVector();
                IntPointer windows = new IntPointer();
                Size smallest = new Size(side, side);
                Size anySize = new Size()) {
            classifier.detectMultiScale2(image, found, windows, SCALE_STEP, agreeing, 0, smallest, anySize);
            for (int i = 0; i < found.size(); i++) {
                Rect box = found.get(i);
                groups.add(new Group(
                        box.x() + box.width() / 2.0, box.y() + box.height() / 2.0, box.width(), windows.get(i)));
            }
        }
        return groups;
    }

    @Override
    public void close() {
        classifier.close();
    }
}
