package io.nightshift.s3;

import static io.nightshift.s3.server.S3Server.uri;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.QuickTraining;
import io.nightshift.cli.InProcess;
import io.nightshift.cli.Program;
import io.nightshift.dataset.PatternFaces;
import io.nightshift.s3.server.S3Server;
import io.nightshift.store.ConditionalWrites;
import io.nightshift.store.Storage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Conditions, whole files and two jobs at once on a server that honours conditions itself. It checks a condition and
 * writes in two steps, so that two requests at the same moment may both pass: those are tested with a proxy, in
 * {@link S3StorageIT}.
 */
class S3ConditionsIT {
    @TempDir
    private static Path folder;

    private static S3Server server;

    @BeforeAll
    static void startServer() throws Exception {
        server = S3Server.startWithConditions(folder);
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    private static Configuration hadoop() {
        return S3Server.hadoop(server.endpoint());
    }

    private static org.apache.hadoop.fs.Path at(String key) {
        return new org.apache.hadoop.fs.Path(uri(key));
    }

    @Test
    void aConditionalWriteIsDecidedByTheStore() {
        ConditionalWrites writes = new ConditionalWrites(hadoop());
        assertThat(writes.writeIfAbsent(at("decided/champion.json"), "a".getBytes(UTF_8)))
                .isTrue();
        assertThat(writes.writeIfAbsent(at("decided/champion.json"), "b".getBytes(UTF_8)))
                .isFalse();
        String version = writes.read(at("decided/champion.json")).orElseThrow().version();
        assertThat(writes.replaceIfUnchanged(at("decided/champion.json"), version, "c".getBytes(UTF_8)))
                .isTrue();
        assertThat(writes.replaceIfUnchanged(at("decided/champion.json"), version, "d".getBytes(UTF_8)))
                .isFalse();
        assertThat(server.content("decided/champion.json")).isEqualTo("c".getBytes(UTF_8));
    }

    @Test
    void wholeFilesAreWrittenListedAndDeleted() {
        Storage storage = new Storage(hadoop());
        storage.write(at("whole/runs/a/file"), "file", "old".getBytes(UTF_8));
        storage.write(at("whole/runs/a/file"), "file", "new".getBytes(UTF_8));
        assertThat(storage.read(at("whole/runs/a/file"))).contains("new".getBytes(UTF_8));
        assertThat(storage.folders(at("whole/runs"))).containsExactly("a");
        storage.delete(at("whole/runs/a"));
        assertThat(storage.read(at("whole/runs/a/file"))).isEmpty();
    }

    private static String[] retraining(String run) throws Exception {
        List<String> all = new ArrayList<>(List.of(
                "retrain", "--data", uri("faces.csv"), "--output", uri("out"), "--run-id", run, "--epochs", "3"));
        all.addAll(S3Server.options(server.endpoint()));
        all.addAll(QuickTraining.options(folder));
        return all.toArray(String[]::new);
    }

    /** The second begins while the first trains. */
    @Test
    void ofTwoRetrainingsAtOnceOneTrainsAndTheOtherEndsWith75() throws Exception {
        server.upload(PatternFaces.of(1, 20, 6).write(folder.resolve("faces.csv")), "faces.csv");
        String[] second = retraining("second");
        Program.Finished[] other = new Program.Finished[1];
        List<String> credentials = new ArrayList<>(List.of("env"));
        S3Server.credentials().forEach((name, value) -> credentials.add(name + "=" + value));
        Program.Finished first = InProcess.in(folder)
                .withProperties(S3Server.properties())
                .whenErrorHas("epoch 1/3: loss ", () -> {
                    try {
                        other[0] = Program.start(folder, credentials, second).await();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                })
                .run(retraining("first"));

        assertThat(first.status()).as(first.err()).isZero();
        assertThat(first.out()).contains("Promoted: first is the champion now.");
        assertThat(other[0].err())
                .contains("error: another job holds the lock " + uri("out/retrain.lock") + ": run first");
        assertThat(other[0].status()).isEqualTo(75);
        assertThat(server.objects("out/runs/second/")).isEmpty();
    }
}
