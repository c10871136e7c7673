package io.nightshift.dataset.batch;

import io.nightshift.dataset.Permutation;
import io.nightshift.dataset.Row;
import io.nightshift.dataset.Split;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * The examples of one split, in Spark's memory.
 *
 * @param split       whose examples these are
 * @param batches     minibatches in file order: batch {@code b} holds the examples from {@code b * batchSize} on
 * @param batchSize   examples per minibatch; the last one may be short
 * @param classCounts examples per class, in label order
 */
public record Examples(Split split, JavaRDD<MiniBatch> batches, int batchSize, long[] classCounts) {

    /** Returns the number of examples. */
    public long count() {
        return Arrays.stream(classCounts).sum();
    }

    /** Finds the positions of the examples whose votes do not count. */
    public BitSet withoutVote() {
        int size = batchSize;
        BitSet positions = new BitSet();
        batches.flatMap(batch -> IntStream.range(0, batch.size())
                        .filter(batch::isWithoutVote)
                        .mapToObj(i -> Math.toIntExact(batch.number() * size + i))
                        .iterator())
                .collect()
                .forEach(positions::set);
        return positions;
    }

    /**
     * Leaves some examples out: the others, in their order, replace these in Spark's memory.
     *
     * @param left       positions of the examples that are left out
     * @param partitions parts to spread the others over
     */
    public Examples without(BitSet left, int partitions) {
        int size = batchSize;
        Split part = split;
        JavaPairRDD<Long, Row.Example> others = batches.flatMapToPair(batch -> {
            int first = Math.toIntExact(batch.number() * size);
            long before = left.get(0, first).cardinality();
            List<Tuple2<Long, Row.Example>> kept = new ArrayList<>();
            for (int i = 0; i < batch.size(); i++) {
                if (left.get(first + i)) {
                    before++;
                } else {
                    kept.add(new Tuple2<>(first + i - before, batch.example(i, part)));
                }
            }
            return kept.iterator();
        });
        JavaRDD<MiniBatch> remaining =
                BatchAssembly.of(others, size, partitions).persist(StorageLevel.MEMORY_AND_DISK());
        long[] counts = remaining.aggregate(
                new long[classCounts.length],
                (sums, batch) -> {
                    for (byte label : batch.labels()) {
                        sums[label]++;
                    }
                    return sums;
                },
                (sums, more) -> {
                    Arrays.setAll(sums, label -> sums[label] + more[label]);
                    return sums;
                });
        batches.unpersist(false);
        return new Examples(split, remaining, size, counts);
    }

    /**
     * Shuffles the examples into other minibatches: batch {@code b} stands in partition
     * {@code b % partitions}: each partition has the batches of one worker, in order.
     *
     * @param seed       of the order
     * @param batchSize  examples per minibatch; the last one may be short
     * @param partitions parts to spread them over
     */
    public JavaRDD<MiniBatch> shuffled(long seed, int batchSize, int partitions) {
        Permutation order = new Permutation(count(), seed);
        int stored = this.batchSize;
        Split part = split;
        JavaPairRDD<Long, Row.Example> byPosition = batches.flatMapToPair(batch -> IntStream.range(0, batch.size())
                .mapToObj(i -> new Tuple2<>(order.of(batch.number() * stored + i), batch.example(i, part)))
                .iterator());
        return BatchAssembly.of(byPosition, batchSize, partitions);
    }

    /**
     * Draws some examples of each class by lot: the same ones however the batches are spread.
     *
     * @param perClass most examples of a class
     * @param seed     of the lot
     * @return class by class, in label order
     */
    public List<Row.Example> sample(int perClass, long seed) {
        int classes = classCounts.length;
        int stored = batchSize;
        Split part = split;
        Permutation lot = new Permutation(count(), seed);
        List<TreeMap<Long, Row.Example>> drawn = emptyLots(classes);
        batches.mapPartitions(all -> {
                    List<TreeMap<Long, Row.Example>> own = emptyLots(classes);
                    all.forEachRemaining(batch -> {
                        for (int i = 0; i < batch.size(); i++) {
                            long drawnAt = lot.of(batch.number() * stored + i);
                            TreeMap<Long, Row.Example> same = own.get(batch.labels()[i]);
                            if (same.size() < perClass || drawnAt < same.lastKey()) {
                                draw(same, drawnAt, batch.example(i, part), perClass);
                            }
                        }
                    });
                    return List.of(own).iterator();
                })
                .collect()
                .forEach(own -> {
                    for (int label = 0; label < classes; label++) {
                        TreeMap<Long, Row.Example> same = drawn.get(label);
                        own.get(label).forEach((drawnAt, example) -> draw(same, drawnAt, example, perClass));
                    }
                });
        return drawn.stream().flatMap(same -> same.values().stream()).toList();
    }

    private static List<TreeMap<Long, Row.Example>> emptyLots(int classes) {
        List<TreeMap<Long, Row.Example>> lots = new ArrayList<>();
        for (int label = 0; label < classes; label++) {
            lots.add(new TreeMap<>());
        }
        return lots;
    }

    /** Adds an example, and drops the one that was drawn last if there are too many. */
    private static void draw(TreeMap<Long, Row.Example> same, long drawnAt, Row.Example example, int most) {
        same.put(drawnAt, example);
        if (same.size() > most) {
            same.pollLastEntry();
        }
    }
}
