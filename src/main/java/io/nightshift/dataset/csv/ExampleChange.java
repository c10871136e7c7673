package io.nightshift.dataset.csv;

import io.nightshift.dataset.Row;
import java.io.Serializable;

/** Changes an example, whose split and label stay. */
@FunctionalInterface
public interface ExampleChange extends Serializable {
    /**
     * Returns the changed example.
     *
     * @param number of the row among all rows of the data, used or rejected, from 0
     */
    Row.Example of(long number, Row.Example example);
}
