package io.nightshift.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.SparkFixture;
import io.nightshift.config.loading.SettingsLoader;
import io.nightshift.config.settings.Settings;
import io.nightshift.config.settings.TrainSettings;
import io.nightshift.config.settings.TransferSettings;
import io.nightshift.dataset.Emotion;
import io.nightshift.dataset.Schema;
import io.nightshift.dataset.Seeds;
import io.nightshift.dataset.augment.Augmentation;
import io.nightshift.dataset.batch.MiniBatch;
import io.nightshift.dataset.batch.NetworkInput;
import io.nightshift.engine.Network;
import io.nightshift.engine.Precision;
import io.nightshift.engine.execution.Computation;
import io.nightshift.model.SmallNetwork;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.ModelCard;
import io.nightshift.model.transfer.Transfer;
import io.nightshift.model.zoo.Architecture;
import io.nightshift.training.averaging.ExampleWeights;
import io.nightshift.training.averaging.WorkerGroup;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** What the workers of an epoch train on: images, weights of classes, a teacher; and what they leave alone. */
class EpochContentTest extends EpochTrainerCase {
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

    private static MultiLayerNetwork blogCnn() {
        return (MultiLayerNetwork)
                Architecture.BLOG_CNN.network(48, 7, 3, new Adam(0.001)).model();
    }
}
