package io.nightshift.job.context;

import io.nightshift.training.TrainingProgress;

/** Receives the progress of a job, to show it to the user. */
public interface JobProgress extends TrainingProgress {
    /** Receives a line of information. */
    void note(String line);

    /** The process is being ended from outside (Ctrl-C, SIGTERM), and the run is marked as interrupted. */
    void interrupted(String line);
}
