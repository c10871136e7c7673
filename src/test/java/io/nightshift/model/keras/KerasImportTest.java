package io.nightshift.model.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.TransferSettings;
import io.nightshift.dataset.DataException;
import io.nightshift.dataset.batch.NetworkInput;
import io.nightshift.dataset.batch.NetworkInput.Layout;
import io.nightshift.engine.GraphNetwork;
import io.nightshift.engine.Network;
import io.nightshift.engine.SequentialNetwork;
import io.nightshift.model.ImportOptions;
import io.nightshift.model.ImportOptions.PixelScaling;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.ModelCard;
import io.nightshift.model.transfer.Transfer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

class KerasImportTest {
    private static final String REST =
            ", 'kernel_initializer': {'class_name': 'GlorotUniform', 'config': {'seed': null}}, "
                    + "'bias_initializer': {'class_name': 'Zeros', 'config': {}}, 'kernel_regularizer': "
                    + "null, 'bias_regularizer': null, 'activity_regularizer': null, 'kernel_constraint': null, "
                    + "'bias_constraint': null}}";
    private static final String CONVOLUTION =
            "{'class_name': 'Conv2D', 'config': {'name': 'conv', 'batch_input_shape': [null, %s, 1], "
                    + "'filters': 2, 'kernel_size': [3, 3], 'strides': [1, 1], 'padding': 'valid', "
                    + "'data_format': 'channels_last', 'dilation_rate': [1, 1], 'activation': 'relu', "
                    + "'use_bias': true" + REST;
    private static final String FLATTEN =
            "{'class_name': 'Flatten', 'config': {'name': 'flatten', 'data_format': 'channels_last'}}";
    private static final String DENSE =
            "{'class_name': 'Dense', 'config': {'name': 'dense', 'units': 3, 'activation': '%s', " + "'use_bias': true"
                    + REST;
    private static final List<String> CLASSES = List.of("a", "b", "c");
    private static final ImportOptions MINUS_ONE_TO_ONE = options(OptionalInt.empty(), 2 / 255.0, -1, CLASSES);

    private final Random random = new Random(4);
    private final float[] kernel = weights(3 * 3 * 2);
    private final float[] bias = weights(2);
    private final float[] dense = weights(4 * 4 * 2 * 3);
    private final float[] denseBias = weights(3);
    private final byte[] images = new byte[2 * 6 * 6];

    @TempDir
    private Path folder;

    KerasImportTest() {
        random.nextBytes(images);
    }

    private static ImportOptions options(OptionalInt side, double scale, double offset, List<String> classes) {
        return new ImportOptions(side, Optional.of(new PixelScaling(scale, offset)), classes);
    }

    private float[] weights(int count) {
        float[] weights = new float[count];
        for (int i = 0; i < count; i++) {
            weights[i] = (float) random.nextGaussian() / 4;
        }
        return weights;
    }

    private static String sequential(String... layers) {
        return ("{'class_name': 'Sequential', 'config': {'name': 'sequential', 'layers': [" + String.join(", ", layers)
                        + "]}}")
                .replace('\'', '"');
    }

    private Path file(String configuration) {
        return builder(configuration).write(folder.resolve("model.h5"));
    }

    private KerasFileBuilder builder(String configuration) {
        return new KerasFileBuilder("2.2.4", configuration)
                .weights("conv", "kernel:0", kernel, 3, 3, 1, 2)
                .weights("conv", "bias:0", bias, 2)
                .weights("dense", "kernel:0", dense, 4 * 4 * 2, 3)
                .weights("dense", "bias:0", denseBias, 3);
    }

    /** What Keras computes: channels last, also in the order in which they are flattened. */
    private double[] computedByHand(int image) {
        double[] logits = new double[3];
        for (int k = 0; k < 3; k++) {
            logits[k] = denseBias[k];
        }
        for (int y = 0; y < 4; y++) {
            for (int x = 0; x < 4; x++) {
                for (int filter = 0; filter < 2; filter++) {
                    double sum = bias[filter];
                    for (int i = 0; i < 9; i++) {
                        int pixel = images[image * 36 + (y + i / 3) * 6 + x + i % 3] & 0xff;
                        sum += (pixel / 127.5 - 1) * kernel[i * 2 + filter];
                    }
                    for (int k = 0; k < 3; k++) {
                        logits[k] += Math.max(0, sum) * dense[((y * 4 + x) * 2 + filter) * 3 + k];
                    }
                }
            }
        }
        double[] scores = Arrays.stream(logits).map(Math::exp).toArray();
        double sum = Arrays.stream(scores).sum();
        return Arrays.stream(scores).map(score -> score / sum).toArray();
    }

    private void assertComputes(TrainedModel model) {
        float[][] scores = model.scores(images);
        for (int image = 0; image < 2; image++) {
            double[] expected = computedByHand(image);
            for (int k = 0; k < 3; k++) {
                assertThat((double) scores[image][k]).isEqualTo(expected[k], within(1e-5));
            }
        }
    }

    @Test
    void aSequentialModelComputesWhatItDoesInKeras() throws IOException {
        TrainedModel model = read(
                MINUS_ONE_TO_ONE,
                file(sequential(String.format(CONVOLUTION, "6, 6"), FLATTEN, String.format(DENSE, "softmax"))));

        assertThat(model.card())
                .isEqualTo(new ModelCard(
                        CLASSES, new NetworkInput(6, 1, Layout.NHWC, 2 / 255.0, -1), 1, "keras: model.h5"));
        assertThat(model.network()).isInstanceOf(SequentialNetwork.class);
        assertComputes(model);
        assertComputes(TrainedModel.read(model.bytes()));
        MultiLayerNetwork trained = (MultiLayerNetwork) fineTuned(model).model();
        assertComputes(TrainedModel.of(Network.of(trained), model.card()));
        assertLearns(Network.of(trained), () -> trained.fit(examples(model)), model);
    }

    @Test
    void aFunctionalModelComputesWhatItDoesInKeras() throws IOException {
        String inbound = ", 'name': '%s', 'inbound_nodes': [[['%s', 0, 0, {}]]]}";
        String layers =
                "{'class_name': 'InputLayer', 'name': 'image', 'config': {'name': 'image', 'batch_input_shape': "
                        + "[null, 6, 6, 1], 'dtype': 'float32'}, 'inbound_nodes': []}, "
                        + joined(String.format(CONVOLUTION, "6, 6"), String.format(inbound, "conv", "image")) + ", "
                        + joined(FLATTEN, String.format(inbound, "flatten", "conv")) + ", "
                        + joined(String.format(DENSE, "softmax"), String.format(inbound, "dense", "flatten"));
        TrainedModel model = read(
                MINUS_ONE_TO_ONE,
                file(("{'class_name': 'Model', 'config': {'name': 'm', 'layers': [" + layers
                                + "], 'input_layers': [['image', 0, 0]], 'output_layers': [['dense', 0, 0]]}}")
                        .replace('\'', '"')));

        assertThat(model.network()).isInstanceOf(GraphNetwork.class);
        assertComputes(model);
        assertComputes(TrainedModel.read(model.bytes()));
        ComputationGraph trained = (ComputationGraph) fineTuned(model).model();
        assertComputes(TrainedModel.of(Network.of(trained), model.card()));
        assertLearns(Network.of(trained), () -> trained.fit(examples(model)), model);
    }

    /** The convolution has its channels last, and DL4J cannot train such a layer with dropout. */
    private static Network fineTuned(TrainedModel model) {
        return new Transfer(new TransferSettings("model.zip", "", false), model).network(3, 1, new Adam(0.01));
    }

    private DataSet examples(TrainedModel model) {
        return new DataSet(model.card().input().features(images), Nd4j.eye(3).getRows(0, 2));
    }

    private void assertLearns(Network trained, Runnable step, TrainedModel model) {
        step.run();
        double first = trained.model().score();
        IntStream.range(0, 50).forEach(number -> step.run());
        assertThat(trained.model().score()).isLessThan(first / 2);
        assertThat(trained.layers().get(0).params())
                .isNotEqualTo(model.network().layers().get(0).params());
    }

    private static String joined(String layer, String rest) {
        return layer.substring(0, layer.length() - 1) + rest;
    }

    @Test
    void aModelOfKeras1ComputesWhatItDoesThere() throws IOException {
        String configuration = ("{'class_name': 'Sequential', 'config': ["
                        + "{'class_name': 'Flatten', 'config': {'name': 'flatten_1', 'batch_input_shape': "
                        + "[null, 6, 6, 1]}}, {'class_name': 'Dense', 'config': {'name': 'dense_1', "
                        + "'output_dim': 3, 'activation': 'softmax', "
                        + "'init': 'glorot_uniform', 'W_regularizer': null, 'b_regularizer': null, "
                        + "'activity_regularizer': null, 'W_constraint': null, 'b_constraint': null}}]}")
                .replace('\'', '"');
        float[] table = weights(36 * 3);
        TrainedModel model = read(
                options(OptionalInt.empty(), 1 / 255.0, 0, CLASSES),
                new KerasFileBuilder("1.2.2", configuration)
                        .weights("dense_1", "dense_1_W", table, 36, 3)
                        .weights("dense_1", "dense_1_b", denseBias, 3)
                        .write(folder.resolve("model.h5")));
        double[] scores = new double[3];
        for (int k = 0; k < 3; k++) {
            double logit = denseBias[k];
            for (int pixel = 0; pixel < 36; pixel++) {
                logit += (images[pixel] & 0xff) / 255.0 * table[pixel * 3 + k];
            }
            scores[k] = Math.exp(logit);
        }
        for (int k = 0; k < 3; k++) {
            assertThat((double) model.scores(images)[0][k])
                    .isEqualTo(scores[k] / Arrays.stream(scores).sum(), within(1e-5));
        }
    }

    @Test
    void aSizeThatTheFileLeavesOpenIsGivenAndOneThatItHasMustAgree() throws IOException {
        Path sized = file(sequential(String.format(CONVOLUTION, "6, 6"), FLATTEN, String.format(DENSE, "softmax")));
        assertThatThrownBy(() -> read(options(OptionalInt.of(48), 1, 0, CLASSES), sized))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("--input-side 48: model.h5 takes images of 6 x 6; leave the option out");

        Path open =
                file(sequential(String.format(CONVOLUTION, "null, null"), FLATTEN, String.format(DENSE, "softmax")));
        assertThatThrownBy(() -> read(MINUS_ONE_TO_ONE, open))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("model.h5 takes images of any size; say which with --input-side, such as --input-side 48");
        assertComputes(read(options(OptionalInt.of(6), 2 / 255.0, -1, CLASSES), open));
    }

    @Test
    void classesMustBeAsManyAsScores() {
        Path file = file(sequential(String.format(CONVOLUTION, "6, 6"), FLATTEN, String.format(DENSE, "softmax")));
        assertThatThrownBy(() -> read(options(OptionalInt.empty(), 1, 0, List.of()), file))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("model.h5 gives 3 scores, and FER2013 has 7 classes; name its "
                        + "classes in label order with --classes a,b,c");
    }

    @Test
    void layersThatAreNotSupportedAreNamedOneByOne() {
        Path file = file(sequential(
                String.format(CONVOLUTION, "6, 6"),
                "{'class_name': 'GroupNormalization', 'config': {'name': 'group_norm'}}",
                FLATTEN,
                "{'class_name': 'MyAttention', 'config': {'name': 'look_here'}}",
                String.format(DENSE, "softmax")));
        assertThatThrownBy(() -> read(MINUS_ONE_TO_ONE, file))
                .isInstanceOf(DataException.class)
                .hasMessage("model.h5 cannot be imported: DL4J does not support its layers group_norm "
                        + "(GroupNormalization), look_here (MyAttention); replace that in Keras, and "
                        + "save the model again");
    }

    /** DL4J's importer does not read the setting, and would give other scores. */
    @Test
    void aSettingThatWouldBeIgnoredIsRefused() {
        refused(
                file(sequential(
                        String.format(CONVOLUTION, "6, 6"),
                        "{'class_name': 'UpSampling2D', 'config': {'name': 'up', 'size': [2, 2], 'data_format': "
                                + "'channels_last', 'interpolation': 'bilinear'}}",
                        FLATTEN,
                        String.format(DENSE, "softmax"))),
                "model.h5 cannot be imported: its layer up (UpSampling2D) has interpolation = bilinear, and DL4J repeats "
                        + "the nearest pixel; train it with interpolation = nearest");
    }

    @Test
    void whatIsNoKerasModelIsOneLine() throws IOException {
        Path text = Files.writeString(folder.resolve("text.h5"), "no model");
        refused(
                text,
                "text.h5 is no Keras model (.h5, .keras) and no ONNX file; save the whole model in Keras, with "
                        + "model.save(\"model.h5\")");
        byte[] whole = Files.readAllBytes(
                file(sequential(String.format(CONVOLUTION, "6, 6"), FLATTEN, String.format(DENSE, "softmax"))));
        Path half = Files.write(folder.resolve("half.h5"), Arrays.copyOf(whole, whole.length / 2));
        refused(half, "half.h5 cannot be read as a Keras model in HDF5: it is damaged or cut off; copy it again");
        refused(
                new KerasFileBuilder("2.2.4", null).write(folder.resolve("weights.h5")),
                "weights.h5 holds no Keras model, perhaps its "
                        + "weights alone (it has no attribute model_config); save the whole model, with "
                        + "model.save(\"model.h5\"), or name the file of its structure with --structure");
        refused(
                new KerasFileBuilder("4.1.0", "{}").write(folder.resolve("four.h5")),
                "four.h5 is of Keras 4.1.0; models of Keras 1 to 3 are imported: save it with one of these");
        refused(
                file(sequential(String.format(CONVOLUTION, "6, 8"), FLATTEN)),
                "model.h5 takes input of shape [null,6,8,1]; expected " + "square images of one channel, or of three");
        assertThatThrownBy(() -> read(
                        MINUS_ONE_TO_ONE,
                        file(sequential(String.format(CONVOLUTION, "6, 6"), FLATTEN, String.format(DENSE, "linear")))))
                .isInstanceOf(DataException.class)
                .hasMessageMatching(
                        "model.h5 gives scores that sum to \\S+ for a grey image; expected a model whose last "
                                + "layer is a softmax, so that they sum to 1");
    }

    @Test
    void weightsAloneAndTheStructureBesideThemAreAModel() throws IOException {
        String structure = sequential(String.format(CONVOLUTION, "6, 6"), FLATTEN, String.format(DENSE, "softmax"));
        byte[] json = structure
                .replaceFirst("\\{", "{\"keras_version\": \"2.2.4\", \"backend\": \"tensorflow\", ")
                .getBytes(StandardCharsets.UTF_8);
        byte[] weights = Files.readAllBytes(builder(null).writeWeights(folder.resolve("weights.h5")));

        assertComputes(KerasImport.read(weights, "weights.h5", json, "model.json", MINUS_ONE_TO_ONE));

        byte[] others = Files.readAllBytes(new KerasFileBuilder("2.2.4", null)
                .weights("conv", "kernel:0", kernel, 3, 3, 1, 2)
                .weights("conv", "bias:0", bias, 2)
                .writeWeights(folder.resolve("others.h5")));
        assertThatThrownBy(() -> KerasImport.read(others, "others.h5", json, "model.json", MINUS_ONE_TO_ONE))
                .isInstanceOf(DataException.class)
                .hasMessage("others.h5 has no weights for the layer dense; name the weights of this model, not of "
                        + "another");
        byte[] fewer = new String(json, StandardCharsets.UTF_8)
                .replace("\"units\": 3", "\"units\": 1")
                .getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> KerasImport.read(weights, "weights.h5", fewer, "model.json", MINUS_ONE_TO_ONE))
                .isInstanceOf(DataException.class)
                .hasMessage("weights.h5 has weights of shape [32, 3] for W of the layer dense, which takes [32, 1]; "
                        + "name weights and structure of one model");
        for (String text : List.of("", "[1, 2]", "{\"a\": 1}", "no JSON")) {
            byte[] wrong = text.getBytes(StandardCharsets.UTF_8);
            assertThatThrownBy(() -> KerasImport.read(weights, "weights.h5", wrong, "wrong.json", MINUS_ONE_TO_ONE))
                    .isInstanceOf(DataException.class)
                    .hasMessage("wrong.json is no structure of a Keras model; write it in Keras, with "
                            + "open(\"model.json\", \"w\").write(model.to_json())");
        }
    }

    /** Native code would end the process with some of these. */
    @Test
    void aDamagedFileIsOneLineWhereverItIsDamaged() throws IOException {
        byte[] whole = Files.readAllBytes(
                file(sequential(String.format(CONVOLUTION, "6, 6"), FLATTEN, String.format(DENSE, "softmax"))));
        int refused = 0;
        for (int trial = 0; trial < 300; trial++) {
            byte[] damaged = whole.clone();
            for (int change = 0; change < 8; change++) {
                damaged[8 + random.nextInt(whole.length - 8)] = (byte) random.nextInt();
            }
            try {
                KerasImport.read(damaged, "model.h5", MINUS_ONE_TO_ONE);
            } catch (DataException | ConfigurationException e) {
                assertThat(e.getMessage()).startsWith("model.h5 ").doesNotContain("\n");
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(30);
    }

    private static TrainedModel read(ImportOptions how, Path file) throws IOException {
        return KerasImport.read(Files.readAllBytes(file), file.getFileName().toString(), how);
    }

    private static void refused(Path file, String message) {
        assertThatThrownBy(() -> read(MINUS_ONE_TO_ONE, file))
                .isInstanceOf(DataException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<!DOCTYPE html><html> | but a web page or XML; download the file itself, not the page that shows it",
                "{\"class_name\": \"Sequential\"} | but a model's structure as JSON, without its weights; save the "
                        + "whole model in Keras, with model.save(\"model.h5\")",
                "version https://git-lfs.github.com/spec/v1 | but Git LFS's reference to one; fetch the file with "
                        + "git lfs pull"
            })
    void whatIsSavedInThePlaceOfAModelIsNamed(String content, String kind) throws IOException {
        refused(
                Files.writeString(folder.resolve("model.h5"), content),
                "model.h5 is no Keras model (.h5, .keras) and no ONNX file " + kind);
    }

    @Test
    void classesAreNamedOnceEach() {
        Path file = file(sequential(String.format(CONVOLUTION, "6, 6"), FLATTEN, String.format(DENSE, "softmax")));
        assertThatThrownBy(() -> read(options(OptionalInt.empty(), 1, 0, List.of("a", "b", "A")), file))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(
                        "--classes a,b,A names a class twice, or one with an empty name; give each its own, also in "
                                + "lower case");
    }
}
