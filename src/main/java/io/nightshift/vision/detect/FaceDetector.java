package io.nightshift.vision.detect;

import io.nightshift.vision.image.Picture;
import java.util.List;

/**
 * Finds faces on a picture. Not thread-safe: each thread opens one of its own, and closes it, because it holds memory
 * outside of the Java heap.
 */
public interface FaceDetector extends AutoCloseable {

    /** Finds all faces, in any order; an empty list is no failure. */
    List<Face> detect(Picture picture);

    @Override
    void close();
}
