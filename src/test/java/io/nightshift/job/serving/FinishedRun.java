package io.nightshift.job.serving;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.nightshift.config.settings.TrainSettings.BestBy;
import io.nightshift.retraining.Champions;
import io.nightshift.retraining.Promotions;
import io.nightshift.run.EpochMetrics;
import io.nightshift.run.Manifest;
import io.nightshift.run.Manifest.State;
import io.nightshift.run.Manifest.Training;
import io.nightshift.run.Manifest.Verdict;
import io.nightshift.run.Run;
import io.nightshift.run.RunLocks;
import io.nightshift.run.Runs;
import io.nightshift.serving.ServedModels;
import io.nightshift.store.ConditionalWrites;
import io.nightshift.store.StoredFile;
import java.time.Duration;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** A run with all that a server shows, made without a training. */
final class FinishedRun {
    private FinishedRun() {}

    /**
     * Writes a run with a model of {@link ServedModels}, and makes it champion.
     *
     * @return SHA-256 of the model
     */
    static String promoted(Runs runs, Champions champions, String runId, int model) {
        return promoted(runs, champions, runId, ServedModels.trained(model).bytes());
    }

    static String promoted(Runs runs, Champions champions, String runId, byte[] model) {
        Run run = runs.create(runId);
        run.writeModel(model);
        run.writeMetrics(List.of(
                new EpochMetrics(1, 1.5, Double.NaN, Double.NaN, 0.001, 100, 1),
                new EpochMetrics(2, 1.25, 1.375, 0.5, 0.001, 100, 1)));
        run.writeEvaluation("public_test.json", "{\"split\": \"public_test\", \"accuracy\": 0.5}".getBytes(UTF_8));
        run.writeEvaluation("public_test-confusion.csv", "actual\n".getBytes(UTF_8));
        run.writeReport("<!doctype html><title>" + runId + "</title>");
        Verdict verdict = new Verdict(true, null, List.of("better"), null);
        run.writeManifest(Manifest.builder()
                .runId(runId)
                .command("retrain")
                .state(State.SUCCEEDED, null)
                .start("2025-01-01T02:00:00Z")
                .training(new Training(2, 2, BestBy.LOSS, 1.375, 0.5, null, null))
                .verdict(verdict)
                .build());
        RunLocks locks =
                new RunLocks(new ConditionalWrites(new Configuration()), runs.outputUri(), Duration.ofSeconds(1));
        new Promotions(runs, locks, champions).promote(champions.read(), run, verdict);
        return run.model().map(StoredFile::sha256).orElseThrow();
    }
}
