package io.nightshift.job.source;

import io.nightshift.dataset.HashSplit;
import io.nightshift.dataset.Row;
import io.nightshift.dataset.Schema;
import io.nightshift.dataset.Split;
import io.nightshift.dataset.csv.RowsDescription;
import io.nightshift.dataset.images.GreyImage;
import java.io.Serializable;
import java.util.Optional;

/**
 * Makes rows of images with labels.
 *
 * @param scales whether images of another size are scaled to the schema's; otherwise they are rejected
 * @param hash   divides the images into splits; null where each image comes with its split
 */
public record ExampleMaker(Schema schema, boolean scales, HashSplit hash) implements Serializable {

    /**
     * Makes an example, or a rejected row.
     *
     * @param number position of the row, for the record
     * @param name   of the image, for the record
     * @param label  a class's name or number; null where it is missing
     * @param split  a word that {@link Split#ofWord} knows; not used with a hash
     */
    public Row of(long number, String name, String label, String split, GreyImage image) {
        int known = label == null ? -1 : schema.label(label);
        if (known < 0) {
            return new Row.Rejected(
                    number,
                    Row.Reason.LABEL,
                    kept(name + ": " + (label == null ? "no label" : label)),
                    label == null ? "" : kept(label));
        }
        Optional<Split> given =
                hash == null ? Optional.ofNullable(split).flatMap(Split::ofWord) : Optional.of(Split.TRAINING);
        if (given.isEmpty()) {
            return rejected(number, Row.Reason.USAGE, name + ": " + split);
        }
        if (!scales && (image.width() != schema.side() || image.height() != schema.side())) {
            return rejected(
                    number,
                    Row.Reason.PIXEL_COUNT,
                    name + ": " + image.width() + " x " + image.height() + " pixels, the first image has "
                            + schema.side() + " x " + schema.side());
        }
        byte[] pixels = image.scaledTo(schema.side()).pixels();
        return new Row.Example(hash == null ? given.get() : hash.of(pixels), known, pixels);
    }

    /** Makes a rejected row. */
    public static Row.Rejected rejected(long number, Row.Reason reason, String text) {
        return new Row.Rejected(number, reason, kept(text));
    }

    private static String kept(String text) {
        return text.substring(0, Math.min(text.length(), RowsDescription.KEPT_CHARACTERS));
    }
}
