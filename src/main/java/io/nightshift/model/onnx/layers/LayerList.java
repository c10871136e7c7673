package io.nightshift.model.onnx.layers;

import io.nightshift.engine.Network;
import io.nightshift.engine.graph.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Collects the layers of a network with their parameters, and makes DL4J's network of those that its output needs. */
public final class LayerList {
    /** The name of the network's input. */
    private static final String IMAGE = "image";

    /**
     * A layer, or another part of DL4J's graphs.
     *
     * @param layer      null for another part
     * @param vertex     null for a layer
     * @param inputs     places in the list; -1 is the network's input
     * @param parameters by DL4J's name of each, row by row in DL4J's shape
     */
    public record Entry(Layer layer, GraphVertex vertex, List<Integer> inputs, Map<String, float[]> parameters) {}

    private final List<Entry> entries = new ArrayList<>();

    /** Adds a layer, and returns its place. */
    public int add(Layer layer, int input, Map<String, float[]> parameters) {
        entries.add(new Entry(layer, null, List.of(input), parameters));
        return entries.size() - 1;
    }

    /** Adds a layer of several inputs, and returns its place. */
    public int add(GraphVertex vertex, List<Integer> inputs) {
        entries.add(new Entry(null, vertex, inputs, Map.of()));
        return entries.size() - 1;
    }

    /** Returns the layer at a place. */
    public Entry get(int index) {
        return entries.get(index);
    }

    /** Returns the number by which a layer multiplies its input, if it does nothing else; otherwise 1. */
    public double factor(int index) {
        Map<String, float[]> parameters =
                index < 0 ? Map.of() : entries.get(index).parameters();
        if (!parameters.containsKey("gamma")
                || !isAll(parameters.get("beta"), 0)
                || !isAll(parameters.get("mean"), 0)) {
            return 1;
        }
        float gamma = parameters.get("gamma")[0];
        float variance = parameters.get("var")[0];
        double epsilon = ((BatchNormalization) entries.get(index).layer()).getEps();
        return gamma > 0 && isAll(parameters.get("gamma"), gamma) && isAll(parameters.get("var"), variance)
                ? gamma / Math.sqrt(variance + epsilon)
                : 1;
    }

    private static boolean isAll(float[] numbers, float value) {
        for (float number : numbers) {
            if (number != value) {
                return false;
            }
        }
        return true;
    }

    /**
     * Makes the network, with a softmax at its end.
     *
     * @param logits place of a layer that gives vectors
     * @param image  shape of the input
     */
    public Network build(int logits, Shape image) {
        GraphBuilder builder = new NeuralNetConfiguration.Builder()
                .updater(new NoOp())
                .weightInit(WeightInit.ZERO)
                .activation(Activation.IDENTITY)
                .convolutionMode(ConvolutionMode.Truncate)
                .graphBuilder()
                .addInputs(IMAGE);
        Set<Integer> needed = needed(logits);
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            if (!needed.contains(i)) {
                continue;
            }
            String[] inputs = entry.inputs().stream().map(LayerList::name).toArray(String[]::new);
            if (entry.layer() != null) {
                builder.addLayer(name(i), entry.layer(), inputs);
            } else {
                builder.addVertex(name(i), entry.vertex(), inputs);
            }
        }
        Layer softmax = new LossLayer.Builder(LossFunction.MCXENT)
                .activation(Activation.SOFTMAX)
                .build();
        ComputationGraph graph = new ComputationGraph(builder.addLayer("softmax", softmax, name(logits))
                .setOutputs("softmax")
                .setInputTypes(
                        InputType.convolutional(image.height(), image.width(), image.channels(), CNN2DFormat.NCHW))
                .build());
        graph.init();
        for (int i : needed) {
            String layer = name(i);
            entries.get(i).parameters().forEach((key, values) -> {
                INDArray parameter = graph.getLayer(layer).getParam(key);
                parameter.assign(Nd4j.create(values, parameter.shape(), 'c'));
            });
        }
        return Network.of(graph);
    }

    private static String name(int index) {
        return index < 0 ? IMAGE : "layer" + index;
    }

    private Set<Integer> needed(int logits) {
        Set<Integer> needed = new HashSet<>(Set.of(logits));
        for (int i = logits; i >= 0; i--) {
            if (needed.contains(i)) {
                needed.addAll(entries.get(i).inputs());
            }
        }
        needed.remove(-1);
        return needed;
    }
}
