package io.nightshift.dataset.votes;

import io.nightshift.config.settings.DataSettings;
import io.nightshift.dataset.DataException;
import io.nightshift.dataset.Row;
import io.nightshift.dataset.Schema;
import io.nightshift.dataset.Split;
import io.nightshift.dataset.csv.Rows;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import scala.Tuple2;

/**
 * The votes on the rows of a CSV, by the number of the row: FER+ names no image that FER2013 knows.
 *
 * @param uri     of the file
 * @param splits  ordinal of each row's split
 * @param counted row {@code i} has the votes from {@code i * classes} on, a byte (0..255, unsigned) for each class in
 *                label order
 */
public record Votes(String uri, byte[] splits, byte[] counted) {

    /**
     * Reads the votes of the settings.
     *
     * @param rows that they are for
     * @throws DataException if the file cannot be used, or has votes for more rows or fewer
     * @throws io.nightshift.config.ConfigurationException if there is no class for some votes
     */
    public static Votes read(DataSettings.Votes settings, Schema schema, Rows rows, Configuration hadoop) {
        int expected = Math.toIntExact(rows.read());
        VotesFile file = new VotesFile(settings.uri(), new VoteColumns(settings, schema), expected);
        Votes votes = file.read(hadoop);
        if (votes.splits.length != expected || file.rows() != expected) {
            throw new DataException(settings.uri() + " has votes for " + file.rows() + " rows, and "
                    + rows.description().source() + " has " + expected + " rows: the votes belong to another file, or "
                    + "one of the two is not whole; name the votes of this data with data.votes");
        }
        return votes;
    }

    /**
     * Joins the votes to the rows of the same number.
     *
     * @throws DataException if a row has another split than its votes
     */
    public Rows on(Rows rows, JavaSparkContext spark) {
        int classes = splits.length == 0 ? 0 : counted.length / splits.length;
        Broadcast<byte[]> sent = spark.broadcast(counted);
        firstOfOtherSplit(rows, spark).ifPresent(row -> {
            int number = Math.toIntExact(row._1());
            throw new DataException(uri + ", row " + (number + 1) + ": the usage is "
                    + Split.values()[splits[number]].usage() + ", and row " + (number + 1) + " of "
                    + rows.description().source() + " has " + row._2().usage()
                    + ": the votes belong to another file, or to other rows of it; name the votes of this data with "
                    + "data.votes");
        });
        return rows.with((number, example) -> {
            int first = Math.toIntExact(number) * classes;
            return example.withVotes(Arrays.copyOfRange(sent.value(), first, first + classes));
        });
    }

    private Optional<Tuple2<Long, Split>> firstOfOtherSplit(Rows rows, JavaSparkContext spark) {
        Broadcast<byte[]> expected = spark.broadcast(splits);
        try {
            return rows
                    .byPosition()
                    .filter(row -> row._2() instanceof Row.Example example
                            && example.split().ordinal() != expected.value()[Math.toIntExact(row._1())])
                    .mapToPair(row -> new Tuple2<>(row._1(), ((Row.Example) row._2()).split()))
                    .mapPartitions(part -> part.hasNext()
                            ? List.of(part.next()).iterator()
                            : List.<Tuple2<Long, Split>>of().iterator())
                    .collect()
                    .stream()
                    .min(Comparator.comparing(Tuple2::_1));
        } finally {
            expected.destroy();
        }
    }
}
