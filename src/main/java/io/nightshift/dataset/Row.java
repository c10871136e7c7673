package io.nightshift.dataset;

import java.io.Serializable;

/**
 * A line of the CSV, parsed: either an example or a rejected row. Header and empty lines are no rows. Each part of the
 * file that one task reads ends with an {@link EndOfPart}.
 */
public sealed interface Row extends Serializable permits Row.Example, Row.Rejected, Row.EndOfPart {

    /**
     * A row that is used.
     *
     * @param split  the part of the data it belongs to
     * @param label  label number, from 0, see {@link Schema#classes}
     * @param pixels the grey image, row by row, a byte (0..255, unsigned) per pixel
     * @param votes  how many people saw each class in it, in label order, a byte (0..255, unsigned) each; all 0 where
     *               no vote counts; empty where nobody was asked
     */
    record Example(Split split, int label, byte[] pixels, byte[] votes) implements Row {
        private static final byte[] NOT_ASKED = {};

        /** Makes an example without votes. */
        public Example(Split split, int label, byte[] pixels) {
            this(split, label, pixels, NOT_ASKED);
        }

        /** Returns the example with votes. */
        public Example withVotes(byte[] counted) {
            return new Example(split, label, pixels, counted);
        }
    }

    /**
     * A row that is not used.
     *
     * @param line   number of the line within the part of the file that one task read, from 1
     * @param reason why
     * @param text   its first 200 characters
     * @param label  its label, if that is why; else null
     */
    record Rejected(long line, Reason reason, String text, String label) implements Row {
        /** Creates a row that is rejected for another reason than its label. */
        public Rejected(long line, Reason reason, String text) {
            this(line, reason, text, null);
        }
    }

    /**
     * Says how many lines, of any kind, a part of the file has: what the line numbers of the parts after it start from.
     */
    record EndOfPart(long lines) implements Row {}

    /** Why a row is rejected. */
    enum Reason {
        COLUMNS("wrong number of columns"),
        EMOTION("emotion outside 0..%d"),
        LABEL("label that names no class"),
        PIXEL_COUNT("wrong number of pixels"),
        PIXEL("pixel that is no integer in 0..255"),
        USAGE("unknown usage"),
        IMAGE("image that cannot be read");

        private final String words;

        Reason(String words) {
            this.words = words;
        }

        /** Returns the words for the manifest and for messages. */
        public String words(Schema schema) {
            return words.formatted(schema.classes().size() - 1);
        }
    }
}
