package io.nightshift.dataset.csv;

import java.io.Serializable;

/**
 * The words in which messages speak of rows.
 *
 * @param source   name of the data, with which messages begin
 * @param unit     what a position counts: "line", "row" or "image"
 * @param empty    what is said of a source without rows
 * @param expected what rows should look like, a clause
 * @param shown    characters of a rejected row that an error message shows
 */
public record RowsDescription(String source, String unit, String empty, String expected, int shown)
        implements Serializable {
    /** Characters of a rejected row that are kept. */
    public static final int KEPT_CHARACTERS = RowParser.KEPT_CHARACTERS;

    static RowsDescription ofCsv(String uri, CsvLayout layout) {
        return new RowsDescription(uri, "line", "has a header and no rows", layout.expected(), 60);
    }
}
