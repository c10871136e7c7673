package io.nightshift.scoring;

import java.io.Serializable;

/**
 * What was scored.
 *
 * @param images      all of them
 * @param faces       lines with scores
 * @param withoutFace images on which no face was found
 * @param unreadable  files that are no image that can be used, and rejected rows
 */
public record ScoreTotals(long images, long faces, long withoutFace, long unreadable) implements Serializable {
    /** Nothing yet. */
    public static final ScoreTotals NONE = new ScoreTotals(0, 0, 0, 0);

    /** Both together. */
    public ScoreTotals plus(ScoreTotals other) {
        return new ScoreTotals(
                images + other.images,
                faces + other.faces,
                withoutFace + other.withoutFace,
                unreadable + other.unreadable);
    }
}
