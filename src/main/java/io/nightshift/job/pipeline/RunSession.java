package io.nightshift.job.pipeline;

import io.nightshift.engine.Backend;
import io.nightshift.engine.execution.Computation;
import io.nightshift.job.context.Interruption;
import io.nightshift.job.context.JobProgress;
import io.nightshift.report.ReportParts;
import io.nightshift.report.RunReport;
import io.nightshift.run.Manifest;
import io.nightshift.run.Manifest.State;
import io.nightshift.run.Run;
import io.nightshift.store.StorageException;
import io.nightshift.store.lock.JobLock;
import io.nightshift.store.lock.LockHeldException;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/** Records in a run's manifest what its job does, and how it ends, whichever way that is. */
public final class RunSession {
    private final Run run;
    private final JobLock lock;
    private final String configuration;
    private final JobProgress progress;
    /** Whether the last manifest of a run that ended well was sent: if that seemed to fail, it may be there. */
    private boolean ending;

    /**
     * Begins the session of a run whose manifest is written.
     *
     * @param lock          of the run, which this session releases
     * @param configuration as resolved, for the report
     */
    public RunSession(Run run, JobLock lock, String configuration, JobProgress progress) {
        this.run = run;
        this.lock = lock;
        this.configuration = configuration;
        this.progress = progress;
    }

    public Run run() {
        return run;
    }

    /**
     * Does the steps of a job, and releases the run. If they fail, or the process is ended meanwhile, the run is marked
     * as failed, unless it has come to its end.
     */
    public <T> T recordFailure(Supplier<T> steps) {
        try (lock;
                Interruption release = Interruption.then(lock::close)) {
            return recorded(steps);
        }
    }

    private <T> T recorded(Supplier<T> steps) {
        try (Interruption interruption = Interruption.first(this::interrupted)) {
            return steps.get();
        } catch (RuntimeException | Error e) {
            failed(e);
            throw e;
        }
    }

    /**
     * Does steps that an interruption must not cut in two: one that comes meanwhile waits for their end, and after one
     * they are not begun.
     */
    public synchronized <T> T runUninterruptibly(Supplier<T> steps) {
        if (Interruption.isUnderWay()) {
            throw new IllegalStateException("the process is being ended");
        }
        return steps.get();
    }

    public void recordComputation(Computation computation) {
        run.writeManifest(run.manifest().toBuilder()
                .backend(computation.backend() == Backend.CPU ? "cpu" : "cuda")
                .precision(computation.precision().id())
                .build());
    }

    public void recordData(Manifest.Data data) {
        run.writeManifest(run.manifest().toBuilder().data(data).build());
    }

    public void recordTraining(Manifest.Training training) {
        run.writeManifest(run.manifest().toBuilder().training(training).build());
    }

    public void recordVerdict(Manifest.Verdict verdict) {
        run.writeManifest(run.manifest().toBuilder().verdict(verdict).build());
    }

    /** Marks the run as succeeded. The manifest is written last, after all that it names. */
    public void succeeded(ReportParts report) {
        end(State.SUCCEEDED, null, report);
    }

    /** Marks a run that trained no model of its own as succeeded, with its own page for the report. */
    public void succeeded(String page) {
        end(run.manifest().in(State.SUCCEEDED, null, Instant.now()), page);
    }

    /** Marks the run as rejected: its model is whole, and is not to be used. */
    public void rejected(String reason, ReportParts report) {
        end(State.REJECTED, reason, report);
    }

    /**
     * Marks a run that has succeeded as rejected, because its promotion came too late. Only the manifest changes: a file
     * of a run that has ended must not, because a write of it could fail and arrive later all the same.
     */
    public void rejectedAfterAll(Manifest.Verdict verdict) {
        String reason = String.join("; ", verdict.reasons());
        run.writeManifest(run.manifest().in(State.REJECTED, reason, Instant.now()).toBuilder()
                .verdict(verdict)
                .build());
    }

    private void end(State state, String reason, ReportParts report) {
        Manifest last = run.manifest().in(state, reason, Instant.now());
        end(last, RunReport.render(report.content(last, configuration)));
    }

    private void end(Manifest last, String page) {
        run.writeReport(page);
        ending = last.state().isFinal();
        run.writeManifest(last);
    }

    /**
     * A process that has lost its lock writes nothing, because the run may belong to another one by now. A run that has
     * ended well stays so: what fails after that is its promotion, which the next retraining completes.
     */
    private void failed(Throwable failure) {
        if (Interruption.isUnderWay()
                || failure instanceof LockHeldException
                || run.manifest().state() != State.RUNNING) {
            return;
        }
        failed(String.valueOf(failure.getMessage()).lines().findFirst().orElse(failure.toString()), failure);
    }

    /** Marks the run as interrupted, unless it has just come to an end of its own. */
    private synchronized void interrupted() {
        if (run.manifest().state() != State.RUNNING) {
            return;
        }
        String reason = "interrupted; go on with --resume --run-id " + run.runId();
        failed(reason, new InterruptedException(reason));
        progress.interrupted(reason);
    }

    /** What cannot be written any more does not hide what went wrong. */
    private void failed(String reason, Throwable failure) {
        try {
            if (ending) {
                markFailedUnlessEnded(reason);
            } else {
                ReportParts parts = new ReportParts();
                parts.trained(run.readMetrics(), List.of());
                end(State.FAILED, reason, parts);
            }
        } catch (StorageException | LockHeldException e) {
            failure.addSuppressed(e);
        }
    }

    /** Changes the manifest alone, because the files may be those of a run that has ended. */
    private void markFailedUnlessEnded(String reason) {
        if (!run.hasEnded()) {
            run.writeManifest(run.manifest().in(State.FAILED, reason, Instant.now()));
        }
    }
}
