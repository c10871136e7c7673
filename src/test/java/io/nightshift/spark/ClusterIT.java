package io.nightshift.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightshift.ModelContent;
import io.nightshift.cli.InProcess;
import io.nightshift.cli.Program;
import io.nightshift.cli.Program.Finished;
import io.nightshift.config.FaceSettings;
import io.nightshift.config.SettingsLoader;
import io.nightshift.demo.DemoFaces;
import io.nightshift.inference.EmotionModel;
import io.nightshift.inference.FacePrediction;
import io.nightshift.s3.server.S3Server;
import io.nightshift.vision.detect.DrawnPortrait;
import io.nightshift.vision.detect.FaceFinder;
import io.nightshift.vision.image.Picture;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The cluster's jar on a standalone cluster of two executors with one core each. Jobs go through the start script and
 * Spark's launcher where those are what is tested; else their driver is this JVM.
 */
class ClusterIT {
    private static final Path JAR = Path.of("target/nightshift-cluster.jar").toAbsolutePath();
    private static final Map<String, String> TRAINING = Map.of(
            "train.epochs", "2",
            "train.workers", "2",
            "train.threads-per-worker", "1",
            "train.batch-size-per-worker", "16",
            "train.averaging-frequency", "2");

    @TempDir
    private static Path folder;

    private static LoopbackCluster cluster;
    private static Path csv;

    /** Trains in this JVM what each training on the cluster must come to. */
    @BeforeAll
    static void startAndTrainLocally() throws Exception {
        csv = folder.resolve("faces.csv");
        try (OutputStream out = Files.newOutputStream(csv)) {
            DemoFaces.writeCsv(out, 300, 1);
        }
        cluster = LoopbackCluster.start(folder);
        Finished local =
                InProcess.run(folder, arguments(training("local", csv, out()), TRAINING, "--master", "local[2]"));
        assertThat(local.status()).as(local.err()).isZero();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static String out() {
        return folder.resolve("out").toString();
    }

    private static Path run(String id) {
        return folder.resolve("out/runs").resolve(id);
    }

    private static String manifest(String id) throws Exception {
        return Files.readString(run(id).resolve("run.json"));
    }

    private static List<String> training(String runId, Object data, String output) {
        return List.of("train", "--data", data.toString(), "--output", output, "--run-id", runId);
    }

    private static String[] arguments(List<String> command, Map<String, String> sets, String... more) {
        List<String> all = new ArrayList<>(command);
        sets.forEach((key, value) -> all.addAll(List.of("--set", key + "=" + value)));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private static Map<String, String> onCluster(Map<String, String> sets) {
        Map<String, String> all = new TreeMap<>(sets);
        all.putIfAbsent("train.workers", "2");
        all.put("spark.master", cluster.master());
        all.put("spark.executor.memory", "1g");
        all.put("spark.driver.memory", "1g");
        all.put("spark.executor.extraJavaOptions", Program.SHORT_LIVED);
        all.put("spark.driver.extraJavaOptions", Program.SHORT_LIVED);
        return all;
    }

    /** Through the start script. */
    private static Finished submit(List<String> command, Map<String, String> sets) throws Exception {
        return Program.submit(folder, LoopbackCluster.environment(), arguments(command, onCluster(sets)))
                .await();
    }

    /** The driver that the start script would start, in this JVM; executors have the cluster's jar. */
    private static InProcess driver(Map<String, String> sets) {
        Map<String, String> properties = new TreeMap<>(DriverProperties.of(onCluster(sets)));
        properties.put("spark.executor.extraClassPath", JAR.toString());
        return InProcess.in(folder).withProperties(properties);
    }

    private static void assertSameAsLocal(String id) throws Exception {
        assertThat(ModelContent.of(run(id).resolve("model.zip")))
                .isEqualTo(ModelContent.of(run("local").resolve("model.zip")));
        assertThat(withoutTimes(id)).isEqualTo(withoutTimes("local"));
    }

    /** Metrics that are the same only if every example was used once. */
    private static List<String> withoutTimes(String id) throws Exception {
        return Files.readAllLines(run(id).resolve("metrics.csv")).stream()
                .map(line -> String.join(",", List.of(line.split(",")).subList(0, 5)))
                .toList();
    }

    @Test
    void twoExecutorsOfOneCoreGiveTheModelOfTwoLocalWorkersBitForBit() throws Exception {
        Finished submitted = submit(training("on-cluster", csv, out()), TRAINING);
        assertThat(submitted.err()).doesNotContain("error:");
        assertThat(submitted.status()).isZero();
        assertThat(submitted.out()).contains("Trained 2 epochs on " + csv);
        assertThat(manifest("on-cluster"))
                .contains("\"state\" : \"succeeded\"", "\"master\" : \"" + cluster.master() + "\"");
        assertSameAsLocal("on-cluster");
        assertThat(measured("on-cluster")).isEqualTo(measured("local"));
    }

    /** What was measured on private_test. The run's name and the checksum of a file that holds its time differ. */
    private static List<String> measured(String id) throws Exception {
        return Files.readAllLines(run(id).resolve("evaluation/private_test.json")).stream()
                .filter(line -> !line.contains("\"model_sha256\""))
                .map(line -> line.replace("/runs/" + id, "/runs/x").replace(": \"" + id + "\"", ": \"x\""))
                .toList();
    }

    @Test
    void theDriverMayRunOnTheClusterToo() throws Exception {
        // It takes one of the two cores.
        Finished finished = submit(
                training("driver-on-cluster", csv, out()),
                Map.of("train.epochs", "1", "train.workers", "1", "spark.submit.deployMode", "cluster"));

        assertThat(finished.status())
                .as(finished.err() + cluster.driversOutput())
                .isZero();
        assertThat(cluster.driversOutput()).as(finished.out() + finished.err()).contains("Trained 1 epoch on " + csv);
        assertThat(manifest("driver-on-cluster")).contains("\"state\" : \"succeeded\"");
    }

    @Test
    void anExecutorThatIsLostDuringAnEpochCostsTimeAndNothingElse() throws Exception {
        Finished finished = driver(TRAINING)
                .whenErrorHas("epoch 2: begins", cluster::killExecutor)
                .run(arguments(training("executor-lost", csv, out()), onCluster(TRAINING), "--set", "log.level=debug"));

        assertThat(finished.err()).doesNotContain("error:").contains("epoch 2: begins");
        assertThat(finished.status()).isZero();
        assertSameAsLocal("executor-lost");
    }

    @Test
    void aWorkerThatIsLostForGoodLeavesTheOtherToEndTheJob() throws Exception {
        Finished finished = driver(TRAINING)
                .whenErrorHas("epoch 2: begins", cluster::killWorker)
                .run(arguments(training("worker-lost", csv, out()), onCluster(TRAINING), "--set", "log.level=debug"));
        cluster.replaceWorker();

        assertThat(finished.err()).doesNotContain("error:").contains("epoch 2: begins");
        assertThat(finished.status()).isZero();
        assertSameAsLocal("worker-lost");
    }

    @Test
    void readsFromAndWritesToObjectStorage() throws Exception {
        try (S3Server store = S3Server.start()) {
            store.upload(csv, "faces.csv");
            // The executors are other machines: the credentials come through Spark, in a file of the submitter's own.
            Path keys = Files.writeString(
                    folder.resolve("keys.conf"),
                    "spark.hadoop.fs.s3a { access.key = \"" + S3Server.ACCESS_KEY + "\", secret.key = \""
                            + S3Server.SECRET_KEY + "\" }");
            List<String> options = new ArrayList<>(S3Server.options(store.endpoint()));
            options.addAll(List.of("--conf", keys.toString()));
            String[] more = options.toArray(String[]::new);
            Finished trained = driver(TRAINING)
                    .run(arguments(
                            training("stored", S3Server.uri("faces.csv"), S3Server.uri("out")),
                            onCluster(TRAINING),
                            more));

            assertThat(trained.status()).as(trained.err()).isZero();
            assertThat(ModelContent.of(store.content("out/runs/stored/model.zip")))
                    .isEqualTo(ModelContent.of(run("local").resolve("model.zip")));
            assertThat(trained.out() + trained.err()).doesNotContain(S3Server.SECRET_KEY);
            for (String key : store.objects("out/").keySet()) {
                assertThat(new String(store.content(key), StandardCharsets.UTF_8))
                        .as(key)
                        .doesNotContain(S3Server.SECRET_KEY);
            }

            Map<String, String> oneExecutor = Map.of("spark.cores.max", "1", "train.workers", "1");
            Finished evaluated = driver(oneExecutor)
                    .run(arguments(
                            List.of(
                                    "evaluate",
                                    "--model",
                                    S3Server.uri("out/runs/stored/model.zip"),
                                    "--data",
                                    S3Server.uri("faces.csv"),
                                    "--split",
                                    "public_test"),
                            onCluster(oneExecutor),
                            more));
            assertThat(evaluated.status()).as(evaluated.err()).isZero();
            assertThat(evaluated.out()).startsWith("public_test, ");
        }
    }

    @Test
    void imagesAreScoredByTheExecutorsWhichFindTheFaces() throws Exception {
        Path images = Files.createDirectory(folder.resolve("images"));
        for (int i = 0; i < 4; i++) {
            ImageIO.write(
                    DrawnPortrait.image(), "png", images.resolve(i + ".png").toFile());
        }
        Path model = run("local").resolve("model.zip");

        Finished scored = driver(Map.of())
                .run(arguments(
                        List.of(
                                "score",
                                "--model",
                                model.toString(),
                                "--input",
                                images.toString(),
                                "--output",
                                folder.resolve("scores").toString()),
                        onCluster(Map.of("score.images-per-part", "2"))));

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
    void aMasterThatIsNotThereIsOneLine() throws Exception {
        Finished finished = Program.submit(
                        folder,
                        LoopbackCluster.environment(),
                        "train",
                        "--master",
                        "spark://127.0.0.1:1",
                        "--set",
                        "train.workers=2")
                .await();

        assertThat(finished.status()).isEqualTo(2);
        assertThat(finished.err())
                .isEqualTo("error: spark.master = spark://127.0.0.1:1: nothing answers there "
                        + "(127.0.0.1:1: ConnectException Connection refused); check the "
                        + "address, and that the master runs\n");
    }
}
