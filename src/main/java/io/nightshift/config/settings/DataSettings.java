package io.nightshift.config.settings;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.Keys;
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
 * @param votes             on the labels of the rows
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
        Division division,
        Votes votes) {

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

    /**
     * Votes on the labels of a CSV's rows, and what those mean that are for no class of FER2013: {@link #IGNORE},
     * {@link #DROP}, or the name of a class.
     *
     * @param uri CSV in the format of FER+; empty for none
     */
    public record Votes(String uri, String contempt, String unknown, String noFace) {
        /** The votes do not count. */
        public static final String IGNORE = "ignore";
        /** The votes do not count, and rows that have no more votes for anything else are left out. */
        public static final String DROP = "drop";

        private static final Pattern MEANING = Pattern.compile("[^,]+");

        static Votes of(Keys keys) {
            String allowed = IGNORE + ", " + DROP + " or the name of a class";
            return new Votes(
                    keys.text("data.votes"),
                    keys.text("data.votes-contempt", MEANING, allowed),
                    keys.text("data.votes-unknown", MEANING, allowed),
                    keys.text("data.votes-no-face", MEANING, allowed));
        }

        /** Whether there are votes. */
        public boolean areGiven() {
            return !uri.isEmpty();
        }
    }

    private static final Pattern COLUMN = Pattern.compile("[^,]+");

    static DataSettings of(Keys keys) {
        DataSettings settings = new DataSettings(
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
                Division.of(keys),
                Votes.of(keys));
        if (settings.votes.areGiven() && settings.division.byHash) {
            throw new ConfigurationException("data.votes = " + settings.votes.uri
                    + " is compared with the column of the splits, which data.split = hash does not read: set data.split "
                    + "= given, or leave data.votes out");
        }
        return settings;
    }

    /** Whether demo faces are drawn, because no data is named. */
    public boolean isDemo() {
        return uri.isEmpty();
    }
}
