package io.nightshift.job.tuning;

import io.nightshift.config.settings.Settings;
import io.nightshift.config.settings.TestTimeAugmentation;
import io.nightshift.dataset.DataException;
import io.nightshift.dataset.Split;
import io.nightshift.dataset.batch.Examples;
import io.nightshift.dataset.batch.NetworkInput;
import io.nightshift.dataset.batch.PackedExamples;
import io.nightshift.engine.Network;
import io.nightshift.engine.execution.Computation;
import io.nightshift.engine.graph.Graph;
import io.nightshift.engine.graph.Shape;
import io.nightshift.engine.graph.UnsupportedNetworkException;
import io.nightshift.job.context.JobContext;
import io.nightshift.job.pipeline.PreparedData;
import io.nightshift.job.pipeline.RunSession;
import io.nightshift.job.pipeline.StartingNetwork;
import io.nightshift.job.pipeline.TrainingPipeline;
import io.nightshift.job.pipeline.TrainingWorkers;
import io.nightshift.job.source.ExampleSource;
import io.nightshift.spark.SparkStart;
import io.nightshift.training.LocalTraining;
import io.nightshift.training.averaging.RoundStart;
import io.nightshift.tuning.Trainings;
import io.nightshift.tuning.TrialPlan;
import io.nightshift.tuning.TrialResult;
import io.nightshift.tuning.TrialTask;
import io.nightshift.tuning.TuningData;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/** Makes the trainings of a tuning, each as a Spark job of one task, on examples that every executor holds. */
public final class TrialTrainings implements Trainings, AutoCloseable {
    private static final String JOB_GROUP = "tuning";

    private final JobContext context;
    private final ExampleSource source;
    private final TrialPlan plan;
    private final JavaSparkContext spark;
    private final int slots;
    private final int threads;
    private final Computation computation;
    private final Broadcast<TuningData> data;
    private final String dataSha256;
    /** Multiply-adds of a trial's network, by trial; they are the same on all rungs but the top one. */
    private final Map<String, Long> multiplyAdds = new ConcurrentHashMap<>();

    private TrialTrainings(
            JobContext context, ExampleSource source, TrialPlan plan, Broadcast<TuningData> data, String dataSha256) {
        this.context = context;
        this.source = source;
        this.plan = plan;
        this.spark = context.spark();
        this.slots = SparkStart.workers(spark, context.settings());
        this.threads = SparkStart.threads(spark, context.settings(), slots);
        this.computation = TrainingWorkers.of(context).computation(context);
        this.data = data;
        this.dataSha256 = dataSha256;
    }

    /**
     * Reads the data, holds a tenth of the training split out, and sends all of it to the executors.
     *
     * @throws DataException if the data cannot be used, or has no rows to compare the final two on
     */
    public static TrialTrainings prepare(JobContext context, RunSession session, ExampleSource source, TrialPlan plan) {
        StartingNetwork start = new StartingNetwork(plan.recipe(), context.storage(), source);
        PreparedData prepared = new TrainingPipeline(context, session, start).prepare(source);
        Examples publicTest = prepared.validation()
                .orElseThrow(() -> new DataException(source.name() + " has no row with the usage "
                        + Split.PUBLIC_TEST.usage() + ", so the winner cannot be compared with the recipe; "
                        + source.splitRemedy()));
        TuningData data = TuningData.of(
                PackedExamples.of(prepared.training()),
                PackedExamples.of(publicTest),
                context.settings().data().duplicateDistance(),
                context.settings().train().seed(),
                source.name());
        prepared.examples().values().forEach(examples -> examples.batches().unpersist(false));
        context.note(data.training().size() + " rows train the trials; "
                + data.heldOut().size() + " rank them, near-duplicates all on one side");
        return new TrialTrainings(
                context,
                source,
                plan,
                context.spark().broadcast(data),
                session.run().manifest().data().sha256());
    }

    /** Returns how many trainings are made at once. */
    public int slots() {
        return slots;
    }

    @Override
    public TrialResult planned(int trial, Optional<Integer> rung, long seed) {
        int like = rung.orElse(plan.rungs().top());
        double relativeCost = (double) multiplyAdds(trial, like) / multiplyAdds(0, 0);
        int epochs = plan.rungs().epochs(like, relativeCost);
        return new TrialResult(
                trial,
                rung.map(number -> number + 1).orElse(null),
                seed,
                epochs,
                epochs * relativeCost,
                plan.values(trial),
                false,
                null,
                null,
                null,
                null,
                0,
                dataSha256,
                null);
    }

    private long multiplyAdds(int trial, int rung) {
        boolean top = rung == plan.rungs().top();
        return multiplyAdds.computeIfAbsent(trial + (top ? " on the top rung" : ""), any -> {
            StartingNetwork start = start(plan.settings(trial, rung, 1, 0));
            Network network = start.networks().get(0);
            try {
                NetworkInput input = start.card().input();
                Shape example = new Shape(input.channels(), input.side(), input.side());
                boolean channelsLast = input.layout() == NetworkInput.Layout.NHWC;
                return Math.max(1, Graph.of(network, example, channelsLast).multiplyAdds());
            } catch (UnsupportedNetworkException e) {
                // DL4J's own layers train it: all trials count as equally large.
                return 1L;
            } finally {
                network.free();
            }
        });
    }

    private StartingNetwork start(Settings settings) {
        return new StartingNetwork(settings, context.storage(), source);
    }

    @Override
    public TrialResult train(TrialResult planned) {
        Integer rung = planned.rung();
        String what = rung == null
                ? "last comparison, seed " + planned.seed()
                : "rung " + rung + " of " + plan.rungs().count();
        spark.setJobGroup(
                JOB_GROUP, "trial " + planned.trial() + ", " + what + ", " + planned.epochs() + " epochs", true);
        TrialTask.Outcome outcome = run(task(planned));
        return new TrialResult(
                planned.trial(),
                rung,
                planned.seed(),
                planned.epochs(),
                planned.compute(),
                planned.values(),
                outcome.diverged(),
                known(outcome.loss()),
                known(outcome.accuracy()),
                known(outcome.temperature()),
                known(outcome.trainLoss()),
                outcome.seconds(),
                dataSha256,
                outcome.publicTest());
    }

    private static Double known(double value) {
        return Double.isFinite(value) ? value : null;
    }

    private TrialTask task(TrialResult planned) {
        boolean isFinal = planned.rung() == null;
        int rung = isFinal ? plan.rungs().top() : planned.rung() - 1;
        Settings settings = plan.settings(planned.trial(), rung, planned.epochs(), planned.seed());
        StartingNetwork start = start(settings);
        Network network = start.networks().get(0);
        try {
            return new TrialTask(
                    RoundStart.of(network),
                    new LocalTraining(
                            settings.train(), settings.augment(), start.card(), start.teacher(), computation, threads),
                    start.card(),
                    settings.evaluate().testTimeAugmentation().orElse(TestTimeAugmentation.NONE),
                    isFinal);
        } finally {
            network.free();
        }
    }

    /** The network goes as a broadcast, because a task itself may not be large. */
    private TrialTask.Outcome run(TrialTask task) {
        Broadcast<TrialTask> sent = spark.broadcast(task);
        Broadcast<TuningData> examples = data;
        try {
            return spark.parallelize(List.of(0), 1)
                    .map(only -> sent.value().run(examples.value()))
                    .collect()
                    .get(0);
        } finally {
            sent.destroy();
        }
    }

    /** Ends the tasks that are still running, and frees the executors' memory. */
    @Override
    public void close() {
        if (!spark.sc().isStopped()) {
            spark.cancelJobGroup(JOB_GROUP);
            data.destroy();
        }
    }
}
