package io.nightshift.config.settings;

import io.nightshift.config.Keys;
import java.io.Serializable;
import java.util.Locale;

/** How the batch job works through a folder of images, and in which format it writes. */
public record ScoreSettings(Format format, int imagesPerPart, int batchSize, int readersPerTask)
        implements Serializable {

    /** The format of the output. */
    public enum Format {
        JSONL,
        PARQUET;

        /** Returns the ending of a part's file name. */
        public String ending() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static ScoreSettings of(Keys keys) {
        return new ScoreSettings(
                keys.oneOf("score.format", Format.class),
                keys.integer("score.images-per-part").between(1, 1_000_000),
                keys.integer("score.batch-size").between(1, 65_536),
                keys.integer("score.readers-per-task").between(1, 256));
    }
}
