package io.nightshift.dataset.batch;

import io.nightshift.dataset.DataException;
import io.nightshift.dataset.Permutation;
import java.io.Serializable;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Examples in a few arrays, in file order: small enough to be sent whole to each executor, where a task goes through
 * them without Spark.
 *
 * @param labels label number of each example
 * @param pixels the images one after the other, as {@link MiniBatch#pixels} has them
 * @param votes  of the examples one after the other; empty without votes
 */
public record PackedExamples(byte[] labels, byte[] pixels, byte[] votes) implements Serializable {
    /** A Java array holds no more. */
    private static final long MOST_BYTES = Integer.MAX_VALUE - 8;

    /**
     * Brings the examples of a split to the driver.
     *
     * @throws DataException if they take more than 2 GB
     */
    public static PackedExamples of(Examples examples) {
        List<MiniBatch> batches = examples.batches().collect().stream()
                .sorted(Comparator.comparingLong(MiniBatch::number))
                .toList();
        long bytes = batches.stream().mapToLong(batch -> batch.pixels().length).sum();
        if (bytes > MOST_BYTES) {
            throw new DataException(examples.split().id() + " has " + examples.count() + " images of " + bytes
                    + " bytes together; a task that trains alone holds up to " + MOST_BYTES
                    + ": take fewer rows, or smaller images with data.image-side-pixels");
        }
        int size = batches.stream().mapToInt(MiniBatch::size).sum();
        PackedExamples packed = new PackedExamples(
                new byte[size],
                new byte[(int) bytes],
                new byte
                        [batches.stream()
                                .mapToInt(batch -> batch.votes().length)
                                .sum()]);
        int done = 0;
        for (MiniBatch batch : batches) {
            packed.put(done, batch, batch.size());
            done += batch.size();
        }
        return packed;
    }

    private void put(int at, MiniBatch batch, int count) {
        System.arraycopy(batch.labels(), 0, labels, at, count);
        System.arraycopy(batch.pixels(), 0, pixels, at * (batch.pixels().length / count), batch.pixels().length);
        System.arraycopy(batch.votes(), 0, votes, at * (batch.votes().length / count), batch.votes().length);
    }

    /** Returns the number of examples. */
    public int size() {
        return labels.length;
    }

    /** Copies the pixels of one example. */
    public byte[] image(int i) {
        int area = pixels.length / size();
        return Arrays.copyOfRange(pixels, i * area, (i + 1) * area);
    }

    /** Returns the examples per class, in label order. */
    public long[] classCounts(int classes) {
        long[] counts = new long[classes];
        for (byte label : labels) {
            counts[label]++;
        }
        return counts;
    }

    /** Copies the examples of a set, in their order. */
    public PackedExamples only(BitSet positions) {
        MiniBatch chosen = batch(0, positions.stream().toArray());
        return new PackedExamples(chosen.labels(), chosen.pixels(), chosen.votes());
    }

    /** Returns the examples in their order, in minibatches of which the last one may be short. */
    public Stream<MiniBatch> inOrder(int batchSize) {
        return batches(IntStream.range(0, size()).toArray(), batchSize);
    }

    /** Returns the minibatches that {@link Examples#shuffled} makes of the same examples for one worker, in order. */
    public Stream<MiniBatch> shuffled(long seed, int batchSize) {
        Permutation order = new Permutation(size(), seed);
        int[] byPosition = new int[size()];
        for (int i = 0; i < size(); i++) {
            byPosition[(int) order.of(i)] = i;
        }
        return batches(byPosition, batchSize);
    }

    private Stream<MiniBatch> batches(int[] order, int batchSize) {
        return IntStream.range(0, (size() + batchSize - 1) / batchSize)
                .mapToObj(number -> batch(
                        number,
                        Arrays.copyOfRange(order, number * batchSize, Math.min(size(), (number + 1) * batchSize))));
    }

    private MiniBatch batch(long number, int[] members) {
        int area = size() == 0 ? 0 : pixels.length / size();
        int classes = size() == 0 ? 0 : votes.length / size();
        byte[] itsLabels = new byte[members.length];
        byte[] itsPixels = new byte[members.length * area];
        byte[] itsVotes = new byte[members.length * classes];
        for (int i = 0; i < members.length; i++) {
            itsLabels[i] = labels[members[i]];
            System.arraycopy(pixels, members[i] * area, itsPixels, i * area, area);
            System.arraycopy(votes, members[i] * classes, itsVotes, i * classes, classes);
        }
        return new MiniBatch(number, itsLabels, itsPixels, itsVotes);
    }
}
