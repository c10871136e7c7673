package io.nightshift.model.ensemble;

import io.nightshift.config.ConfigurationException;
import io.nightshift.dataset.batch.NetworkInput;
import io.nightshift.model.ensemble.MemberNetwork.Part;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Puts networks side by side into one graph of DL4J's, which takes grey images of [n, 1, side, side] in 0..255 and gives
 * the mean of their probabilities. The parts of member 1 have names that begin with {@code m1-}.
 */
final class EnsembleGraph {
    private static final String INPUT = "image";
    private static final String MEAN = "mean";
    private static final String OUTPUT = "probabilities";

    private final GraphBuilder graph = new NeuralNetConfiguration.Builder()
            .graphBuilder()
            .addInputs(INPUT)
            // DL4J takes a cross-entropy without a softmax of its own for a mistake.
            .validateOutputLayerConfig(false);
    private final Map<String, Map<String, INDArray>> weights = new HashMap<>();
    private final List<String> probabilities = new ArrayList<>();

    /**
     * Adds a member.
     *
     * @throws ConfigurationException if it does not end in a softmax
     */
    void add(Ensemble.Member member) {
        MemberNetwork network = MemberNetwork.withoutSoftmax(member.model().network())
                .orElseThrow(() -> new ConfigurationException(
                        "MODEL " + member.name() + " (" + member.model().card().origin()
                                + ") does not end in a softmax; name networks that do, of an ensemble its members"));
        String prefix = "m" + (probabilities.size() + 1) + "-";
        String image = image(prefix, member.model().card().input());
        network.parts().forEach((name, part) -> add(prefix, name, part, image));
        String logits = prefix + network.end();
        double temperature = member.model().card().temperature();
        if (temperature != 1) {
            logits = vertex(prefix + "temperature", new ScaleVertex(1 / temperature), logits);
        }
        graph.addLayer(prefix + "softmax", new ActivationLayer(Activation.SOFTMAX), logits);
        probabilities.add(prefix + "softmax");
    }

    private void add(String prefix, String name, Part part, String image) {
        String own = prefix + name;
        if (part.vertex() instanceof LayerVertex layer) {
            layer.getLayerConf().getLayer().setLayerName(own);
            weights.put(own, part.weights());
        }
        String[] inputs = part.inputs().stream()
                .map(input -> input.equals(MemberNetwork.INPUT) ? image : prefix + input)
                .toArray(String[]::new);
        graph.addVertex(own, part.vertex(), inputs);
    }

    /** Makes of the pixels what the member takes, and returns the name of that. */
    private String image(String prefix, NetworkInput input) {
        boolean channelsLast = input.layout() == NetworkInput.Layout.NHWC;
        String image = INPUT;
        if (channelsLast) {
            image = vertex(prefix + "channels-last", new ReshapeVertex(-1, input.side(), input.side(), 1), image);
        }
        if (input.channels() > 1) {
            // A vertex cannot take the same input several times.
            String[] channels = new String[input.channels()];
            for (int i = 0; i < channels.length; i++) {
                channels[i] = vertex(prefix + "channel" + i, new ScaleVertex(input.scale()), image);
            }
            MergeVertex merge = new MergeVertex();
            merge.setMergeAxis(channelsLast ? 3 : 1);
            image = vertex(prefix + "channels", merge, channels);
        } else if (input.scale() != 1) {
            image = vertex(prefix + "scale", new ScaleVertex(input.scale()), image);
        }
        return input.offset() == 0 ? image : vertex(prefix + "offset", new ShiftVertex(input.offset()), image);
    }

    private String vertex(String name, org.deeplearning4j.nn.conf.graph.GraphVertex vertex, String... inputs) {
        graph.addVertex(name, vertex, inputs);
        return name;
    }

    /** Builds the graph, with copies of the members' weights. */
    ComputationGraph build() {
        vertex(MEAN, new ElementWiseVertex(ElementWiseVertex.Op.Average), probabilities.toArray(String[]::new));
        // It changes nothing, and gives the graph a loss: DL4J wants a layer of output for its own evaluations.
        graph.addLayer(
                        OUTPUT,
                        new LossLayer.Builder(LossFunction.MCXENT)
                                .activation(Activation.IDENTITY)
                                .build(),
                        MEAN)
                .setOutputs(OUTPUT);
        ComputationGraph network = new ComputationGraph(graph.build());
        network.init();
        weights.forEach((layer, table) -> table.forEach(
                (name, values) -> network.getLayer(layer).getParam(name).assign(values)));
        return network;
    }
}
