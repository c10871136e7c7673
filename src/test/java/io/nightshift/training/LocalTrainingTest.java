package io.nightshift.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nightshift.SparkFixture;
import io.nightshift.config.TestSettings;
import io.nightshift.config.settings.Settings;
import io.nightshift.dataset.Schema;
import io.nightshift.dataset.Split;
import io.nightshift.dataset.batch.Examples;
import io.nightshift.dataset.batch.MiniBatch;
import io.nightshift.dataset.batch.PackedExamples;
import io.nightshift.dataset.csv.CsvReader;
import io.nightshift.dataset.csv.Rows;
import io.nightshift.demo.DemoFaces;
import io.nightshift.engine.Network;
import io.nightshift.engine.Precision;
import io.nightshift.engine.execution.Computation;
import io.nightshift.model.SmallNetwork;
import io.nightshift.model.io.Checkpoint;
import io.nightshift.model.io.ModelCard;
import io.nightshift.run.EpochMetrics;
import io.nightshift.run.Manifest;
import io.nightshift.run.Run;
import io.nightshift.run.Runs;
import io.nightshift.store.Storage;
import io.nightshift.training.TrainingLoop.Validation;
import io.nightshift.training.averaging.WorkerGroup;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

class LocalTrainingTest {
    private static final ModelCard CARD = ModelCard.ofFer2013("small");
    private static final Computation ON_CPU = Computation.onCpu(Precision.FLOAT32);

    private static Examples training;
    private static PackedExamples packed;

    @BeforeAll
    static void read(@TempDir Path folder) throws IOException {
        Path csv = folder.resolve("faces.csv");
        try (OutputStream out = Files.newOutputStream(csv)) {
            DemoFaces.writeCsv(out, 124, 1);
        }
        try (Rows rows = new CsvReader(SparkFixture.spark(), Schema.FER2013).read(csv.toString())) {
            training = rows.examples(Split.TRAINING, 32, 2);
        }
        packed = PackedExamples.of(training);
    }

    private static Settings settings(String... more) {
        return TestSettings.of(Stream.concat(Stream.of("train.batch-size=8", "train.epochs=2"), Stream.of(more))
                .toArray(String[]::new));
    }

    private static Network network(Settings settings) {
        return Network.of(SmallNetwork.withNormalisation(Optimisers.of(settings.train())));
    }

    private static LocalTraining.Trained trainedLocally(Settings settings) {
        return new LocalTraining(settings.train(), settings.augment(), CARD, Optional.empty(), ON_CPU, 1)
                .train(network(settings), packed);
    }

    /**
     * Everything that changes a step is on: augmentation, schedule, decay, dropout, class weights, averaged weights.
     */
    @Test
    void aTrainingInOneTaskGivesTheWeightsOfOneWorkerBitForBit(@TempDir Path output) {
        Settings settings = settings(
                "train.schedule=cosine",
                "train.warm-up-epochs=0.4",
                "train.weight-decay=0.1",
                "train.label-smoothing=0.1",
                "train.class-weights=sqrt",
                "train.class-weight-epochs=1",
                "train.image-sides=32,48",
                "train.average-epochs=0.5",
                "train.averaging-frequency=3",
                "augment.flip-probability=0.5",
                "augment.shift-pixels=3",
                "augment.erase-probability=0.5");
        Run run = new Runs(new Storage(new Configuration()), output.toString()).create("one");
        run.writeManifest(Manifest.builder().runId("one").command("train").build());
        List<INDArray> validated = new ArrayList<>();
        TrainingLoop loop = new TrainingLoop(
                settings.train(),
                CARD,
                new EpochTrainer(
                        SparkFixture.spark(),
                        settings.train(),
                        settings.augment(),
                        CARD,
                        Optional.empty(),
                        new WorkerGroup(1, 1, ON_CPU)),
                network -> {
                    validated.add(network.params().dup());
                    return Validation.Score.NONE;
                },
                run,
                new Silence());
        EpochMetrics last = loop.train(Checkpoint.of(network(settings)), training, List.of(), List.of())
                .best();

        LocalTraining.Trained local = trainedLocally(settings);

        assertThat(local.network().params()).isEqualTo(validated.get(1));
        assertThat(local.loss()).isEqualTo(last.trainLoss());
    }

    @Test
    void aDivergedTrainingSaysWhere() {
        assertThatExceptionOfType(TrainingDivergedException.class)
                .isThrownBy(() -> trainedLocally(settings("train.max-loss=0.01")))
                .withMessageStartingWith("training diverged: the loss is ")
                .withMessageContaining(", above train.max-loss = 0.01, in epoch 1, averaging round 1;");
    }

    @Test
    void packedExamplesAreShuffledAsThoseInSparksMemory() {
        List<MiniBatch> onSpark = new ArrayList<>(training.shuffled(7, 16, 1).collect());
        onSpark.sort(Comparator.comparingLong(MiniBatch::number));
        assertThat(packed.shuffled(7, 16))
                .usingRecursiveFieldByFieldElementComparator()
                .isEqualTo(onSpark);
        assertThat(packed.size()).isEqualTo(100);
        assertThat(packed.classCounts(7)).isEqualTo(training.classCounts());
    }

    @Test
    void someOfPackedExamplesKeepTheirOrder() {
        BitSet some = new BitSet();
        some.set(3);
        some.set(50, 60);
        PackedExamples chosen = packed.only(some);
        List<MiniBatch> all = packed.inOrder(1).toList();
        List<MiniBatch> kept = chosen.inOrder(1).toList();
        assertThat(kept).hasSize(11);
        assertThat(kept.get(0).pixels()).isEqualTo(all.get(3).pixels());
        assertThat(kept.get(10).pixels()).isEqualTo(all.get(59).pixels());
        assertThat(kept.get(10).labels()).isEqualTo(all.get(59).labels());
        assertThat(chosen.inOrder(4).map(MiniBatch::size)).containsExactly(4, 4, 3);
    }

    private static final class Silence implements TrainingProgress {
        @Override
        public void epochStarted(int epoch, int epochs, long examples) {}

        @Override
        public void trained(long examples, double loss) {}

        @Override
        public void validating() {}

        @Override
        public void epochEnded(EpochMetrics metrics, boolean best) {}

        @Override
        public void retrying(TrainingDivergedException why, double learningRate) {}
    }
}
