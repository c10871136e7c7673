package io.nightshift.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.config.settings.TrainSettings.BestBy;
import io.nightshift.run.EpochMetrics;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EarlyStoppingTest {

    @Test
    void bestIsTheLowestLossOrTheHighestAccuracyAndTheFirstOfEquals() {
        List<EpochMetrics> epochs =
                epochs(new double[][] {{1.5, 0.40}, {1.2, 0.55}, {1.2, 0.50}, {1.3, 0.60}, {1.4, 0.60}});

        assertThat(new EarlyStopping(BestBy.LOSS, 5).best(epochs).epoch()).isEqualTo(2);
        assertThat(new EarlyStopping(BestBy.ACCURACY, 5).best(epochs).epoch()).isEqualTo(4);
    }

    @Test
    void stopsAfterAsManyEpochsWithoutABetterOneAsThePatienceSays() {
        List<EpochMetrics> epochs = epochs(new double[][] {{1.2, 0.5}, {1.3, 0.5}, {1.3, 0.5}});
        EarlyStopping patient = new EarlyStopping(BestBy.LOSS, 2);

        assertThat(patient.shouldStop(epochs.subList(0, 2))).isFalse();
        assertThat(patient.shouldStop(epochs)).isTrue();
        assertThat(new EarlyStopping(BestBy.LOSS, 0).shouldStop(epochs)).isFalse();
    }

    @Test
    void notANumberNeverWins() {
        List<EpochMetrics> epochs = epochs(new double[][] {{Double.NaN, 0.9}, {1.3, 0.5}, {Double.NaN, 0.9}});

        assertThat(new EarlyStopping(BestBy.LOSS, 9).best(epochs).epoch()).isEqualTo(2);
        assertThat(new EarlyStopping(BestBy.ACCURACY, 9).best(epochs).epoch()).isEqualTo(2);
    }

    @Test
    void withoutValidationTheLastEpochIsKeptAndNothingStops() {
        List<EpochMetrics> epochs =
                epochs(new double[][] {{Double.NaN, Double.NaN}, {Double.NaN, Double.NaN}, {Double.NaN, Double.NaN}});
        EarlyStopping stopping = new EarlyStopping(BestBy.LOSS, 1);

        assertThat(stopping.best(epochs).epoch()).isEqualTo(3);
        assertThat(stopping.shouldStop(epochs)).isFalse();
    }

    @Test
    void theLastEpochIsKeptWhateverTheEpochsReach() {
        List<EpochMetrics> epochs = epochs(new double[][] {{1.2, 0.6}, {1.3, 0.5}, {Double.NaN, Double.NaN}});
        EarlyStopping last = new EarlyStopping(BestBy.LAST, 0);

        assertThat(last.best(epochs.subList(0, 2)).epoch()).isEqualTo(2);
        assertThat(last.best(epochs).epoch()).isEqualTo(3);
        assertThat(last.shouldStop(epochs)).isFalse();
        assertThat(last.reason(epochs.get(0))).isEqualTo(BestBy.LAST);
    }

    @Test
    void anEpochIsTheBestByItsMeasureOnlyWhereThereIsOne() {
        List<EpochMetrics> epochs = epochs(new double[][] {{1.2, 0.6}, {Double.NaN, Double.NaN}});
        EarlyStopping stopping = new EarlyStopping(BestBy.ACCURACY, 5);

        assertThat(stopping.reason(epochs.get(0))).isEqualTo(BestBy.ACCURACY);
        assertThat(stopping.reason(epochs.get(1))).isEqualTo(BestBy.LAST);
    }

    private static List<EpochMetrics> epochs(double[][] lossAndAccuracy) {
        List<EpochMetrics> epochs = new ArrayList<>();
        for (double[] metrics : lossAndAccuracy) {
            epochs.add(new EpochMetrics(epochs.size() + 1, 1, metrics[0], metrics[1], 0.001, 100, 1));
        }
        return epochs;
    }
}
