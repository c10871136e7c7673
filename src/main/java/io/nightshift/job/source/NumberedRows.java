package io.nightshift.job.source;

import io.nightshift.dataset.Row;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** The rows of a partition, of which rejected ones get their position, and the end that {@link Row.EndOfPart} marks. */
public final class NumberedRows implements Iterator<Row> {
    private final Iterator<Row> rows;
    private long number;
    private boolean ended;

    public NumberedRows(Iterator<Row> rows) {
        this.rows = rows;
    }

    @Override
    public boolean hasNext() {
        return !ended;
    }

    @Override
    public Row next() {
        if (ended) {
            throw new NoSuchElementException();
        }
        if (!rows.hasNext()) {
            ended = true;
            return new Row.EndOfPart(number);
        }
        number++;
        Row row = rows.next();
        return row instanceof Row.Rejected bad ? new Row.Rejected(number, bad.reason(), bad.text(), bad.label()) : row;
    }
}
