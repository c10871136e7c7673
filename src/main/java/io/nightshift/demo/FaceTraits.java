package io.nightshift.demo;

import java.util.random.RandomGenerator;

/**
 * The person that is drawn, and how the head is held: all that does not depend on the expression. Lengths are in pixels
 * of a face of normal size, levels in 0..255.
 *
 * @param headWidth  half the width of the head at the temples
 * @param jawWidth   how square the jaw is
 * @param eyeSpacing from the middle of the face to the middle of an eye
 * @param stretch    height of the face as a factor
 * @param parting    where the hair is parted, or the lock of a fringe falls, left to right
 * @param turnX      how far the features are moved by the head's turn to the side
 * @param turnY      how far the features are moved by the head's nod
 * @param tilt       in radians, clockwise
 * @param lightX     where the light comes from, -1 (left) to 1 (right)
 */
record FaceTraits(
        int skin,
        int hair,
        int background,
        int clothes,
        HairStyle hairStyle,
        Beard beard,
        Glasses glasses,
        double headWidth,
        double jawWidth,
        double eyeSpacing,
        double eyeWidth,
        double noseWidth,
        double browWidth,
        double lipWidth,
        double stretch,
        double parting,
        double turnX,
        double turnY,
        double tilt,
        double scale,
        double shiftX,
        double shiftY,
        double lightX) {

    enum HairStyle {
        BALD,
        SHORT,
        FRINGE,
        CURLY,
        LONG,
        BUN
    }

    enum Beard {
        NONE,
        STUBBLE,
        MOUSTACHE,
        FULL
    }

    enum Glasses {
        NONE,
        ROUND,
        SQUARE
    }

    static FaceTraits of(RandomGenerator random) {
        int skin = (int) between(random, 88, 214);
        // Hair as light as the skin would leave the brows unseen.
        int hair = (int) between(random, 14, Math.min(skin - 50, 135));
        HairStyle hairStyle = HairStyle.values()[random.nextInt(HairStyle.values().length)];
        boolean bearded = random.nextDouble() < 0.5 && hairStyle != HairStyle.LONG && hairStyle != HairStyle.BUN;
        return new FaceTraits(
                skin,
                hair,
                (int) between(random, 25, 215),
                (int) between(random, 20, 220),
                hairStyle,
                bearded ? Beard.values()[random.nextInt(Beard.values().length)] : Beard.NONE,
                random.nextDouble() < 0.22 ? Glasses.values()[1 + random.nextInt(2)] : Glasses.NONE,
                between(random, 14, 17),
                between(random, 7, 13),
                between(random, 6.2, 7.6),
                between(random, 3, 3.7),
                between(random, 2, 3.2),
                between(random, 1.1, 2),
                between(random, 1, 1.9),
                between(random, 0.94, 1.05),
                between(random, -8, 8),
                between(random, -2.2, 2.2),
                between(random, -1, 1),
                between(random, -0.17, 0.17),
                between(random, 0.95, 1.18),
                between(random, -2.2, 2.2),
                between(random, -1.8, 1.8),
                between(random, -1, 1));
    }

    static double between(RandomGenerator random, double low, double high) {
        return low + (high - low) * random.nextDouble();
    }
}
