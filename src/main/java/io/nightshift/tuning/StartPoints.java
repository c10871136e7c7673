package io.nightshift.tuning;

import io.nightshift.config.settings.TuneSettings.Start;
import io.nightshift.dataset.Seeds;
import java.util.SplittableRandom;
import org.apache.commons.math3.random.SobolSequenceGenerator;

/**
 * Spreads points over the unit cube: by Sobol's sequence (with the direction numbers of Joe and Kuo, 2008), shifted by
 * a random vector (Cranley and Patterson, 1976), or each by lot. A point depends on seed and number alone.
 */
final class StartPoints {
    private final Start start;
    private final int dimensions;
    private final long seed;

    StartPoints(Start start, int dimensions, long seed) {
        this.start = start;
        this.dimensions = dimensions;
        this.seed = seed;
    }

    /** Returns a point, with each coordinate in [0, 1). */
    double[] of(int number) {
        if (start == Start.RANDOM) {
            return random(Seeds.mix(seed, number));
        }
        double[] point = new SobolSequenceGenerator(dimensions).skipTo(number);
        double[] shift = random(seed);
        for (int i = 0; i < dimensions; i++) {
            point[i] = (point[i] + shift[i]) % 1;
        }
        return point;
    }

    private double[] random(long from) {
        return new SplittableRandom(from).doubles(dimensions).toArray();
    }
}
