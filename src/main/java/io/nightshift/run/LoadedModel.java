package io.nightshift.run;

import io.nightshift.model.TrainedModel;

/**
 * Holds a model that was loaded, with the checksum of its file.
 *
 * @param sha256 in lower-case hexadecimal digits
 */
public record LoadedModel(TrainedModel model, String sha256) {}
