package io.nightshift.evaluation;

import io.nightshift.dataset.batch.Examples;
import io.nightshift.dataset.batch.MiniBatch;
import io.nightshift.dataset.images.GreyImage;
import io.nightshift.dataset.images.PerceptualHash;
import java.io.Serializable;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * Images that a test split and training have in common, the same or nearly the same: a network may have learned them by
 * heart. FER2013 has many.
 *
 * @param tested  indices in the test split
 * @param trained indices in training
 */
public record Duplicates(BitSet tested, BitSet trained) implements Serializable {

    private record Hashed(int index, PerceptualHash hash) implements Serializable {}

    /**
     * Compares every image of training with every image of a test split by {@link PerceptualHash}, which takes about a
     * nanosecond a pair and core.
     *
     * @param distance most bits of 128 in which two hashes of the same image differ
     */
    public static Duplicates between(Examples training, Examples test, int distance) {
        JavaSparkContext spark =
                JavaSparkContext.fromSparkContext(training.batches().context());
        spark.setJobDescription("looking for images of " + test.split().id() + " in training");
        PerceptualHash[] hashes = hashed(test).stream()
                .sorted(Comparator.comparingInt(Hashed::index))
                .map(Hashed::hash)
                .toArray(PerceptualHash[]::new);
        Broadcast<PerceptualHash[]> sent = spark.broadcast(hashes);
        try {
            int batchSize = training.batchSize();
            return training
                    .batches()
                    .mapPartitions(batches -> List.of(found(batches, batchSize, sent.value(), distance))
                            .iterator())
                    .collect()
                    .stream()
                    .reduce(none(), Duplicates::plus);
        } finally {
            sent.destroy();
        }
    }

    private static List<Hashed> hashed(Examples examples) {
        int batchSize = examples.batchSize();
        return examples.batches()
                .flatMap(batch -> IntStream.range(0, batch.size())
                        .mapToObj(i -> new Hashed(Math.toIntExact(batch.number() * batchSize + i), hash(batch, i)))
                        .iterator())
                .collect();
    }

    private static PerceptualHash hash(MiniBatch batch, int i) {
        return PerceptualHash.of(new GreyImage(batch.side(), batch.side(), batch.image(i)));
    }

    private static Duplicates found(Iterator<MiniBatch> batches, int batchSize, PerceptualHash[] tested, int distance) {
        Duplicates found = none();
        while (batches.hasNext()) {
            MiniBatch batch = batches.next();
            for (int i = 0; i < batch.size(); i++) {
                PerceptualHash hash = hash(batch, i);
                for (int other = 0; other < tested.length; other++) {
                    if (hash.distance(tested[other]) <= distance) {
                        found.tested.set(other);
                        found.trained.set(Math.toIntExact(batch.number() * batchSize + i));
                    }
                }
            }
        }
        return found;
    }

    private static Duplicates none() {
        return new Duplicates(new BitSet(), new BitSet());
    }

    private Duplicates plus(Duplicates other) {
        Duplicates sum = none();
        sum.tested.or(tested);
        sum.tested.or(other.tested);
        sum.trained.or(trained);
        sum.trained.or(other.trained);
        return sum;
    }
}
