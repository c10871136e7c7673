package io.nightshift.report;

import io.nightshift.config.settings.TrainSettings.BestBy;
import io.nightshift.dataset.Emotion;
import io.nightshift.dataset.Split;
import io.nightshift.evaluation.ClassMetrics;
import io.nightshift.evaluation.EvaluatedModel;
import io.nightshift.evaluation.Evaluation;
import io.nightshift.evaluation.Metric;
import io.nightshift.evaluation.Prediction;
import io.nightshift.evaluation.statistics.Uncertainty.Interval;
import io.nightshift.evaluation.statistics.Uncertainty.StandardError;
import io.nightshift.inference.explain.HeatMap;
import io.nightshift.run.EpochMetrics;
import io.nightshift.run.Manifest;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Runs as they might have been, with FER2013's sizes. */
final class SampleContent {

    static final String REASON = "OutOfMemoryError: Java heap space (executor 3, <stage 12.0>)";

    private static final long[][] CONFUSION = {
        {281, 7, 41, 22, 78, 9, 53},
        {14, 29, 4, 2, 4, 1, 1},
        {49, 2, 229, 20, 117, 55, 56},
        {11, 0, 12, 776, 22, 17, 41},
        {52, 1, 57, 31, 348, 7, 98},
        {7, 0, 34, 19, 8, 338, 10},
        {31, 1, 26, 46, 92, 7, 423},
    };

    private static final Map<Split, long[]> COUNTS = Map.of(
            Split.TRAINING, new long[] {3995, 436, 4097, 7215, 4830, 3171, 4965},
            Split.PUBLIC_TEST, new long[] {467, 56, 496, 895, 653, 415, 607},
            Split.PRIVATE_TEST, new long[] {491, 55, 528, 879, 594, 416, 626});

    private SampleContent() {}

    static ReportContent succeeded() {
        return new ReportContent(
                manifest(
                        Manifest.State.SUCCEEDED,
                        null,
                        new Manifest.Training(12, 9, BestBy.LOSS, 1.012, 0.652, 0.6754, null)),
                epochs(true),
                List.of(
                        evaluation(Split.TRAINING, confusion(Split.TRAINING, 0.35), List.of()),
                        evaluation(Split.PUBLIC_TEST, confusion(Split.PUBLIC_TEST, 1.04), mistakes()),
                        evaluation(Split.PRIVATE_TEST, CONFUSION, mistakes())),
                explanations(),
                Emotion.labels(),
                COUNTS,
                List.of(
                        new RejectedSample("line 1,204", "pixel_count", "3,70 80 82 72 58 58 60,Training"),
                        new RejectedSample("line 18,731", "label", "<script>alert('x')</script>,0 0 0 0 0,Training"),
                        new RejectedSample("line 30,002", "pixel_value", "4,300 212 -1 8 8 9 12 300 300,PublicTest")),
                """
                data {
                  uri = "s3a://faces/fer2013.csv.gz"
                  on-bad-row = "skip"
                }
                training {
                  epochs = 12
                  batch-size = 64
                  learning-rate = 0.001
                }
                """);
    }

    static ReportContent failed() {
        Manifest manifest = manifest(Manifest.State.FAILED, REASON, null);
        return new ReportContent(
                manifest.toBuilder().data(null).build(),
                List.of(),
                List.of(),
                Explanations.NONE,
                List.of(),
                Map.of(),
                List.of(),
                "data.uri = \"missing.csv\"\n");
    }

    static ReportContent rejected() {
        ReportContent good = succeeded();
        return new ReportContent(
                manifest(
                        Manifest.State.REJECTED,
                        "accuracy 67.5 % on private_test is below the required 70 %",
                        good.manifest().training()),
                good.epochs(),
                good.evaluations(),
                good.explanations(),
                good.classes(),
                good.classCounts(),
                good.rejectedSamples(),
                good.configuration());
    }

    static ReportContent withoutValidation() {
        Map<Split, long[]> counts = Map.of(Split.TRAINING, COUNTS.get(Split.TRAINING));
        Manifest whole = manifest(
                Manifest.State.SUCCEEDED, null, new Manifest.Training(12, 12, BestBy.LAST, null, null, null, null));
        Manifest.Data data = new Manifest.Data(
                "file:///data/faces.csv",
                812_004,
                "ab".repeat(32),
                new Manifest.Rows(28_709, 28_709, 0),
                Map.of("training", 28_709L),
                Map.of(),
                Map.of(),
                0.5,
                0.25,
                null);
        return new ReportContent(
                whole.toBuilder().data(data).build(),
                epochs(false),
                List.of(evaluation(Split.TRAINING, confusion(Split.TRAINING, 0.35), mistakes())),
                Explanations.NONE,
                Emotion.labels(),
                counts,
                List.of(),
                "training.epochs = 12\n");
    }

    static Manifest manifest(Manifest.State state, String reason, Manifest.Training training) {
        Map<String, Long> rejected = new TreeMap<>(Map.of("pixel_count", 11L, "pixel_value", 4L, "label", 2L));
        Manifest.Data data = new Manifest.Data(
                "s3a://faces/fer2013.csv.gz",
                96_342_112,
                "9f1a3c0de4b27756".repeat(4),
                new Manifest.Rows(35_904, 35_887, 17),
                Map.of("training", 28_709L, "public_test", 3_589L, "private_test", 3_589L),
                rejected,
                Map.of(),
                0.5,
                0.25,
                null);
        return Manifest.builder()
                .runId("2026-03-14T013000Z-7c1e")
                .command("train")
                .state(state, reason)
                .start("2026-03-14T01:30:00Z")
                .end("2026-03-14T03:12:41Z")
                .program(new Manifest.Program("0.1.0", "2ebf605"))
                .versions(new Manifest.Versions("17.0.12", "3.5.9", "1.0.0-M2.1"))
                .backend("cpu")
                .master("local[8]")
                .seed(42)
                .data(data)
                .training(training)
                .build();
    }

    static List<EpochMetrics> epochs(boolean validated) {
        Random random = new Random(7);
        return IntStream.rangeClosed(1, 12)
                .mapToObj(epoch -> new EpochMetrics(
                        epoch,
                        0.62 + 1.2 * Math.exp(-epoch / 5.0) + 0.01 * random.nextGaussian(),
                        validated
                                ? 0.99
                                        + 0.75 * Math.exp(-epoch / 2.6)
                                        + 0.006 * Math.pow(Math.max(0, epoch - 8), 2)
                                        + 0.012 * random.nextGaussian()
                                : Double.NaN,
                        validated
                                ? 0.665
                                        - 0.36 * Math.exp(-epoch / 2.8)
                                        - 0.004 * Math.max(0, epoch - 9)
                                        + 0.004 * random.nextGaussian()
                                : Double.NaN,
                        epoch < 8 ? 1e-3 : 5e-4,
                        61.2 + random.nextGaussian(),
                        469 + 4 * random.nextGaussian()))
                .toList();
    }

    /** The evaluation that a confusion matrix amounts to; its loss and top-2 accuracy are made up. */
    static Evaluation evaluation(Split split, long[][] confusion, List<Prediction> mistakes) {
        int size = confusion.length;
        long examples = LongStream.of(IntStream.range(0, size)
                        .mapToLong(row -> sum(confusion[row]))
                        .toArray())
                .sum();
        long right = IntStream.range(0, size)
                .mapToLong(label -> confusion[label][label])
                .sum();
        long majority = IntStream.range(0, size)
                .mapToLong(row -> sum(confusion[row]))
                .max()
                .orElseThrow();
        List<ClassMetrics> classes = new ArrayList<>();
        for (int label = 0; label < size; label++) {
            int column = label;
            long predicted = IntStream.range(0, size)
                    .mapToLong(row -> confusion[row][column])
                    .sum();
            long support = sum(confusion[label]);
            double precision = predicted == 0 ? 0 : (double) confusion[label][label] / predicted;
            double recall = support == 0 ? 0 : (double) confusion[label][label] / support;
            double f1 = precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
            classes.add(new ClassMetrics(Emotion.labels().get(label), support, predicted, precision, recall, f1));
        }
        double accuracy = (double) right / examples;
        return new Evaluation(
                split.id(),
                EvaluatedModel.at("file:///runs/x/model.zip"),
                examples,
                Map.of(
                        Metric.LOSS,
                        1.98 - 1.42 * accuracy,
                        Metric.ACCURACY,
                        accuracy,
                        Metric.MACRO_F1,
                        classes.stream().mapToDouble(ClassMetrics::f1).average().orElseThrow(),
                        Metric.TOP2_ACCURACY,
                        Math.sqrt(accuracy),
                        Metric.MAJORITY_BASELINE,
                        (double) majority / examples,
                        Metric.CALIBRATION_ERROR,
                        0.05,
                        Metric.DUPLICATES,
                        12.0,
                        Metric.ACCURACY_WITHOUT_DUPLICATES,
                        accuracy - 0.01),
                Map.of(
                        Metric.ACCURACY,
                        new StandardError(Math.sqrt(accuracy * (1 - accuracy) / examples)),
                        Metric.MACRO_F1,
                        new Interval(0.581, 0.619)),
                classes,
                confusion,
                mistakes,
                1);
    }

    private static long sum(long[] counts) {
        return LongStream.of(counts).sum();
    }

    /** The confusion of a split with these rows per class, with errors so many times as frequent. */
    private static long[][] confusion(Split split, double errors) {
        long[] support = COUNTS.get(split);
        long[][] confusion = new long[support.length][support.length];
        for (int row = 0; row < support.length; row++) {
            for (int column = 0; column < support.length; column++) {
                if (row != column) {
                    confusion[row][column] =
                            Math.round(errors * support[row] * CONFUSION[row][column] / sum(CONFUSION[row]));
                }
            }
            confusion[row][row] = support[row] - sum(confusion[row]);
        }
        return confusion;
    }

    private static List<Prediction> mistakes() {
        Random random = new Random(3);
        List<Prediction> mistakes = new ArrayList<>();
        for (int number = 0; number < 12; number++) {
            int actual = random.nextInt(Emotion.COUNT);
            int predicted = (actual + 1 + random.nextInt(Emotion.COUNT - 1)) % Emotion.COUNT;
            float[] scores = new float[Emotion.COUNT];
            scores[predicted] = 0.985f - 0.021f * number;
            scores[actual] = 0.7f * (1 - scores[predicted]);
            for (int label = 0; label < scores.length; label++) {
                if (label != actual && label != predicted) {
                    scores[label] = 0.06f * (1 - scores[predicted]);
                }
            }
            mistakes.add(new Prediction(random.nextInt(3589), actual, scores, face(random)));
        }
        return mistakes;
    }

    /** Maps of the private test's first ten mistakes, and of two classes. */
    static Explanations explanations() {
        Random random = new Random(5);
        List<HeatMap> maps = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            float[] values = new float[9];
            for (int k = 0; k < values.length; k++) {
                values[k] = random.nextFloat();
            }
            values[i % 9] = 1;
            maps.add(new HeatMap(HeatMap.Method.GRAD_CAM, 3, 3, values));
        }
        return new Explanations(
                Map.of(Split.PRIVATE_TEST.id(), maps.subList(0, 10)),
                Split.PRIVATE_TEST.id(),
                List.of(
                        new Explanations.ClassMean(0, 32, face(random), maps.get(10)),
                        new Explanations.ClassMean(1, 1, face(random), maps.get(11))));
    }

    private static byte[] face(Random random) {
        BufferedImage image = new BufferedImage(48, 48, BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setColor(new Color(0x303030 + 0x010101 * random.nextInt(60)));
        graphics.fillRect(0, 0, 48, 48);
        graphics.setColor(new Color(0x909090 + 0x010101 * random.nextInt(80)));
        graphics.fillOval(7, 2, 34, 44);
        graphics.setColor(new Color(0x202020));
        int opened = 2 + random.nextInt(4);
        graphics.fillOval(14, 19 - opened / 2, 6, opened);
        graphics.fillOval(28, 19 - opened / 2, 6, opened);
        graphics.setStroke(new BasicStroke(1.6f));
        int mood = random.nextInt(17) - 8;
        graphics.drawArc(16, 34 - Math.abs(mood) / 2, 16, 1 + Math.abs(mood), mood > 0 ? 180 : 0, 180);
        int brow = random.nextInt(5) - 2;
        graphics.drawLine(13, 14 + brow, 20, 14);
        graphics.drawLine(28, 14, 35, 14 + brow);
        graphics.dispose();
        return ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    }
}
