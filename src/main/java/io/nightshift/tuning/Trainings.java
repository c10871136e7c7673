package io.nightshift.tuning;

import java.util.Optional;

/** Makes the trainings of a tuning. Thread-safe. */
public interface Trainings {
    /**
     * Returns what is known of a training before it is made: its epochs, its compute and its values.
     *
     * @param rung  from 0; empty for a training of the last comparison, which is as long as one on the top rung
     * @param seed  of everything random
     */
    TrialResult planned(int trial, Optional<Integer> rung, long seed);

    /** Makes a training, which takes its time. */
    TrialResult train(TrialResult planned);
}
