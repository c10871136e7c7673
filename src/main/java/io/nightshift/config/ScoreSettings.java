package io.nightshift.config;

import java.io.Serializable;

/** How the batch job works through a folder of images. */
public record ScoreSettings(int imagesPerPart, int batchSize, int readersPerTask) implements Serializable {

    static ScoreSettings of(Keys keys) {
        return new ScoreSettings(
                keys.integer("score.images-per-part").between(1, 1_000_000),
                keys.integer("score.batch-size").between(1, 65_536),
                keys.integer("score.readers-per-task").between(1, 256));
    }
}
