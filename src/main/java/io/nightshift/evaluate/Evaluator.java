package io.nightshift.evaluate;

import io.nightshift.config.Settings;
import io.nightshift.config.Settings.TestTimeAugmentation;
import io.nightshift.data.Examples;
import io.nightshift.data.MiniBatch;
import io.nightshift.model.Backend;
import io.nightshift.model.FastLayers;
import io.nightshift.model.ModelFile;
import io.nightshift.model.NativeThreads;
import io.nightshift.model.NetworkMemory;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Evaluates networks on Spark: the model travels to the executors, and only counts and a few mistakes come back. */
public final class Evaluator {
    private static final Logger LOG = LoggerFactory.getLogger(Evaluator.class);

    private final JavaSparkContext spark;
    private final int threadsPerTask;
    private final Settings.Evaluate settings;

    /**
     * For any number of evaluations.
     *
     * @param threadsPerTask native threads for each task
     */
    public Evaluator(JavaSparkContext spark, int threadsPerTask, Settings.Evaluate settings) {
        this.spark = spark;
        this.threadsPerTask = threadsPerTask;
        this.settings = settings;
    }

    /**
     * Predicts all examples, in one pass.
     *
     * @param modelUri where the network is kept, for the record
     */
    public Evaluation evaluate(MultiLayerNetwork network, String modelUri, Examples examples) {
        long begin = System.nanoTime();
        spark.setJobDescription("evaluating on " + examples.split().id());
        Broadcast<byte[]> model = spark.broadcast(ModelFile.bytes(network, false));
        try {
            int batchSize = examples.batchSize();
            int threads = threadsPerTask;
            int kept = settings.mistakes();
            TestTimeAugmentation views = settings.testTimeAugmentation();
            List<Tally> tallies = examples.batches()
                    .mapPartitions(batches -> List.of(tally(model.value(), batches, batchSize, threads, kept, views)).iterator())
                    .collect();
            LOG.debug("{}: predicted {} examples, {} a second", examples.split().id(), examples.count(),
                    Math.round(examples.count() * 1e9 / (System.nanoTime() - begin)));
            // Added in the order of the partitions, so that equal runs give equal sums.
            return tallies.stream().reduce(new Tally(settings.mistakes()), Tally::plus).evaluation(examples.split().id(), modelUri);
        } finally {
            model.destroy();
        }
    }

    /**
     * Predicts all examples with two networks, in one pass.
     *
     * @param championUri   where the network in use is kept, for the record
     * @param challengerUri where the other one is kept
     */
    public Comparison compare(MultiLayerNetwork champion, String championUri, MultiLayerNetwork challenger,
                              String challengerUri, Examples examples) {
        spark.setJobDescription("comparing with the champion on " + examples.split().id());
        Broadcast<byte[][]> models = spark.broadcast(new byte[][] {
            ModelFile.bytes(champion, false), ModelFile.bytes(challenger, false)});
        try {
            int batchSize = examples.batchSize();
            int threads = threadsPerTask;
            TestTimeAugmentation views = settings.testTimeAugmentation();
            return examples.batches()
                    .mapPartitions(batches -> List.of(pairedTally(models.value(), batches, batchSize, threads, views)).iterator())
                    .collect().stream().reduce(PairedTally.empty(), PairedTally::plus)
                    .comparison(examples.split().id(), championUri, challengerUri);
        } finally {
            models.destroy();
        }
    }

    private static PairedTally pairedTally(byte[][] models, Iterator<MiniBatch> batches, int batchSize, int threads,
                                           TestTimeAugmentation views)
            throws IOException {
        MultiLayerNetwork champion = network(models[0], threads);
        MultiLayerNetwork challenger = network(models[1], threads);
        PairedTally tally = PairedTally.empty();
        while (batches.hasNext()) {
            MiniBatch batch = batches.next();
            List<Prediction> first = predictions(champion, batch, batchSize, views);
            List<Prediction> second = predictions(challenger, batch, batchSize, views);
            for (int i = 0; i < first.size(); i++) {
                tally = tally.with(first.get(i), second.get(i));
            }
        }
        NetworkMemory.free(champion);
        NetworkMemory.free(challenger);
        return tally;
    }

    private static Tally tally(byte[] model, Iterator<MiniBatch> batches, int batchSize, int threads, int kept,
                               TestTimeAugmentation views)
            throws IOException {
        MultiLayerNetwork network = network(model, threads);
        Tally tally = new Tally(kept);
        while (batches.hasNext()) {
            predictions(network, batches.next(), batchSize, views).forEach(tally::add);
        }
        NetworkMemory.free(network);
        return tally;
    }

    private static MultiLayerNetwork network(byte[] model, int threads) throws IOException {
        Backend.forTask(Optional.ofNullable(TaskContext.get().resourcesJMap().get("gpu")).map(gpu -> gpu.addresses()[0]));
        NativeThreads.perWorker(threads);
        MultiLayerNetwork network = ModelFile.network(model, false);
        FastLayers.install(network);
        return network;
    }

    private static List<Prediction> predictions(MultiLayerNetwork network, MiniBatch batch, int batchSize,
                                                TestTimeAugmentation views) {
        INDArray output = network.output(batch.features(), false);
        if (views == TestTimeAugmentation.FLIP) {
            output = output.add(network.output(batch.mirrored().features(), false)).divi(2);
        }
        float[][] scores = output.toFloatMatrix();
        return IntStream.range(0, scores.length)
                .mapToObj(i -> new Prediction(batch.number() * batchSize + i, batch.labels()[i], scores[i], batch.image(i)))
                .toList();
    }
}
