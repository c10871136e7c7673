package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.demo.DemoFaces;
import io.nightshift.model.ImportOptions;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.keras.KerasFileBuilder;
import io.nightshift.model.keras.KerasImport;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Keras file as its owner meets the program with it. */
class ImportIT {
    private static final String LINEAR = ("{'class_name': 'Sequential', 'config': {'name': 'linear', 'layers': ["
                    + "{'class_name': 'Flatten', 'config': {'name': 'flatten', 'batch_input_shape': [null, 6, 6, 1]}}, "
                    + "{'class_name': 'Dense', 'config': {'name': 'dense', 'units': 7, 'activation': 'softmax', "
                    + "'use_bias': true, 'kernel_initializer': {'class_name': 'GlorotUniform', 'config': {}}, "
                    + "'bias_initializer': {'class_name': 'Zeros', "
                    + "'config': {}}, 'kernel_regularizer': null, 'bias_regularizer': null, "
                    + "'activity_regularizer': null, 'kernel_constraint': null, 'bias_constraint': null}}]}}")
            .replace('\'', '"');

    private static final String WITH_A_SHORTCUT = ("{'class_name': 'Model', 'config': {'name': 'm', 'layers': ["
                    + "{'class_name': 'InputLayer', 'name': 'face', 'config': {'name': 'face', "
                    + "'batch_input_shape': [null, 12, 12, 1], 'dtype': 'float32'}, 'inbound_nodes': []}, "
                    + convolution("low", "face") + ", " + convolution("high", "low") + ", "
                    + "{'class_name': 'Add', 'name': 'sum', 'config': {'name': 'sum'}, "
                    + "'inbound_nodes': [[['low', 0, 0, {}], ['high', 0, 0, {}]]]}, "
                    + convolution("scores", "sum") + ", "
                    + "{'class_name': 'GlobalAveragePooling2D', 'name': 'pool', 'config': {'name': 'pool', "
                    + "'data_format': 'channels_last'}, 'inbound_nodes': [[['scores', 0, 0, {}]]]}, "
                    + "{'class_name': 'Activation', 'name': 'softmax', 'config': {'name': 'softmax', "
                    + "'activation': 'softmax'}, 'inbound_nodes': [[['pool', 0, 0, {}]]]}], "
                    + "'input_layers': [['face', 0, 0]], 'output_layers': [['softmax', 0, 0]]}}")
            .replace('\'', '"');

    @TempDir
    private Path folder;

    /** Of seven filters of 3 x 3, with channels last, that keeps an image's size. */
    private static String convolution(String name, String from) {
        return "{'class_name': 'Conv2D', 'name': '" + name + "', 'config': {'name': '" + name
                + "', 'filters': 7, 'kernel_size': [3, 3], "
                + "'strides': [1, 1], 'padding': 'same', 'data_format': 'channels_last', 'dilation_rate': [1, "
                + "1], 'activation': 'linear', 'use_bias': true, 'kernel_initializer': {'class_name': "
                + "'GlorotUniform', 'config': {}}, 'bias_initializer': {'class_name': 'Zeros', 'config': {}}, "
                + "'kernel_regularizer': null, 'bias_regularizer': null, "
                + "'activity_regularizer': null, 'kernel_constraint': null, 'bias_constraint': null}, "
                + "'inbound_nodes': [[['" + from + "', 0, 0, {}]]]}";
    }

    @Test
    void anImportedModelIsEvaluatedAtItsOwnSize() throws Exception {
        float[] bias = new float[7];
        bias[3] = 5;
        new KerasFileBuilder("2.2.4", LINEAR)
                .weights("dense", "kernel:0", new float[36 * 7], 36, 7)
                .weights("dense", "bias:0", bias, 7)
                .write(folder.resolve("linear.h5"));
        Files.writeString(folder.resolve("text.h5"), "no model");

        Program.Finished imported =
                Program.run(folder, "import", "--from", "linear.h5", "--output", "linear.zip", "--pixel-scaling=-1..1");
        assertThat(imported.err()).doesNotContain("Exception", "HDF5");
        assertThat(imported.out()).isEqualTo("""
                Imported linear.h5: layers in a row, 259 parameters
                Run once, on a grey image of 6 x 6 (1 channel): 7 scores that sum to 1
                Pixels:   0..255 become -1.000..1.000 (--pixel-scaling)
                Classes:  angry, disgust, fear, happy, sad, surprise, neutral
                Model:    linear.zip
                Next:     ./submit.sh evaluate --model linear.zip --data fer2013.csv --split public_test
                """);
        assertThat(imported.status()).isZero();

        writeFaces();
        Program.Finished evaluated = InProcess.run(
                folder,
                "evaluate",
                "--model",
                "linear.zip",
                "--data",
                "faces.csv",
                "--split",
                "public_test",
                "--output",
                "evaluated",
                "--master",
                "local[1]");
        assertThat(evaluated.status()).isZero();
        // It says happy whatever it sees.
        assertThat(Files.readAllLines(folder.resolve("evaluated/public_test-confusion.csv"))
                        .subList(1, 8))
                .allMatch(row -> row.matches("[a-z]+,0,0,0,[0-9]+,0,0,0"));

        refused(
                3,
                "error: text.h5 is no Keras model (.h5, .keras) and no ONNX file; save the whole model in Keras, with "
                        + "model.save(\"model.h5\")\n",
                "text.h5");
        refused(
                2,
                "error: --from none.h5: there is no such file; name a model that Keras has saved (.h5, .keras), or an ONNX file\n",
                "none.h5");
        refused(
                2,
                "error: --pixel-scaling 0..2 cannot be used: it must be 0..1, -1..1, 0..255 or SCALE,OFFSET, such as "
                        + "0.0078431,-1\n",
                "linear.h5",
                "--pixel-scaling",
                "0..2");
        weightsAloneAreImportedWithTheirStructure(bias);
        Program.Finished early =
                InProcess.run(folder, "evaluate", "--model", "linear.h5", "--data", "faces.csv", "--split", "training");
        assertThat(early.err())
                .contains("error: --model linear.h5: an HDF5 file, as Keras writes them: make it a model of this "
                        + "program first, with ./submit.sh import --from FILE.h5 --output model.zip");
        assertThat(early.status()).isEqualTo(2);
    }

    @Test
    void trainingContinuesAnImportedModelWithLockedLayers() throws Exception {
        KerasFileBuilder file = new KerasFileBuilder("2.2.4", WITH_A_SHORTCUT);
        Random random = new Random(1);
        for (String name : List.of("low", "high", "scores")) {
            int channels = name.equals("low") ? 1 : 7;
            float[] kernel = new float[9 * channels * 7];
            for (int i = 0; i < kernel.length; i++) {
                kernel[i] = (float) random.nextGaussian() / 8;
            }
            file.weights(name, "kernel:0", kernel, 3, 3, channels, 7).weights(name, "bias:0", new float[7], 7);
        }
        file.write(folder.resolve("shortcut.h5"));
        Files.write(
                folder.resolve("shortcut.zip"),
                KerasImport.read(Files.readAllBytes(folder.resolve("shortcut.h5")), "shortcut.h5", ImportOptions.NONE)
                        .bytes());
        writeFaces();

        Program.Finished trained = InProcess.run(
                folder,
                "train",
                "--data",
                "faces.csv",
                "--output",
                "out",
                "--run-id",
                "transfer",
                "--master",
                "local[2]",
                "--epochs",
                "2",
                "--set",
                "transfer.from=shortcut.zip",
                "--set",
                "transfer.freeze-up-to=sum",
                "--set",
                "train.batch-size-per-worker=8");

        assertThat(trained.status()).as(trained.err()).isZero();
        ComputationGraph before = graph("shortcut.zip");
        ComputationGraph after = graph("out/runs/transfer/model.zip");
        for (String frozen : List.of("low", "high")) {
            assertThat(after.getLayer(frozen).params())
                    .isEqualTo(before.getLayer(frozen).params());
        }
        assertThat(after.getLayer("scores").params())
                .isNotEqualTo(before.getLayer("scores").params());
    }

    private void writeFaces() throws IOException {
        try (OutputStream out = Files.newOutputStream(folder.resolve("faces.csv"))) {
            DemoFaces.writeCsv(out, 140, 1);
        }
    }

    private ComputationGraph graph(String file) throws IOException {
        return (ComputationGraph) TrainedModel.read(Files.readAllBytes(folder.resolve(file)))
                .network()
                .model();
    }

    /** As the blog publishes its model. */
    private void weightsAloneAreImportedWithTheirStructure(float[] bias) throws Exception {
        new KerasFileBuilder("2.2.4", null)
                .weights("dense", "kernel:0", new float[36 * 7], 36, 7)
                .weights("dense", "bias:0", bias, 7)
                .writeWeights(folder.resolve("weights.h5"));
        Files.writeString(folder.resolve("linear.json"), LINEAR.replaceFirst("\\{", "{\"keras_version\": \"2.2.4\", "));
        Program.Finished imported = InProcess.run(
                folder, "import", "--from", "weights.h5", "--structure", "linear.json", "--output", "weights.zip");
        assertThat(imported.out()).startsWith("Imported weights.h5: layers in a row, 259 parameters\n");
        assertThat(imported.status()).as(imported.err()).isZero();
        refused(
                2,
                "error: --structure none.json: there is no such file; name a model's structure that Keras has written "
                        + "as JSON\n",
                "weights.h5",
                "--structure",
                "none.json");
    }

    private void refused(int status, String line, String file, String... more) throws Exception {
        String[] arguments = new String[5 + more.length];
        System.arraycopy(new String[] {"import", "--from", file, "--output", "refused.zip"}, 0, arguments, 0, 5);
        System.arraycopy(more, 0, arguments, 5, more.length);
        Program.Finished refused = InProcess.run(folder, arguments);
        assertThat(refused.err()).endsWith(line).doesNotContain("Exception", "HDF5-DIAG");
        assertThat(refused.status()).isEqualTo(status);
        assertThat(folder.resolve("refused.zip")).doesNotExist();
    }
}
