package io.nightshift.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightshift.ModelContent;
import io.nightshift.cli.InProcess;
import io.nightshift.cli.Program;
import io.nightshift.cli.Program.Finished;
import io.nightshift.config.loading.SettingsLoader;
import io.nightshift.config.settings.FaceSettings;
import io.nightshift.demo.DemoFaces;
import io.nightshift.inference.EmotionModel;
import io.nightshift.inference.FacePrediction;
import io.nightshift.ml.ImageClassifier;
import io.nightshift.ml.ImageClassifierModel;
import io.nightshift.s3.server.S3Server;
import io.nightshift.vision.detect.DrawnPortrait;
import io.nightshift.vision.detect.FaceFinder;
import io.nightshift.vision.image.Picture;
import java.io.File;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
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
            "train.averaging-frequency", "4");

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
        all.putAll(LoopbackCluster.AUTHENTICATION);
        all.put("spark.executor.memory", "1g");
        all.put("spark.driver.memory", "1g");
        all.put("spark.executor.extraJavaOptions", String.join(" ", Program.SHORT_LIVED));
        all.put("spark.driver.extraJavaOptions", String.join(" ", Program.SHORT_LIVED));
        return all;
    }

    /** Through the start script. */
    private static Finished submit(List<String> command, Map<String, String> sets, String... more) throws Exception {
        return Program.submit(folder, LoopbackCluster.environment(), arguments(command, onCluster(sets), more))
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
        assertThat(withoutTimes(Files.readString(run(id).resolve("metrics.csv"))))
                .isEqualTo(withoutTimes(Files.readString(run("local").resolve("metrics.csv"))));
    }

    /** Metrics that are the same only if every example was used once. */
    private static List<String> withoutTimes(String metrics) {
        return metrics.lines()
                .map(line -> String.join(",", List.of(line.split(",")).subList(0, 5)))
                .toList();
    }

    /** With the data and the output in object storage. */
    @Test
    void twoExecutorsOfOneCoreGiveTheModelOfTwoLocalWorkersBitForBit() throws Exception {
        S3Server store = S3Server.shared();
        store.upload(csv, "faces.csv");
        // The executors are other machines: the credentials come through Spark, in a file of the submitter's own.
        Path keys = Files.writeString(
                folder.resolve("keys.conf"),
                "spark.hadoop.fs.s3a { access.key = \"" + S3Server.ACCESS_KEY + "\", secret.key = \""
                        + S3Server.SECRET_KEY + "\" }");
        List<String> options = new ArrayList<>(S3Server.options(store.endpoint()));
        options.addAll(List.of("--conf", keys.toString()));

        Finished trained = submit(
                training("stored", S3Server.uri("faces.csv"), S3Server.uri("out")),
                TRAINING,
                options.toArray(String[]::new));

        assertThat(trained.err()).doesNotContain("error:");
        assertThat(trained.status()).as(trained.err()).isZero();
        assertThat(trained.out()).contains("Trained 2 epochs on " + S3Server.uri("faces.csv"));
        assertStoredRunIsTheLocalOne(store);
        assertThat(text(store, "out/runs/stored/config.conf"))
                .contains("spark.authenticate = true\n")
                .containsPattern("# Left out, because secret: .*spark\\.\"authenticate\\.secret\"");
        String secret = LoopbackCluster.AUTHENTICATION.get("spark.authenticate.secret");
        assertThat(trained.out() + trained.err()).doesNotContain(S3Server.SECRET_KEY, secret);
        for (String key : store.objects("out/").keySet()) {
            assertThat(new String(store.content(key), StandardCharsets.UTF_8))
                    .as(key)
                    .doesNotContain(S3Server.SECRET_KEY, secret);
        }
        assertOneExecutorEvaluates(options);
    }

    private static void assertStoredRunIsTheLocalOne(S3Server store) throws Exception {
        String run = "out/runs/stored/";
        assertThat(text(store, run + "run.json"))
                .contains("\"state\" : \"succeeded\"", "\"master\" : \"" + cluster.master() + "\"");
        assertThat(ModelContent.of(store.content(run + "model.zip")))
                .isEqualTo(ModelContent.of(run("local").resolve("model.zip")));
        assertThat(withoutTimes(text(store, run + "metrics.csv")))
                .isEqualTo(withoutTimes(Files.readString(run("local").resolve("metrics.csv"))));
        assertThat(measured(text(store, run + "evaluation/private_test.json")))
                .isEqualTo(measured(Files.readString(run("local").resolve("evaluation/private_test.json"))));
    }

    private static String text(S3Server store, String key) {
        return new String(store.content(key), StandardCharsets.UTF_8);
    }

    /** An evaluation without what names the model: the run, and the checksum of a file that holds its time. */
    private static JsonNode measured(String evaluation) throws Exception {
        ObjectNode all = (ObjectNode) new ObjectMapper().readTree(evaluation);
        assertThat(all.remove(List.of("model", "model_run_id", "model_sha256")).isEmpty())
                .isFalse();
        return all;
    }

    private static void assertOneExecutorEvaluates(List<String> options) throws Exception {
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
                        options.toArray(String[]::new)));
        assertThat(evaluated.status()).as(evaluated.err()).isZero();
        assertThat(evaluated.out()).startsWith("public_test, ");
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

    /**
     * In one training, because each executor that starts takes longer than an epoch; and encrypted, because here no
     * executor has to fetch the cluster's jar.
     */
    @Test
    void anExecutorLostInTheFirstEpochAndAWorkerInTheSecondCostTimeAndNothingElse() throws Exception {
        Map<String, String> encrypted = new TreeMap<>(TRAINING);
        encrypted.put("spark.network.crypto.enabled", "true");
        Finished finished = driver(encrypted)
                .whenErrorHas("epoch 1: begins", cluster::killExecutor)
                .whenErrorHas("epoch 2: begins", cluster::killWorker)
                .run(arguments(training("lost", csv, out()), onCluster(encrypted), "--set", "log.level=debug"));
        cluster.replaceWorker();

        assertThat(finished.err()).doesNotContain("error:").contains("epoch 1: begins", "epoch 2: begins");
        assertThat(finished.status()).isZero();
        assertSameAsLocal("lost");
        assertThat(Files.readString(run("lost").resolve("config.conf")))
                .contains("spark.authenticate = true\n", "spark.network.crypto.enabled = true\n");
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

    /** The example of docs/spark.md, with the settings of this class in place of a recipe, and an order for the rows. */
    @Test
    void aDataFrameIsTrainedOnByTheExecutorsBitForBitAsTheCsv() throws Exception {
        SparkSession.Builder session = SparkSession.builder()
                .config("spark.sql.shuffle.partitions", "2")
                // A Spark distribution has all of Spark; the tests' one has the core, and here is the rest.
                .config(
                        "spark.executor.extraClassPath",
                        JAR + File.pathSeparator + System.getProperty("java.class.path"));
        DriverProperties.of(onCluster(Map.of())).forEach(session::config);
        Path saved = folder.resolve("face-model");
        try (SparkSession spark = session.getOrCreate()) {
            Dataset<Row> faces = spark.read()
                    .option("header", true)
                    .csv(csv.toString())
                    .withColumn("row", functions.monotonically_increasing_id());
            ImageClassifierModel model = new ImageClassifier()
                    .setFeaturesCol("pixels")
                    .setLabelCol("emotion")
                    .setSplitCol("Usage")
                    .setOrderCol("row")
                    .setClasses("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
                    .setSettings(TRAINING.entrySet().stream()
                            .map(setting -> setting.getKey() + "=" + setting.getValue())
                            .toArray(String[]::new))
                    .fit(faces);
            Dataset<Row> predicted = model.transform(faces);
            assertThat(predicted.columns())
                    .containsExactly("emotion", "Usage", "row", "prediction", "probability", "predictedLabel");
            assertThat(predicted
                            .where("predictedLabel is not null and prediction between 0 and 6")
                            .count())
                    .isEqualTo(300);
            model.write().overwrite().save(saved.toString());

            assertThat(ModelContent.of(
                            ImageClassifierModel.load(saved.toString()).modelFile()))
                    .isEqualTo(ModelContent.of(run("local").resolve("model.zip")));
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
