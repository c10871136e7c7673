package io.nightshift.training;

import io.nightshift.SparkFixture;
import io.nightshift.config.loading.SettingsLoader;
import io.nightshift.config.settings.Settings;
import io.nightshift.dataset.Schema;
import io.nightshift.dataset.Seeds;
import io.nightshift.dataset.Split;
import io.nightshift.dataset.batch.Examples;
import io.nightshift.dataset.batch.MiniBatch;
import io.nightshift.dataset.csv.CsvReader;
import io.nightshift.dataset.csv.Rows;
import io.nightshift.demo.DemoFaces;
import io.nightshift.engine.NativeThreads;
import io.nightshift.engine.Network;
import io.nightshift.engine.Precision;
import io.nightshift.engine.execution.Computation;
import io.nightshift.model.io.ModelCard;
import io.nightshift.training.averaging.OuterOptimizer;
import io.nightshift.training.averaging.WorkerGroup;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Trains small networks on a hundred drawn faces, by Spark and by plain Deeplearning4j. */
abstract class EpochTrainerCase {
    static final int BATCH_SIZE = 8;

    /** 100 examples: 12 minibatches of 8 and one of 4. */
    static Examples training;

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

    static double train(MultiLayerNetwork network, int workers, int averagingFrequency, int epochs) {
        return train(network, workers, epochs, Map.of("train.averaging-frequency", String.valueOf(averagingFrequency)));
    }

    static double train(MultiLayerNetwork network, int workers, int epochs, Map<String, String> keys) {
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

    static EpochTrainer trainer(int workers, Map<String, String> keys) {
        return trainer(workers, keys, Optional.empty());
    }

    static EpochTrainer trainer(int workers, Map<String, String> keys, Optional<Teacher> teacher) {
        return new EpochTrainer(
                SparkFixture.spark(),
                settings(keys).train(),
                settings(keys).augment(),
                ModelCard.ofFer2013("small"),
                teacher,
                new WorkerGroup(workers, 1, Computation.onCpu(Precision.FLOAT32)));
    }

    static OuterOptimizer plain() {
        return new OuterOptimizer(settings(Map.of()).train().averaging(), Optional.empty());
    }

    static Settings settings(Map<String, String> keys) {
        Map<String, String> all =
                new HashMap<>(Map.of("train.batch-size-per-worker", String.valueOf(BATCH_SIZE), "train.seed", "5"));
        all.putAll(keys);
        return SettingsLoader.load(List.of(), all, Map.of());
    }

    /** The epoch's minibatches in the order in which one worker sees them. */
    static List<MiniBatch> shuffled(int epoch) {
        List<MiniBatch> batches = new ArrayList<>(
                training.shuffled(Seeds.mix(5, epoch), BATCH_SIZE, 1).collect());
        batches.sort(Comparator.comparingLong(MiniBatch::number));
        return batches;
    }
}
