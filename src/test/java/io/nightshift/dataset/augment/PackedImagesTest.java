package io.nightshift.dataset.augment;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.config.TestSettings;
import io.nightshift.dataset.batch.MiniBatch;
import io.nightshift.dataset.batch.NetworkInput;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.bytedeco.javacpp.BytePointer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class PackedImagesTest {
    private static final int SIDE = 5;
    /** The next multiple of four. */
    private static final int CHANGE = 28;

    private static MiniBatch noise(int side) {
        byte[] pixels = new byte[2 * side * side];
        new Random(3).nextBytes(pixels);
        return new MiniBatch(0, new byte[] {1, 2}, pixels);
    }

    private static ByteBuffer bytes(INDArray packed) {
        byte[] bytes = new byte[(int) packed.length()];
        new BytePointer(packed.data().addressPointer()).get(bytes);
        return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    }

    private static float[] floats(ByteBuffer rows, int row) {
        float[] floats = new float[15];
        rows.position(row * PackedImages.rowBytes(SIDE) + CHANGE)
                .slice()
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer()
                .get(floats);
        return floats;
    }

    @Test
    void imagesThatStayAsTheyAreLieBesideAChangeThatDoesNothing() {
        MiniBatch batch = noise(SIDE);
        INDArray packed = PackedImages.of(batch, NetworkInput.grey(SIDE), null, 1);
        assertThat(packed.dataType()).isEqualTo(DataType.UINT8);
        assertThat(packed.shape()).containsExactly(2, CHANGE + 60);
        ByteBuffer rows = bytes(packed);
        assertThat(Arrays.copyOfRange(rows.array(), CHANGE + 60, CHANGE + 60 + 25))
                .isEqualTo(batch.image(1));
        assertThat(floats(rows, 1)).containsExactly(1 / 255f, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0);
    }

    @Test
    void changesAreThoseOfTheSameSeed() {
        Augmentation augmentation = new Augmentation(TestSettings.of(
                        "augment.flip-probability=1",
                        "augment.shift-pixels=2",
                        "augment.rotation-degrees=10",
                        "augment.contrast=0.5",
                        "augment.erase-probability=1")
                .augment());
        ByteBuffer rows = bytes(PackedImages.of(noise(SIDE), NetworkInput.grey(SIDE), augmentation, 9));
        ImageChange change = augmentation.change(SIDE, Augmentation.seed(9, 1));
        float[] floats = floats(rows, 1);
        assertThat(floats[2]).isEqualTo(1);
        assertThat(floats[3]).isEqualTo(1);
        assertThat(floats[6]).isEqualTo((float) change.shiftX());
        assertThat(floats[9]).isEqualTo((float) change.contrast());
        assertThat(floats[12])
                .isEqualTo(change.erasure().top() + change.erasure().height());
        assertThat(floats[14]).isEqualTo(change.erasure().grey());
        assertThat(floats(rows, 0)[6]).as("each image has a change of its own").isNotEqualTo(floats[6]);
    }

    @Test
    void imagesOfAnotherSizeAreScaledFirst() {
        assertThat(PackedImages.of(noise(10), NetworkInput.grey(SIDE), null, 1).shape())
                .containsExactly(2, CHANGE + 60);
    }

    @Test
    void changesAreScaledWithTheImages() {
        Augmentation augmentation =
                new Augmentation(TestSettings.of("augment.shift-pixels=2", "augment.erase-probability=1")
                        .augment());
        float[] floats = floats(bytes(PackedImages.of(noise(10), NetworkInput.grey(SIDE), augmentation, 9)), 1);
        ImageChange change = augmentation.change(10, Augmentation.seed(9, 1));
        assertThat(floats[6]).isEqualTo((float) (change.shiftX() / 2));
        ImageChange.Erasure erasure = change.erasure();
        assertThat(floats[10]).isEqualTo(Math.round(erasure.top() / 2.0));
        assertThat(floats[12]).isEqualTo(Math.round((erasure.top() + erasure.height()) / 2.0));
    }
}
