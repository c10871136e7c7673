package io.nightshift.job;

import io.nightshift.config.Settings;
import io.nightshift.retraining.Champions;
import io.nightshift.retraining.Champions.Seen;
import io.nightshift.run.Manifest;
import io.nightshift.run.Runs;
import io.nightshift.spark.SparkStart;
import io.nightshift.store.ConditionalWrites;
import io.nightshift.store.Storage;
import java.util.List;

/** Lists what is in an output place. */
public final class ListRunsJob {
    private final Settings settings;

    public ListRunsJob(Settings settings) {
        this.settings = settings;
    }

    /**
     * What is there.
     *
     * @param runs     the manifests of all runs, in the order of their names, which by default are their start times
     * @param champion which of them is in use
     */
    public record Listing(List<Manifest> runs, Seen champion) {}

    /** Looks. */
    public Listing run() {
        String place = settings.output().uri();
        return new Listing(
                new Runs(new Storage(SparkStart.hadoop(settings)), place).all(),
                new Champions(new ConditionalWrites(SparkStart.hadoop(settings)), place).look());
    }
}
