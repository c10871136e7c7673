package io.nightshift.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nightshift.SparkFixture;
import io.nightshift.config.settings.EvaluateSettings;
import io.nightshift.config.settings.TestTimeAugmentation;
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
import io.nightshift.evaluation.Evaluator.Candidate;
import io.nightshift.evaluation.statistics.McNemar;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.ModelCard;
import io.nightshift.model.io.ModelProvenance;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class EvaluatorTest {
    @TempDir
    private Path folder;

    @Test
    void onSparkTheSameAsOnTheDriverHoweverTheDataIsSpread() throws IOException {
        Path csv = folder.resolve("faces.csv");
        try (OutputStream out = Files.newOutputStream(csv)) {
            DemoFaces.writeCsv(out, 100, 2);
        }
        MultiLayerNetwork network = tinyNetwork();
        try (Rows rows = new CsvReader(SparkFixture.spark(), Schema.FER2013).read(csv.toString())) {
            Examples examples = rows.examples(Split.TRAINING, 16, 1);
            Evaluation expected = onTheDriver(network, examples);
            assertThat(expected.examples()).isEqualTo(80);
            assertThat(expected.mistakes()).hasSize(10);
            for (int partitions : new int[] {1, 3}) {
                Evaluation onSpark = new Evaluator(
                                SparkFixture.spark(),
                                1,
                                new EvaluateSettings(16, 10, Optional.of(TestTimeAugmentation.NONE)))
                        .evaluate(model(network), "model.zip", rows.examples(Split.TRAINING, 16, partitions));
                assertThat(onSpark)
                        .usingRecursiveComparison()
                        .ignoringFields("loss", "model")
                        .isEqualTo(expected);
                assertThat(onSpark.value(Metric.LOSS)).isEqualTo(expected.value(Metric.LOSS), within(1e-9));
            }
            assertThat(expected.value(Metric.LOSS)).isEqualTo(lossByDl4j(network, examples), within(1e-5));
        }
    }

    @Test
    void theScoresOfAnImageAndItsMirrorImageAreAveraged() throws IOException {
        Path csv = folder.resolve("faces.csv");
        try (OutputStream out = Files.newOutputStream(csv)) {
            DemoFaces.writeCsv(out, 100, 2);
        }
        MultiLayerNetwork network = tinyNetwork();
        try (Rows rows = new CsvReader(SparkFixture.spark(), Schema.FER2013).read(csv.toString())) {
            Examples examples = rows.examples(Split.TRAINING, 16, 2);
            double loss = 0;
            for (MiniBatch batch : examples.batches().collect()) {
                INDArray features = batch.features(NetworkInput.grey(Emotion.SIDE));
                INDArray mirrored = features.dup();
                for (int i = 0; i < batch.size(); i++) {
                    for (int row = 0; row < 48; row++) {
                        for (int column = 0; column < 48; column++) {
                            mirrored.putScalar(
                                    new int[] {i, 0, row, column}, features.getDouble(i, 0, row, 47 - column));
                        }
                    }
                }
                float[][] plain = network.output(batch.features(NetworkInput.grey(Emotion.SIDE)))
                        .toFloatMatrix();
                float[][] flipped = network.output(mirrored).toFloatMatrix();
                for (int i = 0; i < plain.length; i++) {
                    loss -= Math.log((plain[i][batch.labels()[i]] + flipped[i][batch.labels()[i]]) / 2);
                }
            }
            Evaluation flip = new Evaluator(
                            SparkFixture.spark(),
                            1,
                            new EvaluateSettings(16, 0, Optional.of(TestTimeAugmentation.FLIP)))
                    .evaluate(model(network), "model.zip", examples);
            assertThat(flip.value(Metric.LOSS)).isCloseTo(loss / 80, within(1e-5));

            TrainedModel measured = TrainedModel.of(
                    Network.of(network),
                    ModelCard.ofFer2013("tiny")
                            .withProvenance(new ModelProvenance(
                                    null,
                                    null,
                                    null,
                                    null,
                                    new ModelProvenance.Measured(Map.of(), TestTimeAugmentation.FLIP))));
            Evaluation auto = new Evaluator(SparkFixture.spark(), 1, new EvaluateSettings(16, 0, Optional.empty()))
                    .evaluate(measured, "model.zip", examples);
            assertThat(auto).usingRecursiveComparison().isEqualTo(flip);
            assertThat(auto.model().views()).isEqualTo(TestTimeAugmentation.FLIP);
        }
    }

    @Test
    void twoModelsAreComparedOnEachExample() throws IOException {
        Path csv = folder.resolve("faces.csv");
        try (OutputStream out = Files.newOutputStream(csv)) {
            DemoFaces.writeCsv(out, 100, 2);
        }
        MultiLayerNetwork champion = tinyNetwork();
        MultiLayerNetwork challenger = tinyNetwork();
        challenger.setParams(challenger.params().mul(-0.5).addi(0.01));
        try (Rows rows = new CsvReader(SparkFixture.spark(), Schema.FER2013).read(csv.toString())) {
            Examples examples = rows.examples(Split.TRAINING, 16, 2);
            long[] only = new long[2];
            for (MiniBatch batch : examples.batches().collect()) {
                int[] first = champion.predict(batch.features(NetworkInput.grey(Emotion.SIDE)));
                int[] second = challenger.predict(batch.features(NetworkInput.grey(Emotion.SIDE)));
                for (int i = 0; i < first.length; i++) {
                    boolean firstRight = first[i] == batch.labels()[i];
                    boolean secondRight = second[i] == batch.labels()[i];
                    only[0] += firstRight && !secondRight ? 1 : 0;
                    only[1] += secondRight && !firstRight ? 1 : 0;
                }
            }
            assertThat(only[0]).isPositive();
            assertThat(only[1]).isPositive();

            Evaluator evaluator = new Evaluator(
                    SparkFixture.spark(), 1, new EvaluateSettings(16, 0, Optional.of(TestTimeAugmentation.NONE)));
            ModelComparison compared = evaluator.compare(
                    new Candidate(model(champion), "old.zip"), new Candidate(model(challenger), "new.zip"), examples);
            assertThat(compared.discordant()).isEqualTo(new McNemar(only[0], only[1]));
            assertThat(compared.champion())
                    .usingRecursiveComparison()
                    .isEqualTo(evaluator.evaluate(model(champion), "old.zip", examples));
            assertThat(compared.challenger())
                    .usingRecursiveComparison()
                    .isEqualTo(evaluator.evaluate(model(challenger), "new.zip", examples));
        }
    }

    private static Evaluation onTheDriver(MultiLayerNetwork network, Examples examples) {
        ConfusionCounts counts = new ConfusionCounts(Emotion.labels(), 10);
        for (MiniBatch batch : examples.batches().collect()) {
            float[][] scores = model(network).scores(batch.pixels());
            for (int i = 0; i < scores.length; i++) {
                counts.add(new Prediction(batch.number() * 16 + i, batch.labels()[i], scores[i], batch.image(i)));
            }
        }
        return counts.evaluation("training", "model.zip");
    }

    private static double lossByDl4j(MultiLayerNetwork network, Examples examples) {
        List<DataSet> batches = examples.batches().collect().stream()
                .map(batch -> batch.toDataSet(NetworkInput.grey(Emotion.SIDE), Emotion.COUNT, 0))
                .toList();
        return network.score(DataSet.merge(batches));
    }

    private static TrainedModel model(MultiLayerNetwork network) {
        return TrainedModel.of(Network.of(network), ModelCard.ofFer2013("tiny"));
    }

    private static MultiLayerNetwork tinyNetwork() {
        MultiLayerNetwork network = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(4)
                .weightInit(WeightInit.XAVIER)
                .list()
                .layer(new ConvolutionLayer.Builder(8, 8)
                        .stride(8, 8)
                        .nOut(3)
                        .activation(Activation.RELU)
                        .build())
                .layer(new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(Emotion.COUNT)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.convolutional(48, 48, 1))
                .build());
        network.init();
        return network;
    }
}
