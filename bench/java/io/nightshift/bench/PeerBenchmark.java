package io.nightshift.bench;

import io.nightshift.engine.NativeThreads;
import io.nightshift.engine.Network;
import io.nightshift.engine.Precision;
import io.nightshift.engine.Scorer;
import io.nightshift.engine.Trainer;
import io.nightshift.engine.cpu.CpuEngine;
import io.nightshift.engine.graph.Shape;
import io.nightshift.model.zoo.Architecture;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/**
 * Examples per second of the engine on the blog's CNN, steps alone on random images.
 *
 * <p>Arguments: workers, native threads per worker, float32 or bfloat16, minibatches.
 */
public final class PeerBenchmark {
    private static final int BATCH = 64;
    private static final int WARM_UP = 8;

    private PeerBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        int workers = Integer.parseInt(arguments[0]);
        int threads = Integer.parseInt(arguments[1]);
        int batches = Integer.parseInt(arguments[3]);
        ExecutorService pool = Executors.newFixedThreadPool(workers);
        try {
            List<Callable<double[]>> tasks = new ArrayList<>();
            for (int i = 0; i < workers; i++) {
                tasks.add(() -> rates(threads, Precision.valueOf(arguments[2].toUpperCase(Locale.ROOT)), batches));
            }
            double[] sums = new double[2];
            for (Future<double[]> one : pool.invokeAll(tasks)) {
                sums[0] += one.get()[0];
                sums[1] += one.get()[1];
            }
            System.out.printf(Locale.ROOT, "train %.0f score %.0f%n", sums[0], sums[1]);
        } finally {
            pool.shutdown();
        }
    }

    private static double[] rates(int threads, Precision precision, int batches) {
        NativeThreads.perWorker(threads);
        Network network = Architecture.of("blog-cnn").network(48, 7, 1, new Adam(5e-4));
        INDArray images = Nd4j.rand(DataType.FLOAT, BATCH, 1, 48, 48);
        INDArray labels = Nd4j.zeros(DataType.FLOAT, BATCH, 7);
        for (int row = 0; row < BATCH; row++) {
            labels.putScalar(row, row % 7, 1);
        }
        Shape image = new Shape(1, 48, 48);
        float[] pixels = images.data().asFloat();
        try (Trainer trainer = CpuEngine.trainer(network, image, false, precision);
                Scorer scorer = CpuEngine.scorer(network, image, false, precision)) {
            trainer.load(network);
            return new double[] {
                rate(() -> trainer.step(images, labels, 1, 0), batches), rate(() -> scorer.scores(pixels, BATCH), 3 * batches)
            };
        }
    }

    private static double rate(Runnable step, int batches) {
        for (int i = 0; i < WARM_UP; i++) {
            step.run();
        }
        long start = System.nanoTime();
        for (int i = 0; i < batches; i++) {
            step.run();
        }
        return batches * BATCH / ((System.nanoTime() - start) / 1e9);
    }
}
