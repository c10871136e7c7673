package io.nightshift.s3;

import static io.nightshift.s3.S3Server.uri;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightshift.ModelContent;
import io.nightshift.cli.PatternFaces;
import io.nightshift.cli.Program;
import io.nightshift.dataset.Split;
import io.nightshift.s3.FaultyProxy.Fault;
import io.nightshift.s3.FaultyProxy.Request;
import java.net.URI;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The scheduled job with everything in an object store: crashes at every step of publishing, kills, and a store that fails. */
class S3RetrainIT {
    private static final int KILLS = 10;

    @TempDir
    private static Path folder;

    private static S3Server server;

    /** A place whose champion has learned from labels given by chance: whatever is trained on right ones is better. */
    @BeforeAll
    static void promoteAWeakChampion() throws Exception {
        server = S3Server.start();
        server.upload(PatternFaces.of(1, 20, 6).write(folder.resolve("faces.csv")), "faces.csv");
        server.upload(
                PatternFaces.of(2, 20, 6).shuffled(Split.TRAINING).write(folder.resolve("wrong.csv")), "wrong.csv");
        assertThat(start(
                                server.endpoint(),
                                "train",
                                "--data",
                                uri("wrong.csv"),
                                "--output",
                                uri("template"),
                                "--run-id",
                                "weak",
                                "--epochs",
                                "1")
                        .await()
                        .status())
                .isZero();
        assertThat(start(server.endpoint(), "runs", "promote", "weak", "--output", uri("template"))
                        .await()
                        .status())
                .isZero();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    private static Program start(URI endpoint, String... arguments) throws Exception {
        List<String> before = new ArrayList<>(List.of("env"));
        S3Server.credentials().forEach((name, value) -> before.add(name + "=" + value));
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(S3Server.options(endpoint));
        all.addAll(List.of("--master", "local[1]", "--set", "train.batch-size-per-worker=8"));
        return Program.start(folder, before, all.toArray(String[]::new));
    }

    private static Program retrain(URI endpoint, String place, String... more) throws Exception {
        String[] job = {
            "retrain",
            "--data",
            uri("faces.csv"),
            "--output",
            uri(place),
            "--run-id",
            "night",
            "--epochs",
            "3",
            "--set",
            "retrain.lock-lease-seconds=6",
            "--set",
            "retrain.start-from=scratch"
        };
        return start(endpoint, and(job, more));
    }

    private static void copyTemplate(String place) {
        server.objects("template/")
                .keySet()
                .forEach(key -> server.client()
                        .copyObject(S3Server.BUCKET, key, S3Server.BUCKET, place + key.substring("template".length())));
    }

    private static String championOf(String place) throws Exception {
        JsonNode champion = new ObjectMapper().readTree(server.content(place + "/champion.json"));
        String run = place + "/runs/" + champion.get("run_id").asText();
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
     * The process dies when it sends an object of publishing: before the store has it, in the middle, or, for the last one, after it.
     * After any other is before the next.
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
        String place = "crash-" + object + "-" + moment;
        copyTemplate(place);
        try (FaultyProxy proxy = FaultyProxy.before(server.endpoint())) {
            AtomicReference<Program> program = new AtomicReference<>();
            AtomicBoolean reported = new AtomicBoolean();
            AtomicBoolean killed = new AtomicBoolean();
            proxy.plan(request -> {
                boolean hit = isPut(request, object) && (object.equals("report.html") || reported.get());
                if (isPut(request, "report.html")) {
                    reported.set(true);
                }
                if (killed.get() || !hit) {
                    return killed.get() ? Fault.RESET_BEFORE : Fault.NONE;
                }
                killed.set(true);
                return moment;
            });
            program.set(retrain(proxy.endpoint(), place));
            while (!killed.get()) {
                assertThat(program.get().isRunningAfter(10)).isTrue();
            }
            // What the store was sent has arrived by now; the client is still waiting, or trying again in vain.
            TimeUnit.MILLISECONDS.sleep(300);
            program.get().kill();
        }

        assertThat(championOf(place))
                .isEqualTo(object.equals("champion.json") && moment == Fault.RESET_AFTER ? "night" : "weak");
        Program.awaitExpiry(server.content(place + "/retrain.lock"));
        Program.Finished again = retrain(server.endpoint(), place).await();
        assertThat(again.err()).contains("took over the lock ");
        assertThat(again.status()).isZero();
        assertThat(championOf(place)).isEqualTo("night");
        server.delete(place + "/");
    }

    private static boolean isPut(Request request, String object) {
        return request.method().equals("PUT")
                && request.target().replaceFirst("\\?.*", "").endsWith("/" + object);
    }

    @Test
    void killedTenTimesAndResumedTheModelIsThatOfAnUndisturbedRun() throws Exception {
        String[] training = {"train", "--data", uri("faces.csv"), "--output", uri("killed"), "--epochs", "6", "--run-id"
        };
        assertThat(start(server.endpoint(), and(training, "whole")).await().status())
                .isZero();
        Map<String, String> expected = ModelContent.of(server.content("killed/runs/whole/model.zip"));
        Random random = new Random(6);
        List<String> moments = new ArrayList<>();
        while (moments.size() < KILLS) {
            boolean begun = server.objects("killed/runs/victim/").containsKey("killed/runs/victim/run.json");
            Program program =
                    start(server.endpoint(), begun ? and(training, "victim", "--resume") : and(training, "victim"));
            int milliseconds = 2_500 + random.nextInt(7_500);
            if (program.isRunningAfter(milliseconds)) {
                program.kill();
                moments.add(milliseconds + " ms");
            } else {
                assertThat(program.await().status()).isZero();
                assertThat(ModelContent.of(server.content("killed/runs/victim/model.zip")))
                        .isEqualTo(expected);
                server.delete("killed/runs/victim/");
            }
        }
        System.out.println("killed after " + moments);
        boolean begun = server.objects("killed/runs/victim/").containsKey("killed/runs/victim/run.json");
        assertThat(start(server.endpoint(), begun ? and(training, "victim", "--resume") : and(training, "victim"))
                        .await()
                        .status())
                .isZero();
        assertThat(ModelContent.of(server.content("killed/runs/victim/model.zip")))
                .isEqualTo(expected);
        server.delete("killed/");
    }

    private static String[] and(String[] arguments, String... more) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    @Test
    void aStoreThatFailsForAWhileWhileThingsArePublishedIsWaitedFor() throws Exception {
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
            Program.Finished promoted = retrain(proxy.endpoint(), "outage").await();
            assertThat(proxy.requests(Fault.THROTTLED)).isGreaterThan(2);
            assertThat(promoted.out()).contains("Promoted: night is the champion now.");
            assertThat(promoted.status()).isZero();
        }
        assertThat(championOf("outage")).isEqualTo("night");
    }

    @Test
    void aStoreThatDoesNotComeBackLeavesTheChampion() throws Exception {
        copyTemplate("gone");
        try (FaultyProxy proxy = FaultyProxy.before(server.endpoint())) {
            AtomicBoolean gone = new AtomicBoolean();
            proxy.plan(request -> {
                gone.compareAndSet(false, isPut(request, "report.html"));
                return gone.get() ? Fault.THROTTLED : Fault.NONE;
            });
            // As often as else, but without long waits between.
            Program.Finished failed = retrain(
                            proxy.endpoint(), "gone", "--set", "spark.hadoop.fs.s3a.retry.throttle.interval=10ms")
                    .await();
            assertThat(failed.err())
                    .contains("error: cannot write " + uri("gone/runs/night/report.html")
                            + ": the store asks for fewer requests (503 SlowDown); ")
                    .doesNotContain("\tat ");
            assertThat(failed.status()).isEqualTo(1);
        }
        assertThat(championOf("gone")).isEqualTo("weak");
    }
}
