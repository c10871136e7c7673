package io.nightshift.dataset;

/** Makes the seeds of the parts (an epoch's order, a minibatch's dropout) from the run's seed. */
public final class Seeds {
    private Seeds() {}

    /**
     * A seed for part {@code number} of what {@code seed} stands for. The finaliser of SplitMix64 (Steele, Lea and
     * Flood, 2014), so that neighbouring numbers give unrelated seeds.
     */
    public static long mix(long seed, long number) {
        long z = seed + (number + 1) * 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
