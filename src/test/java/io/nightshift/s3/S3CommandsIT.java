package io.nightshift.s3;

import static io.nightshift.s3.server.S3Server.uri;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightshift.ModelContent;
import io.nightshift.cli.InProcess;
import io.nightshift.cli.Program;
import io.nightshift.config.loading.SettingsLoader;
import io.nightshift.config.settings.Settings;
import io.nightshift.job.context.JobProgress;
import io.nightshift.job.prediction.ServeJob;
import io.nightshift.job.runs.PromoteJob;
import io.nightshift.s3.server.FaultyProxy;
import io.nightshift.s3.server.FaultyProxy.Fault;
import io.nightshift.s3.server.S3Server;
import io.nightshift.vision.detect.DrawnPortrait;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program with everything in an object store, in good moments of the store and in bad ones. */
class S3CommandsIT {
    @TempDir
    private static Path folder;

    private static S3Server server;
    private static Map<String, String> model;

    @BeforeAll
    static void drawFacesAndTrainInTheStore() throws Exception {
        server = S3Server.shared();
        Program.Finished drawn =
                run(server.endpoint(), "demo-data", "--output", uri("faces.csv"), "--rows", "140", "--seed", "7");
        assertThat(drawn.err()).isEmpty();
        assertThat(drawn.status()).isZero();
        Program.Finished trained = withoutSecret(
                start(server.endpoint(), training("faces.csv", "plain")).await());
        assertThat(trained.err()).doesNotContain("WARN", "Exception");
        assertThat(trained.status()).isZero();
        model = ModelContent.of(server.content("out/runs/plain/model.zip"));
    }

    private static String[] at(URI endpoint, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(S3Server.options(endpoint));
        return all.toArray(String[]::new);
    }

    /** In a process of its own, whose environment holds the credentials. */
    private static Program start(URI endpoint, String... arguments) throws Exception {
        List<String> before = new ArrayList<>(List.of("env"));
        S3Server.credentials().forEach((name, value) -> before.add(name + "=" + value));
        return Program.start(folder, before, at(endpoint, arguments));
    }

    private static Program.Finished run(URI endpoint, String... arguments) throws Exception {
        return withoutSecret(
                InProcess.in(folder).withProperties(S3Server.properties()).run(at(endpoint, arguments)));
    }

    private static Program.Finished withoutSecret(Program.Finished finished) {
        assertThat(finished.out() + finished.err()).doesNotContain(S3Server.SECRET_KEY);
        return finished;
    }

    private static String[] training(String data, String run, String... more) {
        List<String> all = new ArrayList<>(List.of(
                "train",
                "--data",
                uri(data),
                "--output",
                uri("out"),
                "--run-id",
                run,
                "--epochs",
                "1",
                "--master",
                "local[1]",
                "--set",
                "train.batch-size-per-worker=16"));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private static Program.Finished train(URI endpoint, String data, String run, String... more) throws Exception {
        return run(endpoint, training(data, run, more));
    }

    @Test
    void theRunIsWholeAndHoldsNoSecret() throws Exception {
        String prefix = "out/runs/plain/";
        JsonNode manifest = new ObjectMapper().readTree(server.content(prefix + "run.json"));
        List<String> keys = new ArrayList<>(List.of(prefix + "run.json"));
        for (JsonNode file : manifest.get("files")) {
            byte[] content = server.content(prefix + file.get("path").asText());
            assertThat(file.get("bytes").asLong()).isEqualTo(content.length);
            assertThat(file.get("sha256").asText())
                    .isEqualTo(HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(content)));
            assertThat(new String(content, UTF_8)).doesNotContain(S3Server.SECRET_KEY, S3Server.ACCESS_KEY);
            keys.add(prefix + file.get("path").asText());
        }
        assertThat(server.objects(prefix)).containsOnlyKeys(keys);
        assertThat(manifest.get("state").asText()).isEqualTo("succeeded");
        assertThat(manifest.at("/data/uri").asText()).isEqualTo(uri("faces.csv"));
    }

    @Test
    void compressedRowsGiveTheSameModel() throws Exception {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
            out.write(server.content("faces.csv"));
        }
        Path file = Files.write(folder.resolve("faces.csv.gz"), compressed.toByteArray());
        server.upload(file, "faces.csv.gz");

        assertThat(train(server.endpoint(), "faces.csv.gz", "compressed").status())
                .isZero();
        assertThat(ModelContent.of(server.content("out/runs/compressed/model.zip")))
                .isEqualTo(model);
    }

    @Test
    void evaluateAndRunsReadWhatTheRunLeft() throws Exception {
        Program.Finished evaluated = run(
                server.endpoint(),
                "evaluate",
                "--model",
                uri("out/runs/plain/model.zip"),
                "--data",
                uri("faces.csv"),
                "--split",
                "public_test",
                "--output",
                uri("evaluated"),
                "--master",
                "local[1]");
        assertThat(evaluated.err()).isEmpty();
        assertThat(evaluated.out()).contains("public_test, 14 examples");
        assertThat(server.content("evaluated/public_test-confusion.csv"))
                .isEqualTo(server.content("out/runs/plain/evaluation/public_test-confusion.csv"));

        Program.Finished listed = run(server.endpoint(), "runs", "--output", uri("out"));
        assertThat(listed.out()).contains("plain", "succeeded", uri("faces.csv"));
    }

    /** Not through the command line, whose end in this JVM would close the file systems of the other. */
    @Test
    void serveWaitsForAChampionInTheStoreAndTakesItUp() throws Exception {
        Map<String, String> keys = new HashMap<>(Map.of(
                "output.uri",
                uri("out"),
                "serve.port",
                "0",
                "serve.poll-seconds",
                "1",
                "spark.hadoop.fs.s3a.access.key",
                S3Server.ACCESS_KEY,
                "spark.hadoop.fs.s3a.secret.key",
                S3Server.SECRET_KEY));
        S3Server.options(server.endpoint()).stream()
                .filter(option -> option.startsWith("spark."))
                .map(option -> option.split("=", 2))
                .forEach(option -> keys.put(option[0], option[1]));
        Settings settings = SettingsLoader.load(List.of(), keys, Map.of());
        List<String> notes = new CopyOnWriteArrayList<>();
        JobProgress progress = (JobProgress) Proxy.newProxyInstance(
                JobProgress.class.getClassLoader(), new Class<?>[] {JobProgress.class}, (proxy, method, arguments) -> {
                    notes.add(String.valueOf(arguments[0]));
                    return null;
                });
        HttpClient client = HttpClient.newHttpClient();
        List<Integer> ready = new ArrayList<>();
        List<String> served = new ArrayList<>();

        new ServeJob(settings, progress).run(Optional.empty(), (port, stop) -> {
            URI address = URI.create("http://127.0.0.1:" + port + "/");
            try {
                ready.add(get(client, address.resolve("readyz")).statusCode());
                new PromoteJob(settings, progress).promote("plain");
                // Bounded: each answer takes a moment, and the champion is looked for every second.
                for (int i = 0; i < 300 && ready.get(ready.size() - 1) != 200; i++) {
                    Thread.sleep(100);
                    ready.add(get(client, address.resolve("readyz")).statusCode());
                }
                served.add(get(client, address.resolve("v1/model")).body());
            } catch (IOException | InterruptedException e) {
                served.add(e.toString());
            } finally {
                stop.run();
            }
        });

        assertThat(ready).startsWith(503).endsWith(200);
        assertThat(new ObjectMapper().readTree(served.get(0)).path("model").asText())
                .isEqualTo(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256")
                                .digest(server.content("out/runs/plain/model.zip"))));
        assertThat(notes.get(0))
                .isEqualTo("no model is served yet: there is no champion in " + uri("out")
                        + "; make one with: ./submit.sh retrain --output " + uri("out")
                        + ", or ./submit.sh runs promote RUN --output " + uri("out"));
        assertThat(String.join("\n", notes))
                .contains("serving the champion plain")
                .doesNotContain(S3Server.SECRET_KEY);
    }

    private static HttpResponse<String> get(HttpClient client, URI address) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void imagesInTheStoreAreReadByTheModelInTheStore() throws Exception {
        Path image = folder.resolve("face.png");
        ImageIO.write(DrawnPortrait.image(), "png", image.toFile());
        server.upload(image, "images/face.png");
        String model = uri("out/runs/plain/model.zip");

        Program.Finished predicted = run(
                server.endpoint(),
                "predict",
                "--model",
                model,
                "--whole-image",
                "--json",
                uri("images/face.png"),
                uri("images/none.png"));
        assertThat(predicted.err())
                .endsWith("error: " + uri("images/none.png") + " does not exist; name an image: PNG, JPEG, WebP "
                        + "or BMP\n");
        assertThat(predicted.status()).isZero();

        Program.Finished scored = run(
                server.endpoint(),
                "score",
                "--model",
                model,
                "--whole-image",
                "--input",
                uri("images"),
                "--output",
                uri("scores"),
                "--master",
                "local[1]");
        assertThat(scored.err()).doesNotContain("WARN", "Exception");
        assertThat(scored.out()).startsWith("Scored 1 images: 1 faces, ");
        assertThat(scored.status()).isZero();
        JsonNode line = new ObjectMapper().readTree(server.content("scores/part-000000.jsonl"));
        assertThat(line.get("path").asText()).isEqualTo(uri("images/face.png"));
        assertThat(line.get("scores"))
                .isEqualTo(new ObjectMapper()
                        .readTree(predicted.out().lines().findFirst().orElseThrow())
                        .at("/faces/0/scores"));
    }

    @Test
    void throttlingOfFivePercentAndLostConnectionsChangeNothing() throws Exception {
        try (FaultyProxy proxy = FaultyProxy.before(server.endpoint())) {
            Random random = new Random(3);
            List<Fault> lost = List.of(Fault.RESET_BEFORE, Fault.RESET_MIDWAY, Fault.RESET_AFTER);
            proxy.plan(request -> {
                double chance = random.nextDouble();
                return chance < 0.05 ? Fault.THROTTLED : chance < 0.10 ? lost.get(random.nextInt(3)) : Fault.NONE;
            });
            Program.Finished trained = train(proxy.endpoint(), "faces.csv", "disturbed");
            System.out.println("train through throttling and resets: " + proxy.summary());
            assertThat(trained.err()).doesNotContain("Exception");
            assertThat(trained.status()).isZero();
            assertThat(proxy.requests(Fault.THROTTLED)).isPositive();
        }
        assertThat(ModelContent.of(server.content("out/runs/disturbed/model.zip")))
                .isEqualTo(model);
    }

    @Test
    void aStallIsSaidAndSurvived() throws Exception {
        try (FaultyProxy proxy = FaultyProxy.before(server.endpoint())) {
            proxy.plan(request -> request.writes()
                            && request.target().contains("epoch-0001.zip")
                            && proxy.requests(Fault.STALLED) == 0
                    ? Fault.STALLED
                    : Fault.NONE);
            Program.Finished trained = train(
                    proxy.endpoint(), "faces.csv", "stalled", "--set", "spark.hadoop.fs.s3a.connection.timeout=6000");
            assertThat(proxy.requests(Fault.STALLED)).isEqualTo(1);
            assertThat(trained.err())
                    .contains("still waiting for " + uri("out/runs/stalled/checkpoints/epoch-0001.zip") + " (5 s)");
            assertThat(trained.status()).isZero();
        }
        assertThat(ModelContent.of(server.content("out/runs/stalled/model.zip")))
                .isEqualTo(model);
    }

    @Test
    void aKilledUploadLeavesNothing() throws Exception {
        try (FaultyProxy proxy = FaultyProxy.before(server.endpoint())) {
            proxy.plan(request ->
                    request.writes() && request.target().contains("epoch-0001.zip") ? Fault.STALLED : Fault.NONE);
            Program program = start(
                    proxy.endpoint(),
                    "train",
                    "--data",
                    uri("faces.csv"),
                    "--output",
                    uri("out"),
                    "--run-id",
                    "killed",
                    "--epochs",
                    "1",
                    "--master",
                    "local[1]");
            program.awaitError("still waiting for " + uri("out/runs/killed/checkpoints/epoch-0001.zip"));
            program.kill();
        }
        assertThat(server.objects("out/runs/killed/"))
                .containsOnlyKeys("out/runs/killed/config.conf", "out/runs/killed/run.json");
        assertThat(new ObjectMapper()
                        .readTree(server.content("out/runs/killed/run.json"))
                        .get("state")
                        .asText())
                .isEqualTo("running");
    }

    @Test
    void whatCannotBeUsedEndsWithOneLineAndItsStatus() throws Exception {
        String quick = "spark.hadoop.fs.s3a.retry.interval=10ms";
        refused(
                3,
                "error: s3a://no-bucket/x.csv cannot be read: there is no such bucket; check the bucket's name and "
                        + "spark.hadoop.fs.s3a.endpoint\n",
                "train",
                "--data",
                "s3a://no-bucket/x.csv",
                "--output",
                "out");
        refused(
                2,
                "error: output.uri = s3a://no-bucket/out cannot be used: cannot read "
                        + "s3a://no-bucket/out/runs/x/run.json: there is no such bucket; check the bucket's name "
                        + "and spark.hadoop.fs.s3a.endpoint\n",
                "train",
                "--output",
                "s3a://no-bucket/out",
                "--run-id",
                "x");
        Program.Finished away = run(URI.create("http://127.0.0.1:1"), "runs", "--output", uri("out"), "--set", quick);
        assertThat(away.err())
                .isEqualTo("error: cannot list s3a://faces/out/runs: nothing answers there (Connection refused); "
                        + "check spark.hadoop.fs.s3a.endpoint and the network\n");
        assertThat(away.status()).isEqualTo(1);
    }

    private static void refused(int status, String text, String... arguments) throws Exception {
        Program.Finished refused = run(server.endpoint(), arguments);
        assertThat(refused.err()).isEqualTo(text);
        assertThat(refused.status()).isEqualTo(status);
    }
}
