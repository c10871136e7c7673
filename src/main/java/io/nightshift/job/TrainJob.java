package io.nightshift.job;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.Settings;
import io.nightshift.dataset.DataException;
import io.nightshift.demo.DemoData;
import io.nightshift.evaluation.Evaluation;
import io.nightshift.job.context.JobContext;
import io.nightshift.job.context.JobProgress;
import io.nightshift.job.pipeline.FittedModel;
import io.nightshift.job.pipeline.PreparedData;
import io.nightshift.job.pipeline.RunOpener;
import io.nightshift.job.pipeline.RunSession;
import io.nightshift.job.pipeline.StartingNetwork;
import io.nightshift.job.pipeline.TrainingPipeline;
import io.nightshift.job.source.ExampleSource;
import io.nightshift.run.Run;
import io.nightshift.training.TrainingLoop.Outcome;
import java.util.List;
import java.util.function.Supplier;

/** Trains a CNN on a CSV by parameter averaging on Spark, and leaves checkpoints, model, evaluations and a report. */
public final class TrainJob {
    private final Settings settings;
    private final boolean drawsDemo;
    private final JobProgress progress;

    /** Creates the job. If the settings name no data, it draws demo faces and reads those. */
    public TrainJob(Settings settings, JobProgress progress) {
        this.drawsDemo = settings.data().isDemo();
        this.settings = drawsDemo ? settings.withDataUri(DemoData.uri(settings)) : settings;
        this.progress = progress;
    }

    /**
     * The outcome of the job.
     *
     * @param run         with all files
     * @param outcome     of the training
     * @param evaluations of the kept epoch's model, one for each split that has rows
     */
    public record Result(Run run, Outcome outcome, List<Evaluation> evaluations) {}

    /**
     * Runs the job. However it ends, the run's manifest records it.
     *
     * @throws ConfigurationException                        if the run's name is taken, or the output directory cannot
     *                                                       be written
     * @throws DataException                                 if the data cannot be used
     * @throws io.nightshift.training.TrainingDivergedException if the loss becomes NaN or far too large
     * @throws io.nightshift.store.StorageException          if the output directory fails later
     */
    public Result run() {
        try (JobContext context = JobContext.forNetworks(settings, progress)) {
            return run(context, () -> ExampleSource.of(settings, context.hadoop()));
        }
    }

    /**
     * Runs the job on examples from another source, with a Spark of the caller.
     *
     * @param context of the job's settings
     * @param source  opened once the run's folder is there
     * @throws RuntimeException as {@link #run()}
     */
    public Result run(JobContext context, Supplier<ExampleSource> source) {
        RunSession session = new RunOpener("train", context).open();
        return session.recordFailure(() -> train(context, session, source));
    }

    private Result train(JobContext context, RunSession session, Supplier<ExampleSource> data) {
        if (drawsDemo) {
            drawDemoFaces(context);
        }
        ExampleSource source = data.get();
        StartingNetwork start = new StartingNetwork(settings, context.storage(), source);
        TrainingPipeline pipeline = new TrainingPipeline(context, session, start);
        PreparedData prepared = pipeline.prepare(source);
        FittedModel model = pipeline.fit(prepared, start.networks());
        session.succeeded(prepared.report(model));
        return new Result(session.run(), model.outcome(), model.evaluations());
    }

    private void drawDemoFaces(JobContext context) {
        String uri = settings.data().uri();
        context.note("Drawing " + settings.demo().rows() + " demo faces into " + uri);
        DemoData.draw(context.storage(), uri, settings.demo());
    }
}
