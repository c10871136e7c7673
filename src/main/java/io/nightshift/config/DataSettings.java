package io.nightshift.config;

import java.util.List;
import java.util.regex.Pattern;

/**
 * The data that is read.
 *
 * @param uri               CSV or folder of images; empty for demo data
 * @param maxBadFraction    largest fraction of rejected rows, in [0, 1]
 * @param duplicateDistance most bits of 128 in which the perceptual hashes of the same image differ; -1 disables the
 *                          search
 * @param dropDuplicates    whether training leaves out images that a test split has too
 * @param classes           names in label order; empty for FER2013's seven, or those of the model that is used
 * @param imageSide         rows and columns of an image, in pixels; 0 to find them in the data
 * @param labelColumn       CSV's column of the labels
 * @param pixelsColumn      CSV's column of the pixels
 * @param splitColumn       CSV's column of the splits
 * @param labelBins         lower bounds of the bins that labels fall into, ascending; empty where labels are classes
 * @param division          of the rows into splits
 */
public record DataSettings(
        String uri,
        double maxBadFraction,
        int duplicateDistance,
        boolean dropDuplicates,
        List<String> classes,
        int imageSide,
        String labelColumn,
        String pixelsColumn,
        String splitColumn,
        List<Integer> labelBins,
        Division division) {

    /**
     * How rows are divided into splits.
     *
     * @param byHash          whether a hash of the pixels does it, and not a column or folders
     * @param salt            another salt gives another division
     * @param validationShare share of public_test, from 0
     * @param testShare       share of private_test, from 0
     */
    public record Division(boolean byHash, String salt, double validationShare, double testShare) {
        static Division of(Keys keys) {
            Division division = new Division(
                    keys.oneOf("data.split", List.of("given", "hash")).equals("hash"),
                    keys.text("data.split-salt"),
                    keys.number("data.validation-share").between(0, 0.9),
                    keys.number("data.test-share").between(0, 0.9));
            if (division.validationShare + division.testShare > 0.95) {
                throw new ConfigurationException("data.validation-share = " + division.validationShare
                        + " and data.test-share = " + division.testShare
                        + " leave next to nothing for training: together they can be 0.95 at most");
            }
            return division;
        }
    }

    private static final Pattern COLUMN = Pattern.compile("[^,]+");

    static DataSettings of(Keys keys) {
        return new DataSettings(
                keys.text("data.uri"),
                keys.number("data.max-bad-fraction").between(0, 1),
                keys.integer("data.duplicate-distance-bits").between(-1, 64),
                keys.flag("data.drop-duplicates"),
                keys.names("data.classes", 2, 100),
                keys.integer("data.image-side-pixels").autoOrBetween(8, 1_024),
                keys.text("data.label-column", COLUMN, "the name of a column"),
                keys.text("data.pixels-column", COLUMN, "the name of a column"),
                keys.text("data.split-column", COLUMN, "the name of a column"),
                keys.ascending("data.label-bins", 100),
                Division.of(keys));
    }

    /** Whether demo faces are drawn, because no data is named. */
    public boolean isDemo() {
        return uri.isEmpty();
    }
}
