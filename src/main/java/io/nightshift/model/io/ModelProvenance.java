package io.nightshift.model.io;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.nightshift.config.settings.TestTimeAugmentation;
import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * Tells which run made a model, from what, and how accurate the model was. Each part is null if it is unknown.
 *
 * @param runId    the run
 * @param time     start of the process that wrote the model; ISO-8601, UTC
 * @param inputs   what training depends on; of an ensemble, the data that it was calibrated on
 * @param versions of the program and of what it ran on
 * @param measured on the run's data
 * @param refit    whether it was trained on public_test too, which can say nothing of it then; null if it was not
 * @param members  of an ensemble; null for one network
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"run_id", "time", "inputs", "versions", "measured", "refit", "members"})
public record ModelProvenance(
        @JsonProperty("run_id") String runId,
        String time,
        Inputs inputs,
        Versions versions,
        Measured measured,
        Boolean refit,
        List<Member> members)
        implements Serializable {

    /** Creates the provenance of one network. */
    public ModelProvenance(String runId, String time, Inputs inputs, Versions versions, Measured measured) {
        this(runId, time, inputs, versions, measured, null, null);
    }

    /** Creates the provenance of a network of which it is known only that it was trained on public_test too. */
    public static ModelProvenance ofRefit() {
        return new ModelProvenance(null, null, null, null, null).asRefit();
    }

    /** Returns the provenance of an ensemble that the run has made of these. */
    public ModelProvenance withMembers(List<Member> joined) {
        return new ModelProvenance(runId, time, inputs, versions, measured, refit, joined);
    }

    /** Returns the provenance of a network that was trained on public_test too. */
    public ModelProvenance asRefit() {
        return new ModelProvenance(runId, time, inputs, versions, measured, true, members);
    }

    /**
     * A network of an ensemble.
     *
     * @param sha256     of its own file, in lower-case hexadecimal digits
     * @param origin     an architecture of this program, or another program's file
     * @param runId      the run that made it; null if it is unknown
     * @param dataSha256 of the data that it was trained on; null if it is unknown
     * @param refit      whether it was trained on public_test too; null if it was not
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonPropertyOrder({"sha256", "origin", "run_id", "data_sha256", "refit"})
    public record Member(
            String sha256,
            String origin,
            @JsonProperty("run_id") String runId,
            @JsonProperty("data_sha256") String dataSha256,
            Boolean refit)
            implements Serializable {}

    /**
     * What training depends on: equal inputs give equal weights with the same number of workers and equal versions.
     *
     * @param dataSha256          of the data's file as stored, in lower-case hexadecimal digits
     * @param configurationSha256 of the configuration keys that a model depends on
     * @param seed                of everything random
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonPropertyOrder({"data_sha256", "configuration_sha256", "seed"})
    public record Inputs(
            @JsonProperty("data_sha256") String dataSha256,
            @JsonProperty("configuration_sha256") String configurationSha256,
            Long seed)
            implements Serializable {}

    /** The versions of the program (with the commit that it was built from), of Java, Spark and Deeplearning4j. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonPropertyOrder({"nightshift", "commit", "java", "spark", "dl4j"})
    public record Versions(String nightshift, String commit, String java, String spark, String dl4j)
            implements Serializable {}

    /**
     * How accurate the model was at the end of its run.
     *
     * @param accuracy             fraction in [0, 1] by {@link io.nightshift.dataset.Split#id()}
     * @param testTimeAugmentation the views of an image whose scores were averaged
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonPropertyOrder({"accuracy", "test_time_augmentation"})
    public record Measured(
            Map<String, Double> accuracy,
            @JsonProperty("test_time_augmentation") TestTimeAugmentation testTimeAugmentation)
            implements Serializable {}
}
