package io.nightshift.s3;

import static io.nightshift.s3.server.S3Server.uri;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightshift.ModelContent;
import io.nightshift.QuickTraining;
import io.nightshift.cli.InProcess;
import io.nightshift.cli.Program;
import io.nightshift.dataset.PatternFaces;
import io.nightshift.dataset.Split;
import io.nightshift.s3.server.FaultyProxy;
import io.nightshift.s3.server.FaultyProxy.Fault;
import io.nightshift.s3.server.FaultyProxy.Request;
import io.nightshift.s3.server.S3Server;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The scheduled job with everything in an object store: crashes at every step of publishing, kills, and a store that
 * fails.
 */
class S3RetrainIT {
    /** A store that is given up after some tries at once: for a job that is to end because it is not there any more. */
    private static final String[] IMPATIENT = {
        "--set", "spark.hadoop.fs.s3a.retry.limit=2",
        "--set", "spark.hadoop.fs.s3a.retry.interval=10ms",
        "--set", "spark.hadoop.fs.s3a.retry.throttle.interval=10ms"
    };

    @TempDir
    private static Path folder;

    private static S3Server server;
    /** The server as a store that honours conditions, so that no lock and no champion waits for a write to settle. */
    private static FaultyProxy store;

    private static List<String> quick;

    /** An output directory whose champion has learned random labels: any model trained on the right ones is better. */
    @BeforeAll
    static void promoteAWeakChampion() throws Exception {
        server = S3Server.shared();
        store = conditional();
        quick = QuickTraining.options(folder);
        server.upload(PatternFaces.of(1, 20, 6).write(folder.resolve("faces.csv")), "faces.csv");
        server.upload(
                PatternFaces.of(2, 20, 6).shuffled(Split.TRAINING).write(folder.resolve("wrong.csv")), "wrong.csv");
        assertThat(run(
                                store.endpoint(),
                                "train",
                                "--data",
                                uri("wrong.csv"),
                                "--output",
                                uri("template"),
                                "--run-id",
                                "weak",
                                "--epochs",
                                "1")
                        .status())
                .isZero();
        assertThat(run(store.endpoint(), "runs", "promote", "weak", "--output", uri("template"))
                        .status())
                .isZero();
    }

    @AfterAll
    static void stopProxy() throws IOException {
        store.close();
    }

    private static FaultyProxy conditional() throws IOException {
        FaultyProxy proxy = FaultyProxy.before(server.endpoint());
        proxy.honourConditions(server::tag);
        return proxy;
    }

    private static String[] at(URI endpoint, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(S3Server.options(endpoint));
        all.addAll(quick);
        return all.toArray(String[]::new);
    }

    private static Program.Finished run(URI endpoint, String... arguments) throws Exception {
        return InProcess.in(folder).withProperties(S3Server.properties()).run(at(endpoint, arguments));
    }

    private static Program start(URI endpoint, String... arguments) throws Exception {
        List<String> before = new ArrayList<>(List.of("env"));
        S3Server.credentials().forEach((name, value) -> before.add(name + "=" + value));
        return Program.start(folder, before, at(endpoint, arguments));
    }

    private static String[] retraining(String output, String... more) {
        String[] job = {
            "retrain",
            "--data",
            uri("faces.csv"),
            "--output",
            uri(output),
            "--run-id",
            "night",
            "--epochs",
            "1",
            "--set",
            "retrain.start-from=scratch"
        };
        return and(job, more);
    }

    private static String[] and(String[] arguments, String... more) {
        return Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new);
    }

    private static void copyTemplate(String output) {
        server.objects("template/")
                .keySet()
                .forEach(key -> server.client()
                        .copyObject(
                                S3Server.BUCKET, key, S3Server.BUCKET, output + key.substring("template".length())));
    }

    private static String championOf(String output) throws Exception {
        JsonNode champion = new ObjectMapper().readTree(server.content(output + "/champion.json"));
        String run = output + "/runs/" + champion.get("run_id").asText();
        assertThat(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(server.content(run + "/model.zip"))))
                .isEqualTo(champion.get("sha256").asText());
        assertThat(new ObjectMapper()
                        .readTree(server.content(run + "/run.json"))
                        .get("state")
                        .asText())
                .isEqualTo("succeeded");
        return champion.get("run_id").asText();
    }

    /**
     * At the moment in which an object of publishing is sent something happens, and from then on no request is served.
     */
    private static final class CutOff implements Function<Request, Fault> {
        private final String object;
        private final Fault moment;
        private final AtomicBoolean reported = new AtomicBoolean();
        private final AtomicBoolean cut = new AtomicBoolean();

        CutOff(String object, Fault moment) {
            this.object = object;
            this.moment = moment;
        }

        @Override
        public Fault apply(Request request) {
            boolean hit = isPut(request, object) && (object.equals("report.html") || reported.get());
            if (isPut(request, "report.html")) {
                reported.set(true);
            }
            if (cut.get()) {
                return Fault.RESET_BEFORE;
            }
            cut.set(hit);
            return hit ? moment : Fault.NONE;
        }
    }

    private static boolean isPut(Request request, String object) {
        return request.method().equals("PUT")
                && request.target().replaceFirst("\\?.*", "").endsWith("/" + object);
    }

    /**
     * The job can do nothing more once it sends an object of publishing: before the store has it, in the middle, or,
     * for the last one, after it. After any other is before the next.
     */
    @ParameterizedTest
    @CsvSource({
        "report.html,RESET_BEFORE",
        "run.json,RESET_BEFORE",
        "run.json,RESET_MIDWAY",
        "champion.json,RESET_BEFORE",
        "champion.json,RESET_MIDWAY",
        "champion.json,RESET_AFTER"
    })
    void aCrashAtAnyStepOfPublishingLeavesTheOldChampionOrTheNewOne(String object, Fault moment) throws Exception {
        String output = "crash-" + object + "-" + moment;
        copyTemplate(output);
        try (FaultyProxy proxy = conditional()) {
            CutOff crash = new CutOff(object, moment);
            proxy.plan(crash);
            Program.Finished crashed =
                    run(proxy.endpoint(), and(retraining(output, "--set", "retrain.lock-lease-seconds=3"), IMPATIENT));
            assertThat(crashed.status()).as(crashed.err()).isEqualTo(1);
            assertThat(crash.cut).isTrue();
        }
        assertThat(championOf(output))
                .isEqualTo(object.equals("champion.json") && moment == Fault.RESET_AFTER ? "night" : "weak");
        expire(output + "/retrain.lock");
        expire(output + "/runs/.night.lock");
        assertRecovery(output);
    }

    /** The same by a process that dies, on a connection that breaks. */
    @Test
    void aProcessThatDiesWhileItNamesTheChampionLeavesTheOldOne() throws Exception {
        copyTemplate("dead");
        try (FaultyProxy proxy = conditional()) {
            CutOff crash = new CutOff("champion.json", Fault.RESET_MIDWAY);
            proxy.plan(crash);
            Program program = start(proxy.endpoint(), retraining("dead", "--set", "retrain.lock-lease-seconds=3"));
            while (!crash.cut.get()) {
                assertThat(program.isRunningAfter(10)).isTrue();
            }
            // What the store was sent has arrived by now; the client is still waiting, or trying again in vain.
            TimeUnit.MILLISECONDS.sleep(300);
            program.kill();
        }
        assertThat(championOf("dead")).isEqualTo("weak");
        Program.awaitExpiry(server.content("dead/retrain.lock"));
        assertRecovery("dead");
    }

    /** By the next job, which finds the dead one's lock expired. */
    private static void assertRecovery(String output) throws Exception {
        Program.Finished again = run(store.endpoint(), retraining(output, "--set", "retrain.lock-lease-seconds=3"));
        assertThat(again.err()).contains("took over the lock ");
        assertThat(again.status()).isZero();
        assertThat(championOf(output)).isEqualTo("night");
        server.delete(output + "/");
    }

    /** A job whose store is cut off for good leaves there what a killed one leaves: it can write nothing more. */
    @Test
    void cutOffAtFourMilestonesAndResumedTheModelIsTheUndisturbedOne() throws Exception {
        assertThat(run(store.endpoint(), training("6", "milestones", "whole")).status())
                .isZero();
        // Before the first epoch, in the first and a later one, and after the last.
        for (String milestone : List.of("Starting Spark", "epoch 1/6: loss ", "epoch 3/6: loss ", "epoch 6/6: loss ")) {
            AtomicBoolean cut = new AtomicBoolean();
            try (FaultyProxy proxy = conditional()) {
                proxy.plan(request -> cut.get() ? Fault.RESET_BEFORE : Fault.NONE);
                Program.Finished dead = InProcess.in(folder)
                        .withProperties(S3Server.properties())
                        .whenErrorHas(milestone, () -> cut.set(true))
                        .run(at(proxy.endpoint(), and(victim("6", "milestones"), IMPATIENT)));
                assertThat(dead.status()).as(dead.err()).isEqualTo(1);
            }
            expire("milestones/runs/.victim.lock");
        }
        assertThat(run(store.endpoint(), victim("6", "milestones")).status()).isZero();
        assertVictimEqualsWhole("milestones");
        server.delete("milestones/");
    }

    private static void expire(String lock) throws IOException {
        byte[] expired = Program.expired(server.content(lock));
        server.upload(Files.write(folder.resolve("expired.lock"), expired), lock);
    }

    /** With as many kills as {@code -Dnightly.kills} says; prints how many were survived. */
    @Test
    @Tag("nightly")
    void killedAtRandomAndResumedTheModelIsTheUndisturbedOne() throws Exception {
        assertThat(start(server.endpoint(), training("12", "killed", "whole"))
                        .await()
                        .status())
                .isZero();
        Random random = new Random(6);
        List<String> moments = new ArrayList<>();
        int completed = 0;
        while (moments.size() < Integer.getInteger("nightly.kills", 10)) {
            Program program = start(server.endpoint(), victim("12", "killed"));
            int milliseconds = 2_500 + random.nextInt(7_500);
            if (program.isRunningAfter(milliseconds)) {
                program.kill();
                moments.add(milliseconds + " ms");
            } else {
                assertThat(program.await().status()).isZero();
                assertVictimEqualsWhole("killed");
                server.delete("killed/runs/victim/");
                completed++;
            }
        }
        assertThat(run(server.endpoint(), victim("12", "killed")).status()).isZero();
        assertVictimEqualsWhole("killed");
        server.delete("killed/");
        System.out.printf(
                "object store: %d kills in %d whole runs, each with the model of an undisturbed run; after %s%n",
                moments.size(), completed + 1, moments);
    }

    private static String[] training(String epochs, String output, String run) {
        return new String[] {
            "train",
            "--data",
            uri("faces.csv"),
            "--output",
            uri(output),
            "--epochs",
            epochs,
            "--set",
            "train.averaging-frequency=1",
            "--run-id",
            run
        };
    }

    private static String[] victim(String epochs, String output) {
        return server.objects(output + "/runs/victim/").containsKey(output + "/runs/victim/run.json")
                ? and(training(epochs, output, "victim"), "--resume")
                : training(epochs, output, "victim");
    }

    private static void assertVictimEqualsWhole(String output) throws IOException {
        assertThat(ModelContent.of(server.content(output + "/runs/victim/model.zip")))
                .isEqualTo(ModelContent.of(server.content(output + "/runs/whole/model.zip")));
    }

    /** On a store that ignores conditions, so that the lock and the champion wait for their writes to settle. */
    @Test
    void aStoreThatFailsForAWhileIsWaitedFor() throws Exception {
        copyTemplate("outage");
        try (FaultyProxy proxy = FaultyProxy.before(server.endpoint())) {
            long[] since = new long[1];
            proxy.plan(request -> {
                if (since[0] == 0 && isPut(request, "report.html")) {
                    since[0] = System.nanoTime();
                }
                return since[0] != 0 && System.nanoTime() - since[0] < TimeUnit.SECONDS.toNanos(8)
                        ? Fault.THROTTLED
                        : Fault.NONE;
            });
            Program.Finished promoted =
                    run(proxy.endpoint(), retraining("outage", "--set", "retrain.lock-lease-seconds=6"));
            assertThat(proxy.requests(Fault.THROTTLED)).isGreaterThan(2);
            assertThat(promoted.out()).contains("Promoted: night is the champion now.");
            assertThat(promoted.status()).isZero();
        }
        assertThat(championOf("outage")).isEqualTo("night");
    }

    @Test
    void aStoreThatDoesNotComeBackLeavesTheChampion() throws Exception {
        copyTemplate("gone");
        try (FaultyProxy proxy = conditional()) {
            AtomicBoolean gone = new AtomicBoolean();
            proxy.plan(request -> {
                gone.compareAndSet(false, isPut(request, "report.html"));
                return gone.get() ? Fault.THROTTLED : Fault.NONE;
            });
            // As often as else, but without long waits between.
            Program.Finished failed = run(
                    proxy.endpoint(),
                    retraining(
                            "gone",
                            "--set",
                            "retrain.lock-lease-seconds=6",
                            "--set",
                            "spark.hadoop.fs.s3a.retry.throttle.interval=10ms"));
            assertThat(failed.err())
                    .contains("error: cannot write " + uri("gone/runs/night/report.html")
                            + ": the store asks for fewer requests (503 SlowDown); ")
                    .doesNotContain("\tat ");
            assertThat(failed.status()).isEqualTo(1);
        }
        assertThat(championOf("gone")).isEqualTo("weak");
    }
}
