package io.nightshift.job;

import io.nightshift.config.Settings;
import io.nightshift.store.Manifest;
import io.nightshift.store.Runs;
import io.nightshift.store.Storage;
import java.util.List;

/** Lists what is in an output place. */
public final class ListRunsJob {
    private final Settings settings;

    public ListRunsJob(Settings settings) {
        this.settings = settings;
    }

    /** The manifests of all runs, in the order of their names, which by default are their start times. */
    public List<Manifest> run() {
        return new Runs(new Storage(SparkStart.hadoop(settings)), settings.output().uri()).all();
    }
}
