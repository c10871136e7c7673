package io.nightshift.dataset;

/** Derives seeds (of an epoch's order, of a minibatch's dropout) from the run's seed. */
public final class Seeds {
    private Seeds() {}

    /**
     * Derives the seed number {@code number} from {@code seed}. The finaliser of SplitMix64 (Steele, Lea and
     * Flood, 2014) makes the seeds of neighbouring numbers unrelated.
     */
    public static long mix(long seed, long number) {
        long z = seed + (number + 1) * 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
