package io.nightshift.vision.image;

import com.twelvemonkeys.imageio.metadata.CompoundDirectory;
import com.twelvemonkeys.imageio.metadata.Entry;
import com.twelvemonkeys.imageio.metadata.jpeg.JPEGSegment;
import com.twelvemonkeys.imageio.metadata.jpeg.JPEGSegmentUtil;
import com.twelvemonkeys.imageio.metadata.tiff.TIFF;
import com.twelvemonkeys.imageio.metadata.tiff.TIFFReader;
import io.nightshift.config.settings.ImageSettings;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes PNG, JPEG, WebP and BMP files from untrusted sources: the first bytes decide the format, not the name, and
 * the size is checked before pixels are decoded. The decoders are Java's, where a malicious file can at worst fail.
 * Thread-safe.
 */
public final class ImageDecoder {
    /** Fewer pixels show no face. */
    private static final int LEAST_SIDE = 8;

    private static final int EXIF_SEGMENT = 0xFFE1;
    /** Bytes of a part's name and length, before those that the length counts. */
    private static final int RIFF_CHUNK = 8;
    /** After the name and length of the whole, and the word WEBP. */
    private static final int FIRST_CHUNK = 12;

    private static final String CUT_OFF = "it is cut off";

    private final ImageSettings limits;
    private final String pixelsKey;

    public ImageDecoder(ImageSettings limits) {
        this(limits, "image.max-pixels");
    }

    /** @param pixelsKey of the limit of pixels, which messages name */
    public ImageDecoder(ImageSettings limits, String pixelsKey) {
        this.limits = limits;
        this.pixelsKey = pixelsKey;
    }

    /**
     * Decodes a file, and turns it upright if its EXIF data says how.
     *
     * @throws ImageException if it is none of these formats, damaged, too large or too small
     */
    public Picture decode(byte[] file) throws ImageException {
        String format = format(file)
                .orElseThrow(() -> new ImageException(
                        file.length == 0
                                ? "is empty; give a PNG, JPEG, WebP or BMP image"
                                : "is no image; give PNG, JPEG, WebP or BMP"));
        try (ImageInputStream in = stream(file)) {
            if (format.equals("webp")) {
                requireWholeRiff(file);
            }
            ImageReader reader = ImageIO.getImageReadersByFormatName(format).next();
            try {
                // Without metadata: colour profiles and texts are not decompressed.
                reader.setInput(in, true, true);
                // Java's JPEG decoder fills with grey what is missing, and says so to a listener alone.
                List<String> warnings = new ArrayList<>();
                reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
                requireSize(reader.getWidth(0), reader.getHeight(0));
                BufferedImage image = reader.read(0);
                if (warnings.stream().anyMatch(ImageDecoder::saysCutOff)) {
                    throw new IOException(CUT_OFF);
                }
                return Picture.of(format.equals("jpeg") ? orientation(file).upright(image) : image);
            } finally {
                reader.dispose();
            }
        } catch (ImageException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // The decoders throw what they please at a damaged file.
            throw new ImageException("is a damaged " + format.toUpperCase(Locale.ROOT) + " image"
                    + (e.getMessage() == null
                            ? ""
                            : " (" + e.getMessage().lines().findFirst().orElse("") + ")")
                    + "; save it again from its source");
        }
    }

    /**
     * Checks the lengths in a WebP file: its decoder fills with zeros what a lossless image lacks, and takes a
     * quarter of a minute for each gigabyte by which a part claims to be longer than the file.
     */
    private static void requireWholeRiff(byte[] file) throws IOException {
        ByteBuffer riff = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        long end = RIFF_CHUNK + unsigned(riff, Integer.BYTES);
        if (end > file.length) {
            throw new IOException(CUT_OFF);
        }
        long at = FIRST_CHUNK;
        while (at + RIFF_CHUNK <= end) {
            long size = unsigned(riff, (int) at + Integer.BYTES);
            // A part of odd length is followed by a byte that does not count.
            at += RIFF_CHUNK + size + size % 2;
            if (at > end + 1) {
                throw new IOException("a part of it is longer than the file");
            }
        }
    }

    private static long unsigned(ByteBuffer riff, int at) {
        return Integer.toUnsignedLong(riff.getInt(at));
    }

    private static boolean saysCutOff(String warning) {
        return warning.toLowerCase(Locale.ROOT).contains("premature end");
    }

    private void requireSize(int width, int height) throws ImageException {
        if ((long) width * height > limits.maxPixels()) {
            throw new ImageException("has " + width + " x " + height + " pixels, more than " + pixelsKey + " = "
                    + limits.maxPixels() + "; make it smaller, or raise that");
        }
        if (Math.min(width, height) < LEAST_SIDE) {
            throw new ImageException("has " + width + " x " + height + " pixels, too few for a face; give at least "
                    + LEAST_SIDE + " x " + LEAST_SIDE);
        }
    }

    private static ImageInputStream stream(byte[] file) {
        return new BytesInputStream(file);
    }

    private static Optional<String> format(byte[] file) {
        String head = new String(file, 0, Math.min(file.length, 16), StandardCharsets.ISO_8859_1);
        if (head.startsWith("\u0089PNG\r\n\u001a\n")) {
            return Optional.of("png");
        }
        if (head.startsWith("\u00ff\u00d8\u00ff")) {
            return Optional.of("jpeg");
        }
        if (head.startsWith("RIFF") && head.startsWith("WEBP", 8)) {
            return Optional.of("webp");
        }
        return head.startsWith("BM") ? Optional.of("bmp") : Optional.empty();
    }

    /** Reads the orientation from EXIF; upright where there is none, or nonsense. */
    private static Orientation orientation(byte[] jpeg) {
        try (ImageInputStream in = stream(jpeg)) {
            List<JPEGSegment> segments = JPEGSegmentUtil.readSegments(in, EXIF_SEGMENT, "Exif");
            if (segments.isEmpty()) {
                return Orientation.UPRIGHT;
            }
            try (InputStream data = segments.get(0).data()) {
                data.skipNBytes(1);
                CompoundDirectory exif =
                        (CompoundDirectory) new TIFFReader().read(new MemoryCacheImageInputStream(data));
                Entry entry = exif.getEntryById(TIFF.TAG_ORIENTATION);
                return entry == null ? Orientation.UPRIGHT : new Orientation(((Number) entry.getValue()).intValue());
            }
        } catch (IOException | RuntimeException e) {
            return Orientation.UPRIGHT;
        }
    }
}
