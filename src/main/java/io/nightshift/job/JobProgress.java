package io.nightshift.job;

import io.nightshift.train.TrainingProgress;

/** Told how a job goes, for whoever watches. */
public interface JobProgress extends TrainingProgress {
    /** Something that a person may want to know, in one line. */
    void note(String line);
}
