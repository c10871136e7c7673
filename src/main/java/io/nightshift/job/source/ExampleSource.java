package io.nightshift.job.source;

import io.nightshift.dataset.Schema;
import io.nightshift.dataset.csv.CsvReader.Fingerprint;
import io.nightshift.dataset.csv.Rows;
import org.apache.spark.api.java.JavaSparkContext;

/** Where the examples of a training come from. */
public interface ExampleSource {
    /** Returns the name with which messages begin, such as the data's URI. */
    String name();

    /** Says where to look when a split has no rows, such as "check the column Usage". */
    String splitRemedy();

    /**
     * Checks that the data is there, without Spark.
     *
     * @throws io.nightshift.dataset.DataException if it is missing or of another kind
     */
    void require();

    /**
     * Reads, parses and counts all rows, in an order that does not depend on how they are spread.
     *
     * @throws io.nightshift.dataset.DataException if the data cannot be used
     */
    Rows read(JavaSparkContext spark, Schema schema);

    /**
     * Computes the size and the checksum of the data, for the manifest.
     *
     * @throws io.nightshift.dataset.DataException if it cannot be read
     */
    Fingerprint fingerprint();
}
