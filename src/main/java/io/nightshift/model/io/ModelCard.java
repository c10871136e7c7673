package io.nightshift.model.io;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.nightshift.dataset.Emotion;
import io.nightshift.dataset.batch.NetworkInput;
import io.nightshift.store.Json;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;

/**
 * What has to be known of a network to use it, and its weights do not tell. It travels with them, as the entry
 * {@value #ENTRY} of the model's zip, which DL4J passes over.
 *
 * @param classes     names in label order: that of output 0 first
 * @param input       what the network wants images to be
 * @param temperature by which the logits are divided before the softmax, so that the scores are as sure as they are right (Guo
 *                    et al., "On Calibration of Modern Neural Networks", <a
 *                    href="https://arxiv.org/abs/1706.04599">arXiv:1706.04599</a>); 1 changes nothing
 * @param origin      where the network is from: an architecture of this program, or a Keras file
 */
@JsonPropertyOrder({"classes", "input", "temperature", "origin"})
public record ModelCard(List<String> classes, NetworkInput input, double temperature, String origin)
        implements Serializable {
    /** The name of the zip's entry. */
    public static final String ENTRY = "nightshift.json";

    public ModelCard {
        if (classes == null || classes.size() < 2 || input == null || !(temperature > 0)) {
            throw new IllegalArgumentException(
                    "a model has at least two classes, an input, and a temperature above 0; not " + classes + ", "
                            + input + ", " + temperature);
        }
        classes = List.copyOf(classes);
    }

    /** The card of a network of this program for FER2013: seven emotions, images of [1, 48, 48] in 0..1. */
    public static ModelCard ofFer2013(String origin) {
        return new ModelCard(Emotion.labels(), NetworkInput.grey(Emotion.SIDE), 1, origin);
    }

    /** The same network, calibrated. */
    public ModelCard withTemperature(double fitted) {
        return new ModelCard(classes, input, fitted, origin);
    }

    byte[] json() {
        return Json.bytes(this);
    }

    static ModelCard of(byte[] json) throws IOException {
        return Json.read(json, ModelCard.class);
    }
}
