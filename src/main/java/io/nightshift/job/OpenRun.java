package io.nightshift.job;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.Settings;
import io.nightshift.report.ReportContent;
import io.nightshift.report.RunReport;
import io.nightshift.store.EpochMetrics;
import io.nightshift.store.Manifest;
import io.nightshift.store.Run;
import io.nightshift.store.Runs;
import io.nightshift.store.Storage;
import io.nightshift.store.StorageException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A run that is under way: however it ends, its manifest says so. */
final class OpenRun {
    private static final DateTimeFormatter START_TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private final Run run;
    private final List<EpochMetrics> done;
    private final String configuration;
    private final JobProgress progress;

    private OpenRun(Run run, List<EpochMetrics> done, String configuration, JobProgress progress) {
        this.run = run;
        this.done = done;
        this.configuration = configuration;
        this.progress = progress;
    }

    /**
     * Begins a run, or takes up an earlier one, and writes its manifest and configuration.
     *
     * @throws ConfigurationException if a new run's name is taken, one to be resumed is not there, or the output place
     *                                cannot be written
     */
    static OpenRun open(String command, Settings settings, Storage storage, JobProgress progress) {
        Instant now = Instant.now();
        Settings.Run wanted = settings.run();
        if (wanted.resume() && wanted.id().isEmpty()) {
            throw new ConfigurationException("--resume needs to know which run is to go on: add --run-id ID; "
                    + "the command 'runs' lists them");
        }
        try {
            String id = wanted.id().isEmpty() ? START_TIME.format(now) : wanted.id();
            Runs runs = new Runs(storage, settings.output().uri());
            Optional<Manifest> earlier = runs.manifest(id);
            refuseWrongName(settings, id, earlier.isPresent());
            Run run = earlier.map(runs::resume).orElseGet(() -> runs.create(id));
            run.writeManifest(Provenance.start(command, id, settings, now));
            run.writeConfiguration(settings.resolved());
            return new OpenRun(run, run.readMetrics(), settings.resolved(), progress);
        } catch (StorageException e) {
            throw new ConfigurationException("output.uri = " + settings.output().uri() + " cannot be used: " + e.getMessage());
        }
    }

    private static void refuseWrongName(Settings settings, String id, boolean exists) {
        String place = settings.output().uri();
        if (exists && !settings.run().resume()) {
            throw new ConfigurationException("run.id = " + id + ": there is such a run in " + place
                    + " already; add --resume to go on with it, or choose another --run-id");
        }
        if (!exists && settings.run().resume()) {
            throw new ConfigurationException("run.id = " + id + ": there is no such run in " + place
                    + " to resume; the command 'runs' lists them");
        }
    }

    Run run() {
        return run;
    }

    /** Figures of the epochs that were trained before this process; none for a new run. */
    List<EpochMetrics> done() {
        return done;
    }

    void data(Manifest.Data data) {
        run.writeManifest(run.manifest().withData(data));
    }

    /** Ends the run well. The manifest comes last, so that all that it names is there. */
    void succeeded(Manifest.Training training, ReportParts parts) {
        Manifest last = run.manifest().withTraining(training).in(Manifest.State.SUCCEEDED, null, Instant.now());
        run.writeReport(RunReport.render(parts.content(last, configuration)));
        run.writeManifest(last);
    }

    /** Ends the run badly. What cannot be written any more does not hide what went wrong. */
    void failed(Throwable failure) {
        if (Interruption.isUnderWay()) {
            return;
        }
        end(String.valueOf(failure.getMessage()).lines().findFirst().orElse(failure.toString()), failure);
    }

    /** Ends the run because the process is being ended from outside. */
    void interrupted() {
        String reason = "interrupted; go on with --resume --run-id " + run.manifest().runId();
        end(reason, new InterruptedException(reason));
        progress.interrupted(reason);
    }

    private void end(String reason, Throwable failure) {
        try {
            Manifest last = run.manifest().in(Manifest.State.FAILED, reason, Instant.now());
            run.writeReport(RunReport.render(new ReportContent(last, run.readMetrics(), List.of(), Map.of(), List.of(),
                    configuration)));
            run.writeManifest(last);
        } catch (StorageException e) {
            failure.addSuppressed(e);
        }
    }
}
