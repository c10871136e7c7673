package io.nightshift.job;

import io.nightshift.training.TrainingProgress;

/** Told how a job goes, for whoever watches. */
public interface JobProgress extends TrainingProgress {
    /** Something that a person may want to know, in one line. */
    void note(String line);

    /** The job is being ended from outside (Ctrl-C, SIGTERM), and has put its run in order. */
    void interrupted(String line);
}
