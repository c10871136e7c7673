package io.nightshift.demo;

import io.nightshift.dataset.Emotion;
import io.nightshift.dataset.Split;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Draws faces in the format of FER2013, to try everything without that data set's licence and download. The same seed
 * gives the same bytes.
 *
 * <p>Drawing the first face sets the system property {@code java.awt.headless} to {@code true}, unless it is set.
 */
public final class DemoFaces {
    /** Width and height of a face in pixels, as in FER2013. */
    public static final int SIZE = Emotion.SIDE;

    /** Per cent of the rows, in label order: as uneven as a collected data set, with {@link Emotion#HAPPY} ahead. */
    private static final int[] WEIGHTS = {14, 8, 14, 22, 15, 12, 15};

    private static final int BLOCK = IntStream.of(WEIGHTS).sum();

    private static final byte[][] DECIMALS = IntStream.range(0, 256)
            .mapToObj(value -> Integer.toString(value).getBytes(StandardCharsets.US_ASCII))
            .toArray(byte[][]::new);

    private DemoFaces() {}

    /**
     * Draws a new face: who it is, how strongly it shows the emotion, light and camera all come from the random
     * numbers.
     *
     * @param random source of all variation; generators in the same state give the same face
     * @return {@link #SIZE} x {@link #SIZE} grey levels, row by row from the top left, a byte (0..255, unsigned) each
     */
    public static byte[] draw(Emotion emotion, RandomGenerator random) {
        FaceTraits traits = FaceTraits.of(random);
        Expression expression = Expression.of(emotion, random);
        return new Camera(random).photograph(FaceDrawing.draw(traits, expression));
    }

    /**
     * Writes a CSV file as FER2013 is: the header {@code emotion,pixels,Usage}, then the Training rows, the PublicTest
     * rows and the PrivateTest rows. PublicTest and PrivateTest get a tenth of the rows each, rounded down, Training
     * the rest. From 70 rows on, every split shows all seven emotions.
     *
     * <p>A row depends only on the seed and on its position within its split: with the same seed, each split of a
     * shorter file is the beginning of that split in a longer one.
     *
     * @param out  is flushed, and left open
     * @param rows number of faces, the header not counted
     * @throws IllegalArgumentException if {@code rows} is negative
     * @throws IOException              if {@code out} cannot be written
     */
    public static void writeCsv(OutputStream out, int rows, long seed) throws IOException {
        if (rows < 0) {
            throw new IllegalArgumentException("rows must not be negative: " + rows);
        }
        BufferedOutputStream csv = new BufferedOutputStream(out, 1 << 16);
        csv.write("emotion,pixels,Usage\n".getBytes(StandardCharsets.US_ASCII));
        int tested = rows / 10;
        for (Split split : Split.values()) {
            writeSplit(csv, split, split == Split.TRAINING ? rows - 2 * tested : tested, seed);
        }
        csv.flush();
    }

    private static void writeSplit(OutputStream csv, Split split, int rows, long seed) throws IOException {
        byte[] usage = split.usage().getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream line = new ByteArrayOutputStream(4 * SIZE * SIZE + 32);
        List<Emotion> block = List.of();
        for (int row = 0; row < rows; row++) {
            if (row % BLOCK == 0) {
                block = emotions(random(seed, split, -1 - row / BLOCK));
            }
            Emotion emotion = block.get(row % BLOCK);
            line.reset();
            line.writeBytes(DECIMALS[emotion.ordinal()]);
            char separator = ',';
            for (byte pixel : draw(emotion, random(seed, split, row))) {
                line.write(separator);
                line.writeBytes(DECIMALS[pixel & 0xff]);
                separator = ' ';
            }
            line.write(',');
            line.writeBytes(usage);
            line.write('\n');
            line.writeTo(csv);
        }
    }

    /**
     * Chooses the emotions of {@link #BLOCK} consecutive rows: exactly by weight, and one of each among the first
     * seven.
     */
    private static List<Emotion> emotions(RandomGenerator random) {
        List<Emotion> first = new ArrayList<>(List.of(Emotion.values()));
        List<Emotion> rest = new ArrayList<>();
        for (Emotion emotion : Emotion.values()) {
            rest.addAll(Collections.nCopies(WEIGHTS[emotion.ordinal()] - 1, emotion));
        }
        shuffle(first, random);
        shuffle(rest, random);
        first.addAll(rest);
        return first;
    }

    private static void shuffle(List<Emotion> emotions, RandomGenerator random) {
        for (int last = emotions.size() - 1; last > 0; last--) {
            Collections.swap(emotions, last, random.nextInt(last + 1));
        }
    }

    /** Makes the random numbers for one row (from 0) or one block of emotions (below 0). */
    private static RandomGenerator random(long seed, Split split, int number) {
        // Seeds in steps would give overlapping sequences: the first number drawn scatters them.
        long position = ((long) split.ordinal() << 32) + number;
        return new SplittableRandom(new SplittableRandom(seed ^ position * 0xD1342543DE82EF95L).nextLong());
    }
}
