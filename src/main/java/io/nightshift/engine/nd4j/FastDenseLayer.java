package io.nightshift.engine.nd4j;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.feedforward.dense.DenseLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * DL4J's dense layer with the forward product computed once: the built-in layer repeats it in the backward pass.
 *
 * <p>Input {@code [batch, nIn]}, output {@code [batch, nOut]} in Fortran order (what BLAS writes without a copy),
 * weights {@code [nIn, nOut]} in Fortran order. With a mask set, the built-in code runs.
 */
public final class FastDenseLayer extends DenseLayer {
    private final transient InPlaceActivation activation;

    /**
     * @param configuration  of a dense layer without layer normalisation
     * @param outputSurvives see {@link InPlaceActivation}
     */
    public FastDenseLayer(NeuralNetConfiguration configuration, DataType dataType, boolean outputSurvives) {
        super(configuration, dataType);
        this.activation = new InPlaceActivation(layerConf().getActivationFn(), outputSurvives);
    }

    @Override
    public void setInput(INDArray input, LayerWorkspaceMgr workspaces) {
        activation.forget();
        super.setInput(input, workspaces);
    }

    @Override
    public void clear() {
        activation.forget();
        super.clear();
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
        if (maskArray != null) {
            return super.activate(training, workspaces);
        }
        return activation.apply(preOutput(training, workspaces), training, workspaces);
    }

    @Override
    protected Pair<INDArray, INDArray> preOutputWithPreNorm(
            boolean training, boolean forBackprop, LayerWorkspaceMgr workspaces) {
        if (maskArray != null
                || input == null
                || input.rank() != 2
                || input.size(1) != layerConf().getNIn()) {
            return super.preOutputWithPreNorm(training, forBackprop, workspaces);
        }
        applyDropOutIfNecessary(training, workspaces);
        INDArray weights = getParamWithNoise(DefaultParamInitializer.WEIGHT_KEY, training, workspaces);
        INDArray output = workspaces.createUninitialized(
                ArrayType.ACTIVATIONS, dataType, new long[] {input.size(0), weights.size(1)}, 'f');
        input.castTo(dataType).mmuli(weights, output);
        if (hasBias()) {
            output.addiRowVector(getParamWithNoise(DefaultParamInitializer.BIAS_KEY, training, workspaces));
        }
        return new Pair<>(output, output);
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
        assertInputSet(true);
        if (maskArray != null || !activation.isReady()) {
            return super.backpropGradient(epsilon, workspaces);
        }
        INDArray delta = activation.backprop(epsilon.castTo(dataType), workspaces);
        Gradient gradient = new DefaultGradient();
        if (hasBias()) {
            INDArray biasGradient = gradientViews.get(DefaultParamInitializer.BIAS_KEY);
            delta.sum(biasGradient, 0);
            gradient.setGradientFor(DefaultParamInitializer.BIAS_KEY, biasGradient);
        }
        INDArray weights = getParamWithNoise(DefaultParamInitializer.WEIGHT_KEY, true, workspaces);
        INDArray inputGradient = workspaces.createUninitialized(
                ArrayType.ACTIVATION_GRAD, dataType, new long[] {weights.size(0), delta.size(0)}, 'f');
        weights.mmuli(delta.transpose(), inputGradient);
        INDArray weightGradient = gradientViews.get(DefaultParamInitializer.WEIGHT_KEY);
        Nd4j.gemm(input.castTo(dataType), delta, weightGradient, true, false, 1.0, 0.0);
        gradient.setGradientFor(DefaultParamInitializer.WEIGHT_KEY, weightGradient);
        weightNoiseParams.clear();
        return new Pair<>(gradient, backpropDropOutIfPresent(inputGradient.transpose()));
    }
}
