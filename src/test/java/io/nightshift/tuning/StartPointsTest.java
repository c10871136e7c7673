package io.nightshift.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nightshift.config.settings.TuneSettings.Start;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StartPointsTest {
    /**
     * The first eight points of Sobol's sequence are the eighths of each axis, in some order; the shift keeps their
     * gaps.
     */
    @Test
    void sobolsPointsLieEvenlyOnEachAxis() {
        StartPoints points = new StartPoints(Start.SOBOL, 5, 7);
        for (int axis = 0; axis < 5; axis++) {
            int on = axis;
            double[] sorted = IntStream.range(0, 8)
                    .mapToDouble(number -> points.of(number)[on])
                    .sorted()
                    .toArray();
            for (int i = 1; i < 8; i++) {
                assertThat(sorted[i] - sorted[i - 1]).isCloseTo(0.125, within(1e-9));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Start.class)
    void aPointFollowsFromSeedAndNumberAlone(Start start) {
        StartPoints points = new StartPoints(start, 3, 1);
        double[] fifth = points.of(5);
        points.of(6);
        assertThat(points.of(5)).isEqualTo(fifth);
        assertThat(new StartPoints(start, 3, 1).of(5)).isEqualTo(fifth);
        assertThat(new StartPoints(start, 3, 2).of(5)).isNotEqualTo(fifth);
        assertThat(points.of(6)).isNotEqualTo(fifth);
        assertThat(DoubleStream.of(fifth)).allMatch(coordinate -> coordinate >= 0 && coordinate < 1);
    }
}
