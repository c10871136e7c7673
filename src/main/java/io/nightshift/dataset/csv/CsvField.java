package io.nightshift.dataset.csv;

/** Writes fields of CSV files as RFC 4180 says. */
public final class CsvField {
    private CsvField() {}

    /**
     * Puts a field in quotes if it needs them, also one that a spreadsheet would take for a formula. Quotes in it are
     * doubled.
     */
    public static String of(String text) {
        return text.matches("[^\\s,\"=+@-][^,\"\\r\\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
