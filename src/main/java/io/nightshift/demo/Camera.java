package io.nightshift.demo;

import static io.nightshift.demo.DemoFaces.SIZE;
import static io.nightshift.demo.FaceTraits.between;

import java.util.random.RandomGenerator;

/** Turns a clean drawing into something like a photograph: uneven light, lack of focus, exposure and noise. */
final class Camera {
    private final RandomGenerator random;
    private final double lightAcross;
    private final double lightDown;
    private final double blur;
    private final double contrast;
    private final double brightness;
    private final double noise;

    Camera(RandomGenerator random) {
        this.random = random;
        lightAcross = between(random, -0.3, 0.3);
        lightDown = between(random, -0.2, 0.2);
        blur = between(random, 0, 0.2);
        contrast = between(random, 0.8, 1.25);
        brightness = between(random, -16, 20);
        noise = between(random, 2, 13);
    }

    /**
     * Takes the photograph.
     *
     * @param drawing {@link DemoFaces#SIZE} squared grey levels, row by row
     * @return as many, a byte (unsigned) each
     */
    byte[] photograph(float[] drawing) {
        float[] light = new float[drawing.length];
        for (int y = 0; y < SIZE; y++) {
            for (int x = 0; x < SIZE; x++) {
                double shade = 1 + lightAcross * (2.0 * x / SIZE - 1) + lightDown * (2.0 * y / SIZE - 1);
                light[y * SIZE + x] = (float) (drawing[y * SIZE + x] * shade);
            }
        }
        float[] focused = blurred(blurred(light, 1, SIZE), SIZE, 1);
        byte[] pixels = new byte[drawing.length];
        for (int i = 0; i < pixels.length; i++) {
            double grain = noise * (random.nextDouble() + random.nextDouble() - 1);
            double level = 128 + contrast * (focused[i] - 128) + brightness + grain;
            pixels[i] = (byte) Math.max(0, Math.min(255, Math.round(level)));
        }
        return pixels;
    }

    /** Mixes each pixel with the two that are {@code step} away along a line; the lines are {@code across} apart. */
    private float[] blurred(float[] image, int step, int across) {
        float side = (float) blur;
        float[] mixed = image.clone();
        for (int line = 0; line < SIZE; line++) {
            for (int position = 1; position < SIZE - 1; position++) {
                int i = line * across + position * step;
                mixed[i] = (1 - 2 * side) * image[i] + side * (image[i - step] + image[i + step]);
            }
        }
        return mixed;
    }
}
