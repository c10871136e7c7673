package io.nightshift.dataset.csv;

import io.nightshift.dataset.HashSplit;
import io.nightshift.dataset.Schema;
import io.nightshift.store.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What turns lines into rows.
 *
 * @param bins lower bounds of the bins that labels fall into; empty where labels are classes
 * @param words whether labels and splits may be words; FER2013's own are numbers, and three words exactly
 * @param hash divides the rows into splits; null where a column does
 */
record RowRules(RowFormat format, Schema schema, List<Integer> bins, boolean words, HashSplit hash) {

    /** Returns the rules of FER2013's own columns. */
    static RowRules of(RowFormat format, Schema schema) {
        return new RowRules(format, schema, List.of(), false, null);
    }

    /** Writes the rules as one line for {@link #decode}, to travel in a Hadoop configuration. */
    String encode() {
        return Json.line(this);
    }

    static RowRules decode(String encoded) throws IOException {
        return Json.read(encoded.getBytes(StandardCharsets.UTF_8), RowRules.class);
    }
}
