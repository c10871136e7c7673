package io.nightshift.job.source;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.DataSettings;
import io.nightshift.config.settings.Settings;
import io.nightshift.dataset.DataException;
import io.nightshift.dataset.Schema;
import io.nightshift.dataset.csv.CsvReader.Fingerprint;
import io.nightshift.dataset.csv.Rows;
import io.nightshift.store.Storage;
import io.nightshift.store.StorageException;
import io.nightshift.store.StoragePath;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.api.java.JavaSparkContext;

/** Where the examples of a training or an evaluation come from. */
public interface ExampleSource {
    /**
     * Returns the source that {@code data.uri} names: a folder of images, or a CSV.
     *
     * @throws DataException          if the CSV's header lacks a column, or a folder holds no classes
     * @throws ConfigurationException if there are votes, which belong to the rows of a CSV, on a folder
     */
    static ExampleSource of(Settings settings, Configuration hadoop) {
        DataSettings data = settings.data();
        if (!isFolder(data.uri(), hadoop)) {
            return new CsvSource(data, hadoop);
        }
        if (data.votes().areGiven()) {
            throw new ConfigurationException(
                    "data.votes = " + data.votes().uri() + " has votes by the number of a row, " + "and data.uri = "
                            + data.uri() + " is a folder: name the CSV, or leave data.votes out");
        }
        return ImageFolder.of(settings, hadoop);
    }

    private static boolean isFolder(String uri, Configuration hadoop) {
        try {
            return new Storage(hadoop)
                    .status(StoragePath.of(uri))
                    .filter(FileStatus::isDirectory)
                    .isPresent();
        } catch (StorageException e) {
            // Whoever reads it says why it cannot be read, as of any other data.
            return false;
        }
    }

    /** Returns the name with which messages begin, such as the data's URI. */
    String name();

    /** Says which files in the data were passed over; empty if none was. */
    default Optional<String> passedOver() {
        return Optional.empty();
    }

    /** Says where to look when a split has no rows, such as "check the column Usage". */
    String splitRemedy();

    /**
     * Finds the classes in the data.
     *
     * @param otherwise classes of data that has label numbers and no names
     * @throws DataException if the data cannot be used
     */
    List<String> classes(List<String> otherwise);

    /**
     * Finds the side of the images in the data: that of the first one.
     *
     * @throws DataException if the data cannot be used
     */
    int side();

    /**
     * Reads, parses and counts all rows, in an order that does not depend on how they are spread.
     *
     * @throws DataException if the data cannot be used
     */
    Rows read(JavaSparkContext spark, Schema schema);

    /**
     * Computes the size and the checksum of the data, for the manifest.
     *
     * @throws DataException if it cannot be read
     */
    Fingerprint fingerprint();

    /**
     * Computes size and checksum of the votes, if there are any.
     *
     * @throws DataException if they cannot be read
     */
    default Optional<Fingerprint> votesFingerprint() {
        return Optional.empty();
    }
}
