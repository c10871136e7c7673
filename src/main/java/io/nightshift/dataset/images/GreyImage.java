package io.nightshift.dataset.images;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;

/**
 * A grey image: the brightness of each pixel.
 *
 * @param width  columns, at least 1
 * @param height rows, at least 1
 * @param pixels row by row from the top, a byte (0..255, unsigned) per pixel
 */
public record GreyImage(int width, int height, byte[] pixels) {
    private static final int WHITE = 255;

    public GreyImage {
        if (width < 1 || height < 1 || (long) width * height != pixels.length) {
            throw new IllegalArgumentException(pixels.length + " pixels are no image of " + width + " x " + height);
        }
    }

    /**
     * Turns an image grey. An image that is grey already keeps its values to the bit; colours become their luma, 0.299
     * red + 0.587 green + 0.114 blue (ITU-R BT.601), rounded; transparent pixels are laid over white.
     */
    public static GreyImage of(BufferedImage image) {
        byte[] pixels = isGrey(image) ? stored(image) : luma(image);
        return new GreyImage(image.getWidth(), image.getHeight(), pixels);
    }

    private static boolean isGrey(BufferedImage image) {
        ColorModel colours = image.getColorModel();
        return colours.getColorSpace().getType() == ColorSpace.TYPE_GRAY
                && colours.getComponentSize(0) >= Byte.SIZE
                && !colours.isAlphaPremultiplied();
    }

    /** Takes the values of the raster: getRGB would send grey values through a colour space and change them. */
    private static byte[] stored(BufferedImage image) {
        Raster raster = image.getRaster();
        boolean alpha = image.getColorModel().hasAlpha();
        if (!alpha && raster.getTransferType() == DataBuffer.TYPE_BYTE) {
            return (byte[]) raster.getDataElements(
                    raster.getMinX(), raster.getMinY(), image.getWidth(), image.getHeight(), null);
        }
        int depth = image.getColorModel().getComponentSize(0);
        int width = image.getWidth();
        byte[] pixels = new byte[width * image.getHeight()];
        int[] values = new int[width];
        int[] opacities = new int[width];
        for (int y = 0; y < image.getHeight(); y++) {
            raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, 0, values);
            if (alpha) {
                raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, 1, opacities);
            }
            for (int x = 0; x < width; x++) {
                int opacity = alpha ? opacities[x] >> depth - Byte.SIZE : WHITE;
                pixels[y * width + x] = (byte) overWhite(values[x] >> depth - Byte.SIZE, opacity);
            }
        }
        return pixels;
    }

    private static byte[] luma(BufferedImage image) {
        int width = image.getWidth();
        byte[] pixels = new byte[width * image.getHeight()];
        int[] row = new int[width];
        for (int y = 0; y < image.getHeight(); y++) {
            image.getRGB(0, y, width, 1, row, 0, width);
            for (int x = 0; x < width; x++) {
                int red = row[x] >> 16 & 0xff;
                int green = row[x] >> 8 & 0xff;
                int blue = row[x] & 0xff;
                // In whole numbers, so that equal red, green and blue give just that value.
                int luma = (299 * red + 587 * green + 114 * blue + 500) / 1000;
                pixels[y * width + x] = (byte) overWhite(luma, row[x] >>> 24);
            }
        }
        return pixels;
    }

    private static int overWhite(int value, int opacity) {
        return (value * opacity + WHITE * (WHITE - opacity) + WHITE / 2) / WHITE;
    }

    /**
     * Scales the image, each axis on its own: where it shrinks a pixel is the mean of the area that it covers, parts of
     * pixels by their part; where it grows it is interpolated linearly between the centres of its neighbours. An image
     * that has the size is returned as it is; other shapes than squares are distorted.
     *
     * @param side rows and columns, at least 1
     */
    public GreyImage scaledTo(int side) {
        if (width == side && height == side) {
            return this;
        }
        Resampling columns = Resampling.of(width, side);
        Resampling rows = Resampling.of(height, side);
        double[] narrowed = new double[height * side];
        double[] line = new double[width];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                line[x] = pixels[y * width + x] & 0xff;
            }
            columns.apply(line, 0, 1, narrowed, y * side, 1);
        }
        double[] scaled = new double[side * side];
        for (int x = 0; x < side; x++) {
            rows.apply(narrowed, x, side, scaled, x, side);
        }
        byte[] rounded = new byte[scaled.length];
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = (byte) Math.round(scaled[i]);
        }
        return new GreyImage(side, side, rounded);
    }
}
