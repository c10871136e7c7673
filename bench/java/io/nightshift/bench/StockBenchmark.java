package io.nightshift.bench;

import io.nightshift.dataset.Emotion;
import io.nightshift.dataset.Schema;
import io.nightshift.dataset.Split;
import io.nightshift.dataset.batch.Examples;
import io.nightshift.dataset.batch.MiniBatch;
import io.nightshift.dataset.batch.NetworkInput;
import io.nightshift.dataset.csv.CsvReader;
import io.nightshift.dataset.csv.Rows;
import io.nightshift.model.zoo.Architecture;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;

/**
 * The blog's CNN on dl4j-spark as it is: built-in layers, its own training master with its own defaults, but for the
 * way to the data: its default first writes all minibatches to files, which would be counted against it.
 */
public final class StockBenchmark {
    private static final int WORKERS = 2;
    private static final int BATCH_SIZE = 64;
    private static final int BATCHES = 20;

    private StockBenchmark() {}

    /**
     * Trains on 20 minibatches of the CSV that is named, after a warm-up, and scores them; prints examples per second.
     */
    public static void main(String[] arguments) {
        try (JavaSparkContext spark = new JavaSparkContext(new SparkConf()
                        .setMaster("local[2]")
                        .setAppName("stock")
                        .set("spark.driver.bindAddress", "127.0.0.1")
                        .set("spark.driver.host", "127.0.0.1")
                        .set("spark.ui.enabled", "false"));
                Rows rows = new CsvReader(spark, Schema.FER2013).read(arguments[0])) {
            Examples training = rows.examples(Split.TRAINING, BATCH_SIZE, WORKERS);
            List<MiniBatch> batches = training.batches().take(BATCHES);
            JavaRDD<DataSet> data = spark.parallelize(batches, WORKERS)
                    .map(batch -> batch.toDataSet(NetworkInput.grey(Emotion.SIDE), Emotion.COUNT, 0));
            MultiLayerNetwork network = (MultiLayerNetwork) Architecture.BLOG_CNN
                    .network(Emotion.SIDE, 7, 1, new Adam(0.0005))
                    .model();
            SparkDl4jMultiLayer stock = new SparkDl4jMultiLayer(
                    spark,
                    network,
                    new ParameterAveragingTrainingMaster.Builder(WORKERS, BATCH_SIZE)
                            .batchSizePerWorker(BATCH_SIZE)
                            .rddTrainingApproach(RDDTrainingApproach.Direct)
                            .build());
            stock.fit(spark.parallelize(batches.subList(0, 4), WORKERS)
                    .map(batch -> batch.toDataSet(NetworkInput.grey(Emotion.SIDE), Emotion.COUNT, 0)));
            long begin = System.nanoTime();
            stock.fit(data);
            double trained = BATCHES * BATCH_SIZE * 1e9 / (System.nanoTime() - begin);
            begin = System.nanoTime();
            Evaluation evaluation = stock.evaluate(data);
            double scored = evaluation.getNumRowCounter() * 1e9 / (System.nanoTime() - begin);
            System.out.println("train " + Math.round(trained) + " score " + Math.round(scored));
        }
    }
}
