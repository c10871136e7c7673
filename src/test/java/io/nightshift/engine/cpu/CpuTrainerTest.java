package io.nightshift.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.engine.Network;
import io.nightshift.engine.cpu.kernel.ProgramOptions;
import io.nightshift.engine.graph.Graph;
import io.nightshift.engine.graph.Shape;
import io.nightshift.engine.reference.ReferenceTrainer;
import io.nightshift.model.zoo.Architecture;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Nesterovs;

class CpuTrainerTest {
    private static final Shape IMAGE = new Shape(1, 48, 48);

    private static Network blogCnn() {
        return Architecture.of("blog-cnn").network(48, 7, 3, new Nesterovs(0.01, 0.9));
    }

    private static CpuTrainer trainer(Network network) {
        return new CpuTrainer(Graph.of(network, IMAGE, false), network, EnginePair.BLOCKED);
    }

    @Test
    void batchSizesMayChangeFromStepToStep() {
        Network engine = small();
        Network reference = small();
        EnginePair pair = new EnginePair(engine, reference, 1, 48, 48);
        ReferenceTrainer expected = new ReferenceTrainer();
        expected.load(reference);
        try (CpuTrainer trainer = trainer(engine)) {
            trainer.load(engine);
            // More sizes than programs are kept.
            for (int n : new int[] {8, 8, 4, 1, 8, 3, 4}) {
                INDArray images = pair.images(n, n);
                INDArray labels = EnginePair.labels(n, 7, n);
                trainer.step(images, labels, 1, 0);
                expected.step(images, labels, 1, 0);
            }
            trainer.store(engine);
        }
        assertThat(engine.params().sub(reference.params()).amaxNumber().doubleValue())
                .isLessThan(1e-5);
    }

    private static Network small() {
        Network network = Architecture.of("blog-cnn").network(48, 7, 3, new Nesterovs(1e-3, 0.9));
        network.layers().forEach(layer -> layer.conf().getLayer().setIDropout(null));
        return network;
    }

    @Test
    void dropoutFollowsFromTheSeedAlone() {
        Network network = blogCnn();
        EnginePair pair = new EnginePair(network, blogCnn(), 1, 48, 48);
        INDArray images = pair.images(4, 1);
        INDArray labels = EnginePair.labels(4, 7, 2);
        try (CpuTrainer one = trainer(network);
                CpuTrainer other = trainer(network)) {
            one.load(network);
            other.load(network);
            double first = one.gradients(images, labels, 5);
            assertThat(other.gradients(images, labels, 5)).isEqualTo(first);
            assertThat(other.gradients(images, labels, 6)).isNotEqualTo(first);
        }
    }

    @Test
    void twoTrainersSideBySideGiveTheSameBits() throws InterruptedException {
        INDArray[] results = new INDArray[2];
        Thread[] threads = new Thread[2];
        for (int i = 0; i < 2; i++) {
            int number = i;
            threads[i] = new Thread(() -> {
                Network network = blogCnn();
                EnginePair pair = new EnginePair(network, blogCnn(), 1, 48, 48);
                try (CpuTrainer trainer = trainer(network)) {
                    trainer.load(network);
                    for (int step = 0; step < 3; step++) {
                        trainer.step(pair.images(4, step), EnginePair.labels(4, 7, step), step, 0.01);
                    }
                    trainer.store(network);
                }
                results[number] = network.params();
            });
            threads[i].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(results[0]).isEqualTo(results[1]);
    }

    @Test
    void nothingFallsToOneDnnsReferenceCode() {
        for (String architecture : new String[] {"blog-cnn", "compact", "deep"}) {
            Network network = Architecture.of(architecture).network(48, 7, 3, new Adam(1e-3));
            for (ProgramOptions options : new ProgramOptions[] {EnginePair.BLOCKED, EnginePair.CHANNELS_LAST}) {
                try (CpuTrainer trainer = new CpuTrainer(Graph.of(network, IMAGE, false), network, options)) {
                    trainer.load(network);
                    EnginePair pair = new EnginePair(network, network, 1, 48, 48);
                    trainer.step(pair.images(2, 1), EnginePair.labels(2, 7, 1), 1, 0);
                    assertThat(trainer.programs().get(2).implementations())
                            .isNotEmpty()
                            .noneMatch(name -> name.contains("ref"));
                }
            }
        }
    }

    /** A round that was broken off leaves its losses behind, and the trainer serves again. */
    @Test
    void aNewRoundDoesNotCountTheLossesOfABrokenOne() {
        Network network = blogCnn();
        EnginePair pair = new EnginePair(network, blogCnn(), 1, 48, 48);
        try (CpuTrainer trainer = trainer(network)) {
            trainer.load(network);
            trainer.step(pair.images(4, 1), EnginePair.labels(4, 7, 1), 1, 0);
            double once = trainer.takeLoss();
            trainer.step(pair.images(4, 1), EnginePair.labels(4, 7, 1), 2, 0);
            trainer.load(network);
            trainer.step(pair.images(4, 1), EnginePair.labels(4, 7, 1), 1, 0);
            assertThat(trainer.takeLoss()).isEqualTo(once).isPositive();
        }
    }
}
