package io.nightshift.evaluate;

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
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Evaluates networks on Spark: the model travels to the executors, and only counts and a few mistakes come back. */
public final class Evaluator {
    private static final Logger LOG = LoggerFactory.getLogger(Evaluator.class);

    private final JavaSparkContext spark;
    private final int threadsPerTask;
    private final int mistakes;

    /**
     * For any number of evaluations.
     *
     * @param threadsPerTask native threads for each task
     * @param mistakes       the most confident mistakes to keep
     */
    public Evaluator(JavaSparkContext spark, int threadsPerTask, int mistakes) {
        this.spark = spark;
        this.threadsPerTask = threadsPerTask;
        this.mistakes = mistakes;
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
            int kept = mistakes;
            List<Tally> tallies = examples.batches()
                    .mapPartitions(batches -> List.of(tally(model.value(), batches, batchSize, threads, kept)).iterator())
                    .collect();
            LOG.debug("{}: predicted {} examples, {} a second", examples.split().id(), examples.count(),
                    Math.round(examples.count() * 1e9 / (System.nanoTime() - begin)));
            // Added in the order of the partitions, so that equal runs give equal sums.
            return tallies.stream().reduce(new Tally(mistakes), Tally::plus).evaluation(examples.split().id(), modelUri);
        } finally {
            model.destroy();
        }
    }

    private static Tally tally(byte[] model, Iterator<MiniBatch> batches, int batchSize, int threads, int kept)
            throws IOException {
        Backend.forTask(Optional.ofNullable(TaskContext.get().resourcesJMap().get("gpu")).map(gpu -> gpu.addresses()[0]));
        NativeThreads.perWorker(threads);
        MultiLayerNetwork network = ModelFile.network(model, false);
        FastLayers.install(network);
        Tally tally = new Tally(kept);
        while (batches.hasNext()) {
            MiniBatch batch = batches.next();
            float[][] scores = network.output(batch.features(), false).toFloatMatrix();
            for (int i = 0; i < scores.length; i++) {
                tally.add(new Prediction(batch.number() * batchSize + i, batch.labels()[i], scores[i], batch.image(i)));
            }
        }
        NetworkMemory.free(network);
        return tally;
    }
}
