package io.nightshift.retraining;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nightshift.config.ConfigurationException;
import io.nightshift.run.Manifest;
import io.nightshift.run.Manifest.State;
import io.nightshift.run.Manifest.Verdict;
import io.nightshift.run.Run;
import io.nightshift.run.RunLocks;
import io.nightshift.run.Runs;
import io.nightshift.store.ConditionalWrites;
import io.nightshift.store.Storage;
import io.nightshift.store.lock.JobLock;
import io.nightshift.store.lock.JobLock.Predecessor;
import io.nightshift.store.lock.LockHeldException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Promotions, retention and abandoned runs in an output directory. */
class PromotionsTest {
    @TempDir
    private Path output;

    private final List<String> notes = new ArrayList<>();
    private Runs runs;
    private RunLocks locks;
    private Champions champions;
    private Promotions promotions;

    @BeforeEach
    void open() {
        runs = new Runs(new Storage(new Configuration()), output.toString());
        champions = new Champions(new ConditionalWrites(new Configuration()), output.toString());
        locks = new RunLocks(new ConditionalWrites(new Configuration()), output.toString(), Duration.ofSeconds(1));
        promotions = new Promotions(runs, locks, champions);
    }

    /** @param champion that the run was found better than; null for none */
    private Run better(String runId, int day, String champion) {
        Verdict verdict = new Verdict(true, champion, List.of("better"), null);
        return ended(runId, day, State.SUCCEEDED, verdict);
    }

    private Run ended(String runId, int day, State state, Verdict verdict) {
        Run run = runs.create(runId);
        run.writeModel(runId.getBytes(UTF_8));
        run.writeManifest(Manifest.builder()
                .runId(runId)
                .command("retrain")
                .state(state, null)
                .start("2025-01-0" + day + "T02:00:00Z")
                .verdict(verdict)
                .build());
        return run;
    }

    private String champion() {
        return champions.read().runId();
    }

    @Test
    void aPromotionThatACrashCutOffIsCompletedOnce() {
        better("a", 1, null);
        promotions.completeAfterCrash(notes::add);
        assertThat(champion()).isEqualTo("a");
        assertThat(notes).containsExactly("Run a was to be promoted when its process died; promoting it now");

        better("b", 2, "a");
        better("late", 3, "another");
        ended("worse", 4, State.REJECTED, new Verdict(false, "a", List.of("worse"), null));
        promotions.completeAfterCrash(notes::add);
        assertThat(champion()).isEqualTo("b");

        promotions.rollBack();
        promotions.completeAfterCrash(notes::add);
        assertThat(champion()).isEqualTo("a");
        assertThat(notes).hasSize(2);
    }

    @Test
    void aDamagedModelIsNotPromotedAfterACrash() throws IOException {
        better("a", 1, null);
        Files.write(output.resolve("runs/a/model.zip"), new byte[1]);
        promotions.completeAfterCrash(notes::add);
        assertThat(champion()).isNull();
        assertThat(notes.get(0)).startsWith("Run a was to be promoted and cannot be: ");
    }

    @Test
    void aRunWithoutAModelIsNotPromotedByHand() {
        runs.create("search")
                .writeManifest(Manifest.builder()
                        .runId("search")
                        .command("tune")
                        .state(State.SUCCEEDED, null)
                        .start("2025-01-01T02:00:00Z")
                        .build());
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> promotions.promoteByHand("search"))
                .withMessage("runs promote: run search of the command tune has made no model; choose one of train or "
                        + "retrain");
        assertThat(champion()).isNull();
    }

    @Test
    void onlyARunThatHasEndedWellIsPromotedByHand() {
        ended("rejected", 1, State.REJECTED, null);
        ended("failed", 2, State.FAILED, null);
        assertThat(promotions.promoteByHand("rejected").before()).isEmpty();
        assertThat(champion()).isEqualTo("rejected");
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> promotions.promoteByHand("failed"))
                .withMessageContaining("run failed has not ended well");
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> promotions.promoteByHand("missing"))
                .withMessageContaining("there is no run missing");
        for (String name : List.of("", "file:", "../a", "a/b")) {
            assertThatExceptionOfType(ConfigurationException.class)
                    .isThrownBy(() -> promotions.promoteByHand(name))
                    .withMessageStartingWith("runs promote: there is no run " + name + " in ");
        }
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(promotions::rollBack)
                .withMessageContaining("there was no champion before rejected");
    }

    @Test
    void oldRunsAreDeletedButForChampionPredecessorAndRunningOnes() {
        better("a", 1, null);
        promotions.completeAfterCrash(notes::add);
        better("b", 2, "a");
        promotions.completeAfterCrash(notes::add);
        ended("running", 3, State.RUNNING, null);
        ended("old", 4, State.REJECTED, null);
        ended("new", 5, State.REJECTED, null);

        new Retention(runs, locks, champions, 0).deleteOldRuns("new", notes::add);
        assertThat(runs.all()).hasSize(5);
        new Retention(runs, locks, champions, 1).deleteOldRuns("new", notes::add);
        assertThat(runs.all()).extracting(Manifest::runId).containsExactly("a", "b", "new", "running");
        assertThat(notes).last().isEqualTo("Deleted run old (retrain.keep-runs = 1)");
    }

    @Test
    void aRunThatAnotherProcessWorksOnIsNeitherDeletedNorPromotedNorMarked() {
        ended("resumed", 1, State.FAILED, null);
        ended("running", 2, State.RUNNING, null);
        ended("rejected", 3, State.REJECTED, null);
        ended("new", 4, State.REJECTED, null);
        try (JobLock resumed = locks.take("resumed");
                JobLock running = locks.take("running");
                JobLock rejected = locks.take("rejected")) {
            new Retention(runs, locks, champions, 1).deleteOldRuns("new", notes::add);
            new AbandonedRuns(runs, locks).markAbandoned(new Predecessor("running", ""), "new");
            assertThatExceptionOfType(LockHeldException.class)
                    .isThrownBy(() -> promotions.promoteByHand("rejected"))
                    .withMessageContaining(
                            "another job holds the lock " + output + "/runs/.rejected.lock: run rejected");
        }
        assertThat(runs.all()).extracting(Manifest::runId).contains("resumed", "rejected");
        assertThat(runs.manifest("running").orElseThrow().state()).isEqualTo(State.RUNNING);
        assertThat(champion()).isNull();
        assertThat(notes).hasSize(2).allMatch(note -> note.contains(" is not deleted: another job holds the lock "));
    }

    @Test
    void aRunWhoseProcessCrashedIsMarkedAsFailed() {
        ended("crashed", 1, State.RUNNING, null);
        ended("rejected", 2, State.REJECTED, null);
        AbandonedRuns abandoned = new AbandonedRuns(runs, locks);
        abandoned.markAbandoned(new Predecessor("rejected", ""), "next");
        abandoned.markAbandoned(new Predecessor("crashed", ""), "crashed");
        assertThat(runs.manifest("crashed").orElseThrow().state()).isEqualTo(State.RUNNING);

        abandoned.markAbandoned(new Predecessor("crashed", ""), "next");
        assertThat(runs.manifest("crashed").orElseThrow().state()).isEqualTo(State.FAILED);
        assertThat(runs.manifest("rejected").orElseThrow().state()).isEqualTo(State.REJECTED);
        assertThat(abandoned.isUnfinished("crashed")).isTrue();
        assertThat(abandoned.isUnfinished("rejected")).isFalse();
        assertThat(abandoned.isUnfinished("missing")).isFalse();
    }

    @Test
    void aProcessThatLostItsLockWritesNothingMore() throws IOException {
        Run run = better("a", 1, null);
        byte[] manifest = Files.readAllBytes(output.resolve("runs/a/run.json"));
        IllegalStateException lost = new IllegalStateException("lost");
        run.checkBeforeWriting(() -> {
            throw lost;
        });
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> run.writeModel(new byte[1]))
                .isSameAs(lost);
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> run.writeManifest(run.manifest()))
                .isSameAs(lost);
        assertThat(output.resolve("runs/a/run.json")).hasBinaryContent(manifest);
        assertThat(output.resolve("runs/a/model.zip")).hasBinaryContent("a".getBytes(UTF_8));
    }
}
