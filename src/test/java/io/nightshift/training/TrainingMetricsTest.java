package io.nightshift.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.SparkFixture;
import io.nightshift.run.EpochMetrics;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.source.Source;
import org.junit.jupiter.api.Test;

class TrainingMetricsTest {
    private final List<String> told = new ArrayList<>();

    private final TrainingProgress watcher = new TrainingProgress() {
        @Override
        public void epochStarted(int epoch, int epochs, long examples) {
            told.add("epoch " + epoch + "/" + epochs + " of " + examples);
        }

        @Override
        public void trained(long examples, double loss) {
            told.add(examples + " at " + loss);
        }

        @Override
        public void validating() {
            told.add("validating");
        }

        @Override
        public void epochEnded(EpochMetrics metrics, boolean best) {
            told.add("ended " + metrics.epoch() + " " + best);
        }

        @Override
        public void retrying(TrainingDivergedException why, double learningRate) {
            told.add("retrying with " + learningRate);
        }
    };

    @Test
    void metricsStandAmongSparksAndTheNextProgressGetsEveryCall() {
        SparkFixture.spark();
        TrainingMetrics metrics = TrainingMetrics.register(watcher, 3);
        try {
            metrics.epochStarted(2, 5, 100);
            metrics.trained(60, 1.5);
            metrics.trained(100, 1.25);
            metrics.validating();
            metrics.epochEnded(new EpochMetrics(2, 1.4, 1.3, 0.5, 0.001, 10, 10), true);

            assertThat(SparkEnv.get().metricsSystem().getSourcesByName("nightshift"))
                    .isNotNull();
            assertThat(value(metrics, "epoch")).isEqualTo(2);
            assertThat(value(metrics, "round.loss")).isEqualTo(1.25);
            assertThat((double) value(metrics, "round.seconds") * (double) value(metrics, "round.examples-per-second"))
                    .isCloseTo(40, org.assertj.core.api.Assertions.within(1e-6));
            assertThat(value(metrics, "validation.loss")).isEqualTo(1.3);
            assertThat(value(metrics, "validation.accuracy")).isEqualTo(0.5);
            assertThat(value(metrics, "rows.rejected")).isEqualTo(3L);
            assertThat(told)
                    .containsExactly("epoch 2/5 of 100", "60 at 1.5", "100 at 1.25", "validating", "ended 2 true");
        } finally {
            SparkEnv.get().metricsSystem().removeSource(metrics);
        }
    }

    private static Object value(Source source, String name) {
        return source.metricRegistry().getGauges().get(name).getValue();
    }
}
