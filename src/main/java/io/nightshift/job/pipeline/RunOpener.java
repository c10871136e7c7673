package io.nightshift.job.pipeline;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.Settings;
import io.nightshift.job.context.JobContext;
import io.nightshift.run.Manifest;
import io.nightshift.run.Provenance;
import io.nightshift.run.Run;
import io.nightshift.run.Runs;
import io.nightshift.store.StorageException;
import io.nightshift.store.lock.JobLock;
import io.nightshift.store.lock.LockHeldException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** Opens the folder of a new run, or of an earlier one that is resumed. */
public final class RunOpener {
    private static final DateTimeFormatter START_TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private static final String TUNE = "tune";

    private final String command;
    private final JobContext context;
    private final Settings settings;
    private final String output;

    /** @param command {@code train}, {@code retrain} or {@code tune}, for the manifest */
    public RunOpener(String command, JobContext context) {
        this.command = command;
        this.context = context;
        this.settings = context.settings();
        this.output = settings.output().uri();
    }

    /**
     * Returns the run's name: {@code run.id}, or the present time and four random digits, because jobs may start in the
     * same second.
     */
    public static String runId(Settings settings) {
        return settings.run().id().isEmpty()
                ? START_TIME.format(Instant.now())
                        + String.format("-%04x", ThreadLocalRandom.current().nextInt(1 << 16))
                : settings.run().id();
    }

    /**
     * Opens the run that the settings name, and writes its manifest and configuration.
     *
     * @throws ConfigurationException if a new run's name is taken, one to be resumed is not there or has ended, or the
     *                                output directory cannot be written
     * @throws LockHeldException      if another process works on this run
     */
    public RunSession open() {
        if (!settings.run().id().isEmpty()) {
            return open(settings.run().id(), settings.run().resume());
        }
        if (settings.run().resume()) {
            throw new ConfigurationException("--resume needs to know which run is to go on: add --run-id ID; "
                    + "the command 'runs' lists them");
        }
        try {
            return open(runId(settings), false);
        } catch (LockHeldException e) {
            // Another job has drawn the same name in the same second.
            return open();
        }
    }

    /**
     * Opens the run of this name, and writes its manifest and configuration.
     *
     * @param resume whether the run must be there, or must not
     * @throws ConfigurationException as {@link #open()} does
     * @throws LockHeldException      if another process works on this run
     */
    public RunSession open(String runId, boolean resume) {
        try {
            Runs runs = new Runs(context.storage(), output);
            requireUnfinished(runId, runs.manifest(runId));
            JobLock lock = context.runLocks().take(runId);
            try {
                return open(runs, runId, resume, lock);
            } catch (RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (StorageException e) {
            throw new ConfigurationException("output.uri = " + output + " cannot be used: " + e.getMessage());
        }
    }

    private RunSession open(Runs runs, String runId, boolean resume, JobLock lock) {
        // Read again, because what was there before belonged to another process.
        Optional<Manifest> earlier = runs.manifest(runId);
        requireUnfinished(runId, earlier);
        requireFree(runId, resume, earlier.isPresent());
        Run run = earlier.map(runs::of).orElseGet(() -> runs.create(runId));
        run.ownedBy(lock);
        run.writeManifest(Provenance.start(command, runId, settings, Instant.now()));
        run.writeConfiguration(settings.resolved());
        return new RunSession(run, lock, settings.resolved(), context.progress());
    }

    private void requireUnfinished(String runId, Optional<Manifest> earlier) {
        earlier.filter(run -> run.state().isFinal()).ifPresent(run -> {
            throw new ConfigurationException("run.id = " + runId + ": this run in " + output + " has ended ("
                    + run.state().name().toLowerCase(Locale.ROOT)
                    + ") and stays as it is; choose another --run-id"
                    + (TUNE.equals(run.command())
                            ? ""
                            : " (to train its model further, add --set transfer.from="
                                    + new Runs(context.storage(), output)
                                            .create(runId)
                                            .modelUri()
                                    + ")"));
        });
        earlier.filter(run -> TUNE.equals(run.command()) != TUNE.equals(command))
                .ifPresent(run -> {
                    throw new ConfigurationException("run.id = " + runId + ": this run in " + output
                            + " is one of the command " + run.command() + ", and " + command
                            + " cannot go on with it; choose another --run-id");
                });
    }

    private void requireFree(String runId, boolean resume, boolean exists) {
        if (exists && !resume) {
            throw new ConfigurationException("run.id = " + runId + ": there is such a run in " + output
                    + " already; add --resume to go on with it, or choose another --run-id");
        }
        if (!exists && resume) {
            throw new ConfigurationException("run.id = " + runId + ": there is no such run in " + output
                    + " to resume; the command 'runs' lists them");
        }
    }
}
