package io.nightshift.vision.detect;

import io.nightshift.demo.DrawnHeads;
import java.awt.image.BufferedImage;
import java.util.random.RandomGenerator;

/** How faces are met on a picture. */
public enum Situation {
    UPRIGHT,
    TURNED_15,
    TURNED_30,
    DARK,
    HALF_CUT,
    CAP,
    SMALL,
    SEVERAL,
    NONE;

    static final int WIDTH = 160;
    static final int HEIGHT = 120;

    /** Where heads come from. */
    public interface Heads {
        /** Square, transparent beside the head, whose face is where {@link DrawnHeads} puts it. */
        BufferedImage next(RandomGenerator random);
    }

    /** Puts a picture together: the same heads and random numbers, the same picture. */
    public Scene scene(Heads heads, RandomGenerator random) {
        Scene scene = new Scene(WIDTH, HEIGHT, random);
        switch (this) {
            case UPRIGHT -> scene.put(heads.next(random), WIDTH / 2.0 + side(random), 62, between(random, 44, 60), 0);
            case TURNED_15 -> turned(scene, heads, random, 15);
            case TURNED_30 -> turned(scene, heads, random, 30);
            case DARK -> {
                scene.put(heads.next(random), WIDTH / 2.0 + side(random), 62, between(random, 44, 60), 0);
                scene.darken(between(random, 0.06, 0.14));
            }
            case HALF_CUT -> {
                double face = between(random, 44, 60);
                double inside = face * between(random, 0, 0.15);
                boolean left = random.nextBoolean();
                scene.put(heads.next(random), left ? inside : WIDTH - inside, 62, face, 0);
            }
            case CAP -> scene.put(heads.next(random), WIDTH / 2.0 + side(random), 62, between(random, 44, 60), 0);
            case SMALL ->
                scene.put(
                        heads.next(random),
                        WIDTH / 2.0 + 2 * side(random),
                        60 + side(random) / 2,
                        between(random, 26, 34),
                        0);
            case SEVERAL -> {
                for (int i = 0; i < 3; i++) {
                    scene.put(
                            heads.next(random),
                            28 + 52 * i,
                            between(random, 42, 78),
                            between(random, 30, 36),
                            between(random, -6, 6));
                }
            }
            case NONE -> scene.clutter();
        }
        scene.grain();
        return scene;
    }

    private static void turned(Scene scene, Heads heads, RandomGenerator random, double degrees) {
        scene.put(
                heads.next(random),
                WIDTH / 2.0 + side(random),
                95,
                between(random, 44, 60),
                random.nextBoolean() ? degrees : -degrees);
    }

    private static double side(RandomGenerator random) {
        return between(random, -26, 26);
    }

    static double between(RandomGenerator random, double low, double high) {
        return low + (high - low) * random.nextDouble();
    }
}
