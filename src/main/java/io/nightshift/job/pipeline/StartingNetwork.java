package io.nightshift.job.pipeline;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.Settings;
import io.nightshift.config.settings.TrainSettings;
import io.nightshift.dataset.Schema;
import io.nightshift.dataset.batch.NetworkInput;
import io.nightshift.engine.Network;
import io.nightshift.engine.graph.Graph;
import io.nightshift.engine.graph.Shape;
import io.nightshift.engine.graph.UnsupportedNetworkException;
import io.nightshift.job.source.ExampleSource;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.ModelCard;
import io.nightshift.model.transfer.Transfer;
import io.nightshift.model.zoo.Architecture;
import io.nightshift.run.ModelLoader;
import io.nightshift.store.Storage;
import io.nightshift.training.Optimisers;
import io.nightshift.training.Teacher;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * Creates the network that a new run starts with: with fresh weights, or with those of another model. Loads the teacher
 * that it learns from, if there is one.
 */
public final class StartingNetwork {
    private final Settings settings;
    private final Schema schema;
    private final ModelCard card;
    private final Transfer transfer;
    private final Optional<Teacher> teacher;
    private final List<String> refit = new ArrayList<>();

    /**
     * Takes the classes and the size of the images from the settings or, where those leave them open, from the data.
     * Loads the models that {@code transfer.from} and {@code train.teacher} name: one that does not fit ends the job
     * before Spark starts.
     *
     * @throws io.nightshift.config.ConfigurationException if the other model cannot be used
     */
    public StartingNetwork(Settings settings, Storage storage, ExampleSource source) {
        this.settings = settings;
        if (settings.transfer().isOn()) {
            TrainedModel pretrained = ModelLoader.load(
                            storage, "transfer.from =", settings.transfer().from())
                    .model();
            noteIfRefit("transfer.from", settings.transfer().from(), pretrained);
            this.schema = Schema.of(
                    settings.data(),
                    () -> settings.transfer().replaceHead()
                            ? source.classes(Schema.FER2013.classes())
                            : pretrained.card().classes(),
                    source::side);
            this.transfer = new Transfer(settings.transfer(), pretrained);
            this.card = transfer.card(schema.classes());
        } else {
            this.schema = Schema.of(settings.data(), () -> source.classes(Schema.FER2013.classes()), source::side);
            Architecture.of(settings.model().architecture()).requireSide(schema.side());
            this.transfer = null;
            this.card = new ModelCard(
                    schema.classes(),
                    NetworkInput.grey(schema.side()),
                    1,
                    settings.model().architecture());
        }
        requireImageSides();
        this.teacher = teacher(storage);
    }

    private void requireImageSides() {
        List<Integer> sides = settings.train().curriculum().imageSides();
        if (sides.isEmpty()) {
            return;
        }
        NetworkInput input = card.input();
        String key =
                "train.image-sides = " + sides.stream().map(String::valueOf).collect(Collectors.joining(","));
        if (sides.get(sides.size() - 1) != input.side()) {
            throw new ConfigurationException(key + ": the last must be " + input.side()
                    + ", the side of the network's images; add it, or leave the key empty");
        }
        Network network = network(settings.train());
        try {
            sides.forEach(side -> Graph.of(
                    network, new Shape(input.channels(), side, side), input.layout() == NetworkInput.Layout.NHWC));
        } catch (IllegalArgumentException | UnsupportedNetworkException e) {
            throw new ConfigurationException(key + ": the network does not take images of all these sides ("
                    + e.getMessage()
                    + "); leave the key empty, or choose a network that ends in global pooling, such as compact");
        } finally {
            network.free();
        }
    }

    private Optional<Teacher> teacher(Storage storage) {
        TrainSettings.Distillation distillation = settings.train().distillation();
        if (!distillation.isOn()) {
            return Optional.empty();
        }
        TrainedModel model = ModelLoader.load(storage, "train.teacher =", distillation.teacher())
                .model();
        noteIfRefit("train.teacher", distillation.teacher(), model);
        try {
            return Optional.of(Teacher.of(model, distillation, card.classes()));
        } finally {
            model.free();
        }
    }

    private void noteIfRefit(String key, String uri, TrainedModel model) {
        if (model.card().isRefit()) {
            refit.add(key + " = " + uri);
        }
    }

    /** Returns the keys, with their values, that name models which were trained on public_test too. */
    List<String> refit() {
        return refit;
    }

    /** Returns the model that the network learns from, beside the labels. */
    public Optional<Teacher> teacher() {
        return teacher;
    }

    /** Returns the schema of the rows that the network is trained on. */
    public Schema schema() {
        return schema;
    }

    /** Returns the card of the network, which describes its input and its outputs. */
    public ModelCard card() {
        return card;
    }

    /** Creates the networks, one for each member, each of its own seed, with new optimisers. */
    public List<Network> networks() {
        return IntStream.range(0, settings.train().members())
                .mapToObj(member -> network(settings.train().ofMember(member)))
                .toList();
    }

    private Network network(TrainSettings train) {
        IUpdater optimiser = Optimisers.of(train);
        int classes = card.classes().size();
        return transfer == null
                ? Architecture.of(settings.model().architecture())
                        .network(card.input().side(), classes, train.seed(), optimiser)
                : transfer.network(classes, train.seed(), optimiser);
    }
}
