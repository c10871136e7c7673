package io.nightshift.ml.source;

import io.nightshift.config.settings.ImageSettings;
import io.nightshift.dataset.csv.PixelText;
import io.nightshift.dataset.images.GreyImage;
import io.nightshift.vision.image.ImageDecoder;
import io.nightshift.vision.image.ImageException;
import java.awt.image.BufferedImage;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import org.apache.spark.ml.image.ImageSchema;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import scala.collection.Seq;

/**
 * Turns the values of a column into grey images.
 *
 * @param kind  what the values are
 * @param white the number that stands for white in arrays and vectors; black is 0
 */
public record ImageColumn(Kind kind, double white, ImageSettings limits) implements Serializable {
    /** The types of columns that hold images, in words. */
    public static final String ACCEPTED =
            "pixel text (string), an encoded image (binary), Spark's image struct, an array of "
                    + "numbers, or a Vector";

    /** The forms in which a column holds images. */
    public enum Kind {
        PIXEL_TEXT,
        ENCODED,
        IMAGE,
        ARRAY,
        VECTOR;

        /** Finds the form of a column; empty for one that holds no images. */
        public static Optional<Kind> of(DataType type) {
            if (type instanceof StringType) {
                return Optional.of(PIXEL_TEXT);
            }
            if (type instanceof BinaryType) {
                return Optional.of(ENCODED);
            }
            if (type instanceof ArrayType array && array.elementType() instanceof NumericType) {
                return Optional.of(ARRAY);
            }
            if (type.equals(SQLDataTypes.VectorType())) {
                return Optional.of(VECTOR);
            }
            return type instanceof StructType struct && isImage(struct) ? Optional.of(IMAGE) : Optional.empty();
        }

        /** Names and types; whether a field may be null differs between Spark's own sources. */
        private static boolean isImage(StructType struct) {
            StructType image = ImageSchema.columnSchema();
            return Arrays.equals(struct.fieldNames(), image.fieldNames())
                    && Arrays.stream(image.fieldNames())
                            .allMatch(name -> struct.apply(name)
                                    .dataType()
                                    .equals(image.apply(name).dataType()));
        }
    }

    /**
     * Makes an image of a value.
     *
     * @throws ImageException if that is not possible; the message says why
     */
    public GreyImage image(Object value) throws ImageException {
        if (value == null) {
            throw new ImageException("is null");
        }
        return switch (kind) {
            case PIXEL_TEXT -> pixelText((String) value);
            case ENCODED -> new ImageDecoder(limits).decode((byte[]) value).grey();
            case IMAGE -> struct((Row) value);
            case ARRAY -> {
                Seq<?> array = (Seq<?>) value;
                Object[] numbers = new Object[array.length()];
                array.copyToArray(numbers);
                yield numbers(
                        numbers.length, i -> numbers[i] == null ? Double.NaN : ((Number) numbers[i]).doubleValue());
            }
            case VECTOR -> {
                double[] numbers = ((Vector) value).toArray();
                yield numbers(numbers.length, i -> numbers[i]);
            }
        };
    }

    private static GreyImage pixelText(String text) throws ImageException {
        int side = side(PixelText.count(text));
        byte[] pixels = new byte[side * side];
        if (PixelText.read(text, pixels) != null) {
            throw new ImageException("has a pixel that is no integer in 0..255");
        }
        return new GreyImage(side, side, pixels);
    }

    private GreyImage numbers(int count, IntToDoubleFunction number) throws ImageException {
        int side = side(count);
        byte[] pixels = new byte[count];
        for (int i = 0; i < count; i++) {
            double value = number.applyAsDouble(i);
            if (!(value >= 0 && value <= white)) {
                throw new ImageException(
                        String.format(Locale.ROOT, "has %s for pixel %d, which is not in 0..%s", value, i, white));
            }
            pixels[i] = (byte) Math.round(value / white * 255);
        }
        return new GreyImage(side, side, pixels);
    }

    private static int side(int count) throws ImageException {
        int side = (int) Math.round(Math.sqrt(count));
        if (count == 0 || side * side != count) {
            throw new ImageException("has " + count + " pixels, which is no square");
        }
        return side;
    }

    /** Reads Spark's image struct: rows from the top, a pixel's bytes in the order blue, green, red, opacity. */
    private GreyImage struct(Row image) throws ImageException {
        int height = image.getInt(1);
        int width = image.getInt(2);
        int channels = image.getInt(3);
        byte[] data = image.getAs(5);
        if (height < 1 || width < 1 || data == null || (long) width * height * channels != data.length) {
            throw new ImageException("is no image: Spark's image source could not decode it");
        }
        if ((long) width * height > limits.maxPixels()) {
            throw new ImageException("has " + width + " x " + height + " pixels, more than image.max-pixels");
        }
        return switch (channels) {
            case 1 -> new GreyImage(width, height, data);
            case 3, 4 -> {
                BufferedImage colours = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
                for (int i = 0; i < width * height; i++) {
                    int at = i * channels;
                    int opacity = channels == 4 ? data[at + 3] & 0xff : 0xff;
                    colours.setRGB(
                            i % width,
                            i / width,
                            opacity << 24 | (data[at + 2] & 0xff) << 16 | (data[at + 1] & 0xff) << 8 | data[at] & 0xff);
                }
                yield GreyImage.of(colours);
            }
            default -> throw new ImageException("has " + channels + " channels; expected 1, 3 or 4");
        };
    }
}
