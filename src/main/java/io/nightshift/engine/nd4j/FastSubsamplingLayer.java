package io.nightshift.engine.nd4j;

import java.util.Arrays;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.convolution.subsampling.SubsamplingLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.util.ConvolutionUtils;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * DL4J's maximum and average pooling on libnd4j's operations, channels last in memory.
 *
 * <p>A maximum pooling over a ReLU convolution also does that ReLU's backward step. Both pass on a gradient only at
 * each window's maximum, so the one may be masked by the sign of the other's output: on {@code [batch, 20, 20, 64]}
 * in place of {@code [batch, 44, 44, 64]} for the first layers of the blog's network.
 */
public final class FastSubsamplingLayer extends SubsamplingLayer {
    private final transient FastConvolutionLayer reluBelow;
    /** From a forward pass in training to the backward pass, channels last; only if {@link #reluBelow} is set. */
    private transient INDArray pooled;

    /**
     * @param reluBelow the convolution whose activation derivative this layer computes as well; null for none. It must
     *                  be a ReLU, this a maximum pooling, and nothing may lie between the two.
     */
    public FastSubsamplingLayer(
            NeuralNetConfiguration configuration, DataType dataType, FastConvolutionLayer reluBelow) {
        super(configuration, dataType);
        this.reluBelow = reluBelow;
    }

    @Override
    public void setInput(INDArray input, LayerWorkspaceMgr workspaces) {
        pooled = null;
        super.setInput(input, workspaces);
    }

    @Override
    public void clear() {
        pooled = null;
        super.clear();
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
        assertInputSet(false);
        if (input.rank() != 4) {
            throw new DL4JInvalidInputException("Pooling needs an array of rank 4, "
                    + layerConf().getCnn2dDataFormat().dimensionNames() + ", and got shape "
                    + Arrays.toString(input.shape()) + " " + layerId());
        }
        CNN2DFormat format = layerConf().getCnn2dDataFormat();
        INDArray images = input.castTo(dataType);
        int[] padding = same() ? null : layerConf().getPadding();
        int[] outputSize = ConvolutionUtils.getOutputSize(
                images,
                layerConf().getKernelSize(),
                layerConf().getStride(),
                padding,
                convolutionMode,
                layerConf().getDilation(),
                format);
        INDArray channelsLast = ChannelsLast.of(images, format, ArrayType.FF_WORKING_MEM, workspaces);
        INDArray output = workspaces.createUninitialized(
                ArrayType.ACTIVATIONS,
                dataType,
                new long[] {images.size(0), outputSize[0], outputSize[1], channelsLast.size(3)},
                'c');
        Nd4j.exec(DynamicCustomOp.builder(operation())
                .addInputs(channelsLast)
                .addOutputs(output)
                .addIntegerArguments(arguments())
                .build());
        pooled = training && reluBelow != null ? output : null;
        return ChannelsLast.as(format, output);
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
        assertInputSet(true);
        CNN2DFormat format = layerConf().getCnn2dDataFormat();
        INDArray channelsLast = ChannelsLast.of(input.castTo(dataType), format, ArrayType.BP_WORKING_MEM, workspaces);
        INDArray delta = ChannelsLast.of(epsilon.castTo(dataType), format, ArrayType.BP_WORKING_MEM, workspaces);
        if (pooled != null) {
            delta = InPlaceActivation.reluBackprop(pooled, delta, workspaces);
            reluBelow.activationAlreadyBackpropagated();
        }
        INDArray inputGradient =
                workspaces.createUninitialized(ArrayType.ACTIVATION_GRAD, dataType, channelsLast.shape(), 'c');
        Nd4j.exec(DynamicCustomOp.builder(operation() + "_bp")
                .addInputs(channelsLast, delta)
                .addOutputs(inputGradient)
                .addIntegerArguments(arguments())
                .build());
        return new Pair<>(new DefaultGradient(), ChannelsLast.as(format, inputGradient));
    }

    private boolean same() {
        return convolutionMode == ConvolutionMode.Same;
    }

    private String operation() {
        return layerConf().getPoolingType() == PoolingType.MAX ? "maxpool2d" : "avgpool2d";
    }

    /** The arguments that the pooling operations have in common, in libnd4j's order. */
    private int[] arguments() {
        int[] kernel = layerConf().getKernelSize();
        int[] stride = layerConf().getStride();
        int[] padding = layerConf().getPadding();
        int[] dilation = layerConf().getDilation();
        boolean average = layerConf().getPoolingType() == PoolingType.AVG;
        int divideByWholeWindow = average && layerConf().isAvgPoolIncludePadInDivisor() ? 1 : 0;
        int channelsLast = 1;
        return new int[] {
            kernel[0],
            kernel[1],
            stride[0],
            stride[1],
            padding[0],
            padding[1],
            dilation[0],
            dilation[1],
            same() ? 1 : 0,
            divideByWholeWindow,
            channelsLast
        };
    }
}
