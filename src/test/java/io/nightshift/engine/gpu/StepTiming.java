package io.nightshift.engine.gpu;

import io.nightshift.engine.gpu.cuda.Card;
import io.nightshift.engine.gpu.cuda.CudaCalls;
import io.nightshift.engine.gpu.cuda.GpuException;
import io.nightshift.engine.gpu.cuda.GpuLibraries;
import io.nightshift.engine.gpu.cuda.Precision;
import io.nightshift.engine.gpu.operations.Operation;
import io.nightshift.engine.gpu.operations.StepOptions;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * A program for a machine with a card: times the step of the blog's CNN, forward, backward and Adam with dropout,
 * replayed as one graph. Arguments: the folder of {@code bench/gpu/reference.py draw}'s files, and settings such as
 * {@code float32-nhwc-64}.
 */
final class StepTiming {
    private static final int WARM_UP = 20;
    private static final int ROUNDS = 15;
    private static final int REPEATS = 50;
    private static final double ROUND_SECONDS = 0.05;

    private StepTiming() {}

    public static void main(String[] arguments) throws Exception {
        ExchangeFolder files = new ExchangeFolder(Path.of(arguments[0]));
        float[] parameters = files.floats("parameters");
        byte[] pixels = files.bytes("pixels");
        int[] labels = files.ints("labels");
        CudaCalls cuda = GpuLibraries.load();
        Card card = CardReport.print(cuda, System.out);
        int size = BlogCnnPlan.PLAN.input().size();
        for (String setting : Arrays.asList(arguments).subList(1, arguments.length)) {
            String[] parts = setting.split("-");
            int batch = Integer.parseInt(parts[2]);
            byte[] batchPixels = new byte[batch * size];
            int[] batchLabels = new int[batch];
            for (int i = 0; i < batch; i++) {
                int example = i % labels.length;
                System.arraycopy(pixels, example * size, batchPixels, i * size, size);
                batchLabels[i] = labels[example];
            }
            StepOptions options = new StepOptions(
                    Precision.valueOf(parts[0].toUpperCase(Locale.ROOT)), parts[1].equals("nhwc"), true, 1, false);
            try (TrainingStep step = TrainingStep.create(cuda, card, BlogCnnPlan.PLAN, batch, options)) {
                step.setAdam(1e-4, 0.9, 0.999, 1e-8);
                step.upload(parameters, new float[2 * parameters.length], 0);
                step.load(batchPixels, batchLabels);
                double first = step(step);
                report(setting, batch, median(step), first, step);
            } catch (GpuException e) {
                System.out.printf("timing\tnightshift %s failed: %s%n", setting, e.getMessage());
            }
        }
    }

    private static double step(TrainingStep step) {
        step.start();
        return step.loss();
    }

    private static void report(String setting, int batch, double[] seconds, double firstLoss, TrainingStep step) {
        System.out.printf(
                Locale.ROOT,
                "timing\tnightshift %s\t%d\t%.1f us (fastest %.1f, slowest %.1f)\t%.0f examples/s\tloss %.3f to %.3f%n",
                setting,
                batch,
                seconds[ROUNDS / 2] * 1e6,
                seconds[0] * 1e6,
                seconds[ROUNDS - 1] * 1e6,
                batch / seconds[ROUNDS / 2],
                firstLoss,
                step.loss());
        for (int i = 0; i < step.operations().size(); i++) {
            Operation operation = step.operations().get(i);
            System.out.printf(
                    Locale.ROOT,
                    "  %d %s: forward %.1f us, backward %.1f us%n",
                    i,
                    operation.getClass().getSimpleName(),
                    1e6 * step.stream().seconds(operation::forward, REPEATS),
                    1e6 * step.stream().seconds(() -> step.backward(operation), REPEATS));
        }
        System.out.println(step.algorithms());
    }

    /** Returns the seconds of a step in each round, sorted. */
    private static double[] median(TrainingStep step) {
        for (int i = 0; i < WARM_UP; i++) {
            step.start();
        }
        step.await();
        int steps = Math.max(5, (int) (ROUND_SECONDS / seconds(step, 10)));
        double[] rounds = new double[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            rounds[i] = seconds(step, steps);
        }
        Arrays.sort(rounds);
        return rounds;
    }

    private static double seconds(TrainingStep step, int steps) {
        long start = System.nanoTime();
        for (int i = 0; i < steps; i++) {
            step.start();
        }
        step.await();
        return (System.nanoTime() - start) / 1e9 / steps;
    }
}
