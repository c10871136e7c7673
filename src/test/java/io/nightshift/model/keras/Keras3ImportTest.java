package io.nightshift.model.keras;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.config.ConfigurationException;
import io.nightshift.dataset.DataException;
import io.nightshift.engine.GraphNetwork;
import io.nightshift.engine.SequentialNetwork;
import io.nightshift.model.ImportOptions;
import io.nightshift.model.TrainedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What Keras 3 writes in another way than Keras 2, whose files {@link KerasImportTest} computes by hand. */
class Keras3ImportTest {
    private static final ImportOptions THREE_CLASSES =
            new ImportOptions(OptionalInt.empty(), Optional.empty(), List.of("a", "b", "c"));
    /** Beside what a layer is; the same in both versions, but for the wrapping. */
    private static final String KERNEL = "'use_bias': true, 'kernel_initializer': "
            + object("keras.initializers", "GlorotUniform", "{'seed': null}")
            + ", 'bias_initializer': " + object("keras.initializers", "Zeros", "{}")
            + ", 'kernel_regularizer': " + object("keras.regularizers", "L2", "{'l2': 0.01}")
            + ", 'bias_regularizer': null, 'activity_regularizer': null, 'kernel_constraint': null, "
            + "'bias_constraint': null";

    private static final String WINDOW = "'kernel_size': [3, 3], 'strides': [1, 1], 'padding': 'same', "
            + "'data_format': 'channels_last', 'dilation_rate': [1, 1], 'activation': 'relu', ";
    private static final String NORMALIZATION = "'axis': -1, 'momentum': 0.99, 'epsilon': 0.001, 'center': true, "
            + "'scale': true, 'beta_initializer': {'class_name': 'Zeros', 'config': {}}, 'gamma_initializer': "
            + "{'class_name': 'Ones', 'config': {}}, 'moving_mean_initializer': {'class_name': 'Zeros', 'config': {}}, "
            + "'moving_variance_initializer': {'class_name': 'Ones', 'config': {}}, 'beta_regularizer': null, "
            + "'gamma_regularizer': null, 'beta_constraint': null, 'gamma_constraint': null";

    private final Random random = new Random(5);
    private final byte[] images = new byte[2 * 6 * 6];

    @TempDir
    private Path folder;

    Keras3ImportTest() {
        random.nextBytes(images);
    }

    private static String object(String module, String className, String config) {
        return "{'module': '" + module + "', 'class_name': '" + className + "', 'config': " + config
                + ", 'registered_name': null}";
    }

    private static String layer(String className, String name, String config, String... inputs) {
        String calls = "";
        if (inputs.length > 0) {
            StringBuilder arguments = new StringBuilder();
            for (String input : inputs) {
                arguments.append(arguments.isEmpty() ? "" : ", ").append(tensor(input));
            }
            calls = ", 'name': '" + name + "', 'inbound_nodes': [{'args': ["
                    + (inputs.length > 1 ? "[" + arguments + "]" : arguments) + "], 'kwargs': {'mask': null}}]";
        }
        return "{'module': 'keras.layers', 'class_name': '" + className + "', 'config': {'name': '" + name
                + "', 'dtype': "
                + object("keras", "DTypePolicy", "{'name': 'float32'}") + (config.isEmpty() ? "" : ", ") + config
                + "}, 'registered_name': null" + calls + "}";
    }

    private static String tensor(String layer) {
        return "{'class_name': '__keras_tensor__', 'config': {'shape': [null], 'dtype': 'float32', 'keras_history': ['"
                + layer + "', 0, 0]}}";
    }

    private static String input() {
        return "{'module': 'keras.layers', 'class_name': 'InputLayer', 'config': {'batch_shape': [null, 6, 6, 1], "
                + "'dtype': 'float32', 'sparse': false, 'name': 'image'}, 'registered_name': null, 'name': 'image', "
                + "'inbound_nodes': []}";
    }

    private static String sequential(String... layers) {
        return object(
                        "keras",
                        "Sequential",
                        "{'name': 's', 'layers': [" + input() + ", " + String.join(", ", layers) + "]}")
                .replace('\'', '"');
    }

    private static String functional(String output, String... layers) {
        return object(
                        "keras.src.models.functional",
                        "Functional",
                        "{'name': 'f', 'layers': [" + input() + ", " + String.join(", ", layers)
                                + "], 'input_layers': ['image', 0, 0], 'output_layers': ['" + output + "', 0, 0]}")
                .replace('\'', '"');
    }

    private static String dense(String... inputs) {
        return layer("Dense", "scores", "'units': 3, 'activation': 'softmax', " + KERNEL, inputs);
    }

    private static final String SMALL = sequential(
            layer("Conv2D", "first", "'filters': 2, 'groups': 1, " + WINDOW + KERNEL),
            layer("Flatten", "flat", "'data_format': 'channels_last'"),
            dense());

    /** Layers of one class that are not called in their order, as in a graph whose branches were built one by one. */
    private static final String BRANCHES = functional(
            "scores",
            layer("Conv2D", "first", "'filters': 2, 'groups': 1, " + WINDOW + KERNEL, "image"),
            layer(
                    "SeparableConv2D",
                    "separable",
                    "'filters': 4, 'depth_multiplier': 1, " + WINDOW
                            + KERNEL.replace("kernel_", "depthwise_") + ", "
                            + KERNEL.replace("kernel_", "pointwise_"),
                    "first"),
            layer("BatchNormalization", "norm_2", NORMALIZATION, "separable"),
            layer("BatchNormalization", "norm_1", NORMALIZATION, "separable"),
            layer("Activation", "swish", "'activation': 'silu'", "norm_1"),
            layer(
                    "DepthwiseConv2D",
                    "depthwise",
                    "'depth_multiplier': 1, " + WINDOW + KERNEL.replace("kernel_", "depthwise_"),
                    "norm_2"),
            layer("Add", "sum", "", "swish", "depthwise"),
            layer("ReLU", "clip", "'max_value': 6, 'negative_slope': 0, 'threshold': 0", "sum"),
            layer("GlobalAveragePooling2D", "pool", "'data_format': 'channels_last', 'keepdims': false", "clip"),
            dense("pool"));

    /** The weights of both networks, with Keras 2's names: layer, weight, shape. */
    private static final List<Object[]> SMALL_WEIGHTS = List.of(
            weight("first", "conv2d", "kernel", 3, 3, 1, 2), weight("first", "conv2d", "bias", 2),
            weight("scores", "dense", "kernel", 72, 3), weight("scores", "dense", "bias", 3));

    private static final List<Object[]> BRANCHES_WEIGHTS = List.of(
            weight("first", "conv2d", "kernel", 3, 3, 1, 2),
            weight("first", "conv2d", "bias", 2),
            weight("separable", "separable_conv2d", "depthwise_kernel", 3, 3, 2, 1),
            weight("separable", "separable_conv2d", "pointwise_kernel", 1, 1, 2, 4),
            weight("separable", "separable_conv2d", "bias", 4),
            weight("norm_2", "batch_normalization", "gamma", 4),
            weight("norm_2", "batch_normalization", "beta", 4),
            weight("norm_2", "batch_normalization", "moving_mean", 4),
            weight("norm_2", "batch_normalization", "moving_variance", 4),
            weight("norm_1", "batch_normalization_1", "gamma", 4),
            weight("norm_1", "batch_normalization_1", "beta", 4),
            weight("norm_1", "batch_normalization_1", "moving_mean", 4),
            weight("norm_1", "batch_normalization_1", "moving_variance", 4),
            weight("depthwise", "depthwise_conv2d", "depthwise_kernel", 3, 3, 4, 1),
            weight("depthwise", "depthwise_conv2d", "bias", 4),
            weight("scores", "dense", "kernel", 4, 3),
            weight("scores", "dense", "bias", 3));

    private static Object[] weight(String layer, String group, String name, long... shape) {
        return new Object[] {layer, group, name, shape};
    }

    /** The same weights each time, positive as a variance must be. */
    private static KerasFileBuilder builder(
            String version, String configuration, List<Object[]> weights, boolean numbered) {
        KerasFileBuilder builder = new KerasFileBuilder(version, configuration);
        Random values = new Random(8);
        Map<String, Integer> numbers = new LinkedHashMap<>();
        for (Object[] weight : weights) {
            long[] shape = (long[]) weight[3];
            int count = 1;
            for (long size : shape) {
                count *= (int) size;
            }
            float[] array = new float[count];
            for (int i = 0; i < count; i++) {
                array[i] = 0.02f + values.nextFloat() * (i % 2 == 0 ? 0.3f : 0.1f);
            }
            String group = (String) weight[1];
            if (numbered) {
                builder.weights(group, String.valueOf(numbers.merge(group, 1, Integer::sum) - 1), array, shape);
            } else {
                builder.weights((String) weight[0], weight[2] + ":0", array, shape);
            }
        }
        return builder;
    }

    /** The same description as Keras 2 writes it, by hand: other words for the input, its calls, and a few settings. */
    private static String asKeras2(String keras3) {
        String plain = keras3.replace('"', '\'')
                .replaceAll(
                        "\\{'module': 'keras', 'class_name': 'DTypePolicy', 'config': \\{'name': 'float32'}, "
                                + "'registered_name': null}",
                        "'float32'")
                .replace("batch_shape", "batch_input_shape")
                .replaceAll(
                        "\\{'class_name': '__keras_tensor__', 'config': \\{'shape': \\[null], 'dtype': 'float32', "
                                + "'keras_history': \\['(\\w+)', 0, 0]}}",
                        "['$1', 0, 0, {}]")
                .replaceAll("\\[\\{'args': \\[(\\[\\[.*?]]|\\[.*?])], 'kwargs': \\{'mask': null}}]", "[[$1]]")
                .replace("[[[[", "[[[")
                .replace("]]]]", "]]]")
                .replaceAll("'(input|output)_layers': (\\[.*?])", "'$1_layers': [$2]")
                .replaceAll("'class_name': 'L2', 'config': \\{'l2'", "'class_name': 'L1L2', 'config': {'l1': 0.0, 'l2'")
                .replace(
                        "'max_value': 6, 'negative_slope': 0, 'threshold': 0",
                        "'max_value': 6.0, 'negative_slope': 0.0, " + "'threshold': 0.0")
                .replace("silu", "swish");
        return plain.replace('\'', '"');
    }

    private TrainedModel read(Path file) throws IOException {
        return KerasImport.read(Files.readAllBytes(file), file.getFileName().toString(), THREE_CLASSES);
    }

    @Test
    void aSequentialArchiveComputesWhatTheSameModelOfKeras2Does() throws IOException {
        TrainedModel model =
                read(builder("3.15.1", SMALL, SMALL_WEIGHTS, true).writeArchive(folder.resolve("m.keras")));

        assertThat(model.network()).isInstanceOf(SequentialNetwork.class);
        assertThat(model.scores(images))
                .isDeepEqualTo(read(builder("2.2.4", asKeras2(SMALL), SMALL_WEIGHTS, false)
                                .write(folder.resolve("m.h5")))
                        .scores(images));
    }

    @Test
    void aGraphFindsItsWeightsByClassAndOrderInEachFileThatKeras3Writes() throws IOException {
        float[][] expected = read(builder("2.2.4", asKeras2(BRANCHES), BRANCHES_WEIGHTS, false)
                        .write(folder.resolve("two.h5")))
                .scores(images);
        assertThat(expected[0]).isNotEqualTo(expected[1]);

        TrainedModel model =
                read(builder("3.15.1", BRANCHES, BRANCHES_WEIGHTS, true).writeArchive(folder.resolve("m.keras")));
        assertThat(model.network()).isInstanceOf(GraphNetwork.class);
        assertThat(model.scores(images)).isDeepEqualTo(expected);
        // model.save("model.h5")
        List<Object[]> renamed = BRANCHES_WEIGHTS.stream()
                .map(weight -> weight[0].equals("depthwise") && weight[2].equals("depthwise_kernel")
                        ? weight("depthwise", "", "kernel", (long[]) weight[3])
                        : weight)
                .toList();
        assertThat(read(builder("3.15.1", BRANCHES, renamed, false).write(folder.resolve("three.h5")))
                        .scores(images))
                .isDeepEqualTo(expected);
        // model.save_weights("model.weights.h5"), and model.to_json(), which does not say its version.
        Path weights = builder("3.15.1", null, BRANCHES_WEIGHTS, true).writeVariables(folder.resolve("m.weights.h5"));
        assertThat(KerasImport.read(
                                Files.readAllBytes(weights),
                                "m.weights.h5",
                                BRANCHES.getBytes(UTF_8),
                                "m.json",
                                THREE_CLASSES)
                        .scores(images))
                .isDeepEqualTo(expected);
    }

    private void refused(String configuration, String message) throws IOException {
        Path file = builder("3.15.1", configuration, BRANCHES_WEIGHTS, true).writeArchive(folder.resolve("m.keras"));
        assertThatThrownBy(() -> read(file)).isInstanceOf(DataException.class).hasMessage(message);
    }

    @Test
    void whatKeras2CannotSayIsRefusedByName() throws IOException {
        String call = "{\"args\": [" + tensor("pool").replace('\'', '"') + "], \"kwargs\": {\"mask\": null}}";
        refused(
                BRANCHES.replace(call, call + ", " + call),
                "m.keras cannot be imported: it calls its layer scores 2 times, and DL4J has each layer once; copy the "
                        + "layer in Keras, and save the model again");
        refused(
                BRANCHES.replace(call, call.replace("\"mask\": null", "\"mask\": null, \"axis\": 2")),
                "m.keras cannot be imported: it calls its layer scores with axis = 2, which is not understood");
        refused(
                BRANCHES.replace(call, "{\"args\": [0.5]}"),
                "m.keras cannot be imported: it calls its layer scores with 0.5, which is no output of a layer");
        refused(
                BRANCHES.replaceFirst("DTypePolicy", "QuantizedDTypePolicy"),
                "m.keras cannot be imported: its layer first is quantised (QuantizedDTypePolicy); save it with floats");
        refused(
                BRANCHES.replace("\"clip\", 0", "\"scores\", 0"),
                "m.keras cannot be imported: its layer pool takes its input from scores, which does not stand before it; "
                        + "the file is damaged");
        refused(
                sequential(layer("Conv2D", "first", "'filters': 2, 'groups': 1, " + WINDOW + KERNEL), dense())
                        .replace("keras.layers\", \"class_name\": \"Conv2D\"", "mine\", \"class_name\": \"Conv2D\"")
                        .replaceFirst(
                                "(\"first\".*?\"bias_constraint\": null}, \"registered_name\": )null",
                                "$1\"mine>Conv2D\""),
                "m.keras cannot be imported: DL4J does not support its layers first (mine>Conv2D); replace that in Keras, "
                        + "and save the model again");
    }

    /** Keras leaves out the offset, which DL4J's importer wants the size of. */
    @Test
    void aBatchNormalizationWithoutCenterAddsNothing() throws IOException {
        String without = sequential(
                layer("Conv2D", "first", "'filters': 2, 'groups': 1, " + WINDOW + KERNEL),
                layer("BatchNormalization", "norm", NORMALIZATION.replace("'center': true", "'center': false")),
                layer("Flatten", "flat", "'data_format': 'channels_last'"),
                dense());
        List<Object[]> weights = new ArrayList<>(SMALL_WEIGHTS);
        weights.add(weight("norm", "batch_normalization", "gamma", 2));
        weights.add(weight("norm", "batch_normalization", "moving_mean", 2));
        weights.add(weight("norm", "batch_normalization", "moving_variance", 2));
        String with = asKeras2(without).replace("\"center\": false", "\"center\": true");
        float[][] expected = read(builder("2.2.4", with, weights, false)
                        .weights("norm", "beta:0", new float[2], 2)
                        .write(folder.resolve("with.h5")))
                .scores(images);

        assertThat(read(builder("3.15.1", without, weights, true).writeArchive(folder.resolve("m.keras")))
                        .scores(images))
                .isDeepEqualTo(expected);
        assertThat(read(builder("2.2.4", asKeras2(without), weights, false).write(folder.resolve("two.h5")))
                        .scores(images))
                .isDeepEqualTo(expected);
    }

    /** The function was changed, and DL4J has the older one. */
    @Test
    void aHardSigmoidIsRefusedAsKeras3ComputesAnother() throws IOException {
        refused(
                SMALL.replace("\"relu\"", "\"hard_sigmoid\""),
                "m.keras cannot be imported: its layer first has activation = hard_sigmoid, and DL4J computes Keras 2's, "
                        + "0.2 x + 0.5, where Keras 3 has x / 6 + 0.5; train it with sigmoid");
    }

    @Test
    void aLayerWhoseWeightsAreArrangedInAnotherWayIsNamed() throws IOException {
        refused(
                sequential(
                        layer("Reshape", "rows", "'target_shape': [6, 6]"),
                        layer(
                                "LSTM",
                                "lstm",
                                "'units': 4, 'activation': 'tanh', 'recurrent_activation': 'sigmoid', "
                                        + "'return_sequences': false, 'unroll': false, 'unit_forget_bias': true, "
                                        + "'dropout': 0.0, 'recurrent_dropout': 0.0, 'recurrent_initializer': "
                                        + "{'class_name': 'Zeros', 'config': {}}, 'recurrent_constraint': null, "
                                        + "'recurrent_regularizer': null, " + KERNEL),
                        dense()),
                "m.keras cannot be imported: how Keras 3 arranges the weights of its layer lstm (LSTM) is not understood; "
                        + "save it with model.save(\"model.h5\")");
    }

    /** DL4J would look for the input of a depthwise convolution for ever where it is asked for one layer alone. */
    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aLayerThatIsNotSupportedIsNamedBesideADepthwiseConvolution() throws IOException {
        refused(
                BRANCHES.replace("\"Activation\"", "\"Rescaling\""),
                "m.keras cannot be imported: DL4J does not support its layers swish (Rescaling); replace that in Keras, "
                        + "and save the model again");
    }

    @Test
    void anotherZipIsSaidToBeOne() throws IOException {
        byte[] small = "{}".getBytes(UTF_8);
        Map<String, byte[]> parts = new LinkedHashMap<>(Map.of("metadata.json", small, "config.json", small));
        refused(
                parts,
                "m.keras is a zip and holds no model of Keras 3: it lacks model.weights.h5; save the model with "
                        + "model.save(\"model.keras\"). A model of this program needs no import");
        parts.put("model.weights.h5", small);
        refused(
                parts,
                "m.keras is of Keras of unknown version, and of .keras files those of Keras 3 are imported: save it with "
                        + "model.save(\"model.h5\")");
        parts.put("metadata.json", "{\"keras_version\": \"2.15.0\"}".getBytes(UTF_8));
        refused(
                parts,
                "m.keras is of Keras 2.15.0, and of .keras files those of Keras 3 are imported: save it with "
                        + "model.save(\"model.h5\")");
        parts.put("config.json", new byte[9 << 20]);
        refused(parts, "m.keras holds 9 MiB of config.json; no model's is longer than 8 MiB");
        parts.put("model.weights.h5", new byte[80 << 20]);
        refused(
                parts,
                "m.keras is a zip that unpacks to more than 20 times its size and 64 MiB, as no model does; copy it "
                        + "again");
        byte[] whole = Files.readAllBytes(
                builder("3.15.1", SMALL, SMALL_WEIGHTS, true).writeArchive(folder.resolve("w.keras")));
        Files.write(folder.resolve("half.keras"), Arrays.copyOf(whole, whole.length / 2));
        assertThatThrownBy(() -> read(folder.resolve("half.keras")))
                .hasMessage("half.keras is a zip that was cut off: its end is missing; copy it again");
    }

    private void refused(Map<String, byte[]> parts, String message) throws IOException {
        Path file = KerasFileBuilder.archive(folder.resolve("m.keras"), parts);
        assertThatThrownBy(() -> read(file)).isInstanceOf(DataException.class).hasMessage(message);
    }

    /** Whatever is in the description, once the zip's checksums are right. */
    @Test
    void aDamagedDescriptionIsOneLine() throws IOException {
        for (int trial = 0; trial < 100; trial++) {
            byte[] damaged = BRANCHES.getBytes(UTF_8);
            for (int change = 0; change < 3; change++) {
                damaged[random.nextInt(damaged.length)] = (byte) (32 + random.nextInt(95));
            }
            Path file = builder("3.15.1", new String(damaged, UTF_8), BRANCHES_WEIGHTS, true)
                    .writeArchive(folder.resolve("m.keras"));
            try {
                read(file);
            } catch (DataException | ConfigurationException e) {
                assertThat(e.getMessage()).startsWith("m.keras ").doesNotContain("\n");
            }
        }
    }
}
