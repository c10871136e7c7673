package io.nightshift.job;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.Settings;
import io.nightshift.report.ReportParts;
import io.nightshift.report.RunReport;
import io.nightshift.run.Manifest;
import io.nightshift.run.Provenance;
import io.nightshift.run.Run;
import io.nightshift.run.Runs;
import io.nightshift.store.LockHeldException;
import io.nightshift.store.Storage;
import io.nightshift.store.StorageException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;

/** A run that is under way: however it ends, its manifest says so. */
final class RunSession {
    private static final DateTimeFormatter START_TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private final Run run;
    private final String configuration;
    private final JobProgress progress;

    private RunSession(Run run, String configuration, JobProgress progress) {
        this.run = run;
        this.configuration = configuration;
        this.progress = progress;
    }

    /**
     * Begins a run, or takes up an earlier one, and writes its manifest and configuration.
     *
     * @throws ConfigurationException if a new run's name is taken, one to be resumed is not there, or the output place
     *                                cannot be written
     */
    static RunSession open(String command, Settings settings, Storage storage, JobProgress progress) {
        Settings.Run wanted = settings.run();
        if (wanted.resume() && wanted.id().isEmpty()) {
            throw new ConfigurationException("--resume needs to know which run is to go on: add --run-id ID; "
                    + "the command 'runs' lists them");
        }
        return open(command, named(settings), settings, wanted.resume(), storage, progress);
    }

    /** The same for a run whose name is known; {@code resume} says whether it has to be there, or must not. */
    static RunSession open(
            String command, String id, Settings settings, boolean resume, Storage storage, JobProgress progress) {
        try {
            Runs runs = new Runs(storage, settings.output().uri());
            Optional<Manifest> earlier = runs.manifest(id);
            refuseWrongName(settings, id, resume, earlier.isPresent());
            Run run = earlier.map(runs::of).orElseGet(() -> runs.create(id));
            run.writeManifest(Provenance.start(command, id, settings, Instant.now()));
            run.writeConfiguration(settings.resolved());
            return new RunSession(run, settings.resolved(), progress);
        } catch (StorageException e) {
            throw new ConfigurationException(
                    "output.uri = " + settings.output().uri() + " cannot be used: " + e.getMessage());
        }
    }

    /** The run's name: as set, or its start time. */
    static String named(Settings settings) {
        return settings.run().id().isEmpty()
                ? START_TIME.format(Instant.now())
                : settings.run().id();
    }

    private static void refuseWrongName(Settings settings, String id, boolean resume, boolean exists) {
        String place = settings.output().uri();
        if (exists && !resume) {
            throw new ConfigurationException("run.id = " + id + ": there is such a run in " + place
                    + " already; add --resume to go on with it, or choose another --run-id");
        }
        if (!exists && resume) {
            throw new ConfigurationException("run.id = " + id + ": there is no such run in " + place
                    + " to resume; the command 'runs' lists them");
        }
    }

    Run run() {
        return run;
    }

    void data(Manifest.Data data) {
        run.writeManifest(run.manifest().withData(data));
    }

    void trained(Manifest.Training training) {
        run.writeManifest(run.manifest().withTraining(training));
    }

    void decided(Manifest.Verdict verdict) {
        run.writeManifest(run.manifest().withVerdict(verdict));
    }

    /** Ends the run well. The manifest comes last, so that all that it names is there. */
    void succeeded(ReportParts parts) {
        end(Manifest.State.SUCCEEDED, null, parts);
    }

    /** Ends the run whose model is not to be used. */
    void rejected(String reason, ReportParts parts) {
        end(Manifest.State.REJECTED, reason, parts);
    }

    private void end(Manifest.State state, String reason, ReportParts parts) {
        Manifest last = run.manifest().in(state, reason, Instant.now());
        run.writeReport(RunReport.render(parts.content(last, configuration)));
        run.writeManifest(last);
    }

    /**
     * Does what must not be cut in two by an interruption: one that comes while this goes on waits for its end, and after
     * one it is not begun.
     */
    synchronized void undisturbed(Runnable steps) {
        if (Interruption.isUnderWay()) {
            throw new IllegalStateException("the process is being ended");
        }
        steps.run();
    }

    /**
     * Ends the run badly. What cannot be written any more does not hide what went wrong. A process that has lost its lock
     * writes nothing: the run may be another's by now.
     */
    void failed(Throwable failure) {
        if (Interruption.isUnderWay() || failure instanceof LockHeldException) {
            return;
        }
        failed(String.valueOf(failure.getMessage()).lines().findFirst().orElse(failure.toString()), failure);
    }

    /** Ends the run because the process is being ended from outside, unless it has just come to an end of its own. */
    synchronized void interrupted() {
        if (run.manifest().state() != Manifest.State.RUNNING) {
            return;
        }
        String reason = "interrupted; go on with --resume --run-id " + run.runId();
        failed(reason, new InterruptedException(reason));
        progress.interrupted(reason);
    }

    private void failed(String reason, Throwable failure) {
        try {
            ReportParts parts = new ReportParts();
            parts.trained(run.readMetrics(), List.of());
            end(Manifest.State.FAILED, reason, parts);
        } catch (StorageException e) {
            failure.addSuppressed(e);
        }
    }
}
