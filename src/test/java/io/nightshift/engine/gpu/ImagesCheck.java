package io.nightshift.engine.gpu;

import io.nightshift.config.TestSettings;
import io.nightshift.dataset.augment.Augmentation;
import io.nightshift.dataset.augment.PackedImages;
import io.nightshift.dataset.batch.MiniBatch;
import io.nightshift.dataset.batch.NetworkInput;
import io.nightshift.engine.Network;
import io.nightshift.engine.gpu.convolution.StepOptions;
import io.nightshift.engine.gpu.cuda.Card;
import io.nightshift.engine.gpu.cuda.CudaCalls;
import io.nightshift.engine.gpu.cuda.GpuLibraries;
import io.nightshift.engine.gpu.cuda.Precision;
import io.nightshift.engine.graph.Shape;
import io.nightshift.model.zoo.Architecture;
import java.util.List;
import java.util.Random;
import org.nd4j.linalg.learning.config.Adam;

/**
 * A program for a machine with a card: compares images that the card has changed with those of {@link Augmentation}, for
 * each kind of change and for all together. Ends with 1 if a pixel differs by more than 1 of 255.
 */
final class ImagesCheck {
    private static final int BATCH = 64;
    private static final List<String[]> CHANGES = List.of(
            new String[] {},
            new String[] {"augment.flip-probability=0.5"},
            new String[] {"augment.shift-pixels=4"},
            new String[] {"augment.rotation-degrees=12", "augment.scale=0.1"},
            new String[] {"augment.contrast=0.25", "augment.brightness=0.1"},
            new String[] {"augment.erase-probability=0.5"},
            new String[] {
                "augment.flip-probability=0.5",
                "augment.shift-pixels=4",
                "augment.rotation-degrees=12",
                "augment.scale=0.12",
                "augment.contrast=0.25",
                "augment.brightness=0.05",
                "augment.erase-probability=0.3"
            });

    private ImagesCheck() {}

    public static void main(String[] arguments) {
        NetworkInput face = NetworkInput.grey(48);
        byte[] pixels = new byte[BATCH * 48 * 48];
        new Random(1).nextBytes(pixels);
        MiniBatch batch = new MiniBatch(0, new byte[BATCH], pixels);
        CudaCalls cuda = GpuLibraries.load();
        Card card = CardReport.print(cuda, System.out);
        Network network = Architecture.of("compact").network(48, 7, 1, new Adam(1e-4));
        boolean wrong = false;
        try (GpuTrainer trainer = new GpuTrainer(
                cuda,
                card,
                GpuEngine.plan(network, new Shape(1, 48, 48), false),
                network.updaterState().length(),
                new StepOptions(Precision.FLOAT32, false))) {
            trainer.load(network);
            for (String[] keys : CHANGES) {
                Augmentation augmentation =
                        new Augmentation(TestSettings.of(keys).augment());
                TrainingProgram program = trainer.program(BATCH);
                program.load(
                        new InputQueue.Step(1, 0, 1),
                        new float[BATCH * 7],
                        GpuTrainer.bytes(PackedImages.of(batch, face, augmentation, 5)));
                program.computeGradients();
                trainer.session().stream().synchronize();
                float[] ours = program.images().downloadFloats();
                float[] expected =
                        augmentation.of(batch, 5).features(face).data().asFloat();
                int differing = 0;
                double most = 0;
                for (int i = 0; i < ours.length; i++) {
                    double difference = Math.abs(ours[i] - expected[i]) * 255;
                    differing += difference > 0.01 ? 1 : 0;
                    most = Math.max(most, difference);
                }
                wrong |= !(most < 1.01);
                System.out.printf(
                        "%s: %d of %d pixels differ, by at most %.2f%n",
                        String.join(" ", keys), differing, ours.length, most);
            }
        }
        System.exit(wrong ? 1 : 0);
    }
}
