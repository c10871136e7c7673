package io.nightshift.training.averaging;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/**
 * Sums the workers' updates, always in the order of the workers: sums of floats depend on their order, and the same
 * training with many workers is to give the same weights. Spark's own reductions add what arrives first.
 *
 * <p>The driver sums up to four workers' updates itself. Those of more workers are cut into as many slices as there are
 * workers; one shuffle brings each slice of all workers together, where it is summed, and the driver collects the sums,
 * whose size is one worker's update whatever the number of workers (reduce-scatter, then gather).
 */
public final class UpdateSum {
    private static final int MAX_AT_DRIVER = 4;

    private UpdateSum() {}

    /**
     * Computes the sum.
     *
     * @param updates at most one in each partition; the partition's number is the worker's
     * @throws IllegalArgumentException if there are none
     */
    public static WeightedUpdate of(JavaRDD<WeightedUpdate> updates) {
        int workers = updates.getNumPartitions();
        return workers <= MAX_AT_DRIVER
                ? notEmpty(updates.collect()).stream()
                        .reduce(WeightedUpdate::plus)
                        .orElseThrow()
                : ofSlices(updates, workers);
    }

    private static WeightedUpdate ofSlices(JavaRDD<WeightedUpdate> updates, int workers) {
        List<WeightedUpdate> slices = updates.mapPartitionsWithIndex(
                        (worker, own) -> slices(worker, own, workers), true)
                .mapToPair(slice -> slice)
                .partitionBy(new HashPartitioner(workers))
                .mapPartitions(UpdateSum::sumOfSlice)
                .collect();
        return WeightedUpdate.joined(notEmpty(slices));
    }

    /** Returns a worker's slices as pairs of the slice's number and, with the worker's number, its content. */
    private static Iterator<Tuple2<Integer, Tuple2<Integer, WeightedUpdate>>> slices(
            int worker, Iterator<WeightedUpdate> own, int count) {
        List<Tuple2<Integer, Tuple2<Integer, WeightedUpdate>>> pairs = new ArrayList<>();
        while (own.hasNext()) {
            for (WeightedUpdate slice : own.next().slices(count)) {
                pairs.add(new Tuple2<>(pairs.size(), new Tuple2<>(worker, slice)));
            }
        }
        return pairs.iterator();
    }

    private static Iterator<WeightedUpdate> sumOfSlice(
            Iterator<Tuple2<Integer, Tuple2<Integer, WeightedUpdate>>> pairs) {
        List<Tuple2<Integer, WeightedUpdate>> ofWorkers = new ArrayList<>();
        pairs.forEachRemaining(pair -> ofWorkers.add(pair._2()));
        ofWorkers.sort(Comparator.comparing(Tuple2::_1));
        return ofWorkers.stream().map(Tuple2::_2).reduce(WeightedUpdate::plus).stream()
                .iterator();
    }

    private static List<WeightedUpdate> notEmpty(List<WeightedUpdate> updates) {
        if (updates.isEmpty()) {
            throw new IllegalArgumentException("no worker had a minibatch");
        }
        return updates;
    }
}
