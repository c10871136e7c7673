package io.nightshift.evaluation;

import io.nightshift.config.EvaluateSettings;
import io.nightshift.config.TestTimeAugmentation;
import io.nightshift.dataset.augment.AugmentedViews;
import io.nightshift.dataset.batch.Examples;
import io.nightshift.dataset.batch.MiniBatch;
import io.nightshift.engine.Backend;
import io.nightshift.engine.NativeThreads;
import io.nightshift.model.TrainedModel;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
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
     * Predicts all examples with two models of the same classes, in one pass.
     *
     * @param championUri   where the model in use is kept, for the record
     * @param challengerUri where the other one is kept
     */
    public ModelComparison compare(
            TrainedModel champion,
            String championUri,
            TrainedModel challenger,
            String challengerUri,
            Examples examples) {
        spark.setJobDescription(
                "comparing with the champion on " + examples.split().id());
        Broadcast<byte[][]> models = spark.broadcast(new byte[][] {champion.bytes(), challenger.bytes()});
        try {
            int batchSize = examples.batchSize();
            int threads = threadsPerTask;
            TestTimeAugmentation[] views = {views(champion), views(challenger)};
            ModelComparison comparison = examples
                    .batches()
                    .mapPartitions(batches -> List.of(countPairs(models.value(), batches, batchSize, threads, views))
                            .iterator())
                    .collect()
                    .stream()
                    .reduce(PairedCounts.empty(champion.card().classes()), PairedCounts::plus)
                    .comparison(examples.split().id(), championUri, challengerUri);
            return new ModelComparison(
                    comparison.champion().of(named(champion, championUri, views[0])),
                    comparison.challenger().of(named(challenger, challengerUri, views[1])),
                    comparison.discordant());
        } finally {
            models.destroy();
        }
    }

    private static EvaluatedModel named(TrainedModel model, String uri, TestTimeAugmentation views) {
        return new EvaluatedModel(
                uri, model.card().runId().orElse(null), null, model.card().isRefit(), views);
    }

    private TestTimeAugmentation views(TrainedModel model) {
        return settings.testTimeAugmentation().orElse(model.card().testTimeAugmentation());
    }

    private static PairedCounts countPairs(
            byte[][] models, Iterator<MiniBatch> batches, int batchSize, int threads, TestTimeAugmentation[] views)
            throws IOException {
        TrainedModel champion = model(models[0], threads);
        TrainedModel challenger = model(models[1], threads);
        PairedCounts counts = PairedCounts.empty(champion.card().classes());
        while (batches.hasNext()) {
            MiniBatch batch = batches.next();
            List<Prediction> first = predictions(champion, batch, batchSize, views[0]);
            List<Prediction> second = predictions(challenger, batch, batchSize, views[1]);
            for (int i = 0; i < first.size(); i++) {
                counts = counts.with(first.get(i), second.get(i));
            }
        }
        champion.free();
        challenger.free();
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

    private static List<Prediction> predictions(
            TrainedModel model, MiniBatch batch, int batchSize, TestTimeAugmentation views) {
        int side = model.card().input().side();
        float[][] scores = model.scores(AugmentedViews.of(views, batch.pixels(side), side));
        return IntStream.range(0, scores.length)
                .mapToObj(i -> new Prediction(
                        batch.number() * batchSize + i, batch.labels()[i], scores[i], batch.image(i), batch.votes(i)))
                .toList();
    }
}
