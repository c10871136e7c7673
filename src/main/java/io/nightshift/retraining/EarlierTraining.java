package io.nightshift.retraining;

import io.nightshift.config.settings.ConfigurationText;
import io.nightshift.config.settings.Settings;
import io.nightshift.run.Manifest;
import io.nightshift.run.Runs;
import java.util.Objects;
import java.util.Optional;

/** Finds out whether data and configuration are new, or some run was trained on the same before. */
public final class EarlierTraining {
    private final Runs runs;
    private final Settings settings;

    public EarlierTraining(Runs runs, Settings settings) {
        this.runs = runs;
        this.settings = settings;
    }

    /**
     * Finds the latest run with this data and configuration: the champion's own, or a retraining that ended well or was
     * rejected against this champion.
     *
     * @param dataSha256  of the data's file
     * @param votesSha256 of the file of votes on it; empty without one
     */
    public Optional<Manifest> find(ChampionSnapshot snapshot, String dataSha256, Optional<String> votesSha256) {
        return runs.oldestFirst().stream()
                .filter(run -> run.state().isFinal())
                .filter(run -> run.data() != null && run.data().sha256().equals(dataSha256))
                .filter(run -> Optional.ofNullable(run.data().votesSha256()).equals(votesSha256))
                .filter(run -> run.runId().equals(snapshot.runId()) || isAgainst(snapshot, run))
                .filter(this::hasSameConfiguration)
                .reduce((first, second) -> second);
    }

    private static boolean isAgainst(ChampionSnapshot snapshot, Manifest run) {
        return run.command().equals("retrain")
                && run.verdict() != null
                && Objects.equals(run.verdict().champion(), snapshot.runId());
    }

    private boolean hasSameConfiguration(Manifest run) {
        return runs.of(run)
                .readConfiguration()
                .map(ConfigurationText::trainingKeys)
                .equals(Optional.of(ConfigurationText.trainingKeys(settings.resolved())));
    }
}
