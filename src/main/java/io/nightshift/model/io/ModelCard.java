package io.nightshift.model.io;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.nightshift.config.settings.TestTimeAugmentation;
import io.nightshift.dataset.Emotion;
import io.nightshift.dataset.batch.NetworkInput;
import io.nightshift.store.Json;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Describes a network to its user: classes, input and temperature, which the weights do not tell, and where it comes
 * from. The card is the entry {@value #ENTRY} of the model's zip, which DL4J ignores.
 *
 * @param classes     names in label order: that of output 0 first
 * @param input       size and scaling of the images that the network takes
 * @param temperature by which the logits are divided before the softmax, so that the scores are as sure as they are
 *                    right (Guo et al., "On Calibration of Modern Neural Networks", <a
 *                    href="https://arxiv.org/abs/1706.04599">arXiv:1706.04599</a>); 1 changes nothing
 * @param origin      an architecture of this program, or a Keras file
 * @param provenance  of a run's final model; null for checkpoints, imported models, and models of early versions
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"classes", "input", "temperature", "origin", "provenance"})
public record ModelCard(
        List<String> classes, NetworkInput input, double temperature, String origin, ModelProvenance provenance)
        implements Serializable {
    /** The name of the zip's entry. */
    public static final String ENTRY = "nightshift.json";

    public ModelCard {
        if (classes == null || classes.size() < 2 || input == null || !(temperature > 0)) {
            throw new IllegalArgumentException(
                    "a model has at least two classes, an input, and a temperature above 0; not " + classes + ", "
                            + input + ", " + temperature);
        }
        if (classes.stream().anyMatch(name -> name == null || name.isBlank())
                || classes.stream()
                                .map(name -> name.toLowerCase(Locale.ROOT))
                                .distinct()
                                .count()
                        < classes.size()) {
            throw new IllegalArgumentException(
                    "a model's classes have different names, also in lower case, and none is " + "empty; not "
                            + classes);
        }
        classes = List.copyOf(classes);
    }

    /** Creates a card without provenance. */
    public ModelCard(List<String> classes, NetworkInput input, double temperature, String origin) {
        this(classes, input, temperature, origin, null);
    }

    /** Creates the card of a network of this program for FER2013: seven emotions, images of [1, 48, 48] in 0..1. */
    public static ModelCard ofFer2013(String origin) {
        return new ModelCard(Emotion.labels(), NetworkInput.grey(Emotion.SIDE), 1, origin);
    }

    /** Returns the card of the same network after calibration. */
    public ModelCard withTemperature(double fitted) {
        return new ModelCard(classes, input, fitted, origin, provenance);
    }

    /** Returns the card with a provenance. */
    public ModelCard withProvenance(ModelProvenance made) {
        return new ModelCard(classes, input, temperature, origin, made);
    }

    /** Returns the run that made the model, if it is known. */
    public Optional<String> runId() {
        return Optional.ofNullable(provenance).map(ModelProvenance::runId);
    }

    /** Whether the model is made of several networks. */
    @JsonIgnore
    public boolean isEnsemble() {
        return provenance != null && provenance.members() != null;
    }

    /** Whether the model, or one of its members, was trained on public_test too. */
    @JsonIgnore
    public boolean isRefit() {
        return provenance != null
                && (Boolean.TRUE.equals(provenance.refit())
                        || isEnsemble()
                                && provenance.members().stream()
                                        .anyMatch(member -> Boolean.TRUE.equals(member.refit())));
    }

    /** Returns the views that the model was evaluated with; only the image itself if that is unknown. */
    public TestTimeAugmentation testTimeAugmentation() {
        return Optional.ofNullable(provenance)
                .map(ModelProvenance::measured)
                .map(ModelProvenance.Measured::testTimeAugmentation)
                .orElse(TestTimeAugmentation.NONE);
    }

    byte[] json() {
        return Json.bytes(this);
    }

    static ModelCard of(byte[] json) throws IOException {
        return Json.read(json, ModelCard.class);
    }
}
