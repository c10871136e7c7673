package io.nightshift.job.source;

import io.nightshift.dataset.Schema;
import io.nightshift.dataset.csv.CsvReader;
import io.nightshift.dataset.csv.CsvReader.Fingerprint;
import io.nightshift.dataset.csv.Rows;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * A CSV in the FER2013 format.
 *
 * @param name   its URI
 * @param hadoop opens it
 */
public record CsvSource(String name, Configuration hadoop) implements ExampleSource {
    @Override
    public String splitRemedy() {
        return "check the column Usage";
    }

    @Override
    public void require() {
        CsvReader.requireCsv(name, hadoop);
    }

    @Override
    public Rows read(JavaSparkContext spark, Schema schema) {
        return new CsvReader(spark, schema).read(name);
    }

    @Override
    public Fingerprint fingerprint() {
        return Fingerprint.of(name, hadoop);
    }
}
