package io.nightshift.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.TrainSettings;
import io.nightshift.engine.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkerComputationTest {
    @ParameterizedTest
    @CsvSource({
        "AUTO, true, BFLOAT16",
        "AUTO, false, FLOAT32",
        "FLOAT32, true, FLOAT32",
        "FLOAT32, false, FLOAT32",
        "BFLOAT16, true, BFLOAT16"
    })
    void thePrecisionFollowsTheKeyAndTheProcessors(
            TrainSettings.Precision wanted, boolean allHaveBfloat16, Precision chosen) {
        assertThat(WorkerComputation.precision(wanted, allHaveBfloat16)).isEqualTo(chosen);
    }

    @Test
    void bfloat16IsRefusedWhereAProcessorLacksIt() {
        assertThatThrownBy(() -> WorkerComputation.precision(TrainSettings.Precision.BFLOAT16, false))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(
                        "train.precision = bfloat16: not every worker's processor or GPU multiplies bfloat16"
                                + " (avx512_bf16 in /proc/cpuinfo; compute capability 8.0); with train.precision = auto they train in float32");
    }
}
