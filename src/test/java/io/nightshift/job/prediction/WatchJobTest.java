package io.nightshift.job.prediction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class WatchJobTest {
    private static final long TEN_SECONDS = 10_000_000_000L;

    @Test
    void progressTellsTheWholeAndTheTimeLeftWhereTheFileSaysHowManyFramesItHas() {
        assertThat(WatchJob.speed(100, OptionalLong.of(1_300), TEN_SECONDS))
                .isEqualTo("100 of 1300 frames, 10.0 frames/s, 2 min 0 s left");
        assertThat(WatchJob.speed(100, OptionalLong.empty(), TEN_SECONDS)).isEqualTo("100 frames, 10.0 frames/s");
    }

    /** What a file says need not be exact. */
    @Test
    void moreFramesThanTheFileSaysAreNoTimeLeft() {
        assertThat(WatchJob.speed(101, OptionalLong.of(100), TEN_SECONDS)).isEqualTo("101 frames, 10.1 frames/s");
        assertThat(WatchJob.speed(0, OptionalLong.of(100), TEN_SECONDS)).isEqualTo("0 frames, 0.0 frames/s");
    }
}
