package io.nightshift.model.onnx;

import static io.nightshift.model.onnx.GraphBuilder.attribute;

import io.nightshift.config.settings.TestTimeAugmentation;
import io.nightshift.dataset.augment.AugmentedViews;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Writes the views of images as ONNX nodes: each view's rows and columns are rows and columns of the image. Which ones,
 * is asked of {@link AugmentedViews}, by the views of images whose pixels are their own coordinates.
 */
final class ImageViews {
    private final byte[][] coordinates;
    private final int side;

    /** @param side rows and columns of an image */
    ImageViews(TestTimeAugmentation augmentation, int side) {
        this.side = side;
        this.coordinates = AugmentedViews.of(augmentation, coordinates(side), side);
    }

    /** Whether the image itself is the only view. */
    boolean isOne() {
        return coordinates.length == 1;
    }

    /**
     * Adds the nodes that put all views of a batch one after the other.
     *
     * @param images name of a value {@code [N, channels, side, side]}
     * @return name of a value {@code [views * N, channels, side, side]}
     */
    String write(GraphBuilder builder, String images) {
        List<String> views = Stream.of(coordinates)
                .map(view -> {
                    String rows =
                            taken(builder, images, 2, IntStream.range(0, side).map(y -> coordinate(view, 2, y * side)));
                    return taken(builder, rows, 3, IntStream.range(0, side).map(x -> coordinate(view, 0, x)));
                })
                .toList();
        return isOne() ? images : builder.add("Concat", views, attribute("axis", -4));
    }

    /**
     * Adds the nodes that average over the views.
     *
     * @param scores name of a value {@code [views * N, classes]}
     * @return name of a value {@code [N, classes]}
     */
    String average(GraphBuilder builder, String scores, int classes) {
        if (isOne()) {
            return scores;
        }
        String apart = builder.add("Reshape", List.of(scores, builder.integers(coordinates.length, -1, classes)));
        String mean = builder.add("ReduceMean", List.of(apart), attribute("axes", new long[] {0}));
        return builder.add("Reshape", List.of(mean, builder.integers(-1, classes)));
    }

    private String taken(GraphBuilder builder, String images, int axis, IntStream positions) {
        long[] indices = positions.asLongStream().toArray();
        if (IntStream.range(0, side).allMatch(i -> indices[i] == i)) {
            return images;
        }
        return builder.add("Gather", List.of(images, builder.integers(indices)), attribute("axis", axis));
    }

    /** Makes four images: columns and rows, of each the low byte and the high byte. */
    private static byte[] coordinates(int side) {
        int area = side * side;
        byte[] images = new byte[4 * area];
        for (int i = 0; i < area; i++) {
            images[i] = (byte) (i % side);
            images[area + i] = (byte) (i % side >> Byte.SIZE);
            images[2 * area + i] = (byte) (i / side);
            images[3 * area + i] = (byte) (i / side >> Byte.SIZE);
        }
        return images;
    }

    private int coordinate(byte[] view, int image, int pixel) {
        int area = side * side;
        return (view[image * area + pixel] & 0xff) | view[(image + 1) * area + pixel] << Byte.SIZE;
    }
}
