package io.nightshift.report;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Embeds square grey images into a page that may not load files. */
final class PngDataUri {

    private PngDataUri() {}

    /**
     * Encodes an image as a {@code data:} URI of a PNG.
     *
     * @param pixels row by row, an unsigned byte each; their number must be a square
     */
    static String of(byte[] pixels) {
        int side = (int) Math.sqrt(pixels.length);
        if (side == 0 || side * side != pixels.length) {
            throw new IllegalArgumentException(pixels.length + " pixels make no square");
        }
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_BYTE_GRAY);
        // Raster data, because setRGB would send the values through a colour space and change them.
        image.getRaster().setDataElements(0, 0, side, side, pixels);
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        // Given a plain stream, ImageIO would buffer these two kilobytes in a temporary file.
        try (MemoryCacheImageOutputStream output = new MemoryCacheImageOutputStream(png)) {
            ImageIO.write(image, "png", output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(png.toByteArray());
    }
}
