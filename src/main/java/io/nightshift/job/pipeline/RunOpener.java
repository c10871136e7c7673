package io.nightshift.job.pipeline;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.Settings;
import io.nightshift.job.context.JobContext;
import io.nightshift.run.Manifest;
import io.nightshift.run.Provenance;
import io.nightshift.run.Run;
import io.nightshift.run.Runs;
import io.nightshift.store.StorageException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** Opens the folder of a new run, or of an earlier one that is resumed. */
public final class RunOpener {
    private static final DateTimeFormatter START_TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private final String command;
    private final JobContext context;
    private final Settings settings;
    private final String output;

    /** @param command {@code train} or {@code retrain}, for the manifest */
    public RunOpener(String command, JobContext context) {
        this.command = command;
        this.context = context;
        this.settings = context.settings();
        this.output = settings.output().uri();
    }

    /** Returns the run's name: {@code run.id}, or the present time. */
    public static String runId(Settings settings) {
        return settings.run().id().isEmpty()
                ? START_TIME.format(Instant.now())
                : settings.run().id();
    }

    /**
     * Opens the run that the settings name, and writes its manifest and configuration.
     *
     * @throws ConfigurationException if a new run's name is taken, one to be resumed is not there, or the output
     *                                directory cannot be written
     */
    public RunSession open() {
        if (settings.run().resume() && settings.run().id().isEmpty()) {
            throw new ConfigurationException("--resume needs to know which run is to go on: add --run-id ID; "
                    + "the command 'runs' lists them");
        }
        return open(runId(settings), settings.run().resume());
    }

    /**
     * Opens the run of this name, and writes its manifest and configuration.
     *
     * @param resume whether the run must be there, or must not
     * @throws ConfigurationException as {@link #open()} does
     */
    public RunSession open(String runId, boolean resume) {
        try {
            Runs runs = new Runs(context.storage(), output);
            Optional<Manifest> earlier = runs.manifest(runId);
            requireFree(runId, resume, earlier.isPresent());
            Run run = earlier.map(runs::of).orElseGet(() -> runs.create(runId));
            run.writeManifest(Provenance.start(command, runId, settings, Instant.now()));
            run.writeConfiguration(settings.resolved());
            return new RunSession(run, settings.resolved(), context.progress());
        } catch (StorageException e) {
            throw new ConfigurationException("output.uri = " + output + " cannot be used: " + e.getMessage());
        }
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
