package io.nightshift.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.simulation.Faults.Bug;
import java.util.List;
import java.util.SortedMap;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Many histories of crashes. {@code -Dsimulation.histories=1000000} plays more of them, {@code -Dsimulation.seed=N} the
 * one that has failed.
 */
class CrashSimulationTest {
    private static final long FIRST = Long.getLong("simulation.seed", 1);
    private static final int HISTORIES =
            Integer.getInteger("simulation.histories", System.getProperty("simulation.seed") == null ? 10_000 : 1);

    /** Of each planted bug, at most so many histories are played until it is found. */
    private static final int ENOUGH = 5_000;

    @BeforeAll
    static void expectWarnings() {
        Configurator.setLevel("io.nightshift", Level.OFF);
    }

    @AfterAll
    static void logAgain() {
        Configurator.setLevel("io.nightshift", Level.INFO);
    }

    @Test
    void noHistoryLosesAChampionOrGivesARunToTwoProcesses() {
        CrashSimulation simulation = new CrashSimulation(Faults.ALL);
        SortedMap<Long, List<String>> violations = simulation.playAll(FIRST, HISTORIES);
        assertThat(violations)
                .as("by seed; to play one alone: -Dsimulation.seed=N")
                .isEmpty();
        System.out.println("simulated histories: " + HISTORIES);
    }

    @ParameterizedTest
    @EnumSource(Bug.class)
    void aPlantedBugIsFound(Bug bug) {
        CrashSimulation simulation = new CrashSimulation(Faults.ALL.with(bug));
        // Only a store that ignores conditions waits for a write to settle: each third seed, from the second on.
        int step = bug == Bug.NO_SETTLING ? World.Files.values().length : 1;
        long seed = bug == Bug.NO_SETTLING ? World.Files.PLAIN_STORE.ordinal() : 1;
        List<String> violations = simulation.play(seed);
        while (violations.isEmpty() && seed <= ENOUGH) {
            seed += step;
            violations = simulation.play(seed);
        }
        assertThat(violations).as("%s in %d histories", bug, ENOUGH).isNotEmpty();
        System.out.println(bug + " found in history " + seed + ": " + violations.get(0));
    }

    @Test
    void theSameSeedPlaysTheSameHistory() {
        CrashSimulation simulation = new CrashSimulation(Faults.ALL.with(Bug.OWNER_THOUGHT_DEAD));
        for (long seed = 1; seed <= 50; seed++) {
            assertThat(simulation.play(seed)).isEqualTo(simulation.play(seed));
        }
    }
}
