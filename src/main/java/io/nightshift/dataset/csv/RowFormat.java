package io.nightshift.dataset.csv;

import io.nightshift.dataset.DataException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The columns of a CSV. Copies of FER2013 go round with the columns in another order
 * ({@code emotion, Usage, pixels}) or with more of them, and a header decides; without one the original order holds.
 *
 * @param emotion column of the label, from 0
 * @param pixels  column of the pixels
 * @param usage   column of the split; -1 where there is none
 * @param columns how many columns a row has
 * @param header  whether the file's first line is a header
 */
public record RowFormat(int emotion, int pixels, int usage, int columns, boolean header) {
    /** The original's order, without a header. */
    static final RowFormat ORIGINAL = new RowFormat(0, 1, 2, 3, false);

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    /**
     * Reads the format from a file's first line; returns {@link #ORIGINAL} when it is no header.
     *
     * @throws DataException if the line is a header that lacks a column
     */
    static RowFormat ofFirstLine(String uri, byte[] line, CsvLayout layout) {
        String text = new String(line, StandardCharsets.UTF_8);
        List<String> names = new ArrayList<>();
        for (String name : (text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text).split(",", -1)) {
            names.add(name.replace('"', ' ').strip().toLowerCase(Locale.ROOT));
        }
        List<String> wanted = Stream.of(layout.label(), layout.pixels(), layout.split())
                .map(name -> name.toLowerCase(Locale.ROOT))
                .toList();
        boolean header =
                names.stream().anyMatch(wanted::contains) && !names.get(0).matches("[0-9]+");
        boolean hashed = layout.hash() != null;
        if (!header) {
            return hashed && names.size() == 2 ? new RowFormat(0, 1, -1, 2, false) : ORIGINAL;
        }
        return new RowFormat(
                column(uri, names, wanted.get(0), layout),
                column(uri, names, wanted.get(1), layout),
                hashed ? -1 : column(uri, names, wanted.get(2), layout),
                names.size(),
                true);
    }

    private static int column(String uri, List<String> names, String name, CsvLayout layout) {
        int column = names.indexOf(name);
        if (column < 0) {
            throw new DataException(uri + ", line 1: the header has no column '" + name + "' (it has: "
                    + RowParser.beginning(String.join(",", names), 100)
                    + "); " + layout.expected() + "; name such a file with --data, or set "
                    + (name.equalsIgnoreCase(layout.split())
                            ? "data.split-column, or data.split = hash where there is no such column"
                            : name.equalsIgnoreCase(layout.pixels()) ? "data.pixels-column" : "data.label-column"));
        }
        return column;
    }
}
