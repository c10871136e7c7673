package io.nightshift.job.source;

import io.nightshift.config.settings.DataSettings;
import io.nightshift.dataset.Emotion;
import io.nightshift.dataset.Schema;
import io.nightshift.dataset.csv.CsvHead;
import io.nightshift.dataset.csv.CsvLayout;
import io.nightshift.dataset.csv.CsvReader;
import io.nightshift.dataset.csv.CsvReader.Fingerprint;
import io.nightshift.dataset.csv.Rows;
import io.nightshift.dataset.votes.Votes;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;

/** A CSV with a column of labels and one of pixels, and perhaps another one with votes on its labels. */
public final class CsvSource implements ExampleSource {
    private final String uri;
    private final Configuration hadoop;
    private final CsvLayout layout;
    private final CsvHead head;
    private final DataSettings.Votes votes;

    /**
     * Reads the first lines.
     *
     * @throws io.nightshift.dataset.DataException if the file is missing or of another kind
     */
    public CsvSource(DataSettings settings, Configuration hadoop) {
        this.uri = settings.uri();
        this.hadoop = hadoop;
        this.layout = CsvLayout.of(settings);
        this.votes = settings.votes();
        this.head = CsvReader.head(uri, hadoop, layout);
    }

    @Override
    public String name() {
        return uri;
    }

    @Override
    public String splitRemedy() {
        return layout.hash() == null
                ? "check the column " + layout.split()
                : "lower data.validation-share and data.test-share";
    }

    @Override
    public List<String> classes(List<String> otherwise) {
        return head.isNamed() ? Schema.classesOf(uri, CsvReader.labels(uri, hadoop, head.format())) : otherwise;
    }

    @Override
    public int side() {
        return head.side().orElse(Emotion.SIDE);
    }

    @Override
    public Rows read(JavaSparkContext spark, Schema schema) {
        Rows rows = new CsvReader(spark, layout, schema).read(uri);
        return votes.areGiven() ? Votes.read(votes, schema, rows, hadoop).on(rows, spark) : rows;
    }

    @Override
    public Fingerprint fingerprint() {
        return Fingerprint.of(uri, hadoop);
    }

    @Override
    public Optional<Fingerprint> votesFingerprint() {
        return votes.areGiven() ? Optional.of(Fingerprint.of(votes.uri(), hadoop)) : Optional.empty();
    }
}
