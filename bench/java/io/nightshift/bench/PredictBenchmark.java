package io.nightshift.bench;

import io.nightshift.dataset.images.GreyImage;
import io.nightshift.inference.EmotionModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** How long one face takes, alone and beside two threads that never rest; and many faces at once. */
public final class PredictBenchmark {
    private static final int CALLS = 1_000;
    private static final int SIDE = 48;
    private static final int FACES = 512;
    private static final int ROUNDS = 5;

    private PredictBenchmark() {}

    /** Takes the model's file. */
    public static void main(String[] arguments) throws InterruptedException {
        EmotionModel model = EmotionModel.load(arguments[0]);
        byte[] face = new byte[SIDE * SIDE];
        new Random(1).nextBytes(face);
        milliseconds(model, face);
        print("alone", milliseconds(model, face));
        int cores = Runtime.getRuntime().availableProcessors();
        System.out.printf(
                Locale.ROOT,
                "many at once: %.0f images/s on one thread, %.0f on %d%n",
                imagesPerSecond(model, 1),
                imagesPerSecond(model, cores),
                cores);
        Thread[] load = new Thread[2];
        for (int i = 0; i < load.length; i++) {
            load[i] = new Thread(PredictBenchmark::spin);
            load[i].setDaemon(true);
            load[i].start();
        }
        print("beside two busy threads", milliseconds(model, face));
        for (Thread thread : load) {
            thread.interrupt();
            thread.join();
        }
    }

    private static double imagesPerSecond(EmotionModel model, int threads) throws InterruptedException {
        Random random = new Random(2);
        List<GreyImage> faces = new ArrayList<>();
        for (int i = 0; i < FACES; i++) {
            byte[] pixels = new byte[SIDE * SIDE];
            random.nextBytes(pixels);
            faces.add(new GreyImage(SIDE, SIDE, pixels));
        }
        predict(model, faces, threads, 1);
        long begin = System.nanoTime();
        predict(model, faces, threads, ROUNDS);
        return (double) threads * ROUNDS * FACES * 1e9 / (System.nanoTime() - begin);
    }

    private static void predict(EmotionModel model, List<GreyImage> faces, int threads, int rounds)
            throws InterruptedException {
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(() -> {
                for (int round = 0; round < rounds; round++) {
                    model.predict(faces);
                }
            });
            thread.start();
            all.add(thread);
        }
        for (Thread thread : all) {
            thread.join();
        }
    }

    private static void spin() {
        Random random = new Random();
        while (!Thread.currentThread().isInterrupted()) {
            random.nextLong();
        }
    }

    private static double[] milliseconds(EmotionModel model, byte[] face) {
        double[] times = new double[CALLS];
        for (int i = 0; i < CALLS; i++) {
            long begin = System.nanoTime();
            model.predict(face, SIDE, SIDE);
            times[i] = (System.nanoTime() - begin) / 1e6;
        }
        Arrays.sort(times);
        return times;
    }

    private static void print(String when, double[] times) {
        System.out.printf(
                Locale.ROOT, "%s: median %.2f ms, 99 %% in %.2f ms%n", when, times[CALLS / 2], times[CALLS * 99 / 100]);
    }
}
