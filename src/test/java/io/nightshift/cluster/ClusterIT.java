package io.nightshift.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightshift.cli.Program;
import io.nightshift.cli.Program.Finished;
import io.nightshift.config.FaceSettings;
import io.nightshift.config.SettingsLoader;
import io.nightshift.demo.DemoFaces;
import io.nightshift.inference.EmotionModel;
import io.nightshift.inference.FacePrediction;
import io.nightshift.s3.S3Server;
import io.nightshift.vision.detect.DrawnPortrait;
import io.nightshift.vision.detect.FaceFinder;
import io.nightshift.vision.image.Picture;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The start script, Spark's launcher, the cluster's jar, and a standalone cluster of two executors with one core each. */
@TestMethodOrder(OrderAnnotation.class)
class ClusterIT {
    private static final List<String> TRAINING = List.of(
            "--epochs",
            "2",
            "--set",
            "train.workers=2",
            "--set",
            "train.threads-per-worker=1",
            "--set",
            "train.batch-size-per-worker=16",
            "--set",
            "train.averaging-frequency=2");

    @TempDir
    private static Path folder;

    private static LoopbackCluster cluster;
    private static Path csv;
    /** The model of an undisturbed run. */
    private static byte[] model;

    @BeforeAll
    static void start() throws Exception {
        csv = folder.resolve("faces.csv");
        try (OutputStream out = Files.newOutputStream(csv)) {
            DemoFaces.writeCsv(out, 300, 1);
        }
        cluster = LoopbackCluster.start(folder);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static String[] onCluster(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of(
                "--master",
                cluster.master(),
                "--set",
                "spark.executor.memory=1g",
                "--set",
                "spark.driver.memory=1g",
                "--set",
                "spark.executor.extraJavaOptions=" + Program.SHORT_LIVED,
                "--set",
                "spark.driver.extraJavaOptions=" + Program.SHORT_LIVED));
        return all.toArray(String[]::new);
    }

    private static String[] training(String runId, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "train",
                "--data",
                csv.toString(),
                "--output",
                folder.resolve("out").toString(),
                "--run-id",
                runId));
        arguments.addAll(TRAINING);
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    private static Finished submit(String... arguments) throws Exception {
        return Program.submit(folder, LoopbackCluster.environment(), arguments).await();
    }

    private static Path run(String id) {
        return folder.resolve("out/runs").resolve(id);
    }

    private static String manifest(String id) throws Exception {
        return Files.readString(run(id).resolve("run.json"));
    }

    @Test
    @Order(1)
    void twoExecutorsOfOneCoreGiveTheModelOfTwoLocalWorkersBitForBit() throws Exception {
        Finished onCluster = submit(onCluster(training("on-cluster")));
        assertThat(onCluster.err()).doesNotContain("error:");
        assertThat(onCluster.status()).isZero();
        assertThat(onCluster.out()).contains("Trained 2 epochs on " + csv);
        assertThat(manifest("on-cluster"))
                .contains("\"state\" : \"succeeded\"", "\"master\" : \"" + cluster.master() + "\"");

        Finished local = submit(training("local", "--master", "local[2]"));
        assertThat(local.status()).isZero();

        model = Files.readAllBytes(run("on-cluster").resolve("model.zip"));
        assertThat(model).isEqualTo(Files.readAllBytes(run("local").resolve("model.zip")));
        assertThat(Files.readString(run("on-cluster").resolve("evaluation/private_test.json"))
                        .replace("on-cluster", "local"))
                .isEqualTo(Files.readString(run("local").resolve("evaluation/private_test.json")));
    }

    @Test
    @Order(2)
    void anExecutorThatIsLostInTheMiddleOfAnEpochCostsTimeAndNothingElse() throws Exception {
        Program program = Program.submit(
                folder,
                LoopbackCluster.environment(),
                onCluster(training("executor-lost", "--set", "log.level=debug")));
        program.awaitError("epoch 2: begins");
        cluster.killExecutor();
        Finished finished = program.await();

        assertThat(finished.err()).doesNotContain("error:");
        assertThat(finished.status()).isZero();
        assertThat(Files.readAllBytes(run("executor-lost").resolve("model.zip")))
                .isEqualTo(model);
        assertThat(withoutTimes("executor-lost")).isEqualTo(withoutTimes("on-cluster"));
    }

    /** Figures that are the same only if every example was used once. */
    private static List<String> withoutTimes(String id) throws Exception {
        return Files.readAllLines(run(id).resolve("metrics.csv")).stream()
                .map(line -> String.join(",", List.of(line.split(",")).subList(0, 5)))
                .toList();
    }

    @Test
    @Order(3)
    void theDriverMayRunOnTheClusterToo() throws Exception {
        // It takes one of the two cores.
        Finished finished = submit(onCluster(
                "train",
                "--data",
                csv.toString(),
                "--output",
                folder.resolve("out").toString(),
                "--run-id",
                "driver-on-cluster",
                "--epochs",
                "1",
                "--set",
                "train.workers=1",
                "--set",
                "spark.submit.deployMode=cluster"));

        assertThat(finished.status()).as(finished.err()).isZero();
        assertThat(cluster.driversOutput()).as(finished.out() + finished.err()).contains("Trained 1 epoch on " + csv);
        assertThat(manifest("driver-on-cluster")).contains("\"state\" : \"succeeded\"");
    }

    @Test
    @Order(4)
    void readsFromAndWritesToObjectStorage() throws Exception {
        try (S3Server store = S3Server.start()) {
            store.upload(csv, "faces.csv");
            Map<String, String> environment = new HashMap<>(LoopbackCluster.environment());
            environment.putAll(S3Server.credentials());
            List<String> train = new ArrayList<>(List.of(
                    "train",
                    "--data",
                    S3Server.uri("faces.csv"),
                    "--output",
                    S3Server.uri("out"),
                    "--run-id",
                    "stored"));
            train.addAll(TRAINING);
            train.addAll(S3Server.options(store.endpoint()));
            // The executors are other machines: what lets them in comes through Spark, in a file of the submitter's
            // own.
            Path keys = Files.writeString(
                    folder.resolve("keys.conf"),
                    "spark.hadoop.fs.s3a { access.key = \"" + S3Server.ACCESS_KEY + "\", secret.key = \""
                            + S3Server.SECRET_KEY + "\" }");
            train.addAll(List.of("--conf", keys.toString()));
            Finished trained = Program.submit(folder, environment, onCluster(train.toArray(String[]::new)))
                    .await();

            assertThat(trained.status()).as(trained.err()).isZero();
            assertThat(store.content("out/runs/stored/model.zip")).isEqualTo(model);
            assertThat(trained.out() + trained.err()).doesNotContain(S3Server.SECRET_KEY);
            for (String key : store.objects("out/").keySet()) {
                assertThat(new String(store.content(key), StandardCharsets.UTF_8))
                        .as(key)
                        .doesNotContain(S3Server.SECRET_KEY);
            }

            List<String> evaluate = new ArrayList<>(List.of(
                    "evaluate",
                    "--model",
                    S3Server.uri("out/runs/stored/model.zip"),
                    "--data",
                    S3Server.uri("faces.csv"),
                    "--split",
                    "public_test",
                    "--set",
                    "train.workers=2"));
            evaluate.addAll(S3Server.options(store.endpoint()));
            evaluate.addAll(List.of("--conf", keys.toString()));
            Finished evaluated = Program.submit(folder, environment, onCluster(evaluate.toArray(String[]::new)))
                    .await();
            assertThat(evaluated.status()).as(evaluated.err()).isZero();
            assertThat(evaluated.out()).startsWith("public_test, ");
        }
    }

    @Test
    @Order(5)
    void imagesAreScoredByTheExecutorsWhichFindTheFaces() throws Exception {
        Path images = Files.createDirectory(folder.resolve("images"));
        for (int i = 0; i < 4; i++) {
            ImageIO.write(
                    DrawnPortrait.image(), "png", images.resolve(i + ".png").toFile());
        }
        Path model = run("on-cluster").resolve("model.zip");

        Finished scored = submit(onCluster(
                "score",
                "--model",
                model.toString(),
                "--input",
                images.toString(),
                "--output",
                folder.resolve("scores").toString(),
                "--set",
                "score.images-per-part=2"));

        assertThat(scored.status()).as(scored.err()).isZero();
        assertThat(scored.out())
                .startsWith("Scored 4 images: 4 faces, 0 images without a face, 0 that cannot be read; in ");
        FaceSettings settings =
                SettingsLoader.load(List.of(), Map.of(), Map.of()).face();
        try (FaceFinder finder = FaceFinder.of(settings, new byte[0])) {
            FacePrediction here = FacePrediction.of(
                            finder.find(Picture.of(DrawnPortrait.image())), EmotionModel.load(model.toString()))
                    .get(0);
            JsonNode there = new ObjectMapper()
                    .readTree(Files.readAllLines(folder.resolve("scores/part-000001.jsonl"))
                            .get(0));
            assertThat(there.at("/box/width").asInt()).isEqualTo(here.face().width());
            assertThat(there.at("/label").asText()).isEqualTo(here.scores().label());
            assertThat(there.at("/scores/happy").asDouble())
                    .isEqualTo(here.scores().of("happy"), within(1e-5));
        }
    }

    @Test
    @Order(6)
    void aWorkerThatIsLostForGoodLeavesTheOtherToEndTheJob() throws Exception {
        Program program = Program.submit(
                folder, LoopbackCluster.environment(), onCluster(training("worker-lost", "--set", "log.level=debug")));
        program.awaitError("epoch 2: begins");
        cluster.killWorker();
        Finished finished = program.await();

        assertThat(finished.err()).doesNotContain("error:");
        assertThat(finished.status()).isZero();
        assertThat(Files.readAllBytes(run("worker-lost").resolve("model.zip"))).isEqualTo(model);
        assertThat(withoutTimes("worker-lost")).isEqualTo(withoutTimes("on-cluster"));
    }

    @Test
    void aMasterThatIsNotThereIsOneLine() throws Exception {
        Finished finished = submit("train", "--master", "spark://127.0.0.1:1", "--set", "train.workers=2");

        assertThat(finished.status()).isEqualTo(2);
        assertThat(finished.err())
                .isEqualTo(
                        "error: spark.master = spark://127.0.0.1:1: nothing answers there "
                                + "(127.0.0.1:1: ConnectException Connection refused); check the address, and that the master runs\n");
    }
}
