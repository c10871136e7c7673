package io.nightshift.scoring;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.ScoreSettings.Format;
import io.nightshift.dataset.DataException;
import io.nightshift.store.Json;
import io.nightshift.store.Storage;
import io.nightshift.store.StorageFailure;
import io.nightshift.store.StoragePath;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Assigns each image to a part. It is written before the first part, because a job that is resumed must have the same
 * parts. The files of a folder are listed in {@code _listing/}, one file per part: the driver never holds more names
 * than one part has.
 *
 * @param scored names all that the scores depend on: a job can be resumed only with the same
 * @param parts  number of parts
 * @param images number of images, or of rows of a CSV
 */
public record ScorePlan(String scored, int parts, long images) {
    /** Spark passes over names that begin so when it reads the folder. */
    private static final String FILE = "_plan.json";

    /** The content of a file in {@code _listing/}. */
    record Listing(List<String> files) {}

    /**
     * Reads the plan in an output directory, if there is one.
     *
     * @throws ConfigurationException if its scores depend on something else
     */
    public static Optional<ScorePlan> existing(Storage storage, Path output, String scored) {
        return storage.read(new Path(output, FILE)).map(content -> {
            try {
                ScorePlan plan = Json.read(content, ScorePlan.class);
                if (plan.scored.equals(scored)) {
                    return plan;
                }
            } catch (IOException e) {
                throw new ConfigurationException(
                        "--output " + output + ": its _plan.json is damaged; choose another directory");
            }
            throw new ConfigurationException(
                    "--output " + output + " holds scores of another input or model, or by other "
                            + "settings (its _plan.json says which); choose another directory, or delete it");
        });
    }

    /**
     * Lists the images of a folder and all folders in it, and makes a plan of them.
     *
     * @param note takes a line about files that are no images by their names
     */
    public static ScorePlan ofFolder(
            Storage storage,
            Configuration hadoop,
            Path input,
            Path output,
            String scored,
            int perPart,
            Consumer<String> note) {
        int parts = 0;
        long images = 0;
        List<String> files = new ArrayList<>();
        try {
            ImageListing all = ImageListing.of(StoragePath.fileSystem(input, hadoop), input);
            while (all.hasNext()) {
                files.add(all.next().getPath().toString());
                images++;
                if (files.size() == perPart || !all.hasNext() && !files.isEmpty()) {
                    storage.write(listing(output, parts++), "listing", Json.bytes(new Listing(files)));
                    files.clear();
                }
            }
            if (images > 0) {
                all.passedOver().ifPresent(note);
            }
        } catch (IOException e) {
            throw new DataException(
                    "--input " + input + " cannot be listed: "
                            + StorageFailure.of(e, "check the path and the permissions"),
                    e);
        }
        if (images == 0) {
            throw new DataException("--input " + input + " holds no image; expected " + ImageListing.EXPECTED
                    + ", in it or in folders under it");
        }
        return new ScorePlan(scored, parts, images);
    }

    /** Writes the plan into the output directory. */
    public void write(Storage storage, Path output) {
        storage.write(new Path(output, FILE), FILE, Json.bytes(this));
    }

    /** Reads the names of a part's files, which {@link #ofFolder} has listed. */
    static List<String> files(Storage storage, Path output, int part) {
        Path listing = listing(output, part);
        try {
            return Json.read(
                            storage.read(listing).orElseThrow(() -> new FileNotFoundException("it is gone")),
                            Listing.class)
                    .files();
        } catch (IOException e) {
            throw new DataException(
                    listing + " cannot be read: " + e.getMessage() + "; delete the output directory and start again",
                    e);
        }
    }

    private static Path listing(Path output, int part) {
        return new Path(output, String.format(Locale.ROOT, "_listing/part-%06d.json", part));
    }

    static Path part(Path output, int part, Format format) {
        return new Path(output, String.format(Locale.ROOT, "part-%06d.%s", part, format.ending()));
    }

    /** Returns the parts that do not exist yet. */
    public List<Integer> missing(Configuration hadoop, Path output, Format format) {
        Set<String> there = new HashSet<>();
        try {
            FileSystem files = StoragePath.fileSystem(output, hadoop);
            var all = files.listStatusIterator(output);
            while (all.hasNext()) {
                there.add(all.next().getPath().getName());
            }
        } catch (IOException e) {
            throw new DataException(
                    "--output " + output + " cannot be listed: "
                            + StorageFailure.of(e, "check the path and the permissions"),
                    e);
        }
        return IntStream.range(0, parts)
                .filter(part -> !there.contains(part(output, part, format).getName()))
                .boxed()
                .toList();
    }
}
