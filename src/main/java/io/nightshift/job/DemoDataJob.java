package io.nightshift.job;

import io.nightshift.config.Settings;
import io.nightshift.demo.DemoData;
import io.nightshift.spark.SparkStart;
import io.nightshift.store.Storage;

/** Writes a CSV of drawn faces in the FER2013 format. */
public final class DemoDataJob {
    private final Settings settings;

    public DemoDataJob(Settings settings) {
        this.settings = settings;
    }

    /**
     * Draws as many faces as the settings say.
     *
     * @throws io.nightshift.store.StorageException if the file cannot be written
     */
    public void run(String uri) {
        DemoData.draw(new Storage(SparkStart.hadoop(settings)), uri, settings.demo());
    }
}
