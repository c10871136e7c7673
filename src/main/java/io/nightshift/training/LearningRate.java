package io.nightshift.training;

import io.nightshift.config.settings.TrainSettings;

/**
 * Computes the learning rate over a training: it may grow from 0 while warming up, and may fall along half a cosine to
 * 0 (Loshchilov and Hutter, "SGDR", <a href="https://arxiv.org/abs/1608.03983">arXiv:1608.03983</a>, without restarts).
 *
 * @param settings of the training
 * @param base     the highest rate: the one that is set, or the lower one of a second try
 */
record LearningRate(TrainSettings settings, double base) {
    /** Fraction of the base at the very beginning: a rate of 0 would train nothing. */
    private static final double LEAST = 0.01;

    /**
     * Returns the rate at a moment.
     *
     * @param epochs that have been trained, with the part of the one under way
     */
    double after(double epochs) {
        if (epochs < settings.optimisation().warmUpEpochs()) {
            return base * Math.max(LEAST, epochs / settings.optimisation().warmUpEpochs());
        }
        return switch (settings.optimisation().schedule()) {
            case CONSTANT -> base;
            case COSINE -> {
                double left = settings.epochs() - settings.optimisation().warmUpEpochs();
                double done = left <= 0
                        ? 1
                        : Math.min(1, (epochs - settings.optimisation().warmUpEpochs()) / left);
                yield base * (1 + Math.cos(Math.PI * done)) / 2;
            }
        };
    }
}
