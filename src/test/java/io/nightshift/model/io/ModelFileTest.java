package io.nightshift.model.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.dataset.batch.NetworkInput;
import io.nightshift.engine.Network;
import io.nightshift.model.SmallNetwork;
import io.nightshift.model.TrainedModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class ModelFileTest {
    private static final ModelCard CARD = ModelCard.ofFer2013("small");

    private final MultiLayerNetwork network = trained();

    @Test
    void isReadByDl4jWithoutThisProgram() throws IOException {
        MultiLayerNetwork restored = ModelSerializer.restoreMultiLayerNetwork(
                new ByteArrayInputStream(ModelFile.bytes(Network.of(network), CARD, true)), true);

        assertThat(restored.params()).isEqualTo(network.params());
        assertThat(restored.getUpdater().getStateViewArray())
                .isEqualTo(network.getUpdater().getStateViewArray());
        assertThat(restored.getIterationCount()).isEqualTo(3);
        assertThat(restored.getLayerWiseConfigurations()).isEqualTo(network.getLayerWiseConfigurations());
    }

    @Test
    void equalNetworksGiveEqualBytes() {
        assertThat(ModelFile.bytes(Network.of(trained()), CARD, true))
                .isEqualTo(ModelFile.bytes(Network.of(network), CARD, true));
    }

    @Test
    void theCardTravelsWithTheNetworkAndAPlainModelHasNone() throws IOException {
        ModelCard card = new ModelCard(
                List.of("cat", "dog"),
                new NetworkInput(64, 3, NetworkInput.Layout.NHWC, 2 / 255.0, -1),
                1.5,
                "keras: pets.h5");
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        ModelSerializer.writeModel(network, plain, true);

        assertThat(ModelFile.of(ModelFile.bytes(Network.of(network), card, false))
                        .card())
                .contains(card);
        assertThat(ModelFile.of(plain.toByteArray()).card()).isEmpty();
        assertThat(ModelFile.of(plain.toByteArray()).network(true).params()).isEqualTo(network.params());
    }

    @Test
    void isReadAsDl4jReadsIt() throws IOException {
        byte[] content = ModelFile.bytes(Network.of(network), CARD, true);
        MultiLayerNetwork theirs = ModelSerializer.restoreMultiLayerNetwork(new ByteArrayInputStream(content), true);
        MultiLayerNetwork ours =
                (MultiLayerNetwork) ModelFile.of(content).network(true).model();

        assertThat(ours.params()).isEqualTo(theirs.params());
        assertThat(ours.getUpdater().getStateViewArray())
                .isEqualTo(theirs.getUpdater().getStateViewArray());
        assertThat(ours.getIterationCount()).isEqualTo(3);
        assertThat(ours.getLayerWiseConfigurations()).isEqualTo(theirs.getLayerWiseConfigurations());
        assertThat(((MultiLayerNetwork) ModelFile.of(content).network(false).model())
                        .getUpdater()
                        .getStateViewArray()
                        .sumNumber()
                        .doubleValue())
                .isZero();
    }

    @Test
    void aGraphIsReadAsDl4jReadsIt() throws IOException {
        ComputationGraph graph = network.toComputationGraph();
        graph.getUpdater()
                .setStateViewArray(network.getUpdater().getStateViewArray().dup());
        byte[] content = ModelFile.bytes(Network.of(graph), CARD, true);
        ComputationGraph theirs = ModelSerializer.restoreComputationGraph(new ByteArrayInputStream(content), true);
        ComputationGraph ours =
                (ComputationGraph) ModelFile.of(content).network(true).model();

        assertThat(ours.params()).isEqualTo(theirs.params()).isEqualTo(network.params());
        assertThat(ours.getUpdater().getStateViewArray())
                .isEqualTo(theirs.getUpdater().getStateViewArray())
                .isEqualTo(network.getUpdater().getStateViewArray());
        assertThat(ours.getConfiguration()).isEqualTo(theirs.getConfiguration());
    }

    /** A model may come from anybody, and an object that is deserialised may do anything. */
    @Test
    void noObjectOfAStrangersFileIsDeserialised() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ModelSerializer.writeModel(network, bytes, false);
        byte[] content = withEntry(bytes.toByteArray(), "preprocessor.bin", serialised(new Alarm()));

        assertThat(ModelFile.of(content).network(false).params()).isEqualTo(network.params());
        assertThat(TrainedModel.read(content).network().params()).isEqualTo(network.params());
        assertThat(Alarm.rung).isFalse();
        assertThatThrownBy(() -> ModelSerializer.restoreMultiLayerNetwork(new ByteArrayInputStream(content), false))
                .isInstanceOf(ClassCastException.class);
        assertThat(Alarm.rung).isTrue();
    }

    private static byte[] withEntry(byte[] zip, String name, byte[] entry) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip));
                ZipOutputStream out = new ZipOutputStream(bytes)) {
            for (ZipEntry next = in.getNextEntry(); next != null; next = in.getNextEntry()) {
                if (next.getName().equals(name)) {
                    continue;
                }
                out.putNextEntry(new ZipEntry(next.getName()));
                in.transferTo(out);
            }
            out.putNextEntry(new ZipEntry(name));
            out.write(entry);
        }
        return bytes.toByteArray();
    }

    private static byte[] serialised(Object object) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        }
        return bytes.toByteArray();
    }

    private static final class Alarm implements Serializable {
        private static final long serialVersionUID = 1;
        private static boolean rung;

        private void readObject(ObjectInputStream in) {
            rung = true;
        }
    }

    @Test
    void saysWhatAFileIsThatIsNoModel() throws IOException {
        byte[] model = ModelFile.bytes(Network.of(network), CARD, true);
        byte[] flipped = model.clone();
        flipped[model.length / 2] ^= 1;

        refused(new byte[0], "no model in DL4J's format, or a damaged one");
        refused(
                "emotion,pixels,Usage\n".getBytes(StandardCharsets.UTF_8),
                "no model in DL4J's format, or a damaged one");
        refused(flipped, "no model in DL4J's format, or a damaged one");
        refused(Arrays.copyOf(model, model.length / 2), "a zip that was cut off: its end is missing");
        refused(Arrays.copyOf(model, model.length - 1), "a zip that was cut off: its end is missing");
        refused(
                zip("word/document.xml"),
                "a zip that holds no model of DL4J: it lacks configuration.json or coefficients.bin");
        refused(
                "\u0089HDF\r\n\u001a\n, and so on".getBytes(StandardCharsets.ISO_8859_1),
                "an HDF5 file, as Keras writes them: "
                        + "make it a model of this program first, with ./submit.sh import --from FILE.h5 "
                        + "--output model.zip");
        refused(zip("configuration.json", "coefficients.bin"), "no model in DL4J's format, or a damaged one");
    }

    private static void refused(byte[] content, String message) {
        assertThatThrownBy(() -> ModelFile.of(content).network(false))
                .isInstanceOf(IOException.class)
                .hasMessage(message);
        assertThatThrownBy(() -> TrainedModel.read(content))
                .isInstanceOf(IOException.class)
                .hasMessage(message);
    }

    private static byte[] zip(String... names) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (String name : names) {
                zip.putNextEntry(new ZipEntry(name));
                zip.write('x');
            }
        }
        return bytes.toByteArray();
    }

    private static MultiLayerNetwork trained() {
        MultiLayerNetwork network = SmallNetwork.withAdam();
        Nd4j.getRandom().setSeed(1);
        for (int i = 0; i < 3; i++) {
            network.fit(new DataSet(
                    Nd4j.rand(4, 1, 48, 48), Nd4j.eye(7).get(NDArrayIndex.interval(0, 4), NDArrayIndex.all())));
        }
        return network;
    }

    /** Two megabytes in a file may be two gigabytes in memory. */
    @ParameterizedTest
    @ValueSource(strings = {"readme.txt", "coefficients.bin", "nightshift.json"})
    void aZipBombIsRefusedInWhateverEntryItIs(String entry) throws IOException {
        byte[] content = withEntry(ModelFile.bytes(Network.of(network), CARD, false), entry, new byte[65 << 20]);
        assertThat(content.length).isLessThan(2 << 20);
        refused(content, "a zip that unpacks to more than 20 times its size and 64 MiB, as no model does");
    }

    @Test
    void aCardThatSaysNothingOrNonsenseIsRefused() throws IOException {
        refusedCard("null", "a model whose nightshift.json cannot be understood");
        refusedCard(
                card("\"cat\", \"dog\", \"Cat\"", 48),
                "a model whose nightshift.json cannot be understood (a model's classes have different names, also in "
                        + "lower case, and none is empty; not [cat, dog, Cat])");
        refusedCard(
                card("\"cat\", null", 48),
                "a model whose nightshift.json cannot be understood (a model's classes have different names, also in "
                        + "lower case, and none is empty; not [cat, null])");
        refusedCard(
                card("\"cat\", \"dog\"", 100_000),
                "a model whose nightshift.json cannot be understood (a network takes images of 1 to 1024 rows and "
                        + "columns, of 1 or 3 channels, in the layout NCHW or NHWC; not 100000, 1, NCHW)");
    }

    private static String card(String classes, int side) {
        return "{\"classes\": [" + classes + "], \"temperature\": 1, \"input\": {\"side\": " + side
                + ", \"channels\": 1, \"layout\": \"NCHW\", \"scale\": 1, \"offset\": 0}}";
    }

    private void refusedCard(String json, String message) throws IOException {
        byte[] content =
                withEntry(ModelFile.bytes(Network.of(network), CARD, false), "nightshift.json", json.getBytes(UTF_8));
        assertThatThrownBy(() -> ModelFile.of(content).card())
                .isInstanceOf(IOException.class)
                .hasMessage(message);
    }
}
