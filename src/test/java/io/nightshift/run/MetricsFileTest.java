package io.nightshift.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class MetricsFileTest {
    private static final EpochMetrics FIRST =
            new EpochMetrics(1, 1.9459101090932196, 0.1 + 0.2, 1 / 3.0, 1e-3, 412.3, 70.5);
    private static final EpochMetrics UNVALIDATED = new EpochMetrics(2, 1.5, Double.NaN, Double.NaN, 5e-4, 400, 71.125);

    @Test
    void hasARowPerEpochAndEmptyFieldsForUnknownMetrics() {
        assertThat(MetricsFile.write(List.of(FIRST, UNVALIDATED))).isEqualTo("""
                epoch,train_loss,validation_loss,validation_accuracy,learning_rate,examples_per_second,seconds
                1,1.9459101090932196,0.30000000000000004,0.3333333333333333,0.001,412.3,70.500
                2,1.5,,,5.0E-4,400.0,71.125
                """);
    }

    @Test
    void isReadBackExactly() {
        assertThat(MetricsFile.read(MetricsFile.write(List.of(FIRST, UNVALIDATED))))
                .containsExactly(FIRST, UNVALIDATED);
        assertThat(MetricsFile.read(MetricsFile.write(List.of()))).isEmpty();
    }

    @Test
    void keepsTheInfiniteLossOfADivergedEpoch() {
        EpochMetrics diverged = new EpochMetrics(3, Double.POSITIVE_INFINITY, Double.NaN, 0, 10, 400, 70);
        assertThat(MetricsFile.read(MetricsFile.write(List.of(diverged)))).containsExactly(diverged);
    }

    @Test
    void doesNotDependOnTheLocale() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.GERMANY);
        try {
            assertThat(MetricsFile.read(MetricsFile.write(List.of(FIRST)))).containsExactly(FIRST);
        } finally {
            Locale.setDefault(before);
        }
    }
}
