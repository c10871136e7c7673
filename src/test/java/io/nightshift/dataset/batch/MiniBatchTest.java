package io.nightshift.dataset.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.dataset.Emotion;
import io.nightshift.dataset.Row;
import io.nightshift.dataset.Schema;
import io.nightshift.dataset.Split;
import io.nightshift.dataset.csv.FerLine;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;

class MiniBatchTest {
    private static final int[] FIRST = FerLine.pixels(1);
    private static final int[] SECOND = FerLine.pixels(2);

    private static MiniBatch batch() {
        byte[] pixels = new byte[2 * Schema.FER2013.pixels()];
        System.arraycopy(FerLine.bytes(FIRST), 0, pixels, 0, Schema.FER2013.pixels());
        System.arraycopy(FerLine.bytes(SECOND), 0, pixels, Schema.FER2013.pixels(), Schema.FER2013.pixels());
        return new MiniBatch(4, new byte[] {6, 0}, pixels);
    }

    @Test
    void becomesImagesInRowsFromZeroToOneWithOneHotLabels() {
        DataSet examples = batch().toDataSet(NetworkInput.grey(Emotion.SIDE), Emotion.COUNT, 0);
        assertThat(examples.getFeatures().shape()).containsExactly(2, 1, 48, 48);
        assertThat(examples.getFeatures().dataType()).isEqualTo(DataType.FLOAT);
        assertThat(examples.getLabels().toFloatMatrix())
                .isDeepEqualTo(new float[][] {{0, 0, 0, 0, 0, 0, 1}, {1, 0, 0, 0, 0, 0, 0}});
        for (int row = 0; row < 48; row++) {
            for (int column = 0; column < 48; column++) {
                assertThat(examples.getFeatures().getFloat(0, 0, row, column))
                        .isEqualTo(FIRST[row * 48 + column] / 255f);
                assertThat(examples.getFeatures().getFloat(1, 0, row, column))
                        .isEqualTo(SECOND[row * 48 + column] / 255f);
            }
        }
    }

    @Test
    void votesBecomeShares() {
        byte[] votes = {0, 0, 0, 6, 0, 2, 2, 0, 0, 0, 0, 0, 0, 0};
        MiniBatch voted = new MiniBatch(4, batch().labels(), batch().pixels(), votes);

        assertThat(voted.toDataSet(NetworkInput.grey(Emotion.SIDE), Emotion.COUNT, 0)
                        .getLabels()
                        .toFloatMatrix())
                .as("without a vote the label counts")
                .isDeepEqualTo(new float[][] {{0, 0, 0, 0.6f, 0, 0.2f, 0.2f}, {1, 0, 0, 0, 0, 0, 0}});
        assertThat(voted.toDataSet(NetworkInput.grey(Emotion.SIDE), Emotion.COUNT, 0.7)
                        .getLabels()
                        .getRow(0)
                        .toFloatVector())
                .usingComparatorWithPrecision(1e-6f)
                .containsExactly(0.1f, 0.1f, 0.1f, 0.28f, 0.1f, 0.16f, 0.16f);
        assertThat(voted.withPixels(new byte[voted.pixels().length]).votes()).isEqualTo(votes);
        assertThat(voted.example(0, Split.TRAINING).votes()).containsExactly(0, 0, 0, 6, 0, 2, 2);
        assertThat(voted.isWithoutVote(0)).isFalse();
        assertThat(voted.isWithoutVote(1)).isTrue();
        assertThat(batch().isWithoutVote(1)).as("nobody was asked").isFalse();
    }

    @Test
    void blackIsZeroAndWhiteIsOne() {
        byte[] pixels = new byte[Schema.FER2013.pixels()];
        pixels[0] = (byte) 255;
        pixels[1] = (byte) 128;
        assertThat(new MiniBatch(0, new byte[1], pixels)
                        .features(NetworkInput.grey(Emotion.SIDE))
                        .ravel()
                        .toFloatVector())
                .startsWith(1f, 128 / 255f, 0f)
                .endsWith(0f);
    }

    @Test
    void givesBackEachExampleAsItWasRead() {
        assertThat(batch().size()).isEqualTo(2);
        assertThat(batch().example(1, Split.PUBLIC_TEST))
                .usingRecursiveComparison()
                .isEqualTo(new Row.Example(Split.PUBLIC_TEST, 0, FerLine.bytes(SECOND)));
    }
}
