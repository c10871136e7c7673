package io.nightshift.engine.graph;

/**
 * A window that moves over an image, of a convolution or a pooling.
 *
 * @param height   rows that it covers, before dilation
 * @param width    columns that it covers, before dilation
 * @param strideY  rows from one position to the next
 * @param strideX  columns from one position to the next
 * @param dilateY  rows from one of its elements to the next; 1 for a dense window
 * @param dilateX  columns from one of its elements to the next
 * @param top      rows of zeros before the image
 * @param left     columns of zeros before the image
 * @param bottom   rows of zeros after the image
 * @param right    columns of zeros after the image
 */
public record Window(
        int height,
        int width,
        int strideY,
        int strideX,
        int dilateY,
        int dilateX,
        int top,
        int left,
        int bottom,
        int right) {
    /** Larger sizes than any image has could overflow. */
    private static final int LARGEST = 1 << 14;

    public Window {
        requireWithin(1, height, width, strideY, strideX, dilateY, dilateX);
        requireWithin(0, top, left, bottom, right);
        if (Math.max(top, bottom) >= extent(height, dilateY) || Math.max(left, right) >= extent(width, dilateX)) {
            throw new IllegalArgumentException("a window of " + height + " x " + width + " lies in the padding");
        }
    }

    private static void requireWithin(int least, int... sizes) {
        for (int size : sizes) {
            if (size < least || size > LARGEST) {
                throw new IllegalArgumentException("a window has a size, stride, dilation or padding of " + size);
            }
        }
    }

    /** Makes a window of DL4J's kind {@code Truncate} or {@code Strict}: the same padding on both sides. */
    static Window padded(int[] kernel, int[] stride, int[] dilation, int[] padding) {
        return new Window(
                kernel[0],
                kernel[1],
                stride[0],
                stride[1],
                dilation[0],
                dilation[1],
                padding[0],
                padding[1],
                padding[0],
                padding[1]);
    }

    /** Makes a window of DL4J's kind {@code Same}: one position for each {@code stride} elements of the image. */
    static Window same(int[] kernel, int[] stride, int[] dilation, Shape in) {
        int vertical = missing(in.height(), kernel[0], stride[0], dilation[0]);
        int horizontal = missing(in.width(), kernel[1], stride[1], dilation[1]);
        return new Window(
                kernel[0],
                kernel[1],
                stride[0],
                stride[1],
                dilation[0],
                dilation[1],
                vertical / 2,
                horizontal / 2,
                vertical - vertical / 2,
                horizontal - horizontal / 2);
    }

    private static int missing(int size, int kernel, int stride, int dilation) {
        int positions = (size + stride - 1) / stride;
        return Math.max(0, (positions - 1) * stride + extent(kernel, dilation) - size);
    }

    /** Returns the shape of what comes out of an image, with this many channels. */
    public Shape over(Shape in, int channels) {
        if (in.height() + top + bottom < extent(height, dilateY)
                || in.width() + left + right < extent(width, dilateX)) {
            throw new IllegalArgumentException("a window of " + height + " x " + width + " does not fit into " + in);
        }
        return new Shape(
                channels,
                (in.height() + top + bottom - extent(height, dilateY)) / strideY + 1,
                (in.width() + left + right - extent(width, dilateX)) / strideX + 1);
    }

    /** Returns the number of elements that it covers. */
    public int area() {
        return height * width;
    }

    private static int extent(int kernel, int dilation) {
        return (kernel - 1) * dilation + 1;
    }
}
