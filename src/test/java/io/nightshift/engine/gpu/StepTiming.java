package io.nightshift.engine.gpu;

import io.nightshift.dataset.augment.PackedImages;
import io.nightshift.dataset.batch.MiniBatch;
import io.nightshift.dataset.batch.NetworkInput;
import io.nightshift.engine.Network;
import io.nightshift.engine.gpu.convolution.StepOptions;
import io.nightshift.engine.gpu.cuda.Card;
import io.nightshift.engine.gpu.cuda.CudaCalls;
import io.nightshift.engine.gpu.cuda.GpuException;
import io.nightshift.engine.gpu.cuda.GpuLibraries;
import io.nightshift.engine.gpu.cuda.Precision;
import io.nightshift.engine.gpu.operations.Operation;
import io.nightshift.engine.graph.Shape;
import io.nightshift.model.zoo.Architecture;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/**
 * A program for a machine with a card: times a network's step, replayed as one graph, once alone and once with a new
 * minibatch for each step. Arguments: settings such as {@code tf32-blog-cnn-64}.
 */
final class StepTiming {
    private static final int WARM_UP = 20;
    private static final int ROUNDS = 15;
    private static final int REPEATS = 50;
    private static final double ROUND_SECONDS = 0.05;
    private static final int CLASSES = 7;

    private StepTiming() {}

    public static void main(String[] arguments) {
        CudaCalls cuda = GpuLibraries.load();
        Card card = CardReport.print(cuda, System.out);
        for (String setting : arguments) {
            int first = setting.indexOf('-');
            int last = setting.lastIndexOf('-');
            int batch = Integer.parseInt(setting.substring(last + 1));
            Network network =
                    Architecture.of(setting.substring(first + 1, last)).network(48, CLASSES, 1, new Adam(1e-4));
            StepOptions options = new StepOptions(
                    Precision.valueOf(setting.substring(0, first).toUpperCase(Locale.ROOT)), false);
            try (GpuTrainer trainer = new GpuTrainer(
                    cuda,
                    card,
                    GpuEngine.plan(network, new Shape(1, 48, 48), false),
                    network.updaterState().length(),
                    options)) {
                time(setting, batch, network, trainer);
            } catch (GpuException e) {
                System.out.printf("timing\tnightshift %s failed: %s%n", setting, e.getMessage());
            }
        }
    }

    private static void time(String setting, int batch, Network network, GpuTrainer trainer) {
        byte[] pixels = new byte[batch * 48 * 48];
        new Random(1).nextBytes(pixels);
        INDArray features = PackedImages.of(new MiniBatch(0, new byte[batch], pixels), NetworkInput.grey(48), null, 0);
        INDArray labels = Nd4j.zeros(batch, CLASSES);
        for (int i = 0; i < batch; i++) {
            labels.putScalar(i, i % CLASSES, 1);
        }
        trainer.load(network);
        trainer.setLearningRate(1e-4);
        trainer.step(features, labels, 1, 0);
        double before = trainer.takeLoss() / batch;
        TrainingProgram program = trainer.program(batch);
        double[] alone = rounds(trainer, () -> program.start(false));
        double[] fed = rounds(trainer, () -> trainer.step(features, labels, 1, 0));
        trainer.takeLoss();
        trainer.step(features, labels, 1, 0);
        System.out.printf(
                Locale.ROOT,
                "timing\tnightshift %s\t%.1f us (fastest %.1f, slowest %.1f)\t%.0f examples/s\twith minibatches %.1f us"
                        + "\tloss %.3f to %.3f%n",
                setting,
                alone[ROUNDS / 2] * 1e6,
                alone[0] * 1e6,
                alone[ROUNDS - 1] * 1e6,
                batch / alone[ROUNDS / 2],
                fed[ROUNDS / 2] * 1e6,
                before,
                trainer.takeLoss() / batch);
        for (int i = 0; i < program.operations().size(); i++) {
            Operation operation = program.operations().get(i);
            System.out.printf(
                    Locale.ROOT,
                    "  %d %s: forward %.1f us, backward %.1f us%n",
                    i,
                    operation.getClass().getSimpleName(),
                    1e6 * trainer.session().stream().seconds(operation::forward, REPEATS),
                    1e6 * trainer.session().stream().seconds(() -> program.backward(operation), REPEATS));
        }
        System.out.println(program.algorithms());
    }

    /** Returns the seconds of a step in each round, sorted. */
    private static double[] rounds(GpuTrainer trainer, Runnable step) {
        seconds(trainer, step, WARM_UP);
        int steps = Math.max(5, (int) (ROUND_SECONDS / seconds(trainer, step, 10)));
        double[] rounds = new double[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            rounds[i] = seconds(trainer, step, steps);
        }
        Arrays.sort(rounds);
        return rounds;
    }

    private static double seconds(GpuTrainer trainer, Runnable step, int steps) {
        long start = System.nanoTime();
        for (int i = 0; i < steps; i++) {
            step.run();
        }
        trainer.session().stream().synchronize();
        return (System.nanoTime() - start) / 1e9 / steps;
    }
}
