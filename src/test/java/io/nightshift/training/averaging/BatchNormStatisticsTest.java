package io.nightshift.training.averaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.SparkFixture;
import io.nightshift.config.loading.SettingsLoader;
import io.nightshift.config.settings.Settings;
import io.nightshift.dataset.Emotion;
import io.nightshift.dataset.Schema;
import io.nightshift.dataset.Split;
import io.nightshift.dataset.batch.Examples;
import io.nightshift.dataset.batch.MiniBatch;
import io.nightshift.dataset.batch.NetworkInput;
import io.nightshift.dataset.csv.CsvReader;
import io.nightshift.dataset.csv.Rows;
import io.nightshift.demo.DemoFaces;
import io.nightshift.engine.Network;
import io.nightshift.engine.Precision;
import io.nightshift.engine.execution.Computation;
import io.nightshift.model.SmallNetwork;
import io.nightshift.model.io.ModelCard;
import io.nightshift.training.AveragedWeights;
import io.nightshift.training.EpochTrainer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class BatchNormStatisticsTest {
    /** 400 examples: 25 minibatches of each of two workers. */
    private static Examples training;

    @BeforeAll
    static void read(@TempDir Path folder) throws IOException {
        Path csv = folder.resolve("faces.csv");
        try (OutputStream out = Files.newOutputStream(csv)) {
            DemoFaces.writeCsv(out, 500, 1);
        }
        try (Rows rows = new CsvReader(SparkFixture.spark(), Schema.FER2013).read(csv.toString())) {
            training = rows.examples(Split.TRAINING, 32, 2);
        }
    }

    private static MultiLayerNetwork normalised() {
        MultiLayerNetwork network = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Sgd(0.5))
                .list()
                .layer(new ConvolutionLayer.Builder(8, 8)
                        .stride(8, 8)
                        .nOut(4)
                        .activation(Activation.IDENTITY)
                        .build())
                .layer(new BatchNormalization.Builder().useLogStd(false).build())
                .layer(new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(7)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.convolutional(48, 48, 1))
                .build());
        network.init();
        return network;
    }

    @Test
    void averagedWeightsGetTheStatisticsThatTheyProduce() {
        Settings settings = SettingsLoader.load(
                List.of(),
                Map.of(
                        "train.batch-size-per-worker",
                        "8",
                        "train.averaging-frequency",
                        "5",
                        "train.weight-decay",
                        "0.1"),
                Map.of());
        EpochTrainer trainer = new EpochTrainer(
                SparkFixture.spark(),
                settings.train(),
                settings.augment(),
                ModelCard.ofFer2013("small"),
                Optional.empty(),
                new WorkerGroup(2, 1, Computation.onCpu(Precision.FLOAT32)));
        Network network = Network.of(normalised());
        AveragedWeights average = new AveragedWeights(5, Optional.empty(), 0);
        trainer.train(
                network,
                new OuterOptimizer(settings.train().averaging(), Optional.empty()),
                training,
                part -> 0.2,
                1,
                (examples, loss) -> average.add(network, examples / 400.0));
        INDArray before = average.weights().orElseThrow().dup();
        INDArray trained = network.params().dup();

        average.renewStatistics(network, averaged -> trainer.renewStatistics(averaged, training, 1));

        Network averaged = average.of(network);
        INDArray[] expected = statisticsOfAllExamples((MultiLayerNetwork) averaged.model());
        List<INDArray> renewed = BatchNormStatistics.of(averaged);
        List<INDArray> old = BatchNormStatistics.of(Network.of(network.configuration(), before.dup(), null));
        for (int i = 0; i < 2; i++) {
            assertThat(renewed.get(i).distance1(expected[i]))
                    .isLessThan(old.get(i).distance1(expected[i]) / 2);
        }
        BatchNormStatistics.put(old, averaged);
        assertThat(averaged.params()).isEqualTo(before);
        assertThat(network.params()).isEqualTo(trained);
        assertThat(network.iterations()).isEqualTo(25);
    }

    /** Mean and variance of each channel that batch normalisation is given. */
    private static INDArray[] statisticsOfAllExamples(MultiLayerNetwork network) {
        List<DataSet> all = new ArrayList<>();
        for (MiniBatch batch : training.batches().collect()) {
            all.add(batch.toDataSet(NetworkInput.grey(Emotion.SIDE), Emotion.COUNT, 0));
        }
        INDArray given = network.feedForwardToLayer(0, DataSet.merge(all).getFeatures(), false)
                .get(1);
        return new INDArray[] {given.mean(0, 2, 3), given.var(false, 0, 2, 3)};
    }

    @Test
    void aNetworkWithoutBatchNormalisationIsLeftAlone() {
        AveragedWeights average = new AveragedWeights(5, Optional.empty(), 0);
        average.add(Network.of(SmallNetwork.withSgd()), 1);
        average.renewStatistics(Network.of(SmallNetwork.withSgd()), averaged -> {
            throw new AssertionError("there is nothing to renew");
        });
        assertThat(average.weights()).contains(SmallNetwork.withSgd().params());
    }
}
