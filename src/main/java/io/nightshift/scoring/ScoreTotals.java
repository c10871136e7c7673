package io.nightshift.scoring;

import java.io.Serializable;

/**
 * Counts images and faces.
 *
 * @param images      all images
 * @param faces       lines with scores
 * @param withoutFace images without a face
 * @param unreadable  files that cannot be decoded, and rejected rows
 */
public record ScoreTotals(long images, long faces, long withoutFace, long unreadable) implements Serializable {
    /** All zero. */
    public static final ScoreTotals NONE = new ScoreTotals(0, 0, 0, 0);

    /** Returns the sum of both. */
    public ScoreTotals plus(ScoreTotals other) {
        return new ScoreTotals(
                images + other.images,
                faces + other.faces,
                withoutFace + other.withoutFace,
                unreadable + other.unreadable);
    }
}
