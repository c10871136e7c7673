package io.nightshift.report;

import io.nightshift.inference.explain.HeatColour;
import io.nightshift.inference.explain.HeatMap;
import io.nightshift.vision.image.Png;
import java.awt.image.BufferedImage;
import java.util.Base64;

/** Embeds faces and heat maps into a page that may not load files, as {@code data:} URIs of PNGs. */
final class PngDataUri {

    private PngDataUri() {}

    /**
     * Encodes a square grey image.
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
        return uri(image);
    }

    /** Encodes a heat map, a pixel for each value, transparent where it is cold; the browser stretches it. */
    static String of(HeatMap map) {
        BufferedImage image = new BufferedImage(map.width(), map.height(), BufferedImage.TYPE_INT_ARGB);
        for (int i = 0; i < map.values().length; i++) {
            image.setRGB(
                    i % map.width(),
                    i / map.width(),
                    HeatColour.of(map.values()[i]).getRGB());
        }
        return uri(image);
    }

    private static String uri(BufferedImage image) {
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(Png.bytes(image));
    }
}
