package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nightshift.engine.Network;
import io.nightshift.model.SmallNetwork;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.ModelCard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;

/** A model goes out as ONNX, and comes back. */
class OnnxIT {
    @TempDir
    private Path folder;

    private final TrainedModel model = TrainedModel.of(
            Network.of(SmallNetwork.withSgd()), ModelCard.ofFer2013("small").withTemperature(1.25));

    @BeforeEach
    void writeModel() throws IOException {
        Files.write(folder.resolve("model.zip"), model.bytes());
    }

    @Test
    void anExportedModelComesBackWithTheSameScores() throws Exception {
        Program.Finished exported = InProcess.run(folder, "export", "--model", "model.zip", "--output", "model.onnx");
        assertThat(exported.status()).as(exported.err()).isZero();
        assertThat(exported.out()).isEqualTo("""
                Exported model.zip: 2,699 parameters
                Input:    images, uint8 [N, 1, 48, 48]: grey images, pixels 0..255
                Output:   probabilities, float32 [N, 7]: angry, disgust, fear, happy, sad, surprise, neutral
                Inside:   pixels become 0.000..1.000; temperature 1.250; views: none
                File:     model.onnx, %,d bytes, ONNX operations of version 13
                """.formatted(Files.size(folder.resolve("model.onnx"))));

        Program.Finished imported = InProcess.run(folder, "import", "--from", "model.onnx", "--output", "back.zip");
        assertThat(imported.status()).as(imported.err()).isZero();
        assertThat(imported.out()).startsWith("""
                Imported model.onnx: a graph of layers, 2,699 parameters
                Run once, on a grey image of 48 x 48 (1 channel): 7 scores that sum to 1
                Pixels:   0..255 become 0.000..1.000 (--pixel-scaling)
                """);
        TrainedModel back = TrainedModel.read(Files.readAllBytes(folder.resolve("back.zip")));
        byte[] images = new byte[2 * 48 * 48];
        new Random(1).nextBytes(images);
        assertThat(back.scores(images)[1]).containsExactly(model.scores(images)[1], within(1e-5f));
    }

    @Test
    void whatCannotBeExportedIsOneLineAndLeavesNothing() throws Exception {
        byte[] before = Files.readAllBytes(folder.resolve("model.zip"));
        refused(
                "--output model.zip is the file that --model names, and would replace it; name another file",
                "model.zip",
                "model.zip");
        assertThat(folder.resolve("model.zip")).hasBinaryContent(before);
        refused(
                "--output: cannot write folder: it is a folder, and only a regular file is ever replaced; name another file",
                "model.zip",
                Files.createDirectory(folder.resolve("folder")).getFileName().toString());
        refused(
                "--views five cannot be used: it must be none, flip or ten-crop",
                "model.zip",
                "x.onnx",
                "--views",
                "five");
        refused("--input int8 cannot be used: it must be uint8 or float32", "model.zip", "x.onnx", "--input", "int8");
        Files.write(folder.resolve("unknown.zip"), withLayerThatIsNotKnown());
        refused(
                "--model unknown.zip cannot be exported: layer0 (Upsampling2D): it is not known; only "
                        + "networks that this program's engine knows become ONNX",
                "unknown.zip",
                "x.onnx");
        assertThat(folder.resolve("x.onnx")).doesNotExist();
    }

    private static byte[] withLayerThatIsNotKnown() {
        MultiLayerNetwork network = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .list()
                .layer(new Upsampling2D.Builder(2).build())
                .layer(new OutputLayer.Builder()
                        .nOut(7)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.convolutional(48, 48, 1))
                .build());
        network.init();
        return TrainedModel.of(Network.of(network), ModelCard.ofFer2013("unknown"))
                .bytes();
    }

    private void refused(String line, String from, String to, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("export", "--model", from, "--output", to));
        arguments.addAll(List.of(more));
        Program.Finished refused = InProcess.run(folder, arguments.toArray(String[]::new));
        assertThat(refused.err()).contains("error: " + line).doesNotContain("Exception");
        assertThat(refused.status()).isEqualTo(2);
    }

    @Test
    void whatCannotBeImportedIsOneLineAndLeavesNothing() throws Exception {
        Files.writeString(folder.resolve("text.onnx"), "no model");
        Program.Finished damaged = InProcess.run(folder, "import", "--from", "text.onnx", "--output", "refused.zip");
        assertThat(damaged.err())
                .endsWith("error: text.onnx cannot be read as ONNX: it is another kind of file, damaged or cut off\n");
        assertThat(damaged.status()).isEqualTo(3);

        InProcess.run(folder, "export", "--model", "model.zip", "--output", "model.onnx");
        ModelProto.Builder other = ModelProto.parseFrom(Files.readAllBytes(folder.resolve("model.onnx"))).toBuilder();
        other.getGraphBuilder().addNode(NodeProto.newBuilder().setOpType("LSTM"));
        Files.write(folder.resolve("other.onnx"), other.build().toByteArray());
        Program.Finished unknown = InProcess.run(folder, "import", "--from", "other.onnx", "--output", "refused.zip");
        assertThat(unknown.err())
                .endsWith("Squeeze, Sub, Sum, Tanh, Transpose, Unsqueeze\n")
                .contains(
                        "error: other.onnx cannot be imported: the engine does not know its operations LSTM; it knows")
                .doesNotContain("Exception");
        assertThat(unknown.status()).isEqualTo(3);
        assertThat(folder.resolve("refused.zip")).doesNotExist();
    }
}
