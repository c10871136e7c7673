package io.nightshift.retraining;

import io.nightshift.config.Settings;
import io.nightshift.retraining.Champions.Seen;
import io.nightshift.run.Manifest;
import io.nightshift.run.Manifest.State;
import io.nightshift.run.Run;
import io.nightshift.run.Runs;
import io.nightshift.store.ConditionalWrites;
import io.nightshift.store.Storage;
import io.nightshift.store.StorageException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Where runs and their champion are kept, as a retraining sees it. */
public final class OutputDirectory {
    private static final String RETRAIN = "retrain";

    private final Settings settings;
    private final Runs runs;
    private final Champions champions;
    private final Consumer<String> notes;

    public OutputDirectory(Settings settings, Storage storage, ConditionalWrites writes, Consumer<String> notes) {
        this.settings = settings;
        this.runs = new Runs(storage, settings.output().uri());
        this.champions = new Champions(writes, settings.output().uri());
        this.notes = notes;
    }

    /** The champion as it is now. */
    public Seen champion() {
        return champions.require();
    }

    /** The champion's model, if there is a champion. */
    public Optional<ChampionModel> model(Seen seen) {
        return seen.current()
                .map(champion ->
                        ChampionModel.read(champion, runs, settings.output().uri()));
    }

    /** Whether there is a run of this name that has not come to its end. */
    public boolean isUnfinished(String runId) {
        return runs.manifest(runId)
                .filter(run -> run.state() == State.RUNNING || run.state() == State.FAILED)
                .isPresent();
    }

    /** Says in the manifest of a run whose process died without a word that it did. */
    public void buryDead(String runId, String takenOverBy) {
        runs.manifest(runId)
                .filter(run -> run.state() == State.RUNNING && !runId.equals(takenOverBy))
                .ifPresent(dead -> runs.of(dead)
                        .writeManifest(dead.in(
                                State.FAILED,
                                "its process died without a word; run " + takenOverBy
                                        + " took over the lock; go on with it by retrain --run-id " + runId,
                                Instant.now())));
    }

    /**
     * Ends what a process began that died between a run's manifest and {@code champion.json}: promotes the run that was to
     * be promoted, if the champion is still the one that it was found better than, and it has not been champion before.
     */
    public void completePromotion() {
        Seen seen = champion();
        String current = seen.current().map(Champion::runId).orElse(null);
        Set<String> promotedBefore = new HashSet<>();
        seen.current().ifPresent(champion -> champion.history().forEach(step -> promotedBefore.add(step.runId())));
        oldestFirst().stream()
                .filter(run -> run.state() == State.SUCCEEDED
                        && run.verdict() != null
                        && run.verdict().promoted()
                        && Objects.equals(run.verdict().champion(), current)
                        && !promotedBefore.contains(run.runId()))
                .reduce((first, second) -> second)
                .ifPresent(manifest -> {
                    Run run = runs.of(manifest);
                    try {
                        run.readModel();
                    } catch (StorageException e) {
                        notes.accept("Run " + run.runId() + " was to be promoted and cannot be: " + e.getMessage());
                        return;
                    }
                    notes.accept("Run " + run.runId() + " was to be promoted when its process died; promoting it now");
                    promote(seen, run, manifest.verdict());
                });
    }

    /**
     * The run that has already come of this data and this configuration, against this champion: the champion's own, or a
     * retraining that ended well or was rejected.
     */
    public Optional<Manifest> sameAsBefore(Seen seen, String dataSha256) {
        String current = seen.current().map(Champion::runId).orElse(null);
        return oldestFirst().stream()
                .filter(run -> run.state() == State.SUCCEEDED || run.state() == State.REJECTED)
                .filter(run -> run.data() != null && run.data().sha256().equals(dataSha256))
                .filter(run -> run.runId().equals(current)
                        || run.command().equals(RETRAIN)
                                && run.verdict() != null
                                && Objects.equals(run.verdict().champion(), current))
                .filter(run -> runs.of(run)
                        .readConfiguration()
                        .map(Settings::trainingKeys)
                        .equals(Optional.of(Settings.trainingKeys(settings.resolved()))))
                .reduce((first, second) -> second);
    }

    /**
     * Makes a run champion that was found better than the one that was seen.
     *
     * @return false if the champion was changed since
     */
    public boolean promote(Seen seen, Run run, Manifest.Verdict verdict) {
        return champions.promote(
                seen, run, run.model().orElseThrow(), RETRAIN, String.join("; ", verdict.reasons()), Instant.now());
    }

    /** Deletes runs beyond the number to keep; what fails is said, and stays. */
    public void deleteOldRuns(String current) {
        if (settings.retrain().keepRuns() == 0) {
            return;
        }
        Set<String> kept = new HashSet<>(Set.of(current));
        champions.look().current().ifPresent(champion -> {
            kept.add(champion.runId());
            champion.predecessor().ifPresent(kept::add);
        });
        List<Manifest> all = oldestFirst();
        all.subList(0, Math.max(0, all.size() - settings.retrain().keepRuns())).stream()
                .filter(run -> run.state() != State.RUNNING && !kept.contains(run.runId()))
                .forEach(run -> {
                    try {
                        runs.delete(run);
                        notes.accept("Deleted run " + run.runId() + " (retrain.keep-runs = "
                                + settings.retrain().keepRuns() + ")");
                    } catch (StorageException e) {
                        notes.accept("Run " + run.runId() + " is not deleted: " + e.getMessage());
                    }
                });
    }

    /** Runs whose manifest can be understood: no other is ever chosen, or deleted. */
    private List<Manifest> oldestFirst() {
        return runs.all().stream()
                .filter(run -> !run.start().isEmpty())
                .sorted(Comparator.comparing(Manifest::start).thenComparing(Manifest::runId))
                .toList();
    }
}
