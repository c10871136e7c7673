package io.nightshift.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * CSVs in the FER2013 format that a network learns in seconds: noise, with a bright square whose place tells the class.
 * So a test can have a good champion, a better one, and data that is wrong in a given way.
 */
public final class PatternFaces {
    private static final int SIDE = 48;
    private static final int SQUARE = 12;

    private final Random random;
    private final List<String> lines = new ArrayList<>(List.of("emotion,pixels,Usage"));

    private PatternFaces(long seed) {
        random = new Random(seed);
    }

    /**
     * As many rows per class as are asked for.
     *
     * @param training rows per class
     * @param test     rows per class of public_test, and of private_test
     */
    public static PatternFaces of(long seed, int training, int test) {
        PatternFaces faces = new PatternFaces(seed);
        for (int i = 0; i < training; i++) {
            faces.oneOfEach(Split.TRAINING);
        }
        for (int i = 0; i < test; i++) {
            faces.oneOfEach(Split.PUBLIC_TEST);
            faces.oneOfEach(Split.PRIVATE_TEST);
        }
        return faces;
    }

    private void oneOfEach(Split split) {
        for (int label = 0; label < Emotion.COUNT; label++) {
            lines.add(label + "," + pixels(label) + "," + split.usage());
        }
    }

    private String pixels(int label) {
        int left = 2 + label % 3 * 16;
        int top = 2 + label / 3 * 16;
        StringBuilder pixels = new StringBuilder();
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                boolean bright = x >= left && x < left + SQUARE && y >= top && y < top + SQUARE;
                pixels.append(pixels.isEmpty() ? "" : " ").append(random.nextInt(60) + (bright ? 190 : 30));
            }
        }
        return pixels.toString();
    }

    /** Deals the labels of each of these splits out anew, by chance: there are as many of each as before. */
    public PatternFaces shuffled(Split... splits) {
        for (Split split : splits) {
            List<Integer> rows = IntStream.range(0, lines.size())
                    .filter(i -> lines.get(i).endsWith("," + split.usage()))
                    .boxed()
                    .toList();
            List<String> labels = new ArrayList<>(
                    rows.stream().map(row -> lines.get(row).substring(0, 1)).toList());
            Collections.shuffle(labels, random);
            for (int i = 0; i < rows.size(); i++) {
                lines.set(rows.get(i), labels.get(i) + lines.get(rows.get(i)).substring(1));
            }
        }
        return this;
    }

    /** Leaves out a class. */
    public PatternFaces without(int label) {
        lines.removeIf(line -> line.startsWith(label + ","));
        return this;
    }

    public Path write(Path file) throws IOException {
        return Files.write(file, lines);
    }
}
