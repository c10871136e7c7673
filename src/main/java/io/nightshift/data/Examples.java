package io.nightshift.data;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/**
 * The examples of one split, in Spark's memory.
 *
 * @param split       which
 * @param batches     minibatches in file order: batch {@code b} holds the examples from {@code b * batchSize} on
 * @param batchSize   examples per minibatch; the last one may be short
 * @param classCounts examples per class, in label order
 */
public record Examples(Split split, JavaRDD<MiniBatch> batches, int batchSize, long[] classCounts) {

    /** How many. */
    public long count() {
        return Arrays.stream(classCounts).sum();
    }

    /**
     * The same examples in another order and other minibatches: batch {@code b} stands in partition
     * {@code b % partitions}, so that each partition has the batches that one worker trains on, in order.
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
        return MiniBatch.assemble(byPosition, batchSize, partitions);
    }
}
