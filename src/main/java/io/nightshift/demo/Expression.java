package io.nightshift.demo;

import static io.nightshift.demo.Expression.Part.*;

import io.nightshift.dataset.Emotion;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * The expression of a face: how far each of its movable parts is moved. The movements are those that people are found
 * to make (Ekman's action units), somewhat exaggerated, for 48 pixels are few.
 */
final class Expression {

    /**
     * A movable part, with its position in a face at rest and how much it varies from face to face. Lengths are in
     * pixels of a face of normal size, downwards positive; shades and lines go from 0 (none) to 1 (deep).
     */
    enum Part {
        /** Height of the brow's inner end, its outer end, and how much its middle arches above them. */
        BROW_INNER(0, 0.6),
        BROW_OUTER(0, 0.6),
        BROW_ARCH(0.9, 0.4),
        /** How far the brows are drawn together. */
        BROW_KNIT(0, 0.3),
        /** How far the lids are from the line between the eye's corners; a lower lid below 0 is pushed up past it. */
        UPPER_LID(2.1, 0.35),
        LOWER_LID(1.4, 0.3),
        /** How far the upper lid is lower at its inner end than at its outer end. */
        LID_SLANT(0, 0.25),
        IRIS_RADIUS(1.75, 0.15),
        GAZE_DOWN(0, 0.3),
        /** Wrinkles across the bridge of the nose, upright lines between the brows, lines across the forehead. */
        NOSE_WRINKLES(0, 0),
        FROWN_LINES(0, 0),
        FOREHEAD_LINES(0, 0),
        /** Folds from the nose to the corners of the mouth. */
        CHEEK_FOLDS(0.12, 0.1),
        /** Half the width of the mouth. */
        MOUTH_WIDTH(5, 0.5),
        /** Heights of the corners, the upper lip's middle and the lower lip's middle; the lips meet where equal. */
        MOUTH_CORNERS(0, 0.5),
        UPPER_LIP(0.1, 0.25),
        LOWER_LIP(0.3, 0.25),
        /** From a mouth that tapers to its corners to one that is open all along. */
        MOUTH_SQUARENESS(0.3, 0.1),
        /** How far one side of the upper lip is pulled up. */
        SNEER(0, 0),
        UPPER_TEETH(0, 0),
        LOWER_TEETH(0, 0),
        /** How far the tongue is put out. */
        TONGUE(0, 0),
        /** How far the chin goes down. */
        JAW_DROP(0, 0.4),
        TEAR(0, 0);

        private final double atRest;
        private final double variation;

        Part(double atRest, double variation) {
            this.atRest = atRest;
            this.variation = variation;
        }

        /** The eyes and all above them, which people move apart from the mouth. */
        private boolean isUpperFace() {
            return compareTo(NOSE_WRINKLES) < 0 || this == FROWN_LINES || this == FOREHEAD_LINES;
        }
    }

    /** The ways in which each emotion shows; one is chosen per face. */
    private static final Map<Emotion, List<Expression>> FULL = new EnumMap<>(Map.of(
            Emotion.ANGRY,
                    List.of(
                            glare().set(MOUTH_WIDTH, 4.6)
                                    .set(MOUTH_CORNERS, 1.7)
                                    .set(UPPER_LIP, 0.1)
                                    .set(LOWER_LIP, 0.5),
                            glare().set(MOUTH_WIDTH, 5.8)
                                    .set(MOUTH_CORNERS, 1.2)
                                    .set(UPPER_LIP, -1.7)
                                    .set(LOWER_LIP, 2.6)
                                    .set(MOUTH_SQUARENESS, 0.95)
                                    .set(UPPER_TEETH, 2.1)
                                    .set(LOWER_TEETH, 1.9)),
            Emotion.DISGUST,
                    List.of(
                            wrinkledNose()
                                    .set(MOUTH_WIDTH, 5.4)
                                    .set(MOUTH_CORNERS, 2.4)
                                    .set(UPPER_LIP, -1.6)
                                    .set(LOWER_LIP, 0.9)
                                    .set(SNEER, 1.6)
                                    .set(UPPER_TEETH, 1.5),
                            wrinkledNose()
                                    .set(MOUTH_WIDTH, 5)
                                    .set(MOUTH_CORNERS, 1.6)
                                    .set(UPPER_LIP, -1.2)
                                    .set(LOWER_LIP, 2.2)
                                    .set(TONGUE, 4)),
            Emotion.FEAR,
                    List.of(
                            dread().set(MOUTH_WIDTH, 6.4)
                                    .set(MOUTH_CORNERS, 2.2)
                                    .set(UPPER_LIP, -0.6)
                                    .set(LOWER_LIP, 2.8)
                                    .set(LOWER_TEETH, 1.4),
                            dread().set(MOUTH_WIDTH, 5.8)
                                    .set(MOUTH_CORNERS, 2.4)
                                    .set(UPPER_LIP, -1)
                                    .set(LOWER_LIP, 3.8)
                                    .set(UPPER_TEETH, 1.2)
                                    .set(JAW_DROP, 1)),
            Emotion.HAPPY,
                    List.of(
                            cheer().set(MOUTH_WIDTH, 7)
                                    .set(MOUTH_CORNERS, -2.4)
                                    .set(UPPER_LIP, 0.1)
                                    .set(LOWER_LIP, 3.4)
                                    .set(UPPER_TEETH, 1.9),
                            cheer().set(MOUTH_WIDTH, 6.6)
                                    .set(MOUTH_CORNERS, -2.5)
                                    .set(UPPER_LIP, 1.1)
                                    .set(LOWER_LIP, 1.3)),
            Emotion.SAD, List.of(sorrow(), sorrow().set(TEAR, 1)),
            Emotion.SURPRISE,
                    List.of(
                            startle()
                                    .set(MOUTH_WIDTH, 3.7)
                                    .set(MOUTH_CORNERS, 1.4)
                                    .set(UPPER_LIP, -2.2)
                                    .set(LOWER_LIP, 4.8)
                                    .set(JAW_DROP, 2.2),
                            startle()
                                    .set(MOUTH_WIDTH, 2.8)
                                    .set(MOUTH_CORNERS, 0.8)
                                    .set(UPPER_LIP, -1.4)
                                    .set(LOWER_LIP, 2.9)
                                    .set(JAW_DROP, 1)),
            Emotion.NEUTRAL, List.of(new Expression())));

    private final double[] places = new double[Part.values().length];

    private Expression() {
        for (Part part : Part.values()) {
            places[part.ordinal()] = part.atRest;
        }
    }

    /** The emotion as one face shows it: in one of its ways, more or less strongly, and a little off. */
    static Expression of(Emotion emotion, RandomGenerator random) {
        List<Expression> ways = FULL.get(emotion);
        Expression full = ways.get(random.nextInt(ways.size()));
        // The stronger of two draws: most faces show plainly what they feel, a few hardly do.
        double strength = 0.2 + 0.9 * Math.max(random.nextDouble(), random.nextDouble());
        double upperStrength = strength * (0.75 + 0.4 * random.nextDouble());
        double lowerStrength = strength * (0.75 + 0.4 * random.nextDouble());
        Expression shown = new Expression();
        for (Part part : Part.values()) {
            double moved = full.get(part) - part.atRest;
            double variation = part.variation * (random.nextDouble() + random.nextDouble() - 1);
            shown.set(part, part.atRest + moved * (part.isUpperFace() ? upperStrength : lowerStrength) + variation);
        }
        return shown;
    }

    double get(Part part) {
        return places[part.ordinal()];
    }

    private Expression set(Part part, double place) {
        places[part.ordinal()] = place;
        return this;
    }

    private static Expression glare() {
        return new Expression()
                .set(BROW_INNER, 3)
                .set(BROW_OUTER, -1)
                .set(BROW_ARCH, 0.2)
                .set(BROW_KNIT, 1.6)
                .set(UPPER_LID, 1.7)
                .set(LOWER_LID, 1.2)
                .set(LID_SLANT, 1.5)
                .set(FROWN_LINES, 1)
                .set(CHEEK_FOLDS, 0.3);
    }

    private static Expression wrinkledNose() {
        return new Expression()
                .set(BROW_INNER, 1.9)
                .set(BROW_OUTER, 0.9)
                .set(BROW_ARCH, 0.5)
                .set(BROW_KNIT, 0.6)
                .set(UPPER_LID, 1.1)
                .set(LOWER_LID, 0.4)
                .set(NOSE_WRINKLES, 1)
                .set(CHEEK_FOLDS, 1);
    }

    private static Expression dread() {
        return new Expression()
                .set(BROW_INNER, -2.8)
                .set(BROW_OUTER, 0)
                .set(BROW_ARCH, 0)
                .set(BROW_KNIT, 1.2)
                .set(UPPER_LID, 3.5)
                .set(LOWER_LID, 2.2)
                .set(IRIS_RADIUS, 1.25)
                .set(FOREHEAD_LINES, 0.8)
                .set(MOUTH_SQUARENESS, 0.9);
    }

    private static Expression cheer() {
        return new Expression()
                .set(BROW_INNER, -0.4)
                .set(BROW_OUTER, -0.3)
                .set(BROW_ARCH, 1.4)
                .set(UPPER_LID, 2)
                .set(LOWER_LID, -0.3)
                .set(CHEEK_FOLDS, 0.8);
    }

    private static Expression sorrow() {
        return new Expression()
                .set(BROW_INNER, -2.6)
                .set(BROW_OUTER, 1.8)
                .set(BROW_ARCH, 0)
                .set(BROW_KNIT, 0.6)
                .set(UPPER_LID, 1.4)
                .set(LID_SLANT, -1.4)
                .set(GAZE_DOWN, 0.6)
                .set(FROWN_LINES, 0.3)
                .set(CHEEK_FOLDS, 0.3)
                .set(MOUTH_WIDTH, 4.4)
                .set(MOUTH_CORNERS, 2.5)
                .set(UPPER_LIP, 0)
                .set(LOWER_LIP, 0.3);
    }

    private static Expression startle() {
        return new Expression()
                .set(BROW_INNER, -3.4)
                .set(BROW_OUTER, -3)
                .set(BROW_ARCH, 2)
                .set(UPPER_LID, 3.5)
                .set(LOWER_LID, 2.2)
                .set(IRIS_RADIUS, 1.6)
                .set(FOREHEAD_LINES, 1)
                .set(MOUTH_SQUARENESS, 0.55);
    }
}
