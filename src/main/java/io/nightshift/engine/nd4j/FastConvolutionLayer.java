package io.nightshift.engine.nd4j;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.util.ConvolutionUtils;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * DL4J's 2D convolution on libnd4j's {@code conv2d} and {@code conv2d_bp} (oneDNN on a CPU), channels last in memory.
 *
 * <p>Shapes are the built-in layer's: input {@code [batch, nIn, height, width]}, output
 * {@code [batch, nOut, output height, output width]} (or channels last, as configured), weights
 * {@code [nOut, nIn, kernel height, kernel width]} in C order. Arrays that are returned are strided views; see
 * {@link ChannelsLast}.
 */
public final class FastConvolutionLayer extends ConvolutionLayer {
    /** libnd4j's code for weights {@code [nOut, nIn, kernel height, kernel width]}. */
    private static final int FILTERS_FIRST = 1;

    private final transient InPlaceActivation activation;
    private final boolean inputGradientNeeded;
    private boolean activationAlreadyBackpropagated;

    /**
     * @param outputSurvives      see {@link InPlaceActivation}
     * @param inputGradientNeeded false if nothing below this layer learns: then {@link #backpropGradient} returns null
     *                            in place of the gradient with respect to the input
     */
    public FastConvolutionLayer(
            NeuralNetConfiguration configuration,
            DataType dataType,
            boolean outputSurvives,
            boolean inputGradientNeeded) {
        super(configuration, dataType);
        this.activation = new InPlaceActivation(layerConf().getActivationFn(), outputSurvives);
        this.inputGradientNeeded = inputGradientNeeded;
    }

    /** Whether the activation function is plain ReLU. */
    boolean hasRelu() {
        return InPlaceActivation.isRelu(layerConf().getActivationFn());
    }

    @Override
    public void setInput(INDArray input, LayerWorkspaceMgr workspaces) {
        activation.forget();
        activationAlreadyBackpropagated = false;
        super.setInput(input, workspaces);
    }

    @Override
    public void clear() {
        activation.forget();
        super.clear();
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
        assertInputSet(false);
        applyDropOutIfNecessary(training, workspaces);
        validateInputRank();
        INDArray weights = getParamWithNoise(ConvolutionParamInitializer.WEIGHT_KEY, training, workspaces);
        validateInputDepth(weights.size(1));
        CNN2DFormat format = layerConf().getCnn2dDataFormat();
        INDArray images = input.castTo(dataType);
        int[] outputSize = outputSize(images);

        INDArray preActivation = workspaces.createUninitialized(
                ArrayType.ACTIVATIONS,
                dataType,
                new long[] {images.size(0), outputSize[0], outputSize[1], weights.size(0)},
                'c');
        DynamicCustomOp.DynamicCustomOpsBuilder convolution = DynamicCustomOp.builder("conv2d")
                .addIntegerArguments(arguments())
                .addOutputs(preActivation);
        INDArray channelsLast = ChannelsLast.of(images, format, ArrayType.FF_WORKING_MEM, workspaces);
        if (hasBias()) {
            INDArray bias = getParamWithNoise(ConvolutionParamInitializer.BIAS_KEY, training, workspaces);
            convolution.addInputs(channelsLast, weights, bias);
        } else {
            convolution.addInputs(channelsLast, weights);
        }
        Nd4j.exec(convolution.build());
        return ChannelsLast.as(format, activation.apply(preActivation, training, workspaces));
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
        assertInputSet(true);
        CNN2DFormat format = layerConf().getCnn2dDataFormat();
        INDArray delta = delta(epsilon, workspaces);
        INDArray images = input.castTo(dataType);
        INDArray weightGradient = gradientViews.get(ConvolutionParamInitializer.WEIGHT_KEY);
        INDArray biasGradient = hasBias() ? gradientViews.get(ConvolutionParamInitializer.BIAS_KEY) : null;

        INDArray inputGradient = null;
        if (inputGradientNeeded) {
            inputGradient = backpropAll(images, delta, weightGradient, biasGradient, workspaces);
            inputGradient = backpropDropOutIfPresent(ChannelsLast.as(format, inputGradient));
        } else {
            new PatchGradient(
                            layerConf().getKernelSize(),
                            layerConf().getStride(),
                            layerConf().getDilation())
                    .compute(
                            format == CNN2DFormat.NHWC ? images.permute(0, 3, 1, 2) : images,
                            topLeftPadding(images, delta),
                            delta,
                            weightGradient,
                            biasGradient,
                            workspaces);
            if (layerConf().getIDropout() != null) {
                layerConf().getIDropout().clear();
            }
        }
        weightNoiseParams.clear();

        Gradient gradient = new DefaultGradient();
        if (biasGradient != null) {
            gradient.setGradientFor(ConvolutionParamInitializer.BIAS_KEY, biasGradient);
        }
        gradient.setGradientFor(ConvolutionParamInitializer.WEIGHT_KEY, weightGradient, 'c');
        return new Pair<>(gradient, inputGradient);
    }

    /**
     * Tells this layer, by the layer above, that the epsilon of the next {@link #backpropGradient} holds its activation
     * derivative already.
     */
    void activationAlreadyBackpropagated() {
        activationAlreadyBackpropagated = true;
    }

    /** The gradient with respect to the pre-activation, contiguous with channels last. */
    private INDArray delta(INDArray epsilon, LayerWorkspaceMgr workspaces) {
        INDArray channelsLast = ChannelsLast.of(
                epsilon.castTo(dataType), layerConf().getCnn2dDataFormat(), ArrayType.BP_WORKING_MEM, workspaces);
        if (activationAlreadyBackpropagated) {
            activationAlreadyBackpropagated = false;
            return channelsLast;
        }
        if (!activation.isReady()) {
            activate(true, workspaces);
        }
        return activation.backprop(channelsLast, workspaces);
    }

    private INDArray backpropAll(
            INDArray images,
            INDArray delta,
            INDArray weightGradient,
            INDArray biasGradient,
            LayerWorkspaceMgr workspaces) {
        INDArray weights = getParamWithNoise(ConvolutionParamInitializer.WEIGHT_KEY, true, workspaces);
        INDArray channelsLast =
                ChannelsLast.of(images, layerConf().getCnn2dDataFormat(), ArrayType.BP_WORKING_MEM, workspaces);
        INDArray inputGradient =
                workspaces.createUninitialized(ArrayType.ACTIVATION_GRAD, dataType, channelsLast.shape(), 'c');
        DynamicCustomOp.DynamicCustomOpsBuilder gradients =
                DynamicCustomOp.builder("conv2d_bp").addIntegerArguments(arguments());
        if (biasGradient != null) {
            INDArray bias = getParamWithNoise(ConvolutionParamInitializer.BIAS_KEY, true, workspaces);
            gradients
                    .addInputs(channelsLast, weights, bias, delta)
                    .addOutputs(inputGradient, weightGradient, biasGradient);
        } else {
            gradients.addInputs(channelsLast, weights, delta).addOutputs(inputGradient, weightGradient);
        }
        Nd4j.exec(gradients.build());
        return inputGradient;
    }

    /** The arguments that {@code conv2d} and {@code conv2d_bp} have in common, in libnd4j's order. */
    private int[] arguments() {
        int[] kernel = layerConf().getKernelSize();
        int[] stride = layerConf().getStride();
        int[] padding = layerConf().getPadding();
        int[] dilation = layerConf().getDilation();
        int same = convolutionMode == ConvolutionMode.Same ? 1 : 0;
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
            same,
            channelsLast,
            FILTERS_FIRST
        };
    }

    /** Output height and width; throws DL4JInvalidInputException as the built-in layer does if the sizes do not fit. */
    private int[] outputSize(INDArray images) {
        int[] padding =
                convolutionMode == ConvolutionMode.Same ? null : layerConf().getPadding();
        return ConvolutionUtils.getOutputSize(
                images,
                layerConf().getKernelSize(),
                layerConf().getStride(),
                padding,
                convolutionMode,
                layerConf().getDilation(),
                layerConf().getCnn2dDataFormat());
    }

    private int[] topLeftPadding(INDArray images, INDArray delta) {
        if (convolutionMode != ConvolutionMode.Same) {
            return layerConf().getPadding();
        }
        int heightAxis = layerConf().getCnn2dDataFormat() == CNN2DFormat.NHWC ? 1 : 2;
        int[] inputSize = {(int) images.size(heightAxis), (int) images.size(heightAxis + 1)};
        int[] outputSize = {(int) delta.size(1), (int) delta.size(2)};
        return ConvolutionUtils.getSameModeTopLeftPadding(
                outputSize,
                inputSize,
                layerConf().getKernelSize(),
                layerConf().getStride(),
                layerConf().getDilation());
    }
}
