package io.nightshift.job;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.Settings;
import io.nightshift.config.Settings.StartFrom;
import io.nightshift.dataset.DataException;
import io.nightshift.dataset.Split;
import io.nightshift.dataset.batch.Examples;
import io.nightshift.dataset.csv.CsvReader;
import io.nightshift.dataset.csv.CsvReader.Fingerprint;
import io.nightshift.evaluation.Evaluation;
import io.nightshift.report.ReportParts;
import io.nightshift.retraining.Champion;
import io.nightshift.retraining.ChampionModel;
import io.nightshift.retraining.Champions.Seen;
import io.nightshift.retraining.DataChange;
import io.nightshift.retraining.OutputDirectory;
import io.nightshift.retraining.PromotionPolicy;
import io.nightshift.run.Manifest;
import io.nightshift.run.Manifest.Verdict;
import io.nightshift.run.ModelLoader;
import io.nightshift.run.Run;
import io.nightshift.spark.SparkStart;
import io.nightshift.spark.WorkerBackend;
import io.nightshift.store.ConditionalWrites;
import io.nightshift.store.JobLock;
import io.nightshift.store.Storage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.api.Model;

/** The scheduled job: lock, look for news, check the data, train, compare with the champion, promote only what is better. */
public final class RetrainJob {
    private final Settings settings;
    private final JobProgress progress;
    private final Storage storage;
    private final ConditionalWrites writes;
    private final OutputDirectory place;

    public RetrainJob(Settings settings, JobProgress progress) {
        Configuration hadoop = SparkStart.hadoop(settings);
        this.settings = settings;
        this.progress = progress;
        this.storage = new Storage(hadoop);
        this.writes = new ConditionalWrites(hadoop);
        this.place = new OutputDirectory(settings, storage, writes, progress::note);
    }

    /** How a retraining ended that did not fail. */
    public enum Status {
        PROMOTED,
        REJECTED,
        NOTHING_NEW
    }

    /**
     * What the job came to.
     *
     * @param run         where everything is; nothing if it did not train
     * @param champion    the run that is champion now; nothing if there is none
     * @param reasons     one line each
     * @param evaluations of the challenger, one for each split that has rows; none if it did not train
     */
    public record Result(
            Status status,
            Optional<Run> run,
            Optional<String> champion,
            List<String> reasons,
            List<Evaluation> evaluations) {}

    /**
     * Runs the job. However it ends, the run's manifest says so, and the champion is the old one or the new one.
     *
     * @throws ConfigurationException                        if no data is named, the run's name is taken, or the output
     *                                                       place cannot be written
     * @throws io.nightshift.store.LockHeldException         if another job holds the lock
     * @throws DataException                                 if the data cannot be used, or differs too much from the
     *                                                       champion's
     * @throws io.nightshift.training.TrainingDivergedException if the loss becomes NaN or far too large
     * @throws io.nightshift.store.StorageException          if the output place fails, or the champion is damaged
     */
    public Result run() {
        if (settings.data().isDemo()) {
            throw new ConfigurationException(
                    "data.uri is empty: retrain needs to know its data; name the CSV with --data (to try "
                            + "it: ./submit.sh demo-data --output faces.csv)");
        }
        WorkerBackend.chooseHere(settings, progress::note);
        String runId = RunSession.named(settings);
        try (JobLock lock = JobLock.take(
                        writes,
                        new Path(settings.output().uri(), "retrain.lock"),
                        runId,
                        Duration.ofSeconds(settings.retrain().lockLeaseSeconds()));
                Interruption interruption = Interruption.then(lock::close)) {
            lock.predecessor().ifPresent(dead -> place.buryDead(dead, runId));
            place.completePromotion();
            Seen seen = place.champion();
            Optional<Result> nothingNew = settings.run().force() ? Optional.empty() : nothingNew(seen);
            return nothingNew.orElseGet(() -> retrain(runId, seen, lock));
        }
    }

    private Result retrain(String runId, Seen seen, JobLock lock) {
        boolean resume = settings.run().resume() || place.isUnfinished(runId);
        RunSession open = RunSession.open("retrain", runId, settings, resume, storage, progress);
        try (Interruption interruption = Interruption.first(open::interrupted)) {
            Optional<ChampionModel> champion = place.model(seen);
            StartingNetwork fresh = new StartingNetwork(settings, storage);
            champion.ifPresent(model -> requireSameClasses(model, fresh));
            CsvReader.requireCsv(settings.data().uri(), SparkStart.hadoop(settings));
            progress.note("Starting Spark on " + settings.master());
            try (JavaSparkContext spark = SparkStart.context(settings)) {
                TrainingPipeline training = new TrainingPipeline(spark, settings, fresh, open, progress);
                Examples compared = read(training, open.run(), champion);
                TrainingPipeline.Trained trained = training.train(start(fresh, champion), lock::requireHeld);
                open.trained(trained.figures());
                Verdict verdict = verdict(training, open.run(), trained, champion, compared);
                open.decided(verdict);
                lock.requireHeld();
                Result[] result = new Result[1];
                open.undisturbed(() -> result[0] = end(open, seen, training.parts(), trained, verdict));
                return result[0];
            }
        } catch (RuntimeException | Error e) {
            open.failed(e);
            throw e;
        }
    }

    /** What to say if the same data and configuration were trained on before; nothing if they are new or cannot be known. */
    private Optional<Result> nothingNew(Seen seen) {
        Fingerprint fingerprint;
        try {
            fingerprint = Fingerprint.of(settings.data().uri(), SparkStart.hadoop(settings));
        } catch (DataException e) {
            // It is found again, and said, by a run that leaves a manifest.
            return Optional.empty();
        }
        return place.sameAsBefore(seen, fingerprint.sha256())
                .map(before -> new Result(
                        Status.NOTHING_NEW,
                        Optional.empty(),
                        seen.current().map(Champion::runId),
                        List.of("nothing new: run " + before.runId()
                                + " was trained on the same data with the same configuration"
                                + (before.state() == Manifest.State.REJECTED ? ", and rejected" : "")),
                        List.of()));
    }

    /** Reads the data and refuses what differs too much from the champion's; the rows that decide are returned. */
    private Examples read(TrainingPipeline training, Run run, Optional<ChampionModel> champion) {
        Map<Split, Examples> examples = training.read();
        Examples compared = examples.get(Split.PUBLIC_TEST);
        if (compared == null) {
            throw new DataException(settings.data().uri() + " has no row with the usage " + Split.PUBLIC_TEST.usage()
                    + ", so no model can be compared with the champion; check the column Usage");
        }
        champion.ifPresent(model -> DataChange.require(
                model.manifest(),
                run.manifest().data(),
                training.evaluator().evaluate(model.model(), model.modelUri(), compared),
                settings.retrain().data()));
        return compared;
    }

    private void requireSameClasses(ChampionModel champion, StartingNetwork fresh) {
        List<String> known = champion.model().card().classes();
        if (!known.equals(fresh.schema().classes())) {
            throw new ConfigurationException(
                    "the champion " + champion.runId() + " knows the classes " + String.join(",", known)
                            + ", and data.classes are "
                            + String.join(",", fresh.schema().classes())
                            + ", so that they cannot be compared; correct data.classes, or choose another --output");
        }
    }

    private Model start(StartingNetwork start, Optional<ChampionModel> champion) {
        Model fresh = start.network();
        if (settings.retrain().startFrom() == StartFrom.CHAMPION && champion.isPresent()) {
            boolean given = champion.get().giveWeights(fresh);
            progress.note(
                    given
                            ? "Starting from the weights of the champion "
                                    + champion.get().runId()
                            : "Starting from scratch: the champion "
                                    + champion.get().runId() + " is another network than "
                                    + start.card().origin());
        }
        return fresh;
    }

    private Verdict verdict(
            TrainingPipeline training,
            Run run,
            TrainingPipeline.Trained trained,
            Optional<ChampionModel> champion,
            Examples compared) {
        PromotionPolicy rule = new PromotionPolicy(settings.retrain());
        return champion.map(model -> rule.verdict(
                        model.runId(),
                        training.evaluator()
                                .compare(
                                        model.model(),
                                        model.modelUri(),
                                        ModelLoader.best(run),
                                        run.modelUri(),
                                        compared)))
                .orElseGet(() -> rule.first(trained.on(Split.PUBLIC_TEST).orElseThrow()));
    }

    /** The run's files are all there; its manifest says how it ended; the champion comes last. */
    private Result end(
            RunSession open, Seen seen, ReportParts parts, TrainingPipeline.Trained trained, Verdict verdict) {
        Run run = open.run();
        List<String> reasons = new ArrayList<>(verdict.reasons());
        if (verdict.promoted()) {
            open.succeeded(parts);
            if (place.promote(seen, run, verdict)) {
                place.deleteOldRuns(run.runId());
                return new Result(
                        Status.PROMOTED, Optional.of(run), Optional.of(run.runId()), reasons, trained.evaluations());
            }
            reasons.add(0, "the champion was changed by somebody else while this model was trained");
            open.decided(new Verdict(false, verdict.champion(), reasons, verdict.comparison()));
        }
        open.rejected(String.join("; ", reasons), parts);
        return new Result(
                Status.REJECTED,
                Optional.of(run),
                place.champion().current().map(Champion::runId),
                reasons,
                trained.evaluations());
    }
}
