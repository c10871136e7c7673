package io.nightshift.job.pipeline;

import io.nightshift.config.Settings;
import io.nightshift.evaluation.Evaluator;
import io.nightshift.job.context.JobContext;
import io.nightshift.spark.SparkStart;
import io.nightshift.spark.WorkerComputation;
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
    public WorkerComputation computation(JobContext context) {
        return WorkerComputation.ofExecutors(spark, context.settings(), count, context::note);
    }

    public Evaluator evaluator(Settings settings) {
        return new Evaluator(spark, threads, settings.evaluate());
    }
}
