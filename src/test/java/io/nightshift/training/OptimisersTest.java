package io.nightshift.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.config.loading.SettingsLoader;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;

class OptimisersTest {
    private static IUpdater optimiser(String name) {
        return Optimisers.of(
                SettingsLoader.load(List.of(), Map.of("train.optimiser", name, "train.learning-rate", "0.25"), Map.of())
                        .train());
    }

    @Test
    void eachNameIsAnOptimiserOfDl4j() {
        assertThat(optimiser("adam")).isEqualTo(new Adam(0.25));
        assertThat(optimiser("nesterov")).isEqualTo(new Nesterovs(0.25, 0.9));
    }
}
