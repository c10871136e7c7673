package io.nightshift.tuning;

import java.util.Optional;

/** Is told how a tuning goes, by one thread. */
public interface TuningProgress {
    /**
     * A training of the search has begun or ended.
     *
     * @param ended the training, if it has ended; one of an earlier process too
     */
    void searching(SearchStatus status, Optional<TrialResult> ended);

    /**
     * A training of the last comparison has ended, or the comparison begins.
     *
     * @param done  trainings that have ended
     * @param all   that there will be
     * @param ended the training; empty at the beginning
     */
    void comparing(int done, int all, Optional<TrialResult> ended);
}
