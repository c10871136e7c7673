package io.nightshift.evaluation;

import io.nightshift.config.settings.EvaluateSettings;
import io.nightshift.config.settings.TestTimeAugmentation;
import io.nightshift.dataset.augment.AugmentedViews;
import io.nightshift.dataset.batch.Examples;
import io.nightshift.dataset.batch.MiniBatch;
import io.nightshift.engine.Backend;
import io.nightshift.engine.NativeThreads;
import io.nightshift.model.TrainedModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Evaluates networks on Spark: sends the model to the executors and collects counts and a few mistakes. */
public final class Evaluator {
    private static final Logger LOG = LoggerFactory.getLogger(Evaluator.class);

    private final JavaSparkContext spark;
    private final int threadsPerTask;
    private final EvaluateSettings settings;

    /**
     * For any number of evaluations.
     *
     * @param threadsPerTask native threads for each task
     */
    public Evaluator(JavaSparkContext spark, int threadsPerTask, EvaluateSettings settings) {
        this.spark = spark;
        this.threadsPerTask = threadsPerTask;
        this.settings = settings;
    }

    /**
     * Predicts all examples, in one pass.
     *
     * @param model    if it wants images of another size, they are scaled as {@link
     *                 io.nightshift.dataset.images.GreyImage#scaledTo} does it; it sees the views of the settings, or
     *                 those that its card names
     * @param modelUri where the model is kept, for the record
     */
    public Evaluation evaluate(TrainedModel model, String modelUri, Examples examples) {
        return evaluate(model, modelUri, examples, Optional.empty());
    }

    /**
     * Predicts all examples, in one pass.
     *
     * @param duplicates of these examples in training, empty if they were not searched for
     */
    public Evaluation evaluate(
            TrainedModel model, String modelUri, Examples examples, Optional<Duplicates> duplicates) {
        long begin = System.nanoTime();
        spark.setJobDescription("evaluating on " + examples.split().id());
        Broadcast<byte[]> sent = spark.broadcast(model.bytes());
        try {
            int batchSize = examples.batchSize();
            int threads = threadsPerTask;
            int kept = settings.mistakes();
            TestTimeAugmentation views = views(model);
            ConfusionCounts nothing = new ConfusionCounts(
                    model.card().classes(),
                    kept,
                    duplicates.map(Duplicates::tested).orElse(null));
            List<ConfusionCounts> partitions = examples.batches()
                    .mapPartitions(batches -> List.of(count(sent.value(), batches, batchSize, threads, nothing, views))
                            .iterator())
                    .collect();
            LOG.debug(
                    "{}: predicted {} examples, {} a second",
                    examples.split().id(),
                    examples.count(),
                    Math.round(examples.count() * 1e9 / (System.nanoTime() - begin)));
            // Added in the order of the partitions, so that equal runs give equal sums.
            return partitions.stream()
                    .reduce(nothing, ConfusionCounts::plus)
                    .evaluation(examples.split().id(), modelUri)
                    .of(named(model, modelUri, views));
        } finally {
            sent.destroy();
        }
    }

    /**
     * A model that is compared.
     *
     * @param uri where it is kept, for the record
     */
    public record Candidate(TrainedModel model, String uri) {}

    /** Predicts all examples with the champion and the challenger, of the same classes, in one pass. */
    public ModelComparison compare(Candidate champion, Candidate challenger, Examples examples) {
        return compare(List.of(champion), List.of(challenger), examples, Optional.empty());
    }

    /**
     * Predicts all examples with the models of two sides, all of the same classes, in one pass.
     *
     * @param duplicates of these examples in training, empty if they were not searched for
     */
    public ModelComparison compare(
            List<Candidate> first, List<Candidate> second, Examples examples, Optional<Duplicates> duplicates) {
        spark.setJobDescription("comparing models on " + examples.split().id());
        List<Candidate> all = Stream.concat(first.stream(), second.stream()).toList();
        Broadcast<byte[][]> models = spark.broadcast(
                all.stream().map(candidate -> candidate.model().bytes()).toArray(byte[][]::new));
        try {
            int batchSize = examples.batchSize();
            int threads = threadsPerTask;
            int firsts = first.size();
            TestTimeAugmentation[] views =
                    all.stream().map(candidate -> views(candidate.model())).toArray(TestTimeAugmentation[]::new);
            PairedCounts nothing = PairedCounts.empty(
                    first.get(0).model().card().classes(),
                    firsts,
                    second.size(),
                    duplicates.map(Duplicates::tested).orElse(null));
            return examples
                    .batches()
                    .mapPartitions(batches -> List.of(
                                    countPairs(models.value(), firsts, batches, batchSize, threads, views, nothing))
                            .iterator())
                    .collect()
                    .stream()
                    .reduce(nothing, PairedCounts::plus)
                    .comparison(examples.split().id(), named(first), named(second));
        } finally {
            models.destroy();
        }
    }

    private List<EvaluatedModel> named(List<Candidate> side) {
        return side.stream()
                .map(candidate -> named(candidate.model(), candidate.uri(), views(candidate.model())))
                .toList();
    }

    private static EvaluatedModel named(TrainedModel model, String uri, TestTimeAugmentation views) {
        return new EvaluatedModel(
                uri, model.card().runId().orElse(null), null, model.card().isRefit(), views);
    }

    private TestTimeAugmentation views(TrainedModel model) {
        return settings.testTimeAugmentation().orElse(model.card().testTimeAugmentation());
    }

    private static PairedCounts countPairs(
            byte[][] sent,
            int firsts,
            Iterator<MiniBatch> batches,
            int batchSize,
            int threads,
            TestTimeAugmentation[] views,
            PairedCounts counts)
            throws IOException {
        List<TrainedModel> models = new ArrayList<>();
        for (byte[] model : sent) {
            models.add(model(model, threads));
        }
        while (batches.hasNext()) {
            MiniBatch batch = batches.next();
            List<List<Prediction>> byModel = IntStream.range(0, models.size())
                    .mapToObj(model -> predictions(models.get(model), batch, batchSize, views[model]))
                    .toList();
            for (int i = 0; i < batch.size(); i++) {
                int row = i;
                List<Prediction> ofRow = byModel.stream()
                        .map(predictions -> predictions.get(row))
                        .toList();
                counts.add(ofRow.subList(0, firsts), ofRow.subList(firsts, ofRow.size()));
            }
        }
        models.forEach(TrainedModel::free);
        return counts;
    }

    private static ConfusionCounts count(
            byte[] sent,
            Iterator<MiniBatch> batches,
            int batchSize,
            int threads,
            ConfusionCounts counts,
            TestTimeAugmentation views)
            throws IOException {
        TrainedModel model = model(sent, threads);
        while (batches.hasNext()) {
            predictions(model, batches.next(), batchSize, views).forEach(counts::add);
        }
        model.free();
        return counts;
    }

    private static TrainedModel model(byte[] sent, int threads) throws IOException {
        Backend.forTask(Optional.ofNullable(TaskContext.get().resourcesJMap().get("gpu"))
                .map(gpu -> gpu.addresses()[0]));
        NativeThreads.perWorker(threads);
        return TrainedModel.read(sent);
    }

    /**
     * Predicts a minibatch, in the thread that asks.
     *
     * @param batchSize of all batches but the last; with the batch's number it gives the index of an example
     * @param views     of each image
     */
    public static List<Prediction> predictions(
            TrainedModel model, MiniBatch batch, int batchSize, TestTimeAugmentation views) {
        int side = model.card().input().side();
        float[][] scores = model.scores(AugmentedViews.of(views, batch.pixels(side), side));
        return IntStream.range(0, scores.length)
                .mapToObj(i -> new Prediction(
                        batch.number() * batchSize + i, batch.labels()[i], scores[i], batch.image(i), batch.votes(i)))
                .toList();
    }
}
