package io.nightshift.retraining;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.Settings;
import io.nightshift.retraining.Champion.Promotion;
import io.nightshift.run.Manifest;
import io.nightshift.run.Manifest.State;
import io.nightshift.run.Manifest.Verdict;
import io.nightshift.run.Run;
import io.nightshift.run.RunLocks;
import io.nightshift.run.Runs;
import io.nightshift.store.StorageException;
import io.nightshift.store.lock.JobLock;
import io.nightshift.store.lock.LockHeldException;
import java.time.Instant;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Makes runs champion: after a retraining, after a crash that came between a retraining and its promotion, or by hand.
 */
public final class Promotions {
    private static final String RETRAIN = "retrain";

    private final Runs runs;
    private final RunLocks locks;
    private final Champions champions;

    public Promotions(Runs runs, RunLocks locks, Champions champions) {
        this.runs = runs;
        this.locks = locks;
        this.champions = champions;
    }

    /**
     * Which run was champion, and which one is now.
     *
     * @param before nothing if there was none, or if its file was damaged
     */
    public record Change(Optional<String> before, String now) {}

    /**
     * Makes a run champion that a retraining found better than the champion of the snapshot.
     *
     * @return false if the champion has changed since; it then stays
     */
    public boolean promote(ChampionSnapshot snapshot, Run run, Verdict verdict) {
        return replace(snapshot, run, RETRAIN, String.join("; ", verdict.reasons()));
    }

    private boolean replace(ChampionSnapshot snapshot, Run run, String by, String reason) {
        double spent = snapshot.current()
                .map(champion -> FalsePromotionBudget.spentOn(champion, runs.all()).values().stream()
                        .mapToDouble(Double::doubleValue)
                        .sum())
                .orElse(0.0);
        return champions.replace(snapshot, run, by, reason, spent, Instant.now());
    }

    /**
     * Completes the promotion that a process did not come to because it crashed between writing its run's manifest and
     * {@code champion.json}: promotes the run if the champion is still the one that it was found better than, and if
     * it has not been champion before.
     *
     * @param notes is given a line about what was done
     */
    public void completeAfterCrash(Consumer<String> notes) {
        ChampionSnapshot snapshot = champions.readOrFail();
        Set<String> promotedBefore = new HashSet<>();
        snapshot.current().ifPresent(champion -> champion.history().forEach(step -> promotedBefore.add(step.runId())));
        runs.oldestFirst().stream()
                .filter(run -> run.state() == State.SUCCEEDED
                        && run.verdict() != null
                        && run.verdict().promoted()
                        && Objects.equals(run.verdict().champion(), snapshot.runId())
                        && !promotedBefore.contains(run.runId()))
                .reduce((first, second) -> second)
                .ifPresent(manifest -> complete(snapshot, manifest, notes));
    }

    private void complete(ChampionSnapshot snapshot, Manifest manifest, Consumer<String> notes) {
        Run run = runs.of(manifest);
        try {
            run.readModel();
        } catch (StorageException e) {
            notes.accept("Run " + run.runId() + " was to be promoted and cannot be: " + e.getMessage());
            return;
        }
        notes.accept("Run " + run.runId() + " was to be promoted when its process died; promoting it now");
        promote(snapshot, run, manifest.verdict());
    }

    /**
     * Makes a run champion, even if it was rejected.
     *
     * @throws ConfigurationException if there is no such run, or it has not ended well
     * @throws LockHeldException      if another job works on that run
     * @throws StorageException       if its model is damaged, or if the champion changes at the same time
     */
    public Change promoteByHand(String runId) {
        return promoteByHand(runId, champions.read(), "runs promote", "by hand");
    }

    /**
     * Makes the champion before this one champion again.
     *
     * @throws ConfigurationException if there was none
     * @throws LockHeldException      if another job works on that run
     * @throws StorageException       if its model is damaged, or if the champion changes at the same time
     */
    public Change rollBack() {
        ChampionSnapshot snapshot = champions.readOrFail();
        Champion champion = snapshot.current()
                .orElseThrow(() -> new ConfigurationException("runs rollback: there is no champion in "
                        + runs.outputUri() + "; name one with: ./submit.sh runs promote RUN"));
        String earlier = champion.predecessor()
                .orElseThrow(() -> new ConfigurationException("runs rollback: there was no champion before "
                        + champion.runId() + "; name another run with: ./submit.sh runs promote RUN"));
        return promoteByHand(earlier, snapshot, Promotion.ROLLBACK, "back from " + champion.runId() + ", by hand");
    }

    /** Locks the run meanwhile, so that it is neither resumed nor deleted. */
    private Change promoteByHand(String runId, ChampionSnapshot snapshot, String by, String reason) {
        if (!Settings.Run.isId(runId) || runs.manifest(runId).isEmpty()) {
            throw missing(runId, by);
        }
        try (JobLock lock = locks.take(runId)) {
            return promoteLocked(runId, snapshot, by, reason);
        }
    }

    private ConfigurationException missing(String runId, String by) {
        return new ConfigurationException(
                by + ": there is no run " + runId + " in " + runs.outputUri() + "; the command 'runs' lists them");
    }

    private Change promoteLocked(String runId, ChampionSnapshot snapshot, String by, String reason) {
        Manifest manifest = runs.manifest(runId).orElseThrow(() -> missing(runId, by));
        if (!manifest.state().isFinal()) {
            throw new ConfigurationException(
                    by + ": run " + runId + " has not ended well; choose one whose state is succeeded or rejected");
        }
        Run run = runs.of(manifest);
        if (run.model().isEmpty()) {
            throw new ConfigurationException(by + ": run " + runId + " of the command " + manifest.command()
                    + " has made no model; choose one of train or retrain");
        }
        run.readModel();
        Optional<String> before = snapshot.current().map(Champion::runId);
        if (!before.equals(Optional.of(runId)) && !replace(snapshot, run, by, reason)) {
            throw StorageException.of("the champion of " + runs.outputUri()
                    + " was changed at the same moment; look with ./submit.sh runs, and try again");
        }
        return new Change(before, runId);
    }
}
