package io.nightshift.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nightshift.SparkFixture;
import io.nightshift.config.TestSettings;
import io.nightshift.config.loading.SettingsLoader;
import io.nightshift.config.settings.AugmentSettings;
import io.nightshift.config.settings.TrainSettings;
import io.nightshift.config.settings.TrainSettings.BestBy;
import io.nightshift.dataset.Schema;
import io.nightshift.dataset.Split;
import io.nightshift.dataset.batch.Examples;
import io.nightshift.dataset.csv.CsvReader;
import io.nightshift.dataset.csv.Rows;
import io.nightshift.demo.DemoFaces;
import io.nightshift.engine.Network;
import io.nightshift.engine.Precision;
import io.nightshift.engine.execution.Computation;
import io.nightshift.model.SmallNetwork;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.Checkpoint;
import io.nightshift.model.io.ModelCard;
import io.nightshift.model.io.ModelFile;
import io.nightshift.run.EpochMetrics;
import io.nightshift.run.Manifest;
import io.nightshift.run.Run;
import io.nightshift.run.Runs;
import io.nightshift.store.Storage;
import io.nightshift.training.TrainingLoop.Outcome;
import io.nightshift.training.TrainingLoop.Validation;
import io.nightshift.training.averaging.WorkerGroup;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;

class TrainingLoopTest {
    private static final double FAR_TOO_HIGH = 1_000;

    private final List<INDArray> validatedWeights = new ArrayList<>();
    private static final AugmentSettings NO_CHANGE = TestSettings.of().augment();

    private static final ModelCard CARD = ModelCard.ofFer2013("small");

    private static Examples training;

    @TempDir
    private Path output;

    private Run run;
    private final List<String> told = new ArrayList<>();
    private final List<Integer> toldBest = new ArrayList<>();

    @BeforeAll
    static void read(@TempDir Path folder) throws IOException {
        Path csv = folder.resolve("faces.csv");
        try (OutputStream out = Files.newOutputStream(csv)) {
            DemoFaces.writeCsv(out, 100, 1);
        }
        try (Rows rows = new CsvReader(SparkFixture.spark(), Schema.FER2013).read(csv.toString())) {
            training = rows.examples(Split.TRAINING, 32, 2);
        }
    }

    @BeforeEach
    void open() {
        run = new Runs(new Storage(new Configuration()), output.toString()).create("one");
        run.writeManifest(Manifest.builder().runId("one").command("train").build());
    }

    private Outcome train(MultiLayerNetwork network, double learningRate, double retryFactor) {
        network.setLearningRate(learningRate);
        return train(
                Checkpoint.of(Network.of(network)),
                List.of(),
                Map.of(
                        "train.learning-rate",
                        String.valueOf(learningRate),
                        "train.epochs",
                        "2",
                        "train.retry-learning-rate-factor",
                        String.valueOf(retryFactor)));
    }

    private Outcome train(Checkpoint start, List<EpochMetrics> done, Map<String, String> keys) {
        Map<String, String> all =
                new HashMap<>(Map.of("train.batch-size-per-worker", "8", "train.averaging-frequency", "2"));
        all.putAll(keys);
        TrainSettings settings = SettingsLoader.load(List.of(), all, Map.of("data.uri", "faces.csv"))
                .train();
        return new TrainingLoop(
                        settings,
                        CARD,
                        new EpochTrainer(
                                SparkFixture.spark(),
                                settings,
                                NO_CHANGE,
                                CARD,
                                Optional.empty(),
                                new WorkerGroup(1, 1, Computation.onCpu(Precision.FLOAT32))),
                        validated -> {
                            validatedWeights.add(validated.params().dup());
                            return new Validation.Score(1.0 / validated.epochs(), 0.5);
                        },
                        run,
                        new Listener())
                .train(start, training, done, List.of());
    }

    private final class Listener implements TrainingProgress {
        @Override
        public void epochStarted(int epoch, int epochs, long examples) {
            told.add("epoch " + epoch);
        }

        @Override
        public void trained(long examples, double loss) {}

        @Override
        public void validating() {}

        @Override
        public void epochEnded(EpochMetrics metrics, boolean best) {
            told.add("ended " + metrics.epoch() + " at " + metrics.learningRate());
            if (best) {
                toldBest.add(metrics.epoch());
            }
        }

        @Override
        public void retrying(TrainingDivergedException why, double learningRate) {
            told.add("retrying with " + learningRate);
        }
    }

    @Test
    void aLossThatExplodesEndsTrainingThoughItIsFinite() {
        assertThatExceptionOfType(TrainingDivergedException.class)
                .isThrownBy(() -> train(SmallNetwork.withSgd(), FAR_TOO_HIGH, 0))
                .withMessageMatching(
                        "training diverged: the loss is \\S+, above train.max-loss = 10.0, in epoch 1, averaging round "
                                + "\\d+; lower train.learning-rate; the last good checkpoint is kept, to "
                                + "go on from with --resume");
        assertThat(told).containsExactly("epoch 1");
        assertThat(run.readMetrics()).isEmpty();
    }

    @Test
    void aSecondTryIsATrainingWithTheLowerRateFromTheLastGoodWeights() {
        MultiLayerNetwork straight = SmallNetwork.withSgd();
        train(straight, 0.5, 0);
        byte[] expected = run.wholeCheckpoint(2).orElseThrow();
        told.clear();

        train(SmallNetwork.withSgd(), FAR_TOO_HIGH, 0.0005);

        assertThat(told)
                .containsExactly(
                        "epoch 1", "retrying with 0.5", "epoch 1", "ended 1 at 0.5", "epoch 2", "ended 2 at 0.5");
        assertThat(run.wholeCheckpoint(2)).contains(expected);
    }

    @Test
    void itIsTriedOnceMoreAndNotAgain() {
        assertThatExceptionOfType(TrainingDivergedException.class)
                .isThrownBy(() -> train(SmallNetwork.withSgd(), FAR_TOO_HIGH, 0.9));
        assertThat(told).containsExactly("epoch 1", "retrying with 900.0", "epoch 1");
    }

    @Test
    void averagedWeightsAreValidatedAndKeptAndTheWeightsTrained() throws IOException {
        Map<String, String> keys = Map.of("train.learning-rate", "0.5", "train.epochs", "2");
        train(Checkpoint.of(Network.of(SmallNetwork.withSgd())), List.of(), keys);
        INDArray plain = ModelFile.of(run.wholeCheckpoint(2).orElseThrow())
                .network(false)
                .params();
        validatedWeights.clear();

        train(Checkpoint.of(Network.of(SmallNetwork.withSgd())), List.of(), averaging(keys));

        byte[] checkpoint = run.wholeCheckpoint(2).orElseThrow();
        assertThat(ModelFile.of(checkpoint).network(false).params()).isEqualTo(plain);
        INDArray average = Checkpoint.read(checkpoint).averaged().orElseThrow();
        assertThat(average).isNotEqualTo(plain);
        assertThat(validatedWeights.get(1)).isEqualTo(average);
        assertThat(ModelFile.of(run.readModel()).network(false).params()).isEqualTo(average);
        assertThat(TrainedModel.read(checkpoint).network().params()).isEqualTo(average);
    }

    @Test
    void anAverageGoesOnFromACheckpointBitForBit() throws IOException {
        Map<String, String> keys = Map.of("train.learning-rate", "0.5", "train.epochs", "2");
        Outcome whole = train(Checkpoint.of(Network.of(SmallNetwork.withSgd())), List.of(), averaging(keys));
        byte[] expected = run.wholeCheckpoint(2).orElseThrow();
        byte[] first = run.wholeCheckpoint(1).orElseThrow();

        train(Checkpoint.read(first), whole.epochs().subList(0, 1), averaging(keys));

        assertThat(run.wholeCheckpoint(2)).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nesterov", "adam", "graph"})
    void outerMomentumContinuesFromACheckpointBitForBit(String kind) throws IOException {
        Map<String, String> keys = Map.of(
                "train.learning-rate",
                "0.02",
                "train.epochs",
                "2",
                "train.average-epochs",
                "0.5",
                "train.outer-momentum",
                "0.5",
                "train.outer-learning-rate",
                "0.7");
        Outcome whole = train(
                Checkpoint.of(Network.of(
                        switch (kind) {
                            case "nesterov" -> SmallNetwork.withNesterov();
                            case "adam" -> SmallNetwork.withAdam();
                            default -> SmallNetwork.graph(new Adam(0.01));
                        })),
                List.of(),
                keys);
        byte[] expected = run.wholeCheckpoint(2).orElseThrow();
        Checkpoint first = Checkpoint.read(run.wholeCheckpoint(1).orElseThrow());
        assertThat(first.velocity()).isPresent();

        train(first, whole.epochs().subList(0, 1), keys);

        assertThat(run.wholeCheckpoint(2)).contains(expected);

        Checkpoint withoutIt = Checkpoint.read(run.wholeCheckpoint(1).orElseThrow());
        train(
                new Checkpoint(withoutIt.network(), withoutIt.averaged(), Optional.empty()),
                whole.epochs().subList(0, 1),
                keys);

        assertThat(run.wholeCheckpoint(2).orElseThrow()).isNotEqualTo(expected);
    }

    private static Map<String, String> averaging(Map<String, String> keys) {
        Map<String, String> all = new HashMap<>(keys);
        all.put("train.average-epochs", "0.5");
        return all;
    }

    @Test
    void whatIsKeptIsTheBestEpochsModel() throws IOException {
        Outcome outcome = train(SmallNetwork.withSgd(), 0.5, 0);
        assertThat(outcome.best().epoch()).isEqualTo(2);
        assertThat(outcome.bestBy()).isEqualTo(BestBy.LOSS);
        assertThat(toldBest).containsExactly(1, 2);
        Network checkpoint = ModelFile.of(run.wholeCheckpoint(2).orElseThrow()).network(false);
        assertThat(run.readModel()).isEqualTo(ModelFile.bytes(checkpoint, CARD, false));
    }

    @Test
    void noEpochIsToldToBeTheBestWhereTheLastIsKept() {
        Outcome last = train(
                Checkpoint.of(Network.of(SmallNetwork.withSgd())),
                List.of(),
                Map.of("train.epochs", "2", "train.patience-epochs", "0"));
        assertThat(toldBest).isEmpty();
        assertThat(last.bestBy()).isEqualTo(BestBy.LAST);
        assertThat(last.kept()).containsExactly(last.epochs().get(1));
    }

    private static EpochMetrics epoch(int number, double loss) {
        return new EpochMetrics(number, 1, loss, 0.5, 0.1, 1, 1);
    }

    @Test
    void aMembersEpochsEndWhereItsTrainingDid() {
        TrainSettings settings = SettingsLoader.load(
                        List.of(),
                        Map.of("train.members", "3", "train.epochs", "4", "train.patience-epochs", "2"),
                        Map.of("data.uri", "faces.csv"))
                .train();
        List<EpochMetrics> all = new ArrayList<>();
        double[] losses = {1, 2, 3, /* stopped */ 3, 2, 1, 0.5, /* all four */ 9, 8};
        for (double loss : losses) {
            all.add(epoch(all.size() + 1, loss));
        }
        assertThat(TrainingLoop.byMember(settings, all))
                .containsExactly(all.subList(0, 3), all.subList(3, 7), all.subList(7, 9));
        assertThat(TrainingLoop.byMember(settings, all.subList(0, 3))).containsExactly(all.subList(0, 3));
        assertThat(TrainingLoop.byMember(settings.ofMember(1), all)).containsExactly(all);
        assertThat(settings.ofMember(2).seed()).isEqualTo(settings.seed() + 2);
    }
}
