package io.nightshift.vision.image;

import io.nightshift.dataset.images.GreyImage;
import java.awt.image.BufferedImage;

/**
 * A decoded picture, in colours and in grey.
 *
 * @param colours as it was decoded, upright
 * @param grey    the same pixels in grey, as networks get them
 */
public record Picture(BufferedImage colours, GreyImage grey) {

    /** Makes a picture with its grey copy, see {@link GreyImage#of}. */
    public static Picture of(BufferedImage image) {
        return new Picture(image, GreyImage.of(image));
    }

    /** Makes a picture of grey pixels. */
    public static Picture of(GreyImage grey) {
        BufferedImage image = new BufferedImage(grey.width(), grey.height(), BufferedImage.TYPE_BYTE_GRAY);
        // As raster data: setRGB would send the values through a colour space and change them.
        image.getRaster().setDataElements(0, 0, grey.width(), grey.height(), grey.pixels());
        return new Picture(image, grey);
    }

    /** Columns. */
    public int width() {
        return grey.width();
    }

    /** Rows. */
    public int height() {
        return grey.height();
    }
}
