package io.nightshift.engine;

import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration.ListBuilder;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.provider.Arguments;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Makes a network of one kind of operation each, and a classifier at its end. */
public final class OperationNetworks {
    private static final int CLASSES = 5;

    private final int channels;
    private final int height;
    private final int width;

    private OperationNetworks(int channels, int height, int width) {
        this.channels = channels;
        this.height = height;
        this.width = width;
    }

    /** Returns each network's name, and a function that makes it for images in a format. */
    public static Stream<Arguments> of(int channels, int height, int width) {
        return new OperationNetworks(channels, height, width).networks();
    }

    /** With momentum a step is linear in the gradients, so that it shows their errors as they are. */
    private static NeuralNetConfiguration.Builder settings() {
        return new NeuralNetConfiguration.Builder()
                .seed(5)
                .updater(new Nesterovs(0.1, 0.9))
                .convolutionMode(ConvolutionMode.Truncate)
                .activation(Activation.IDENTITY);
    }

    private static Layer output() {
        return new OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(CLASSES)
                .activation(Activation.SOFTMAX)
                .build();
    }

    private Function<CNN2DFormat, Network> layers(Layer... layers) {
        return format -> {
            ListBuilder list = settings().list();
            for (Layer layer : layers) {
                Layer copy = layer.clone();
                withFormat(copy, format);
                list.layer(copy);
            }
            MultiLayerNetwork network = new MultiLayerNetwork(list.layer(output())
                    .setInputType(InputType.convolutional(height, width, channels, format))
                    .build());
            network.init();
            return Network.of(network);
        };
    }

    private static void withFormat(Layer layer, CNN2DFormat format) {
        if (layer instanceof ConvolutionLayer convolution) {
            convolution.setCnn2dDataFormat(format);
        } else if (layer instanceof SubsamplingLayer pooling) {
            pooling.setCnn2dDataFormat(format);
        } else if (layer instanceof BatchNormalization normalisation) {
            normalisation.setCnn2DFormat(format);
        } else if (layer instanceof ZeroPaddingLayer padding) {
            padding.setDataFormat(format);
        }
    }

    private static ConvolutionLayer.Builder convolution(int filters, int... kernel) {
        return new ConvolutionLayer.Builder(kernel).nOut(filters);
    }

    private static SubsamplingLayer.Builder pooling(SubsamplingLayer.PoolingType type, int kernel, int stride) {
        return new SubsamplingLayer.Builder(type, new int[] {kernel, kernel}, new int[] {stride, stride});
    }

    private static Layer activation(Activation function) {
        return new ActivationLayer.Builder().activation(function).build();
    }

    private Stream<Arguments> networks() {
        var max = SubsamplingLayer.PoolingType.MAX;
        var average = SubsamplingLayer.PoolingType.AVG;
        ConvolutionLayer relu = convolution(8, 3, 3).activation(Activation.RELU).build();
        return Stream.of(
                arguments("convolution", layers(convolution(6, 3, 2).build())),
                arguments(
                        "convolution without bias",
                        layers(convolution(6, 3, 3).hasBias(false).build())),
                arguments("stride", layers(convolution(16, 3, 3).stride(2, 3).build())),
                arguments("padding", layers(convolution(16, 3, 5).padding(1, 2).build())),
                arguments("dilation", layers(convolution(7, 3, 3).dilation(2, 2).build())),
                arguments(
                        "same, even kernel, stride",
                        layers(convolution(7, 4, 2)
                                .stride(2, 2)
                                .convolutionMode(ConvolutionMode.Same)
                                .build())),
                arguments("two convolutions with relu", layers(relu, relu)),
                arguments(
                        "separable",
                        layers(new SeparableConvolution2D.Builder(3, 3)
                                .nOut(6)
                                .depthMultiplier(2)
                                .activation(Activation.RELU)
                                .build())),
                arguments(
                        "depthwise",
                        layers(new DepthwiseConvolution2D.Builder(3, 2)
                                .depthMultiplier(2)
                                .build())),
                arguments(
                        "dense",
                        layers(new DenseLayer.Builder()
                                .nOut(13)
                                .activation(Activation.TANH)
                                .build())),
                arguments("maximum of relu", layers(relu, pooling(max, 3, 2).build())),
                arguments(
                        "maximum",
                        layers(convolution(8, 1, 1).build(), pooling(max, 2, 2).build())),
                arguments(
                        "maximum, same",
                        layers(
                                relu,
                                pooling(max, 2, 2)
                                        .convolutionMode(ConvolutionMode.Same)
                                        .build())),
                arguments("average", layers(relu, pooling(average, 3, 2).build())),
                arguments(
                        "average, same",
                        layers(
                                relu,
                                pooling(average, 3, 2)
                                        .convolutionMode(ConvolutionMode.Same)
                                        .build())),
                arguments("global average", layers(relu, new GlobalPoolingLayer.Builder(PoolingType.AVG).build())),
                arguments("global maximum", layers(relu, new GlobalPoolingLayer.Builder(PoolingType.MAX).build())),
                arguments(
                        "batch normalisation",
                        layers(
                                relu,
                                new BatchNormalization.Builder()
                                        .useLogStd(false)
                                        .build(),
                                convolution(4, 3, 3).build())),
                arguments(
                        "batch normalisation of vectors, logarithm",
                        layers(new DenseLayer.Builder().nOut(9).build(), new BatchNormalization.Builder().build())),
                arguments(
                        "batch normalisation without gamma and beta",
                        layers(
                                relu,
                                new BatchNormalization.Builder()
                                        .lockGammaBeta(true)
                                        .useLogStd(false)
                                        .build())),
                arguments(
                        "batch normalisation of a convolution",
                        layers(
                                convolution(6, 3, 3).hasBias(false).build(),
                                new BatchNormalization.Builder()
                                        .useLogStd(false)
                                        .build(),
                                activation(Activation.RELU))),
                arguments(
                        "batch normalisation of depthwise convolutions",
                        layers(
                                new DepthwiseConvolution2D.Builder(3, 2)
                                        .depthMultiplier(2)
                                        .build(),
                                new BatchNormalization.Builder().build(),
                                activation(Activation.RELU))),
                arguments("zero padding", layers(new ZeroPaddingLayer.Builder(1, 2, 0, 3).build(), relu)),
                arguments("leaky relu", layers(convolution(4, 1, 1).build(), activation(Activation.LEAKYRELU))),
                arguments("elu", layers(convolution(4, 1, 1).build(), activation(Activation.ELU))),
                arguments("sigmoid", layers(convolution(4, 1, 1).build(), activation(Activation.SIGMOID))),
                arguments("softplus", layers(convolution(4, 1, 1).build(), activation(Activation.SOFTPLUS))),
                arguments("swish", layers(convolution(4, 1, 1).build(), activation(Activation.SWISH))),
                arguments("relu6", layers(convolution(4, 1, 1).build(), activation(Activation.RELU6))),
                arguments("branches", (Function<CNN2DFormat, Network>) this::branches),
                arguments("scaling and attention", (Function<CNN2DFormat, Network>) this::scalingAndAttention),
                arguments("loss on pooled images", (Function<CNN2DFormat, Network>) this::lossOnImages));
    }

    private Network branches(CNN2DFormat format) {
        ComputationGraphConfiguration configuration = settings()
                .graphBuilder()
                .addInputs("in")
                .addLayer("a", convolution(6, 3, 3).activation(Activation.RELU).build(), "in")
                .addLayer("b", convolution(6, 1, 1).build(), "a")
                .addLayer("c", convolution(6, 1, 1).activation(Activation.TANH).build(), "a")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "a", "b", "c")
                .addVertex("mean", new ElementWiseVertex(ElementWiseVertex.Op.Average), "sum", "b")
                .addVertex("merged", new MergeVertex(), "mean", "c", "a")
                .addLayer("pool", new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), "merged")
                .addLayer("out", output(), "pool")
                .setOutputs("out")
                .setInputTypes(InputType.convolutional(height, width, channels, format))
                .build();
        ComputationGraph graph = new ComputationGraph(configuration);
        graph.init();
        return Network.of(graph);
    }

    private Network scalingAndAttention(CNN2DFormat format) {
        ComputationGraphConfiguration configuration = settings()
                .graphBuilder()
                .addInputs("in")
                .addVertex("scaled", new ScaleVertex(2.5), "in")
                .addVertex("shifted", new ShiftVertex(-0.75), "scaled")
                .addLayer("a", convolution(6, 3, 3).activation(Activation.RELU).build(), "shifted")
                .addVertex("half", new ScaleVertex(0.5), "a")
                .addLayer("pool", new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), "half")
                .addLayer("b", new DenseLayer.Builder().nOut(6).build(), "pool")
                .addVertex("cold", new ScaleVertex(4), "b")
                .addLayer("attention", activation(Activation.SOFTMAX), "cold")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Average), "pool", "attention")
                .addLayer("out", output(), "sum")
                .setOutputs("out")
                .setInputTypes(InputType.convolutional(height, width, channels, format))
                .build();
        ComputationGraph graph = new ComputationGraph(configuration);
        graph.init();
        return Network.of(graph);
    }

    private Network lossOnImages(CNN2DFormat format) {
        MultiLayerNetwork network = new MultiLayerNetwork(settings()
                .list()
                .layer(convolution(CLASSES, 3, 3).build())
                .layer(new GlobalPoolingLayer.Builder(PoolingType.AVG).build())
                .layer(new LossLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.convolutional(height, width, channels, format))
                .build());
        network.init();
        return Network.of(network);
    }

    /** Gives batch normalisations numbers as after some training: fresh ones leave images as they are. */
    public static Network withFilledNormalisations(Network network) {
        Random random = new Random(7);
        for (org.deeplearning4j.nn.api.Layer layer : network.layers()) {
            if (layer.conf().getLayer() instanceof BatchNormalization) {
                layer.paramTable().forEach((name, values) -> {
                    double centre = Map.of("gamma", 1.0, "var", 1.0).getOrDefault(name, 0.0);
                    double width = name.equals("log10stdev") ? 0.2 : 0.5;
                    for (long i = 0; i < values.length(); i++) {
                        values.putScalar(i, centre + width * (2 * random.nextDouble() - 1));
                    }
                });
            }
        }
        return network;
    }
}
