package io.nightshift.evaluation;

import io.nightshift.dataset.batch.PackedExamples;
import io.nightshift.dataset.images.GreyImage;
import io.nightshift.dataset.images.PerceptualHash;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Groups images of one split that are the same or nearly the same, so that they can be kept on one side of a
 * division.
 */
public final class DuplicateGroups {
    private DuplicateGroups() {}

    /**
     * Compares every image with every other by {@link PerceptualHash}. Images are in one group if a chain of
     * near-duplicates leads from one to the other.
     *
     * @param distance most bits of 128 in which two hashes of the same image differ; -1 leaves each image alone
     * @return for each image the one that stands for its group, which does not depend on the order of the images
     */
    public static int[] of(PackedExamples examples, int distance) {
        int side = (int) Math.round(Math.sqrt(examples.pixels().length / (double) examples.size()));
        PerceptualHash[] hashes = IntStream.range(0, examples.size())
                .parallel()
                .mapToObj(i -> PerceptualHash.of(new GreyImage(side, side, examples.image(i))))
                .toArray(PerceptualHash[]::new);
        // Side by side in memory, which is several times as fast as through the objects.
        long[] rightwards =
                Arrays.stream(hashes).mapToLong(PerceptualHash::rightwards).toArray();
        long[] downwards =
                Arrays.stream(hashes).mapToLong(PerceptualHash::downwards).toArray();
        int[] parents = IntStream.range(0, examples.size()).toArray();
        for (int i = 0; i < parents.length && distance >= 0; i++) {
            for (int j = 0; j < i; j++) {
                int differing =
                        Long.bitCount(rightwards[i] ^ rightwards[j]) + Long.bitCount(downwards[i] ^ downwards[j]);
                if (differing <= distance) {
                    parents[root(parents, i)] = root(parents, j);
                }
            }
        }
        return standingFor(examples, parents);
    }

    private static int root(int[] parents, int of) {
        int at = of;
        while (parents[at] != at) {
            parents[at] = parents[parents[at]];
            at = parents[at];
        }
        return at;
    }

    /** Of each group the image with the least pixels stands for it, in the order of {@link Arrays#compareUnsigned}. */
    private static int[] standingFor(PackedExamples examples, int[] parents) {
        int[] least = new int[parents.length];
        Arrays.fill(least, -1);
        for (int i = 0; i < parents.length; i++) {
            int group = root(parents, i);
            if (least[group] < 0 || Arrays.compareUnsigned(examples.image(i), examples.image(least[group])) < 0) {
                least[group] = i;
            }
        }
        return IntStream.range(0, parents.length)
                .map(i -> least[root(parents, i)])
                .toArray();
    }
}
