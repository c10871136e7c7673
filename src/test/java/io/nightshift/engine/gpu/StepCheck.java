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
import io.nightshift.engine.graph.Shape;
import io.nightshift.model.zoo.Architecture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/**
 * A program for a machine with a card: computes losses, gradients and ten Adam steps of a network from the parameters,
 * pixels and labels in the files of {@code bench/gpu/reference.py draw}, and writes what it computed beside them, a
 * folder per setting.
 *
 * <p>Arguments: the folder of the files, examples of a minibatch, and settings of a precision and an architecture, such
 * as {@code float32-blog-cnn}.
 */
final class StepCheck {
    private static final int STEPS = 10;
    private static final double RATE = 1e-3;
    private static final long SEED = 20261127;
    private static final int CLASSES = 7;
    private static final NetworkInput FACE = NetworkInput.grey(48);

    private final ExchangeFolder files;
    private final String architecture;
    private final String folder;
    private final int batch;
    private final GpuTrainer trainer;
    private final Network network;

    private StepCheck(ExchangeFolder files, String setting, int batch, CudaCalls cuda, Card card) throws IOException {
        String[] parts = setting.split("-", 2);
        this.files = files;
        this.architecture = parts[1];
        this.folder = setting + "/";
        this.batch = batch;
        this.network = Architecture.of(architecture).network(48, CLASSES, 1, new Adam(RATE));
        StepOptions options = new StepOptions(Precision.valueOf(parts[0].toUpperCase(Locale.ROOT)), true);
        this.trainer = new GpuTrainer(
                cuda,
                card,
                GpuEngine.plan(network, new Shape(1, 48, 48), false),
                network.updaterState().length(),
                options);
    }

    public static void main(String[] arguments) throws Exception {
        ExchangeFolder files = new ExchangeFolder(Path.of(arguments[0]));
        int batch = Integer.parseInt(arguments[1]);
        CudaCalls cuda = GpuLibraries.load();
        Card card = CardReport.print(cuda, System.out);
        boolean failed = false;
        for (String setting : Arrays.asList(arguments).subList(2, arguments.length)) {
            long start = System.nanoTime();
            StepCheck check = new StepCheck(files, setting, batch, cuda, card);
            try (GpuTrainer trainer = check.trainer) {
                trainer.program(batch);
                System.out.printf(
                        "%s: built in %.1f s, %d MiB of the card for the program%n",
                        setting,
                        (System.nanoTime() - start) / 1e9,
                        trainer.program(batch).memoryBytes() >> 20);
                check.run();
            } catch (GpuException e) {
                failed = true;
                System.out.printf("%s failed: %s%n", setting, e.getMessage());
            }
        }
        System.exit(failed ? 1 : 0);
    }

    private void begin() throws IOException {
        network.params().assign(Nd4j.createFromArray(files.floats(architecture + "/parameters")));
        network.updaterState().assign(0);
        network.setCounts(0, 0);
        trainer.load(network);
    }

    private INDArray features(int step) throws IOException {
        int size = batch * 48 * 48;
        byte[] pixels = Arrays.copyOfRange(files.bytes("pixels"), step * size, (step + 1) * size);
        return PackedImages.of(new MiniBatch(step, new byte[batch], pixels), FACE, null, 0);
    }

    private INDArray labels(int step) throws IOException {
        float[] labels = files.floats("labels");
        return Nd4j.create(
                Arrays.copyOfRange(labels, step * batch * CLASSES, (step + 1) * batch * CLASSES),
                new long[] {batch, CLASSES},
                'c');
    }

    private float[] gradients() throws IOException {
        begin();
        TrainingProgram program = trainer.program(batch);
        program.load(
                new InputQueue.Step(SEED, (float) RATE, 1), labels(0).data().asFloat(), GpuTrainer.bytes(features(0)));
        program.computeGradients();
        trainer.session().stream().synchronize();
        return trainer.session().parameters().gradients().downloadFloats();
    }

    private void run() throws IOException {
        float[] gradients = gradients();
        files.write(folder + "gradients", gradients);
        files.write(folder + "loss", new float[] {(float) (trainer.takeLoss() / batch)});
        writeMasks("gradients");
        System.out.println("the same bits again: " + (Arrays.equals(gradients, gradients()) ? "yes" : "NO"));
        trainer.takeLoss();
        begin();
        float[] losses = new float[STEPS];
        for (int i = 0; i < STEPS; i++) {
            trainer.setLearningRate(RATE);
            trainer.step(features(i), labels(i), SEED + i, 0);
            losses[i] = (float) (trainer.takeLoss() / batch);
            writeMasks("step" + i);
            trainer.store(network);
            files.write(folder + "parameters" + (i + 1), network.params().data().asFloat());
            files.write(
                    folder + "state" + (i + 1), network.updaterState().data().asFloat());
        }
        files.write(folder + "losses", losses);
    }

    private void writeMasks(String name) throws IOException {
        List<byte[]> masks = trainer.program(batch).dropoutMasks();
        for (int i = 0; i < masks.size(); i++) {
            files.write(folder + name + "-mask" + i, masks.get(i));
        }
    }
}
