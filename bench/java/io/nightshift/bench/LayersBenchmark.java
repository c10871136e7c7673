package io.nightshift.bench;

import io.nightshift.engine.NativeThreads;
import io.nightshift.engine.Network;
import io.nightshift.engine.nd4j.FastLayers;
import io.nightshift.engine.nd4j.FastUpdater;
import io.nightshift.model.zoo.Architecture;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/**
 * Examples per second of a network on random images, built-in layers against fast ones.
 *
 * <p>Arguments: workers, native threads per worker, pairs, architecture. The two kinds of layers alternate; each figure
 * is the median over the pairs. Workers are independent networks, as Spark's are between two averagings.
 */
public final class LayersBenchmark {
    private static final int BATCH = 64;

    private LayersBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        int workers = Integer.parseInt(arguments[0]);
        int threads = Integer.parseInt(arguments[1]);
        int pairs = Integer.parseInt(arguments[2]);
        Architecture architecture = Architecture.of(arguments[3]);
        ExecutorService pool = Executors.newFixedThreadPool(workers);
        try {
            List<Worker> builtIn = workers(pool, architecture, workers, threads, false);
            List<Worker> fast = workers(pool, architecture, workers, threads, true);
            measure(pool, "train", pairs, builtIn, 1, fast, 16, Worker::train);
            measure(pool, "infer", pairs, builtIn, 1, fast, 30, Worker::infer);
        } finally {
            pool.shutdown();
        }
    }

    private interface Step {
        void run(Worker worker, int batches);
    }

    private record Worker(MultiLayerNetwork network, DataSet batch, int threads) {
        void train(int batches) {
            NativeThreads.perWorker(threads);
            for (int i = 0; i < batches; i++) {
                network.fit(batch);
            }
        }

        void infer(int batches) {
            NativeThreads.perWorker(threads);
            for (int i = 0; i < batches; i++) {
                network.output(batch.getFeatures());
            }
        }
    }

    private static List<Worker> workers(
            ExecutorService pool, Architecture architecture, int workers, int threads, boolean fast) throws Exception {
        List<Worker> made = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            made.add(pool.submit(() -> {
                        NativeThreads.perWorker(threads);
                        MultiLayerNetwork network = (MultiLayerNetwork)
                                architecture.network(48, 7, 1, new Adam(1e-3)).model();
                        network.init();
                        if (fast) {
                            FastLayers.install(Network.of(network));
                            FastUpdater.install(Network.of(network));
                        }
                        INDArray images = Nd4j.rand(DataType.FLOAT, BATCH, 1, 48, 48);
                        INDArray labels = Nd4j.zeros(DataType.FLOAT, BATCH, 7);
                        for (int row = 0; row < BATCH; row++) {
                            labels.putScalar(row, row % 7, 1);
                        }
                        return new Worker(network, new DataSet(images, labels), threads);
                    })
                    .get());
        }
        return made;
    }

    private static void measure(
            ExecutorService pool,
            String what,
            int pairs,
            List<Worker> builtIn,
            int builtInBatches,
            List<Worker> fast,
            int fastBatches,
            Step step)
            throws Exception {
        double[] builtInRates = new double[pairs];
        double[] fastRates = new double[pairs];
        examplesPerSecond(pool, builtIn, 1, step);
        examplesPerSecond(pool, fast, fastBatches, step);
        for (int pair = 0; pair < pairs; pair++) {
            builtInRates[pair] = examplesPerSecond(pool, builtIn, builtInBatches, step);
            fastRates[pair] = examplesPerSecond(pool, fast, fastBatches, step);
        }
        System.out.printf(
                Locale.ROOT,
                "%s, %d x %d threads, batch %d, median of %d: built-in %.0f, fast %.0f"
                        + " examples/s (x %.1f); fast from %.0f to %.0f%n",
                what,
                builtIn.size(),
                builtIn.get(0).threads(),
                BATCH,
                pairs,
                median(builtInRates),
                median(fastRates),
                median(fastRates) / median(builtInRates),
                Arrays.stream(fastRates).min().orElseThrow(),
                Arrays.stream(fastRates).max().orElseThrow());
    }

    private static double examplesPerSecond(ExecutorService pool, List<Worker> workers, int batches, Step step)
            throws Exception {
        List<Callable<Void>> tasks = new ArrayList<>();
        for (Worker worker : workers) {
            tasks.add(() -> {
                step.run(worker, batches);
                return null;
            });
        }
        long start = System.nanoTime();
        for (Future<Void> done : pool.invokeAll(tasks)) {
            done.get();
        }
        return workers.size() * batches * BATCH / ((System.nanoTime() - start) / 1e9);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
}
