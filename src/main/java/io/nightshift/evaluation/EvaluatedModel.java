package io.nightshift.evaluation;

import io.nightshift.config.settings.TestTimeAugmentation;

/**
 * Names the model that an evaluation measured, and how it was used. Each text but the first is null if it is unknown.
 *
 * @param uri    of the model's file
 * @param runId  the run that made it
 * @param sha256 of the file, in lower-case hexadecimal digits
 * @param refit  whether it was trained on public_test too, whose rows say nothing of it then
 * @param views  of an image whose scores were averaged
 */
public record EvaluatedModel(String uri, String runId, String sha256, boolean refit, TestTimeAugmentation views) {

    /** Names a model by its file alone. */
    public static EvaluatedModel at(String uri) {
        return new EvaluatedModel(uri, null, null, false, null);
    }
}
