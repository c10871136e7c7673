package io.nightshift.engine.gpu;

import io.nightshift.engine.gpu.cuda.Card;
import io.nightshift.engine.gpu.cuda.CudaCalls;
import io.nightshift.engine.gpu.cuda.GpuException;
import io.nightshift.engine.gpu.cuda.GpuLibraries;
import io.nightshift.engine.gpu.cuda.Precision;
import io.nightshift.engine.gpu.operations.StepOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A program for a machine with a card: computes losses, gradients and ten Adam steps of the blog's CNN from the
 * parameters, pixels and labels in the files of {@code bench/gpu/reference.py draw}, and writes what it computed beside
 * them, a folder per setting.
 *
 * <p>Arguments: the folder of the files, examples of a minibatch, and settings of three parts, such as {@code
 * float32-nchw-dropout}.
 */
final class StepCheck {
    private static final int STEPS = 10;
    private static final double RATE = 1e-3;
    private static final long SEED = 20261127;

    private StepCheck() {}

    public static void main(String[] arguments) throws Exception {
        ExchangeFolder files = new ExchangeFolder(Path.of(arguments[0]));
        int batch = Integer.parseInt(arguments[1]);
        CudaCalls cuda = GpuLibraries.load();
        Card card = CardReport.print(cuda, System.out);
        boolean failed = false;
        for (String setting : Arrays.asList(arguments).subList(2, arguments.length)) {
            List<String> parts = List.of(setting.split("-"));
            long start = System.nanoTime();
            StepOptions options = new StepOptions(
                    parts.contains("tf32") ? Precision.TF32 : Precision.FLOAT32,
                    parts.contains("nhwc"),
                    parts.contains("dropout"),
                    SEED,
                    true);
            try (TrainingStep step = TrainingStep.create(cuda, card, BlogCnnPlan.PLAN, batch, options)) {
                double seconds = (System.nanoTime() - start) / 1e9;
                System.out.printf(
                        "%s: built in %.1f s, %d MiB on the card%n%s%n",
                        setting, seconds, step.memoryBytes() >> 20, step.algorithms());
                check(files, setting + "/", batch, step);
            } catch (GpuException e) {
                failed = true;
                System.out.printf("%s failed: %s%n", setting, e.getMessage());
            }
        }
        System.exit(failed ? 1 : 0);
    }

    private static void check(ExchangeFolder files, String folder, int batch, TrainingStep step) throws IOException {
        float[] parameters = files.floats("parameters");
        byte[] pixels = files.bytes("pixels");
        int[] labels = files.ints("labels");
        int size = BlogCnnPlan.PLAN.input().size();
        step.setAdam(RATE, 0.9, 0.999, 1e-8);

        step.upload(parameters, new float[2 * parameters.length], 0);
        step.load(Arrays.copyOf(pixels, batch * size), Arrays.copyOf(labels, batch));
        step.computeGradients();
        files.write(folder + "loss", new float[] {(float) step.loss()});
        float[] gradients = step.gradients();
        files.write(folder + "gradients", gradients);
        writeMasks(files, folder + "gradients", step);

        step.upload(parameters, new float[2 * parameters.length], 0);
        step.computeGradients();
        System.out.println("the same bits again: " + (Arrays.equals(gradients, step.gradients()) ? "yes" : "NO"));

        step.upload(parameters, new float[2 * parameters.length], 0);
        float[] losses = new float[STEPS];
        for (int i = 0; i < STEPS; i++) {
            step.load(
                    Arrays.copyOfRange(pixels, i * batch * size, (i + 1) * batch * size),
                    Arrays.copyOfRange(labels, i * batch, (i + 1) * batch));
            step.start();
            losses[i] = (float) step.loss();
            writeMasks(files, folder + "step" + i, step);
            files.write(folder + "parameters" + (i + 1), step.parameters());
            files.write(folder + "adam" + (i + 1), step.adamState());
        }
        files.write(folder + "losses", losses);
    }

    private static void writeMasks(ExchangeFolder files, String name, TrainingStep step) throws IOException {
        List<byte[]> masks = step.dropoutMasks();
        for (int i = 0; i < masks.size(); i++) {
            files.write(name + "-mask" + i, masks.get(i));
        }
    }
}
