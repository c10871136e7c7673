package io.nightshift.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.nightshift.config.settings.Settings;
import io.nightshift.config.settings.TrainSettings.BestBy;
import io.nightshift.store.StoredFile;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Describes a run: its inputs, its state, its results and its files. The content of {@code run.json}, which is written
 * at each change of state and, at the end, after all other files. What is absent in the file is null here.
 *
 * @param runId     name of the run's folder
 * @param command   {@code train}, {@code retrain} or {@code tune}
 * @param state     {@code running}, {@code succeeded}, {@code failed} or {@code rejected}
 * @param reason    why the run failed or was rejected, in one line; absent otherwise
 * @param start     ISO-8601, UTC
 * @param end       ISO-8601, UTC; absent while the run is going on
 * @param program   version and commit of this program
 * @param versions  of Java, Spark and DL4J
 * @param backend   {@code cpu} or {@code cuda}
 * @param precision of training steps, {@code float32} or {@code bfloat16}; absent until training is prepared
 * @param master    Spark's master URL
 * @param seed      of everything random in the run
 * @param data      a summary of the data; absent until it was read
 * @param training  a summary of the training; absent until it has ended
 * @param verdict   of a retraining on its model; absent until it was compared
 * @param files     all files of the run but this one
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({
    "run_id",
    "command",
    "state",
    "reason",
    "start",
    "end",
    "program",
    "versions",
    "backend",
    "precision",
    "master",
    "seed",
    "data",
    "training",
    "verdict",
    "files"
})
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
        String precision,
        String master,
        long seed,
        Data data,
        Training training,
        Verdict verdict,
        List<StoredFile> files) {

    /** Starts to build a manifest. */
    public static ManifestBuilder builder() {
        return new ManifestBuilder();
    }

    /** Starts to build a manifest that differs from this one. */
    public ManifestBuilder toBuilder() {
        return new ManifestBuilder(this);
    }

    /**
     * Returns the manifest of the same run in another state.
     *
     * @param why one line; null for a run that neither failed nor was rejected
     * @param now the run's end, unless the state is running
     */
    public Manifest in(State next, String why, Instant now) {
        String ended = next == State.RUNNING
                ? null
                : now.truncatedTo(ChronoUnit.SECONDS).toString();
        return toBuilder().state(next, why).end(ended).build();
    }

    /** Returns the entry of a file, if the run has written it. */
    public Optional<StoredFile> file(String path) {
        return files.stream().filter(file -> file.path().equals(path)).findFirst();
    }

    /**
     * Whether this is a manifest that can be used: all is there that is never absent, and its files lie in the run's
     * folder. A file of somebody else's that names others would have these read, or deleted.
     *
     * @param folder name of the folder that the manifest lies in
     */
    boolean isWholeIn(String folder) {
        return Settings.Run.isId(runId)
                && runId.equals(folder)
                && state != null
                && isTime(start)
                && (end == null || isTime(end))
                && files != null
                && files.stream().allMatch(Manifest::isInside)
                && (data == null || data.isWhole())
                && (verdict == null
                        || verdict.reasons() != null && !verdict.reasons().contains(null));
    }

    private static boolean isTime(String text) {
        try {
            return text != null && Instant.parse(text) != null;
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    private static boolean isInside(StoredFile file) {
        return file != null
                && file.path() != null
                && file.sha256() != null
                && file.path().matches("[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*");
    }

    /** The state of a run. */
    public enum State {
        /** Under way, or its process has crashed. */
        @JsonProperty("running")
        RUNNING,
        /** Ended well: all files named in the manifest are whole. */
        @JsonProperty("succeeded")
        SUCCEEDED,
        /** Ended by an error or an interruption. */
        @JsonProperty("failed")
        FAILED,
        /** Trained, and not good enough to be promoted. */
        @JsonProperty("rejected")
        REJECTED;

        /** Whether the run came to its end: its files stay as they are. */
        public boolean isFinal() {
            return this == SUCCEEDED || this == REJECTED;
        }
    }

    /** The version of this program, and the commit that it was built from. */
    public record Program(String version, String commit) {}

    /** The versions of Java and of the libraries. */
    public record Versions(String java, String spark, String dl4j) {}

    /**
     * Summarises the data.
     *
     * @param uri              of the CSV
     * @param bytes            its size as stored (compressed, if it is)
     * @param sha256           of those bytes
     * @param rows             read = used + rejected
     * @param usedBySplit      used rows by {@link io.nightshift.dataset.Split#id()}
     * @param rejectedByReason rejected rows by reason
     * @param classesBySplit   used rows per class, in label order, by split
     * @param pixelMean        of all pixels of used rows, in [0, 1]
     * @param pixelDeviation   their standard deviation, in [0, 0.5]
     * @param votesSha256      of the file of votes on the labels; absent without one
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonPropertyOrder({
        "uri",
        "bytes",
        "sha256",
        "rows",
        "used_by_split",
        "rejected_by_reason",
        "classes_by_split",
        "pixel_mean",
        "pixel_deviation",
        "votes_sha256"
    })
    public record Data(
            String uri,
            long bytes,
            String sha256,
            Rows rows,
            @JsonProperty("used_by_split") Map<String, Long> usedBySplit,
            @JsonProperty("rejected_by_reason") Map<String, Long> rejectedByReason,
            @JsonProperty("classes_by_split") Map<String, List<Long>> classesBySplit,
            @JsonProperty("pixel_mean") double pixelMean,
            @JsonProperty("pixel_deviation") double pixelDeviation,
            @JsonProperty("votes_sha256") String votesSha256) {
        private boolean isWhole() {
            return uri != null && sha256 != null && rows != null && usedBySplit != null && classesBySplit != null;
        }
    }

    /** Row counts; {@code read == used + rejected}. */
    public record Rows(long read, long used, long rejected) {}

    /**
     * Summarises the training.
     *
     * @param epochs             how many were trained
     * @param bestEpoch          the epoch whose model was kept; of an ensemble, the best of its members' best ones
     * @param bestBy             what made it the best; absent in runs of early versions, where it was a measure
     * @param validationLoss     of the kept epoch, or of the ensemble; absent without a public_test split
     * @param validationAccuracy of the kept epoch, or of the ensemble; absent without a public_test split
     * @param testAccuracy       on private_test, by the kept epoch's model; absent without that split
     * @param refit              whether public_test was trained on too; absent if it was not
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonPropertyOrder({
        "epochs",
        "best_epoch",
        "best_by",
        "validation_loss",
        "validation_accuracy",
        "test_accuracy",
        "refit"
    })
    public record Training(
            int epochs,
            @JsonProperty("best_epoch") int bestEpoch,
            @JsonProperty("best_by") BestBy bestBy,
            @JsonProperty("validation_loss") Double validationLoss,
            @JsonProperty("validation_accuracy") Double validationAccuracy,
            @JsonProperty("test_accuracy") Double testAccuracy,
            Boolean refit) {

        /** Whether public_test was trained on too, and can say nothing of the model. */
        public boolean wasRefit() {
            return Boolean.TRUE.equals(refit);
        }

        /** Whether public_test chose the epoch, which makes the accuracy there a little too high. */
        public boolean wasChosen() {
            return bestBy != BestBy.LAST && validationLoss != null;
        }
    }

    /**
     * Records what a retraining decided on its model, the challenger, and why.
     *
     * @param promoted   whether the challenger is to be the champion
     * @param champion   the run whose model it was compared with; absent when there was no champion
     * @param reasons    one line each
     * @param comparison absent when there was no champion
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonPropertyOrder({"promoted", "champion", "reasons", "comparison"})
    public record Verdict(boolean promoted, String champion, List<String> reasons, Comparison comparison) {}

    /**
     * Compares champion and challenger on the same rows.
     *
     * @param split          of the rows
     * @param examples       how many rows
     * @param champion       its metrics
     * @param challenger     its metrics
     * @param onlyChampion   rows that the champion alone gets right
     * @param onlyChallenger rows that the challenger alone gets right
     * @param pValue         of McNemar's exact test: how likely chance alone makes them differ as much
     * @param significance   the largest p-value that counted as a difference: {@code retrain.significance}, or less
     *                       ({@code retrain.false-promotions-per-year}); half of it was the chance of a false promotion
     * @param accuracyError  standard error of the difference of accuracies on these rows; absent in early versions, and
     *                       so are the others
     * @param lossDifference challenger's minus champion's, in nats
     * @param lossError      its standard error
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonPropertyOrder({
        "split",
        "examples",
        "champion",
        "challenger",
        "only_champion",
        "only_challenger",
        "p_value",
        "significance",
        "accuracy_difference_standard_error",
        "loss_difference",
        "loss_difference_standard_error"
    })
    public record Comparison(
            String split,
            long examples,
            Contender champion,
            Contender challenger,
            @JsonProperty("only_champion") long onlyChampion,
            @JsonProperty("only_challenger") long onlyChallenger,
            @JsonProperty("p_value") double pValue,
            double significance,

            @JsonProperty("accuracy_difference_standard_error")
            Double accuracyError,

            @JsonProperty("loss_difference") Double lossDifference,
            @JsonProperty("loss_difference_standard_error") Double lossError) {}

    /** The metrics of one model: fractions in [0, 1], the loss in nats, recall per class in label order. */
    @JsonPropertyOrder({"accuracy", "macro_f1", "loss", "recall"})
    public record Contender(
            double accuracy, @JsonProperty("macro_f1") double macroF1, double loss, List<Double> recall) {}
}
