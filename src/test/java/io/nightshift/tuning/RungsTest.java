package io.nightshift.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.TestSettings;
import org.junit.jupiter.api.Test;

class RungsTest {
    private static Rungs rungs(String budget) {
        return Rungs.of(TestSettings.of(
                        "tune.trials=27", "tune.rungs=3", "tune.reduction-factor=3", "tune.budget-epochs=" + budget)
                .tune());
    }

    /** 27 trainings of 2, 9 of 6, 3 of 18, and 6 of 18 for the last comparison: 54 + 54 + 54 + 108 = 270. */
    @Test
    void theBudgetPaysForEachRungAndTheLastComparison() {
        Rungs rungs = rungs("270");
        assertThat(rungs.lowest()).isEqualTo(2);
        assertThat(new int[] {rungs.epochs(0, 1), rungs.epochs(1, 1), rungs.epochs(2, 1)})
                .containsExactly(2, 6, 18);
        assertThat(rungs.search()).isEqualTo(162);
    }

    @Test
    void aLargerNetworkGetsFewerEpochsOfTheSameRungAndAtLeastOne() {
        Rungs rungs = rungs("270");
        assertThat(rungs.epochs(2, 4)).isEqualTo(5);
        assertThat(rungs.epochs(2, 0.5)).isEqualTo(36);
        assertThat(rungs.epochs(0, 10)).isEqualTo(1);
    }

    @Test
    void aBudgetThatGivesTheLowestRungLessThanAnEpochIsRefused() {
        assertThat(rungs("135").epochs(0, 1)).isEqualTo(1);
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> rungs("134"))
                .withMessage("tune.budget-epochs = 134: 27 trials on 3 rungs and the last comparison need at least 135 "
                        + "epochs, one for each trial on the lowest rung; raise --budget, or lower tune.trials or "
                        + "tune.rungs");
    }
}
