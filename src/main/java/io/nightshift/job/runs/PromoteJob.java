package io.nightshift.job.runs;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.Settings;
import io.nightshift.job.context.JobContext;
import io.nightshift.job.context.JobProgress;
import io.nightshift.retraining.Champions;
import io.nightshift.retraining.Promotions;
import io.nightshift.retraining.Promotions.Change;
import io.nightshift.run.Runs;
import io.nightshift.store.StorageException;
import java.util.function.Function;

/** Changes the champion by hand. */
public final class PromoteJob {
    private final Settings settings;
    private final JobProgress progress;

    public PromoteJob(Settings settings, JobProgress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /**
     * Makes a run champion, even if it was rejected.
     *
     * @throws ConfigurationException if there is no such run, or it has not ended well
     * @throws StorageException       if its model is damaged, or if the champion changes at the same time
     */
    public Change promote(String runId) {
        return change(promotions -> promotions.promoteByHand(runId));
    }

    /**
     * Makes the champion before this one champion again.
     *
     * @throws ConfigurationException if there was none
     * @throws StorageException       if its model is damaged, or if the champion changes at the same time
     */
    public Change rollBack() {
        return change(Promotions::rollBack);
    }

    private Change change(Function<Promotions, Change> how) {
        try (JobContext context = JobContext.forFiles(settings, progress)) {
            String output = settings.output().uri();
            return how.apply(new Promotions(
                    new Runs(context.storage(), output),
                    context.runLocks(),
                    new Champions(context.conditionalWrites(), output)));
        }
    }
}
