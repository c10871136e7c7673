package io.nightshift.dataset.csv;

import io.nightshift.dataset.Row;
import io.nightshift.dataset.Split;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads one line of the CSV from its bytes. Strings are never made of the pixels: a row is 2,304 small numbers, and the
 * parsing of the whole file should cost little more than reading it.
 *
 * <p>Fields may stand in double quotes and have spaces around them; a byte order mark before the first line and a
 * carriage return at the end are passed over. A line break inside of quotes is not supported.
 *
 * <p>Not thread-safe: it keeps where the fields of its current line begin and end.
 */
final class RowParser {
    /** Characters of a rejected row that are kept. */
    static final int KEPT_CHARACTERS = 200;

    /** Characters of a label that a message shows. */
    private static final int SHOWN_LABEL = 20;

    private static final int NO_CLASS = -2;
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private static final byte[][] USAGES = {
        Split.TRAINING.usage().getBytes(StandardCharsets.US_ASCII),
        Split.PUBLIC_TEST.usage().getBytes(StandardCharsets.US_ASCII),
        Split.PRIVATE_TEST.usage().getBytes(StandardCharsets.US_ASCII)
    };
    private static final Split[] SPLITS = Split.values();

    private final RowFormat format;
    private final RowRules rules;
    private final int classes;
    private final int pixelCount;
    private final int[] begins;
    private final int[] ends;

    RowParser(RowRules rules) {
        this.rules = rules;
        this.format = rules.format();
        this.classes = rules.schema().classes().size();
        this.pixelCount = rules.schema().pixels();
        this.begins = new int[format.columns()];
        this.ends = new int[format.columns()];
    }

    /** Whether a line holds nothing but white space (or a byte order mark), and is no row. */
    static boolean isBlank(byte[] line, int length) {
        int i = startAfterByteOrderMark(line, length);
        while (i < length && isSpace(line[i])) {
            i++;
        }
        return i == length;
    }

    /**
     * Parses the first {@code length} bytes of {@code line}, which hold no line feed.
     *
     * @param number the line's number, kept with a rejected row
     */
    Row parse(byte[] line, int length, long number) {
        if (!findFields(line, length)) {
            return reject(line, length, number, Row.Reason.COLUMNS);
        }
        int label = label(line);
        if (label < 0) {
            return new Row.Rejected(
                    number,
                    label == NO_CLASS ? Row.Reason.LABEL : Row.Reason.EMOTION,
                    kept(line, length),
                    beginning(field(line, format.emotion()), SHOWN_LABEL));
        }
        Split split = rules.hash() == null ? split(line) : Split.TRAINING;
        if (split == null) {
            return reject(line, length, number, Row.Reason.USAGE);
        }
        byte[] pixels = new byte[pixelCount];
        Row.Reason wrong = PixelText.read(line, begins[format.pixels()], ends[format.pixels()], pixels);
        if (wrong != null) {
            return reject(line, length, number, wrong);
        }
        return new Row.Example(rules.hash() == null ? split : rules.hash().of(pixels), label, pixels);
    }

    /** Returns the label of a line as it is written; empty if the line has another number of columns. */
    Optional<String> labelText(byte[] line, int length) {
        return findFields(line, length) ? Optional.of(field(line, format.emotion())) : Optional.empty();
    }

    /** Returns the pixels of a line as they are written; empty if the line has another number of columns. */
    Optional<String> pixelText(byte[] line, int length) {
        return findFields(line, length) ? Optional.of(field(line, format.pixels())) : Optional.empty();
    }

    private String field(byte[] line, int column) {
        return new String(line, begins[column], ends[column] - begins[column], StandardCharsets.UTF_8);
    }

    /** Finds the fields, without their quotes and the spaces around them; false if their number is wrong. */
    private boolean findFields(byte[] line, int length) {
        int i = startAfterByteOrderMark(line, length);
        for (int column = 0; column < begins.length; column++) {
            while (i < length && line[i] != ',' && isSpace(line[i])) {
                i++;
            }
            int begin = i;
            int end;
            if (i < length && line[i] == '"') {
                begin = ++i;
                while (i < length && line[i] != '"') {
                    i++;
                }
                if (i == length) {
                    return false;
                }
                end = i++;
                while (i < length && line[i] != ',') {
                    if (!isSpace(line[i++])) {
                        return false;
                    }
                }
            } else {
                while (i < length && line[i] != ',') {
                    i++;
                }
                end = i;
            }
            while (begin < end && isSpace(line[begin])) {
                begin++;
            }
            while (end > begin && isSpace(line[end - 1])) {
                end--;
            }
            begins[column] = begin;
            ends[column] = end;
            boolean last = column == begins.length - 1;
            if (last ? i < length : i >= length) {
                return false;
            }
            i++;
        }
        return true;
    }

    /** Returns the label number, {@link #NO_CLASS} for a word that names no class, or -1 for another number. */
    private int label(byte[] line) {
        int number = labelNumber(line);
        if (!rules.bins().isEmpty()) {
            return bin(number);
        }
        if (number >= 0 || !rules.words()) {
            return number < classes ? number : -1;
        }
        String text = field(line, format.emotion());
        int named = rules.schema().label(text);
        return named >= 0 ? named : text.matches("[-+.0-9]*") ? -1 : NO_CLASS;
    }

    /** Returns the bin of a number: the last one whose lower bound it reaches. */
    private int bin(int number) {
        int bin = -1;
        while (bin + 1 < rules.bins().size() && number >= rules.bins().get(bin + 1)) {
            bin++;
        }
        return bin;
    }

    /** Returns the label as a whole number, or -1; a number too large for an int becomes the largest one. */
    private int labelNumber(byte[] line) {
        int begin = begins[format.emotion()];
        int end = ends[format.emotion()];
        long value = end > begin ? 0 : -1;
        for (int i = begin; i < end && value >= 0; i++) {
            int digit = line[i] - '0';
            value = digit >= 0 && digit <= 9 ? Math.min(value * 10 + digit, Integer.MAX_VALUE) : -1;
        }
        return (int) value;
    }

    private Split split(byte[] line) {
        int begin = begins[format.usage()];
        int length = ends[format.usage()] - begin;
        for (int s = 0; s < USAGES.length; s++) {
            byte[] usage = USAGES[s];
            if (length == usage.length) {
                int i = 0;
                while (i < length && line[begin + i] == usage[i]) {
                    i++;
                }
                if (i == length) {
                    return SPLITS[s];
                }
            }
        }
        return rules.words() ? Split.ofWord(field(line, format.usage())).orElse(null) : null;
    }

    private static int startAfterByteOrderMark(byte[] line, int length) {
        boolean marked = length >= 3
                && line[0] == BYTE_ORDER_MARK[0]
                && line[1] == BYTE_ORDER_MARK[1]
                && line[2] == BYTE_ORDER_MARK[2];
        return marked ? 3 : 0;
    }

    static boolean isSpace(byte b) {
        return b == ' ' || b == '\t' || b == '\r';
    }

    private static Row reject(byte[] line, int length, long number, Row.Reason reason) {
        return new Row.Rejected(number, reason, kept(line, length));
    }

    private static String kept(byte[] line, int length) {
        // Four bytes hold any character of UTF-8; a character cut in two at the end is past the 200 that are kept.
        String text = new String(line, 0, Math.min(length, 4 * KEPT_CHARACTERS), StandardCharsets.UTF_8);
        return beginning(text.strip(), KEPT_CHARACTERS);
    }

    /** Returns at most the first {@code characters} of a text. */
    static String beginning(String text, int characters) {
        return text.codePointCount(0, text.length()) <= characters
                ? text
                : text.substring(0, text.offsetByCodePoints(0, characters));
    }
}
