package io.nightshift.dataset.csv;

import io.nightshift.dataset.DataException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The columns of a CSV. Copies of FER2013 go round with the columns in another order
 * ({@code emotion, Usage, pixels}) or with more of them, and a header decides; without one the original order holds.
 *
 * @param emotion column of the label number, from 0
 * @param pixels  column of the pixels
 * @param usage   column of the split
 * @param columns how many columns a row has
 * @param header  whether the file's first line is a header
 */
record RowFormat(int emotion, int pixels, int usage, int columns, boolean header) {
    /** The original's order, without a header. */
    static final RowFormat ORIGINAL = new RowFormat(0, 1, 2, 3, false);

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    /**
     * Reads the format from a file's first line; returns {@link #ORIGINAL} when it is no header.
     *
     * @throws DataException if the line is a header that lacks a column
     */
    static RowFormat ofFirstLine(String uri, byte[] line) {
        String text = new String(line, StandardCharsets.UTF_8);
        List<String> names = new ArrayList<>();
        for (String name : (text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text).split(",", -1)) {
            names.add(name.replace('"', ' ').strip().toLowerCase(Locale.ROOT));
        }
        boolean header = names.stream().anyMatch(List.of("emotion", "pixels", "usage")::contains)
                && !names.get(0).matches("[0-9]+");
        if (!header) {
            return ORIGINAL;
        }
        return new RowFormat(
                column(uri, names, "emotion"),
                column(uri, names, "pixels"),
                column(uri, names, "usage"),
                names.size(),
                true);
    }

    private static int column(String uri, List<String> names, String name) {
        int column = names.indexOf(name);
        if (column < 0) {
            throw new DataException(uri + ", line 1: the header has no column '" + name + "' (it has: "
                    + RowParser.beginning(String.join(",", names), 100)
                    + "); expected emotion,pixels,Usage as in FER2013; name such a file with --data");
        }
        return column;
    }

    /** Writes the format as one line for {@link #decode}, to travel in a Hadoop configuration. */
    String encode() {
        return emotion + " " + pixels + " " + usage + " " + columns + " " + header;
    }

    static RowFormat decode(String encoded) {
        String[] parts = Optional.ofNullable(encoded).orElseThrow().split(" ");
        return new RowFormat(
                Integer.parseInt(parts[0]),
                Integer.parseInt(parts[1]),
                Integer.parseInt(parts[2]),
                Integer.parseInt(parts[3]),
                Boolean.parseBoolean(parts[4]));
    }
}
