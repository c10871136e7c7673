package io.nightshift.bench;

import io.nightshift.dataset.Emotion;
import io.nightshift.engine.Network;
import io.nightshift.model.zoo.Architecture;
import io.nightshift.training.averaging.RoundStart;
import io.nightshift.training.averaging.UpdateSum;
import io.nightshift.training.averaging.WeightedUpdate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/**
 * What an averaging round costs beside training, by number of workers: broadcast, a network per worker, their weights
 * and optimiser state summed. All workers share this machine's cores, so the time is that of all of them one
 * after the other; the bytes are what a real cluster would send.
 */
public final class AveragingBenchmark {
    private static final int WARM_UP = 3;
    private static final int ROUNDS = 10;

    private AveragingBenchmark() {}

    /** Prints a line per number of workers. */
    public static void main(String[] arguments) {
        SparkConf conf = new SparkConf()
                .setMaster("local[2]")
                .setAppName("averaging")
                .set("spark.driver.bindAddress", "127.0.0.1")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.ui.enabled", "false")
                .set("spark.broadcast.compress", "false")
                .set("spark.shuffle.compress", "false")
                .set("spark.task.maxDirectResultSize", "64m");
        try (JavaSparkContext spark = new JavaSparkContext(conf)) {
            LongAdder toDriver = new LongAdder();
            LongAdder shuffled = new LongAdder();
            spark.sc().addSparkListener(new SparkListener() {
                @Override
                public void onTaskEnd(SparkListenerTaskEnd end) {
                    toDriver.add(end.taskMetrics().resultSize());
                    shuffled.add(end.taskMetrics().shuffleWriteMetrics().bytesWritten());
                }
            });
            Network network = Architecture.of("blog-cnn").network(Emotion.SIDE, Emotion.COUNT, 1, new Adam(0.001));
            // Once, so that there is an optimiser state to carry.
            ((MultiLayerNetwork) network.model())
                    .fit(new DataSet(
                            Nd4j.rand(2, 1, Emotion.SIDE, Emotion.SIDE),
                            Nd4j.ones(2, Emotion.COUNT).divi(Emotion.COUNT)));
            System.out.println("workers seconds-a-round MB-to-driver MB-between-workers");
            for (int workers : new int[] {1, 2, 4, 8, 16}) {
                double[] seconds = new double[ROUNDS];
                for (int i = -WARM_UP; i < ROUNDS; i++) {
                    if (i == 0) {
                        await(spark);
                        toDriver.reset();
                        shuffled.reset();
                    }
                    long begin = System.nanoTime();
                    round(spark, network, workers);
                    if (i >= 0) {
                        seconds[i] = (System.nanoTime() - begin) / 1e9;
                    }
                }
                await(spark);
                Arrays.sort(seconds);
                System.out.printf(
                        Locale.ROOT,
                        "%d %.3f %.1f %.1f%n",
                        workers,
                        seconds[ROUNDS / 2],
                        toDriver.sum() / 1e6 / ROUNDS,
                        shuffled.sum() / 1e6 / ROUNDS);
            }
        }
    }

    private static void round(JavaSparkContext spark, Network network, int workers) {
        Broadcast<RoundStart> start = spark.broadcast(RoundStart.of(network));
        WeightedUpdate average = UpdateSum.of(spark.parallelize(
                        List.copyOf(IntStream.range(0, workers).boxed().toList()), workers)
                .mapPartitions(part -> {
                    Network own = start.value().network();
                    WeightedUpdate share = new WeightedUpdate(own, true, 1.0 / workers, 0, 0);
                    own.free();
                    return List.of(share).iterator();
                }));
        average.putInto(network);
        start.destroy();
    }

    /** The listener hears of tasks a little later than they end. */
    private static void await(JavaSparkContext spark) {
        try {
            spark.sc().listenerBus().waitUntilEmpty(10_000);
        } catch (java.util.concurrent.TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }
}
