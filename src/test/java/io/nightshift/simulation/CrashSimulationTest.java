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

    /** They have more processes, and find what they look for sooner. */
    private static final int SUPERVISED_HISTORIES = Math.max(1, HISTORIES / 20);

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

    /** In the history of this seed a dead process's manifest arrived after another process had taken over its run. */
    @Test
    void theLastWriteOfADeadProcessArrivesBeforeItsRunIsTakenOver() {
        assertThat(new CrashSimulation(Faults.ALL).play(868_262)).isEmpty();
    }

    @Test
    void processesThatAreStartedAgainAtOnceFindAllThatTheDeadOnesSent() {
        assertThat(new CrashSimulation(Faults.SUPERVISED).playAll(FIRST, SUPERVISED_HISTORIES))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Bug.class)
    void aPlantedBugIsFound(Bug bug) {
        // Only a store that ignores conditions waits for a write to settle: each third seed, from the second on.
        boolean plain = bug == Bug.NO_SETTLING;
        List<String> violations = plain
                ? firstViolations(Faults.ALL.with(bug), World.Files.PLAIN_STORE.ordinal(), World.Files.values().length)
                : firstViolations(Faults.ALL.with(bug), 1, 1);
        assertThat(violations).as("%s in %d histories", bug, ENOUGH).isNotEmpty();
    }

    /** Where conditions are honoured, only a takeover from a dead process waits, and a release after a failed write. */
    @Test
    void aTakeoverThatDoesNotWaitForTheDeadIsFound() {
        List<String> violations = firstViolations(
                Faults.SUPERVISED.with(Bug.NO_SETTLING),
                World.Files.CONDITIONAL_STORE.ordinal(),
                World.Files.values().length);
        assertThat(violations)
                .as("in %d histories", ENOUGH)
                .anyMatch(violated -> violated.contains(", and the run belongs to "));
    }

    private static List<String> firstViolations(Faults faults, long firstSeed, int step) {
        CrashSimulation simulation = new CrashSimulation(faults);
        long seed = firstSeed;
        List<String> violations = simulation.play(seed);
        while (violations.isEmpty() && seed <= ENOUGH) {
            seed += step;
            violations = simulation.play(seed);
        }
        long found = seed;
        violations.stream()
                .limit(1)
                .forEach(first -> System.out.println(faults.planted() + " found in history " + found + ": " + first));
        return violations;
    }

    @Test
    void theSameSeedPlaysTheSameHistory() {
        CrashSimulation simulation = new CrashSimulation(Faults.ALL.with(Bug.OWNER_THOUGHT_DEAD));
        for (long seed = 1; seed <= 50; seed++) {
            assertThat(simulation.play(seed)).isEqualTo(simulation.play(seed));
        }
    }
}
