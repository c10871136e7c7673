package io.nightshift.engine.nd4j;

import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * DL4J's batch normalisation of images (Ioffe and Szegedy,
 * <a href="https://arxiv.org/abs/1502.03167">arXiv:1502.03167</a>), channels last in memory, in loops that the JVM
 * vectorises: two passes over the array forward and two back, where the built-in layer takes about ten, most of them
 * over strided views.
 *
 * <p>With x of a channel in {@code n} positions (batch, height, width), their mean m and variance v, s = sqrt(v +
 * epsilon) and h = (x - m) / s:
 * <pre>
 * y  = gamma h + beta
 * dx = gamma / s (dy - mean(dy) - h mean(dy h))
 * </pre>
 * Running mean and variance, which take the place of m and v outside of training, are parameters, and their "gradient"
 * is what moves them: {@code (1 - decay) (running - batch's)}.
 *
 * <p>One thread, and memory of the host. Shapes are the built-in layer's; what is not of rank 4 goes to it.
 */
public final class FastBatchNormalizationLayer extends BatchNormalization {
    /** Elements of an array that are looked at together: some of these lie in a core's first-level cache. */
    private static final int CHUNK = 2048;

    /** Of the last forward pass in training. */
    private transient float[] mean;

    private transient float[] inverseDeviation;

    public FastBatchNormalizationLayer(NeuralNetConfiguration configuration, DataType dataType) {
        super(configuration, dataType);
    }

    /** Whether the layer can take the built-in one's place, as configured. */
    public static boolean supports(BatchNormalization builtIn) {
        return builtIn.getDataType() == DataType.FLOAT
                && !builtIn.layerConf().isUseLogStd()
                && !builtIn.layerConf().isLockGammaBeta();
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
        assertInputSet(false);
        if (input.rank() != 4) {
            return super.activate(training, workspaces);
        }
        INDArray images = ChannelsLast.of(input.castTo(dataType), format(), ArrayType.FF_WORKING_MEM, workspaces);
        int channels = Math.toIntExact(images.size(3));
        if (training) {
            measure(images, channels);
        }
        float[] centre = training ? mean : parameter(BatchNormalizationParamInitializer.GLOBAL_MEAN);
        float[] inverse = training
                ? inverseDeviation
                : inverseDeviation(parameter(BatchNormalizationParamInitializer.GLOBAL_VAR));
        float[] gamma = parameter(BatchNormalizationParamInitializer.GAMMA);
        float[] beta = parameter(BatchNormalizationParamInitializer.BETA);
        float[] scale = new float[channels];
        float[] shift = new float[channels];
        for (int c = 0; c < channels; c++) {
            scale[c] = gamma[c] * inverse[c];
            shift[c] = beta[c] - centre[c] * scale[c];
        }
        INDArray output = workspaces.createUninitialized(ArrayType.ACTIVATIONS, dataType, images.shape(), 'c');
        affine(memory(images), memory(output), images.length(), tiled(scale), tiled(shift));
        return ChannelsLast.as(format(), output);
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
        assertInputSet(true);
        if (input.rank() != 4) {
            return super.backpropGradient(epsilon, workspaces);
        }
        INDArray images = ChannelsLast.of(input.castTo(dataType), format(), ArrayType.BP_WORKING_MEM, workspaces);
        INDArray delta = ChannelsLast.of(epsilon.castTo(dataType), format(), ArrayType.BP_WORKING_MEM, workspaces);
        int channels = Math.toIntExact(images.size(3));
        double[] deltas = new double[channels];
        double[] products = new double[channels];
        sum(memory(delta), memory(images), images.length(), deltas, products);

        float[] gamma = parameter(BatchNormalizationParamInitializer.GAMMA);
        float[] gammaGradient = new float[channels];
        float[] betaGradient = new float[channels];
        float[] ofDelta = new float[channels];
        float[] ofImage = new float[channels];
        float[] constant = new float[channels];
        double positions = (double) images.length() / channels;
        for (int c = 0; c < channels; c++) {
            // The sum of dy h, with h = (x - m) / s, from those of dy x and dy.
            double normalised = (products[c] - mean[c] * deltas[c]) * inverseDeviation[c];
            gammaGradient[c] = (float) normalised;
            betaGradient[c] = (float) deltas[c];
            double scale = (double) gamma[c] * inverseDeviation[c];
            double slope = -scale * normalised / positions * inverseDeviation[c];
            ofDelta[c] = (float) scale;
            ofImage[c] = (float) slope;
            constant[c] = (float) (-scale * deltas[c] / positions - slope * mean[c]);
        }
        INDArray inputGradient =
                workspaces.createUninitialized(ArrayType.ACTIVATION_GRAD, dataType, images.shape(), 'c');
        combine(
                memory(delta),
                memory(images),
                memory(inputGradient),
                images.length(),
                tiled(ofDelta),
                tiled(ofImage),
                tiled(constant));
        return new Pair<>(gradient(gammaGradient, betaGradient), ChannelsLast.as(format(), inputGradient));
    }

    private Gradient gradient(float[] gamma, float[] beta) {
        Gradient gradient = new DefaultGradient();
        setGradient(gradient, BatchNormalizationParamInitializer.GAMMA, gamma);
        setGradient(gradient, BatchNormalizationParamInitializer.BETA, beta);
        float[] variance = new float[mean.length];
        for (int c = 0; c < variance.length; c++) {
            variance[c] = (float) (1 / ((double) inverseDeviation[c] * inverseDeviation[c])
                    - layerConf().getEps());
        }
        setGradient(
                gradient,
                BatchNormalizationParamInitializer.GLOBAL_MEAN,
                step(parameter(BatchNormalizationParamInitializer.GLOBAL_MEAN), mean));
        setGradient(
                gradient,
                BatchNormalizationParamInitializer.GLOBAL_VAR,
                step(parameter(BatchNormalizationParamInitializer.GLOBAL_VAR), variance));
        return gradient;
    }

    private float[] step(float[] running, float[] batch) {
        float[] step = new float[running.length];
        for (int c = 0; c < step.length; c++) {
            step[c] = (float) ((1 - layerConf().getDecay()) * (running[c] - batch[c]));
        }
        return step;
    }

    private void setGradient(Gradient gradient, String key, float[] values) {
        INDArray view = gradientViews.get(key);
        memory(view).put(values, 0, values.length);
        gradient.setGradientFor(key, view);
    }

    /** Mean and deviation of each channel. */
    private void measure(INDArray images, int channels) {
        double[] sums = new double[channels];
        double[] squares = new double[channels];
        sum(memory(images), memory(images), images.length(), sums, squares);
        mean = new float[channels];
        float[] variance = new float[channels];
        double positions = (double) images.length() / channels;
        for (int c = 0; c < channels; c++) {
            double average = sums[c] / positions;
            mean[c] = (float) average;
            variance[c] = (float) Math.max(0, squares[c] / positions - average * average);
        }
        inverseDeviation = inverseDeviation(variance);
    }

    private float[] inverseDeviation(float[] variance) {
        float[] inverse = new float[variance.length];
        for (int c = 0; c < inverse.length; c++) {
            inverse[c] = (float) (1 / Math.sqrt(variance[c] + layerConf().getEps()));
        }
        return inverse;
    }

    /** Adds up, for each channel, {@code first} into {@code sums} and {@code first * second} into {@code products}. */
    private static void sum(FloatPointer first, FloatPointer second, long length, double[] sums, double[] products) {
        int chunk = chunk(sums.length);
        float[] a = new float[chunk];
        float[] b = new float[chunk];
        float[] sum = new float[chunk];
        float[] product = new float[chunk];
        for (long start = 0; start < length; start += chunk) {
            int count = (int) Math.min(chunk, length - start);
            first.position(start).get(a, 0, count);
            second.position(start).get(b, 0, count);
            // One short loop per array: C2 vectorises these.
            for (int i = 0; i < count; i++) {
                sum[i] += a[i];
            }
            for (int i = 0; i < count; i++) {
                product[i] += a[i] * b[i];
            }
        }
        for (int i = 0; i < chunk; i++) {
            sums[i % sums.length] += sum[i];
            products[i % sums.length] += product[i];
        }
    }

    /** {@code to = from * scale + shift}. */
    private static void affine(FloatPointer from, FloatPointer to, long length, float[] scale, float[] shift) {
        float[] values = new float[scale.length];
        for (long start = 0; start < length; start += values.length) {
            int count = (int) Math.min(values.length, length - start);
            from.position(start).get(values, 0, count);
            for (int i = 0; i < count; i++) {
                values[i] = values[i] * scale[i] + shift[i];
            }
            to.position(start).put(values, 0, count);
        }
    }

    /** {@code to = first * scaleFirst + second * scaleSecond + constant}. */
    private static void combine(
            FloatPointer first,
            FloatPointer second,
            FloatPointer to,
            long length,
            float[] scaleFirst,
            float[] scaleSecond,
            float[] constant) {
        float[] a = new float[constant.length];
        float[] b = new float[constant.length];
        for (long start = 0; start < length; start += a.length) {
            int count = (int) Math.min(a.length, length - start);
            first.position(start).get(a, 0, count);
            second.position(start).get(b, 0, count);
            for (int i = 0; i < count; i++) {
                a[i] = a[i] * scaleFirst[i] + constant[i];
            }
            for (int i = 0; i < count; i++) {
                a[i] += b[i] * scaleSecond[i];
            }
            to.position(start).put(a, 0, count);
        }
    }

    /** A whole number of positions. */
    private static int chunk(int channels) {
        return channels * Math.max(1, CHUNK / channels);
    }

    /** The channels' values, again and again, so that one loop goes over the positions of a chunk. */
    private static float[] tiled(float[] channels) {
        float[] tiled = new float[chunk(channels.length)];
        for (int i = 0; i < tiled.length; i++) {
            tiled[i] = channels[i % channels.length];
        }
        return tiled;
    }

    private float[] parameter(String key) {
        INDArray values = params.get(key);
        float[] copy = new float[Math.toIntExact(values.length())];
        memory(values).get(copy, 0, copy.length);
        return copy;
    }

    private CNN2DFormat format() {
        return layerConf().getCnn2DFormat();
    }

    /** A gapless array's own elements: a view's pointer starts at the view. */
    private static FloatPointer memory(INDArray array) {
        return new FloatPointer(array.data().addressPointer());
    }
}
