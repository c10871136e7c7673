package io.nightshift.model.onnx.reader;

import io.nightshift.model.onnx.file.Constant;
import io.nightshift.model.onnx.file.OnnxNode;
import io.nightshift.model.onnx.layers.GraphValues;
import io.nightshift.model.onnx.layers.Value.Activations;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftPlus;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.activations.impl.ActivationTanH;

/** Makes layers of nodes that change each element by itself. */
final class ElementLayers {
    /** Part of the variance of a normalisation that only scales. */
    private static final double EPSILON = 1e-5;

    private final GraphValues values;

    ElementLayers(GraphValues values) {
        this.values = values;
    }

    /** Whether a layer is the function that keeps x as x sigmoid(x) does, without x. */
    boolean isSigmoid(Activations activations) {
        return activations.layer() >= 0
                && values.layers().get(activations.layer()).layer() instanceof ActivationLayer layer
                && layer.getActivationFn() instanceof ActivationSigmoid;
    }

    Activations activation(OnnxNode node) {
        IActivation function =
                switch (node.operation()) {
                    case "Relu" -> new ActivationReLU();
                    case "LeakyRelu" -> new ActivationLReLU(node.number("alpha", 0.01));
                    case "Elu" -> new ActivationELU(node.number("alpha", 1));
                    case "Tanh" -> new ActivationTanH();
                    case "Sigmoid" -> new ActivationSigmoid();
                    case "Softplus" -> new ActivationSoftPlus();
                    default -> throw node.refused("it is not known");
                };
        return applied(function, values.activations(node, 0));
    }

    Activations swish(Activations in) {
        return applied(new ActivationSwish(), in);
    }

    /** Reads bounds, which early versions have as attributes. */
    Activations clip(OnnxNode node) {
        Optional<Double> lowest = bound(node, 1, "min");
        Optional<Double> highest = bound(node, 2, "max");
        if (lowest.orElse(-1.0) != 0 || highest.orElse(1.0) <= 0) {
            throw node.refused("it clips from " + lowest.map(Object::toString).orElse("below") + " to "
                    + highest.map(Object::toString).orElse("above") + "; known are 0 and a bound above it");
        }
        boolean bounded = highest.isPresent() && highest.get() < Float.MAX_VALUE;
        return applied(
                bounded ? new ActivationReLU(highest.get(), 0.0, 0.0) : new ActivationReLU(),
                values.activations(node, 0));
    }

    private Optional<Double> bound(OnnxNode node, int input, String attribute) {
        return node.input(input).isPresent()
                ? Optional.of(number(node, input, attribute))
                : node.attribute(attribute).map(each -> (double) each.getF());
    }

    private double number(OnnxNode node, int input, String what) {
        Constant constant = values.required(node, input, what);
        if (!constant.isUniform()) {
            throw node.refused("its " + what + " is no single number");
        }
        return constant.values()[0];
    }

    private Activations applied(IActivation function, Activations in) {
        ActivationLayer layer =
                new ActivationLayer.Builder().activation(function).build();
        return new Activations(values.layers().add(layer, in.layer(), Map.of()), in.shape(), in.flat());
    }

    Activations normalisation(OnnxNode node) {
        if (node.integer("training_mode", 0) != 0) {
            throw node.refused("it is in training mode; export the model for inference");
        }
        Activations in = values.activations(node, 0);
        float[][] arrays = new float[4][];
        String[] names = {"scale", "B", "mean", "var"};
        for (int i = 0; i < 4; i++) {
            arrays[i] = values.required(node, i + 1, names[i]).floats();
            if (arrays[i].length != in.shape().channels()) {
                throw node.refused("its " + names[i] + " has " + arrays[i].length + " numbers for "
                        + in.shape().channels() + " channels");
            }
        }
        return normalised(in, node.number("epsilon", EPSILON), arrays[0], arrays[1], arrays[2], arrays[3]);
    }

    /** Makes a layer that multiplies each channel with a number and adds another. */
    Activations scaled(Activations in, float[] factors, float[] summands) {
        float[] variance = new float[factors.length];
        Arrays.fill(variance, (float) (1 - EPSILON));
        return normalised(in, EPSILON, factors, summands, new float[factors.length], variance);
    }

    private Activations normalised(
            Activations in, double epsilon, float[] gamma, float[] beta, float[] mean, float[] variance) {
        BatchNormalization layer =
                new BatchNormalization.Builder().eps(epsilon).useLogStd(false).build();
        return new Activations(
                values.layers()
                        .add(layer, in.layer(), Map.of("gamma", gamma, "beta", beta, "mean", mean, "var", variance)),
                in.shape(),
                in.flat());
    }
}
