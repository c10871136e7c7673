package io.nightshift.job.runs;

import com.fasterxml.jackson.annotation.JsonValue;
import io.nightshift.config.settings.Settings;
import io.nightshift.job.context.JobContext;
import io.nightshift.job.context.JobProgress;
import io.nightshift.retraining.Champion;
import io.nightshift.retraining.ChampionSnapshot;
import io.nightshift.retraining.Champions;
import io.nightshift.run.Manifest;
import io.nightshift.run.Runs;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lists the runs of an output directory. */
public final class ListRunsJob {
    private final Settings settings;
    private final JobProgress progress;

    public ListRunsJob(Settings settings, JobProgress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /**
     * The content of an output directory.
     *
     * @param runs     the manifests of all runs, in the order of their names, which by default are their start times
     * @param champion the run in use
     */
    public record Listing(List<Manifest> runs, ChampionSnapshot champion) {
        /** The fields of the JSON; the champion is the name of its run, or null. */
        @JsonValue
        Map<String, Object> json() {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("champion", champion.current().map(Champion::runId).orElse(null));
            json.put("runs", runs);
            return json;
        }
    }

    /** Lists all runs and the current champion. */
    public Listing run() {
        try (JobContext context = JobContext.forFiles(settings, progress)) {
            String output = settings.output().uri();
            return new Listing(
                    new Runs(context.storage(), output).all(),
                    new Champions(context.conditionalWrites(), output).read());
        }
    }
}
