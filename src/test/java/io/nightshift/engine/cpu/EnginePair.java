package io.nightshift.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.engine.NativeThreads;
import io.nightshift.engine.Network;
import io.nightshift.engine.Scorer;
import io.nightshift.engine.cpu.kernel.ProgramOptions;
import io.nightshift.engine.cpu.onednn.Layout.Type;
import io.nightshift.engine.graph.Graph;
import io.nightshift.engine.graph.Shape;
import io.nightshift.engine.reference.ReferenceTrainer;
import java.util.Random;
import java.util.stream.LongStream;
import org.assertj.core.data.Offset;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The same network twice: on the engine, and on DL4J's own layers. */
final class EnginePair {
    static final ProgramOptions BLOCKED = new ProgramOptions(Type.FLOAT, false);
    static final ProgramOptions CHANNELS_LAST = new ProgramOptions(Type.FLOAT, true);

    private final Network engine;
    private final Network reference;
    private final long[] shape;
    private final INDArray start;

    /** The networks are of the same kind; the second one's parameters become the first one's. */
    EnginePair(Network engine, Network reference, long... shape) {
        this.engine = engine;
        this.reference = reference;
        this.shape = shape;
        start = engine.params().dup();
        reset();
        NativeThreads.perWorker(1);
    }

    /** Takes both back to where they began. */
    void reset() {
        for (Network network : new Network[] {engine, reference}) {
            network.params().assign(start);
            network.setCounts(0, 0);
            if (network.updaterState() != null) {
                network.updaterState().assign(0);
            }
        }
    }

    INDArray images(int n, long seed) {
        long[] whole = new long[shape.length + 1];
        whole[0] = n;
        System.arraycopy(shape, 0, whole, 1, shape.length);
        return random(seed, whole);
    }

    static INDArray labels(int n, int classes, long seed) {
        INDArray labels = random(seed, n, classes);
        return labels.diviColumnVector(labels.sum(1).reshape(n, 1)).dup('c');
    }

    private Graph graph() {
        boolean channelsLast = shape[2] < shape[0];
        return channelsLast
                ? Graph.of(engine, new Shape((int) shape[2], (int) shape[0], (int) shape[1]), true)
                : Graph.of(engine, new Shape((int) shape[0], (int) shape[1], (int) shape[2]), false);
    }

    private static INDArray random(long seed, long... shape) {
        Random random = new Random(seed);
        float[] values = new float[Math.toIntExact(LongStream.of(shape).reduce(1, (a, b) -> a * b))];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat();
        }
        return Nd4j.create(values, shape, 'c');
    }

    /** Compares scores of several batch sizes. */
    void assertSameScores(ProgramOptions options, double bound) {
        try (Scorer scorer = new CpuScorer(graph(), engine, options)) {
            for (int n : new int[] {1, 3, 5}) {
                INDArray images = images(n, n);
                assertThat(Nd4j.create(scorer.scores(images.data().asFloat(), n))
                                        .distance1(reference.output(images))
                                / n)
                        .isLessThan(bound);
            }
        }
    }

    /** Makes steps with both, and compares all parameters and the whole state of the optimiser. */
    void assertSameTraining(ProgramOptions options, int batch, double bound) {
        assertThat(differenceAfter(options, batch, 1, 10)).isLessThan(bound);
        assertThat(engine.iterations()).isEqualTo(reference.iterations());
        assertThat(engine.updaterState()
                        .sub(reference.updaterState())
                        .amaxNumber()
                        .doubleValue())
                .as("largest difference of the optimiser's state")
                .isLessThan(bound);
    }

    /** Makes steps with both, and returns the largest difference of a parameter afterwards. */
    double differenceAfter(ProgramOptions options, int batch, int steps, long seed) {
        int classes = (int) reference.output(images(1, 1)).size(1);
        ReferenceTrainer expected = new ReferenceTrainer();
        expected.load(reference);
        try (CpuTrainer trainer = new CpuTrainer(graph(), engine, options)) {
            trainer.load(engine);
            for (int step = 0; step < steps; step++) {
                INDArray images = images(batch, step + seed);
                INDArray labels = labels(batch, classes, step + seed + 10);
                trainer.step(images, labels, step, 0);
                expected.step(images, labels, step, 0);
                assertThat(trainer.takeLoss() / batch)
                        .isCloseTo(expected.takeLoss() / batch, within(steps * steps * 1e-3));
            }
            trainer.store(engine);
        }
        return engine.params().sub(reference.params()).amaxNumber().doubleValue();
    }

    private static Offset<Double> within(double bound) {
        return Offset.offset(bound);
    }
}
