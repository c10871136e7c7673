package io.nightshift.job.tuning;

import io.nightshift.config.settings.Settings;
import io.nightshift.run.Run;
import io.nightshift.store.Json;
import io.nightshift.store.StorageException;
import io.nightshift.tuning.TrialResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes and reads the files that a tuning leaves in its run's folder. */
public final class TuningFiles {
    private static final String TRIALS = "trials/";

    /** The name of the winner's recipe. */
    public static final String RECIPE = "recipe.conf";

    private final Run run;

    public TuningFiles(Run run) {
        this.run = run;
    }

    /** Keeps the result of a training, which a process that resumes this run need not make again. */
    public void keep(TrialResult result) {
        run.writeTuning(TRIALS + result.fileName(), Json.bytes(result));
        run.writeManifest(run.manifest());
    }

    /** Reads the results that an earlier process of this run has kept; one that is damaged is left out. */
    public List<TrialResult> kept() {
        return run.readTuning(TRIALS).stream().map(TuningFiles::result).toList();
    }

    private static TrialResult result(byte[] content) {
        try {
            return Json.read(content, TrialResult.class);
        } catch (IOException e) {
            throw new StorageException("the result of a trial has the right checksum and cannot be read", e);
        }
    }

    /**
     * Writes the winner as a recipe, and all trials as JSON and as CSV.
     *
     * @param winner as a recipe
     */
    public void write(TuningOutcome outcome, Settings winner) {
        run.writeTuning(RECIPE, bytes(recipe(outcome, winner)));
        run.writeTuning("trials.json", Json.bytes(outcome));
        run.writeTuning("trials.csv", bytes(csv(outcome.trials())));
    }

    private String recipe(TuningOutcome outcome, Settings winner) {
        return "# The winner of the tuning " + run.runId() + ", trial "
                + outcome.winner().trial() + ".\n# " + outcome.verdict() + "\n"
                + "#   ./submit.sh train --conf recipe.conf --data ...\n" + winner.recipe();
    }

    private static String csv(List<TrialResult> trials) {
        List<String> keys = trials.isEmpty()
                ? List.of()
                : List.copyOf(trials.get(0).values().keySet());
        String header = "trial,rung,epochs,compute,seconds,loss,accuracy,temperature," + String.join(",", keys);
        return Stream.concat(Stream.of(header), trials.stream().map(trial -> row(trial, keys)))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static String row(TrialResult trial, List<String> keys) {
        String numbers = Stream.of(trial.loss(), trial.accuracy(), trial.temperature())
                .map(value -> value == null ? "" : String.format(Locale.ROOT, "%.6f", value))
                .collect(Collectors.joining(","));
        return String.format(
                Locale.ROOT,
                "%d,%d,%d,%.3f,%.1f,%s,%s",
                trial.trial(),
                trial.rung(),
                trial.epochs(),
                trial.compute(),
                trial.seconds(),
                numbers,
                keys.stream().map(key -> field(trial.values().get(key))).collect(Collectors.joining(",")));
    }

    private static String field(String value) {
        return value.matches("[^,\"\\n]*") ? value : "\"" + value.replace("\"", "\"\"") + "\"";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
