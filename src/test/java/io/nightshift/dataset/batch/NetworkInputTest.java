package io.nightshift.dataset.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.nightshift.dataset.batch.NetworkInput.Layout;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class NetworkInputTest {
    /** Two images of 2 x 2. */
    private static final byte[] IMAGES = {0, (byte) 255, 51, 102, 1, 2, 3, 4};

    @Test
    void everyPixelByDefaultBecomesJustItsValueDividedBy255() {
        byte[] all = new byte[256];
        for (int pixel = 0; pixel < 256; pixel++) {
            all[pixel] = (byte) pixel;
        }
        float[] features = NetworkInput.grey(16).features(all).ravel().toFloatVector();
        for (int pixel = 0; pixel < 256; pixel++) {
            assertThat(features[pixel]).isEqualTo(pixel / 255f);
        }
    }

    @Test
    void aPixelIsScaledAndShifted() {
        INDArray features = new NetworkInput(2, 1, Layout.NCHW, 2 / 255.0, -1).features(IMAGES);
        assertThat(features.shape()).containsExactly(2, 1, 2, 2);
        assertThat(features.ravel().toFloatVector()).startsWith(-1f, 1f, -0.6f, -0.2f);
    }

    @Test
    void aNetworkForColoursSeesTheGreyImageThreeTimes() {
        for (Layout layout : Layout.values()) {
            NetworkInput input = new NetworkInput(2, 3, layout, 1, 0);
            INDArray features = input.features(IMAGES);
            assertThat(features.shape()).containsExactly(input.shape(2));
            for (int i = 0; i < IMAGES.length; i++) {
                for (int channel = 0; channel < 3; channel++) {
                    int row = i / 2 % 2;
                    int column = i % 2;
                    assertThat(
                                    layout == Layout.NCHW
                                            ? features.getInt(i / 4, channel, row, column)
                                            : features.getInt(i / 4, row, column, channel))
                            .isEqualTo(IMAGES[i] & 0xff);
                }
            }
        }
    }

    @Test
    void halfAnImageIsNone() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NetworkInput.grey(2).features(new byte[6]))
                .withMessage("6 bytes are no images of 2 x 2");
    }
}
