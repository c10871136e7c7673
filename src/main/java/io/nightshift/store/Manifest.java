package io.nightshift.store;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/**
 * The content of {@code run.json}: what a run was made from, how it went and what it left. Written anew at each change
 * of state and, at the end, after all other files.
 *
 * @param runId     name of the run's folder
 * @param command   {@code train} or {@code retrain}
 * @param state     {@code running}, {@code succeeded}, {@code failed} or {@code rejected}
 * @param reason    one line on why the run failed or was rejected; absent otherwise
 * @param start     ISO-8601, UTC
 * @param end       ISO-8601, UTC; absent while the run is going on
 * @param program   this program
 * @param versions  of Java, Spark and DL4J
 * @param backend   {@code cpu} or {@code cuda}
 * @param master    Spark's master URL
 * @param seed      of everything random in the run
 * @param data      what was trained on; absent until it was read
 * @param training  what came out; absent until an epoch has ended
 * @param files     what the run left, but for this file
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"run_id", "command", "state", "reason", "start", "end", "program", "versions", "backend", "master", "seed",
    "data", "training", "files"})
public record Manifest(
        @JsonProperty("run_id") String runId,
        String command,
        State state,
        String reason,
        String start,
        String end,
        Program program,
        Versions versions,
        String backend,
        String master,
        long seed,
        Data data,
        Training training,
        List<FileEntry> files) {

    /** The same run in another state; the time is its end, unless it is running. */
    public Manifest in(State next, String why, Instant now) {
        String ended = next == State.RUNNING ? null : now.truncatedTo(ChronoUnit.SECONDS).toString();
        return new Manifest(runId, command, next, why, start, ended, program, versions, backend, master, seed, data,
                training, files);
    }

    /** With what was read. */
    public Manifest withData(Data read) {
        return new Manifest(runId, command, state, reason, start, end, program, versions, backend, master, seed, read,
                training, files);
    }

    /** With what it computes on. */
    public Manifest computedOn(String name) {
        return new Manifest(runId, command, state, reason, start, end, program, versions, name, master, seed, data,
                training, files);
    }

    /** With what came out. */
    public Manifest withTraining(Training outcome) {
        return new Manifest(runId, command, state, reason, start, end, program, versions, backend, master, seed, data,
                outcome, files);
    }

    /** With the files that it has left. */
    Manifest withFiles(List<FileEntry> left) {
        return new Manifest(runId, command, state, reason, start, end, program, versions, backend, master, seed, data,
                training, left);
    }

    /** Where a run stands. */
    public enum State {
        /** Under way, or ended without a word. */
        @JsonProperty("running") RUNNING,
        /** Ended well: everything named in the manifest is whole. */
        @JsonProperty("succeeded") SUCCEEDED,
        /** Ended by an error or an interruption. */
        @JsonProperty("failed") FAILED,
        /** Trained, and not good enough to be promoted. */
        @JsonProperty("rejected") REJECTED
    }

    /** This program: its version and the commit that it was built from. */
    public record Program(String version, String commit) {
    }

    /** Versions of what it ran on. */
    public record Versions(String java, String spark, String dl4j) {
    }

    /**
     * The CSV.
     *
     * @param uri              where it was read
     * @param bytes            its size as stored (compressed, if it is)
     * @param sha256           of those bytes
     * @param rows             read = used + rejected
     * @param usedBySplit      used rows by {@link io.nightshift.data.Split#id()}
     * @param rejectedByReason rejected rows by reason
     */
    @JsonPropertyOrder({"uri", "bytes", "sha256", "rows", "used_by_split", "rejected_by_reason"})
    public record Data(String uri, long bytes, String sha256, Rows rows,
                       @JsonProperty("used_by_split") Map<String, Long> usedBySplit,
                       @JsonProperty("rejected_by_reason") Map<String, Long> rejectedByReason) {
    }

    /** Row counts; {@code read == used + rejected}. */
    public record Rows(long read, long used, long rejected) {
    }

    /**
     * The outcome of training.
     *
     * @param epochs             epochs trained
     * @param bestEpoch          the epoch whose model was kept
     * @param validationLoss     of the best epoch; absent without a public_test split
     * @param validationAccuracy of the best epoch; absent without a public_test split
     * @param testAccuracy       on private_test, by the best epoch's model; absent without that split
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonPropertyOrder({"epochs", "best_epoch", "validation_loss", "validation_accuracy", "test_accuracy"})
    public record Training(int epochs, @JsonProperty("best_epoch") int bestEpoch,
                           @JsonProperty("validation_loss") Double validationLoss,
                           @JsonProperty("validation_accuracy") Double validationAccuracy,
                           @JsonProperty("test_accuracy") Double testAccuracy) {
    }

    /** A file of the run: path relative to the run's folder, size, and SHA-256 of its content. */
    public record FileEntry(String path, long bytes, String sha256) {
    }
}
