package io.nightshift.engine.graph;

/** The shape of one example: images of {@code [channels, height, width]}; vectors have height and width 1. */
public record Shape(int channels, int height, int width) {

    /** Returns the shape of a vector. */
    public static Shape vector(int length) {
        return new Shape(length, 1, 1);
    }

    /** Returns the number of elements. */
    public int size() {
        return channels * height * width;
    }

    /** Returns the number of positions of a channel. */
    public int area() {
        return height * width;
    }

    @Override
    public String toString() {
        return "[" + channels + ", " + height + ", " + width + "]";
    }
}
