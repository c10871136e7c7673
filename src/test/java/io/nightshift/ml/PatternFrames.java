package io.nightshift.ml;

import io.nightshift.SparkFixture;
import io.nightshift.dataset.Emotion;
import io.nightshift.dataset.PatternFaces;
import io.nightshift.engine.Network;
import io.nightshift.model.SmallNetwork;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.ModelCard;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.spark.ml.image.ImageSchema;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** DataFrames of {@link PatternFaces}, in each form that images can have; and a training of them that takes a second. */
final class PatternFrames {
    private static final int SIDE = Emotion.SIDE;

    private final Path folder;
    private final List<String[]> rows = new ArrayList<>();
    private final Path csv;

    private PatternFrames(Path folder, Path csv) throws IOException {
        this.folder = folder;
        this.csv = csv;
        Files.readAllLines(csv).stream().skip(1).forEach(line -> rows.add(line.split(",")));
    }

    static PatternFrames of(Path folder, int training, int test) throws IOException {
        return new PatternFrames(folder, PatternFaces.of(3, training, test).write(folder.resolve("faces.csv")));
    }

    static SparkSession session() {
        SparkFixture.spark();
        return SparkSession.builder()
                .config("spark.sql.shuffle.partitions", 2)
                .config("spark.sql.warehouse.dir", System.getProperty("java.io.tmpdir"))
                .getOrCreate();
    }

    Path csv() {
        return csv;
    }

    /** An estimator that learns the faces in two epochs of one layer. */
    ImageClassifier classifier() throws IOException {
        return new ImageClassifier()
                .setFeaturesCol("face")
                .setLabelCol("emotion")
                .setSplitCol("Usage")
                .setOrderCol("row")
                .setClasses(Emotion.labels().toArray(String[]::new))
                .setEpochs(2)
                .setWorkers(1)
                .setSettings(settings());
    }

    String[] settings() throws IOException {
        Path start = folder.resolve("start.zip");
        if (!Files.exists(start)) {
            Files.write(
                    start,
                    TrainedModel.of(Network.of(SmallNetwork.ofOneLayer()), ModelCard.ofFer2013("one-layer"))
                            .bytes());
        }
        return new String[] {
            "transfer.from=" + start,
            "train.learning-rate=0.005",
            "train.batch-size-per-worker=4",
            "train.threads-per-worker=1"
        };
    }

    /** Rows of row, emotion (double), Usage and face, each face as pixel text. */
    Dataset<Row> pixelText() {
        return frame(DataTypes.StringType, pixels -> pixels);
    }

    Dataset<Row> encoded() {
        return frame(DataTypes.BinaryType, PatternFrames::png);
    }

    Dataset<Row> imageStructs() {
        return frame(
                ImageSchema.columnSchema(),
                pixels -> RowFactory.create(
                        "", SIDE, SIDE, 1, ImageSchema.ocvTypes().apply("CV_8UC1"), bytes(pixels)));
    }

    Dataset<Row> arrays() {
        return frame(
                DataTypes.createArrayType(DataTypes.FloatType),
                pixels -> numbers(pixels).mapToObj(value -> (float) value).toArray());
    }

    /** Vectors of numbers from 0 to 1. */
    Dataset<Row> vectors() {
        return frame(
                SQLDataTypes.VectorType(),
                pixels -> Vectors.dense(
                        numbers(pixels).mapToDouble(value -> value / 255.0).toArray()));
    }

    private interface Face {
        Object of(String pixels);
    }

    private Dataset<Row> frame(DataType type, Face face) {
        StructType schema = new StructType()
                .add("row", DataTypes.IntegerType)
                .add("emotion", DataTypes.DoubleType)
                .add("Usage", DataTypes.StringType)
                .add("face", type);
        List<Row> made = IntStream.range(0, rows.size())
                .mapToObj(i ->
                        RowFactory.create(i, Double.valueOf(rows.get(i)[0]), rows.get(i)[2], face.of(rows.get(i)[1])))
                .toList();
        return session().createDataFrame(made, schema);
    }

    private static IntStream numbers(String pixels) {
        return Stream.of(pixels.split(" ")).mapToInt(Integer::parseInt);
    }

    static byte[] bytes(String pixels) {
        int[] numbers = numbers(pixels).toArray();
        byte[] bytes = new byte[numbers.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) numbers[i];
        }
        return bytes;
    }

    static byte[] png(String pixels) {
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setDataElements(0, 0, SIDE, SIDE, bytes(pixels));
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", png);
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory cannot fail", e);
        }
        return png.toByteArray();
    }
}
