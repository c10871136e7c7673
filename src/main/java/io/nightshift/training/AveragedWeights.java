package io.nightshift.training;

import io.nightshift.engine.Network;
import io.nightshift.training.averaging.BatchNormStatistics;
import io.nightshift.training.averaging.TrainableParameters;
import java.util.Optional;
import java.util.function.Consumer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Averages a network's weights over its training (Polyak and Juditsky, "Acceleration of Stochastic Approximation by
 * Averaging", 1992; here exponentially): the average is validated and kept, while training goes on with the weights
 * themselves.
 *
 * <p>After x more epochs an earlier average has the weight exp(-x / window); in the first epochs the window is the
 * epochs trained so far, and the very first weights are soon forgotten.
 *
 * <p>The average of batch normalisation's running statistics is not what the averaged weights produce (Izmailov et al.,
 * "Averaging Weights Leads to Wider Optima and Better Generalization",
 * <a href="https://arxiv.org/abs/1803.05407">arXiv:1803.05407</a>): they are renewed before the average is used.
 */
public final class AveragedWeights {
    private final double window;
    private INDArray average;
    private double epochs;

    /**
     * Continues an average.
     *
     * @param window  in epochs; 0 for no averaging
     * @param average [parameters], in DL4J's order; changed in place; empty at the beginning of a training
     * @param epochs  that have been trained
     */
    public AveragedWeights(double window, Optional<INDArray> average, double epochs) {
        this.window = window;
        this.average = average.orElse(null);
        this.epochs = epochs;
    }

    /**
     * Adds the network's present weights.
     *
     * @param now epochs that have been trained, with the part of the one under way; more than in the last call
     */
    public void add(Network network, double now) {
        if (window == 0) {
            return;
        }
        if (average == null) {
            average = network.params().dup();
        } else {
            double retained = Math.exp(-(now - epochs) / Math.min(window, now));
            TrainableParameters.of(network, average)
                    .muli(retained)
                    .addi(TrainableParameters.of(network, network.params()).mul(1 - retained));
        }
        epochs = now;
    }

    /**
     * Renews the running mean and variance of batch normalisation; does nothing where there is no average, or no such
     * layer.
     *
     * @param network of the kind that is averaged
     * @param renewal given a network with the averaged weights, renews its running statistics; its other changes are
     *                dropped
     */
    public void renewStatistics(Network network, Consumer<Network> renewal) {
        if (average == null || BatchNormStatistics.of(network).isEmpty()) {
            return;
        }
        Network renewed = of(network);
        renewal.accept(renewed);
        BatchNormStatistics.put(BatchNormStatistics.of(renewed), Network.of(network.configuration(), average, null));
        renewed.free();
    }

    /** Returns the average itself, not a copy; empty if there is none. */
    public Optional<INDArray> weights() {
        return Optional.ofNullable(average);
    }

    /** Makes a network of this kind with the averaged weights; returns the network itself if nothing is averaged. */
    public Network of(Network network) {
        return average == null ? network : Network.of(network.configuration(), average.dup(), null);
    }
}
