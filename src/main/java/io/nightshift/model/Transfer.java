package io.nightshift.model;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.Settings;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * A network that starts with another one's weights (Yosinski et al., "How transferable are features in deep neural networks?",
 * <a href="https://arxiv.org/abs/1411.1792">arXiv:1411.1792</a>).
 *
 * <p>Locked layers are DL4J's frozen ones: they compute as when the network is used, without dropout and with the running figures of
 * batch normalisation, and keep both when the network is saved.
 */
public final class Transfer {
    private final Settings.Transfer settings;
    private final TrainedModel source;
    private final MultiLayerNetwork network;
    private final int head;
    private final int frozen;

    /**
     * Checks what is wanted against the other model.
     *
     * @throws ConfigurationException if that model cannot be trained, or has no such layer to be locked; the message begins with the key
     */
    public Transfer(Settings.Transfer settings, TrainedModel source) {
        this.settings = settings;
        this.source = source;
        this.network = source.trainable().orElseThrow(() -> new ConfigurationException("transfer.from = " + settings.from()
                + ": its layers are a graph, and only networks with their layers in a row can be trained; evaluate, predict and score"
                + " take it"));
        this.head = head();
        this.frozen = frozen();
    }

    /** The layer that gives each class its score: the last one with weights; what follows it has none. */
    private int head() {
        int last = network.getnLayers() - 1;
        while (last > 0 && network.getLayer(last).numParams() == 0) {
            last--;
        }
        Layer layer = layer(last);
        if (!(layer instanceof BaseOutputLayer) && !(layer instanceof DenseLayer)) {
            throw new ConfigurationException("transfer.from = " + settings.from() + ": its last layer with weights, " + name(last)
                    + ", is no dense layer, so that it cannot be trained further");
        }
        return last;
    }

    private int frozen() {
        String upTo = settings.freezeUpTo();
        if (upTo.isEmpty()) {
            return 0;
        }
        int count = upTo.matches("[0-9]{1,6}") ? Integer.parseInt(upTo)
                : 1 + IntStream.range(0, network.getnLayers()).filter(i -> name(i).equals(upTo)).findFirst().orElse(head);
        if (count > head) {
            throw new ConfigurationException("transfer.freeze-up-to = " + upTo + " cannot be used: " + settings.from() + " has, before"
                    + " its output layer, these " + head + ": "
                    + IntStream.range(0, head).mapToObj(this::name).collect(Collectors.joining(", "))
                    + "; name one of them, or a number up to " + head);
        }
        return count;
    }

    private String name(int index) {
        String name = layer(index).getLayerName();
        return name == null ? "layer" + index : name;
    }

    private Layer layer(int index) {
        Layer layer = network.getLayerWiseConfigurations().getConf(index).getLayer();
        return layer instanceof org.deeplearning4j.nn.conf.layers.misc.FrozenLayer locked ? locked.getLayer() : layer;
    }

    /**
     * What the network will be shown, and what its outputs mean.
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
     * The network that training starts with.
     *
     * @param classes how many
     * @param seed    of a new output layer's weights, and of dropout
     */
    public MultiLayerNetwork network(int classes, long seed, IUpdater updater) {
        // A new layer takes its first weights from the thread's random numbers, whatever seed the builder is given.
        Nd4j.getRandom().setSeed(seed);
        TransferLearning.Builder builder = new TransferLearning.Builder(network)
                .fineTuneConfiguration(new FineTuneConfiguration.Builder().seed(seed).updater(updater).build());
        if (frozen > 0) {
            builder.setFeatureExtractor(frozen - 1);
        }
        boolean keepsHead = !settings.replaceHead();
        if (keepsHead && layer(head) instanceof BaseOutputLayer) {
            return builder.build();
        }
        InputPreProcessor before = network.getLayerWiseConfigurations().getInputPreProcess(head);
        builder.removeLayersFromOutput(network.getnLayers() - head).addLayer(output(classes));
        if (before != null) {
            builder.setInputPreProcessor(head, before);
        }
        MultiLayerNetwork changed = builder.build();
        if (keepsHead) {
            changed.getLayer(head).setParams(network.getLayer(head).params());
        }
        return changed;
    }

    /** Such as this program's own networks have, in the place of the one there is. */
    private OutputLayer output(int classes) {
        OutputLayer output = new OutputLayer.Builder(LossFunction.MCXENT).nIn(((FeedForwardLayer) layer(head)).getNIn()).nOut(classes)
                .activation(Activation.SOFTMAX).weightInit(WeightInit.RELU).name(layer(head).getLayerName()).build();
        output.setIDropout(layer(head).getIDropout());
        return output;
    }
}
