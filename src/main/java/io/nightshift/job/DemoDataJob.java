package io.nightshift.job;

import io.nightshift.config.settings.Settings;
import io.nightshift.demo.DemoData;
import io.nightshift.job.context.JobContext;
import io.nightshift.job.context.JobProgress;
import io.nightshift.job.context.OutputFile;
import java.util.Map;

/** Writes a CSV of drawn faces in the FER2013 format. */
public final class DemoDataJob {
    private final Settings settings;
    private final JobProgress progress;

    public DemoDataJob(Settings settings, JobProgress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /**
     * Draws {@code demo.rows} faces.
     *
     * @throws io.nightshift.config.ConfigurationException if there is something else than a file
     * @throws io.nightshift.store.StorageException        if the file cannot be written
     */
    public void run(String uri) {
        try (JobContext context = JobContext.forFiles(settings, progress)) {
            OutputFile.require(context.storage(), "--output", uri, Map.of());
            DemoData.draw(context.storage(), uri, settings.demo());
        }
    }
}
