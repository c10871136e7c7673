package io.nightshift.demo;

import io.nightshift.dataset.Emotion;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.util.random.RandomGenerator;

/** Draws heads on nothing, upright and in the middle, for pictures that are put together from them. */
public final class DrawnHeads {
    /** Where the middle of the face is, as a fraction of the image's height. */
    public static final double MIDDLE_Y = 0.55;
    /** The side of the square around the face, from the brows to the chin, as a fraction of the image's. */
    public static final double FACE = 0.68;

    private DrawnHeads() {}

    /** Draws a head with any expression; what is transparent is beside it. */
    public static BufferedImage head(RandomGenerator random) {
        return head(random, false);
    }

    /** Draws a head under a cap that covers the hair and the forehead. */
    public static BufferedImage headInACap(RandomGenerator random) {
        return head(random, true);
    }

    private static BufferedImage head(RandomGenerator random, boolean cap) {
        FaceTraits traits = FaceTraits.of(random);
        Emotion emotion = Emotion.values()[random.nextInt(Emotion.values().length)];
        GreyCanvas canvas = new GreyCanvas();
        canvas.transform(AffineTransform.getTranslateInstance(DemoFaces.SIZE / 2.0, DemoFaces.SIZE * MIDDLE_Y));
        FaceDrawing.draw(traits, Expression.of(emotion, random), canvas);
        if (cap) {
            canvas.transform(AffineTransform.getTranslateInstance(-traits.turnX(), -traits.turnY()));
            double width = traits.headWidth() + 1.5;
            Path2D crown = new Path2D.Double();
            crown.moveTo(-width, -10);
            crown.curveTo(-width, -27, width, -27, width, -10);
            crown.curveTo(width / 2, -13, -width / 2, -13, -width, -10);
            canvas.fill(crown, GreyCanvas.grey(traits.clothes()));
            canvas.line(
                    GreyCanvas.curve(-width, -10.5, 0, -13.5, width, -10.5),
                    GreyCanvas.grey(traits.clothes() * 0.6),
                    2.5);
        }
        return canvas.surface();
    }
}
