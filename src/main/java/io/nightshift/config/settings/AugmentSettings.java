package io.nightshift.config.settings;

import io.nightshift.config.Keys;
import java.io.Serializable;

/**
 * The largest random changes of training images; 0 disables one.
 *
 * @param flipProbability  of a mirrored image, in [0, 1]
 * @param shiftPixels      each way
 * @param rotationDegrees  to either side
 * @param scale            fraction by which an image is enlarged or reduced
 * @param brightness       fraction of white that is added or taken
 * @param contrast         fraction by which contrast is raised or lowered
 * @param eraseProbability of a rectangle that is wiped out, in [0, 1]
 */
public record AugmentSettings(
        double flipProbability,
        double shiftPixels,
        double rotationDegrees,
        double scale,
        double brightness,
        double contrast,
        double eraseProbability)
        implements Serializable {

    static AugmentSettings of(Keys keys) {
        return new AugmentSettings(
                keys.number("augment.flip-probability").between(0, 1),
                keys.number("augment.shift-pixels").between(0, 24),
                keys.number("augment.rotation-degrees").between(0, 180),
                keys.number("augment.scale").between(0, 0.9),
                keys.number("augment.brightness").between(0, 1),
                keys.number("augment.contrast").between(0, 1),
                keys.number("augment.erase-probability").between(0, 1));
    }

    /** Whether no image is changed. */
    public boolean leavesImages() {
        return equals(new AugmentSettings(0, 0, 0, 0, 0, 0, 0));
    }
}
