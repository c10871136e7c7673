package io.nightshift.model.transfer;

import io.nightshift.engine.Network;
import java.util.List;
import java.util.OptionalInt;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * A network that another one gets its weights from. Its head is its last layer with weights, which gives each class its score; what
 * follows the head, if anything, only pools these scores and makes a softmax of them.
 *
 * <p>A network as DL4J's importer leaves it has no loss, so that it cannot be trained: its successor has one in the place of the
 * softmax, and gives the same scores.
 */
abstract sealed class PretrainedModel permits PretrainedLayers, PretrainedGraph {

    static PretrainedModel of(Network network) {
        return network.match(PretrainedLayers::new, PretrainedGraph::new);
    }

    /** What stands before the head, by name, inputs first; all of it could be locked. */
    abstract List<String> belowHead();

    /** The layer that gives each class its score. */
    abstract Layer head();

    /** What gives the scores as a softmax: the head itself, or what stands last in the network; null if that is no layer. */
    abstract Layer end();

    /** The end's name. */
    abstract String endName();

    /** What keeps this network from being trained, as a sentence about it without its end; empty if it can be. */
    final String obstacle() {
        boolean trainable = endsWithHead() ? isDense(head()) || hasLoss(head()) : isSoftmax(end()) || hasLoss(end());
        return trainable ? "" : "what comes last in it, " + endName() + ", is neither a dense layer nor a softmax";
    }

    final boolean endsWithHead() {
        return end() == head();
    }

    /**
     * A network with this one's weights and a new optimiser.
     *
     * @param locked  how many of {@link #belowHead} are never changed
     * @param classes of a new head; nothing to keep the one there is
     * @param seed    of a new head's weights, and of dropout
     */
    final Network successor(int locked, OptionalInt classes, long seed, IUpdater updater) {
        // A new layer takes its first weights from the thread's random numbers, whatever seed the builder is given.
        Nd4j.getRandom().setSeed(seed);
        return Network.of(successor(
                locked,
                classes,
                new FineTuneConfiguration.Builder().seed(seed).updater(updater).build()));
    }

    abstract Model successor(int locked, OptionalInt classes, FineTuneConfiguration training);

    /** Whether the layer is a softmax, or has one, by which a network can be told its mistakes. */
    static boolean hasLoss(Layer layer) {
        return layer instanceof BaseOutputLayer
                || layer instanceof LossLayer loss && loss.getActivationFn() instanceof ActivationSoftmax;
    }

    /** A loss that the importer has made of what Keras trained with, after a softmax of its own. */
    static boolean isLossAlone(Layer layer) {
        return layer instanceof LossLayer && !hasLoss(layer);
    }

    private static boolean isSoftmax(Layer layer) {
        return layer instanceof ActivationLayer activation && activation.getActivationFn() instanceof ActivationSoftmax;
    }

    private static boolean isDense(Layer layer) {
        return layer instanceof DenseLayer;
    }

    /** An output layer such as this program's own networks have, in the place of a dense layer or of another output layer. */
    static OutputLayer output(Layer head, OptionalInt classes) {
        FeedForwardLayer old = (FeedForwardLayer) head;
        OutputLayer output = new OutputLayer.Builder(LossFunction.MCXENT)
                .nIn(old.getNIn())
                .nOut(classes.orElse((int) old.getNOut()))
                .activation(Activation.SOFTMAX)
                .weightInit(WeightInit.RELU)
                .name(old.getLayerName())
                .build();
        output.setIDropout(old.getIDropout());
        return output;
    }

    /** A softmax that can be trained through. */
    static LossLayer softmaxWithLoss(String name) {
        return new LossLayer.Builder(LossFunction.MCXENT)
                .activation(Activation.SOFTMAX)
                .name(name)
                .build();
    }

    /** The layer without the lock that it may have. */
    static Layer unlocked(Layer layer) {
        return layer instanceof org.deeplearning4j.nn.conf.layers.misc.FrozenLayer locked ? locked.getLayer() : layer;
    }
}
