package io.nightshift.model.transfer;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.TransferSettings;
import io.nightshift.engine.Network;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.ModelCard;
import java.util.List;
import java.util.OptionalInt;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * Makes a network that starts with another one's weights (Yosinski et al., "How transferable are features in deep
 * neural networks?", <a href="https://arxiv.org/abs/1411.1792">arXiv:1411.1792</a>).
 *
 * <p>Frozen layers are DL4J's: they compute as when the network is used, without dropout and with the running
 * statistics of batch normalisation, and keep both when the network is saved.
 */
public final class Transfer {
    private final TransferSettings settings;
    private final TrainedModel source;
    private final PretrainedModel pretrained;
    private final int frozen;

    /**
     * Checks the settings against the other model.
     *
     * @throws ConfigurationException if that model cannot be trained, has no layer of this name to freeze, or none but
     *                                the one that is to be replaced; the message begins with the key
     */
    public Transfer(TransferSettings settings, TrainedModel source) {
        this.settings = settings;
        this.source = source;
        this.pretrained = PretrainedModel.of(source.network());
        if (!pretrained.obstacle().isEmpty()) {
            throw new ConfigurationException("transfer.from = " + settings.from() + ": " + pretrained.obstacle()
                    + ", so that it cannot be trained further; evaluate, predict and score take it");
        }
        if (settings.replaceHead() && pretrained.belowHead().isEmpty()) {
            throw new ConfigurationException(
                    "transfer.replace-head = true: " + settings.from() + " has one layer alone, " + pretrained.endName()
                            + ", and a new one would keep nothing of it; leave transfer.from out");
        }
        this.frozen = frozen();
    }

    private int frozen() {
        String upTo = settings.freezeUpTo();
        if (upTo.isEmpty()) {
            return 0;
        }
        List<String> below = pretrained.belowHead();
        int count = upTo.matches("[0-9]{1,6}") ? Integer.parseInt(upTo) : 1 + below.indexOf(upTo);
        if (count > below.size() || !upTo.equals("0") && count == 0) {
            throw new ConfigurationException(
                    "transfer.freeze-up-to = " + upTo + " cannot be used: " + settings.from() + " has, before"
                            + " its output layer, these " + below.size() + ": " + String.join(", ", below)
                            + "; name one of them, or a number up to " + below.size());
        }
        return count;
    }

    /**
     * Describes the new network: its input, and what its outputs mean.
     *
     * @param classes of the data, in label order
     * @throws ConfigurationException if they are not the other model's, and it is to keep its output layer
     */
    public ModelCard card(List<String> classes) {
        if (!settings.replaceHead() && !classes.equals(source.card().classes())) {
            throw new ConfigurationException("transfer.from = " + settings.from() + " knows the classes "
                    + String.join(",", source.card().classes()) + ", and the data has " + String.join(",", classes)
                    + "; give it a new output layer with --set transfer.replace-head=true");
        }
        return new ModelCard(classes, source.card().input(), 1, "transfer: " + settings.from());
    }

    /**
     * Builds the network that training starts with.
     *
     * @param classes how many
     * @param seed    of a new output layer's weights, and of dropout
     */
    public Network network(int classes, long seed, IUpdater updater) {
        return pretrained.fineTuned(
                frozen, settings.replaceHead() ? OptionalInt.of(classes) : OptionalInt.empty(), seed, updater);
    }
}
