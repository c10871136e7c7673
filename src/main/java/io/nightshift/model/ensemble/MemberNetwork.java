package io.nightshift.model.ensemble;

import io.nightshift.engine.GraphNetwork;
import io.nightshift.engine.Network;
import io.nightshift.engine.SequentialNetwork;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The parts of a network of either kind of DL4J's, as those of a graph, without the softmax at its end. */
final class MemberNetwork {
    /** Stands for the network's input among the inputs of a part. */
    static final String INPUT = "";

    private static final Set<Class<?>> WITH_ACTIVATION = Set.of(OutputLayer.class, LossLayer.class, DenseLayer.class);

    /**
     * A part.
     *
     * @param vertex  a copy, free to be changed
     * @param inputs  names of parts, or {@link #INPUT}
     * @param weights of a layer, by the layer's own names
     */
    record Part(GraphVertex vertex, List<String> inputs, Map<String, INDArray> weights) {}

    private final Map<String, Part> parts = new LinkedHashMap<>();
    private final String end;

    private MemberNetwork(Network network) {
        this.end = network.match(this::readLayers, graph -> readGraph(new GraphNetwork(graph)));
        unfreeze();
    }

    /** Reads a network; empty if it does not end in a softmax. */
    static Optional<MemberNetwork> withoutSoftmax(Network network) {
        if (network instanceof GraphNetwork graph
                && (graph.model().getNumInputArrays() != 1 || graph.model().getNumOutputArrays() != 1)) {
            return Optional.empty();
        }
        MemberNetwork parts = new MemberNetwork(network);
        return parts.removeSoftmax(parts.end) ? Optional.of(parts) : Optional.empty();
    }

    /** Returns the parts by name. */
    Map<String, Part> parts() {
        return parts;
    }

    /** Returns the part that gives what the softmax was taken of. */
    String end() {
        return end;
    }

    private String readLayers(org.deeplearning4j.nn.multilayer.MultiLayerNetwork layers) {
        MultiLayerConfiguration configuration = new SequentialNetwork(layers).configuration();
        String before = INPUT;
        for (int i = 0; i < layers.getnLayers(); i++) {
            String own = configuration.getConf(i).getLayer().getLayerName();
            String name = own == null || parts.containsKey(own) ? "layer" + i : own;
            InputPreProcessor preprocessor = configuration.getInputPreProcess(i);
            LayerVertex vertex = new LayerVertex(
                    configuration.getConf(i).clone(), preprocessor == null ? null : preprocessor.clone());
            parts.put(name, new Part(vertex, List.of(before), layers.getLayer(i).paramTable()));
            before = name;
        }
        return before;
    }

    private String readGraph(GraphNetwork graph) {
        ComputationGraphConfiguration configuration = graph.configuration();
        String input = configuration.getNetworkInputs().get(0);
        graph.vertices().filter(vertex -> !vertex.isInputVertex()).forEach(vertex -> {
            List<String> inputs =
                    new ArrayList<>(configuration.getVertexInputs().get(vertex.getVertexName()));
            inputs.replaceAll(name -> name.equals(input) ? INPUT : name);
            parts.put(
                    vertex.getVertexName(),
                    new Part(
                            configuration
                                    .getVertices()
                                    .get(vertex.getVertexName())
                                    .clone(),
                            inputs,
                            vertex.hasLayer() ? vertex.getLayer().paramTable() : Map.of()));
        });
        return configuration.getNetworkOutputs().get(0);
    }

    /** Only training knows the difference. */
    private void unfreeze() {
        parts.values().forEach(part -> {
            if (part.vertex() instanceof LayerVertex vertex
                    && vertex.getLayerConf().getLayer() instanceof FrozenLayer frozen) {
                vertex.getLayerConf().setLayer(frozen.getLayer());
            }
        });
    }

    /**
     * Makes the softmax at the end, behind which there may be layers that change nothing, another such layer.
     *
     * @return false if there is none
     */
    private boolean removeSoftmax(String name) {
        if (name.equals(INPUT) || !(parts.get(name).vertex() instanceof LayerVertex vertex)) {
            return false;
        }
        Layer layer = vertex.getLayerConf().getLayer();
        IActivation activation = activation(layer);
        if (activation instanceof ActivationSoftmax) {
            vertex.getLayerConf().setLayer(linear(layer));
            return true;
        }
        boolean changesNothing = activation instanceof ActivationIdentity
                && (layer.getClass() == LossLayer.class || layer.getClass() == ActivationLayer.class);
        if (!changesNothing || !removeSoftmax(parts.get(name).inputs().get(0))) {
            return false;
        }
        vertex.getLayerConf().setLayer(linear(layer));
        return true;
    }

    /** Returns the activation of a layer that can end a member; null of others. */
    private static IActivation activation(Layer layer) {
        if (WITH_ACTIVATION.contains(layer.getClass())) {
            return ((BaseLayer) layer).getActivationFn();
        }
        return layer.getClass() == ActivationLayer.class ? ((ActivationLayer) layer).getActivationFn() : null;
    }

    /** Returns the layer without activation and loss, with parameters of the same names and shapes. */
    private static Layer linear(Layer layer) {
        if (layer instanceof DenseLayer dense) {
            dense.setActivationFn(new ActivationIdentity());
            return dense;
        }
        if (layer.getClass() != OutputLayer.class) {
            return new ActivationLayer(Activation.IDENTITY);
        }
        OutputLayer output = (OutputLayer) layer;
        DenseLayer dense = new DenseLayer.Builder()
                .nIn(output.getNIn())
                .nOut(output.getNOut())
                .hasBias(output.hasBias())
                .activation(Activation.IDENTITY)
                .build();
        dense.setWeightInitFn(output.getWeightInitFn());
        dense.setBiasInit(output.getBiasInit());
        dense.setIUpdater(output.getIUpdater());
        dense.setIDropout(output.getIDropout());
        return dense;
    }
}
