package io.nightshift.config.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.TestSettings;
import io.nightshift.config.loading.SettingsLoader;
import io.nightshift.config.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SearchSpaceTest {
    private static final String WHERE = "tune.space = space.conf";

    private static SearchSpace read(String hocon) {
        return SearchSpaceFile.read(hocon.getBytes(StandardCharsets.UTF_8), WHERE, TestSettings.of());
    }

    private static Dimension dimension(String hocon) {
        return read(hocon).dimensions().get(0);
    }

    @Test
    void positionsOfALogarithmicRangeAreEqualRatiosApart() {
        Dimension rate = dimension("train.learning-rate { from = 0.0001, to = 0.01, scale = log }");
        assertThat(List.of(rate.at(0), rate.at(0.5), rate.at(0.75))).containsExactly("0.0001", "0.001", "0.003162");
        assertThat(rate.position("0.001").orElseThrow()).isCloseTo(0.5, within(1e-12));
    }

    @Test
    void positionsOfALinearRangeAreEqualDifferencesApart() {
        Dimension smoothing = dimension("train.label-smoothing { from = 0.1, to = 0.3 }");
        assertThat(List.of(smoothing.at(0), smoothing.at(0.25), smoothing.at(0.999999)))
                .containsExactly("0.1", "0.15", "0.3");
        assertThat(smoothing.position("0.2").orElseThrow()).isCloseTo(0.5, within(1e-12));
        assertThat(smoothing.position("many")).isEmpty();
    }

    @Test
    void aStepGivesWholeMultiplesWhichKeysOfWholeNumbersTake() {
        Dimension batch = dimension("train.batch-size { from = 32, to = 256, scale = log, step = 32 }");
        assertThat(List.of(batch.at(0), batch.at(0.5), batch.at(0.999))).containsExactly("32", "96", "256");
    }

    @Test
    void eachChoiceHasAnEqualPart() {
        Dimension optimiser = dimension("train.optimiser = [adam, nesterov]");
        assertThat(List.of(optimiser.at(0), optimiser.at(0.4999), optimiser.at(0.5), optimiser.at(0.9999)))
                .containsExactly("adam", "adam", "nesterov", "nesterov");
        assertThat(optimiser.position("nesterov").orElseThrow()).isEqualTo(1);
    }

    @Test
    void dimensionsOfTheTopRungComeLastAndAreLeftOutBelowIt() {
        SearchSpace space = read("""
                augment { flip-probability { values = [0, 0.5], rung = top } }
                train.label-smoothing = [0, 0.1]
                """);
        Map<String, String> values = space.at(new double[] {0.9, 0.9});
        assertThat(values)
                .containsExactly(
                        Map.entry("train.label-smoothing", "0.1"), Map.entry("augment.flip-probability", "0.5"));
        assertThat(space.onLowerRungs(values)).containsOnlyKeys("train.label-smoothing");
    }

    @Test
    void theDefaultSpaceFitsTheRecipeThatItIsMadeFor() {
        Settings compact = SettingsLoader.ofRecipe("compact", Map.of("data.uri", "faces.csv"));
        SearchSpace space = SearchSpaceFile.byDefault(compact);
        assertThat(space.keys()).startsWith("train.batch-size", "train.label-smoothing", "train.learning-rate");
        assertThat(space.dimensions()).allSatisfy(dimension -> {
            assertThat(dimension.topRungOnly()).isEqualTo(dimension.key().startsWith("augment."));
            assertThat(dimension.position(compact.value(dimension.key())).orElseThrow())
                    .as("the recipe's own value of " + dimension.key())
                    .isBetween(0.0, 1.0);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|: it names no dimension, so there is nothing to search; write for example "
                        + "train.learning-rate { from = 0.0005, to = 0.004, scale = log }",
                "train.learning-rte = [1, 2]|, line 1: train.learning-rte is no known key; the nearest is "
                        + "train.learning-rate",
                "train.epochs = [1, 2]|, line 1: train.epochs cannot vary: each trial has its own, or it makes no "
                        + "difference to a trial; name other keys of model, train or augment",
                "data.uri = [a, b]|, line 1: data.uri cannot vary: each trial has its own, or it makes no difference "
                        + "to a trial; name other keys of model, train or augment",
                "train.learning-rate { from = 0, to = 0.1, scale = log }|, line 1: train.learning-rate has scale = "
                        + "log, for which from must be greater than 0",
                "train.learning-rate { from = 0.2, to = 0.1 }|, line 1: train.learning-rate has no range: from must be "
                        + "less than to, and step, if any, fit between them",
                "train.learning-rate { from = 0.1, to = 5000 }|: train.learning-rate = 5000 cannot be used: it must "
                        + "be a number greater than 0 and at most 1000; correct it in the search space",
                "train.optimiser = [adam, sgd]|: train.optimiser = sgd cannot be used: it must be adam or nesterov; "
                        + "correct it in the search space",
                "train.learning-rate { from = 0.1 }|, line 1: train.learning-rate needs a number for to: expected a "
                        + "list of values, or from and to, with scale = linear or log, step, and rung = top or all",
                "train.learning-rate { from = 0.1, to = 1, form = log }|, line 1: train.learning-rate is no dimension: "
                        + "expected a list of values, or from and to, with scale = linear or log, step, and rung = top "
                        + "or all",
                "train.learning-rate { from = 0.1, to = 1, rung = last }|, line 1: train.learning-rate has rung = "
                        + "last, which must be all or top",
                "train.optimiser = []|, line 1: train.optimiser needs values, each once, such as [64, 128]",
                "train.optimiser = adam|, line 1: train.optimiser is no dimension: expected a list of values, or from "
                        + "and to, with scale = linear or log, step, and rung = top or all",
                "include \"other.conf\"|: it includes other.conf, and a search space includes nothing; copy it into "
                        + "one file",
            })
    void whatCannotBeSearchedIsRefusedWithItsPlaceAndTheRemedy(String hocon, String message) {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> read(hocon))
                .withMessage(WHERE + message);
    }

    @Test
    void whatIsNoHoconIsRefused() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> read("train { learning-rate = ["))
                .withMessageStartingWith(WHERE + ": search space: 1: ")
                .withMessageEndingWith("; correct the syntax (HOCON) there");
    }
}
