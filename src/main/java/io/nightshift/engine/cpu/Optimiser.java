package io.nightshift.engine.cpu;

import io.nightshift.engine.cpu.onednn.Tensor;
import io.nightshift.engine.cpu.parameters.ParameterMemory;
import io.nightshift.engine.graph.UpdateRule;

/**
 * Changes a range of parameters by their gradients, in loops that the JVM vectorises.
 *
 * <p>Adam (Kingma and Ba, <a href="https://arxiv.org/abs/1412.6980">arXiv:1412.6980</a>) as DL4J has it, at step t:
 * <pre>
 * m = beta1 m + (1 - beta1) g
 * v = beta2 v + (1 - beta2) g²
 * w = w - m · (rate · sqrt(1 - beta2^t) / (1 - beta1^t)) / (sqrt(v) + epsilon)
 * </pre>
 * Nesterov's momentum (Sutskever et al., "On the importance of initialization and momentum in deep learning", 2013):
 * <pre>
 * u = momentum v - rate g
 * w = w - momentum v + (1 + momentum) u,   v = u
 * </pre>
 */
final class Optimiser {
    /** Four of these lie in a core's first-level cache together. */
    private static final int CHUNK = 2048;

    private final float[] values = new float[CHUNK];
    private final float[] gradients = new float[CHUNK];
    private final float[] first = new float[CHUNK];
    private final float[] second = new float[CHUNK];
    private final Tensor allValues;
    private final Tensor allGradients;
    private final Tensor state;

    Optimiser(ParameterMemory parameters, Tensor state) {
        this.allValues = parameters.values();
        this.allGradients = parameters.gradients();
        this.state = state;
    }

    /**
     * Makes one step for a range.
     *
     * @param step from 1
     */
    void update(UpdateRule rule, double rate, long step) {
        if (rule instanceof UpdateRule.Adam adam) {
            // Of the betas as floats, with which the moments decay.
            double meanWeights = 1 - Math.pow((float) adam.beta1(), (double) step);
            double squareWeights = 1 - Math.pow((float) adam.beta2(), (double) step);
            double corrected = rate * Math.sqrt(squareWeights) / meanWeights;
            for (long at = 0; at < rule.length(); at += CHUNK) {
                int count = read(rule, at);
                state.get(rule.state() + at, first, 0, count);
                state.get(rule.state() + rule.length() + at, second, 0, count);
                adam(adam, (float) corrected, count);
                state.put(rule.state() + at, first, 0, count);
                state.put(rule.state() + rule.length() + at, second, 0, count);
                allValues.put(rule.start() + at, values, 0, count);
            }
        } else if (rule instanceof UpdateRule.Nesterov nesterov) {
            for (long at = 0; at < rule.length(); at += CHUNK) {
                int count = read(rule, at);
                state.get(rule.state() + at, first, 0, count);
                nesterov((float) nesterov.momentum(), (float) rate, count);
                state.put(rule.state() + at, first, 0, count);
                allValues.put(rule.start() + at, values, 0, count);
            }
        } else {
            for (long at = 0; at < rule.length(); at += CHUNK) {
                int count = read(rule, at);
                descend((float) rate, count);
                allValues.put(rule.start() + at, values, 0, count);
            }
        }
    }

    private int read(UpdateRule rule, long at) {
        int count = (int) Math.min(CHUNK, rule.length() - at);
        allValues.get(rule.start() + at, values, 0, count);
        allGradients.get(rule.start() + at, gradients, 0, count);
        return count;
    }

    /** One short loop per array: C2 vectorises these, and not one loop over all. */
    private void adam(UpdateRule.Adam adam, float rate, int count) {
        float beta1 = (float) adam.beta1();
        float beta2 = (float) adam.beta2();
        float oneMinusBeta1 = 1 - beta1;
        float oneMinusBeta2 = 1 - beta2;
        float epsilon = (float) adam.epsilon();
        for (int i = 0; i < count; i++) {
            first[i] = beta1 * first[i] + oneMinusBeta1 * gradients[i];
        }
        for (int i = 0; i < count; i++) {
            second[i] = beta2 * second[i] + oneMinusBeta2 * gradients[i] * gradients[i];
        }
        for (int i = 0; i < count; i++) {
            gradients[i] = first[i] * rate / ((float) Math.sqrt(second[i]) + epsilon);
        }
        for (int i = 0; i < count; i++) {
            values[i] -= gradients[i];
        }
    }

    private void descend(float rate, int count) {
        for (int i = 0; i < count; i++) {
            values[i] -= rate * gradients[i];
        }
    }

    private void nesterov(float momentum, float rate, int count) {
        for (int i = 0; i < count; i++) {
            gradients[i] = momentum * first[i] - rate * gradients[i];
        }
        for (int i = 0; i < count; i++) {
            values[i] += (1 + momentum) * gradients[i] - momentum * first[i];
        }
        System.arraycopy(gradients, 0, first, 0, count);
    }

    /** Multiplies a range of parameters. */
    void scale(long start, long length, float factor) {
        for (long at = 0; at < length; at += CHUNK) {
            int count = (int) Math.min(CHUNK, length - at);
            allValues.get(start + at, values, 0, count);
            for (int i = 0; i < count; i++) {
                values[i] *= factor;
            }
            allValues.put(start + at, values, 0, count);
        }
    }
}
