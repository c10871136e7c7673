package io.nightshift.dataset.augment;

import io.nightshift.dataset.batch.MiniBatch;
import io.nightshift.dataset.batch.NetworkInput;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.javacpp.BytePointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Lays down a minibatch's images for a trainer that changes and scales them itself: a quarter of the bytes that the
 * network's input has, and none of the work on pixels. A row is an image, a byte per pixel, and from the next multiple
 * of four bytes on 15 floats in the machine's order: scale and offset by which a pixel becomes the network's input, and
 * the image's change: mirrored and moved (1 for yes), cosine, sine, shifts to the right and down, brightness, contrast,
 * and the erased rectangle: top, left, the row after its last, the column after its last, grey.
 *
 * <p>Changes are those that {@link Augmentation} makes of the same seed. A pixel may differ by one from what it makes
 * of them, since floats compute it here.
 */
public final class PackedImages {
    private static final int FLOATS = 15;

    private PackedImages() {}

    /** Returns the bytes of a row. */
    public static int rowBytes(int side) {
        return changeAt(side) + FLOATS * Float.BYTES;
    }

    private static int changeAt(int side) {
        return (side * side + Float.BYTES - 1) / Float.BYTES * Float.BYTES;
    }

    /**
     * Lays down a minibatch. Images of another size than the network's are scaled, and their changes with them.
     *
     * @param augmentation null for none
     * @param seed         as {@link Augmentation#of(MiniBatch, long)} takes it
     * @return bytes {@code [n, rowBytes]}
     */
    public static INDArray of(MiniBatch batch, NetworkInput input, Augmentation augmentation, long seed) {
        int side = input.side();
        byte[] pixels = batch.pixels(side);
        byte[] bytes = new byte[batch.size() * rowBytes(side)];
        ByteBuffer rows = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        for (int i = 0; i < batch.size(); i++) {
            int row = i * rowBytes(side);
            rows.position(row);
            rows.put(pixels, i * side * side, side * side);
            rows.position(row + changeAt(side));
            rows.putFloat((float) input.scale()).putFloat((float) input.offset());
            put(
                    rows,
                    augmentation == null
                            ? ImageChange.NONE
                            : change(batch, augmentation, Augmentation.seed(seed, i), side));
        }
        INDArray packed = Nd4j.createUninitialized(DataType.UINT8, batch.size(), rowBytes(side));
        new BytePointer(packed.data().addressPointer()).put(bytes);
        return packed;
    }

    private static ImageChange change(MiniBatch batch, Augmentation augmentation, long seed, int side) {
        ImageChange change = augmentation.change(batch.side(), seed);
        return batch.side() == side ? change : change.scaled((double) side / batch.side());
    }

    private static void put(ByteBuffer row, ImageChange change) {
        ImageChange.Erasure erasure = change.erasure();
        row.putFloat(change.mirrored() ? 1 : 0)
                .putFloat(change.moved() ? 1 : 0)
                .putFloat((float) change.cosine())
                .putFloat((float) change.sine())
                .putFloat((float) change.shiftX())
                .putFloat((float) change.shiftY())
                .putFloat((float) change.brightness())
                .putFloat((float) change.contrast())
                .putFloat(erasure.top())
                .putFloat(erasure.left())
                .putFloat(erasure.top() + erasure.height())
                .putFloat(erasure.left() + erasure.width())
                .putFloat(erasure.grey());
    }
}
