package io.nightshift.job.pipeline;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.Settings;
import io.nightshift.dataset.batch.NetworkInput;
import io.nightshift.engine.Backend;
import io.nightshift.engine.Network;
import io.nightshift.engine.execution.Computation;
import io.nightshift.engine.execution.Execution;
import io.nightshift.engine.graph.Shape;
import io.nightshift.evaluation.Evaluator;
import io.nightshift.job.context.JobContext;
import io.nightshift.spark.SparkStart;
import io.nightshift.spark.WorkerComputation;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The workers that train side by side, each a Spark task.
 *
 * @param count   how many there are
 * @param threads native threads of each
 */
public record TrainingWorkers(JavaSparkContext spark, int count, int threads) {

    /** Shares out the cores. Starts Spark, if that has not started yet. */
    public static TrainingWorkers of(JobContext context) {
        JavaSparkContext spark = context.spark();
        int count = SparkStart.trainingWorkers(spark, context.settings());
        return new TrainingWorkers(spark, count, SparkStart.threads(spark, context.settings(), count));
    }

    /** Asks each worker, in a Spark job, what it computes with. */
    public Computation computation(JobContext context) {
        return computation(context, context.settings().backend());
    }

    /**
     * Asks again if a GPU cannot train a network: the processors then do.
     *
     * @param isTaught whether a teacher reads the images that the network learns from
     * @throws ConfigurationException if a GPU was demanded
     */
    public Computation computation(
            JobContext context, Computation planned, Network network, NetworkInput input, boolean isTaught) {
        if (planned.backend() != Backend.GPU) {
            return planned;
        }
        Optional<String> unsupported = isTaught
                ? Optional.of("images that a GPU augments do not come back for train.teacher to read")
                : Execution.unsupportedOnGpu(
                        network,
                        new Shape(input.channels(), input.side(), input.side()),
                        input.layout() == NetworkInput.Layout.NHWC);
        if (unsupported.isEmpty()) {
            return planned;
        }
        new Backend.Choice(Backend.CPU, unsupported.get())
                .requireIfDemanded(context.settings().backend());
        context.note("Computing on the CPU: " + unsupported.get());
        return computation(context, "cpu");
    }

    private Computation computation(JobContext context, String wanted) {
        return WorkerComputation.ofExecutors(spark, context.settings(), wanted, count, context::note);
    }

    public Evaluator evaluator(Settings settings) {
        return new Evaluator(spark, threads, settings.evaluate());
    }
}
