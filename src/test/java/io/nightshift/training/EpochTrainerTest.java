package io.nightshift.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nightshift.SparkFixture;
import io.nightshift.dataset.Emotion;
import io.nightshift.dataset.batch.MiniBatch;
import io.nightshift.dataset.batch.NetworkInput;
import io.nightshift.engine.Network;
import io.nightshift.model.SmallNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.dataset.DataSet;

/** How the workers of an epoch are averaged, and how many minibatches and rounds they have. */
class EpochTrainerTest extends EpochTrainerCase {
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
}
