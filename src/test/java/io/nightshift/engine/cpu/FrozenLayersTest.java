package io.nightshift.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.engine.Network;
import io.nightshift.engine.graph.Graph;
import io.nightshift.engine.graph.Shape;
import io.nightshift.model.zoo.Architecture;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.Adam;

/** Frozen layers keep their parameters to the bit, and cost no gradient. */
class FrozenLayersTest {
    private static final Shape IMAGE = new Shape(1, 48, 48);

    private static Network compact() {
        return Architecture.of("compact").network(48, 7, 3, new Adam(1e-3));
    }

    private static Network frozenUpTo(int layer) {
        return Network.of(
                new TransferLearning.Builder((MultiLayerNetwork) compact().model())
                        .setFeatureExtractor(layer)
                        .build());
    }

    @Test
    void theirParametersStayAndTheOthersMove() {
        Network network = frozenUpTo(5);
        long frozen = 0;
        for (int i = 0; i <= 5; i++) {
            frozen += network.layers().get(i).numParams();
        }
        float[] before = network.params().toFloatVector();
        try (CpuTrainer trainer = new CpuTrainer(Graph.of(network, IMAGE, false), network, EnginePair.BLOCKED)) {
            EnginePair pair = new EnginePair(network, compact(), 1, 48, 48);
            trainer.load(network);
            trainer.step(pair.images(4, 1), EnginePair.labels(4, 7, 2), 1, 0.01);
            trainer.store(network);
        }
        float[] after = network.params().toFloatVector();
        for (int i = 0; i < frozen; i++) {
            assertThat(after[i]).isEqualTo(before[i]);
        }
        assertThat(after[after.length - 1]).isNotEqualTo(before[before.length - 1]);
        assertThat(after[(int) frozen]).isNotEqualTo(before[(int) frozen]);
    }

    @Test
    void noGradientIsComputedForThem() {
        int all = backwardCalls(compact());
        int some = backwardCalls(frozenUpTo(5));
        // Two convolutions with two gradients (the first one has one), two poolings and two normalisations fall away,
        // and the gradient of the third convolution's input.
        assertThat(all - some).isGreaterThanOrEqualTo(8);
    }

    private static int backwardCalls(Network network) {
        try (CpuTrainer trainer = new CpuTrainer(Graph.of(network, IMAGE, false), network, EnginePair.BLOCKED)) {
            trainer.load(network);
            EnginePair pair = new EnginePair(network, network, 1, 48, 48);
            trainer.step(pair.images(2, 1), EnginePair.labels(2, 7, 2), 1, 0);
            return trainer.programs().get(2).implementations().size();
        }
    }
}
