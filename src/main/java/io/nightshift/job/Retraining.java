package io.nightshift.job;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.RetrainSettings.StartFrom;
import io.nightshift.config.settings.Settings;
import io.nightshift.dataset.DataException;
import io.nightshift.dataset.Split;
import io.nightshift.dataset.batch.Examples;
import io.nightshift.engine.Network;
import io.nightshift.evaluation.Evaluator;
import io.nightshift.evaluation.Evaluator.Candidate;
import io.nightshift.job.RetrainJob.Result;
import io.nightshift.job.RetrainJob.Status;
import io.nightshift.job.context.JobContext;
import io.nightshift.job.pipeline.FittedModel;
import io.nightshift.job.pipeline.PreparedData;
import io.nightshift.job.pipeline.RunSession;
import io.nightshift.job.pipeline.StartingNetwork;
import io.nightshift.job.pipeline.TrainingPipeline;
import io.nightshift.job.source.ExampleSource;
import io.nightshift.report.ReportParts;
import io.nightshift.retraining.Champion;
import io.nightshift.retraining.ChampionModel;
import io.nightshift.retraining.ChampionSnapshot;
import io.nightshift.retraining.Champions;
import io.nightshift.retraining.DataChange;
import io.nightshift.retraining.FalsePromotionBudget;
import io.nightshift.retraining.PromotionPolicy;
import io.nightshift.retraining.Promotions;
import io.nightshift.retraining.Retention;
import io.nightshift.run.Manifest;
import io.nightshift.run.Manifest.Verdict;
import io.nightshift.run.Run;
import io.nightshift.run.Runs;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One retraining under the lock: trains a challenger, compares it with the champion, and promotes or rejects it. */
final class Retraining {
    private static final String CHAMPION_CHANGED =
            "the champion was changed by hand or by another job while this model was trained";

    private final JobContext context;
    private final RunSession session;
    private final Runs runs;
    private final Champions champions;
    private final ChampionSnapshot snapshot;
    private final Settings settings;

    /** @param snapshot of the champion that the challenger has to beat */
    Retraining(JobContext context, RunSession session, Runs runs, Champions champions, ChampionSnapshot snapshot) {
        this.context = context;
        this.session = session;
        this.runs = runs;
        this.champions = champions;
        this.snapshot = snapshot;
        this.settings = context.settings();
    }

    Result run() {
        Optional<ChampionModel> champion = snapshot.current().map(current -> ChampionModel.read(current, runs));
        ExampleSource source = ExampleSource.of(settings, context.hadoop());
        StartingNetwork start = new StartingNetwork(settings, context.storage(), source);
        champion.ifPresent(model -> requireSameClasses(model, start));
        champion.ifPresent(this::requireUntrainedOnComparedRows);
        TrainingPipeline pipeline = new TrainingPipeline(context, session, start);
        PreparedData data = pipeline.prepare(source);
        Examples compared = comparable(data);
        champion.ifPresent(model -> requireSimilarData(model, compared, pipeline.evaluator()));
        FittedModel challenger = pipeline.fit(data, networks(start, champion));
        Verdict verdict = verdict(challenger, champion, compared, pipeline.evaluator());
        session.recordVerdict(verdict);
        return session.runUninterruptibly(() -> end(challenger, verdict, data.report(challenger)));
    }

    private void requireUntrainedOnComparedRows(ChampionModel champion) {
        if (champion.model().card().isRefit()) {
            throw new ConfigurationException("the champion " + champion.runId() + " was trained on public_test too"
                    + " (train.refit), so no model can be compared with it there; make another run the champion with:"
                    + " ./submit.sh runs promote RUN --output " + runs.outputUri());
        }
    }

    private void requireSameClasses(ChampionModel champion, StartingNetwork start) {
        List<String> known = champion.model().card().classes();
        if (!known.equals(start.schema().classes())) {
            throw new ConfigurationException(
                    "the champion " + champion.runId() + " knows the classes " + String.join(",", known)
                            + ", and data.classes are "
                            + String.join(",", start.schema().classes())
                            + ", so they cannot be compared; correct data.classes, or choose another --output");
        }
    }

    /** Returns the examples on which champion and challenger are compared. */
    private Examples comparable(PreparedData data) {
        return data.validation()
                .orElseThrow(() -> new DataException(
                        settings.data().uri() + " has no row with the usage " + Split.PUBLIC_TEST.usage()
                                + ", so no model can be compared with the champion; check the column Usage"));
    }

    private void requireSimilarData(ChampionModel champion, Examples compared, Evaluator evaluator) {
        DataChange.require(
                champion.manifest(),
                session.run().manifest().data(),
                evaluator.evaluate(champion.model(), champion.modelUri(), compared),
                settings.retrain().data());
    }

    /** Returns fresh networks, or a single one with the champion's weights. */
    private List<Network> networks(StartingNetwork start, Optional<ChampionModel> champion) {
        List<Network> fresh = start.networks();
        if (settings.retrain().startFrom() == StartFrom.CHAMPION && champion.isPresent()) {
            context.note(begin(fresh, champion.get(), start.card().origin()));
        }
        return fresh;
    }

    /** Gives a network the champion's weights, if it can have them, and says where training begins. */
    private static String begin(List<Network> fresh, ChampionModel champion, String architecture) {
        if (fresh.size() > 1) {
            return "Starting from scratch: " + fresh.size()
                    + " members with the weights of one champion would hardly differ";
        }
        return champion.giveWeights(fresh.get(0))
                ? "Starting from the weights of the champion " + champion.runId()
                : "Starting from scratch: the champion " + champion.runId() + " is "
                        + (champion.model().card().isEnsemble()
                                ? "an ensemble"
                                : "another network than " + architecture);
    }

    private Verdict verdict(
            FittedModel challenger, Optional<ChampionModel> champion, Examples compared, Evaluator evaluator) {
        PromotionPolicy policy = new PromotionPolicy(settings.retrain());
        return champion.map(model -> policy.verdict(
                        model.runId(),
                        evaluator.compare(
                                new Candidate(model.model(), model.modelUri()),
                                new Candidate(challenger.model(), session.run().modelUri()),
                                compared),
                        budget()))
                .orElseGet(() -> policy.first(challenger.on(Split.PUBLIC_TEST).orElseThrow()));
    }

    /** Returns what is left for false promotions; an attempt of this run before a crash counts once, with this one. */
    private FalsePromotionBudget budget() {
        List<Manifest> others = runs.all().stream()
                .filter(other -> !other.runId().equals(session.run().runId()))
                .toList();
        return FalsePromotionBudget.of(settings.retrain(), snapshot.champion(), others, Instant.now());
    }

    /** Ends the run: all its files are there, its manifest says how it ended, and the champion comes last. */
    private Result end(FittedModel challenger, Verdict verdict, ReportParts report) {
        Run run = session.run();
        List<String> reasons = new ArrayList<>(verdict.reasons());
        if (!verdict.promoted()) {
            session.rejected(String.join("; ", reasons), report);
        } else if (!champions.isStill(snapshot)) {
            reasons.add(0, CHAMPION_CHANGED);
            session.recordVerdict(new Verdict(false, verdict.champion(), reasons, verdict.comparison()));
            session.rejected(String.join("; ", reasons), report);
        } else {
            session.succeeded(report);
            if (new Promotions(runs, context.runLocks(), champions).promote(snapshot, run, verdict)) {
                new Retention(
                                runs,
                                context.runLocks(),
                                champions,
                                settings.retrain().keepRuns())
                        .deleteOldRuns(run.runId(), context::note);
                return result(Status.PROMOTED, Optional.of(run.runId()), reasons, challenger);
            }
            reasons.add(0, CHAMPION_CHANGED);
            session.rejectedAfterAll(new Verdict(false, verdict.champion(), reasons, verdict.comparison()));
        }
        Optional<String> champion = champions.readOrFail().current().map(Champion::runId);
        return result(Status.REJECTED, champion, reasons, challenger);
    }

    private Result result(Status status, Optional<String> champion, List<String> reasons, FittedModel challenger) {
        return new Result(status, Optional.of(session.run()), champion, reasons, challenger.evaluations());
    }
}
