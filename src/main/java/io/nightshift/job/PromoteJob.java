package io.nightshift.job;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.Settings;
import io.nightshift.retraining.Champion;
import io.nightshift.retraining.Champion.Promotion;
import io.nightshift.retraining.Champions;
import io.nightshift.retraining.Champions.Seen;
import io.nightshift.run.Manifest;
import io.nightshift.run.Run;
import io.nightshift.run.Runs;
import io.nightshift.spark.SparkStart;
import io.nightshift.store.ConditionalWrites;
import io.nightshift.store.Storage;
import io.nightshift.store.StorageException;
import java.time.Instant;
import java.util.Optional;

/** Changes the champion by hand. */
public final class PromoteJob {
    private final String place;
    private final Runs runs;
    private final Champions champions;

    public PromoteJob(Settings settings) {
        this.place = settings.output().uri();
        this.runs = new Runs(new Storage(SparkStart.hadoop(settings)), place);
        this.champions = new Champions(new ConditionalWrites(SparkStart.hadoop(settings)), place);
    }

    /**
     * Who was champion, and who is now.
     *
     * @param before nothing if there was none, or if its file was damaged
     */
    public record Change(Optional<String> before, String now) {}

    /**
     * Makes a run champion, whatever was decided on it.
     *
     * @throws ConfigurationException if there is no such run, or it has not ended well
     * @throws StorageException       if its model is damaged, or somebody else changed the champion at the same time
     */
    public Change promote(String runId) {
        return promote(runId, champions.look(), "runs promote", "by hand");
    }

    /**
     * Makes the champion before this one champion again.
     *
     * @throws ConfigurationException if there was none
     */
    public Change rollback() {
        Seen seen = champions.require();
        Champion champion = seen.current()
                .orElseThrow(() -> new ConfigurationException("runs rollback: there is no champion in " + place
                        + "; name one with: ./submit.sh runs promote RUN"));
        String earlier = champion.predecessor()
                .orElseThrow(() -> new ConfigurationException("runs rollback: there was no " + "champion before "
                        + champion.runId() + "; name another run with: ./submit.sh runs promote RUN"));
        return promote(earlier, seen, Promotion.ROLLBACK, "back from " + champion.runId() + ", by hand");
    }

    private Change promote(String runId, Seen seen, String by, String reason) {
        Manifest manifest = runs.manifest(runId)
                .orElseThrow(() -> new ConfigurationException(
                        by + ": there is no run " + runId + " in " + place + "; the command 'runs' lists them"));
        if (manifest.state() != Manifest.State.SUCCEEDED && manifest.state() != Manifest.State.REJECTED) {
            throw new ConfigurationException(by + ": run " + runId
                    + " has not ended well; choose one whose state is succeeded or " + "rejected");
        }
        Run run = runs.of(manifest);
        run.readModel();
        Optional<String> before = seen.current().map(Champion::runId);
        if (before.equals(Optional.of(runId))) {
            return new Change(before, runId);
        }
        if (!champions.promote(seen, run, run.model().orElseThrow(), by, reason, Instant.now())) {
            throw StorageException.of("somebody else has changed the champion of " + place
                    + " at the same moment; look with " + "./submit.sh runs, and try again");
        }
        return new Change(before, runId);
    }
}
