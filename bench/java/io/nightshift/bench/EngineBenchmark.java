package io.nightshift.bench;

import io.nightshift.engine.NativeThreads;
import io.nightshift.engine.Network;
import io.nightshift.engine.Precision;
import io.nightshift.engine.Scorer;
import io.nightshift.engine.Trainer;
import io.nightshift.engine.execution.Computation;
import io.nightshift.engine.execution.Execution;
import io.nightshift.engine.graph.Shape;
import io.nightshift.engine.reference.ReferenceScorer;
import io.nightshift.engine.reference.ReferenceTrainer;
import io.nightshift.model.zoo.Architecture;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/**
 * Examples per second of a network on random images, DL4J's own layers against the engine.
 *
 * <p>Arguments: workers, native threads per worker, pairs, architecture. The two alternate; each figure is the
 * median over the pairs. Workers are independent networks, as Spark's are between two averagings.
 */
public final class EngineBenchmark {
    private static final int BATCH = 64;
    private static final Shape IMAGE = new Shape(1, 48, 48);

    private EngineBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        int workers = Integer.parseInt(arguments[0]);
        int threads = Integer.parseInt(arguments[1]);
        int pairs = Integer.parseInt(arguments[2]);
        Architecture architecture = Architecture.of(arguments[3]);
        ExecutorService pool = Executors.newFixedThreadPool(workers);
        try {
            List<Worker> reference = workers(pool, architecture, workers, threads, false);
            List<Worker> engine = workers(pool, architecture, workers, threads, true);
            measure(pool, "train", pairs, reference, 1, engine, 16, Worker::train);
            measure(pool, "infer", pairs, reference, 1, engine, 30, Worker::infer);
        } finally {
            pool.shutdown();
        }
    }

    private interface Step {
        void run(Worker worker, int batches);
    }

    private record Worker(Trainer trainer, Scorer scorer, INDArray images, INDArray labels, int threads) {
        void train(int batches) {
            NativeThreads.perWorker(threads);
            for (int i = 0; i < batches; i++) {
                trainer.step(images, labels, i, 0);
            }
        }

        void infer(int batches) {
            NativeThreads.perWorker(threads);
            for (int i = 0; i < batches; i++) {
                scorer.scores(images.data().asFloat(), BATCH);
            }
        }
    }

    private static List<Worker> workers(
            ExecutorService pool, Architecture architecture, int workers, int threads, boolean engine)
            throws Exception {
        List<Worker> made = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            made.add(pool.submit(() -> {
                        NativeThreads.perWorker(threads);
                        Network network = architecture.network(48, 7, 1, new Adam(1e-3));
                        INDArray images = Nd4j.rand(DataType.FLOAT, BATCH, 1, 48, 48);
                        INDArray labels = Nd4j.zeros(DataType.FLOAT, BATCH, 7);
                        for (int row = 0; row < BATCH; row++) {
                            labels.putScalar(row, row % 7, 1);
                        }
                        Scorer scorer = engine
                                ? Execution.scorer(network, IMAGE, false)
                                : new ReferenceScorer(architecture.network(48, 7, 1, new Adam(1e-3)), IMAGE, false);
                        Trainer trainer = engine ? Execution.trainer(network, IMAGE, false, Computation.onCpu(Precision.FLOAT32), Optional.empty()) : new ReferenceTrainer();
                        trainer.load(network);
                        return new Worker(trainer, scorer, images, labels, threads);
                    })
                    .get());
        }
        return made;
    }

    private static void measure(
            ExecutorService pool,
            String what,
            int pairs,
            List<Worker> reference,
            int referenceBatches,
            List<Worker> engine,
            int engineBatches,
            Step step)
            throws Exception {
        double[] referenceRates = new double[pairs];
        double[] engineRates = new double[pairs];
        examplesPerSecond(pool, reference, 1, step);
        examplesPerSecond(pool, engine, engineBatches, step);
        for (int pair = 0; pair < pairs; pair++) {
            referenceRates[pair] = examplesPerSecond(pool, reference, referenceBatches, step);
            engineRates[pair] = examplesPerSecond(pool, engine, engineBatches, step);
        }
        System.out.printf(
                Locale.ROOT,
                "%s, %d x %d threads, batch %d, median of %d: DL4J's layers %.0f, engine %.0f"
                        + " examples/s (x %.1f); engine from %.0f to %.0f%n",
                what,
                reference.size(),
                reference.get(0).threads(),
                BATCH,
                pairs,
                median(referenceRates),
                median(engineRates),
                median(engineRates) / median(referenceRates),
                Arrays.stream(engineRates).min().orElseThrow(),
                Arrays.stream(engineRates).max().orElseThrow());
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
