package io.nightshift.training;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.nightshift.run.EpochMetrics;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.source.Source;

/**
 * Publishes the progress of training among Spark's own metrics: each sink that Spark is configured with (Prometheus,
 * Graphite, JMX, CSV) gets them, as {@code <application>.driver.nightshift.<name>}. Passes each call on to another
 * progress.
 */
public final class TrainingMetrics implements TrainingProgress, Source {
    private static final double NANOSECONDS = 1e9;

    private final MetricRegistry registry = new MetricRegistry();
    private final TrainingProgress next;
    private volatile int epoch;
    private volatile double roundLoss = Double.NaN;
    private volatile double roundSeconds = Double.NaN;
    private volatile double examplesPerSecond = Double.NaN;
    private volatile double validationLoss = Double.NaN;
    private volatile double validationAccuracy = Double.NaN;
    private long examples;
    private long lastRound;

    private TrainingMetrics(TrainingProgress next, long rejectedRows) {
        this.next = next;
        gauge("epoch", () -> epoch);
        gauge("round.loss", () -> roundLoss);
        gauge("round.seconds", () -> roundSeconds);
        gauge("round.examples-per-second", () -> examplesPerSecond);
        gauge("validation.loss", () -> validationLoss);
        gauge("validation.accuracy", () -> validationAccuracy);
        gauge("rows.rejected", () -> rejectedRows);
    }

    private <T> void gauge(String name, Gauge<T> value) {
        registry.register(name, value);
    }

    /** Registers the metrics with the Spark application that runs in this JVM. */
    public static TrainingMetrics register(TrainingProgress next, long rejectedRows) {
        TrainingMetrics metrics = new TrainingMetrics(next, rejectedRows);
        SparkEnv.get().metricsSystem().registerSource(metrics);
        return metrics;
    }

    @Override
    public String sourceName() {
        return "nightshift";
    }

    @Override
    public MetricRegistry metricRegistry() {
        return registry;
    }

    @Override
    public void epochStarted(int number, int epochs, long trainedOn) {
        epoch = number;
        examples = 0;
        lastRound = System.nanoTime();
        next.epochStarted(number, epochs, trainedOn);
    }

    @Override
    public void trained(long soFar, double loss) {
        long now = System.nanoTime();
        roundSeconds = (now - lastRound) / NANOSECONDS;
        examplesPerSecond = (soFar - examples) / roundSeconds;
        roundLoss = loss;
        examples = soFar;
        lastRound = now;
        next.trained(soFar, loss);
    }

    @Override
    public void validating() {
        next.validating();
    }

    @Override
    public void epochEnded(EpochMetrics metrics, boolean best) {
        validationLoss = metrics.validationLoss();
        validationAccuracy = metrics.validationAccuracy();
        next.epochEnded(metrics, best);
    }

    @Override
    public void retrying(TrainingDivergedException why, double learningRate) {
        next.retrying(why, learningRate);
    }
}
