package io.nightshift.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.TestSettings;
import io.nightshift.config.settings.Settings;
import io.nightshift.config.space.SearchSpaceFile;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TrialPlanTest {
    private static final String SPACE = """
            train.learning-rate { from = 0.001, to = 0.1, scale = log }
            train.optimiser = [adam, nesterov]
            augment.shift-pixels { from = 2, to = 6, rung = top }
            """;

    private static TrialPlan plan(String... assignments) {
        Settings recipe = TestSettings.of(assignments);
        return TrialPlan.of(
                recipe,
                SearchSpaceFile.read(SPACE.getBytes(StandardCharsets.UTF_8), "tune.space = space.conf", recipe));
    }

    @Test
    void theFirstTrialIsTheRecipeItself() {
        TrialPlan plan = plan("train.learning-rate=0.5", "augment.shift-pixels=1", "tune.trials=9");
        assertThat(plan.values(0))
                .containsEntry("train.learning-rate", "0.5")
                .containsEntry("train.optimiser", "adam")
                .containsEntry("augment.shift-pixels", "1");
        assertThat(plan.recipeOf(0)).isEqualTo(plan.recipe());
        Set<Object> others = new HashSet<>();
        for (int trial = 1; trial < 9; trial++) {
            assertThat(Double.parseDouble(plan.values(trial).get("train.learning-rate")))
                    .isBetween(0.001, 0.1);
            others.add(plan.values(trial));
        }
        assertThat(others).hasSize(8);
    }

    @Test
    void keysOfTheTopRungHaveTheRecipesValueBelowIt() {
        TrialPlan plan = plan("augment.shift-pixels=1", "tune.rungs=2");
        String drawn = plan.values(3).get("augment.shift-pixels");
        assertThat(plan.settings(3, 0, 4, 9).augment().shiftPixels()).isEqualTo(1);
        assertThat(plan.settings(3, 1, 4, 9).augment().shiftPixels()).isEqualTo(Double.parseDouble(drawn));
    }

    @Test
    void eachTrainingIsAWholeScheduleOfOneNetwork() {
        TrialPlan plan = plan(
                "train.epochs=70",
                "train.warm-up-epochs=2",
                "train.average-epochs=7",
                "train.members=3",
                "train.class-weight-epochs=20");
        Settings brief = plan.settings(1, 0, 7, 9);
        assertThat(brief.train().epochs()).isEqualTo(7);
        assertThat(brief.train().optimisation().warmUpEpochs()).isCloseTo(0.2, within(1e-12));
        assertThat(brief.train().regularisation().averageEpochs()).isCloseTo(0.7, within(1e-12));
        assertThat(brief.train().curriculum().classWeightEpochs()).isEqualTo(2);
        assertThat(plan.settings(1, 0, 1, 9).train().curriculum().classWeightEpochs())
                .isEqualTo(1);
        assertThat(brief.train().members()).isEqualTo(1);
        assertThat(brief.train().seed()).isEqualTo(9);
        assertThat(plan.recipeOf(1).train().epochs()).isEqualTo(70);
    }

    @Test
    void theWinnersRecipeHasWhatDiffersFromTheDefaults() {
        TrialPlan plan = plan("train.epochs=70", "train.seed=4", "augment.flip-probability=0.5");
        assertThat(plan.recipeOf(2).recipe().lines())
                .contains(
                        "augment.flip-probability = 0.5",
                        "augment.shift-pixels = " + plan.values(2).get("augment.shift-pixels"),
                        "train.epochs = 70",
                        "train.learning-rate = " + plan.values(2).get("train.learning-rate"))
                .noneMatch(line -> line.startsWith("train.seed") || line.startsWith("train.weight-decay"));
    }

    @Test
    void aBudgetThatIsTooSmallIsRefusedBeforeAnythingStarts() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> plan("tune.budget-epochs=20"))
                .withMessageStartingWith("tune.budget-epochs = 20: 27 trials on 3 rungs");
    }
}
