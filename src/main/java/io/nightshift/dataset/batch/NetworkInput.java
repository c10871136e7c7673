package io.nightshift.dataset.batch;

import java.io.Serializable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The input that a network takes: the size of an image, and the number that each pixel becomes.
 *
 * @param side     rows and columns of an image
 * @param channels 1, or 3 for a network made for colours, which gets the grey image three times
 * @param layout   of the array
 * @param scale    a pixel (0..255) becomes {@code pixel * scale + offset}
 * @param offset   see {@code scale}
 */
public record NetworkInput(int side, int channels, Layout layout, double scale, double offset) implements Serializable {

    private static final int LARGEST_SIDE = 1024;

    public NetworkInput {
        if (side < 1 || side > LARGEST_SIDE || channels != 1 && channels != 3 || layout == null) {
            throw new IllegalArgumentException("a network takes images of 1 to " + LARGEST_SIDE
                    + " rows and columns, of 1 or 3 channels, in the layout NCHW or NHWC; not " + side + ", " + channels
                    + ", " + layout);
        }
        if (!Double.isFinite(scale) || !Double.isFinite(offset)) {
            throw new IllegalArgumentException(
                    "a pixel becomes a finite number; not by the scale " + scale + " and the offset " + offset);
        }
    }

    /** The order of the array's axes. */
    public enum Layout {
        /** [n, channels, rows, columns], DL4J's own. */
        NCHW,
        /** [n, rows, columns, channels], as in networks imported from Keras. */
        NHWC
    }

    /** Describes images of [1, side, side] in 0..1, on which this program trains. */
    public static NetworkInput grey(int side) {
        return new NetworkInput(side, 1, Layout.NCHW, 1 / 255.0, 0);
    }

    /** Returns the input of the same network for images of another side. */
    public NetworkInput withSide(int other) {
        return new NetworkInput(other, channels, layout, scale, offset);
    }

    /**
     * Makes the array for the network.
     *
     * @param images n images of this side, one after the other, each row by row, a byte (0..255, unsigned) per pixel
     * @return of floats, n images in this layout
     * @throws IllegalArgumentException if they are no whole number of images
     */
    public INDArray features(byte[] images) {
        return Nd4j.create(values(images), shape(images.length / (side * side)), 'c');
    }

    /** Makes the elements of that array, row by row. See {@link #features}. */
    public float[] values(byte[] images) {
        if (images.length % (side * side) != 0) {
            throw new IllegalArgumentException(images.length + " bytes are no images of " + side + " x " + side);
        }
        float[] intensities = intensities();
        return channels == 1 ? once(images, intensities) : repeated(images, intensities);
    }

    private static float[] once(byte[] images, float[] intensities) {
        float[] features = new float[images.length];
        for (int i = 0; i < images.length; i++) {
            features[i] = intensities[images[i] & 0xff];
        }
        return features;
    }

    /** Gives each channel the same image. */
    private float[] repeated(byte[] images, float[] intensities) {
        float[] features = new float[images.length * channels];
        for (int i = 0; i < images.length; i++) {
            for (int channel = 0; channel < channels; channel++) {
                features[position(i, channel)] = intensities[images[i] & 0xff];
            }
        }
        return features;
    }

    /** Returns the shape of n images in this layout. */
    public long[] shape(long n) {
        return layout == Layout.NCHW ? new long[] {n, channels, side, side} : new long[] {n, side, side, channels};
    }

    private int position(int pixel, int channel) {
        int area = side * side;
        return layout == Layout.NHWC
                ? pixel * channels + channel
                : (pixel / area * channels + channel) * area + pixel % area;
    }

    private float[] intensities() {
        float[] intensities = new float[256];
        for (int pixel = 0; pixel < intensities.length; pixel++) {
            intensities[pixel] = (float) (pixel * scale + offset);
        }
        return intensities;
    }
}
