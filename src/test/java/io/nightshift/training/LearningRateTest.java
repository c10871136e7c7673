package io.nightshift.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nightshift.config.loading.SettingsLoader;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LearningRateTest {
    private static LearningRate rate(String schedule, String warmUp) {
        return new LearningRate(
                SettingsLoader.load(
                                List.of(),
                                Map.of(
                                        "train.schedule",
                                        schedule,
                                        "train.warm-up-epochs",
                                        warmUp,
                                        "train.epochs",
                                        "12"),
                                Map.of("data.uri", "faces.csv"))
                        .train(),
                0.8);
    }

    @Test
    void aConstantOneStays() {
        assertThat(rate("constant", "0").after(0)).isEqualTo(0.8);
        assertThat(rate("constant", "0").after(11.9)).isEqualTo(0.8);
    }

    @Test
    void aCosineFallsFromItToNothing() {
        LearningRate rate = rate("cosine", "0");
        assertThat(rate.after(0)).isEqualTo(0.8);
        assertThat(rate.after(3)).isCloseTo(0.4 * (1 + Math.sqrt(0.5)), within(1e-12));
        assertThat(rate.after(6)).isCloseTo(0.4, within(1e-12));
        assertThat(rate.after(12)).isCloseTo(0, within(1e-12));
    }

    @Test
    void warmingUpItGrowsAndThenFalls() {
        LearningRate rate = rate("cosine", "2");
        assertThat(rate.after(0)).isCloseTo(0.008, within(1e-12));
        assertThat(rate.after(1)).isCloseTo(0.4, within(1e-12));
        assertThat(rate.after(2)).isEqualTo(0.8);
        assertThat(rate.after(7)).isCloseTo(0.4, within(1e-12));
    }
}
