package io.nightshift.job.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.TestSettings;
import io.nightshift.config.settings.Settings;
import io.nightshift.job.context.JobContext;
import io.nightshift.job.context.JobProgress;
import io.nightshift.report.ReportParts;
import io.nightshift.run.Manifest.State;
import io.nightshift.store.lock.LockHeldException;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunOpenerTest {
    private static final JobProgress SILENCE = (JobProgress) Proxy.newProxyInstance(
            JobProgress.class.getClassLoader(), new Class<?>[] {JobProgress.class}, (proxy, method, values) -> null);

    @TempDir
    private Path output;

    private RunOpener opener(String... assignments) {
        Settings settings = TestSettings.of(Stream.concat(Stream.of(assignments), Stream.of("output.uri=" + output))
                .toArray(String[]::new));
        return new RunOpener("train", JobContext.forFiles(settings, SILENCE));
    }

    private Path manifest(String run) {
        return output.resolve("runs").resolve(run).resolve("run.json");
    }

    @Test
    void aRunBelongsToOneProcessUntilItsSessionEnds() throws IOException {
        RunSession first = opener("run.id=one").open();
        byte[] before = Files.readAllBytes(manifest("one"));
        for (String resume : List.of("false", "true")) {
            assertThatExceptionOfType(LockHeldException.class)
                    .isThrownBy(
                            () -> opener("run.id=one", "run.resume=" + resume).open())
                    .withMessageStartingWith(
                            "another job holds the lock " + output + "/runs/.one.lock: run one (process ");
        }
        assertThat(manifest("one")).hasBinaryContent(before);
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> first.recordFailure(() -> {
                    throw new IllegalStateException("it fails");
                }))
                .withMessage("it fails");
        assertThat(first.run().manifest().state()).isEqualTo(State.FAILED);
        RunSession second = opener("run.id=one", "run.resume=true").open();
        assertThat(second.run().manifest().state()).isEqualTo(State.RUNNING);
    }

    @Test
    void aRunThatHasEndedIsNotOpenedAgain() throws IOException {
        RunSession session = opener("run.id=one").open();
        session.recordFailure(() -> {
            session.succeeded(new ReportParts());
            return null;
        });
        byte[] before = Files.readAllBytes(manifest("one"));
        for (String resume : List.of("false", "true")) {
            assertThatExceptionOfType(ConfigurationException.class)
                    .isThrownBy(
                            () -> opener("run.id=one", "run.resume=" + resume).open())
                    .withMessage("run.id = one: this run in " + output
                            + " has ended (succeeded) and stays as it is; choose another --run-id (to train its model "
                            + "further, add --set transfer.from=" + output + "/runs/one/model.zip)");
        }
        assertThat(manifest("one")).hasBinaryContent(before);
    }

    @Test
    void aRunThatHasEndedStaysSoWhateverFailsAfterwards() {
        RunSession session = opener("run.id=one").open();
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> session.recordFailure(() -> {
                    session.succeeded(new ReportParts());
                    throw new IllegalStateException("as a promotion does when the store is gone");
                }));
        assertThat(session.run().manifest().state()).isEqualTo(State.SUCCEEDED);
    }

    @Test
    void aSessionThatHasEndedWritesNothingMore() {
        RunSession session = opener("run.id=one").open();
        session.recordFailure(() -> null);
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> session.run().writeModel(new byte[1]))
                .withMessage("the lock " + output + "/runs/.one.lock is given back");
        assertThat(output.resolve("runs/one/model.zip")).doesNotExist();
    }

    @Test
    void runsThatStartInTheSameSecondHaveDifferentNames() {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < 6; i++) {
            names.add(opener().open().run().runId());
        }
        assertThat(names).hasSize(6).allMatch(name -> name.matches("\\d{8}-\\d{6}-[0-9a-f]{4}"));
    }
}
