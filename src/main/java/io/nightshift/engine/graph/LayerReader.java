package io.nightshift.engine.graph;

import io.nightshift.engine.graph.GraphReader.Value;
import io.nightshift.engine.graph.Operation.ElementFunction;
import io.nightshift.engine.graph.Operation.PoolingKind;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftPlus;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossNegativeLogLikelihood;

/** Turns one layer of DL4J's into operations. */
final class LayerReader {
    /** Layers on whose input DL4J computes their dropout. */
    private static final Set<Class<?>> DROP_INPUT =
            Set.of(ConvolutionLayer.class, DenseLayer.class, OutputLayer.class, DropoutLayer.class);

    private final GraphReader graph;
    private final INDArray all;
    private final org.deeplearning4j.nn.conf.layers.Layer configuration;
    private final Map<String, INDArray> parameters;
    private final boolean trainable;
    private final String name;
    private boolean softmaxClassifier;

    LayerReader(GraphReader graph, INDArray all, Layer layer, int index) {
        this.graph = graph;
        this.all = all;
        this.trainable = !(layer instanceof FrozenLayer);
        Layer inner = layer instanceof FrozenLayer frozen ? frozen.getInsideLayer() : layer;
        this.configuration = inner.conf().getLayer();
        this.parameters = inner.paramTable();
        String ownName = configuration.getLayerName();
        this.name = (ownName == null ? "layer " + index : ownName) + " ("
                + configuration.getClass().getSimpleName() + ")";
    }

    /** Whether the layer that was read ends a classifier in a softmax, and is trained by cross-entropy. */
    boolean isSoftmaxClassifier() {
        return softmaxClassifier;
    }

    Value read(Value in) {
        noteUnknownExtras();
        Value value = dropped(in);
        Class<?> kind = configuration.getClass();
        if (kind == ConvolutionLayer.class) {
            ConvolutionLayer layer = (ConvolutionLayer) configuration;
            return activated(convolved(value, layer, 1, view("W"), view("b")), layer.getActivationFn());
        } else if (kind == DepthwiseConvolution2D.class) {
            DepthwiseConvolution2D layer = (DepthwiseConvolution2D) configuration;
            ParameterView weights = view("W").permuted(2, 3, 0, 1).expanded(2);
            int groups = graph.shape(value).channels();
            return activated(convolved(value, layer, groups, weights, view("b")), layer.getActivationFn());
        } else if (kind == SeparableConvolution2D.class) {
            return separable(value, (SeparableConvolution2D) configuration);
        } else if (kind == DenseLayer.class && !((DenseLayer) configuration).hasLayerNorm()) {
            return activated(multiplied(value), ((DenseLayer) configuration).getActivationFn());
        } else if (kind == OutputLayer.class) {
            OutputLayer layer = (OutputLayer) configuration;
            softmaxClassifier = isCrossEntropy(layer.getLossFn()) && isSoftmax(layer.getActivationFn());
            return activated(multiplied(value), layer.getActivationFn());
        } else if (kind == LossLayer.class) {
            LossLayer layer = (LossLayer) configuration;
            softmaxClassifier = isCrossEntropy(layer.getLossFn()) && isSoftmax(layer.getActivationFn());
            return activated(value, layer.getActivationFn());
        } else if (kind == ActivationLayer.class) {
            return activated(value, ((ActivationLayer) configuration).getActivationFn());
        } else if (kind == DropoutLayer.class) {
            return value;
        } else if (kind == BatchNormalization.class) {
            return normalised(value, (BatchNormalization) configuration);
        } else if (kind == SubsamplingLayer.class) {
            return pooled(value, (SubsamplingLayer) configuration);
        } else if (kind == GlobalPoolingLayer.class) {
            return globallyPooled(value, (GlobalPoolingLayer) configuration);
        } else if (kind == ZeroPaddingLayer.class) {
            int[] by = ((ZeroPaddingLayer) configuration).getPadding();
            Shape shape = image(value);
            Shape padded = new Shape(shape.channels(), shape.height() + by[0] + by[1], shape.width() + by[2] + by[3]);
            return graph.add(name, new Operation.Padding(by[0], by[2], by[1], by[3]), padded, trainable, value.node());
        }
        throw unsupported("it is not known");
    }

    private UnsupportedNetworkException unsupported(String why) {
        return new UnsupportedNetworkException(name + ": " + why);
    }

    /** A frozen layer is only computed, whatever it has. */
    private void untrainable(String why) {
        if (!trainable) {
            return;
        }
        graph.foundUntrainable(unsupported(why).getMessage());
    }

    /** What changes parameters or activations in training alone does not keep a network from being computed. */
    private void noteUnknownExtras() {
        if (configuration.getConstraints() != null
                && !configuration.getConstraints().isEmpty()) {
            untrainable("its parameters are constrained");
        }
        if (configuration instanceof BaseLayer base
                && (base.getWeightNoise() != null
                        || isAny(base.getRegularization())
                        || isAny(base.getRegularizationBias())
                        || (base.getGradientNormalization() != null
                                && base.getGradientNormalization() != GradientNormalization.None))) {
            untrainable("weight noise, regularisation or gradient normalisation is part of the network");
        }
    }

    private static boolean isAny(List<?> list) {
        return list != null && !list.isEmpty();
    }

    private Value dropped(Value value) {
        IDropout dropout = configuration.getIDropout();
        if (dropout == null) {
            return value;
        }
        if (dropout.getClass() != Dropout.class || ((Dropout) dropout).getPSchedule() != null) {
            untrainable("it has " + dropout);
            return value;
        }
        double kept = ((Dropout) dropout).getP();
        if (kept == 0 || kept == 1) {
            return value;
        }
        if (!DROP_INPUT.contains(configuration.getClass())) {
            untrainable("it has dropout");
            return value;
        }
        Value out = graph.add(name, new Operation.Dropout(kept), graph.shape(value), trainable, value.node());
        return new Value(out.node(), value.flattened(), value.flattenedChannelsLast());
    }

    private ParameterView view(String key) {
        INDArray parameter = parameters.get(key);
        return parameter == null ? null : ParameterView.of(all, parameter);
    }

    private Shape image(Value value) {
        Shape shape = graph.shape(value);
        if (value.flattened() && shape.area() > 1) {
            throw unsupported("it takes a flattened image");
        }
        return shape;
    }

    private Value convolved(Value in, ConvolutionLayer layer, int groups, ParameterView weights, ParameterView bias) {
        Window window = window(
                layer.getConvolutionMode(),
                layer.getKernelSize(),
                layer.getStride(),
                layer.getDilation(),
                layer.getPadding(),
                image(in));
        Shape out = window.over(image(in), (int)
                (groups == 1 ? weights.shape().get(0) : groups * weights.shape().get(1)));
        return graph.add(name, new Operation.Convolution(window, groups, weights, bias), out, trainable, in.node());
    }

    private Value separable(Value in, SeparableConvolution2D layer) {
        ParameterView depthwise = view("W").permuted(1, 0, 2, 3).expanded(2);
        int groups = image(in).channels();
        Value between = convolved(in, layer, groups, depthwise, null);
        Window one = Window.padded(new int[] {1, 1}, new int[] {1, 1}, new int[] {1, 1}, new int[] {0, 0});
        ParameterView pointwise = view("pW");
        Shape out = one.over(graph.shape(between), pointwise.shape().get(0).intValue());
        Value value = graph.add(
                name, new Operation.Convolution(one, 1, pointwise, view("b")), out, trainable, between.node());
        return activated(value, layer.getActivationFn());
    }

    private Value multiplied(Value in) {
        FeedForwardLayer layer = (FeedForwardLayer) configuration;
        Shape shape = graph.shape(in);
        if (!in.flattened() && shape.area() > 1) {
            throw unsupported("it takes images of " + shape);
        }
        if (shape.size() != layer.getNIn()) {
            throw new IllegalArgumentException(
                    name + " takes " + layer.getNIn() + " numbers, and is given images of " + shape);
        }
        ParameterView weights = view("W").permuted(1, 0).split(shape, in.flattenedChannelsLast());
        return graph.add(
                name,
                new Operation.Dense(weights, view("b")),
                Shape.vector((int) layer.getNOut()),
                trainable,
                in.node());
    }

    private Value normalised(Value in, BatchNormalization layer) {
        image(in);
        boolean logStd = parameters.containsKey("log10stdev");
        return graph.add(
                name,
                new Operation.BatchNormalisation(
                        layer.getEps(),
                        layer.getDecay(),
                        fixed(layer, layer.getGamma(), 1) ? null : view("gamma"),
                        fixed(layer, layer.getBeta(), 0) ? null : view("beta"),
                        view("mean"),
                        logStd ? view("log10stdev") : view("var"),
                        logStd),
                graph.shape(in),
                trainable,
                in.node());
    }

    private boolean fixed(BatchNormalization layer, double value, double neutral) {
        if (!layer.isLockGammaBeta()) {
            return false;
        }
        if (value != neutral) {
            throw unsupported("its gamma and beta are locked to other values than 1 and 0");
        }
        return true;
    }

    private Value pooled(Value in, SubsamplingLayer layer) {
        Window window = window(
                layer.getConvolutionMode(),
                layer.getKernelSize(),
                layer.getStride(),
                layer.getDilation(),
                layer.getPadding(),
                image(in));
        PoolingKind kind =
                switch (layer.getPoolingType()) {
                    case MAX -> PoolingKind.MAX;
                    case AVG ->
                        layer.isAvgPoolIncludePadInDivisor() ? PoolingKind.AVERAGE_WITH_PADDING : PoolingKind.AVERAGE;
                    default -> throw unsupported("it pools by " + layer.getPoolingType());
                };
        Shape out = window.over(image(in), image(in).channels());
        return graph.add(name, new Operation.Pooling(kind, window), out, trainable, in.node());
    }

    private Value globallyPooled(Value in, GlobalPoolingLayer layer) {
        Shape shape = image(in);
        if (layer.getPoolingType() != PoolingType.MAX && layer.getPoolingType() != PoolingType.AVG
                || !layer.isCollapseDimensions()) {
            throw unsupported("it pools by " + layer.getPoolingType());
        }
        PoolingKind kind = layer.getPoolingType() == PoolingType.MAX ? PoolingKind.MAX : PoolingKind.AVERAGE;
        int[] whole = {shape.height(), shape.width()};
        Window window = Window.padded(whole, whole, new int[] {1, 1}, new int[] {0, 0});
        return graph.add(
                name, new Operation.Pooling(kind, window), Shape.vector(shape.channels()), trainable, in.node());
    }

    private Window window(ConvolutionMode mode, int[] kernel, int[] stride, int[] dilation, int[] padding, Shape in) {
        return switch (mode) {
            case Same -> Window.same(kernel, stride, dilation, in);
            case Truncate, Strict -> Window.padded(kernel, stride, dilation, padding);
            case Causal -> throw unsupported("it is causal");
        };
    }

    private Value activated(Value in, IActivation function) {
        if (function instanceof ActivationIdentity) {
            return in;
        }
        Operation operation = isSoftmax(function) ? softmax(in) : elementWise(function);
        Value out = graph.add(name, operation, graph.shape(in), trainable, in.node());
        return new Value(out.node(), in.flattened(), in.flattenedChannelsLast());
    }

    private Operation softmax(Value in) {
        if (graph.shape(in).area() > 1) {
            throw unsupported("it takes the softmax of images");
        }
        return new Operation.Softmax();
    }

    private Operation elementWise(IActivation function) {
        Class<?> kind = function.getClass();
        if (kind == ActivationReLU.class) {
            ActivationReLU relu = (ActivationReLU) function;
            boolean clipped = relu.getMax() != null && relu.getMax() > 0;
            boolean sloped = relu.getNegativeSlope() != null && relu.getNegativeSlope() != 0;
            if (relu.getThreshold() != null && relu.getThreshold() != 0 || clipped && sloped) {
                throw unsupported("its relu has a threshold");
            }
            return clipped
                    ? new Operation.Activation(ElementFunction.CLIPPED_RELU, relu.getMax())
                    : sloped
                            ? new Operation.Activation(ElementFunction.LEAKY_RELU, relu.getNegativeSlope())
                            : new Operation.Activation(ElementFunction.RELU, 0);
        } else if (kind == ActivationReLU6.class) {
            return new Operation.Activation(ElementFunction.CLIPPED_RELU, 6);
        } else if (kind == ActivationLReLU.class) {
            return new Operation.Activation(ElementFunction.LEAKY_RELU, ((ActivationLReLU) function).getAlpha());
        } else if (kind == ActivationELU.class) {
            return new Operation.Activation(ElementFunction.ELU, ((ActivationELU) function).getAlpha());
        } else if (kind == ActivationTanH.class) {
            return new Operation.Activation(ElementFunction.TANH, 0);
        } else if (kind == ActivationSigmoid.class) {
            return new Operation.Activation(ElementFunction.SIGMOID, 0);
        } else if (kind == ActivationSoftPlus.class) {
            return new Operation.Activation(ElementFunction.SOFTPLUS, 1);
        } else if (kind == ActivationSwish.class) {
            return new Operation.Activation(ElementFunction.SWISH, 1);
        }
        throw unsupported("its activation is " + function);
    }

    private static boolean isSoftmax(IActivation function) {
        return function instanceof ActivationSoftmax;
    }

    private static boolean isCrossEntropy(ILossFunction loss) {
        return (loss.getClass() == LossMCXENT.class || loss.getClass() == LossNegativeLogLikelihood.class)
                && ((LossMCXENT) loss).getWeights() == null;
    }
}
