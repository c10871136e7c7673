package io.nightshift.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.model.SmallNetwork;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

class NetworkTest {
    @Test
    void freeingANetworkLeavesAnotherOneOfTheThreadUsable() {
        MultiLayerNetwork network = SmallNetwork.withAdam();
        MultiLayerNetwork other = SmallNetwork.withAdam();
        DataSet batch = new DataSet(Nd4j.rand(4, 1, 48, 48), Nd4j.ones(4, 7).divi(7));
        network.fit(batch);
        other.fit(batch);
        INDArray weights = network.params();
        INDArray gradients = network.getFlattenedGradients();
        INDArray state = network.getUpdater().getStateViewArray();

        Network.of(network).free();

        assertThat(weights.wasClosed()).isTrue();
        assertThat(gradients.wasClosed()).isTrue();
        assertThat(state.wasClosed()).isTrue();
        other.fit(batch);
        assertThat(other.score()).isFinite();
    }

    @Test
    void aNetworkThatWasNeverTrainedIsFreedToo() {
        MultiLayerNetwork network = SmallNetwork.withAdam();
        network.output(Nd4j.zeros(1, 1, 48, 48));

        Network.of(network).free();

        assertThat(network.params().wasClosed()).isTrue();
    }
}
