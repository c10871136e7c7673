package io.nightshift.model.keras;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightshift.dataset.DataException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KerasSettingsTest {
    private static final String LAST = "{'class_name': 'Conv2D', 'config': {'name': 'c', 'data_format': "
            + "'channels_last', 'groups': 1, 'activation': 'relu'}}";
    private static final String FIRST = LAST.replace("last", "first");
    private static final String FLATTEN =
            "{'class_name': 'Flatten', 'config': {'name': 'f', 'data_format': 'channels_last'}}";

    private static List<JsonNode> layers(String... layers) throws JsonProcessingException {
        List<JsonNode> parsed = new ArrayList<>();
        for (String layer : layers) {
            parsed.add(new ObjectMapper().readTree(layer.replace('\'', '"')));
        }
        return parsed;
    }

    private static String layer(String className, String setting) {
        return "{'class_name': '" + className + "', 'config': {'name': 'x'" + (setting.isEmpty() ? "" : ", " + setting)
                + "}}";
    }

    /** DL4J computes the first of these, and other scores than Keras, without an error. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "UpSampling2D | 'interpolation': 'bilinear' | x (UpSampling2D) has interpolation = bilinear, and DL4J "
                        + "repeats the nearest pixel; train it with interpolation = nearest",
                "Softmax | 'axis': 1 | x (Softmax) has axis = 1, and DL4J takes the last axis; train it with axis = -1",
                "Softmax | 'axis': {'a': 1} | x (Softmax) has axis = {\"a\":1}, and DL4J takes the last axis; train it with "
                        + "axis = -1",
                "Concatenate | 'axis': 1 | x (Concatenate) has axis = 1, and DL4J joins channels; train it with axis = -1",
                "BatchNormalization | 'axis': [1] | x (BatchNormalization) has axis = [1], and DL4J normalises each "
                        + "channel; train it with axis = -1",
                "Flatten | 'data_format': 'channels_first' | x (Flatten) has data_format = channels_first, and DL4J does "
                        + "not reorder images that have their channels last; train it without",
                "Permute | 'dims': [2, 1, 3] | x (Permute) has dims = [2,1,3], and DL4J does not reorder images that have "
                        + "their channels last; train it without",
                "Conv2D | 'groups': 2 | x (Conv2D) has groups = 2, and DL4J has no groups of channels; train it with "
                        + "groups = 1",
                "Conv2DTranspose | 'output_padding': [0, 0] | x (Conv2DTranspose) has output_padding = [0,0], and DL4J "
                        + "ignores it; train it without, so that the padding gives the size",
                "Dense | 'activation': 'gelu' | x (Dense) has activation = gelu, and DL4J does not know it; train it with "
                        + "another, such as relu or swish",
                "Conv2D | 'activation': {'class_name': 'LeakyReLU', 'config': {}} | x (Conv2D) has activation = LeakyReLU, "
                        + "and DL4J takes the name of a function there; make it a layer of its own after this one",
            })
    void aSettingThatIsComputedInAnotherWayIsNamed(String className, String setting, String message)
            throws JsonProcessingException {
        List<JsonNode> layers = layers(LAST, layer(className, setting));
        assertThatThrownBy(() -> KerasSettings.require(layers, "m.h5"))
                .isInstanceOf(DataException.class)
                .hasMessage("m.h5 cannot be imported: its layer " + message);
    }

    @Test
    void aLayerWhoseWeightsAreNotReadIsNamed() throws JsonProcessingException {
        List<JsonNode> layers = layers(LAST, layer("PReLU", "'shared_axes': [1, 2]"));
        assertThatThrownBy(() -> KerasSettings.require(layers, "m.h5"))
                .hasMessage(
                        "m.h5 cannot be imported: DL4J's importer does not read the weights of its layer x (PReLU); "
                                + "train it with LeakyReLU");
    }

    /** The channels of a flat layer are on axis 1; and Keras 2 writes what it was given, -1 or the number. */
    @ParameterizedTest
    @ValueSource(strings = {"'axis': -1", "'axis': [-1]", "'axis': %d", "'axis': [%d]", ""})
    void theAxisOfTheChannelsIsTakenHoweverItIsWritten(String axis) throws JsonProcessingException {
        for (String className : List.of("BatchNormalization", "Softmax", "Concatenate")) {
            String images = layer(className, String.format(axis, 3));
            String flat = layer(className, String.format(axis, 1));
            List<JsonNode> last = layers(LAST, images, FLATTEN, flat);
            assertThatCode(() -> KerasSettings.require(last, "m.h5")).doesNotThrowAnyException();
            List<JsonNode> pooled = layers(LAST, layer("GlobalAveragePooling2D", ""), flat);
            assertThatCode(() -> KerasSettings.require(pooled, "m.h5")).doesNotThrowAnyException();
        }
    }

    @Test
    void theChannelsOfImagesThatHaveThemFirstAreOnAxisOne() throws JsonProcessingException {
        String first = layer("BatchNormalization", "'axis': [1]");
        List<JsonNode> right = layers(FIRST, first, layer("Concatenate", "'axis': 1"), FLATTEN, first);
        assertThatCode(() -> KerasSettings.require(right, "m.h5")).doesNotThrowAnyException();
        List<JsonNode> keras1 = layers(layer("Convolution2D", "'dim_ordering': 'th'"), first);
        assertThatCode(() -> KerasSettings.require(keras1, "m.h5")).doesNotThrowAnyException();

        List<JsonNode> wrong = layers(FIRST, layer("BatchNormalization", "'axis': -1"));
        assertThatThrownBy(() -> KerasSettings.require(wrong, "m.h5"))
                .hasMessage(
                        "m.h5 cannot be imported: its layer x (BatchNormalization) has axis = -1, and DL4J normalises "
                                + "each channel; train it with axis = -3");
    }

    /** In a graph the layer before one in the file may be of another branch. */
    @Test
    void aGraphIsFollowedFromLayerToLayer() throws JsonProcessingException {
        String flatten = FLATTEN.replace("}}", "}, 'inbound_nodes': [[['c', 0, 0, {}]]]}");
        String normalized =
                layer("BatchNormalization", "'axis': [%d]").replace("}}", "}, 'inbound_nodes': [[['c', 0, 0, {}]]]}");
        List<JsonNode> right = layers(LAST, flatten, String.format(normalized, 3));
        assertThatCode(() -> KerasSettings.require(right, "m.h5")).doesNotThrowAnyException();
        List<JsonNode> wrong = layers(LAST, flatten, String.format(normalized, 1));
        assertThatThrownBy(() -> KerasSettings.require(wrong, "m.h5")).hasMessageContaining("has axis = [1]");
    }
}
