package io.nightshift.vision.detect;

import static org.bytedeco.opencv.global.opencv_imgproc.GaussianBlur;

import io.nightshift.vision.image.Mats;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/** Makes dark, bright and flat pictures use all levels. OpenCV's cascades pass over windows of little contrast. */
final class Contrast {
    /** Fraction of the pixels at either end that become black or white. */
    private static final double CUT = 0.01;
    /** Fewer levels than these are noise, and stay flat. */
    private static final int LEAST_LEVELS = 8;
    /** From here on a camera's noise, which is stretched too, is blurred. */
    private static final double NOISY = 4;

    private Contrast() {}

    /** Returns a copy whose darkest pixels are black and whose brightest are white. */
    static Mat stretched(Mat grey) {
        int[] range = range(Mats.greyImage(grey).pixels());
        double gain = 255.0 / Math.max(LEAST_LEVELS, range[1] - range[0]);
        Mat stretched = new Mat();
        try (Mat blurred = gain > NOISY ? blurred(grey, Math.min(2, Math.sqrt(gain) / 4)) : grey.clone()) {
            blurred.convertTo(stretched, -1, gain, -gain * range[0]);
        }
        return stretched;
    }

    private static Mat blurred(Mat grey, double sigma) {
        Mat blurred = new Mat();
        try (Size bySigma = new Size(0, 0)) {
            GaussianBlur(grey, blurred, bySigma, sigma);
        }
        return blurred;
    }

    /** Returns the level below which, and the one above which, the cut lies. */
    private static int[] range(byte[] pixels) {
        int[] counts = new int[256];
        for (byte pixel : pixels) {
            counts[pixel & 0xff]++;
        }
        return new int[] {level(counts, CUT * pixels.length), level(counts, (1 - CUT) * pixels.length)};
    }

    private static int level(int[] counts, double below) {
        long sum = counts[0];
        int level = 0;
        while (sum <= below && level < 255) {
            level++;
            sum += counts[level];
        }
        return level;
    }
}
