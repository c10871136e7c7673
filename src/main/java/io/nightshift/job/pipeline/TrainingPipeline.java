package io.nightshift.job.pipeline;

import io.nightshift.engine.Network;
import io.nightshift.engine.execution.Computation;
import io.nightshift.evaluation.Evaluator;
import io.nightshift.job.context.JobContext;
import io.nightshift.job.source.ExampleSource;
import java.util.List;

/** Leads one run from its examples to an evaluated model, on Spark: a preparation of the data, and a fit of the network. */
public final class TrainingPipeline {
    private final JobContext context;
    private final RunSession session;
    private final StartingNetwork start;
    private final TrainingWorkers workers;
    private Computation computation;

    /**
     * Starts Spark, if that has not started yet, and computes nothing.
     *
     * @param start the network to train, which says what rows mean
     */
    public TrainingPipeline(JobContext context, RunSession session, StartingNetwork start) {
        this.context = context;
        this.session = session;
        this.start = start;
        if (!context.isSparkRunning()) {
            context.note("Starting Spark on " + context.settings().master());
        }
        start.refit()
                .forEach(model ->
                        context.note("Careful: " + model + " was trained on public_test too (train.refit): of the"
                                + " same data, the accuracy there says nothing now"));
        this.workers = TrainingWorkers.of(context);
    }

    /**
     * Reads the data.
     *
     * @throws io.nightshift.dataset.DataException if it cannot be used
     */
    public PreparedData prepare(ExampleSource source) {
        computation = workers.computation(context);
        session.recordComputation(computation);
        return new DataPreparation(context, session, workers, source).read(start.schema());
    }

    /**
     * Trains on the data, and evaluates the kept epoch's model on each split.
     *
     * @param networks of the members, with which their first epochs begin, unless the run is resumed
     * @throws io.nightshift.training.TrainingDivergedException if the loss becomes NaN or far too large
     */
    public FittedModel fit(PreparedData data, List<Network> networks) {
        Computation possible = workers.computation(
                context,
                computation,
                networks.get(0),
                start.card().input(),
                start.teacher().isPresent());
        if (!possible.equals(computation)) {
            session.recordComputation(possible);
        }
        FittedModel model = new ModelFit(context, session, workers, possible, start).fit(data, networks);
        session.recordTraining(model.summary());
        return model;
    }

    public Evaluator evaluator() {
        return workers.evaluator(context.settings());
    }
}
