package io.nightshift.config.settings;

import io.nightshift.config.Keys;
import java.util.Optional;

/**
 * How a model is evaluated.
 *
 * @param batchSize examples that are predicted at once
 * @param mistakes  most confident mistakes of each split that the report shows
 * @param testTimeAugmentation views of an image whose scores are averaged; empty for those that the model itself names
 */
public record EvaluateSettings(int batchSize, int mistakes, Optional<TestTimeAugmentation> testTimeAugmentation) {

    static EvaluateSettings of(Keys keys) {
        return new EvaluateSettings(
                keys.integer("evaluate.batch-size").between(1, 65_536),
                keys.integer("evaluate.mistakes").between(0, 1_000),
                keys.autoOrOneOf("evaluate.test-time-augmentation", TestTimeAugmentation.class));
    }
}
