package io.nightshift.model.transfer;

import io.nightshift.engine.GraphNetwork;
import java.util.List;
import java.util.OptionalInt;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.nn.weights.WeightInit;

/** A pretrained graph with one input and one output, such as a functional Keras model. */
final class PretrainedGraph extends PretrainedModel {
    private final ComputationGraph network;
    private final List<String> names;
    private final String head;
    private final String end;

    PretrainedGraph(ComputationGraph network) {
        this.network = network;
        this.names = names(network);
        this.head = names.stream()
                .filter(name -> network.getVertex(name).numParams() > 0)
                .reduce((first, later) -> later)
                .orElseThrow(() -> new IllegalArgumentException("a network without weights"));
        this.end = isLossAlone(layer(output())) ? inputs(output())[0] : output();
    }

    /** Names all parts but inputs, in the order in which they are computed, which is that of their weights. */
    private static List<String> names(ComputationGraph network) {
        return new GraphNetwork(network)
                .vertices()
                .filter(vertex -> !vertex.isInputVertex())
                .map(GraphVertex::getVertexName)
                .toList();
    }

    @Override
    List<String> belowHead() {
        return names.subList(0, names.indexOf(head));
    }

    @Override
    Layer head() {
        return layer(head);
    }

    @Override
    Layer end() {
        return layer(end);
    }

    @Override
    String endName() {
        return end;
    }

    private String output() {
        return network.getConfiguration().getNetworkOutputs().get(0);
    }

    private String[] inputs(String name) {
        return network.getConfiguration().getVertexInputs().get(name).toArray(String[]::new);
    }

    /** Returns the layer of this name; null if that is no layer, such as a sum. */
    private Layer layer(String name) {
        return network.getConfiguration().getVertices().get(name) instanceof LayerVertex vertex
                ? withoutFreeze(vertex.getLayerConf().getLayer())
                : null;
    }

    @Override
    ComputationGraph fineTuned(int frozen, OptionalInt classes, FineTuneConfiguration training) {
        TransferLearning.GraphBuilder builder =
                new TransferLearning.GraphBuilder(network).fineTuneConfiguration(training);
        if (classes.isPresent() || !hasLoss(end())) {
            replaceEnd(builder, classes);
        }
        ComputationGraph changed = builder.build();
        if (classes.isEmpty()) {
            changed.getVertex(head).getLayer().setParams(network.getVertex(head).params());
        }
        return frozen == 0 ? changed : freeze(changed, names.subList(0, frozen));
    }

    private void replaceEnd(TransferLearning.GraphBuilder builder, OptionalInt classes) {
        if (!output().equals(end)) {
            builder.removeVertexAndConnections(output()).setOutputs(end);
        }
        if (endsWithHead()) {
            LayerVertex vertex =
                    (LayerVertex) network.getConfiguration().getVertices().get(head);
            builder.removeVertexKeepConnections(head)
                    .addLayer(head, output(head(), classes), vertex.getPreProcessor(), inputs(head));
        } else {
            classes.ifPresent(many -> builder.nOutReplace(head, many, WeightInit.RELU));
            builder.removeVertexKeepConnections(end).addLayer(end, softmaxWithLoss(end), inputs(end));
        }
    }

    /**
     * Freezes these, and all that the changed network computes before the last of them: their weights then lie
     * together.
     */
    private static ComputationGraph freeze(ComputationGraph network, List<String> these) {
        List<String> order = names(network);
        int end = 1 + these.stream().mapToInt(order::indexOf).max().orElseThrow();
        return new TransferLearning.GraphBuilder(network)
                .setFeatureExtractor(order.subList(0, end).toArray(String[]::new))
                .build();
    }
}
