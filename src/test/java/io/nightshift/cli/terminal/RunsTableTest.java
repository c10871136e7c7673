package io.nightshift.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.config.settings.TrainSettings.BestBy;
import io.nightshift.job.runs.ListRunsJob.Listing;
import io.nightshift.retraining.ChampionSnapshot;
import io.nightshift.run.Manifest;
import io.nightshift.run.Manifest.State;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunsTableTest {
    private static final Manifest NIGHT = Manifest.builder()
            .runId("20261127-020000-3f9a-of-the-night")
            .state(State.REJECTED, "not better: 0.612 of 3589 rows right, the champion 0.634, McNemar's p-value 0.0013")
            .start("2026-11-27T02:00:00Z")
            .end("2026-11-27T04:41:07Z")
            .training(new Manifest.Training(60, 54, BestBy.LOSS, 1.0, 0.612, 0.634, null))
            .build();
    private static final Manifest DAMAGED = Manifest.builder()
            .runId("damaged")
            .state(State.FAILED, "cannot understand out/runs/damaged/run.json: it is no manifest of a run, or damaged")
            .build();
    private static final Listing RUNS = new Listing(List.of(NIGHT, DAMAGED), new ChampionSnapshot(null, null, false));

    @Test
    void aTerminalOfAHundredColumnsHasTheReasonsUnderTheRuns() {
        String table = RunsTable.of(RUNS, 100);

        assertThat(table.lines().map(line -> line.stripTrailing().length())).allMatch(length -> length <= 100);
        assertThat(table)
                .contains("20261127-020000-3f9a-of-the-night", "rejected", "2026-11-27T02:00", "61.2 %", "63.4 %")
                .contains("took 2 h 41 min; best epoch 54 of 60; not better: 0.612 of 3589 rows right,");
    }

    /** The last epoch was not the best of anything, and a run of an early version does not say what chose its epoch. */
    @Test
    void saysWhetherTheEpochWasChosen() {
        assertThat(narrow(new Manifest.Training(60, 60, BestBy.LAST, 1.0, 0.612, null, null)))
                .contains("kept epoch 60 of 60");
        assertThat(narrow(new Manifest.Training(60, 54, null, 1.0, 0.612, null, null)))
                .contains("best epoch 54 of 60");
        assertThat(narrow(new Manifest.Training(60, 60, null, null, null, null, null)))
                .contains("kept epoch 60 of 60");
    }

    private static String narrow(Manifest.Training training) {
        Manifest run = NIGHT.toBuilder().training(training).build();
        return RunsTable.of(new Listing(List.of(run), new ChampionSnapshot(null, null, false)), 100);
    }

    /** A manifest that cannot be understood has no time of its start. */
    @Test
    void aDamagedRunIsListedToo() {
        assertThat(RunsTable.of(RUNS, 100)).contains("damaged", "cannot understand out/runs/damaged/run.json");
        assertThat(RunsTable.of(RUNS, 0)).contains("damaged", "cannot understand out/runs/damaged/run.json");
    }
}
