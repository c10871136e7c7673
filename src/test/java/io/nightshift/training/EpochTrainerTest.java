package io.nightshift.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nightshift.SparkFixture;
import io.nightshift.config.loading.SettingsLoader;
import io.nightshift.config.settings.Settings;
import io.nightshift.config.settings.TrainSettings;
import io.nightshift.config.settings.TransferSettings;
import io.nightshift.dataset.Emotion;
import io.nightshift.dataset.Schema;
import io.nightshift.dataset.Seeds;
import io.nightshift.dataset.Split;
import io.nightshift.dataset.augment.Augmentation;
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
import io.nightshift.model.zoo.Architecture;
import io.nightshift.training.averaging.ExampleWeights;
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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

class EpochTrainerTest {
    private static final int BATCH_SIZE = 8;

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

    @Test
    void oneWorkerThatIsAveragedAfterEachMinibatchIsPlainTraining() {
        MultiLayerNetwork onSpark = SmallNetwork.withAdam();
        MultiLayerNetwork plain = SmallNetwork.withAdam();

        double loss = train(onSpark, 1, 1, 2);
        double plainLoss = 0;
        for (int epoch = 1; epoch <= 2; epoch++) {
            plainLoss = 0;
            for (MiniBatch batch : shuffled(epoch)) {
                double ofBatch =
                        PlainTraining.fit(plain, batch.toDataSet(NetworkInput.grey(Emotion.SIDE), Emotion.COUNT, 0));
                plainLoss += ofBatch * batch.size() / training.count();
            }
        }

        assertThat(onSpark.params()).isEqualTo(plain.params());
        assertThat(onSpark.getUpdater().getStateViewArray())
                .isEqualTo(plain.getUpdater().getStateViewArray());
        assertThat(onSpark.getIterationCount())
                .isEqualTo(plain.getIterationCount())
                .isEqualTo(26);
        assertThat(onSpark.getEpochCount()).isEqualTo(2);
        assertThat(loss).isCloseTo(plainLoss, within(1e-6));
    }

    @Test
    void imagesGrowOverTheEpochs() {
        MultiLayerNetwork onSpark = SmallNetwork.ofAnySide();
        MultiLayerNetwork plain = SmallNetwork.ofAnySide();

        train(onSpark, 1, 4, Map.of("train.epochs", "4", "train.image-sides", "24,48"));
        for (int epoch = 1; epoch <= 4; epoch++) {
            NetworkInput input = NetworkInput.grey(epoch <= 2 ? 24 : 48);
            for (MiniBatch batch : shuffled(epoch)) {
                PlainTraining.fit(plain, batch.toDataSet(input, Emotion.COUNT, 0));
            }
        }

        assertThat(onSpark.params()).isEqualTo(plain.params());
    }

    @Test
    void classWeightsCountInTheLastEpochsAlone() {
        Map<String, String> last =
                Map.of("train.epochs", "3", "train.class-weights", "balanced", "train.class-weight-epochs", "2");
        Map<String, String> all = Map.of("train.epochs", "3", "train.class-weights", "balanced");
        MultiLayerNetwork weightedLast = SmallNetwork.withSgd();
        MultiLayerNetwork unweighted = SmallNetwork.withSgd();
        train(weightedLast, 1, 1, last);
        train(unweighted, 1, 1, Map.of());
        assertThat(weightedLast.params()).isEqualTo(unweighted.params());

        MultiLayerNetwork weighted = weightedLast.clone();
        EpochTrainer trainer = trainer(1, last);
        EpochTrainer weighting = trainer(1, all);
        trainer.train(Network.of(weightedLast), plain(), training, part -> 0.5, 2, (examples, loss) -> {});
        weighting.train(Network.of(weighted), plain(), training, part -> 0.5, 2, (examples, loss) -> {});
        assertThat(weightedLast.params()).isEqualTo(weighted.params());
        assertThat(weighted.params()).isNotEqualTo(unweighted.params());
    }

    @Test
    void sparksPagesSayEpochAndRound() throws Exception {
        Set<String> descriptions = ConcurrentHashMap.newKeySet();
        SparkListener listener = new SparkListener() {
            @Override
            public void onJobStart(SparkListenerJobStart job) {
                descriptions.add(String.valueOf(job.properties().getProperty("spark.job.description")));
            }
        };
        SparkFixture.spark().sc().addSparkListener(listener);
        try {
            train(SmallNetwork.withSgd(), 1, 10, 1);
            SparkFixture.spark().sc().listenerBus().waitUntilEmpty(10_000);
        } finally {
            SparkFixture.spark().sc().removeSparkListener(listener);
        }

        assertThat(descriptions)
                .anyMatch(text -> text.matches("epoch 1 of \\d+, averaging round 1 of 2"))
                .anyMatch(text -> text.matches("epoch 1 of \\d+, averaging round 2 of 2"));
    }

    @Test
    void rarerAveragingOfOneWorkerChangesNothing() {
        MultiLayerNetwork often = SmallNetwork.withAdam();
        MultiLayerNetwork rarely = SmallNetwork.withAdam();

        train(often, 1, 1, 1);
        train(rarely, 1, 5, 1);

        assertThat(rarely.params()).isEqualTo(often.params());
        assertThat(rarely.getIterationCount()).isEqualTo(13);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void workersWithGradientDescentEqualOneMachineOnTheirJoinedMinibatches(boolean momentum) {
        Supplier<MultiLayerNetwork> start = momentum ? SmallNetwork::withNesterov : SmallNetwork::withSgd;
        // 13 minibatches for 3 workers: the last round has a single one, of 4 examples; and for 2 workers, 8 and 4.
        for (int workers : new int[] {2, 3}) {
            MultiLayerNetwork onSpark = start.get();
            MultiLayerNetwork plain = start.get();

            train(onSpark, workers, 1, 1);
            List<MiniBatch> batches = shuffled(1);
            for (int from = 0; from < batches.size(); from += workers) {
                List<DataSet> joined = new ArrayList<>();
                batches.subList(from, Math.min(batches.size(), from + workers))
                        .forEach(batch ->
                                joined.add(batch.toDataSet(NetworkInput.grey(Emotion.SIDE), Emotion.COUNT, 0)));
                plain.fit(DataSet.merge(joined));
            }

            assertThat(onSpark.params().sub(plain.params()).amaxNumber().doubleValue())
                    .isLessThan(1e-5);
            assertThat(onSpark.params().sub(start.get().params()).amaxNumber().doubleValue())
                    .isGreaterThan(0.01);
        }
    }

    @Test
    void classWeightsAreThoseOfTheTrainingExamples() {
        MultiLayerNetwork onSpark = SmallNetwork.withAdam();
        MultiLayerNetwork plain = SmallNetwork.withAdam();

        train(onSpark, 1, 1, Map.of("train.class-weights", "balanced"));
        ExampleWeights weights = new ExampleWeights(TrainSettings.ClassWeights.BALANCED, training.classCounts());
        shuffled(1)
                .forEach(batch -> PlainTraining.fit(
                        plain, weights.on(batch, batch.toDataSet(NetworkInput.grey(Emotion.SIDE), Emotion.COUNT, 0))));

        assertThat(onSpark.params()).isEqualTo(plain.params());
        // What is saved has the plain loss.
        assertThat(((BaseOutputLayer) onSpark.getOutputLayer().conf().getLayer()).getLossFn())
                .isEqualTo(new LossMCXENT());
    }

    /** The teacher reads the images as augmentation left them, here mirrored. */
    @Test
    void aTeachersScoresOfTheChangedImagesAreMixedIntoTheLabels() {
        TrainedModel model = TrainedModel.of(
                Network.of(SmallNetwork.withSgd()), ModelCard.ofFer2013("small").withTemperature(0.5));
        Map<String, String> keys = Map.of(
                "train.averaging-frequency", "1",
                "train.teacher", "model.zip",
                "train.teacher-share", "0.25",
                "train.teacher-temperature", "2",
                "augment.flip-probability", "1");
        Teacher teacher = Teacher.of(model, settings(keys).train().distillation(), Schema.FER2013.classes());
        MultiLayerNetwork onSpark = SmallNetwork.withAdam();
        MultiLayerNetwork plain = SmallNetwork.withAdam();

        trainer(1, keys, Optional.of(teacher))
                .train(Network.of(onSpark), plain(), training, part -> 0.01, 1, (examples, loss) -> {});
        for (MiniBatch batch : shuffled(1)) {
            MiniBatch changed = new Augmentation(settings(keys).augment())
                    .of(batch, Seeds.mix(Seeds.mix(Seeds.mix(5, 1), 1), batch.number()));
            // The model's own temperature and the teacher's cancel out: its scores are the network's own.
            INDArray scores = model.network()
                    .match(
                            layers -> layers.output(changed.features(NetworkInput.grey(Emotion.SIDE))),
                            graph -> graph.outputSingle(changed.features(NetworkInput.grey(Emotion.SIDE))));
            PlainTraining.fit(
                    plain,
                    new DataSet(
                            changed.features(NetworkInput.grey(Emotion.SIDE)),
                            batch.labels(Emotion.COUNT, 0).mul(0.75).add(scores.mul(0.25))));
        }

        assertThat(onSpark.params().sub(plain.params()).amaxNumber().doubleValue())
                .isLessThan(1e-5);
    }

    @Test
    void theLastWorkersOfAShortRoundWeighAsMuchAsTheirExamples() {
        // Two workers, a single round: the first has 6 of 8 and one of 4, the second 6 of 8.
        MultiLayerNetwork onSpark = SmallNetwork.withAdam();
        train(onSpark, 2, 7, 1);

        List<MiniBatch> batches = shuffled(1);
        MultiLayerNetwork[] workers = {SmallNetwork.withAdam(), SmallNetwork.withAdam()};
        int[] examples = new int[2];
        for (int b = 0; b < batches.size(); b++) {
            PlainTraining.fit(
                    workers[b % 2], batches.get(b).toDataSet(NetworkInput.grey(Emotion.SIDE), Emotion.COUNT, 0));
            examples[b % 2] += batches.get(b).size();
        }
        assertThat(examples).containsExactly(52, 48);
        assertThat(onSpark.params()
                        .sub(workers[0]
                                .params()
                                .mul(0.52)
                                .add(workers[1].params().mul(0.48)))
                        .amaxNumber()
                        .doubleValue())
                .isLessThan(1e-6);
    }

    @Test
    void sameSeedGivesTheSameModelBitForBitWithDropout() {
        MultiLayerNetwork first = blogCnn();
        MultiLayerNetwork second = blogCnn();

        train(first, 1, 4, 1);
        train(second, 1, 4, 1);

        assertThat(second.params()).isEqualTo(first.params());
    }

    @Test
    void frozenLayersStayToTheBitWhateverElseIsDoneToWeights() {
        Settings settings = SettingsLoader.load(
                List.of(),
                Map.of(
                        "train.batch-size-per-worker",
                        "8",
                        "train.averaging-frequency",
                        "2",
                        "train.weight-decay",
                        "0.1"),
                Map.of());
        MultiLayerNetwork network = (MultiLayerNetwork) new Transfer(
                        new TransferSettings("compact", "4", false),
                        TrainedModel.of(
                                Architecture.COMPACT.network(48, 7, 3, new Adam(0.001)),
                                ModelCard.ofFer2013("compact")))
                .network(7, 1, new Adam(0.01))
                .model();
        INDArray before = network.params().dup();
        long frozen = IntStream.range(0, 4)
                .mapToLong(layer -> network.getLayer(layer).numParams())
                .sum();
        AveragedWeights average = new AveragedWeights(2, Optional.empty(), 0);
        EpochTrainer trainer = new EpochTrainer(
                SparkFixture.spark(),
                settings.train(),
                settings.augment(),
                ModelCard.ofFer2013("compact"),
                Optional.empty(),
                new WorkerGroup(3, 1, Computation.onCpu(Precision.FLOAT32)));

        trainer.train(
                Network.of(network),
                plain(),
                training,
                part -> 0.01,
                1,
                (examples, loss) -> average.add(Network.of(network), examples / 100.0));

        for (INDArray after : List.of(network.params(), average.weights().orElseThrow())) {
            float[] then = before.toFloatVector();
            float[] now = after.toFloatVector();
            assertThat(Arrays.copyOf(now, (int) frozen)).isEqualTo(Arrays.copyOf(then, (int) frozen));
            assertThat(now[(int) frozen]).isNotEqualTo(then[(int) frozen]);
        }
    }

    @Test
    void progressCountsEveryExampleOnce() {
        List<Long> counts = new ArrayList<>();
        trainer(2, Map.of("train.averaging-frequency", "2"))
                .train(
                        Network.of(SmallNetwork.withSgd()),
                        plain(),
                        training,
                        part -> 0.5,
                        1,
                        (examples, loss) -> counts.add(examples));

        assertThat(counts).isSorted().endsWith(100L).hasSize(4);
    }

    @Test
    void lossThatIsNoNumberEndsTrainingAndNamesTheRemedy() {
        MultiLayerNetwork network = SmallNetwork.withSgd();
        network.params().assign(Double.NaN);

        assertThatThrownBy(() -> train(network, 2, 1, 1))
                .isInstanceOf(TrainingDivergedException.class)
                .hasMessage(
                        "training diverged: the loss is NaN in epoch 1, averaging round 1; lower train.learning-rate; "
                                + "the last good checkpoint is kept, to go on from with --resume");
    }

    @Test
    void anOuterStepOfRateOneWithoutMomentumIsPlainAveraging() {
        MultiLayerNetwork plain = SmallNetwork.withAdam();
        MultiLayerNetwork stepped = SmallNetwork.withAdam();
        MultiLayerNetwork momentum = SmallNetwork.withAdam();

        train(plain, 2, 3, 1);
        train(
                stepped,
                2,
                1,
                Map.of(
                        "train.averaging-frequency",
                        "3",
                        "train.outer-momentum",
                        "0",
                        "train.outer-learning-rate",
                        "1"));
        train(momentum, 2, 1, Map.of("train.averaging-frequency", "3", "train.outer-momentum", "0.5"));

        assertThat(stepped.params()).isEqualTo(plain.params());
        assertThat(momentum.params()).isNotEqualTo(plain.params());
    }

    @Test
    void anEpochHasAsManyRoundsAsItsMinibatchesNeed() {
        // Two workers have 7 minibatches each, or nearly: 7 rounds of one, and 2 rounds of up to five.
        assertThat(rounds(Map.of("train.averaging-frequency", "1"))).isEqualTo(7);
        assertThat(rounds(Map.of("train.averaging-frequency", "5"))).isEqualTo(2);
    }

    private static int rounds(Map<String, String> keys) {
        List<Long> rounds = new ArrayList<>();
        trainer(2, keys)
                .train(
                        Network.of(SmallNetwork.withSgd()),
                        plain(),
                        training,
                        part -> 0.5,
                        1,
                        (examples, loss) -> rounds.add(examples));
        return rounds.size();
    }

    @ParameterizedTest
    @CsvSource({"constant, 0.25", "sqrt, 0.5", "linear, 1"})
    void theLearningRateGrowsWithTheWorkers(String key, double ofFour) {
        Map<String, String> keys = Map.of("train.learning-rate", "0.25", "train.learning-rate-scaling", key);
        assertThat(trainer(1, keys).learningRate()).isEqualTo(0.25);
        assertThat(trainer(4, keys).learningRate()).isEqualTo(ofFour);
    }

    @Test
    void workersShareTheMinibatchOfTheSettings() {
        MultiLayerNetwork shared = SmallNetwork.withSgd();
        MultiLayerNetwork each = SmallNetwork.withSgd();

        train(shared, 2, 1, Map.of("train.batch-size", "10"));
        train(each, 2, 1, Map.of("train.batch-size-per-worker", "5"));

        assertThat(shared.params()).isEqualTo(each.params());
        assertThat(settings(Map.of("train.batch-size", "10")).train().workers().batchSizeOfEach(4))
                .isEqualTo(3);
        assertThat(settings(Map.of("train.batch-size", "10")).train().workers().batchSizeOfEach(40))
                .isEqualTo(1);
    }

    private static MultiLayerNetwork blogCnn() {
        return (MultiLayerNetwork)
                Architecture.BLOG_CNN.network(48, 7, 3, new Adam(0.001)).model();
    }

    private static double train(MultiLayerNetwork network, int workers, int averagingFrequency, int epochs) {
        return train(network, workers, epochs, Map.of("train.averaging-frequency", String.valueOf(averagingFrequency)));
    }

    private static double train(MultiLayerNetwork network, int workers, int epochs, Map<String, String> keys) {
        OuterOptimizer outer = new OuterOptimizer(settings(keys).train().averaging(), Optional.empty());
        double loss = Double.NaN;
        for (int epoch = 1; epoch <= epochs; epoch++) {
            loss = trainer(workers, keys)
                    .train(
                            Network.of(network),
                            outer,
                            training,
                            part -> Network.of(network).learningRate(),
                            epoch,
                            (examples, roundLoss) -> {});
        }
        return loss;
    }

    private static EpochTrainer trainer(int workers, Map<String, String> keys) {
        return trainer(workers, keys, Optional.empty());
    }

    private static EpochTrainer trainer(int workers, Map<String, String> keys, Optional<Teacher> teacher) {
        return new EpochTrainer(
                SparkFixture.spark(),
                settings(keys).train(),
                settings(keys).augment(),
                ModelCard.ofFer2013("small"),
                teacher,
                new WorkerGroup(workers, 1, Computation.onCpu(Precision.FLOAT32)));
    }

    private static OuterOptimizer plain() {
        return new OuterOptimizer(settings(Map.of()).train().averaging(), Optional.empty());
    }

    private static Settings settings(Map<String, String> keys) {
        Map<String, String> all =
                new HashMap<>(Map.of("train.batch-size-per-worker", String.valueOf(BATCH_SIZE), "train.seed", "5"));
        all.putAll(keys);
        return SettingsLoader.load(List.of(), all, Map.of());
    }

    /** The epoch's minibatches in the order in which one worker sees them. */
    private static List<MiniBatch> shuffled(int epoch) {
        List<MiniBatch> batches = new ArrayList<>(
                training.shuffled(Seeds.mix(5, epoch), BATCH_SIZE, 1).collect());
        batches.sort(Comparator.comparingLong(MiniBatch::number));
        return batches;
    }
}
