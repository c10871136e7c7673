package io.nightshift.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nightshift.engine.cpu.onednn.Arena;
import io.nightshift.engine.cpu.onednn.Layout;
import io.nightshift.engine.cpu.onednn.Tensor;
import io.nightshift.engine.cpu.parameters.ParameterMemory;
import io.nightshift.engine.graph.UpdateRule;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OptimiserTest {
    /** More than one chunk, and no whole number of them. */
    private static final int LENGTH = 5000;

    private static final double RATE = 0.01;

    /** Adam in double precision, with the betas that floats hold. */
    @Test
    void adamIsAdamInDoublePrecisionUpToRounding() {
        UpdateRule.Adam rule = new UpdateRule.Adam(0, LENGTH, 0, 0.9, 0.999, 1e-8);
        double beta1 = (float) rule.beta1();
        double beta2 = (float) rule.beta2();
        double[] value = new double[LENGTH];
        double[] mean = new double[LENGTH];
        double[] square = new double[LENGTH];
        float[] gradients = new float[LENGTH];
        float[] values = new float[LENGTH];
        Random random = new Random(1);
        try (Arena arena = new Arena()) {
            ParameterMemory parameters = new ParameterMemory(arena, LENGTH, true);
            Tensor state = Tensor.of(arena, Layout.plain(arena, Layout.Type.FLOAT, 2L * LENGTH));
            Optimiser optimiser = new Optimiser(parameters, state);
            for (int step = 1; step <= 12; step++) {
                for (int i = 0; i < LENGTH; i++) {
                    gradients[i] = (float) (random.nextGaussian() * Math.pow(10, -random.nextInt(4)));
                    mean[i] = beta1 * mean[i] + (1 - beta1) * gradients[i];
                    square[i] = beta2 * square[i] + (1 - beta2) * gradients[i] * gradients[i];
                    double unbiasedMean = mean[i] / (1 - Math.pow(beta1, step));
                    double unbiasedSquare = square[i] / (1 - Math.pow(beta2, step));
                    double epsilon = rule.epsilon() / Math.sqrt(1 - Math.pow(beta2, step));
                    value[i] -= RATE * unbiasedMean / (Math.sqrt(unbiasedSquare) + epsilon);
                }
                parameters.gradients().put(0, gradients, 0, LENGTH);
                optimiser.update(rule, RATE, step);
            }
            parameters.values().get(0, values, 0, LENGTH);
        }
        for (int i = 0; i < LENGTH; i++) {
            // Twelve steps of at most about the rate each.
            assertThat((double) values[i]).isCloseTo(value[i], within(1e-6));
        }
    }
}
