package io.nightshift.engine.nd4j;

import io.nightshift.engine.Backend;
import io.nightshift.engine.Network;
import io.nightshift.engine.SequentialNetwork;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.layers.AbstractLayer;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.layers.OutputLayer;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.layers.convolution.subsampling.SubsamplingLayer;
import org.deeplearning4j.nn.layers.feedforward.dense.DenseLayer;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts fast layers in the place of a live network's built-in ones.
 *
 * <p>The network stays a plain DL4J network: configuration, parameters, gradients and updater state are the same
 * objects before and after, so it is saved, averaged and loaded as ever, with or without this class. Only the code
 * that computes is another. Not copied by {@link MultiLayerNetwork#clone()}: install again on the clone. A layer asked
 * for by name is still the built-in one, with the same parameters: ask by index.
 *
 * <p>Fast means float: oneDNN has no double precision, in which libnd4j's plain loops compute the same function.
 */
public final class FastLayers {
    private static final Logger log = LoggerFactory.getLogger(FastLayers.class);
    private static final AtomicBoolean unavailabilityLogged = new AtomicBoolean();
    /** Built-in layers that write nothing to their input but its dropout. */
    private static final Set<Class<?>> READERS = Set.of(
            ConvolutionLayer.class,
            SubsamplingLayer.class,
            DenseLayer.class,
            OutputLayer.class,
            BatchNormalization.class);

    private FastLayers() {}

    /**
     * Replaces each 2D convolution, each maximum or average pooling, each dense layer and each batch normalisation that
     * is not fast yet, frozen ones too. Leaves alone all others, and of these the dilated, those with channels last,
     * those with softmax, those with layer normalisation, and batch normalisation on a GPU. Cheap, and a second call
     * does nothing.
     *
     * <p>A first layer without a preprocessor then computes no gradient with respect to the network's input:
     * {@link MultiLayerNetwork#backpropGradient} and {@code calculateGradients} return null for it.
     *
     * <p>Where libnd4j has no fast operations the network is left as it is, and the log says so once.
     *
     * @param network initialised; left as it is if it is a graph; not in use by another thread during the call
     * @throws IllegalStateException if the network is not initialised
     */
    public static void install(Network network) {
        if (network instanceof SequentialNetwork layers) {
            install(layers.model());
        }
    }

    static void install(MultiLayerNetwork network) {
        if (!network.isInitCalled()) {
            throw new IllegalStateException("Fast layers need an initialised network: call init() first");
        }
        if (!available()) {
            if (unavailabilityLogged.compareAndSet(false, true)) {
                log.warn("This build of ND4J has neither oneDNN nor cuDNN, or SD_FORBID_HELPERS switches them off:"
                        + " the built-in layers stay, and training takes several times as long");
            }
            return;
        }
        Layer[] layers = network.getLayers();
        boolean[] outputSurvives = new boolean[layers.length];
        for (int i = 0; i < layers.length; i++) {
            outputSurvives[i] = i + 1 == layers.length || onlyReads(layers[i + 1], preProcessor(network, i + 1));
        }
        for (int i = 0; i < layers.length; i++) {
            boolean bottom = i == 0 || layers[i - 1] instanceof FrozenLayer;
            boolean inputGradientNeeded = !bottom || preProcessor(network, i) != null;
            FastConvolutionLayer reluBelow = outputSurvives[i] && preProcessor(network, i) == null && i > 0
                    ? reluConvolution(layers[i - 1])
                    : null;
            if (layers[i] instanceof FrozenLayer frozen) {
                frozen.setUnderlying(fast(frozen.getUnderlying(), false, true, null));
            } else {
                layers[i] = fast(layers[i], outputSurvives[i], inputGradientNeeded, reluBelow);
            }
        }
    }

    private static boolean available() {
        String build = NativeOpsHolder.getInstance().getDeviceNativeOps().buildInfo();
        return Nd4j.getEnvironment().helpersAllowed()
                && (build.contains("HAVE_ONEDNN") || build.contains("HAVE_CUDNN"));
    }

    /** Whether {@link #install} put the layer there. */
    static boolean isFast(Layer layer) {
        return layer instanceof FastConvolutionLayer
                || layer instanceof FastSubsamplingLayer
                || layer instanceof FastDenseLayer
                || layer instanceof FastBatchNormalizationLayer;
    }

    private static Layer fast(
            Layer layer, boolean outputSurvives, boolean inputGradientNeeded, FastConvolutionLayer reluBelow) {
        // Subclasses (1D, separable, ...) compute something else: only the very classes are replaced.
        if (layer.getClass() == ConvolutionLayer.class) {
            ConvolutionLayer builtIn = (ConvolutionLayer) layer;
            // libnd4j's conv2d hands oneDNN a dilation that it refuses.
            return elementWise(builtIn.layerConf().getActivationFn())
                            && undilated(builtIn.layerConf().getDilation())
                            && builtIn.layerConf().getCnn2dDataFormat() == CNN2DFormat.NCHW
                    ? adopt(
                            builtIn,
                            new FastConvolutionLayer(
                                    builtIn.conf(), builtIn.getDataType(), outputSurvives, inputGradientNeeded))
                    : layer;
        }
        if (layer.getClass() == SubsamplingLayer.class) {
            SubsamplingLayer builtIn = (SubsamplingLayer) layer;
            PoolingType type = builtIn.layerConf().getPoolingType();
            FastConvolutionLayer below = type == PoolingType.MAX ? reluBelow : null;
            return (type == PoolingType.MAX || type == PoolingType.AVG)
                            && undilated(builtIn.layerConf().getDilation())
                            && builtIn.layerConf().getCnn2dDataFormat() == CNN2DFormat.NCHW
                    ? adopt(builtIn, new FastSubsamplingLayer(builtIn.conf(), builtIn.getDataType(), below))
                    : layer;
        }
        if (layer.getClass() == DenseLayer.class) {
            DenseLayer builtIn = (DenseLayer) layer;
            return elementWise(builtIn.layerConf().getActivationFn()) && !builtIn.hasLayerNorm()
                    ? adopt(builtIn, new FastDenseLayer(builtIn.conf(), builtIn.getDataType(), outputSurvives))
                    : layer;
        }
        if (layer.getClass() == BatchNormalization.class) {
            BatchNormalization builtIn = (BatchNormalization) layer;
            return Backend.isOnHost() && FastBatchNormalizationLayer.supports(builtIn)
                    ? adopt(builtIn, new FastBatchNormalizationLayer(builtIn.conf(), builtIn.getDataType()))
                    : layer;
        }
        return layer;
    }

    private static <L extends AbstractLayer<?>> L adopt(AbstractLayer<?> builtIn, L fast) {
        fast.setIndex(builtIn.getIndex());
        fast.setListeners(builtIn.getListeners());
        fast.setIterationCount(builtIn.getIterationCount());
        fast.setEpochCount(builtIn.getEpochCount());
        fast.allowInputModification(builtIn.isInputModificationAllowed());
        if (builtIn instanceof BaseLayer) {
            fast.setParamsViewArray(builtIn.params());
            fast.setParamTable(builtIn.paramTable());
            if (builtIn.getGradientsViewArray() != null) {
                fast.setBackpropGradientsViewArray(builtIn.getGradientsViewArray());
            }
        }
        return fast;
    }

    private static FastConvolutionLayer reluConvolution(Layer layer) {
        return layer instanceof FastConvolutionLayer convolution && convolution.hasRelu() ? convolution : null;
    }

    private static boolean undilated(int[] dilation) {
        return dilation[0] == 1 && dilation[1] == 1;
    }

    private static boolean elementWise(IActivation function) {
        return !(function instanceof ActivationSoftmax);
    }

    /** Whether a layer leaves its input as it is in the forward pass, but for elements that it drops or scales. */
    private static boolean onlyReads(Layer layer, InputPreProcessor before) {
        IDropout dropout = layer.conf().getLayer().getIDropout();
        return (READERS.contains(layer.getClass()) || isFast(layer))
                && (dropout == null || dropout instanceof Dropout)
                && (before == null || before instanceof CnnToFeedForwardPreProcessor);
    }

    private static InputPreProcessor preProcessor(MultiLayerNetwork network, int layer) {
        return network.getLayerWiseConfigurations().getInputPreProcess(layer);
    }
}
