package io.nightshift.config;

import java.util.List;

/**
 * The data that is read.
 *
 * @param uri               CSV; empty for demo data
 * @param maxBadFraction    largest fraction of rejected rows, in [0, 1]
 * @param duplicateDistance most bits of 128 in which the perceptual hashes of the same image differ; -1 disables the
 *                          search
 * @param dropDuplicates    whether training leaves out images that a test split has too
 * @param classes           names in label order; empty for FER2013's seven, or those of the model that is used
 * @param imageSide         rows and columns of an image, in pixels
 */
public record DataSettings(
        String uri,
        double maxBadFraction,
        int duplicateDistance,
        boolean dropDuplicates,
        List<String> classes,
        int imageSide) {

    static DataSettings of(Keys keys) {
        return new DataSettings(
                keys.text("data.uri"),
                keys.number("data.max-bad-fraction").between(0, 1),
                keys.integer("data.duplicate-distance-bits").between(-1, 64),
                keys.flag("data.drop-duplicates"),
                keys.names("data.classes", 2, 100),
                keys.integer("data.image-side-pixels").between(8, 1_024));
    }

    /** Whether demo faces are drawn, because no data is named. */
    public boolean isDemo() {
        return uri.isEmpty();
    }
}
