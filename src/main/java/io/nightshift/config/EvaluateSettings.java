package io.nightshift.config;

/**
 * How a model is evaluated.
 *
 * @param batchSize examples that are predicted at once
 * @param mistakes  most confident mistakes of each split that the report shows
 */
public record EvaluateSettings(int batchSize, int mistakes, TestTimeAugmentation testTimeAugmentation) {

    static EvaluateSettings of(Keys keys) {
        return new EvaluateSettings(
                keys.integer("evaluate.batch-size").between(1, 65_536),
                keys.integer("evaluate.mistakes").between(0, 1_000),
                keys.oneOf("evaluate.test-time-augmentation", TestTimeAugmentation.class));
    }
}
