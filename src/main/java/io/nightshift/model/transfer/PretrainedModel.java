package io.nightshift.model.transfer;

import io.nightshift.engine.Network;
import io.nightshift.engine.RandomSeed;
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
 * Gives its weights to a new network. Its head is its last layer with weights, which gives each class its score; what
 * follows the head, if anything, only pools these scores and makes a softmax of them.
 *
 * <p>A network as DL4J's importer leaves it has no loss and cannot be trained: the fine-tuned network has one in the
 * place of the softmax, and gives the same scores.
 */
abstract sealed class PretrainedModel permits PretrainedLayers, PretrainedGraph {

    static PretrainedModel of(Network network) {
        return network.match(PretrainedLayers::new, PretrainedGraph::new);
    }

    /** Names the layers before the head, inputs first; all of them could be frozen. */
    abstract List<String> belowHead();

    /** Returns the layer that gives each class its score. */
    abstract Layer head();

    /**
     * Returns the layer that gives the scores as a softmax: the head, or the last layer; null if the last part is no
     * layer.
     */
    abstract Layer end();

    /** Returns the end's name. */
    abstract String endName();

    /** Says why this network cannot be trained, as the beginning of a sentence; empty if it can. */
    final String obstacle() {
        boolean trainable = endsWithHead() ? isDense(head()) || hasLoss(head()) : isSoftmax(end()) || hasLoss(end());
        return trainable ? "" : "what comes last in it, " + endName() + ", is neither a dense layer nor a softmax";
    }

    final boolean endsWithHead() {
        return end() == head();
    }

    /**
     * Builds a network with this one's weights and a new optimiser.
     *
     * @param frozen  how many of {@link #belowHead} training never changes
     * @param classes of a new head; empty to keep the one there is
     * @param seed    of a new head's weights, and of dropout
     */
    final Network fineTuned(int frozen, OptionalInt classes, long seed, IUpdater updater) {
        // A new layer takes its first weights from the thread's random numbers, whatever seed the builder is given.
        long kept = RandomSeed.of(seed);
        Nd4j.getRandom().setSeed(kept);
        return Network.of(fineTuned(
                frozen,
                classes,
                new FineTuneConfiguration.Builder().seed(kept).updater(updater).build()));
    }

    abstract Model fineTuned(int frozen, OptionalInt classes, FineTuneConfiguration training);

    /** Whether the layer is a softmax that provides a loss. */
    static boolean hasLoss(Layer layer) {
        return layer instanceof BaseOutputLayer
                || layer instanceof LossLayer loss && loss.getActivationFn() instanceof ActivationSoftmax;
    }

    /**
     * Whether the layer is a loss alone, which the importer has made of what Keras trained with, after a softmax of its
     * own.
     */
    static boolean isLossAlone(Layer layer) {
        return layer instanceof LossLayer && !hasLoss(layer);
    }

    private static boolean isSoftmax(Layer layer) {
        return layer instanceof ActivationLayer activation && activation.getActivationFn() instanceof ActivationSoftmax;
    }

    private static boolean isDense(Layer layer) {
        return layer instanceof DenseLayer;
    }

    /**
     * Makes an output layer as this program's own networks have it, in the place of a dense layer or another output
     * layer.
     */
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

    /** Makes a softmax that provides a loss. */
    static LossLayer softmaxWithLoss(String name) {
        return new LossLayer.Builder(LossFunction.MCXENT)
                .activation(Activation.SOFTMAX)
                .name(name)
                .build();
    }

    /** Returns the layer itself, without the wrapper that freezes it. */
    static Layer withoutFreeze(Layer layer) {
        return layer instanceof org.deeplearning4j.nn.conf.layers.misc.FrozenLayer frozen ? frozen.getLayer() : layer;
    }
}
