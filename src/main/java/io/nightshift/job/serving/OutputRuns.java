package io.nightshift.job.serving;

import com.fasterxml.jackson.databind.JsonNode;
import io.nightshift.config.settings.Settings;
import io.nightshift.retraining.Champion;
import io.nightshift.retraining.ChampionSnapshot;
import io.nightshift.retraining.Champions;
import io.nightshift.run.EpochMetrics;
import io.nightshift.run.Manifest;
import io.nightshift.run.Run;
import io.nightshift.run.Runs;
import io.nightshift.serving.RunCatalogue;
import io.nightshift.store.Json;
import io.nightshift.store.StorageException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Shows the runs of an output directory, and reads its list at most once in a while. Thread-safe. */
public final class OutputRuns implements RunCatalogue {
    private final Runs runs;
    private final Champions champions;
    private final Duration fresh;
    private Map<String, Object> listed;
    private long listedAt;

    /** @param fresh how long a list is given out again, because many may ask, and each run is a file to read */
    public OutputRuns(Runs runs, Champions champions, Duration fresh) {
        this.runs = runs;
        this.champions = champions;
        this.fresh = fresh;
    }

    @Override
    public synchronized Map<String, Object> all() {
        if (listed == null || System.nanoTime() - listedAt > fresh.toNanos()) {
            Map<String, Object> list = new LinkedHashMap<>();
            ChampionSnapshot champion = champions.read();
            list.put("champion", champion.current().map(Champion::runId).orElse(null));
            list.put("history", champion.current().map(Champion::history).orElse(List.of()));
            list.put("runs", runs.all().stream().map(OutputRuns::summary).toList());
            listed = list;
            listedAt = System.nanoTime();
        }
        return listed;
    }

    private static Map<String, Object> summary(Manifest manifest) {
        Map<String, Object> run = new LinkedHashMap<>();
        run.put("run_id", manifest.runId());
        run.put("state", manifest.state());
        putIfKnown(run, "reason", manifest.reason());
        putIfKnown(run, "command", manifest.command());
        putIfKnown(run, "start", manifest.start());
        putIfKnown(run, "end", manifest.end());
        if (manifest.data() != null) {
            run.put("rows", manifest.data().rows());
        }
        putIfKnown(run, "training", manifest.training());
        putIfKnown(run, "verdict", manifest.verdict());
        run.put("report", manifest.file("report.html").isPresent());
        return run;
    }

    private static void putIfKnown(Map<String, Object> fields, String name, Object value) {
        if (value != null && !value.equals("")) {
            fields.put(name, value);
        }
    }

    @Override
    public Optional<Map<String, Object>> run(String runId) {
        return manifest(runId).map(manifest -> {
            Run run = runs.of(manifest);
            Map<String, Object> fields = summary(manifest);
            fields.put(
                    "epochs", run.readMetrics().stream().map(OutputRuns::epoch).toList());
            fields.put("evaluations", evaluations(run));
            return fields;
        });
    }

    /** A name that cannot be a run's is never looked for. */
    private Optional<Manifest> manifest(String runId) {
        return Settings.Run.isId(runId) ? runs.manifest(runId) : Optional.empty();
    }

    private static Map<String, Object> epoch(EpochMetrics metrics) {
        Map<String, Object> epoch = new LinkedHashMap<>();
        epoch.put("epoch", metrics.epoch());
        putNumber(epoch, "train_loss", metrics.trainLoss());
        putNumber(epoch, "validation_loss", metrics.validationLoss());
        putNumber(epoch, "validation_accuracy", metrics.validationAccuracy());
        putNumber(epoch, "learning_rate", metrics.learningRate());
        return epoch;
    }

    private static void putNumber(Map<String, Object> fields, String name, double value) {
        if (Double.isFinite(value)) {
            fields.put(name, value);
        }
    }

    private static List<JsonNode> evaluations(Run run) {
        List<JsonNode> evaluations = new ArrayList<>();
        for (byte[] evaluation : run.readEvaluations()) {
            try {
                evaluations.add(Json.read(evaluation, JsonNode.class));
            } catch (IOException e) {
                throw new StorageException("an evaluation of " + run.folder() + " is no JSON", e);
            }
        }
        return evaluations;
    }

    @Override
    public Optional<byte[]> report(String runId) {
        return manifest(runId).flatMap(manifest -> runs.of(manifest).readReport());
    }
}
