package io.nightshift.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class ModelFileTest {
    private final MultiLayerNetwork network = trained();

    @Test
    void isReadByDl4jWithoutThisProgram() throws IOException {
        MultiLayerNetwork restored = ModelSerializer.restoreMultiLayerNetwork(
                new ByteArrayInputStream(ModelFile.bytes(network, true)), true);

        assertThat(restored.params()).isEqualTo(network.params());
        assertThat(restored.getUpdater().getStateViewArray()).isEqualTo(network.getUpdater().getStateViewArray());
        assertThat(restored.getIterationCount()).isEqualTo(3);
        assertThat(restored.getLayerWiseConfigurations()).isEqualTo(network.getLayerWiseConfigurations());
    }

    @Test
    void equalNetworksGiveEqualBytes() {
        assertThat(ModelFile.bytes(trained(), true)).isEqualTo(ModelFile.bytes(network, true));
    }

    @Test
    void refusesWhatIsNoModelOrADamagedOne() {
        byte[] model = ModelFile.bytes(network, true);

        for (byte[] wrong : new byte[][] {{}, "emotion,pixels,Usage\n".getBytes(), Arrays.copyOf(model, model.length / 2)}) {
            assertThatThrownBy(() -> ModelFile.network(wrong, false)).isInstanceOf(IOException.class)
                    .hasMessage("no model in DL4J's format, or a damaged one");
        }
    }

    private static MultiLayerNetwork trained() {
        MultiLayerNetwork network = SmallNetwork.withAdam();
        Nd4j.getRandom().setSeed(1);
        for (int i = 0; i < 3; i++) {
            network.fit(new DataSet(Nd4j.rand(4, 1, 48, 48), Nd4j.eye(7).get(
                    NDArrayIndex.interval(0, 4), NDArrayIndex.all())));
        }
        return network;
    }
}
