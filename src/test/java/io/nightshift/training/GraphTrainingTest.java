package io.nightshift.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.SparkFixture;
import io.nightshift.config.loading.SettingsLoader;
import io.nightshift.config.settings.Settings;
import io.nightshift.config.settings.TransferSettings;
import io.nightshift.dataset.Emotion;
import io.nightshift.dataset.Schema;
import io.nightshift.dataset.Seeds;
import io.nightshift.dataset.Split;
import io.nightshift.dataset.batch.Examples;
import io.nightshift.dataset.batch.MiniBatch;
import io.nightshift.dataset.batch.NetworkInput;
import io.nightshift.dataset.csv.CsvReader;
import io.nightshift.dataset.csv.Rows;
import io.nightshift.demo.DemoFaces;
import io.nightshift.engine.NativeThreads;
import io.nightshift.engine.Network;
import io.nightshift.engine.Precision;
import io.nightshift.engine.execution.Computation;
import io.nightshift.model.SmallNetwork;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.ModelCard;
import io.nightshift.model.transfer.Transfer;
import io.nightshift.training.averaging.OuterOptimizer;
import io.nightshift.training.averaging.WorkerGroup;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;

/** Parameter averaging of graphs, as imported functional Keras models are. */
class GraphTrainingTest {
    private static final ModelCard CARD = ModelCard.ofFer2013("graph");

    /** 100 examples: 12 minibatches of 8 and one of 4. */
    private static Examples training;

    @BeforeAll
    static void read(@TempDir Path folder) throws IOException {
        Path csv = folder.resolve("faces.csv");
        try (OutputStream out = Files.newOutputStream(csv)) {
            DemoFaces.writeCsv(out, 124, 1);
        }
        try (Rows rows = new CsvReader(SparkFixture.spark(), Schema.FER2013).read(csv.toString())) {
            training = rows.examples(Split.TRAINING, 32, 2);
        }
        NativeThreads.perWorker(1);
    }

    private static EpochTrainer trainer(int workers, Map<String, String> keys) {
        Settings settings = settings(keys);
        return new EpochTrainer(
                SparkFixture.spark(),
                settings.train(),
                settings.augment(),
                CARD,
                Optional.empty(),
                new WorkerGroup(workers, 1, Computation.onCpu(Precision.FLOAT32)));
    }

    private static OuterOptimizer outer(Map<String, String> keys) {
        return new OuterOptimizer(settings(keys).train().averaging(), Optional.empty());
    }

    private static Settings settings(Map<String, String> keys) {
        Map<String, String> all = new HashMap<>(Map.of("train.batch-size-per-worker", "8", "train.seed", "5"));
        all.putAll(keys);
        return SettingsLoader.load(List.of(), all, Map.of());
    }

    @Test
    void oneWorkerThatIsAveragedAfterEachMinibatchIsPlainTraining() {
        ComputationGraph onSpark = SmallNetwork.graph(new Adam(0.01));
        ComputationGraph plain = SmallNetwork.graph(new Adam(0.01));
        Map<String, String> keys = Map.of("train.averaging-frequency", "1");

        for (int epoch = 1; epoch <= 2; epoch++) {
            trainer(1, keys)
                    .train(Network.of(onSpark), outer(keys), training, part -> 0.01, epoch, (examples, loss) -> {});
            List<MiniBatch> batches =
                    new ArrayList<>(training.shuffled(Seeds.mix(5, epoch), 8, 1).collect());
            batches.sort(Comparator.comparingLong(MiniBatch::number));
            batches.forEach(batch ->
                    PlainTraining.fit(plain, batch.toDataSet(NetworkInput.grey(Emotion.SIDE), Emotion.COUNT, 0)));
        }

        assertThat(onSpark.params()).isEqualTo(plain.params());
        assertThat(onSpark.getUpdater().getStateViewArray())
                .isEqualTo(plain.getUpdater().getStateViewArray());
        assertThat(onSpark.getIterationCount())
                .isEqualTo(plain.getIterationCount())
                .isEqualTo(26);
        assertThat(onSpark.getEpochCount()).isEqualTo(2);
    }

    @Test
    void aGraphOfLayersInARowIsTrainedAsTheyAre() {
        ComputationGraph graph = SmallNetwork.graph();
        MultiLayerNetwork layers = SmallNetwork.withSgd();
        Map<String, String> keys = Map.of(
                "train.averaging-frequency",
                "2",
                "train.weight-decay",
                "0.1",
                "train.outer-momentum",
                "0.3",
                "train.class-weights",
                "balanced");

        double lossOfGraph = trainer(2, keys)
                .train(Network.of(graph), outer(keys), training, part -> 0.1 * (1 + part), 1, (examples, loss) -> {});
        double lossOfLayers = trainer(2, keys)
                .train(Network.of(layers), outer(keys), training, part -> 0.1 * (1 + part), 1, (examples, loss) -> {});

        assertThat(graph.params().sub(layers.params()).amaxNumber().doubleValue())
                .isLessThan(1e-5);
        assertThat(graph.params()
                        .sub(SmallNetwork.graph().params())
                        .amaxNumber()
                        .doubleValue())
                .isGreaterThan(0.01);
        assertThat(Math.abs(lossOfGraph - lossOfLayers)).isLessThan(1e-5);
    }

    @Test
    void frozenPartsStayToTheBitWhateverElseIsDoneToWeights() {
        ComputationGraph network = (ComputationGraph) new Transfer(
                        new TransferSettings("keras.zip", "sum", false),
                        TrainedModel.of(Network.of(SmallNetwork.residual()), CARD))
                .network(7, 1, new Adam(0.01))
                .model();
        float[] before = network.params().toFloatVector();
        int frozen = before.length - (int) network.getLayer("head").numParams();
        AveragedWeights average = new AveragedWeights(2, Optional.empty(), 0);
        Map<String, String> keys = Map.of("train.averaging-frequency", "2", "train.weight-decay", "0.1");

        trainer(3, keys)
                .train(
                        Network.of(network),
                        outer(keys),
                        training,
                        part -> 0.01,
                        1,
                        (examples, loss) -> average.add(Network.of(network), examples / 100.0));

        for (INDArray after : List.of(network.params(), average.weights().orElseThrow())) {
            float[] now = after.toFloatVector();
            assertThat(Arrays.copyOf(now, frozen)).isEqualTo(Arrays.copyOf(before, frozen));
            assertThat(now[frozen]).isNotEqualTo(before[frozen]);
        }
    }
}
