package io.nightshift.job.source;

import io.nightshift.config.settings.DataSettings;
import io.nightshift.config.settings.ImageSettings;
import io.nightshift.config.settings.Settings;
import io.nightshift.dataset.DataException;
import io.nightshift.dataset.HashSplit;
import io.nightshift.dataset.Row;
import io.nightshift.dataset.Schema;
import io.nightshift.dataset.Split;
import io.nightshift.dataset.csv.CsvReader.Fingerprint;
import io.nightshift.dataset.csv.Rows;
import io.nightshift.dataset.csv.RowsDescription;
import io.nightshift.dataset.images.GreyImage;
import io.nightshift.scoring.ImageFiles;
import io.nightshift.scoring.ImageListing;
import io.nightshift.store.Storage;
import io.nightshift.store.StorageFailure;
import io.nightshift.store.StoragePath;
import io.nightshift.vision.image.ImageDecoder;
import io.nightshift.vision.image.ImageException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Images in folders {@code <split>/<class>} or {@code <class>}, in the order of their paths. The driver holds their names;
 * tasks read them.
 */
final class ImageFolder implements ExampleSource {
    private static final int IMAGES_PER_TASK = 500;
    /** Images that may be unreadable before the size of images must be set. */
    private static final int FIRST_IMAGES = 20;

    private final DataSettings settings;
    private final ImageSettings limits;
    private final Configuration hadoop;
    private final List<Image> images;
    private final boolean hasSplits;
    private final Fingerprint fingerprint;
    private final Optional<String> passedOver;

    /** An image's path below the folder, with / between names. */
    private record Image(String path) implements Serializable {
        /** Returns a folder's name: 0 is the image's own folder, 1 the one above it; null where there is none. */
        String folder(int above) {
            String[] names = path.split("/");
            int at = names.length - 2 - above;
            return at < 0 ? null : names[at];
        }
    }

    private ImageFolder(
            Settings settings,
            Configuration hadoop,
            List<Image> images,
            Fingerprint fingerprint,
            Optional<String> passedOver) {
        this.settings = settings.data();
        this.limits = settings.image();
        this.hadoop = hadoop;
        this.images = images;
        this.fingerprint = fingerprint;
        this.passedOver = passedOver;
        this.hasSplits = images.stream()
                .allMatch(image ->
                        image.folder(1) != null && Split.ofWord(image.folder(1)).isPresent());
    }

    /**
     * Lists a folder.
     *
     * @throws DataException if it cannot be listed, holds no images, or images that lie in no folder of a class
     */
    static ImageFolder of(Settings settings, Configuration hadoop) {
        String uri = settings.data().uri();
        List<Image> images = new ArrayList<>();
        List<String> identities = new ArrayList<>();
        long bytes = 0;
        ImageListing listing;
        try {
            Path folder = StoragePath.of(uri);
            var system = StoragePath.fileSystem(folder, hadoop);
            String root = system.getFileStatus(folder).getPath().toUri().getPath();
            listing = ImageListing.of(system, folder);
            while (listing.hasNext()) {
                FileStatus file = listing.next();
                String path = file.getPath()
                        .toUri()
                        .getPath()
                        .substring(root.length())
                        .replaceFirst("^/", "");
                images.add(new Image(path));
                identities.add(path + "\t" + file.getLen() + "\t" + file.getModificationTime() + "\n");
                bytes += file.getLen();
            }
        } catch (IOException e) {
            throw new DataException(
                    uri + " cannot be listed: " + StorageFailure.of(e, "check the path and the permissions"), e);
        }
        if (images.isEmpty()) {
            throw new DataException(uri + " is a directory that holds no image; name a CSV, or a folder with "
                    + ImageListing.EXPECTED + " in folders <class> or <split>/<class>");
        }
        images.sort(Comparator.comparing(Image::path));
        if (images.stream().anyMatch(image -> image.folder(0) == null)) {
            throw new DataException(uri + " holds images that lie in no folder, such as "
                    + images.stream()
                            .filter(image -> image.folder(0) == null)
                            .findFirst()
                            .orElseThrow()
                            .path()
                    + "; expected folders <class> or <split>/<class>: the folder's name is the label");
        }
        identities.sort(null);
        byte[] identity = String.join("", identities).getBytes(StandardCharsets.UTF_8);
        return new ImageFolder(
                settings, hadoop, images, new Fingerprint(bytes, Storage.sha256(identity)), listing.passedOver());
    }

    @Override
    public String name() {
        return settings.uri();
    }

    @Override
    public Optional<String> passedOver() {
        return passedOver;
    }

    @Override
    public String splitRemedy() {
        return hasSplits && !settings.division().byHash()
                ? "name the folders of the splits train, validation and test, or set data.split = hash"
                : "lower data.validation-share and data.test-share";
    }

    @Override
    public List<String> classes(List<String> otherwise) {
        TreeSet<String> names = new TreeSet<>();
        images.forEach(image -> names.add(image.folder(0)));
        return Schema.classesOf(settings.uri(), names);
    }

    @Override
    public int side() {
        Reader reader = new Reader(settings.uri(), limits, new SerializableConfiguration(hadoop));
        String problem = "";
        for (Image image : images.subList(0, Math.min(FIRST_IMAGES, images.size()))) {
            try {
                GreyImage first = reader.read(image);
                if (first.width() == first.height()) {
                    return first.width();
                }
                throw new DataException(settings.uri() + ": " + image.path() + " has " + first.width() + " x "
                        + first.height() + " pixels and is no square: set data.image-side-pixels, to which all images "
                        + "are then scaled");
            } catch (ImageException e) {
                problem = "none of the first images can be read; " + image.path() + " " + e.getMessage();
            }
        }
        throw new DataException(settings.uri() + ": " + problem);
    }

    @Override
    public Rows read(JavaSparkContext spark, Schema schema) {
        boolean hashed = settings.division().byHash() || !hasSplits;
        ExampleMaker maker =
                new ExampleMaker(schema, settings.imageSide() > 0, hashed ? HashSplit.of(settings.division()) : null);
        Reader reader = new Reader(settings.uri(), limits, new SerializableConfiguration(spark.hadoopConfiguration()));
        int tasks = Math.max(spark.defaultParallelism(), images.size() / IMAGES_PER_TASK);
        RowsDescription description = new RowsDescription(
                settings.uri(),
                "image",
                "holds no image",
                "expected " + ImageListing.EXPECTED + " in folders <class> or <split>/<class>",
                RowsDescription.KEPT_CHARACTERS);
        return Rows.of(
                description,
                schema,
                spark.parallelize(images, tasks).mapPartitions(part -> new NumberedRows(rows(part, reader, maker))));
    }

    private static Iterator<Row> rows(Iterator<Image> images, Reader reader, ExampleMaker maker) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return images.hasNext();
            }

            @Override
            public Row next() {
                Image image = images.next();
                try {
                    return maker.of(0, image.path(), image.folder(0), image.folder(1), reader.read(image));
                } catch (ImageException e) {
                    return ExampleMaker.rejected(0, Row.Reason.IMAGE, image.path() + " " + e.getMessage());
                }
            }
        };
    }

    @Override
    public Fingerprint fingerprint() {
        return fingerprint;
    }

    private record Reader(String folder, ImageSettings limits, SerializableConfiguration hadoop)
            implements Serializable {
        GreyImage read(Image image) throws ImageException {
            try {
                byte[] file = new ImageFiles(new Storage(hadoop.value()), limits.maxBytes())
                        .read(folder + "/" + image.path());
                return new ImageDecoder(limits).decode(file).grey();
            } catch (DataException e) {
                throw new ImageException(e.getMessage());
            }
        }
    }
}
