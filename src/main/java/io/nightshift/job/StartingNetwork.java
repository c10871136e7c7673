package io.nightshift.job;

import io.nightshift.config.Settings;
import io.nightshift.dataset.Schema;
import io.nightshift.dataset.batch.NetworkInput;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.ModelCard;
import io.nightshift.model.transfer.Transfer;
import io.nightshift.model.zoo.Architecture;
import io.nightshift.run.ModelLoader;
import io.nightshift.store.Storage;
import io.nightshift.training.Optimisers;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.learning.config.IUpdater;

/** What a training starts with that has nothing to go on from: fresh weights, or those of another model. */
final class StartingNetwork {
    private final Settings settings;
    private final Schema schema;
    private final ModelCard card;
    private final Transfer transfer;

    /**
     * Looks at the other model, if there is one, so that what is wrong with it is noticed before anything is read.
     *
     * @throws io.nightshift.config.ConfigurationException if it cannot be used for this
     */
    StartingNetwork(Settings settings, Storage storage) {
        this.settings = settings;
        if (settings.transfer().isOn()) {
            TrainedModel source = ModelLoader.load(
                    storage, "transfer.from =", settings.transfer().from());
            this.schema = Schema.of(
                    settings.data(),
                    settings.transfer().replaceHead()
                            ? Schema.FER2013.classes()
                            : source.card().classes());
            this.transfer = new Transfer(settings.transfer(), source);
            this.card = transfer.card(schema.classes());
        } else {
            this.schema = Schema.of(settings.data(), Schema.FER2013.classes());
            Architecture.of(settings.model().architecture()).requireSide(schema.side());
            this.transfer = null;
            this.card = new ModelCard(
                    schema.classes(),
                    NetworkInput.grey(schema.side()),
                    1,
                    settings.model().architecture());
        }
    }

    /** What the rows mean that it is trained on. */
    Schema schema() {
        return schema;
    }

    /** What the network is to be shown, and what its outputs mean. */
    ModelCard card() {
        return card;
    }

    /** The network, with a new optimiser. */
    Model network() {
        IUpdater optimiser = Optimisers.of(settings.train());
        return transfer == null
                ? Architecture.of(settings.model().architecture())
                        .network(
                                card.input().side(),
                                card.classes().size(),
                                settings.train().seed(),
                                optimiser)
                : transfer.network(card.classes().size(), settings.train().seed(), optimiser);
    }
}
