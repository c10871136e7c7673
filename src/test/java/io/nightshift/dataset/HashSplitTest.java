package io.nightshift.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HashSplitTest {
    private static final HashSplit DIVIDED = new HashSplit("salt", 0.2, 0.1);

    @Test
    void theSharesAreThoseAskedFor() {
        Map<Split, Integer> counts = new EnumMap<>(Split.class);
        IntStream.range(0, 10_000).forEach(i -> counts.merge(DIVIDED.of(image(i)), 1, Integer::sum));

        assertThat(counts.get(Split.PUBLIC_TEST)).isBetween(1_850, 2_150);
        assertThat(counts.get(Split.PRIVATE_TEST)).isBetween(900, 1_100);
    }

    @Test
    void anImageHasOneSplitAndAnotherSaltDividesAnew() {
        HashSplit other = new HashSplit("pepper", 0.2, 0.1);

        assertThat(IntStream.range(0, 100).mapToObj(i -> DIVIDED.of(image(i))))
                .containsExactlyElementsOf(IntStream.range(0, 100)
                        .mapToObj(i -> DIVIDED.of(image(i)))
                        .toList())
                .isNotEqualTo(IntStream.range(0, 100)
                        .mapToObj(i -> other.of(image(i)))
                        .toList());
    }

    @Test
    void noImageIsTestedOnWithoutShares() {
        assertThat(IntStream.range(0, 1_000).mapToObj(i -> new HashSplit("salt", 0, 0).of(image(i))))
                .containsOnly(Split.TRAINING);
    }

    private static byte[] image(int i) {
        return new byte[] {(byte) i, (byte) (i >> 8), 1, 2};
    }
}
