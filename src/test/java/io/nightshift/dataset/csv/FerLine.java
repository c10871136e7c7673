package io.nightshift.dataset.csv;

import io.nightshift.dataset.Schema;
import io.nightshift.dataset.Split;
import java.util.Collections;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Makes valid rows of the CSV, each with an image of its own. */
public final class FerLine {
    private FerLine() {}

    public static int[] pixels(long seed) {
        return new SplittableRandom(seed).ints(Schema.FER2013.pixels(), 0, 256).toArray();
    }

    static String text(int[] pixels) {
        return IntStream.of(pixels).mapToObj(Integer::toString).collect(Collectors.joining(" "));
    }

    public static byte[] bytes(int[] pixels) {
        byte[] bytes = new byte[pixels.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) pixels[i];
        }
        return bytes;
    }

    public static String of(int emotion, long seed, Split split) {
        return emotion + "," + text(pixels(seed)) + "," + split.usage();
    }

    /** As many pixels as an image has, all alike. */
    static String flat(String pixel) {
        return String.join(" ", Collections.nCopies(Schema.FER2013.pixels(), pixel));
    }
}
