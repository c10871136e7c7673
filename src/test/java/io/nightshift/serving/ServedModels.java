package io.nightshift.serving;

import io.nightshift.config.settings.TestTimeAugmentation;
import io.nightshift.engine.Network;
import io.nightshift.model.SmallNetwork;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.ModelCard;

/** Models for tests of the server, loaded in milliseconds. */
public final class ServedModels {
    private ServedModels() {}

    /**
     * Makes a model whose scores differ from those of another number.
     *
     * @param number which is also the name that answers give
     */
    public static ServedModel of(int number) {
        return ServedModel.of(trained(number), String.valueOf(number), TestTimeAugmentation.NONE);
    }

    /** The network of {@link #of}. */
    public static TrainedModel trained(int number) {
        Network network = Network.of(SmallNetwork.withSgd());
        network.params().muli(1 + number / 4.0);
        return TrainedModel.of(network, ModelCard.ofFer2013("small"));
    }
}
