package io.nightshift.config.settings;

import io.nightshift.config.Keys;
import java.io.Serializable;

/**
 * How faces are found in images and cut out.
 *
 * @param model            URI of the ONNX file of YuNet or BlazeFace; empty if none is named
 * @param minConfidence    in [0, 1)
 * @param minSidePixels    shortest side of a face, in pixels of the original image
 * @param searchSidePixels longest side of the reduced copy that is searched
 * @param margin           fraction of a face's side that is added on each side
 */
public record FaceSettings(
        Detector detector, String model, double minConfidence, int minSidePixels, int searchSidePixels, double margin)
        implements Serializable {

    static FaceSettings of(Keys keys) {
        return new FaceSettings(
                keys.oneOf("face.detector", Detector.class),
                keys.text("face.model"),
                keys.number("face.min-confidence").between(0, 0.99),
                keys.integer("face.min-side-pixels").between(1, 100_000),
                keys.integer("face.search-side-pixels").between(64, 100_000),
                keys.number("face.margin").between(-0.4, 2));
    }

    /** Returns the same settings with a detector, and the file that it needs. */
    public FaceSettings with(Detector chosen, String file) {
        return new FaceSettings(chosen, file, minConfidence, minSidePixels, searchSidePixels, margin);
    }

    /** Returns the same settings with another {@code minSidePixels}. */
    public FaceSettings withMinSide(int pixels) {
        return new FaceSettings(detector, model, minConfidence, pixels, searchSidePixels, margin);
    }

    /**
     * The face detector: whichever can be had, several of OpenCV's cascades, a single one, or the network YuNet
     * or BlazeFace.
     */
    public enum Detector {
        AUTO,
        CASCADES,
        HAAR,
        YUNET,
        BLAZEFACE
    }
}
